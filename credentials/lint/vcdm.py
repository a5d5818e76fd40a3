"""The musts of the W3C Verifiable Credentials Data Model 2.0, section 4."""

from typing import Any

from credentials.documents.dates import read_stamp
from credentials.documents.vocabulary import VC_CONTEXT, VC_CONTEXT_V1
from credentials.lint.digests import check_digests
from credentials.lint.findings import MAX_DEPTH, Path, Report
from credentials.lint.kinds import objects_in, own_id
from credentials.lint.proofs import PROOF
from credentials.lint.status import check_status_entry, check_status_list

_LANGUAGE_OBJECT = frozenset({"@value", "@language", "@direction"})
_TYPED = ("credentialStatus", "credentialSchema", "refreshService", "termsOfUse", "evidence")
_ENVELOPES = frozenset({"EnvelopedVerifiableCredential", "EnvelopedVerifiablePresentation"})


def types_of(document: dict[str, Any]) -> list[str]:
    """Return the types of an object as a list of texts."""
    value = document.get("type")
    if type(value) is str:
        return [value]
    return [one for one in value if type(one) is str] if type(value) is list else []


def is_version_1(document: dict[str, Any]) -> bool:
    """Return whether the document is of the older data model 1.1."""
    contexts = document.get("@context")
    return type(contexts) is list and contexts[:1] == [VC_CONTEXT_V1]


def check_vcdm(report: Report, document: dict[str, Any], path: Path = None) -> None:
    """Check a credential, a presentation or an enveloped one by the data model alone."""
    if report.depth >= MAX_DEPTH:
        report.must(path, "too-deep", "Objects are nested too deep.")
        return
    report.depth += 1
    types = types_of(document)
    _check_context(report, document, path)
    _check_types(report, document, path)
    if "id" in document:
        own_id(report, document["id"], (path, "id"))
    if not _ENVELOPES.isdisjoint(types):
        _check_envelope(report, document, path)
    elif "VerifiablePresentation" in types:
        _check_presentation(report, document, path)
    elif "VerifiableCredential" in types:
        _check_credential(report, document, path)
        if "BitstringStatusListCredential" in types:
            check_status_list(report, document, path)
    else:
        report.must((path, "type"), "type-missing", "The types must hold VerifiableCredential.")
    report.depth -= 1


def _check_context(report: Report, document: dict[str, Any], path: Path) -> None:
    contexts, here = document.get("@context"), (path, "@context")
    if contexts == VC_CONTEXT and type(contexts) is str:
        report.should(here, "not-array", "The contexts are an ordered array.")
        return
    if type(contexts) is not list or not contexts:
        report.must(here, "context-missing", "The contexts are an array that begins with the base context.")
        return
    if contexts[0] == VC_CONTEXT_V1 and not report.strict:
        report.advise(here, "vcdm-1.1", "The document is of the older data model 1.1.")
    elif contexts[0] != VC_CONTEXT:
        report.must(here, "context-missing", "The first context must be that of VCDM 2.0.")
    if not all(type(one) is dict or (type(one) is str and one) for one in contexts):
        report.must(here, "context-malformed", "A context is a URL or an object.")


def _check_types(report: Report, document: dict[str, Any], path: Path) -> None:
    value = document.get("type")
    items = value if type(value) is list else [value]
    if not items or not all(type(one) is str and one for one in items):
        report.must((path, "type"), "type-malformed", "A type is text, and there is at least one.")


def _check_envelope(report: Report, document: dict[str, Any], path: Path) -> None:
    own = document.get("id")
    if type(own) is not str or not own.startswith("data:"):
        report.must((path, "id"), "envelope-id", "An enveloped credential is a data: URL.")


def _check_presentation(report: Report, document: dict[str, Any], path: Path) -> None:
    holder = document.get("holder")
    if holder is not None:
        _check_party(report, holder, (path, "holder"))
    members = document.get("verifiableCredential", [])
    for index, one in enumerate(members if type(members) is list else [members]):
        here = ((path, "verifiableCredential"), index)
        if type(one) is dict:
            check_vcdm(report, one, here)
        else:
            report.must(here, "not-object", "A credential in a presentation is an object.")
    _check_proofs(report, document, path)


