"""Objects of one id are read only where it makes no difference which of them says what."""

import copy

import pytest

from credentials.lint import lint
from credentials.lint.merging import merges
from tests.support.hostile.merging import endorsed, with_creator
from tests.support.issuers import Signing

COLLEGE = Signing()


def issued_to_oneself():
    document = COLLEGE.unsigned()
    document["issuer"] = {"id": "urn:x:me", "type": ["Profile"], "name": "Me"}
    document["credentialSubject"] = {
        "id": "urn:x:me",
        "type": ["AchievementSubject"],
        "achievement": document["credentialSubject"]["achievement"],
    }
    return document


def named_creator():
    document = with_creator()
    document["credentialSubject"]["achievement"]["creator"] = {"id": COLLEGE.did, "type": ["Profile"]}
    return document


def criteria_at_the_achievement():
    document = COLLEGE.unsigned()
    achievement = document["credentialSubject"]["achievement"]
    achievement["criteria"]["id"] = achievement["id"]
    return document


def record_of(**issuer):
    badge = COLLEGE.credential()
    badge["issuer"] |= issuer
    return COLLEGE.record(badge)


class TestMerges:
    @pytest.mark.parametrize(
        "make",
        [with_creator, endorsed, named_creator, issued_to_oneself, criteria_at_the_achievement, record_of],
    )
    def test_nothing_is_wrong_with(self, make):
        assert merges(make()) == ""

    def test_a_record_may_know_its_issuer_by_a_newer_name(self):
        assert merges(record_of(name="Riverbend College of old")) == ""

    def test_a_record_repeats_what_its_issuer_said_inside(self):
        document = record_of(phone="+1 206 555 0100")
        assert document["issuer"]["phone"] == "+1 206 555 0100"
        del document["issuer"]["phone"]
        assert merges(document) == "/credentialSubject/verifiableCredential"

    def test_a_name_may_not_go_from_the_issuer_to_the_learner(self):
        document = issued_to_oneself()
        document["credentialSubject"]["name"] = document["issuer"].pop("name")
        assert merges(document) != ""

    def test_two_pieces_of_evidence_of_one_address_say_the_same(self):
        document = COLLEGE.unsigned()
        first = document["evidence"][0]
        document["evidence"].append(copy.deepcopy(first))
        assert merges(document) == ""
        document["evidence"][1]["description"] = "A journal of forty hours"
        assert merges(document) == "/evidence"
        assert "id-merges" in {one.rule for one in lint(document)}

    def test_the_lint_says_where(self):
        document = with_creator()
        del document["credentialSubject"]["achievement"]["creator"]["url"]
        rules = {one.path: one.rule for one in lint(document)}
        assert rules["/credentialSubject/achievement/creator"] in {"id-twice", "id-merges"}


def test_the_builder_leaves_another_issuers_words_alone():
    badge = COLLEGE.credential()
    badge["issuer"] = {"id": "did:web:other.example", "type": ["Profile"], "name": "Other", "phone": "1"}
    assert "phone" not in COLLEGE.record(badge)["issuer"]
