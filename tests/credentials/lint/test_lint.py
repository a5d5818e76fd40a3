"""The lint: our documents pass, each flaw is found where it is, and nothing makes it fall over."""

import copy
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.documents.achievement import build_achievement
from credentials.documents.achievement_credential import build_achievement_credential
from credentials.documents.endorsement import build_endorsement_credential
from credentials.documents.errors import DocumentError
from credentials.documents.profile import build_profile
from credentials.documents.status_list import build_status_list_credential
from credentials.lint import SharedParts, errors_in, lint
from tests.credentials.documents.samples import (
    ACHIEVEMENT,
    ACHIEVEMENT_ID,
    AWARD,
    ENDORSEMENT,
    FULL_AWARD,
    ISSUER,
    MINIMAL_AWARD,
    VALID_FROM,
    badge,
    record,
)

GONE = object()
SUBJECT = "/credentialSubject"
ACHIEVED = SUBJECT + "/achievement"
IDENTITY = SUBJECT + "/identifier/0"
EXTENSIONS = "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json"
OTHER = {**build_endorsement_credential(ENDORSEMENT), "type": ["VerifiableCredential"]}


def spoiled(document, path, value):
    """Return the document with the value at a JSON pointer replaced, or taken out."""
    *owners, last = path.strip("/").split("/")
    owner = document
    for key in owners:
        owner = owner[int(key)] if isinstance(owner, list) else owner[key]
    last = int(last) if isinstance(owner, list) else last
    if value is GONE:
        del owner[last]
    else:
        owner[last] = value
    return document


def found(findings, rule, path=None):
    return [one for one in findings if one.rule == rule and path in (None, one.path)]


def status_list():
    return build_status_list_credential(
        "https://c.example/s/1", issuer_id="did:web:c.example", set_indexes=[1], valid_from=VALID_FROM
    )


# A must of the data model: an error in any document. (path, value, rule, path of the finding)
MUSTS = {
    "no_context": ("/@context", GONE, "context-missing", "/@context"),
    "context_of_another_kind": ("/@context/0", "https://schema.org/", "context-missing", "/@context"),
    "context_number": ("/@context/1", 7, "context-malformed", "/@context"),
    "no_type": ("/type", GONE, "type-malformed", "/type"),
    "type_not_verifiable_credential": ("/type", ["OpenBadgeCredential"], "type-missing", "/type"),
    "type_number": ("/type", ["VerifiableCredential", 4], "type-malformed", "/type"),
    "id_two": ("/id", ["urn:uuid:1", "urn:uuid:2"], "not-uri", "/id"),
    "id_relative": ("/id", "badge/7", "not-uri", "/id"),
    "no_issuer": ("/issuer", GONE, "member-missing", ""),
    "issuer_without_id": ("/issuer/id", GONE, "member-missing", "/issuer"),
    "issuer_null": ("/issuer", None, "not-uri", "/issuer"),
    "no_subject": (SUBJECT, GONE, "subject-missing", SUBJECT),
    "subject_empty": (SUBJECT, {}, "subject-missing", SUBJECT),
    "subject_text": (SUBJECT, "zoe", "subject-missing", SUBJECT),
    "date_without_zone": ("/validFrom", "2026-05-18T14:30:05", "not-date-time", "/validFrom"),
    "date_of_no_calendar": ("/validFrom", "2026-02-30T14:30:05Z", "not-date-time", "/validFrom"),
    "date_with_other_digits": ("/validFrom", "２０26-05-18T14:30:05Z", "not-date-time", "/validFrom"),
    "ends_before_it_begins": ("/validUntil", "2020-01-01T00:00:00Z", "dates-reversed", "/validUntil"),
    "status_without_type": ("/credentialStatus/type", GONE, "type-missing", "/credentialStatus"),
    "schema_without_id": ("/credentialSchema/0/id", GONE, "member-missing", "/credentialSchema/0"),
    "evidence_without_type": ("/evidence/0/type", GONE, "type-missing", "/evidence/0"),
    "name_number": ("/name", 5, "not-text", "/name"),
    "proof_text": ("/proof", "z123", "not-object", "/proof"),
    "proof_without_type": ("/proof", {}, "type-missing", "/proof"),
    "proofs_one_number": ("/proof", [{"type": "DataIntegrityProof"}, 1], "not-object", "/proof"),
    "resource_without_digest": ("/relatedResource", [{"id": "https://x.example/"}], "member-missing", None),
    "half_a_character": ("/name", "\ud83d", "lone-surrogate", "/name"),
    "achievement_id_relative": (ACHIEVED + "/id", "a/1", "not-uri", ACHIEVED + "/id"),
    "credits_not_finite": (ACHIEVED + "/creditsAvailable", float("nan"), "not-json", None),
}

