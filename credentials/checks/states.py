"""The words of a verdict, gravest first, and what each means for somebody who must decide."""

from enum import StrEnum
from typing import Self

from credentials.reading.words import gettext
from credentials.reading.words import gettext_noop as _

NESTED = "nested-"
TRIAL = "trial"  # a warning, never a verdict


class Worded(StrEnum):
    """A text for machines with words for people."""

    words: str

    def __new__(cls, value: str, words: str = "") -> Self:
        """Return the member; its words are translated where they are read."""
        member = str.__new__(cls, value)
        member._value_, member.words = value, words
        return member

    @property
    def label(self) -> str:
        """The words in the reader's language."""
        return gettext(self.words)


class Outcome(Worded):
    """What became of one check."""

    PASS = "pass", _("Passed")  # noqa: S105  (a word, no secret)
    FAIL = "fail", _("Failed")
    UNKNOWN = "unknown", _("Could not check")


class Verdict(Worded):
    """What became of the whole document: the gravest of its reasons. The order here is the order of gravity."""

    MALFORMED = "malformed", _("Not a credential we can read")
    CONTEXT_UNAVAILABLE = "context-unavailable", _("Could not be read in full")
    JSONLD_ERROR = "jsonld-error", _("Parts are not covered by the signature")
    NO_PROOF = "no-proof", _("Not signed")
    UNSUPPORTED_PROOF = "unsupported-proof", _("Signed in a way we cannot check")
    KEY_UNRESOLVABLE = "key-unresolvable", _("Signing key not confirmed")
    SIGNATURE_INVALID = "signature-invalid", _("Signature does not match")
    ISSUER_MISMATCH = "issuer-mismatch", _("Signed by somebody else")
    PROOF_EXPIRED = "proof-expired", _("Signature has run out")
    REVOKED = "revoked", _("Withdrawn")
    SUSPENDED = "suspended", _("On hold")
    SUPERSEDED = "superseded", _("Replaced")
    NOT_YET_VALID = "not-yet-valid", _("Not valid yet")
    EXPIRED = "expired", _("Expired")
    STATUS_INVALID = "status-invalid", _("Withdrawal list cannot be relied on")
    STATUS_UNAVAILABLE = "status-unavailable", _("Withdrawal not checked")
    ISSUER_UNKNOWN = "issuer-unknown", _("Issuer not known to us")
    VALID = "valid", _("Valid")


ORDER = {verdict.value: place for place, verdict in enumerate(Verdict)}
# States of the look's marks (ui.STATES): a shape and a tone for each verdict in a table.
MARKS = {
    Verdict.VALID: "valid",
    Verdict.EXPIRED: "expired",
    Verdict.SUPERSEDED: "superseded",
    Verdict.REVOKED: "revoked",
}


def gravity(reason: str) -> tuple[int, int]:
    """Return what to sort reasons by: the gravest first, and one inside before one of the whole."""
    plain = reason.removeprefix(NESTED)
    return ORDER.get(plain, ORDER["malformed"]), 0 if reason.startswith(NESTED) else 1


def verdict_label(verdict: str) -> str:
    """Return the words for a verdict, also for one of something inside."""
    label = Verdict(verdict.removeprefix(NESTED)).label
    if verdict.startswith(NESTED):
        return gettext("Inside: {label}").format(label=label)
    return label
