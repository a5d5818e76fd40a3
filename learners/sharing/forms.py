"""Forms of sharing: what, with whom, how long; a passphrase to set, and one to enter."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from credentials.issuing.models import Credential
from institution.errors import InvalidInput
from learners.sharing.services.links import AUDIENCE, LONGEST_PASSPHRASE, SHORTEST_PASSPHRASE

DAYS = [("7", _("7 days")), ("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year"))]


class ShareForm(forms.Form):
    """What is shown to whom until when."""

    credentials = forms.MultipleChoiceField(
        label=_("What do you want to show?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choose at least one credential."),
            "invalid_choice": _("One of these cannot be shared any more. Choose again."),
        },
    )
    audience = forms.CharField(
        label=_("Who is it for?"),
        max_length=AUDIENCE,
        help_text=_("In your own words: an employer, a school, a friend. They see these words."),
    )
    days = forms.TypedChoiceField(
        label=_("How long can they see it?"),
        choices=DAYS,
        coerce=int,
        initial="30",
        widget=forms.RadioSelect,
        help_text=_("You can take it back or extend it at any time."),
    )

    def __init__(self, *args: Any, shareable: Sequence[Credential], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(one.pk), one.achievement_version.name) for one in shareable]
        self.fields["credentials"].choices = choices  # type: ignore[attr-defined]


class SetPassphraseForm(forms.Form):
    """A passphrase for a link that is about to be made, or none."""

    passphrase = forms.CharField(
        label=_("Passphrase, if you want one"),
        required=False,
        max_length=LONGEST_PASSPHRASE,
        min_length=SHORTEST_PASSPHRASE,
        help_text=_(
            "At least 8 characters. Then the link alone shows nothing. Tell them the passphrase another way, by phone for example. We cannot show it again."
        ),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class PassphraseForm(forms.Form):
    """The passphrase of a link that somebody opens."""

    passphrase = forms.CharField(
        label=_("Passphrase"),
        max_length=LONGEST_PASSPHRASE,
        widget=forms.PasswordInput(attrs={"autocomplete": "off", "autofocus": True}),
    )


class ExtendForm(forms.Form):
    """Until when a link shall hold, counted from today."""

    days = forms.TypedChoiceField(
        label=_("Keep it open, from today, for"), choices=DAYS, coerce=int, initial="30"
    )


def add_faults(form: forms.Form, error: InvalidInput) -> None:
    """Show what a service refused beside the fields it names."""
    for name, sentence in error.faults.items():
        form.add_error(name if name in form.fields else None, ValidationError(sentence))
