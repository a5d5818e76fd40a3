"""Forms of the key screens: shape only, the services decide."""

from django import forms
from django.utils.translation import gettext_lazy as _

from credentials.keys.states import KeyKind, KeyPurpose


class ProposeKeyForm(forms.Form):
    purpose = forms.ChoiceField(
        label=_("What it signs"), choices=KeyPurpose, initial=KeyPurpose.DATA_INTEGRITY
    )
    kind = forms.ChoiceField(
        label=_("Kind"),
        choices=KeyKind,
        initial=KeyKind.ED25519,
        help_text=_("Ed25519 for embedded proofs. RSA-2048 or P-256 for VC-JWT."),
    )


class ProfileForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=200, help_text=_("As every credential will show it."))
    url = forms.URLField(label=_("Web address"), assume_scheme="https")
    email = forms.EmailField(label=_("Address for questions"), required=False)
    description = forms.CharField(label=_("About the issuer"), widget=forms.Textarea, required=False)
