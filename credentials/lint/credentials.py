"""AchievementCredential, EndorsementCredential and ClrCredential: the document and what is nested in it."""

import re
from collections.abc import Callable
from typing import Any

from credentials.documents.vocabulary import (
    ASSOCIATION_TYPES,
    CLR_CONTEXT,
    EXTENSION_TYPES,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
)
from credentials.lint.badge import (
    ACHIEVEMENT,
    ACHIEVEMENT_SUBJECT,
    EVIDENCE,
    IDENTITY,
    IMAGE,
    PROFILE,
    check_recipient,
)
from credentials.lint.findings import Path, Report
from credentials.lint.kinds import (
    Check,
    Shape,
    boolean,
    class_text,
    classes,
    compact_jws,
    date_time,
    filled_text,
    many,
    many_texts,
    objects_in,
    one_of,
    own_id,
    text,
    uri,
)
from credentials.lint.vcdm import check_vcdm, is_version_1, types_of

_OB_PATTERN = re.compile(r"https://purl\.imsglobal\.org/spec/ob/v3p0/context(-3\.[0-9]\.[0-9])*\.json\Z")
_CLR_PATTERN = re.compile(r"https://purl\.imsglobal\.org/spec/clr/v2p0/context(-2\.[0-9]\.[0-9])+\.json\Z")
_BADGE_TYPES = frozenset({"OpenBadgeCredential", "AchievementCredential"})
_SERVICES = ("credentialSchema", "credentialStatus", "refreshService")


def lint_badge(report: Report, document: dict[str, Any], path: Path = None) -> None:
    """Check an AchievementCredential or EndorsementCredential (OB 3.0)."""
    check_vcdm(report, document, path)
    _check_contexts(report, document, path, ((OB_CONTEXT, _OB_PATTERN),))
    types = types_of(document)
    if "EndorsementCredential" in types:
        ENDORSEMENT_CREDENTIAL(report, document, path)
        return
    if _BADGE_TYPES.isdisjoint(types):
        report.should((path, "type"), "type-missing", "The types must hold OpenBadgeCredential.")
    ACHIEVEMENT_CREDENTIAL(report, document, path)


def lint_clr(report: Report, document: dict[str, Any], path: Path = None) -> None:
    """Check a ClrCredential (CLR 2.0) with all its members."""
    check_vcdm(report, document, path)
    _check_contexts(report, document, path, ((CLR_CONTEXT, _CLR_PATTERN), (OB_CONTEXT, _OB_PATTERN)))
    if "ClrCredential" not in types_of(document):
        report.should((path, "type"), "type-missing", "The types must hold ClrCredential.")
    CLR_CREDENTIAL(report, document, path)


def _check_contexts(
    report: Report, document: dict[str, Any], path: Path, wanted: tuple[tuple[str, re.Pattern[str]], ...]
) -> None:
    contexts, here = document.get("@context"), (path, "@context")
    if type(contexts) is not list:
        return
    for position, (ours, pattern) in enumerate(wanted, start=1):
        found = contexts[position] if len(contexts) > position else None
        if type(found) is not str or not (found == ours if report.strict else pattern.match(found)):
            report.should(here, "context-order", f"Context {position + 1} must be {ours}.")
    others = contexts[len(wanted) + 1 :]
    if report.strict and others not in ([], [EXTENSIONS_CONTEXT]):
        report.should(here, "context-unknown", "Only extensions.json may follow, as the last one.")
    if EXTENSIONS_CONTEXT not in contexts and _uses_extensions(document):
        report.should(here, "context-extensions", "A 1EdTech type is used, and extensions.json is missing.")


def _uses_extensions(document: dict[str, Any]) -> bool:
    return any(
        not EXTENSION_TYPES.isdisjoint(types_of(one))
        for member in _SERVICES
        for one in objects_in(document.get(member))
    )


def _issuer(report: Report, value: Any, path: Path) -> None:
    if type(value) is dict:
        PROFILE(report, value, path)
    elif report.strict:
        report.should(path, "issuer-not-profile", "Our documents carry the issuer's profile.")


def _single(report: Report, value: Any, path: Path) -> None:
    if type(value) is list:
        report.should(path, "not-single", "One object is needed here, not an array.")
    _typed(report, value, path)


def _service(report: Report, value: Any, path: Path) -> None:
    if type(value) is list:
        report.should(path, "not-single", "One object is needed here, not an array.")
    for one in objects_in(value):
        uri(report, one.get("id"), (path, "id"))
        _only_text_type(report, one, path)


def _typed(report: Report, value: Any, path: Path) -> None:
    for one in objects_in(value):
        _only_text_type(report, one, path)


def _only_text_type(report: Report, value: dict[str, Any], path: Path) -> None:
    if type(value.get("type")) is list:
        report.should((path, "type"), "type-not-text", "The type is one text here.")