# A rule of 1EdTech or of the house: an error before signing, a warning in a foreign document.
DEVIATIONS = {
    "second_context_other": ("/@context/1", "https://schema.org/", "context-order", "/@context"),
    "extensions_missing": ("/@context/2", GONE, "context-extensions", "/@context"),
    "status_array": ("/credentialStatus", [{"type": "X"}], "not-single", "/credentialStatus"),
    "status_index_number": (
        *("/credentialStatus/statusListIndex", 7, "status-index", "/credentialStatus/statusListIndex"),
    ),
    "status_index_7abc": ("/credentialStatus/statusListIndex", "7abc", "status-index", None),
    "status_index_signed": ("/credentialStatus/statusListIndex", "-1", "status-index", None),
    "status_id_is_list": (
        *("/credentialStatus/id", "https://credentials.riverbend.example/i/k7f3/status/1", "status-id", None),
    ),
    "no_valid_from": ("/validFrom", GONE, "member-missing", ""),
    "not_a_badge": ("/type", ["VerifiableCredential"], "type-missing", "/type"),
    "issuer_without_profile_type": ("/issuer/type", ["Organization"], "type-missing", "/issuer/type"),
    "subject_type_other": (SUBJECT + "/type", ["Person"], "type-missing", SUBJECT + "/type"),
    "no_achievement": (ACHIEVED, GONE, "member-missing", SUBJECT),
    "no_criteria": (ACHIEVED + "/criteria", GONE, "member-missing", ACHIEVED),
    "achievement_name_blank": (ACHIEVED + "/name", " ", "text-empty", ACHIEVED + "/name"),
    "name_in_languages": (ACHIEVED + "/name", {"en": "Weld"}, "not-text", ACHIEVED + "/name"),
    "achievement_type_unknown": (ACHIEVED + "/achievementType", "Medal", "not-in-list", None),
    "target_type_unknown": (ACHIEVED + "/alignment/0/targetType", "Skill", "not-in-list", None),
    "result_type_unknown": (ACHIEVED + "/resultDescription/0/resultType", "Mark", "not-in-list", None),
    "extension_word_with_space": (ACHIEVED + "/achievementType", "ext:My medal", "not-in-list", None),
    "alignment_single": (ACHIEVED + "/alignment", {}, "not-array", ACHIEVED + "/alignment"),
    "alignment_empty": (ACHIEVED + "/alignment", [], "array-empty", ACHIEVED + "/alignment"),
    "alignment_without_url": (
        *(ACHIEVED + "/alignment/0/targetUrl", GONE, "member-missing", ACHIEVED + "/alignment/0"),
    ),
    "alignment_url_relative": (ACHIEVED + "/alignment/2/targetUrl", "item/4", "not-uri", None),
    "image_text": (ACHIEVED + "/image", "https://x.example/i.png", "not-object", ACHIEVED + "/image"),
    "image_with_width": (ACHIEVED + "/image/width", 5, "member-unknown", ACHIEVED + "/image/width"),
    "identifier_with_id": (ACHIEVED + "/otherIdentifier/0/id", "urn:x:1", "member-unknown", None),
    "language_upper": (ACHIEVED + "/inLanguage", "EN", "not-language", None),
    "tag_twice": (ACHIEVED + "/tag", ["a", "a"], "value-twice", ACHIEVED + "/tag"),
    "credits_text": (ACHIEVED + "/creditsAvailable", "3", "not-number", None),
    "required_level_unknown": (
        *(ACHIEVED + "/resultDescription/0/requiredLevel", "urn:x:9", "rubric-level-unknown", None),
    ),
    "identity_with_id": (IDENTITY + "/id", "urn:x:1", "member-unknown", IDENTITY + "/id"),
    "identity_type_unknown": (IDENTITY + "/identityType", "mail", "not-in-list", None),
    "identity_hash_short": (IDENTITY + "/identityHash", "sha256$12", "identity-hash", None),
    "identity_type_array": (IDENTITY + "/type", ["IdentityObject"], "type-missing", None),
    "hashed_text": (IDENTITY + "/hashed", "true", "not-boolean", IDENTITY + "/hashed"),
    "identifier_single": (SUBJECT + "/identifier", {}, "not-array", SUBJECT + "/identifier"),
    "result_of_another_achievement": (
        *(SUBJECT + "/result/0/resultDescription", "urn:x:1", "result-description-unknown", None),
    ),
    "result_level_unknown": (SUBJECT + "/result/0/achievedLevel", "urn:x:1", "rubric-level-unknown", None),
    "result_status_unknown": (SUBJECT + "/result/0/status", "Done", "not-in-list", None),
    "result_value_number": (SUBJECT + "/result/1/value", 91, "not-text", SUBJECT + "/result/1/value"),
    "awarded_without_zone": ("/awardedDate", "2026-05-15T12:00:00", "not-date-time", "/awardedDate"),
    "control_character": ("/name", "Weld\x07", "control-character", "/name"),
    "delete_character": ("/name", "Weld\x7f", "control-character", "/name"),
    "tab": ("/name", "Weld\ting", "tab", "/name"),
    "noncharacter": ("/name", "Weld\uffff", "noncharacter", "/name"),
    "id_twice": (ACHIEVED + "/alignment/0/id", f"{ACHIEVEMENT_ID}#alignment-2", "id-twice", None),
    "refresh_array": ("/refreshService", [{"id": "https://x.example/", "type": "X"}], "not-single", None),
    "endorsement_jwt_odd": ("/endorsementJwt", ["abc"], "not-jws", "/endorsementJwt/0"),
    "endorsement_of_another_type": ("/endorsement", [OTHER], "type-missing", "/endorsement/0/type"),
}

