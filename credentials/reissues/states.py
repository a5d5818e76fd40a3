"""The life of a re-issue."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class ReissueState(TextChoices):
    PREPARING = "preparing", _("Being prepared")
    RUNNING = "running", _("Signing")
    DONE = "done", _("Done")


NEXT = {
    ReissueState.PREPARING: {ReissueState.RUNNING, ReissueState.DONE},
    ReissueState.RUNNING: {ReissueState.PREPARING, ReissueState.DONE},
    ReissueState.DONE: {ReissueState.PREPARING},  # something of the key came up later
}
