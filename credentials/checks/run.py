"""What the checks of one document share: the question, the document, and what was found so far."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from credentials.canon import strict_json
from credentials.canon.contexts import ContextLoader
from credentials.checks.report import Check, Report
from credentials.checks.states import Outcome
from credentials.reading.incoming import Token
from credentials.reading.resolving import Keys
from credentials.reading.sources import Source
from credentials.tokens.jws import Jws
from credentials.tokens.sd_jwt_vc import SdJwtVc

Json = dict[str, Any]
MAX_NESTED = 200  # credentials inside one document
MAX_DEPTH = 3  # record in a presentation, badge in a record, endorsement of a badge


@dataclass(frozen=True)
class Known:
    """An issuer somebody vouches for. provenance: "own", "administrator" or "registry"."""

    name: str
    url: str = ""
    provenance: str = "administrator"
    source: str = ""


@dataclass(frozen=True)
class Registered:
    """What our own register says of a document with exactly this text; extra words, never a favour."""

    signed_at: datetime | None = None
    replaced_on: str = ""  # ISO date
    reason: str = ""  # the public reason of a withdrawal, in words


@dataclass(frozen=True)
class Register:
    """Look-ups in our own tables; the empty one knows nothing and works without a database."""

    issuer: Callable[[str], Known | None] = lambda did: None
    document: Callable[[str], Registered | None] = lambda digest: None
    basis: Callable[[str], tuple[str, str, str]] = lambda achievement: ("", "", "")
    trial: Callable[[str], bool] = lambda did: False  # whether a key for trials of ours stands behind a DID


@dataclass
class Ask:
    """The question: at what time, with which sources, for whom, how strictly."""

    now: datetime
    source: Source
    register: Register = field(default_factory=Register)
    contexts: ContextLoader | None = None
    demand_known: bool = False
    recipient: str = ""
    origin: str = ""  # of our own issuers
    nested_left: int = MAX_NESTED
    challenge: str | None = None  # what the proofs of the document itself must answer
    domain: str | None = None
    resources: Source | None = None  # where files of any kind come from; as `source` if None
    by_the_letter: bool = False  # what others write against the letter of the W3C's rules is not read
    refreshing: bool = False  # this one came from a refresh service, which is asked only once


@dataclass
class Run:
    """One document on its way through the checks."""

    document: Json
    ask: Ask
    digest: str
    depth: int = 0
    checks: list[Check] = field(default_factory=list)
    members: list[Report] = field(default_factory=list)
    newer: Report | None = None
    signed: bool = False  # every proof holds, and is the issuer’s
    known: Known | None = None
    distrusted: datetime | None = None  # since when its key is, where our register holds it from before
    kind: str = "other"
    token: Token | None = None  # what carries the document, if it is a token

    def __post_init__(self) -> None:
        self.keys = Keys(self.ask.source)

    @property
    def jws(self) -> Jws | None:
        """The signed part of the token that carries the document."""
        if isinstance(self.token, SdJwtVc):
            return self.token.sd_jwt.jws
        return self.token.jws if self.token is not None else None

    @property
    def issuer_id(self) -> str:
        """The id of the issuer that the document names, or ""; of a presentation its holder's."""
        return id_of(self.document.get("holder" if self.kind == "presentation" else "issuer"))

    def registered(self) -> Registered | None:
        """Return what our register says of this very text, as it came or written compactly."""
        if not self.digest:
            return None
        return self.ask.register.document(self.digest) or self.ask.register.document(self.compact_digest)

    @property
    def compact_digest(self) -> str:
        """The digest of the document written without spaces, its members in their own order."""
        try:
            return digest_of(strict_json.dumps(self.document))
        except (TypeError, ValueError, RecursionError):
            return ""

    @property
    def failed(self) -> bool:
        """Whether something failed that decides the verdict."""
        return any(check.reason and not check.warning for check in self.checks)

    def passed(self, code: str, label: str, sentence: str, advice: str = "") -> None:
        """Note a check that held."""
        self.checks.append(Check(code, Outcome.PASS.value, str(label), str(sentence), str(advice)))

    def fails(
        self, code: str, reason: str, label: str, sentence: str, advice: str = "", *, warning: bool = False
    ) -> None:
        """Note a check that did not hold."""
        self.checks.append(
            Check(code, Outcome.FAIL.value, str(label), str(sentence), str(advice), _plain(reason), warning)
        )

    def unsure(
        self, code: str, reason: str, label: str, sentence: str, advice: str = "", *, warning: bool = False
    ) -> None:
        """Note what could not be checked; with no reason it decides nothing."""
        self.checks.append(
            Check(
                code, Outcome.UNKNOWN.value, str(label), str(sentence), str(advice), _plain(reason), warning
            )
        )


def _plain(reason: str) -> str:
    return str(getattr(reason, "value", reason))


def id_of(value: Any) -> str:
    """Return the id of an object, or the text that stands for it, or ""."""
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""


def objects(value: Any) -> list[Json]:
    """Return the objects of a member that may hold one or many."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def text_of(value: Any, limit: int = 500) -> str:
    """Return plain text, also of a language object, cut to a length, without control characters."""
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, dict):
        value = value.get("@value", "")
    if not isinstance(value, str):
        return ""
    kept = value
    if not value.isprintable():
        kept = "".join(char for char in value if char.isprintable() or char == "\n")
    return kept if len(kept) <= limit else kept[: limit - 1] + "…"


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of a document's text in hex."""
    return hashlib.sha256(data).hexdigest()
