"""AchievementCredential (Open Badges 3.0), unsigned."""

from credentials.documents.achievement import achievement_json, build_alignments, credit_number
from credentials.documents.dates import instant_text, noon_text
from credentials.documents.errors import DocumentError
from credentials.documents.model import Award, Evidence, Result
from credentials.documents.parts import (
    build_identity,
    build_image,
    build_refresh,
    build_schema,
    build_status_entry,
    required_uri,
    stated,
    sub_id,
)
from credentials.documents.profile import build_profile, profile_json
from credentials.documents.vocabulary import (
    ACHIEVEMENT_CREDENTIAL_SCHEMA,
    EXTENSIONS_CONTEXT,
    OB_CONTEXT,
    VC_CONTEXT,
    Json,
)


def build_achievement_credential(award: Award) -> Json:
    """Return the unsigned credential of an award (decisions.md 4, 5, 10, 11, 16; signing.md 8.4).

    extensions.json comes last, for credentialSchema is of a 1EdTech type. Issuer and achievement
    given as JSON go in as they are: shared, not to be changed afterwards.
    """
    achievement = achievement_json(award.achievement)
    document: Json = {
        "@context": [VC_CONTEXT, OB_CONTEXT, EXTENSIONS_CONTEXT],
        "id": required_uri(award.credential_id, "credential"),
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": profile_json(award.issuer),
        "validFrom": instant_text(award.valid_from),
        "name": award.name or achievement["name"],
        "awardedDate": noon_text(award.awarded_on, award.zone),
        "credentialSubject": _build_subject(award, achievement),
        "credentialSchema": build_schema(ACHIEVEMENT_CREDENTIAL_SCHEMA),
    }
    if award.status is not None:
        document["credentialStatus"] = build_status_entry(award.status)
    return document | stated(
        description=award.description,
        image=build_image(award.image),
        validUntil=instant_text(award.valid_until) if award.valid_until else None,
        evidence=[_build_evidence(award, number) for number in range(1, len(award.evidence) + 1)],
        refreshService=build_refresh(award.refresh_url) if award.refresh_url else None,
        endorsement=list(award.endorsements),
    )


def _build_subject(award: Award, achievement: Json) -> Json:
    """The recipient's name stands as `name` here: docs/decisions/0001-recipient-name.md."""
    subject: Json = {"id": required_uri(award.subject_id, "subject"), "type": ["AchievementSubject"]}
    if award.identity is not None:
        subject["identifier"] = [build_identity(award.identity)]
    subject |= stated(
        name=award.recipient_name,
        narrative=award.narrative,
        role=award.role,
        term=award.term,
        licenseNumber=award.license_number,
        activityStartDate=noon_text(award.activity_start, award.zone) if award.activity_start else None,
        activityEndDate=noon_text(award.activity_end, award.zone) if award.activity_end else None,
        creditsEarned=credit_number(award.credits_earned),
        source=build_profile(award.source) if award.source else None,
        result=[_build_result(award, number, achievement) for number in range(1, len(award.results) + 1)],
    )
    subject["achievement"] = achievement
    return subject


def _build_result(award: Award, number: int, achievement: Json) -> Json:
    result: Result = award.results[number - 1]
    document: Json = {"id": sub_id(award.credential_id, f"result-{number}"), "type": ["Result"]}
    description = sub_id(achievement["id"], result.description) if result.description else ""
    level = ""
    if description:
        known = {item["id"]: item for item in achievement.get("resultDescription", ())}
        if description not in known:
            raise DocumentError("result-description-unknown", f"result {number}")
        if result.achieved_level:
            level = f"{description}-{result.achieved_level}"
            if all(item["id"] != level for item in known[description].get("rubricCriterionLevel", ())):
                raise DocumentError("rubric-level-unknown", f"result {number}")
    return document | stated(
        resultDescription=description,
        value=result.value,
        achievedLevel=level,
        status=result.status,
        alignment=build_alignments(award.credential_id, f"result-{number}-alignment", result.alignments),
    )


def _build_evidence(award: Award, number: int) -> Json:
    item: Evidence = award.evidence[number - 1]
    own = (
        required_uri(item.url, "evidence") if item.url else sub_id(award.credential_id, f"evidence-{number}")
    )
    return {
        "id": own,
        "type": ["Evidence"],
        **stated(
            name=item.name,
            narrative=item.narrative,
            description=item.description,
            genre=item.genre,
            audience=item.audience,
        ),
    }