def _nested(report: Report, value: Any, path: Path, check: Callable[[Report, Any, Path], None]) -> None:
    """Check a credential that somebody has signed already: by the rules for foreign documents."""
    if type(value) is not dict:
        report.should(path, "not-object", "A credential is an object.")
        return
    strict, report.strict = report.strict, False
    nodes, report.nodes = (
        report.nodes,
        {},
    )  # it is signed by itself; what its surroundings repeat is in merging
    check(report, value, path)
    report.strict, report.nodes = strict, nodes


def _endorsement(report: Report, value: Any, path: Path) -> None:
    if type(value) is dict and "EndorsementCredential" not in types_of(value):
        report.should((path, "type"), "type-missing", "The types must hold EndorsementCredential.")
    _nested(report, value, path, lint_badge)


def _member(report: Report, value: Any, path: Path) -> None:
    types = types_of(value) if type(value) is dict else []
    if "ClrCredential" in types:
        _nested(report, value, path, lint_clr)
    elif not _BADGE_TYPES.isdisjoint(types) or "EndorsementCredential" in types:
        _nested(report, value, path, lint_badge)
    else:
        _nested(report, value, path, check_vcdm)


def _check_dates_stated(report: Report, document: dict[str, Any], path: Path) -> None:
    if "validFrom" not in document and not is_version_1(document):
        report.should(path, "member-missing", "The credential needs validFrom.")


def _check_disputed(report: Report, document: dict[str, Any], path: Path) -> None:
    for member in ("endorsementJwt", "jti"):
        if report.strict and member in document:
            report.should((path, member), "term-disputed", "Two states of the context differ on this member.")


_COMMON: dict[str, Check] = {
    "description": text,
    "image": IMAGE,
    "awardedDate": date_time,
    "issuer": _issuer,
    "credentialSchema": many(_typed, may_be_single=True),
    "credentialStatus": _single,
    "refreshService": _service,
    "termsOfUse": many(_typed, may_be_single=True),
    "evidence": many(EVIDENCE),
    "endorsement": many(_endorsement),
    "endorsementJwt": many_texts(compact_jws),
    "proof": many(lambda report, value, path: None, may_be_single=True),
    "type": many(lambda report, value, path: None, may_be_single=True),
}
_REQUIRED = ("id", "issuer", "credentialSubject")
ACHIEVEMENT_CREDENTIAL = Shape(
    "AchievementCredential",
    {**_COMMON, "name": text, "credentialSubject": ACHIEVEMENT_SUBJECT},
    _REQUIRED,
    rules=[_check_dates_stated, _check_disputed],
)
ENDORSEMENT_SUBJECT = Shape(
    "EndorsementSubject",
    {"id": own_id, "type": classes("EndorsementSubject"), "endorsementComment": text},
    ("id", "type"),
    shares_id=True,
)
ENDORSEMENT_CREDENTIAL = Shape(
    "EndorsementCredential",
    {**_COMMON, "name": filled_text, "credentialSubject": ENDORSEMENT_SUBJECT},
    (*_REQUIRED, "name"),
    rules=[_check_dates_stated, _check_disputed],
)
ASSOCIATION = Shape(
    "Association",
    {
        "type": class_text("Association"),
        "associationType": one_of(ASSOCIATION_TYPES),
        "sourceId": uri,
        "targetId": uri,
    },
    ("type", "associationType", "sourceId", "targetId"),
    closed=True,
)
CLR_SUBJECT = Shape(
    "ClrSubject",
    {
        "id": own_id,
        "type": classes("ClrSubject"),
        "name": filled_text,
        "identifier": many(IDENTITY),
        "achievement": many(ACHIEVEMENT),
        "association": many(ASSOCIATION),
        "verifiableCredential": many(_member),
    },
    ("type", "verifiableCredential"),
    shares_id=True,
    rules=[check_recipient],
)
CLR_CREDENTIAL = Shape(
    "ClrCredential",
    {**_COMMON, "name": filled_text, "partial": boolean, "credentialSubject": CLR_SUBJECT},
    (*_REQUIRED, "name"),
    rules=[_check_dates_stated, _check_disputed],
)
for _shape in (ACHIEVEMENT, PROFILE):
    _shape.members["endorsement"] = many(_endorsement)


def _check_associations(report: Report, subject: dict[str, Any], path: Path) -> None:
    """Each end of an association is an achievement of this record, or a credential in it."""
    associations = objects_in(subject.get("association"))
    if not associations:
        return
    known = {one.get("id") for one in objects_in(subject.get("achievement")) if type(one.get("id")) is str}
    for member in objects_in(subject.get("verifiableCredential")):
        for holder in (member, *_achievements_of(member)):
            if type(holder.get("id")) is str:
                known.add(holder["id"])
    for index, one in enumerate(associations):
        for end in ("sourceId", "targetId"):
            if type(one.get(end)) is str and one[end] not in known:
                here: Path = (((path, "association"), index), end)
                report.should(here, "association-unknown", "The record holds nothing with this id.")


def _achievements_of(member: dict[str, Any]) -> list[dict[str, Any]]:
    subjects = objects_in(member.get("credentialSubject"))
    return [one for subject in subjects for one in objects_in(subject.get("achievement"))]


CLR_SUBJECT.rules.append(_check_associations)
