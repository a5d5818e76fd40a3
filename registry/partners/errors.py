"""What can be the case with a partner's request so that it is not done."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class IdempotencyKeyNeeded(RegistryError):
    code = "idempotency-key-needed"
    title = _("This request needs an Idempotency-Key header.")
    remedy = _("Send a value of your own, at most 120 characters, new for each new request.")
    status = 400


class IdempotencyKeyReused(RegistryError):
    code = "idempotency-key-reused"
    title = _("This Idempotency-Key was used for another request.")
    remedy = _("Send the first request again as it was, or choose a new key.")
    status = 422


class RequestInProgress(RegistryError):
    code = "request-in-progress"
    title = _("The same request is still being worked on.")
    remedy = _("Send it again in a minute; the answer will be the same.")


class CursorUnknown(RegistryError):
    code = "cursor-unknown"
    title = _("This cursor points to nothing in the list of changes.")
    remedy = _("Read the whole lists again, then follow the changes from the moment you began.")
    status = 410


class ClientDisabled(RegistryError):
    code = "client-disabled"
    title = _("This partner system is switched off.")
    remedy = _("Switch it on first.")


class PartnerMayNotAsk(RegistryError):
    code = "partner-may-not-ask"
    title = _("This partner has no leave to read credentials of learners.")
    remedy = _("Ask who sent you here what they need.")
    status = 404
