"""JSON-LD of the public page of an offering."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from pyld import jsonld

from credentials.documents.errors import DocumentError
from credentials.documents.jsonld_page import (
    AwardedAchievement,
    OfferingKind,
    PublicOffering,
    jsonld_text,
    offering_jsonld,
)
from tests.credentials.documents.samples import ISSUER, alignment

OFFERING = PublicOffering(
    url="https://portal.riverbend.example/offerings/welding",
    name="Welding fundamentals",
    description="Shielded metal arc welding in four positions.",
    kind=OfferingKind.CREDIT,
    provider=ISSUER,
    code="WLDG 1421",
    ctid="ce-9d9e9b4c-6d5c-4b9e-8a8e-0d3c3f1f2a10",
    credit_hours=Decimal("1.50"),
    duration="P16W",
    keywords=("welding", "safety", "welding"),
    skills=(alignment(1), alignment(2)),
    achievements=(AwardedAchievement("https://c.riverbend.example/a/1/1", "Welder", "", "Certificate"),),
)


class TestOfferingJsonld:
    def test_says_it_in_both_vocabularies(self):
        document = offering_jsonld(OFFERING)
        assert document["@type"] == ["Course", "ceterms:Course"]
        assert document["courseCode"] == document["ceterms:codedNotation"] == "WLDG 1421"
        assert document["keywords"] == ["welding", "safety"]
        (credential,) = document["educationalCredentialAwarded"]
        assert credential["@type"] == ["EducationalOccupationalCredential", "ceterms:Certificate"]

    def test_expands_with_every_member(self):
        document = {**offering_jsonld(OFFERING)}
        document["@context"] = [{"@vocab": "https://schema.org/"}, document["@context"][1]]
        dropped = []
        (expanded,) = jsonld.expand(document, {"base": None}, on_property_dropped=dropped.append)
        assert dropped == []
        (name,) = expanded["https://purl.org/ctdl/terms/name"]
        assert (name["@value"], name["@language"].lower()) == ("Welding fundamentals", "en-us")

    @pytest.mark.parametrize(
        ("hours", "text"), [("3", "3"), ("3.0", "3"), ("1.50", "1.5"), ("10", "10"), ("0", "0")]
    )
    def test_writes_hours_as_plain_text(self, hours, text):
        document = offering_jsonld(replace(OFFERING, credit_hours=Decimal(hours)))
        assert document["numberOfCredits"]["value"] == text
        assert document["ceterms:creditValue"][0]["schema:value"] == text

    @pytest.mark.parametrize("kind", [OfferingKind.NONCREDIT, OfferingKind.COCURRICULAR])
    def test_tells_what_gives_no_credit(self, kind):
        document = offering_jsonld(replace(OFFERING, kind=kind, credit_hours=None))
        assert document["ceterms:isNonCredit"] is True
        assert "ceterms:LearningOpportunityProfile" in document["@type"]
        assert "numberOfCredits" not in document

    def test_shows_a_retired_offering_as_ceased(self):
        status = offering_jsonld(replace(OFFERING, retired=True))["ceterms:lifeCycleStatusType"]
        assert status["ceterms:targetNode"] == {"@id": "lifeCycle:Ceased"}

    def test_is_the_same_twice(self):
        assert jsonld_text(offering_jsonld(OFFERING)) == jsonld_text(offering_jsonld(OFFERING))

    def test_refuses_a_page_without_address(self):
        with pytest.raises(DocumentError):
            offering_jsonld(replace(OFFERING, url="/offerings/welding"))


class TestJsonldText:
    def test_cannot_leave_its_script_element(self):
        document = {"name": "</script><script>alert(1)</script>&\u2028"}
        text = jsonld_text(document)
        assert not set("<>&\u2028") & set(text)
        assert json.loads(text) == document
