"""The classes of Open Badges 3.0, as tables (specification, Appendix B; schemas of 2026)."""

from typing import Any

from credentials.documents.identity import MIN_SALT_CHARS, is_identity_hash
from credentials.documents.vocabulary import (
    ACHIEVEMENT_TYPES,
    IDENTIFIER_TYPES,
    RESULT_STATUSES,
    RESULT_TYPES,
    TARGET_TYPES,
)
from credentials.lint.findings import Path, Report
from credentials.lint.kinds import (
    Shape,
    boolean,
    class_text,
    classes,
    compact_jws,
    date_time,
    day,
    filled_text,
    language,
    many,
    many_texts,
    number,
    objects_in,
    one_of,
    own_id,
    text,
    uri,
)

_TYPE_AND_ID = ("id", "type")
IMAGE = Shape(
    "Image", {"id": own_id, "type": class_text("Image"), "caption": text}, _TYPE_AND_ID, closed=True
)
IDENTIFIER_ENTRY = Shape(
    "IdentifierEntry",
    {
        "type": class_text("IdentifierEntry"),
        "identifier": text,
        "identifierType": one_of(IDENTIFIER_TYPES, extensible=True),
    },
    ("type", "identifier", "identifierType"),
    closed=True,
)
IDENTITY = Shape(
    "IdentityObject",
    {
        "type": class_text("IdentityObject"),
        "hashed": boolean,
        "identityHash": text,
        "identityType": one_of(IDENTIFIER_TYPES, extensible=True),
        "salt": text,
    },
    ("type", "hashed", "identityHash", "identityType"),
    closed=True,
)
ALIGNMENT = Shape(
    "Alignment",
    {
        "id": own_id,
        "type": classes("Alignment"),
        "targetName": filled_text,
        "targetUrl": uri,
        "targetCode": text,
        "targetDescription": text,
        "targetFramework": text,
        "targetType": one_of(TARGET_TYPES, extensible=True),
    },
    ("type", "targetName", "targetUrl"),
    wants_id=True,
)
CRITERIA = Shape("Criteria", {"id": own_id, "narrative": text}, wants_id=True)
RELATED = Shape(
    "Related",
    {"id": own_id, "type": classes("Related"), "inLanguage": language, "version": text},
    _TYPE_AND_ID,
    shares_id=True,
)
EVIDENCE = Shape(
    "Evidence",
    {
        "id": own_id,
        "type": classes("Evidence"),
        **dict.fromkeys(("narrative", "name", "description", "genre", "audience"), text),
    },
    ("type",),
    wants_id=True,
)
RUBRIC_LEVEL = Shape(
    "RubricCriterionLevel",
    {
        "id": own_id,
        "type": classes("RubricCriterionLevel"),
        "name": filled_text,
        "alignment": many(ALIGNMENT),
        **dict.fromkeys(("description", "level", "points"), text),
    },
    ("id", "type", "name"),
)
RESULT_DESCRIPTION = Shape(
    "ResultDescription",
    {
        "id": own_id,
        "type": classes("ResultDescription"),
        "name": filled_text,
        "resultType": one_of(RESULT_TYPES, extensible=True),
        "alignment": many(ALIGNMENT),
        "allowedValue": many(text),
        "requiredLevel": uri,
        "rubricCriterionLevel": many(RUBRIC_LEVEL),
        **dict.fromkeys(("requiredValue", "valueMax", "valueMin"), text),
    },
    ("id", "type", "name", "resultType"),
)
RESULT = Shape(
    "Result",
    {
        "id": own_id,
        "type": classes("Result"),
        "resultDescription": uri,
        "achievedLevel": uri,
        "value": text,
        "status": one_of(RESULT_STATUSES),
        "alignment": many(ALIGNMENT),
    },
    ("type",),
    wants_id=True,
)
GEO = Shape(
    "GeoCoordinates",
    {"type": class_text("GeoCoordinates"), "latitude": number, "longitude": number},
    ("type", "latitude", "longitude"),
)
ADDRESS = Shape(
    "Address",
    {
        "id": own_id,
        "type": classes("Address"),
        "geo": GEO,
        **dict.fromkeys(
            ("addressCountry", "addressCountryCode", "addressRegion", "addressLocality", "streetAddress"),
            text,
        ),
        **dict.fromkeys(("postOfficeBoxNumber", "postalCode"), text),
    },
    ("type",),
    wants_id=True,
)
PROFILE = Shape(
    "Profile",
    {
        "id": own_id,
        "type": classes("Profile"),
        "url": uri,
        "image": IMAGE,
        "address": ADDRESS,
        "otherIdentifier": many(IDENTIFIER_ENTRY),
        "endorsementJwt": many_texts(compact_jws),
        "dateOfBirth": day,
        **dict.fromkeys(("name", "phone", "description", "email", "official"), text),
        **dict.fromkeys(("familyName", "givenName", "additionalName", "patronymicName"), text),
        **dict.fromkeys(("honorificPrefix", "honorificSuffix", "familyNamePrefix"), text),
    },
    _TYPE_AND_ID,
)
PROFILE.members["parentOrg"] = PROFILE
ACHIEVEMENT = Shape(
    "Achievement",
    {
        "id": own_id,
        "type": classes("Achievement"),
        "name": filled_text,
        "description": filled_text,
        "criteria": CRITERIA,
        "achievementType": one_of(ACHIEVEMENT_TYPES, extensible=True),
        "alignment": many(ALIGNMENT),
        "creator": PROFILE,
        "creditsAvailable": number,
        "endorsementJwt": many_texts(compact_jws),
        "image": IMAGE,
        "inLanguage": language,
        "otherIdentifier": many(IDENTIFIER_ENTRY),
        "related": many(RELATED),
        "resultDescription": many(RESULT_DESCRIPTION),
        "tag": many_texts(),
        **dict.fromkeys(("fieldOfStudy", "humanCode", "specialization", "version"), text),
    },
    ("id", "type", "criteria", "description", "name"),
)
ACHIEVEMENT_SUBJECT = Shape(
    "AchievementSubject",
    {
        "id": own_id,
        "type": classes("AchievementSubject"),
        "name": filled_text,
        "identifier": many(IDENTITY),
        "achievement": ACHIEVEMENT,
        "activityStartDate": date_time,
        "activityEndDate": date_time,
        "creditsEarned": number,
        "image": IMAGE,
        "result": many(RESULT),
        "source": PROFILE,
        **dict.fromkeys(("licenseNumber", "narrative", "role", "term"), text),
    },
    ("type", "achievement"),
    shares_id=True,
)


