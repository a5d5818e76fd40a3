"""Awards, records and profiles of an invented college, complete enough to show every member."""

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from credentials.documents.achievement_credential import build_achievement_credential
from credentials.documents.clr import build_clr_credential
from credentials.documents.identity import hash_identity
from credentials.documents.model import (
    Achievement,
    Address,
    Alignment,
    Association,
    Award,
    Criteria,
    Endorsement,
    Evidence,
    IdentifierEntry,
    Identity,
    Image,
    IssuerProfile,
    LearnerRecord,
    Related,
    Result,
    ResultDescription,
    RubricCriterionLevel,
    StatusEntry,
)

ORIGIN = "https://credentials.riverbend.example"
DID = "did:web:credentials.riverbend.example:i:k7f3"
ACHIEVEMENT_ID = f"{ORIGIN}/a/5b0c8a52-7a52-4a2b-9a39-4d6f4a1f9c11/3"
CREDENTIAL_ID = "urn:uuid:0f0e6a2c-8f0b-4f0e-9a55-0f3f4f0a7c01"
SUBJECT_ID = "urn:uuid:9b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8"
SALT = "k0mX1uHqS1y3b2b6Rk9pQw"
CHICAGO = ZoneInfo("America/Chicago")
VALID_FROM = datetime(2026, 5, 18, 14, 30, 5, tzinfo=UTC)

ISSUER = IssuerProfile(
    id=DID,
    name="Riverbend Community College",
    url="https://www.riverbend.example/",
    email="registrar@riverbend.example",
    phone="+1 555 0100",
    description="A public two-year college.",
    image=Image(f"{ORIGIN}/logo.png", "Logo of the college"),
    address=Address(
        street="1 College Way",
        locality="Riverbend",
        region="TX",
        postal_code="75001",
        country="United States",
        country_code="US",
    ),
    other_identifiers=(IdentifierEntry("123456", "ext:ipedsID"),),
)


def alignment(number: int) -> Alignment:
    return Alignment(
        target_name=f"Skill number {number} of the welding framework",
        target_url=f"https://skills.riverbend.example/item/{number:04d}",
        target_type="CFItem",
        target_framework="Welding skills of the region",
        target_code=f"W-{number:03d}",
        target_description=f"Show that work of kind {number} is done safely and to the drawing.",
    )


