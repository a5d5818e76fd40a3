"""What can be wrong with a file as a whole. Faults of single cells are data, not errors."""

from django.utils.translation import gettext_lazy as _

from institution.errors import InvalidInput, RegistryError


class UnreadableFile(InvalidInput):
    """A file that is no table, or none that we read. `faults["file"]` says why and what to do."""

    code = "unreadable-file"
    title = _("This file cannot be read as a table.")

    def __init__(self, sentence: object) -> None:
        super().__init__(faults={"file": str(sentence)})


class FileIsGone(RegistryError):
    code = "file-is-gone"
    title = _("The bytes of this file were dropped after 30 days.")
    remedy = _("Upload the file again.")
    status = 410