# Allowed to others, never to us.
HOUSE = {
    "fraction_of_second": ("/validFrom", "2026-05-18T14:30:05.123Z", "fraction-of-second"),
    "awarded_fraction": ("/awardedDate", "2026-05-15T12:00:00.5-05:00", "fraction-of-second"),
    "float": (ACHIEVED + "/creditsAvailable", 1.5, "float"),
    "issuer_text": ("/issuer", "did:web:c.example", "issuer-not-profile"),
    "address_in_the_clear": (IDENTITY + "/hashed", False, "identity-plain"),
    "salt_short": (IDENTITY + "/salt", "Kosher", "salt-short"),
    "salt_missing": (IDENTITY + "/salt", GONE, "salt-short"),
    "another_context": ("/@context/2", "https://schema.org/", "context-unknown"),
    "type_as_text": (ACHIEVED + "/type", "Achievement", "not-array"),
    "schema_single": ("/credentialSchema", {"id": "https://x.example/", "type": "JsonSchema"}, "not-array"),
    "disputed_term": ("/endorsementJwt", ["a.b.c"], "term-disputed"),
}


class TestOurDocuments:
    @pytest.mark.parametrize("award", [AWARD, FULL_AWARD, MINIMAL_AWARD], ids=["usual", "full", "minimal"])
    @pytest.mark.parametrize("strict", [True, False])
    def test_badges_have_no_findings(self, award, strict):
        document = build_achievement_credential(award)
        assert lint(document, strict=strict) == []
        assert lint(document, "vcdm-2.0", strict=strict) == []

    def test_others_have_none_either(self):
        assert lint(build_endorsement_credential(ENDORSEMENT)) == []
        assert lint(record(), "clr-2.0") == []
        assert lint(status_list(), "vcdm-2.0") == []

    def test_a_badge_with_an_endorsement_has_none(self):
        endorsement = build_endorsement_credential(ENDORSEMENT)
        assert lint({**badge(), "endorsement": [endorsement]}) == []


