"""The life of a notice. A crash between sending and sent leaves `sending`, shown as unsure (decisions 15)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class NoticeState(TextChoices):
    QUEUED = "queued", _("Waiting to be sent")
    SENDING = "sending", _("Being sent")
    SENT = "sent", _("Sent")
    UNSURE = "unsure", _("Perhaps sent")
    BOUNCED = "bounced", _("Came back")
    FAILED = "failed", _("Not sent")
    VOIDED = "voided", _("Withdrawn")
    JOINED = "joined", _("Part of another message")


NEXT = {
    NoticeState.QUEUED: {NoticeState.SENDING, NoticeState.VOIDED},
    NoticeState.SENDING: {NoticeState.SENT, NoticeState.UNSURE, NoticeState.FAILED, NoticeState.QUEUED},
    NoticeState.SENT: {NoticeState.BOUNCED},
    NoticeState.UNSURE: {NoticeState.SENT, NoticeState.BOUNCED, NoticeState.VOIDED},
    NoticeState.BOUNCED: set(),
    NoticeState.FAILED: {NoticeState.QUEUED, NoticeState.VOIDED},
    NoticeState.VOIDED: set(),
    NoticeState.JOINED: {NoticeState.VOIDED},
}
