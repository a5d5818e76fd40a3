"""What can be the case so that nothing is checked, or an issuer or context is not taken."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class TooManyChecks(RegistryError):
    code = "too-many-checks"
    title = _("You have checked many credentials in the last minute.")
    remedy = _("Wait a minute, then check again. Nothing is wrong with what you sent.")
    status = 429


class TooManyDocuments(RegistryError):
    code = "too-many-documents"
    title = _("At most {limit} credentials are checked at once.")
    remedy = _("Send the rest in a second go.")
    status = 400


class ReportGone(RegistryError):
    code = "report-gone"
    title = _("This report is no longer kept.")
    remedy = _("Reports are kept for ten minutes. Check the credential again.")
    status = 404


class CheckCutOff(RegistryError):
    code = "check-cut-off"
    title = _("This file could not be checked.")
    remedy = _("Checking it was cut off twice. Nothing is known of it: check it again, or a smaller part.")
    status = 503


class IssuerAlreadyKnown(RegistryError):
    code = "issuer-already-known"
    title = _("This issuer is on the list already.")


class ContextDigestDiffers(RegistryError):
    code = "context-digest-differs"
    title = _("The file's SHA-256 is {found}, not the one that was given.")
    remedy = _("Get the file again from its publisher, and compare the digest there.")
    status = 400