@pytest.mark.parametrize("flaw", MUSTS)
class TestMusts:
    def test_are_errors_in_any_document(self, flaw):
        path, value, rule, where = MUSTS[flaw]
        document = spoiled(badge(), path, value)
        for strict in (True, False):
            assert found(errors_in(lint(document, strict=strict)), rule, where)


@pytest.mark.parametrize("flaw", DEVIATIONS)
class TestDeviations:
    def test_are_errors_in_ours_and_warnings_in_others(self, flaw):
        path, value, rule, where = DEVIATIONS[flaw]
        document = spoiled(badge(), path, value)
        assert found(errors_in(lint(document)), rule, where)
        foreign = lint(document, strict=False)
        assert found(foreign, rule, where)
        assert all(one.severity == "warning" for one in found(foreign, rule, where))


@pytest.mark.parametrize("flaw", HOUSE)
class TestHouseRules:
    def test_bind_only_us(self, flaw):
        path, value, rule = HOUSE[flaw]
        document = spoiled(badge(), path, value)
        assert found(errors_in(lint(document)), rule)
        assert not found(lint(document, strict=False), rule)


class TestResults:
    def described(self, **description):
        document = badge()
        achievement = document["credentialSubject"]["achievement"]
        achievement["resultDescription"][1] |= description
        return document

    def test_a_status_is_required_where_the_description_says_so(self):
        assert found(lint(self.described(resultType="Status")), "result-status-missing")

    def test_a_value_must_be_among_the_allowed(self):
        assert found(lint(self.described(allowedValue=["A", "B"])), "value-not-allowed")
        assert not found(lint(self.described(allowedValue=["91"])), "value-not-allowed")

    def test_two_levels_or_descriptions_never_share_an_id(self):
        document = badge()
        descriptions = document["credentialSubject"]["achievement"]["resultDescription"]
        levels = descriptions[0]["rubricCriterionLevel"]
        levels[1]["id"] = levels[0]["id"]
        descriptions[1]["id"] = descriptions[0]["id"]
        findings = lint(document)
        assert found(findings, "rubric-level-twice")
        assert found(findings, "result-description-twice")


class TestText:
    def test_warns_of_marks_and_of_order_that_differs(self):
        document = spoiled(badge(), ACHIEVED + "/tag", ["\U0001f600x", "\uff5ey"])
        assert found(lint(document), "order-differs", ACHIEVED + "/tag")
        assert not errors_in(lint(document))

    def test_is_quiet_where_the_order_is_the_same(self):
        assert lint(spoiled(badge(), ACHIEVED + "/tag", ["a\U0001f600", "b\uff5e"])) == []

    @pytest.mark.parametrize(
        ("text", "rule"), [("\ufeffa", "byte-order-mark"), ("a\ufffd", "replacement-character")]
    )
    def test_warns_of_a_name_but_never_refuses_it(self, text, rule):
        findings = lint(spoiled(badge(), SUBJECT + "/name", text))
        assert found(findings, rule, SUBJECT + "/name")
        assert not errors_in(findings)

    def test_is_quiet_about_backslashes_quotes_and_lines(self):
        assert lint(spoiled(badge(), SUBJECT + "/narrative", 'a \\t "b"\nc \\u0007')) == []


