"""What can be the case with a share link or a consent."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class CredentialNotYours(RegistryError):
    code = "credential-not-yours"
    title = _("One of these credentials is not on your record.")
    remedy = _("Choose again from your own credentials.")
    status = 403


class CredentialNotShareable(RegistryError):
    code = "credential-not-shareable"
    title = _("One of these credentials was withdrawn or replaced, so it cannot be shared anew.")
    remedy = _("Choose again. If a newer one took its place, share the newer one.")
    status = 409


class ShareLinkUnknown(RegistryError):
    code = "share-link-unknown"
    title = _("Nothing is shared at this address.")
    remedy = _("Compare it with the link you were sent. If it is the same, ask the person for a new link.")
    status = 404


class ShareLinkExpired(RegistryError):
    code = "share-link-expired"
    title = _("This link has ended.")
    remedy = _("Ask the person who sent it to extend it or to send a new one.")
    status = 410


class ShareLinkRevoked(RegistryError):
    code = "share-link-revoked"
    title = _("This is no longer shared.")
    remedy = _("The person took the link back. Ask them if you still need to see it.")
    status = 410


class PassphraseNeeded(RegistryError):
    code = "passphrase-needed"
    title = _("This link asks for a passphrase.")
    remedy = _("The person who sent you the link can tell you.")
    status = 401


class PassphraseWrong(RegistryError):
    code = "passphrase-wrong"
    title = _("This is not the passphrase.")
    remedy = _("Mind capital letters. If it still fails, ask the person who sent you the link.")
    status = 403


class TooManyPassphrases(RegistryError):
    code = "too-many-passphrases"
    title = _("Too many wrong passphrases for this link.")
    remedy = _("Wait an hour, or ask the person who sent it for a new link.")
    status = 429