def _check_credential(report: Report, document: dict[str, Any], path: Path) -> None:
    for member in ("name", "description"):
        if member in document:
            _check_words(report, document[member], (path, member))
    if "issuer" in document:
        _check_party(report, document["issuer"], (path, "issuer"))
    else:
        report.must(path, "member-missing", "A credential needs issuer.")
    _check_subjects(report, document, path)
    _check_dates(report, document, path)
    for member in _TYPED:
        if member in document:
            _check_typed(report, member, document[member], (path, member))
    if "relatedResource" in document:
        _check_resources(report, document["relatedResource"], (path, "relatedResource"))
    _check_proofs(report, document, path)


def _check_words(report: Report, value: Any, path: Path) -> None:
    for one in value if type(value) is list else [value]:
        if type(one) is str:
            continue
        if type(one) is not dict or not one.keys() <= _LANGUAGE_OBJECT or type(one.get("@value")) is not str:
            report.must(path, "not-text", "Text, or a value with its language, is needed here.")
        else:
            report.should(path, "language-object", "The 1EdTech schemas take plain text only.")
            if "@direction" in one:
                report.advise(path, "direction", "Software disagrees on how a direction is signed.")


def _check_party(report: Report, value: Any, path: Path) -> None:
    if type(value) is not dict:
        own_id(report, value, path)
        return
    if "id" not in value:
        report.must(path, "member-missing", "An issuer or holder needs id.")
    else:
        own_id(report, value["id"], (path, "id"))
    for member in ("name", "description"):
        if member in value:
            _check_words(report, value[member], (path, member))


def _check_subjects(report: Report, document: dict[str, Any], path: Path) -> None:
    here: Path = (path, "credentialSubject")
    value = document.get("credentialSubject")
    subjects = value if type(value) is list else [value]
    if not subjects or not all(type(one) is dict and one for one in subjects):
        report.must(here, "subject-missing", "A credential needs a subject with at least one member.")
        return
    for one in objects_in(value):
        if "id" in one:
            own_id(report, one["id"], (here, "id"))


def _check_dates(report: Report, document: dict[str, Any], path: Path) -> None:
    members = ("issuanceDate", "expirationDate") if is_version_1(document) else ("validFrom", "validUntil")
    moments = []
    for member in members:
        value = document.get(member)
        moment = read_stamp(value)
        moments.append(moment)
        if member in document and moment is None:
            report.must((path, member), "not-date-time", "A date and time with zone is needed here.")
        elif moment and report.strict and "." in str(value):
            report.should((path, member), "fraction-of-second", "Write whole seconds.")
    first, last = moments
    if first and last and last < first:
        report.must((path, members[1]), "dates-reversed", "The end lies before the beginning.")
    if members[0] == "issuanceDate" and "issuanceDate" not in document:
        report.must(path, "member-missing", "A credential of VCDM 1.1 needs issuanceDate.")


def _check_typed(report: Report, member: str, value: Any, path: Path) -> None:
    items = value if type(value) is list else [value]
    for index, one in enumerate(items):
        here: Path = (path, index) if items is value else path
        if type(one) is not dict:
            report.must(here, "not-object", f"{member} is an object.")
            continue
        if not types_of(one):
            report.must(here, "type-missing", f"{member} needs type.")
        if "id" in one:
            own_id(report, one["id"], (here, "id"))
        elif member == "credentialSchema":
            report.must(here, "member-missing", "credentialSchema needs id.")
        check_digests(report, one, here)
        if member == "credentialStatus":
            check_status_entry(report, one, here)


def _check_resources(report: Report, value: Any, path: Path) -> None:
    seen: set[str] = set()
    for one in value if type(value) is list else [value]:
        own = one.get("id") if type(one) is dict else None
        if type(own) is not str:
            report.must(path, "member-missing", "A related resource is an object with id.")
        elif own in seen:
            report.must(path, "resource-twice", "A related resource is named twice.")
        else:
            seen.add(own)
            if not {"digestSRI", "digestMultibase"} & one.keys():
                report.must(path, "member-missing", "A related resource needs a digest.")
            check_digests(report, one, path)


def _check_proofs(report: Report, document: dict[str, Any], path: Path) -> None:
    if "proof" not in document:
        return
    value = document["proof"]
    if not objects_in(value) or (type(value) is list and len(objects_in(value)) != len(value)):
        report.must((path, "proof"), "not-object", "A proof is an object.")
        return
    if any(len(types_of(one)) != 1 for one in objects_in(value)):
        report.must((path, "proof"), "type-missing", "A proof has one type.")
    for index, one in enumerate(objects_in(value)):
        here: Path = (path, "proof")
        PROOF(report, one, (here, index) if type(value) is list else here)