class TestClr:
    @pytest.mark.parametrize(
        ("path", "value", "rule"),
        [
            ("/name", GONE, "member-missing"),
            ("/type", ["VerifiableCredential"], "type-missing"),
            ("/@context/1", "https://purl.imsglobal.org/spec/clr/v2p0/context.json", "context-order"),
            (SUBJECT + "/verifiableCredential", [], "array-empty"),
            (SUBJECT + "/verifiableCredential/0", "a.b.c", "not-object"),
            (SUBJECT + "/association/0/associationType", "likes", "not-in-list"),
            (SUBJECT + "/association/0/associationType", "ext:likes", "not-in-list"),
            (SUBJECT + "/association/0/note", "x", "member-unknown"),
            (SUBJECT + "/association/0/type", ["Association"], "type-missing"),
            (SUBJECT + "/association/0/targetId", "urn:x:9", "association-unknown"),
            ("/partial", "yes", "not-boolean"),
        ],
    )
    def test_finds(self, path, value, rule):
        assert found(errors_in(lint(spoiled(record(), path, value), "clr-2.0")), rule)

    def test_takes_a_subject_without_any_name_of_the_recipient_as_a_flaw(self):
        document = spoiled(spoiled(record(), SUBJECT + "/id", GONE), SUBJECT + "/identifier", GONE)
        assert found(lint(document, "clr-2.0"), "recipient-missing", SUBJECT)

    def test_treats_members_as_foreign_documents(self):
        inside = SUBJECT + "/verifiableCredential/1"
        warned = lint(spoiled(record(), inside + "/credentialSubject/achievement/name", ""), "clr-2.0")
        assert not errors_in(warned)
        assert found(warned, "text-empty", inside + "/credentialSubject/achievement/name")
        assert found(
            errors_in(lint(spoiled(record(), inside + "/issuer", GONE), "clr-2.0")), "member-missing"
        )

    def test_takes_any_credential_as_member(self):
        other = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "https://x.example/",
            "credentialSubject": {"id": "urn:x:1"},
        }
        document = record()
        document["credentialSubject"]["verifiableCredential"].append(other)
        assert lint(document, "clr-2.0") == []

    def test_lets_the_learner_have_one_id_throughout(self):
        document = record()
        own = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        for one in document["credentialSubject"]["verifiableCredential"]:
            one["credentialSubject"]["id"] = own
        assert lint(spoiled(document, SUBJECT + "/id", own), "clr-2.0") == []

    def test_records_in_records_end(self):
        document = record()
        inner = document
        for _ in range(60):
            deeper = copy.copy(document)
            deeper["credentialSubject"] = {**document["credentialSubject"], "verifiableCredential": [inner]}
            inner = deeper
        assert found(errors_in(lint(inner, "clr-2.0")), "too-deep")


