"""Forms for people, roles and the institution."""

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from institution.accounts.models import Institution, OrgUnit, User
from institution.accounts.roles import Role

STAFF_ROLES = [(role.value, role.label) for role in Role if role != Role.PARTNER]


class UnitChoice(forms.ModelChoiceField):
    """A unit, shown with its place in the tree."""

    def label_from_instance(self, obj: Any) -> str:
        depth = len(obj.ancestor_paths()) - 1
        return f"{'  ' * depth}{obj.name}"


class InviteForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As the person writes it."))
    email = forms.EmailField(label=_("Email address"), help_text=_("A code to sign in goes there."))
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)
    unit = UnitChoice(
        label=_("Unit"),
        queryset=OrgUnit.objects.none(),
        help_text=_("The role covers the units below it too."),
    )

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=STAFF_ROLES)
    unit = UnitChoice(label=_("Unit"), queryset=OrgUnit.objects.none())

    def __init__(self, *args: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.name or obj.email}"


class SubstituteForm(forms.Form):
    """Who stands in, and until the end of which day."""

    substitute = PersonChoice(label=_("Who stands in for you"), queryset=User.objects.none())
    until = forms.DateField(
        label=_("Until the end of"),
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Your role passes back by itself after that day."),
    )

    def __init__(self, *args: Any, people: Any, today: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["substitute"].queryset = people  # type: ignore[attr-defined]
        self.fields["until"].initial = today + timedelta(days=14)
        self.zone = ZoneInfo(zone)

    def clean_until(self) -> datetime:
        day = self.cleaned_data["until"]
        return datetime.combine(day + timedelta(days=1), time(0), tzinfo=self.zone)


class LeaveForm(forms.Form):
    heir = PersonChoice(
        label=_("Who takes over the work"),
        queryset=User.objects.none(),
        required=False,
        empty_label=_("Choose a person"),
        help_text=_("Everything listed above moves to this person."),
    )
    with_roles = forms.BooleanField(label=_("This person also takes the roles"), required=False)

    def __init__(self, *args: Any, people: Any, work: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        heir = self.fields["heir"]
        heir.queryset = people  # type: ignore[attr-defined]
        heir.required = work
        if not work:
            heir.label, heir.help_text = _("Who takes over the roles"), _("Only if somebody does.")


class InstitutionForm(forms.ModelForm):
    portal_hosts = forms.CharField(
        label=_("Addresses of the portal"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One host name a line."),
    )

    class Meta:
        model = Institution
        fields = [
            "name", "short_name", "accent_color", "record_term", "time_zone", "default_language",
            "support_email", "why_you_get_mail", "portal_hosts",
            "own_approval", "claim_question",
        ]  # fmt: skip
        labels = {
            "name": _("Name of the institution"),
            "short_name": _("Short name"),
            "accent_color": _("Color"),
            "record_term": _("What you call the learner's record"),
            "time_zone": _("Time zone"),
            "default_language": _("Language of messages where none is known"),
            "support_email": _("Address for questions"),
            "why_you_get_mail": _("Why learners get your messages"),
            "own_approval": _("A dean may approve what they submitted themselves"),
            "claim_question": _("What a learner is asked before a claim"),
        }
        help_texts = {
            "accent_color": _("For everything that can be pressed. Contrast is corrected in both themes."),
            "why_you_get_mail": _("One sentence, printed at the foot of each message."),
            "own_approval": _("For a unit with one dean only. The audit trail says when it was used."),
            "claim_question": _(
                "Asked where your files of completions say it; kept as a salted hash, never as it is."
            ),
        }
        widgets = {
            "accent_color": forms.TextInput(attrs={"type": "color"}),
            "why_you_get_mail": forms.Textarea(attrs={"rows": 2}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial["portal_hosts"] = "\n".join(self.instance.portal_hosts)

    def clean_portal_hosts(self) -> list[str]:
        return [
            line.strip().lower() for line in self.cleaned_data["portal_hosts"].splitlines() if line.strip()
        ]

    def clean_time_zone(self) -> str:
        zone = self.cleaned_data["time_zone"]
        if zone not in available_timezones():
            raise ValidationError(_("No time zone has this name. Write one such as America/Los_Angeles."))
        return str(zone)
