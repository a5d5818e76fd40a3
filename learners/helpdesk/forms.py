"""What the help desk writes and asks for."""

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from institution.notices.states import NoticeState

AGES = [
    ("", _("Any time")),
    ("7", _("7 days")),
    ("14", _("14 days")),
    ("30", _("30 days")),
    ("60", _("60 days")),
]
TOLD = [
    ("", _("Anything")),
    (NoticeState.BOUNCED.value, _("It came back")),
    (NoticeState.FAILED.value, _("It could not be sent")),
    (NoticeState.UNSURE.value, _("It was perhaps sent")),
    (NoticeState.SENT.value, _("It was sent")),
    (NoticeState.QUEUED.value, _("It waits to be sent")),
    ("none", _("Nothing was sent")),
]


class AddressForm(forms.Form):
    """The right address of a person."""

    address = forms.EmailField(
        label=_("New address"), help_text=_("Old links end. A fresh one goes to this address.")
    )


class UnclaimedFilter(forms.Form):
    """Which people on the list of those who have not claimed. Names are searched apart, and privately."""

    age = forms.ChoiceField(label=_("Waiting for at least"), choices=AGES, required=False)
    told = forms.ChoiceField(label=_("Last message"), choices=TOLD, required=False)

    def narrowed(self, found: Any, now: datetime) -> Any:
        """Return those of the people that the filter asks for. Needs `told_state` and `released_at`."""
        if not self.is_valid():
            return found
        age, told = self.cleaned_data["age"], self.cleaned_data["told"]
        if age:
            found = found.filter(released_at__lte=now - timedelta(days=int(age)))
        if told == "none":
            return found.filter(told_state__isnull=True)
        return found.filter(told_state=told) if told else found
