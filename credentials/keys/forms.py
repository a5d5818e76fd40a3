"""Forms of the key screens: shape only, the services decide."""

from datetime import datetime, time
from typing import Any

from django import forms
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.keys.states import KeyKind, KeyPurpose, KeyStore


def stores_to_choose() -> list[tuple[str, Any]]:
    """Return where a key can be kept here: the database, a token that is set up, stores added."""
    names = [name for name in settings.KEY_STORES if name != KeyStore.TOKEN or settings.PKCS11_MODULE]
    return [(name, KeyStore(name).label if name in KeyStore.values else name) for name in names]


class ProposeKeyForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What it signs"), choices=KeyPurpose, initial=KeyPurpose.DATA_INTEGRITY
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KeyKind,
        initial=KeyKind.ED25519,
        help_text=_("Ed25519 for embedded proofs and for trials. RSA-2048 or P-256 for VC-JWT."),
    )
    store = forms.ChoiceField(
        label=_("Where its private part lives"), initial=KeyStore.DATABASE.value, required=False
    )
    found = forms.CharField(
        label=_("Key that is on the token already"),
        required=False,
        max_length=128,
        help_text=_("Only if a ceremony made it there: its id (CKA_ID) in hex. Empty makes a new key."),
    )
    signs_from = forms.DateField(
        label=_("Signs from"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("The day of a planned change of keys. Empty: as soon as everybody can know the key."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stores = stores_to_choose()
        self.fields["store"].choices = stores  # type: ignore[attr-defined]
        if KeyStore.TOKEN not in dict(stores):
            del self.fields["found"]  # a question about a token where there is none

    def clean_store(self) -> str:
        """Return the place chosen, else the database."""
        return self.cleaned_data["store"] or KeyStore.DATABASE.value

    def clean_signs_from(self) -> datetime | None:
        """Return the beginning of the day in the institution's zone."""
        day = self.cleaned_data["signs_from"]
        return timezone.make_aware(datetime.combine(day, time.min)) if day else None


class CompromiseForm(forms.Form):
    since = forms.DateTimeField(
        label=_("Not to be trusted since"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text=_(
            "The earliest moment at which somebody else could have used the key, in the college's own time: when a "
            "laptop was lost, when a stranger got in. Empty means now. What was signed from then on is believed by "
            "nobody; what was signed before, only by your own verifier. The moment can be moved back later, never "
            "forward."
        ),
    )


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As every credential will show it."))
    url = forms.URLField(label=_("Web address"), assume_scheme="https")
    email = forms.EmailField(label=_("Address for questions"), required=False)
    description = forms.CharField(label=_("About the issuer"), widget=forms.Textarea, required=False)
