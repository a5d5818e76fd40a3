"""Learner records: order of contexts, members untouched, everything covered."""

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

import pytest

from credentials.canon.jsonld import expand_safely
from credentials.documents.clr import build_clr_credential
from credentials.documents.errors import DocumentError
from tests.credentials.documents.samples import RECORD, record


class TestBuildClrCredential:
    def test_puts_the_clr_context_before_the_badge_context(self):
        assert [url.rsplit("/", 1)[-1] for url in record()["@context"]] == [
            "v2",
            "context-2.0.1.json",
            "context-3.0.3.json",
            "extensions.json",
        ]

    def test_has_name_and_types(self):
        assert record()["type"] == ["VerifiableCredential", "ClrCredential"]
        assert record()["name"]

    def test_keeps_members_as_they_are(self):
        members = build_clr_credential(RECORD)["credentialSubject"]["verifiableCredential"]
        assert all(built is given for built, given in zip(members, RECORD.members, strict=True))

    def test_is_covered_whole(self):
        assert expand_safely(build_clr_credential(RECORD))

    def test_covers_the_name_of_the_learner(self):
        (expanded,) = expand_safely(build_clr_credential(RECORD))
        (subject,) = expanded["https://www.w3.org/2018/credentials#credentialSubject"]
        assert subject["https://schema.org/name"] == [{"@value": RECORD.recipient_name}]

    def test_says_partial_only_when_it_is(self):
        assert record()["partial"] is True
        assert "partial" not in build_clr_credential(replace(RECORD, partial=False))

    def test_writes_an_award_date_only_with_a_zone(self):
        dated = replace(RECORD, awarded_on=date(2026, 7, 1), zone=ZoneInfo("America/Chicago"))
        assert build_clr_credential(dated)["awardedDate"] == "2026-07-01T12:00:00-05:00"

    def test_refuses_a_record_without_members(self):
        with pytest.raises(DocumentError) as caught:
            build_clr_credential(replace(RECORD, members=()))
        assert caught.value.code == "clr-without-members"
