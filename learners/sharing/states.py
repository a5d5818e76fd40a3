"""How a share link stands, and what the log of its readers may say."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class LinkState(TextChoices):
    OPEN = "active", _("Open")
    EXPIRED = "expired", _("Ended")
    REVOKED = "revoked", _("Taken back")


class Access(TextChoices):
    OPENED = "opened", _("Opened the page")
    FETCHED = "fetched", _("A program read it")
    DOWNLOADED = "downloaded", _("Downloaded a signed file")
    REFUSED = "passphrase_refused", _("Entered a wrong passphrase")
    LISTED = "listed", _("Read the list of your credentials")
