"""Badges: each flaw is found where it is, and is as grave as it should be."""

import pytest

from credentials.lint import errors_in, lint
from tests.credentials.documents.samples import (
    badge,
)
from tests.credentials.lint.flaws import (
    ACHIEVED,
    DEVIATIONS,
    HOUSE,
    MUSTS,
    SUBJECT,
    found,
    spoiled,
)


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
