"""Achievement credentials: what is in them, in which form, and that a signature covers all of it."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import orjson
import pytest
from pyld import jsonld as pyld

from credentials.canon import jcs, jsonld, rdfc
from credentials.canon.contexts import document_loader
from credentials.canon.jsonld import expand_safely
from credentials.documents.achievement import build_achievement, build_achievement_page
from credentials.documents.achievement_credential import build_achievement_credential
from credentials.documents.endorsement import build_endorsement_credential
from credentials.documents.errors import DocumentError
from credentials.documents.identity import hash_identity
from credentials.documents.model import Achievement, Alignment, Criteria, Evidence, Result, ResultDescription
from credentials.documents.profile import build_profile, build_profile_page
from tests.credentials.documents.samples import (
    ACHIEVEMENT,
    ACHIEVEMENT_ID,
    AWARD,
    CREDENTIAL_ID,
    ENDORSEMENT,
    FULL_AWARD,
    GRADE,
    ISSUER,
    MINIMAL_AWARD,
    RUBRIC,
    SUBJECT_ID,
)

CLOSED = ["IdentityObject", "IdentifierEntry"]


def objects(value):
    if isinstance(value, dict):
        yield value
        for item in value.values():
            yield from objects(item)
    elif isinstance(value, list):
        for item in value:
            yield from objects(item)


def scalars(value):
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from scalars(item)
    else:
        yield value


@pytest.mark.parametrize("award", [AWARD, FULL_AWARD, MINIMAL_AWARD], ids=["usual", "full", "minimal"])
class TestEveryCredential:
    def test_expands_without_losing_a_member(self, award):
        assert expand_safely(build_achievement_credential(award))

    def test_names_contexts_in_order_with_extensions_last(self, award):
        assert build_achievement_credential(award)["@context"] == [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
            "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
        ]

    def test_gives_an_id_to_every_object_that_may_have_one(self, award):
        document = build_achievement_credential(award)
        assert all("id" in item for item in objects(document) if item.get("type") not in CLOSED)

    def test_never_uses_an_id_twice(self, award):
        ids = [item["id"] for item in objects(build_achievement_credential(award)) if "id" in item]
        assert len(ids) == len(set(ids))

    def test_holds_no_whole_float_no_null_and_nothing_empty(self, award):
        document = build_achievement_credential(award)
        assert not [
            value
            for value in scalars(document)
            if value is None or value == "" or (type(value) is float and value.is_integer())
        ]
        assert [] not in [value for item in objects(document) for value in item.values()]

    def test_is_the_same_when_built_twice(self, award):
        assert json.dumps(build_achievement_credential(award)) == json.dumps(
            build_achievement_credential(award)
        )


class TestBuildAchievementCredential:
    def test_has_the_two_types(self):
        assert build_achievement_credential(AWARD)["type"] == ["VerifiableCredential", "OpenBadgeCredential"]

    def test_writes_the_award_date_as_noon_at_the_college_and_validity_in_utc(self):
        document = build_achievement_credential(FULL_AWARD)
        assert document["awardedDate"] == "2026-05-15T12:00:00-05:00"
        assert document["validFrom"] == "2026-05-18T14:30:05Z"
        assert document["validUntil"] == "2029-05-18T00:00:00Z"

    def test_follows_the_zone_into_winter(self):
        document = build_achievement_credential(replace(AWARD, awarded_on=date(2026, 12, 1)))
        assert document["awardedDate"] == "2026-12-01T12:00:00-06:00"

    def test_drops_fractions_of_a_second(self):
        moment = datetime(2026, 5, 18, 9, 30, 5, 999_999, tzinfo=timezone(timedelta(hours=-5)))
        document = build_achievement_credential(replace(AWARD, valid_from=moment))
        assert document["validFrom"] == "2026-05-18T14:30:05Z"

    def test_states_the_recipient_by_name_and_one_salted_hash(self):
        subject = build_achievement_credential(AWARD)["credentialSubject"]
        assert subject["id"] == SUBJECT_ID
        assert subject["name"] == "Zoë O’Brien-Müller"
        assert [entry["hashed"] for entry in subject["identifier"]] == [True]
        assert "zoe@example.com" not in json.dumps(subject)

    def test_covers_the_recipient_name(self):
        (expanded,) = expand_safely(build_achievement_credential(AWARD))
        (subject,) = expanded["https://www.w3.org/2018/credentials#credentialSubject"]
        assert subject["https://schema.org/name"] == [{"@value": "Zoë O’Brien-Müller"}]

    def test_carries_one_status_object_with_its_index_as_text(self):
        status = build_achievement_credential(AWARD)["credentialStatus"]
        assert status["statusListIndex"] == "40961"
        assert status["id"] == status["statusListCredential"] + "#40961"
        assert status["statusPurpose"] == "revocation"

    def test_ties_results_to_the_achievement_by_id(self):
        document = build_achievement_credential(AWARD)
        first, second = document["credentialSubject"]["result"]
        assert first["id"] == f"{CREDENTIAL_ID}#result-1"
        assert first["resultDescription"] == f"{ACHIEVEMENT_ID}#mastery"
        assert first["achievedLevel"] == f"{ACHIEVEMENT_ID}#mastery-proficient"
        assert second["value"] == "91"

    def test_offers_refresh_only_where_it_is_given(self):
        assert "refreshService" not in build_achievement_credential(AWARD)
        assert (
            build_achievement_credential(FULL_AWARD)["refreshService"]["type"] == "1EdTechCredentialRefresh"
        )

    def test_shares_issuer_and_achievement_given_as_json(self):
        issuer, achievement = build_profile(ISSUER), build_achievement(ACHIEVEMENT)
        document = build_achievement_credential(replace(AWARD, issuer=issuer, achievement=achievement))
        assert document["issuer"] is issuer
        assert document["credentialSubject"]["achievement"] is achievement
        assert document == build_achievement_credential(AWARD)

    @pytest.mark.parametrize(
        "change",
        [{"issuer": build_profile_page(ISSUER)}, {"achievement": build_achievement_page(ACHIEVEMENT)}],
    )
    def test_refuses_parts_with_contexts_of_their_own(self, change):
        with pytest.raises(DocumentError) as caught:
            build_achievement_credential(replace(AWARD, **change))
        assert caught.value.code == "context-inside"

    def test_carries_endorsements_as_they_are(self):
        endorsement = build_endorsement_credential(ENDORSEMENT)
        document = build_achievement_credential(replace(AWARD, endorsements=(endorsement,)))
        assert document["endorsement"] == [endorsement]
        assert expand_safely(document)

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"valid_from": datetime(2026, 5, 18)}, "time-without-zone"),
            ({"credential_id": "4711"}, "not-a-uri"),
            ({"subject_id": "zoe"}, "not-a-uri"),
            ({"results": (Result("nothing"),)}, "result-description-unknown"),
            ({"results": (Result("mastery", achieved_level="expert"),)}, "rubric-level-unknown"),
            ({"credits_earned": 1.5}, "credits-out-of-range"),
            ({"evidence": (Evidence(url="page 7"),)}, "not-a-uri"),
            ({"refresh_url": "/refresh/1"}, "not-a-uri"),
        ],
    )
    def test_refuses(self, change, code):
        with pytest.raises(DocumentError) as caught:
            build_achievement_credential(replace(AWARD, **change))
        assert caught.value.code == code


class TestBuildAchievement:
    def test_leaves_allowed_values_out_where_levels_say_it(self):
        rubric, grade = build_achievement(ACHIEVEMENT)["resultDescription"]
        assert "allowedValue" not in rubric
        assert rubric["requiredLevel"] == rubric["rubricCriterionLevel"][0]["id"]
        assert "rubricCriterionLevel" not in grade

    def test_keeps_allowed_values_in_order_where_there_are_no_levels(self):
        grades = ResultDescription("grade", "Grade", "LetterGrade", allowed_values=("C", "B", "A"))
        built = build_achievement(replace(ACHIEVEMENT, result_descriptions=(grades,)))
        assert built["resultDescription"][0]["allowedValue"] == ["C", "B", "A"]

    def test_writes_a_tag_once(self):
        assert build_achievement(replace(ACHIEVEMENT, tags=("a", "b", "a")))["tag"] == ["a", "b"]

    def test_served_alone_has_its_contexts_and_is_otherwise_the_same(self):
        page = build_achievement_page(ACHIEVEMENT)
        assert page.pop("@context")[0] == "https://www.w3.org/ns/credentials/v2"
        assert page == build_achievement(ACHIEVEMENT)
        assert expand_safely(build_achievement_page(ACHIEVEMENT))

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"id": "/a/1"}, "not-a-uri"),
            ({"id": ACHIEVEMENT_ID + "#x"}, "not-an-id-part"),
            ({"alignments": (Alignment("Weld", "skill 1"),)}, "not-a-uri"),
            ({"result_descriptions": (replace(GRADE, key="my grade"),)}, "not-an-id-part"),
            ({"result_descriptions": (replace(RUBRIC, required_level="x"),)}, "rubric-level-unknown"),
            ({"result_descriptions": (replace(RUBRIC, levels=RUBRIC.levels[:1] * 2),)}, "rubric-level-twice"),
            ({"credits_available": 1.5}, "credits-out-of-range"),
            ({"credits_available": Decimal("-1")}, "credits-out-of-range"),
            ({"credits_available": Decimal("NaN")}, "credits-out-of-range"),
            ({"credits_available": Decimal("2.505")}, "credits-too-fine"),
        ],
    )
    def test_refuses(self, change, code):
        with pytest.raises(DocumentError) as caught:
            build_achievement(replace(ACHIEVEMENT, **change))
        assert caught.value.code == code

    def test_needs_little(self):
        small = build_achievement(Achievement(ACHIEVEMENT_ID, "Tour", "A tour.", Criteria()))
        assert small.keys() == {"id", "type", "name", "description", "criteria"}


class TestProfileAndEndorsement:
    def test_a_profile_page_is_covered(self):
        assert expand_safely(
            build_profile_page(replace(ISSUER, parent=replace(ISSUER, id="https://x.example/")))
        )

    def test_an_endorsement_is_covered_and_named(self):
        document = build_endorsement_credential(
            replace(ENDORSEMENT, valid_until=datetime(2030, 1, 1, tzinfo=UTC))
        )
        assert expand_safely(document)
        assert document["name"] == "Endorsement by the guild"
        assert document["credentialSubject"]["id"] == ACHIEVEMENT_ID


class TestHashIdentity:
    def test_gives_the_check_value(self):
        # Open Badges 3.0, IdentityObject; figures checked against the published algorithm.
        assert hash_identity("a@example.com", "Kosher") == (
            "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
        )

    def test_refuses_half_a_character(self):
        with pytest.raises(DocumentError):
            hash_identity("\ud800@example.com", "salt")


class TestCreditNumber:
    @pytest.mark.parametrize(
        ("stated", "json", "literal"),
        [
            ("3.00", "3", "3"),
            ("2.50", "2.5", "2.5E0"),
            ("0.1", "0.1", "1.0E-1"),
            ("0.05", "0.05", "5.0E-2"),
            ("12.67", "12.67", "1.267E1"),
            ("9999.99", "9999.99", "9.99999E3"),
        ],
    )
    def test_has_one_spelling_for_every_reader(self, stated, json, literal):
        document = build_achievement_page(replace(ACHIEVEMENT, credits_available=Decimal(stated)))
        number = document["creditsAvailable"]
        assert jcs.dumps(number).decode() == json == orjson.dumps(number).decode()
        quads = rdfc.canonicalize(jsonld.to_rdf(document))
        wanted = {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": document_loader(),
        }
        assert f'#creditsAvailable> "{literal}"^^<https://www.w3.org/2001/XMLSchema#float>' in quads
        assert quads == pyld.normalize(document, wanted)
