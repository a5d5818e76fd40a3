"""JSON-LD of an offering's public page: for search engines (schema.org) and for the Registry (CTDL)."""

import json
from dataclasses import dataclass

from credentials.documents.parts import stated
from credentials.documents.vocabulary import Json

CTDL_CONTEXT = "https://credreg.net/ctdl/schema/context/json"
_DELIVERY = {
    "in_person": "deliveryType:InPerson",
    "online": "deliveryType:OnlineOnly",
    "hybrid": "deliveryType:BlendedDelivery",
    "workplace": "deliveryType:VariableSite",
}
_CREDIT_UNITS = {
    "semester": "creditUnit:SemesterHour",
    "quarter": "creditUnit:QuarterHour",
    "ceu": "creditUnit:ContinuingEducationUnit",
    "clock": "creditUnit:ClockHour",
    "contact": "creditUnit:ContactHour",
}


@dataclass(frozen=True, slots=True)
class OfferingPage:
    """An offering as its page shows it. kind: credit, noncredit or cocurricular. cost, credits: as text.

    teaches: (name, URI) of skills. leads_to: (title, URL). also: further achievements (name, kind, URL).
    """

    url: str
    name: str
    description: str
    kind: str
    code: str
    ctid: str
    language: str
    provider: str
    provider_url: str
    earned: str = ""
    achievement_url: str = ""
    credits: str = ""
    credit_unit: str = ""
    duration: str = ""
    cost: str = ""
    currency: str = "USD"
    modality: str = ""
    cip_code: str = ""
    prerequisites: str = ""
    image: str = ""
    keywords: tuple[str, ...] = ()
    teaches: tuple[tuple[str, str], ...] = ()
    leads_to: tuple[tuple[str, str], ...] = ()
    also: tuple[tuple[str, str, str], ...] = ()


def build_offering_page(page: OfferingPage) -> list[Json]:
    """Return what stands in the page's JSON-LD script: one schema.org Course, one CTDL resource."""
    return [build_course(page), build_ctdl(page)]


def jsonld_text(documents: list[Json]) -> str:
    """Return the documents as text that may stand in a script element: no <, >, & in it."""
    text = json.dumps(documents, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def build_course(page: OfferingPage) -> Json:
    """Return the offering as schema.org/Course."""
    provider = {"@type": "CollegeOrUniversity", **stated(name=page.provider, url=page.provider_url)}
    awarded = [(page.name, page.earned, page.achievement_url), *page.also]
    earned = [
        {
            "@type": "EducationalOccupationalCredential",
            **stated(name=name, credentialCategory=category, url=url),
        }
        for name, category, url in awarded
        if url
    ]
    offer = {"@type": "Offer", "price": page.cost, "priceCurrency": page.currency} if page.cost else None
    taught = [{"@type": "DefinedTerm", "name": name, "url": uri} for name, uri in page.teaches]
    return {
        "@context": "https://schema.org",
        "@type": "Course",
        "@id": page.url,
        **stated(
            name=page.name,
            description=page.description,
            url=page.url,
            courseCode=page.code,
            inLanguage=page.language,
            provider=provider,
            educationalCredentialAwarded=earned[0] if len(earned) == 1 else earned,
            teaches=taught,
            timeRequired=page.duration,
            offers=offer,
            image=page.image,
            coursePrerequisites=page.prerequisites,
            keywords=", ".join(page.keywords),
        ),
    }


def build_ctdl(page: OfferingPage) -> Json:
    """Return the offering as a CTDL resource: Course if it is for credit, else LearningOpportunityProfile."""
    said = {
        "name": _words(page, page.name),
        "description": _words(page, page.description),
        "ctid": page.ctid,
        "codedNotation": page.code,
        "subjectWebpage": page.url,
        "inLanguage": [page.language],
        "lifeCycleStatusType": _concept("lifeCycle:Active"),
        "deliveryType": [_concept(_DELIVERY[page.modality])] if page.modality in _DELIVERY else None,
        "creditValue": [_credits(page)] if page.credits and page.credit_unit in _CREDIT_UNITS else None,
        "estimatedDuration": [_duration(page)] if page.duration else None,
        "estimatedCost": [_cost(page)] if page.cost else None,
        "keyword": {page.language: list(page.keywords)} if page.keywords else None,
        "teaches": [_skill(page, name, uri) for name, uri in page.teaches],
        "isPreparationFor": [
            {"@type": "ceterms:ConditionProfile", **_onward(page, *one)} for one in page.leads_to
        ],
        "instructionalProgramType": [_cip(page.cip_code)] if page.cip_code else None,
        "offeredBy": [
            {
                "@type": "ceterms:CredentialOrganization",
                "ceterms:name": _words(page, page.provider),
                **({"ceterms:subjectWebpage": page.provider_url} if page.provider_url else {}),
            }
        ],
    }
    kind = "ceterms:Course" if page.kind == "credit" else "ceterms:LearningOpportunityProfile"
    named = {f"ceterms:{name}": value for name, value in stated(**said).items()}
    return {
        "@context": CTDL_CONTEXT,
        "@type": kind,
        "@id": page.url,
        **named,
        "ceterms:isNonCredit": page.kind != "credit",
    }


def _words(page: OfferingPage, text: str) -> Json:
    return {page.language: text} if text else {}


def _concept(node: str) -> Json:
    return {"@type": "ceterms:CredentialAlignmentObject", "ceterms:targetNode": node}


def _cip(code: str) -> Json:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:frameworkName": {"en": "Classification of Instructional Programs"},
        "ceterms:codedNotation": code,
    }


def _credits(page: OfferingPage) -> Json:
    return {
        "@type": "ceterms:ValueProfile",
        "schema:value": page.credits,
        "ceterms:creditUnitType": [_concept(_CREDIT_UNITS[page.credit_unit])],
    }


def _duration(page: OfferingPage) -> Json:
    return {"@type": "ceterms:DurationProfile", "ceterms:exactDuration": page.duration}


def _cost(page: OfferingPage) -> Json:
    return {
        "@type": "ceterms:CostProfile",
        "ceterms:costDetails": page.url,
        "ceterms:currency": page.currency,
        "ceterms:price": page.cost,
    }


def _skill(page: OfferingPage, name: str, uri: str) -> Json:
    return {
        "@type": "ceterms:CredentialAlignmentObject",
        "ceterms:targetNode": uri,
        "ceterms:targetNodeName": _words(page, name),
    }


def _onward(page: OfferingPage, title: str, url: str) -> Json:
    return {"ceterms:name": _words(page, title), "ceterms:subjectWebpage": url}
