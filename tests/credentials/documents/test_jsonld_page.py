"""JSON-LD of the public page of an offering."""

import json
from dataclasses import replace

import pytest
from pyld import jsonld

from credentials.documents.jsonld_page import OfferingPage, build_offering_page, jsonld_text

PAGE = OfferingPage(
    url="https://portal.riverbend.example/offerings/welding",
    name="Welding fundamentals",
    description="Shielded metal arc welding in four positions.",
    kind="credit",
    code="WLDG 1421",
    ctid="ce-9d9e9b4c-6d5c-4b9e-8a8e-0d3c3f1f2a10",
    language="en-US",
    provider="Riverbend Community College",
    provider_url="https://www.riverbend.example/",
    earned="Certificate",
    achievement_url="https://credentials.riverbend.example/a/1/1",
    credits="1.5",
    credit_unit="semester",
    duration="P16W",
    cost="120.00",
    modality="hybrid",
    cip_code="48.0508",
    keywords=("welding", "safety"),
    teaches=(("Weld a fillet", "https://skills.riverbend.example/item/1"),),
    leads_to=(("Welder", "https://portal.riverbend.example/offerings/welder"),),
)


class TestBuildOfferingPage:
    def test_says_it_in_both_vocabularies(self):
        course, resource = build_offering_page(PAGE)
        assert (course["@type"], resource["@type"]) == ("Course", "ceterms:Course")
        assert course["@id"] == resource["@id"] == PAGE.url
        assert course["courseCode"] == resource["ceterms:codedNotation"] == "WLDG 1421"
        assert resource["ceterms:ctid"] == PAGE.ctid
        (credit,) = resource["ceterms:creditValue"]
        assert (credit["@type"], credit["schema:value"]) == ("ceterms:ValueProfile", "1.5")

    def test_loses_no_member_when_expanded(self):
        course, resource = build_offering_page(PAGE)
        ctdl = "https://purl.org/ctdl/terms/"
        terms = {"ceterms": ctdl, "schema": "https://schema.org/"}
        for member in ("name", "description", "keyword", "targetNodeName", "frameworkName"):
            terms[f"ceterms:{member}"] = {"@id": ctdl + member, "@container": "@language"}
        dropped = []
        for document, context in ((course, {"@vocab": "https://schema.org/"}), (resource, terms)):
            document = {**document, "@context": context}
            assert jsonld.expand(document, {"base": None}, on_property_dropped=dropped.append)
        assert dropped == []

    @pytest.mark.parametrize("kind", ["noncredit", "cocurricular"])
    def test_tells_what_gives_no_credit(self, kind):
        resource = build_offering_page(replace(PAGE, kind=kind, credits="", credit_unit=""))[1]
        assert resource["ceterms:isNonCredit"] is True
        assert resource["@type"] == "ceterms:LearningOpportunityProfile"
        assert "ceterms:creditValue" not in resource

    def test_leaves_out_what_is_not_known(self):
        bare = OfferingPage(PAGE.url, "Tour", "A tour.", "cocurricular", "", "", "en", "Riverbend", "")
        for document in build_offering_page(bare):
            assert not [value for value in document.values() if value in (None, "", [], {})]

    def test_is_the_same_twice(self):
        assert jsonld_text(build_offering_page(PAGE)) == jsonld_text(build_offering_page(PAGE))


class TestJsonldText:
    def test_cannot_leave_its_script_element(self):
        documents = [{"name": "</script><script>alert(1)</script>&\u2028"}]
        text = jsonld_text(documents)
        assert not set("<>&\u2028") & set(text)
        assert json.loads(text) == documents
