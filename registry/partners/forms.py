"""Forms of partner systems: shape only, the services decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institution.accounts.forms import UnitChoice
from institution.accounts.models import OrgUnit
from institution.memory.models import SystemRecord
from registry.partners.scopes import all_scopes


class ClientForm(forms.Form):
    """What is known of a partner system, and what it may do."""

    name = forms.CharField(
        label=_("Name"), max_length=200, help_text=_("As learners and staff will read it: who asks.")
    )
    purpose = forms.CharField(
        label=_("What it is for"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One sentence. Learners read it before they agree."),
    )
    contact = forms.EmailField(
        label=_("Whom to ask"), help_text=_("A mail address of the partner's staff. Learners do not see it.")
    )
    client_uri = forms.URLField(
        label=_("Web page of the partner"), required=False, assume_scheme="https", max_length=200
    )
    policy_uri = forms.URLField(
        label=_("Its privacy statement"), required=False, assume_scheme="https", max_length=200
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"), choices=(), widget=forms.CheckboxSelectMultiple
    )
    system = forms.ModelChoiceField(
        label=_("Our system behind it"),
        queryset=SystemRecord.objects.none(),
        required=False,
        help_text=_("If it is one that the institution itself runs."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scopes"].choices = list(all_scopes().items())  # type: ignore[attr-defined]
        self.fields["system"].queryset = SystemRecord.objects.order_by("name")  # type: ignore[attr-defined]


class ConsentForm(forms.Form):
    """For how long a partner may read."""

    days = forms.TypedChoiceField(
        label=_("For how long"),
        choices=[(30, _("For 30 days")), (180, _("For half a year")), (365, _("For a year"))],
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
        help_text=_("You can end it earlier, under “Who may read your record”."),
    )


class NewClientForm(ClientForm):
    """The same, with the unit, which stays."""

    unit = UnitChoice(
        label=_("Unit"),
        queryset=OrgUnit.objects.none(),
        help_text=_("It acts for this unit and the units below. This cannot be changed later."),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]
