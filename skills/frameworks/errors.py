"""What keeps a framework file from coming in."""

from django.utils.translation import gettext_lazy as _

from institution.errors import InvalidInput


class UnreadableFramework(InvalidInput):
    """A file that is no framework we know. `faults["file"]` says why and what to do."""

    code = "unreadable-framework"
    title = _("This file cannot be read as a skills framework.")

    def __init__(self, sentence: object) -> None:
        super().__init__(faults={"file": str(sentence)})
