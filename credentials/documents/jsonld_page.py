"""JSON-LD for the public page of an offering: schema.org for search engines, CTDL terms for the field."""

import json
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from credentials.documents.model import Alignment, IssuerProfile
from credentials.documents.parts import required_uri, stated
from credentials.documents.vocabulary import Json, words

_CONTEXT = [
    "https://schema.org",
    {
        "ceterms": "https://purl.org/ctdl/terms/",
        "ceasn": "https://purl.org/ctdlasn/terms/",
        "creditUnit": "https://purl.org/ctdl/vocabs/creditUnit/",
        "lifeCycle": "https://purl.org/ctdl/vocabs/lifeCycle/",
        "qdata": "https://credreg.net/qdata/terms/",
        "schema": "https://schema.org/",
    },
]
# Open Badges achievementType: the CTDL class of the same name, where there is one (CTDL, Credential types).
_CTDL_CREDENTIALS = words(
    "ApprenticeshipCertificate AssociateDegree BachelorDegree Badge Certificate CertificateOfCompletion "
    "Certification Degree Diploma DoctoralDegree GeneralEducationDevelopment JourneymanCertificate License "
    "MasterCertificate MasterDegree MicroCredential ProfessionalDoctorate QualityAssuranceCredential "
    "ResearchDoctorate SecondarySchoolDiploma"
)


class OfferingKind(Enum):
    """What an offering is, as far as CTDL tells it apart."""

    CREDIT = "credit"
    NONCREDIT = "noncredit"
    COCURRICULAR = "cocurricular"


@dataclass(frozen=True, slots=True)
class AwardedAchievement:
    """An achievement that the offering leads to. id: its version's URL."""

    id: str
    name: str
    description: str = ""
    achievement_type: str = ""
    ctid: str = ""


@dataclass(frozen=True, slots=True)
class PublicOffering:
    """What the public page of an offering says. credit_hours: semester hours; duration: ISO 8601."""

    url: str
    name: str
    description: str
    kind: OfferingKind
    provider: IssuerProfile
    language: str = "en-US"
    code: str = ""
    ctid: str = ""
    credit_hours: Decimal | None = None
    duration: str = ""
    prerequisites: str = ""
    image_url: str = ""
    retired: bool = False
    keywords: tuple[str, ...] = ()
    skills: tuple[Alignment, ...] = ()
    achievements: tuple[AwardedAchievement, ...] = ()


def offering_jsonld(offering: PublicOffering) -> Json:
    """Return the page's JSON-LD; the same offering always gives the same document."""
    course = offering.kind is OfferingKind.CREDIT
    document: Json = {
        "@context": _CONTEXT,
        "@id": required_uri(offering.url, "offering"),
        "@type": ["Course", "ceterms:Course" if course else "ceterms:LearningOpportunityProfile"],
        "name": offering.name,
        "description": offering.description,
        "url": offering.url,
        "inLanguage": offering.language,
        "provider": _organization(offering.provider),
    }
    return document | _search_members(offering) | _ctdl_members(offering)


def jsonld_text(document: Json) -> str:
    """Return the document as text that may stand in a script element: no <, >, & in it."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _search_members(offering: PublicOffering) -> Json:
    return stated(
        courseCode=offering.code,
        numberOfCredits=_credits(offering.credit_hours),
        timeRequired=offering.duration,
        coursePrerequisites=offering.prerequisites,
        image=offering.image_url,
        keywords=list(dict.fromkeys(offering.keywords)),
        teaches=[_term(skill) for skill in offering.skills],
        educationalCredentialAwarded=[_credential(item) for item in offering.achievements],
    )


def _ctdl_members(offering: PublicOffering) -> Json:
    hours = offering.credit_hours
    members: Json = {
        "ceterms:name": _said(offering.name, offering.language),
        "ceterms:description": _said(offering.description, offering.language),
        "ceterms:subjectWebpage": {"@id": offering.url},
        "ceterms:inLanguage": [offering.language],
        "ceterms:offeredBy": [{"@id": offering.provider.id}],
        "ceterms:isNonCredit": offering.kind is not OfferingKind.CREDIT,
        "ceterms:lifeCycleStatusType": _status(offering.retired),
    }
    if offering.ctid:
        members["ceterms:ctid"] = offering.ctid
    if offering.code:
        members["ceterms:codedNotation"] = offering.code
    if hours is not None:
        members["ceterms:creditValue"] = [
            {
                "@type": "ceterms:ValueProfile",
                "schema:value": _plain(hours),
                "ceterms:creditUnitType": [_concept("CreditUnit", "creditUnit:SemesterHour")],
            }
        ]
    if offering.skills:
        members["ceterms:teaches"] = [_alignment(skill) for skill in offering.skills]
    return members


def _organization(profile: IssuerProfile) -> Json:
    document: Json = {"@id": required_uri(profile.id, "provider"), "@type": "CollegeOrUniversity"}
    return document | stated(name=profile.name, url=profile.url)


def _credential(item: AwardedAchievement) -> Json:
    types = ["EducationalOccupationalCredential"]
    if item.achievement_type in _CTDL_CREDENTIALS:
        types.append(f"ceterms:{item.achievement_type}")
    document: Json = {"@id": required_uri(item.id, "achievement"), "@type": types, "name": item.name}
    document |= stated(description=item.description, credentialCategory=item.achievement_type, url=item.id)
    return document | ({"ceterms:ctid": item.ctid} if item.ctid else {})


def _term(skill: Alignment) -> Json:
    document: Json = {"@type": "DefinedTerm", "name": skill.target_name, "url": skill.target_url}
    return document | stated(
        termCode=skill.target_code,
        inDefinedTermSet=skill.target_framework,
        description=skill.target_description,
    )


def _alignment(skill: Alignment) -> Json:
    document: Json = {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": {"@id": required_uri(skill.target_url, "skill")},
        "ceterms:targetNodeName": skill.target_name,
    }
    if skill.target_framework:
        document["ceterms:frameworkName"] = skill.target_framework
    if skill.target_code:
        document["ceterms:codedNotation"] = skill.target_code
    return document


def _status(retired: bool) -> Json:
    return _concept("LifeCycleStatus", "lifeCycle:Ceased" if retired else "lifeCycle:Active")


def _concept(scheme: str, concept: str) -> Json:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:framework": {"@id": f"https://credreg.net/ctdl/terms/{scheme}"},
        "ceterms:targetNode": {"@id": concept},
        "ceterms:targetNodeName": concept.partition(":")[2],
    }


def _credits(hours: Decimal | None) -> Json | None:
    if hours is None:
        return None
    return {"@type": "QuantitativeValue", "value": _plain(hours), "unitText": "semester hours"}


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _said(text: str, language: str) -> Json:
    return {"@language": language, "@value": text}
