"""The lint: our documents pass, shared parts are checked once, and nothing makes it fall over."""

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
from credentials.lint import SharedParts, errors_in, lint
from tests.credentials.documents.samples import (
    ACHIEVEMENT,
    AWARD,
    ENDORSEMENT,
    FULL_AWARD,
    ISSUER,
    MINIMAL_AWARD,
    badge,
    record,
)
from tests.credentials.lint.flaws import (
    ACHIEVED,
    IDENTITY,
    SUBJECT,
    found,
    spoiled,
    status_list,
)


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