class TestDataModel:
    BASE = "https://www.w3.org/ns/credentials/v2"

    def credential(self, **change):
        return {
            "@context": [self.BASE],
            "type": ["VerifiableCredential"],
            "issuer": "https://x.example/i",
            "credentialSubject": {"id": "urn:x:1"},
        } | change

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"issuer": {"id": "did:web:x.example", "name": "X"}},
            {"credentialSubject": [{"id": "urn:x:1"}, {"degree": "BA"}]},
            {"credentialStatus": [{"type": "A"}, {"type": "B", "id": "urn:x:2"}]},
            {"evidence": {"type": "Photo"}, "termsOfUse": [{"type": ["T"]}]},
            {"relatedResource": [{"id": "urn:x:1", "digestSRI": "sha384-x"}]},
            {"@context": [BASE, {"x": "https://x.example/x"}]},
            {"validFrom": "2026-05-18T14:30:05.123+14:00"},
        ],
    )
    def test_takes(self, change):
        assert lint(self.credential(**change), "vcdm-2.0", strict=False) == []

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"name": {"@value": "x", "language": "en"}}, "not-text"),
            ({"name": [{"@language": "en"}]}, "not-text"),
            ({"credentialSubject": []}, "subject-missing"),
            ({"credentialSubject": [{}]}, "subject-missing"),
            ({"credentialSubject": {"id": "zoe"}}, "not-uri"),
            ({"issuer": ["https://x.example/i"]}, "not-uri"),
            ({"credentialStatus": "revoked"}, "not-object"),
            ({"relatedResource": [{"id": "urn:x:1", "digestSRI": "a"}] * 2}, "resource-twice"),
            ({"@context": []}, "context-missing"),
            ({"@context": {}}, "context-missing"),
            ({"type": []}, "type-malformed"),
        ],
    )
    def test_refuses(self, change, rule):
        assert found(errors_in(lint(self.credential(**change), "vcdm-2.0", strict=False)), rule)

    def test_takes_a_name_with_language_and_warns_of_direction(self):
        name = {"@value": "x", "@language": "ar", "@direction": "rtl"}
        findings = lint(self.credential(name=name), "vcdm-2.0", strict=False)
        assert {one.rule for one in findings} == {"language-object", "direction"}
        assert not errors_in(findings)

    def test_checks_presentations_and_what_they_carry(self):
        shown = {"@context": [self.BASE], "type": "VerifiablePresentation", "holder": "did:web:x.example"}
        good = shown | {"verifiableCredential": [self.credential()]}
        assert lint(good, "vcdm-2.0", strict=False) == []
        bad = shown | {"verifiableCredential": ["a.b.c", self.credential(issuer=3)]}
        assert {one.path for one in errors_in(lint(bad, "vcdm-2.0", strict=False))} == {
            "/verifiableCredential/0",
            "/verifiableCredential/1/issuer",
        }

    def test_checks_envelopes(self):
        document = {"@context": [self.BASE], "type": "EnvelopedVerifiableCredential"}
        assert lint(document | {"id": "data:application/vc+jwt,a.b.c"}, "vcdm-2.0", strict=False) == []
        assert found(lint(document | {"id": "https://x.example/"}, "vcdm-2.0"), "envelope-id")

    def test_takes_the_older_model_only_from_others(self):
        document = badge()
        document["@context"][0] = "https://www.w3.org/2018/credentials/v1"
        document["issuanceDate"] = document.pop("validFrom")
        assert not errors_in(lint(document, strict=False))
        assert found(lint(document, strict=False), "vcdm-1.1")
        assert found(errors_in(lint(document)), "context-missing")

    @pytest.mark.parametrize(
        ("path", "value", "rule"),
        [
            (SUBJECT + "/encodedList", "H4sI", "encoded-list"),
            (SUBJECT + "/statusPurpose", "", "status-purpose"),
            (SUBJECT + "/type", "List", "type-missing"),
            (SUBJECT + "/ttl", 1.5, "not-number"),
            ("/id", GONE, "member-missing"),
        ],
    )
    def test_checks_status_lists(self, path, value, rule):
        assert found(errors_in(lint(spoiled(status_list(), path, value), "vcdm-2.0")), rule)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"statusPurpose": GONE}, "status-purpose"),
            ({"statusSize": 2}, "member-missing"),
            ({"statusSize": 0}, "status-size"),
            ({"statusSize": 10**9, "statusMessage": []}, "status-size"),
            ({"statusMessage": [{"status": "0x0"}]}, "status-messages"),
        ],
    )
    def test_checks_status_entries(self, change, rule):
        document = badge()
        document["credentialStatus"] |= change
        for member in [name for name, value in change.items() if value is GONE]:
            del document["credentialStatus"][member]
        assert found(lint(document), rule)


