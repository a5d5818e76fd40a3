"""What can be the case with a signature so that nothing is stored."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class SignatureDoesNotHold(RegistryError):
    """A document just signed does not verify under the published key. Nothing of its chunk is stored."""

    code = "signature-does-not-hold"
    title = _("A signature made here does not verify under the published key. Nothing was stored.")
    remedy = _("Tell the people who run the portal.")
    status = 500
