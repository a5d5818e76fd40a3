"""Filters of pages that show offerings."""

from datetime import date, datetime
from typing import Any

from django import template
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.catalog import wording
from credentials.catalog.selectors.differences import AT, label_of
from credentials.documents.jsonld_page import jsonld_text

register = template.Library()
register.filter("duration_words", wording.duration_words)
register.filter("cost_words", wording.cost_words)


@register.filter
def markdown(text: str) -> SafeString:
    """Return Markdown as safe HTML."""
    return wording.markdown(text)


@register.filter
def field_label(name: str) -> str:
    """Return the label of a field of an offering."""
    return label_of(name)


@register.filter
def part_anchor(name: str) -> str:
    """Return the part of the edit page where a field stands; for further achievements, their list."""
    return "achievements" if AT in name else name


@register.filter
def waited(moment: datetime | date | None) -> str:
    """Return since when something waits: "since today", "for 1 day" or "for 6 days"."""
    if moment is None:
        return ""
    day = timezone.localtime(moment).date() if isinstance(moment, datetime) else moment
    days = (timezone.localdate() - day).days
    words = ngettext("for %(count)s day", "for %(count)s days", days) % {"count": days}
    return words if days > 0 else _("since today")


@register.filter
def script_json(value: Any) -> SafeString:
    """Return JSON that cannot end the script element it stands in."""
    return mark_safe(jsonld_text(value))  # noqa: S308  (every sign that could open or close markup is escaped)