class TestSharedParts:
    def shared_badge(self):
        issuer, achievement = build_profile(ISSUER), build_achievement(ACHIEVEMENT)
        return SharedParts(issuer, achievement), build_achievement_credential(
            replace(AWARD, issuer=issuer, achievement=achievement)
        )

    def test_give_the_same_verdict(self):
        shared, document = self.shared_badge()
        assert lint(document, shared=shared) == lint(document) == []

    def test_report_their_own_flaws_with_every_document(self):
        issuer, achievement = build_profile(ISSUER), build_achievement(ACHIEVEMENT)
        del achievement["criteria"]
        shared = SharedParts(issuer, achievement)
        assert found(lint(badge(), shared=shared), "member-missing", ACHIEVED)

    def test_do_not_vouch_for_equal_looking_parts(self):
        shared, document = self.shared_badge()
        document["issuer"] = {**document["issuer"], "type": ["Organization"]}
        assert found(lint(document, shared=shared), "type-missing", "/issuer/type")

    def test_still_tie_results_to_the_achievement(self):
        shared, document = self.shared_badge()
        document["credentialSubject"]["result"][0]["achievedLevel"] = "urn:x:1"
        assert found(lint(document, shared=shared), "rubric-level-unknown")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    if path:
        yield path
    if isinstance(value, dict | list):
        for key in list(value) if isinstance(value, dict) else range(len(value)):
            yield from places(value[key], (*path, key))


class TestHostileDocuments:
    @pytest.mark.parametrize("profile", ["ob-3.0", "clr-2.0", "vcdm-2.0"])
    @pytest.mark.parametrize("value", [None, 1, "x", [], {}, [[]], {"@context": {}}, {1: 2}, {"a": object()}])
    def test_of_any_kind_are_refused_without_raising(self, profile, value):
        for strict in (True, False):
            assert errors_in(lint(value, profile, strict=strict))

    @given(data=st.data())
    @settings(max_examples=300, deadline=None)
    def test_never_raise_whatever_stands_anywhere(self, data):
        document, profile = data.draw(st.sampled_from([(badge, "ob-3.0"), (record, "clr-2.0")]))
        document = document()
        place = data.draw(st.sampled_from(list(places(document))))
        owner = document
        for key in place[:-1]:
            owner = owner[key]
        owner[place[-1]] = data.draw(JSON)
        for strict in (True, False):
            for finding in lint(document, profile, strict=strict):
                assert finding.path == "" or finding.path.startswith("/")

    @pytest.mark.parametrize("depth", [300, 5_000])
    def test_too_deep_are_refused(self, depth):
        value: list = []
        for _ in range(depth):
            value = [value]
        assert found(errors_in(lint({**badge(), "extra": value}, strict=False)), "too-deep")

    def test_profiles_in_profiles_end(self):
        profile = build_profile(ISSUER)
        for _ in range(80):
            profile = {**profile, "parentOrg": profile}
        assert found(errors_in(lint({**badge(), "issuer": profile}, strict=False)), "too-deep")

    def test_with_thousands_of_flaws_give_a_bounded_report(self):
        document = badge()
        document["credentialSubject"]["achievement"]["alignment"] = [{}] * 5_000
        assert len(lint(document)) == 200

    def test_names_in_paths_are_cut_and_made_visible(self):
        (finding,) = [
            one
            for one in lint(
                spoiled(
                    badge(),
                    IDENTITY,
                    badge()["credentialSubject"]["identifier"][0] | {"a/~\n" + "x" * 500: 1},
                )
            )
            if one.rule == "member-unknown"
        ]
        assert finding.path.startswith(IDENTITY + "/a~1~0?xxx")
        assert len(finding.path) < 120

    def test_huge_numbers_are_no_trouble(self):
        document = spoiled(badge(), ACHIEVED + "/creditsAvailable", 10**5_000)
        assert found(lint(document), "number-too-large", ACHIEVED + "/creditsAvailable")

    def test_messages_repeat_nothing_of_the_document(self):
        document = spoiled(badge(), SUBJECT + "/name", {"secret": "zoe@example.com"})
        assert "zoe" not in json.dumps([(one.rule, one.message) for one in lint(document)])

    def test_an_unknown_profile_is_the_callers_mistake(self):
        with pytest.raises(DocumentError):
            lint(badge(), "ob-9.9")