RUBRIC = ResultDescription(
    key="mastery",
    name="Level of mastery",
    result_type="RubricCriterionLevel",
    levels=(
        RubricCriterionLevel("developing", "Developing", "Needs guidance.", "1", "1"),
        RubricCriterionLevel("proficient", "Proficient", "Works alone.", "2", "3", (alignment(90),)),
    ),
    allowed_values=("Developing", "Proficient"),
    required_level="developing",
)
GRADE = ResultDescription(
    key="grade", name="Grade", result_type="Percent", value_min="0", value_max="100", required_value="70"
)
ACHIEVEMENT = Achievement(
    id=ACHIEVEMENT_ID,
    name="Welding fundamentals",
    description="Shielded metal arc welding in four positions.",
    criteria=Criteria("Pass the **bend test** and the safety examination."),
    achievement_type="Course",
    alignments=tuple(alignment(number) for number in range(1, 7)),
    result_descriptions=(RUBRIC, GRADE),
    credits_available=Decimal("3.00"),
    field_of_study="Manufacturing",
    human_code="WLDG 1421",
    image=Image(f"{ORIGIN}/a/badge.png", "Badge: Welding fundamentals"),
    language="en-US",
    other_identifiers=(IdentifierEntry("ce-9d9e9b4c-6d5c-4b9e-8a8e-0d3c3f1f2a10", "ext:CTID"),),
    related=(Related(f"{ORIGIN}/a/5b0c8a52-7a52-4a2b-9a39-4d6f4a1f9c11/2", "en-US", "2"),),
    tags=("welding", "safety"),
    version="3",
)
AWARD = Award(
    credential_id=CREDENTIAL_ID,
    subject_id=SUBJECT_ID,
    issuer=ISSUER,
    achievement=ACHIEVEMENT,
    awarded_on=date(2026, 5, 15),
    zone=CHICAGO,
    valid_from=VALID_FROM,
    recipient_name="Zoë O’Brien-Müller",
    identity=Identity(hash_identity("zoe@example.com", SALT), SALT),
    status=StatusEntry(f"{ORIGIN}/i/k7f3/status/1", 40_961),
    results=(Result("mastery", achieved_level="proficient"), Result("grade", value="91")),
    evidence=(Evidence(name="Weld coupon 3", narrative="Photographs of the bend test.", genre="Photograph"),),
)
FULL_AWARD = replace(
    AWARD,
    valid_until=datetime(2029, 5, 18, tzinfo=UTC),
    description="Awarded after the spring term.",
    image=Image(f"{ORIGIN}/c/picture.png"),
    narrative="Finished with distinction.",
    role="Participant",
    term="Spring 2026",
    license_number="TX-4711",
    activity_start=date(2026, 1, 12),
    activity_end=date(2026, 5, 8),
    credits_earned=Decimal("2.50"),
    source=IssuerProfile(id=f"{ORIGIN}/assessors/weld", name="Welding test center"),
    refresh_url=f"{ORIGIN}/refresh/Jm3vXq0Vt2",
    evidence=(*AWARD.evidence, Evidence(url="https://portfolio.example/zoe/7", name="Portfolio page")),
)
MINIMAL_AWARD = replace(
    AWARD,
    achievement=Achievement(ACHIEVEMENT_ID, "Guided tour", "A tour of the workshop.", Criteria("Took part.")),
    issuer=IssuerProfile(DID, "Riverbend Community College"),
    identity=None,
    status=None,
    results=(),
    evidence=(),
)
ENDORSEMENT = Endorsement(
    credential_id="urn:uuid:6a6b1c2d-3e4f-4a5b-8c6d-7e8f90a1b2c3",
    issuer=IssuerProfile("did:web:guild.example", "Welders’ guild"),
    endorsed_id=ACHIEVEMENT_ID,
    name="Endorsement by the guild",
    comment="Our members *hire* on this badge.",
    valid_from=VALID_FROM,
    status=StatusEntry("https://guild.example/status/1", 7),
)


def member(number: int) -> dict:
    """Return the number-th badge of one learner, as if signed."""
    own = f"urn:uuid:0f0e6a2c-8f0b-4f0e-9a55-{number:012x}"
    award = replace(AWARD, credential_id=own, subject_id=f"urn:uuid:9b1c2d3e-4f50-4a61-8b72-{number:012x}")
    return build_achievement_credential(award)


RECORD = LearnerRecord(
    credential_id="urn:uuid:3d9f4f0a-7c01-4f0e-9a55-0f0e6a2c8f0b",
    subject_id="urn:uuid:11112222-3333-4444-8555-666677778888",
    issuer=ISSUER,
    name="Learner record of Riverbend Community College",
    members=(member(1), member(2)),
    valid_from=VALID_FROM,
    recipient_name="Zoë O’Brien-Müller",
    identity=AWARD.identity,
    status=StatusEntry(f"{ORIGIN}/i/k7f3/status/1", 5),
    achievements=(
        Achievement(f"{ORIGIN}/a/program/1", "Welding certificate", "A program.", Criteria("All courses.")),
    ),
    associations=(Association("isPartOf", ACHIEVEMENT_ID, f"{ORIGIN}/a/program/1"),),
    partial=True,
    refresh_url=f"{ORIGIN}/refresh/Rk9pQw",
)


def badge() -> dict:
    """Return a fresh unsigned badge that a test may spoil."""
    return build_achievement_credential(AWARD)


def record() -> dict:
    """Return a fresh unsigned CLR that a test may spoil."""
    return build_clr_credential(replace(RECORD, members=(member(1), member(2))))
