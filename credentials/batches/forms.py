"""Forms of the batch and credential pages: shape only, the services decide."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.issuing.states import BatchState, CredentialState, RevocationCode

PEOPLE = 500
_ADDRESS = re.compile(r"[^@\s]+@[^@\s]+")


class BatchFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Title"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Every state")), *BatchState.choices],
        required=False,
    )


class OfferingFilter(forms.Form):
    q = forms.CharField(label=gettext_lazy("Title or code"), required=False)


class CredentialFilter(forms.Form):
    """Filters of the list; kept in the address, and sent along to a bulk revocation."""

    q = forms.CharField(label=gettext_lazy("Name, number, address, code or id"), required=False)
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[("", gettext_lazy("Every state")), *CredentialState.choices],
        required=False,
    )
    batch = forms.UUIDField(required=False, widget=forms.HiddenInput)
    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    signed_from = forms.DateTimeField(required=False, widget=forms.HiddenInput)


class RevokeForm(forms.Form):
    code = forms.ChoiceField(
        label=gettext_lazy("Public reason"),
        choices=RevocationCode.choices,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Everybody who verifies the credential can read it."),
    )
    note = forms.CharField(
        label=gettext_lazy("Internal note"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=2_000,
        help_text=gettext_lazy("Stays inside. Say who decided, and why."),
    )


class RosterForm(forms.Form):
    """People as lines of text: however they are pasted from a spreadsheet or a list."""

    people = forms.CharField(
        label=gettext_lazy("People"),
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=gettext_lazy(
            "One person a line: name, mail address, student number. Paste them from your list."
        ),
    )
    awarded_on = forms.DateField(
        label=gettext_lazy("Day of completion"), widget=forms.DateInput(attrs={"type": "date"})
    )
    result = forms.CharField(
        label=gettext_lazy("Result of all of them"),
        max_length=100,
        required=False,
        help_text=gettext_lazy("A level or grade. Leave it empty if there is none."),
    )
    narrative = forms.CharField(
        label=gettext_lazy("What they did"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=4_000,
        required=False,
        help_text=gettext_lazy("It stands in each credential."),
    )

    def __init__(self, *args: Any, achievements: Sequence[tuple[str, str]] = (), **rest: Any) -> None:
        super().__init__(*args, **rest)
        if len(achievements) > 1:  # else there is nothing to choose
            self.fields["achievement"] = forms.ChoiceField(
                label=_("What they earned"), choices=achievements, initial=achievements[0][0]
            )
            self.order_fields(["achievement"])

    def clean_people(self) -> list[dict[str, str]]:
        people = [_person(line) for line in self.cleaned_data["people"].splitlines() if line.strip()]
        if len(people) > PEOPLE:
            raise forms.ValidationError(_("At most 500 people at once. Upload a file for more."))
        return people

    def rows(self) -> list[dict[str, str]]:
        """Return one completion per person."""
        shared: dict[str, Any] = {name: self.cleaned_data[name] for name in ("result", "narrative")}
        return [{**person, **shared} for person in self.cleaned_data["people"]]


def _person(line: str) -> dict[str, str]:
    """Return name, address and number of a pasted line, whatever stands between them."""
    mark = next((one for one in "\t;," if one in line), None)
    parts = next(csv.reader(io.StringIO(line.strip()), delimiter=mark)) if mark else [line]
    person = {"name": "", "email": "", "source_id": ""}
    for part in (part.strip() for part in parts):
        if found := _ADDRESS.search(part):
            person["email"] = found.group().strip("<>")
            part = part.replace(found.group(), "").strip("<> ")
        if not part:
            continue
        if any(c.isdigit() for c in part) and " " not in part:
            person["source_id"] = part
        else:
            person["name"] = f"{person['name']} {part}".strip()
    return person
