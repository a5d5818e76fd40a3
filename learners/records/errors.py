"""What can be the case with a claim."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class ClaimLinkUnknown(RegistryError):
    code = "claim-link-unknown"
    title = _("This link does not lead to a record.")
    remedy = _("Open the newest message from the college, or ask the college for a new link.")
    status = 404


class ClaimLinkExpired(RegistryError):
    code = "claim-link-expired"
    title = _("This link is too old.")
    remedy = _("Ask for a new one below. It goes to the address the college has for you.")
    status = 410


class ClaimLinkUsed(RegistryError):
    code = "claim-link-used"
    title = _("This link was used before.")
    remedy = _("Sign in with your address to see your record.")
    status = 410


class SignInFirst(RegistryError):
    code = "sign-in-first"
    title = _("Sign in before you claim this.")
    remedy = _("The address belongs to an account with a role or a second factor.")
    status = 403


class WrongAnswer(RegistryError):
    code = "wrong-answer"
    title = _("That is not what the college has for you.")
    remedy = _(
        "Try once more. After five wrong answers the link closes, and the help desk sends you a new one."
    )
    status = 422


class AnswersSpent(RegistryError):
    code = "answers-spent"
    title = _("Too many wrong answers for one day.")
    remedy = _(
        "No link to this record works any more today. Write to the college: its help desk can send you a new one."
    )
    status = 429


class ClaimedBySomebodyElse(RegistryError):
    code = "claimed-by-somebody-else"
    title = _("Somebody else has claimed this record.")
    remedy = _("Tell us with “This is not me”, and a person will look at it.")
    status = 409


class AddressDisputed(RegistryError):
    code = "address-disputed"
    title = _("The person at this address said: this is not me.")
    remedy = _("Correct the address, or close their request, before you send another link.")
    status = 409


class AlreadyClaimed(RegistryError):
    code = "already-claimed"
    title = _("This record is claimed already.")
    remedy = _("The person signs in with their address; no link is needed.")
    status = 409


class TooManyTries(RegistryError):
    code = "too-many-tries"
    title = _("Too many tries in a short time.")
    remedy = _("Wait a few minutes, then try again.")
    status = 429
