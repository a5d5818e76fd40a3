"""What a visitor of the public page gives: a link or a text, files, and perhaps an address to compare."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from credentials.documents.baking.kinds import MAX_FILE

MAX_FILES = 30
MAX_TOTAL = 20 * 1024 * 1024


class ManyFilesInput(forms.ClearableFileInput):
    """A file field of the browser that takes several files."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"


class ManyFilesField(forms.FileField):
    """Several files at once."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[UploadedFile]:
        """Return the files, each one checked as a file."""
        items = data if isinstance(data, list | tuple) else [data]
        return [super(ManyFilesField, self).clean(one, initial) for one in items if one]


class RegistryForm(forms.Form):
    """A registry file, and the name under which it is told."""

    source = forms.CharField(
        label=_("Name of the registry"),
        max_length=300,
        help_text=_("Whoever checks a credential reads it: “listed by …”."),
    )
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "JSON with a list of issuers by DID, as the Digital Credentials Consortium publishes it."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".json"}),
    )


class VerifyForm(forms.Form):
    """The one form of the page; every field is optional, one of the first two is needed."""

    documents = ManyFilesField(
        required=False,
        label=_("Files"),
        help_text=_(
            "A JSON file, a badge picture (PNG or SVG), a PDF, or a photo of a QR code. Up to 30 at once."
        ),
        widget=ManyFilesInput(
            attrs={"accept": ".json,.jsonld,.jwt,.jws,.png,.svg,.pdf,.jpg,.jpeg,.webp,.gif"}
        ),
    )
    text = forms.CharField(
        required=False,
        label=_("Link or text"),
        help_text=_("The link you were sent, or the text of a credential."),
        widget=forms.Textarea(attrs={"rows": 4, "spellcheck": "false", "autocomplete": "off"}),
    )
    recipient = forms.EmailField(
        required=False,
        label=_("Email address to compare"),
        help_text=_("We compare it with the credential and keep it nowhere."),
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
    )

    def clean_documents(self) -> list[UploadedFile]:
        """Refuse more or larger files than are checked at once."""
        files: list[UploadedFile] = self.cleaned_data["documents"]
        if len(files) > MAX_FILES:
            message = ngettext_lazy(
                "That is {count} file. At most {limit} are checked at once.",
                "Those are {count} files. At most {limit} are checked at once.",
                len(files),
            )
            raise forms.ValidationError(str(message).format(count=len(files), limit=MAX_FILES))
        sizes = [file.size or 0 for file in files]
        if any(size > MAX_FILE for size in sizes) or sum(sizes) > MAX_TOTAL:
            raise forms.ValidationError(
                _("These files are larger than anything we check. Try fewer at once.")
            )
        return files

    def clean(self) -> dict[str, Any]:
        """Ask for something to check."""
        cleaned = super().clean() or {}
        if not self.errors and not cleaned.get("documents") and not cleaned.get("text", "").strip():
            raise forms.ValidationError(_("Choose a file, or paste a link or the text of a credential."))
        return cleaned
