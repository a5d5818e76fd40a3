"""What came in: JSON, a token, a baked picture, a paper with a file in it, or something else. All of it hostile."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.documents.baking.kinds import MAX_FILE, Kind
from credentials.documents.baking.pdf import extract_pdf
from credentials.documents.baking.png import extract_png
from credentials.documents.baking.svg import extract_svg
from credentials.documents.errors import DocumentError
from credentials.reading import codes
from credentials.reading.words import gettext as _
from credentials.tokens import enveloped, sd_jwt_vc, vc_jwt, vp_jwt
from credentials.tokens.sd_jwt_vc import SdJwtVc
from credentials.tokens.vc_jwt import VcJwt
from credentials.tokens.vp_jwt import VpJwt

WEB_BYTES = 64 * 1024  # checked in the web process; larger ones go to the queue (decisions 19)
OPEN_BYTES = 256 * 1024  # JSON of anybody
QUEUE_BYTES = 4 * 1024 * 1024  # JSON by the queue, or whose digest is ours
MAX_BUNDLE = 100
MALFORMED, NO_PROOF, UNSUPPORTED = "malformed", "no-proof", "unsupported-proof"  # of checks.states.Verdict
_CREDENTIAL_FILE = re.compile(r"\.(json|jsonld|jwt|jws|vc)\Z", re.IGNORECASE)
OB2_CONTEXT = "https://w3id.org/openbadges/v2"
Token = VcJwt | VpJwt | SdJwtVc
Follow = Callable[[str], bytes]
# ey: a JSON object in base64url. With tildes it is an SD-JWT.
_TOKEN = re.compile(rb"ey[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*\.[A-Za-z0-9_-]*(?:~[A-Za-z0-9_.-]*)*\Z")
_BEFORE_THE_ROOT = {b"<?": b"?>", b"<!--": b"-->", b"<!DOCTYPE": b">"}
_SVG_ROOT = re.compile(rb"<(?:[A-Za-z_][\w.-]{0,40}:)?svg[\s/>]")
_LINK = re.compile(r"\s*(https?://[^\s/?#]*)([^\s]*)\s*\Z", re.IGNORECASE)


class NotRead(Exception):
    """Nothing to check in it. sentence, advice: for the reader. verdict: what it comes to."""

    def __init__(self, sentence: str, advice: str = "", verdict: str = MALFORMED) -> None:
        super().__init__(sentence)
        self.sentence, self.advice, self.verdict = sentence, advice, verdict


@dataclass(frozen=True)
class Found:
    """A credential's text as it came, and the JSON object in it. token: the JWT that carries it, not yet believed."""

    text: bytes
    document: dict[str, Any]
    token: Token | None = None

    @property
    def digests(self) -> list[str]:
        """The digests under which our register may hold it: as it came, and written compactly."""
        return [hashlib.sha256(text).hexdigest() for text in (self.text, strict_json.dumps(self.document))]

    @property
    def members(self) -> list[Any]:
        """The credentials of an unsigned bundle or presentation; none of anything signed."""
        if self.token is not None:
            return []
        members = self.document.get("credentials")
        if "proof" not in self.document and "VerifiablePresentation" in str(self.document.get("type"))[:200]:
            members = self.document.get("verifiableCredential")
        members = [members] if isinstance(members, dict) else members
        if "@context" in self.document and members is self.document.get("credentials"):
            return []
        if not isinstance(members, list) or not 0 < len(members) <= MAX_BUNDLE:
            return []
        return [one if isinstance(one, dict | str) else {} for one in members]


def link_in(text: str) -> str:
    """Return the address if a text is nothing but one, else "". Codes often write scheme and host in capitals."""
    match = _LINK.match(text) if len(text) <= 2_000 else None
    return match[1].lower() + match[2] if match and len(match[1]) > len("https://") else ""


def is_container(data: bytes) -> bool:
    """Return whether data is a picture or a paper that may carry a credential."""
    return codes.is_picture(data) or b"%PDF-" in data[:1024] or _is_svg(data)


def read(data: bytes, *, max_bytes: int = QUEUE_BYTES, follow: Follow | None = None) -> Found:
    """Return the credential in what came in. Raises NotRead.

    follow: opens the link that a code or a text holds, once; without it no link is opened.
    """
    text = _within(data, max_bytes)
    link = link_in(text[:2_000].decode("ascii", "replace")) if len(text) <= 2_000 else ""
    if link and follow is None:
        raise NotRead(
            _("This is a link, and we did not open it."),
            _("Open it in a browser, download the credential there, and check that file."),
            UNSUPPORTED,
        )
    if link and follow is not None:
        text = _within(follow(link), max_bytes)
    return _parse(text, max_bytes)


def _within(data: bytes, max_bytes: int) -> bytes:
    if len(data) > (MAX_FILE if is_container(data) else max_bytes):
        raise NotRead(
            _("It is larger than anything we check."), _("Ask for the credential itself, as a JSON file.")
        )
    return _unpack(data)


def _unpack(data: bytes) -> bytes:
    try:
        if codes.is_picture(data):
            return _from_picture(data)
        if b"%PDF-" in data[:1024]:
            return _from_pdf(data)
        if _is_svg(data):
            return _baked(extract_svg(data))
    except ProofError as error:
        raise _unreadable(error) from None
    return data


