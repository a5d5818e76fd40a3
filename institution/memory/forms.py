"""Forms of the house's memory."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institution.memory.models import Decision, SystemRecord


class DecisionForm(forms.ModelForm):
    class Meta:
        model = Decision
        fields = ["title", "rationale", "field", "org_unit"]
        labels = {
            "title": _("What was decided"),
            "rationale": _("Why"),
            "field": _("About"),
            "org_unit": _("Unit"),
        }
        help_texts = {"rationale": _("So that somebody new understands it in two years.")}

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org_unit"].queryset = units  # type: ignore[attr-defined]


class SystemForm(forms.ModelForm):
    class Meta:
        model = SystemRecord
        fields = [
            "name",
            "purpose",
            "why_chosen",
            "data_owner",
            "formats_out",
            "contract_ends_on",
            "org_unit",
        ]
        labels = {
            "name": _("Name of the system"),
            "purpose": _("What it is for"),
            "why_chosen": _("Why it was chosen"),
            "data_owner": _("Who owns its data"),
            "formats_out": _("Formats that come out"),
            "contract_ends_on": _("Contract ends on"),
            "org_unit": _("Unit"),
        }
        widgets = {"contract_ends_on": forms.DateInput(attrs={"type": "date"})}

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["org_unit"].queryset = units  # type: ignore[attr-defined]
