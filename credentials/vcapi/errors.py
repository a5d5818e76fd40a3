"""What can be the case so that the VC-API refuses. All of it is 400: what was sent is at fault."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class RequestRefused(RegistryError):
    code = "vc-api-request"
    title = _("The request is not one that the VC-API takes.")
    remedy = _("Compare it with the reference; `problemDetails` says which part is wrong.")
    status = 400


class CredentialRefused(RegistryError):
    code = "vc-api-credential"
    title = _("This credential cannot be signed as it is.")
    remedy = _("`problemDetails` says which part breaks which rule.")
    status = 400


class NotVerified(RegistryError):
    code = "vc-api-not-verified"
    title = _("What was sent does not verify.")
    remedy = _("`problemDetails` says what does not hold.")
    status = 400


class NoApiKey(RegistryError):
    code = "vc-api-no-key"
    title = _("The VC-API has no key of its own that it may sign with.")
    remedy = _("Run make_vc_api_key and set VC_API_KEYS; a key of an institution is never taken.")
    status = 503