def _from_picture(data: bytes) -> bytes:
    """Return what is baked into a picture, else what its code says."""
    try:
        return _baked(extract_png(data))
    except ProofError as error:
        if error.code not in {"nothing-baked", "not-png"}:
            raise
        text = codes.text_in_code(data)
        if not text:
            raise DocumentError("nothing-baked") from None
        return text.encode()


def _is_svg(data: bytes) -> bool:
    """Return whether the first element is `svg`, in any prefix; a page may hold pictures further down."""
    head = data[:65_536].removeprefix(b"\xef\xbb\xbf").lstrip()
    while opening := next((one for one in _BEFORE_THE_ROOT if head.startswith(one)), b""):
        end = _BEFORE_THE_ROOT[opening]
        if opening == b"<!DOCTYPE" and b"[" in head.partition(b">")[0]:
            end = b"]>"
        head = head.partition(end)[2].lstrip()
    return _SVG_ROOT.match(head) is not None


def _baked(found: Any) -> bytes:
    text: str = found.text
    if found.kind is Kind.LEGACY and link_in(text):  # a hosted badge of version 2 is its address
        hosted = {"type": "HostedBadge"}
        return strict_json.dumps(
            {"@context": OB2_CONTEXT, "type": "Assertion", "id": link_in(text), "verification": hosted}
        )
    return text.encode()


def _from_pdf(data: bytes) -> bytes:
    attached = [content for name, content in extract_pdf(data) if _CREDENTIAL_FILE.search(name)]
    if not attached:
        raise NotRead(
            _("This PDF carries no credential. The printed words alone prove nothing."),
            _("Ask the holder for a link, or for the file that came with the PDF."),
            NO_PROOF,
        )
    if len(attached) > 1:  # data for other programs may lie beside the one credential
        attached = [one for one in attached if _may_be_checked(one)] or attached[:1]
    if len(set(attached)) > 1:
        raise DocumentError("several-baked")
    return attached[0]


def _may_be_checked(data: bytes) -> bool:
    """Return whether data is a token, or JSON that says of itself what it is."""
    if _TOKEN.match(data.strip()):
        return True
    try:
        return "@context" in strict_json.loads(data.strip())
    except ProofError:
        return False


def _unreadable(error: ProofError) -> NotRead:
    if error.code == "nothing-baked":
        return NotRead(
            _("This picture carries no credential. Phones and chat programs often remove it."),
            _("Ask the holder for a link, or for the file as it was downloaded."),
            NO_PROOF,
        )
    if error.code == "several-baked":
        return NotRead(_("It carries more than one credential."), _("Ask the holder for each one as a file."))
    if error.code == "pdf-encrypted":
        return NotRead(_("This PDF is locked with a password."), _("Ask the holder for an open copy."))
    return NotRead(_("This file is damaged, or not what its name says."))


def from_envelope(document: dict[str, Any]) -> Found:
    """Return the token that an enveloped credential or presentation holds. Raises NotRead."""
    try:
        envelope = enveloped.open_envelope(document)
        if envelope.media_type == "application/vp+sd-jwt":
            raise ProofError("unsupported-proof")
    except ProofError as error:
        raise _token_refused(error) from None
    found = from_token(envelope.token.encode())
    if isinstance(found.token, VpJwt) != (envelope.media_type == "application/vp+jwt"):
        raise _token_refused(ProofError("malformed"))
    return found


def from_token(text: bytes) -> Found:
    """Return the credential or presentation of a token, not yet believed. Raises NotRead."""
    try:
        token = _token(text.decode("ascii"))
    except ProofError as error:
        raise _token_refused(error) from None
    return Found(text, token.document, token)


def _token(words: str) -> Token:
    if "~" in words:
        return sd_jwt_vc.read(words)
    return vp_jwt.read(words) if vp_jwt.holds_presentation(words) else vc_jwt.read(words)


def _token_refused(error: ProofError) -> NotRead:
    if error.code == "signature-invalid":
        return NotRead(
            _("This token is signed in a way that proves nothing: anybody could have made it."),
            _("Ask the college that issued it for a new copy."),
            error.code,
        )
    if error.code == "unsupported-proof":
        return NotRead(
            _("It carries a signature of a kind that we do not check."),
            _("Ask the issuer where it can be checked."),
            error.code,
        )
    return NotRead(_("This token is damaged, or holds no credential."))


def _parse(text: bytes, max_bytes: int) -> Found:
    stripped = text.strip()
    if _TOKEN.match(stripped):
        return from_token(stripped)
    if stripped[:1] == b"<" and b"europa.eu" in stripped[:4_000]:
        raise NotRead(
            _("This is a European Digital Credential, which we do not check."),
            _("Check it with the viewer of Europass."),
            UNSUPPORTED,
        )
    if stripped[:1] == b"<":
        raise NotRead(
            _("This is a web page, not a credential."),
            _("Look on that page for a way to download the credential, and check that file."),
        )
    try:
        document = strict_json.loads(stripped, max_bytes=max_bytes)
    except ProofError:
        raise NotRead(_("This is not a credential, or a part of it got lost on the way.")) from None
    return from_envelope(document) if enveloped.is_enveloped(document) else Found(stripped, document)
