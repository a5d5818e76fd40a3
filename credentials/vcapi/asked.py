"""What a request asks for, read from a stranger's JSON. An unknown member is an error, never ignored.

Rule: VCALM 0.9, sections 3.2 (Issuing) and 3.3 (Verifying).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from credentials.canon import strict_json
from credentials.canon.errors import VC, ProofError
from credentials.vcapi.errors import RequestRefused

Json = dict[str, Any]
UNKNOWN_OPTION = "https://www.w3.org/TR/vcalm#UNKNOWN_OPTION_PROVIDED"
MALFORMED = VC + "MALFORMED_VALUE_ERROR"
PARSING = VC + "PARSING_ERROR"
MAX_BODY = 256 * 1024
MAX_TEXT = 2_000
MAX_POINTERS = 100
_PRESENTATION = "VerifiablePresentation"
_TEXTS = ("credentialId", "cryptosuite", "challenge", "domain")
_ISSUE = frozenset({"credentialId", "cryptosuite", "mandatoryPointers", "credentialStatus"})
_DERIVE = frozenset({"selectivePointers"})
_ENTRY = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
_VERIFY = frozenset(
    ["checks", "challenge", "domain", "returnResults", "returnProblemDetails", "returnCredential"]
    + ["returnPresentation"]
)


@dataclass(frozen=True)
class Asked:
    """A request that can be followed. checks: None for all of them."""

    document: Json
    credential_id: str = ""
    cryptosuite: str = ""
    mandatory_pointers: tuple[str, ...] = ()
    selective_pointers: tuple[str, ...] = ()
    with_status: bool = False  # an entry in a status list is to be put in
    challenge: str | None = None
    domain: str | None = None
    checks: frozenset[str] | None = None
    give_back: bool = False
    unsigned: bool = False  # a presentation that has no proof of its own


def to_issue(body: bytes) -> Asked:
    """Return what is to be signed, and how. Raises RequestRefused."""
    request = _request(body, {"credential", "options"})
    return _asked(_object(request, "credential"), _options(request, _ISSUE))


def to_derive(body: bytes) -> Asked:
    """Return the credential of which parts are to be shown, and which. Raises RequestRefused."""
    request = _request(body, {"verifiableCredential", "options"})
    return _asked(_object(request, "verifiableCredential"), _options(request, _DERIVE))


def to_verify_credential(body: bytes) -> Asked:
    """Return the credential to check. Raises RequestRefused."""
    request = _request(body, {"verifiableCredential", "options"})
    asked = _asked(_object(request, "verifiableCredential"), _options(request, _VERIFY))
    _demand_type(asked, "VerifiableCredential")
    return asked


def to_verify_presentation(body: bytes) -> Asked:
    """Return the presentation to check, with a proof of its own or without. Raises RequestRefused."""
    names = {"verifiablePresentation", "presentation"}
    request = _request(body, names | {"options"})
    given = sorted(names & request.keys())
    if len(given) != 1:
        raise refused(MALFORMED, "One of verifiablePresentation and presentation is needed.")
    asked = _asked(_object(request, given[0]), _options(request, _VERIFY))
    _demand_type(asked, "VerifiablePresentation")
    unsigned = "proof" not in asked.document and f"Enveloped{_PRESENTATION}" not in _types(asked)
    if unsigned and given == ["verifiablePresentation"]:
        raise refused(MALFORMED, "verifiablePresentation has no proof; without one, send it as presentation.")
    return replace(asked, unsigned=unsigned)


def refused(problem: str, words: str) -> RequestRefused:
    """Return the refusal of a request. words: without anything of what was sent but member names."""
    return RequestRefused(verified=False, errors=[words], problemDetails=[{"type": problem, "title": words}])


def _demand_type(asked: Asked, name: str) -> None:
    if not {name, f"Enveloped{name}"} & _types(asked):
        raise refused(MALFORMED, f"The type does not hold {name}.")


def _types(asked: Asked) -> set[str]:
    value = asked.document.get("type")
    return {one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)}


def _request(body: bytes, known: set[str]) -> Json:
    try:
        request = strict_json.loads(body, max_bytes=MAX_BODY)
    except ProofError as error:
        raise refused(PARSING, error.detail) from None
    _refuse_unknown(request, known)
    return request


def _options(request: Json, known: frozenset[str]) -> Json:
    options = request.get("options", {})
    if not isinstance(options, dict):
        raise refused(MALFORMED, "options is not an object.")
    _refuse_unknown(options, known)
    return options


def _refuse_unknown(given: Mapping[str, Any], known: set[str] | frozenset[str]) -> None:
    unknown = sorted(set(given) - known)
    if unknown:
        raise refused(UNKNOWN_OPTION, f"There is no member {unknown[0][:60]!r} here.")


def _object(request: Json, name: str) -> Json:
    document = request.get(name)
    if not isinstance(document, dict) or not document:
        raise refused(MALFORMED, f"{name} is not an object with members.")
    return document


def _asked(document: Json, options: Json) -> Asked:
    for name in _TEXTS:
        value = options.get(name, "")
        if not isinstance(value, str) or len(value) > MAX_TEXT:
            raise refused(MALFORMED, f"options.{name} is not a text, or too long.")
    return Asked(
        document,
        credential_id=options.get("credentialId", ""),
        cryptosuite=options.get("cryptosuite", ""),
        mandatory_pointers=tuple(_texts(options, "mandatoryPointers")),
        selective_pointers=tuple(_texts(options, "selectivePointers")),
        with_status=_wants_status(options),
        challenge=options.get("challenge"),
        domain=options.get("domain"),
        checks=frozenset(_texts(options, "checks")) if "checks" in options else None,
        give_back=any(_flag(options, name) for name in ("returnCredential", "returnPresentation")),
    )


def _texts(options: Json, name: str) -> list[str]:
    value = options.get(name, [])
    if not isinstance(value, list) or len(value) > MAX_POINTERS:
        raise refused(MALFORMED, f"options.{name} is not a list, or too long.")
    if not all(isinstance(one, str) and len(one) <= MAX_TEXT for one in value):
        raise refused(MALFORMED, f"options.{name} holds something that is no text.")
    return value


def _wants_status(options: Json) -> bool:
    """Return whether an entry is asked for: of the one kind there is."""
    if "credentialStatus" not in options:
        return False
    if options["credentialStatus"] != _ENTRY:
        raise refused(MALFORMED, "options.credentialStatus asks for another kind of entry.")
    return True


def _flag(options: Json, name: str) -> bool:
    value = options.get(name, False)
    if not isinstance(value, bool):
        raise refused(MALFORMED, f"options.{name} is neither true nor false.")
    return value