def check_recipient(report: Report, subject: dict[str, Any], path: Path) -> None:
    """The subject is named by id or identifier (OB 3.0, AchievementSubject)."""
    if "id" not in subject and "identifier" not in subject:
        report.should(path, "recipient-missing", "The subject needs id or identifier.")


def _check_identity(report: Report, identity: dict[str, Any], path: Path) -> None:
    value, hashed = identity.get("identityHash"), identity.get("hashed")
    if hashed is True and not (type(value) is str and is_identity_hash(value)):
        report.should((path, "identityHash"), "identity-hash", "A hash is algorithm, $ and hex digits.")
    if not report.strict:
        return
    salt = identity.get("salt")
    if hashed is not True or (type(value) is str and value.startswith("md5$")):
        report.should(path, "identity-plain", "We state identities as salted SHA-256 only.")
    elif type(salt) is not str or len(salt) < MIN_SALT_CHARS:
        report.should((path, "salt"), "salt-short", "A salt has 128 bits or more.")


def _check_levels(report: Report, description: dict[str, Any], path: Path) -> None:
    levels = [level.get("id") for level in objects_in(description.get("rubricCriterionLevel"))]
    names = [name for name in levels if type(name) is str]
    if len(set(names)) != len(names):
        report.should((path, "rubricCriterionLevel"), "rubric-level-twice", "Two levels have one id.")
    required = description.get("requiredLevel")
    if required is not None and required not in names:
        report.should((path, "requiredLevel"), "rubric-level-unknown", "No level has this id.")
    if names and "allowedValue" in description and report.strict:
        report.advise(path, "allowed-values-beside-levels", "The levels say it; a list costs much in a CLR.")


def _check_descriptions(report: Report, achievement: dict[str, Any], path: Path) -> None:
    found = [one.get("id") for one in objects_in(achievement.get("resultDescription"))]
    names = [name for name in found if type(name) is str]
    if len(set(names)) != len(names):
        report.should((path, "resultDescription"), "result-description-twice", "Two have one id.")


def _check_results(report: Report, subject: dict[str, Any], path: Path) -> None:
    results = objects_in(subject.get("result"))
    achievement = subject.get("achievement")
    if not results or type(achievement) is not dict:
        return
    known = {
        one["id"]: one
        for one in objects_in(achievement.get("resultDescription"))
        if type(one.get("id")) is str
    }
    for index, result in enumerate(results):
        name = result.get("resultDescription")
        here: Path = ((path, "result"), index)
        description = known.get(name) if type(name) is str else None
        if description is not None:
            _check_result(report, result, description, here)
        elif name is not None:
            report.should(here, "result-description-unknown", "The achievement describes no such result.")


def _check_result(report: Report, result: dict[str, Any], description: dict[str, Any], path: Path) -> None:
    level = result.get("achievedLevel")
    levels = objects_in(description.get("rubricCriterionLevel"))
    if level is not None and all(one.get("id") != level for one in levels):
        report.should((path, "achievedLevel"), "rubric-level-unknown", "No level has this id.")
    if description.get("resultType") == "Status" and "status" not in result:
        report.should(path, "result-status-missing", "A result of this kind needs status.")
    allowed, value = description.get("allowedValue"), result.get("value")
    if type(allowed) is list and value is not None and value not in allowed:
        report.should((path, "value"), "value-not-allowed", "The achievement does not allow this value.")


IDENTITY.rules.append(_check_identity)
RESULT_DESCRIPTION.rules.append(_check_levels)
ACHIEVEMENT.rules.append(_check_descriptions)
ACHIEVEMENT_SUBJECT.rules.extend([check_recipient, _check_results])
