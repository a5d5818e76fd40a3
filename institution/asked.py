"""What programs ask for, read strictly: no name that nobody reads, moments with their zone, pages that are there."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any, ClassVar

import django_filters
from django import forms
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions, pagination, serializers

from institution.errors import InvalidInput

MAX_PAGE = 500
MAX_NAMED = 10  # unknown names that one answer tells of
MAX_NAME = 60
_BARE_OFFSET = re.compile(r"\d\d:\d\d\S* \d\d(?::?\d\d)?$")  # in an address, + stands for a space


def unknown_fields(given: Iterable[str], known: Iterable[str]) -> dict[str, str]:
    """Return a sentence for each member of a body that nobody reads; empty if all are known."""
    known = list(known)
    words = _("There is no field “{name}”. Known are {known}.")
    return {name: words.format(name=name, known=", ".join(known)) for name in _strange(given, known)}


def refuse_unknown_parameters(query: Any, known: Iterable[str]) -> None:
    """Refuse an address with a parameter that nobody reads, or with one given twice. Raises InvalidInput."""
    known = sorted(known)
    words = _("There is no parameter “{name}” here. Known are {known}.")
    if not known:
        words = _("There is no parameter “{name}” here; this address takes none.")
    faults = {name: words.format(name=name, known=", ".join(known)) for name in _strange(query, known)}
    twice = [name for name in known if len(query.getlist(name)) > 1]
    faults |= {name: _("“{name}” is given twice. Give it once.").format(name=name) for name in twice}
    if faults:
        raise InvalidInput(faults)


def moment_of(text: str) -> datetime:
    """Return a moment that was written with its zone. Raises ValueError, with a sentence on what to write."""
    text = text.strip()
    try:
        found = parse_datetime(text)
    except ValueError:  # well formed, but no day of a calendar
        found = None
    if found is not None and is_aware(found):
        return found
    if _BARE_OFFSET.search(text):
        raise ValueError(
            _("The + of the zone arrived as a space. Write %2B for it, or a moment that ends in Z.")
        )
    raise ValueError(_("Write a moment with its zone: 2026-01-31T00:00:00Z."))


def _strange(given: Iterable[str], known: Iterable[str]) -> list[str]:
    return [name[:MAX_NAME] for name in sorted(set(given) - set(known))[:MAX_NAMED]]


class StrictParameters:
    """A view whose address takes the parameters that are known, and no others.

    `parameters`: what it reads beside the filters and pages of a list; an action names all it reads.
    """

    parameters: ClassVar[tuple[str, ...]] = ()

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        """Refuse after strangers were sent away and before anything is read."""
        super().initial(request, *args, **kwargs)  # type: ignore[misc]
        refuse_unknown_parameters(request.query_params, self.known_parameters())

    def known_parameters(self) -> set[str]:
        """Return the names of all parameters that this address takes."""
        known = set(self.parameters)
        if getattr(self, "action", "") == "list":
            filters = getattr(self, "filterset_class", None)
            known |= {*PAGES, *(filters.base_filters if filters is not None else ())}
        return known


class StrictSerializer(serializers.Serializer[Any]):
    """A body whose members are known, every one."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse a member that no field reads."""
        if isinstance(data, dict) and (faults := unknown_fields(data, self.fields)):
            raise serializers.ValidationError(faults)
        return super().to_internal_value(data)


class _FilteredMoment(forms.DateTimeField):
    def to_python(self, value: Any) -> datetime | None:
        try:
            return moment_of(str(value)) if value else None
        except ValueError as error:
            raise forms.ValidationError("%(words)s", params={"words": str(error)}) from error


class MomentFilter(django_filters.IsoDateTimeFilter):  # type: ignore[misc]
    """A moment in an address, with its zone; by default everything from then on."""

    field_class = _FilteredMoment

    def __init__(self, field_name: str, lookup_expr: str = "gte", **how: Any) -> None:
        how.setdefault("label", "A moment with its zone: 2026-01-31T00:00:00Z.")
        super().__init__(field_name, lookup_expr, **how)


class MomentField(serializers.DateTimeField):
    """A moment with its zone."""

    def to_internal_value(self, value: Any) -> datetime:
        """Return it. Raises ValidationError."""
        try:
            return moment_of(str(value))
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from error


class Pages(pagination.PageNumberPagination):
    """A hundred at a time, up to 500 with ?page_size=."""

    page_size = 100
    page_size_query_param = "page_size"
    page_size_query_description = "How many to a page: 100 unless told, at most 500."
    max_page_size = MAX_PAGE
    invalid_page_message = gettext_lazy("This list has no page “{page_number}”.")  # type: ignore[assignment]

    def get_page_size(self, request: Any) -> int | None:
        """Return how many to a page. Raises ValidationError for what is no number from 1."""
        asked = request.query_params.get("page_size")
        if asked and not re.fullmatch(r"[1-9][0-9]{0,8}", asked):
            raise exceptions.ValidationError({"page_size": [_("Write a whole number from 1 to 500.")]})
        return super().get_page_size(request)


PAGES = ("page", "page_size")
