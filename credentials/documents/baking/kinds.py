"""What can be baked, under which names, and how much of it."""

from dataclasses import dataclass
from enum import Enum

from credentials.documents.errors import DocumentError
from credentials.documents.vocabulary import COMPACT_JWS

MAX_FILE = 10 * 1024 * 1024  # decisions.md 19
MAX_TEXT = 4 * 1024 * 1024
MAX_BAKED = 4  # of one file, which are compared


class Kind(Enum):
    """PNG keyword of each kind. LEGACY is Open Badges 2.0 or older, only ever read."""

    BADGE = "openbadgecredential"
    CLR = "clrcredential"
    LEGACY = "openbadges"


NAMESPACES = {
    Kind.BADGE: "https://purl.imsglobal.org/ob/v3p0",
    Kind.CLR: "https://purl.imsglobal.org/clr/v2p0",
    Kind.LEGACY: "http://openbadges.org",
}


@dataclass(frozen=True, slots=True)
class Baked:
    """A credential found in a file: its text as it stood there, JSON or a compact JWS."""

    kind: Kind
    text: str


def the_one(found: list[Baked]) -> Baked:
    """Return the credential of a file; of an older badge beside a newer one the newer.

    Raises DocumentError, "nothing-baked" if there is none, "several-baked" if some differ: readers take the first
    or the last of them (Open Badges 3.0, section 5.3, allows one).
    """
    newer = {one for one in found if one.kind is not Kind.LEGACY} or set(found)
    if len(newer) > 1 or len(found) > MAX_BAKED:
        raise DocumentError("several-baked")
    if not newer:
        raise DocumentError("nothing-baked")
    return newer.pop()


def check_file(data: bytes) -> None:
    """Refuse a file above the limit before anything reads it."""
    if len(data) > MAX_FILE:
        raise DocumentError("file-too-large", f"more than {MAX_FILE} bytes")


def check_text(text: str, kind: Kind) -> bool:
    """Refuse what cannot be baked; return whether the text is a compact JWS rather than JSON."""
    if kind is Kind.LEGACY:
        raise DocumentError("legacy-kind", "older badges are read, never made")
    if len(text) > MAX_TEXT:
        raise DocumentError("text-too-large")
    if any(char < " " and char not in "\t\n\r" for char in text) or "\x7f" in text:
        raise DocumentError("text-with-controls")
    is_jws = COMPACT_JWS.match(text) is not None
    if not is_jws and not text.startswith("{"):
        raise DocumentError("text-not-credential", "neither a JSON object nor a compact JWS")
    return is_jws
