"""A record signed as a whole: as the library of its reader sees it, and when something in it ends."""

import json
from datetime import timedelta

import pytest
from django.db import Error, connection

from credentials.clr import services
from credentials.clr.errors import NothingToCompose, TooManyMembers
from credentials.clr.models import ComposedRecord
from credentials.clr.states import ClrState
from credentials.erasure.services import erase_recipient
from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import CredentialState
from credentials.status.models import SetBit
from credentials.verification.services import verify
from institution.accounts.roles import Role
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, person
from tests.support.people import give

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def issuer(college, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(college)


@pytest.fixture
def held(issuer):
    """Two credentials of one person, of two departments."""
    make_released(issuer, [person(1), person(1, code="WELD-109", result="")])
    return members()


def members() -> list[Credential]:
    found = Credential.objects.filter(state=CredentialState.RELEASED)
    return list(found.select_related("profile__org_unit").order_by("pk"))


def ask(college, held, **rest):
    return services.ask_for_record(held, partial=False, actor=college.stranger, now=LATER, **rest)


def made(college, held):
    row = ask(college, held)
    assert services.sign_waiting(now=LATER) == 1
    row.refresh_from_db()
    return row


class TestAsk:
    def test_reserves_everything_and_signs_nothing(self, college, held):
        row = ask(college, held)
        assert (row.state, row.document, row.members.count()) == (ClrState.WAITING, "", 2)

    def test_twice_for_the_same_members_is_one_record(self, college, held):
        assert ask(college, held) == ask(college, list(reversed(held)))
        assert made(college, held) == ask(college, held)

    def test_refuses_nothing_and_too_much(self, college, held, monkeypatch):
        with pytest.raises(NothingToCompose):
            ask(college, [])
        monkeypatch.setattr(services, "MOST_MEMBERS", 1)
        with pytest.raises(TooManyMembers):
            ask(college, held)


class TestSign:
    def test_a_stranger_finds_it_valid_with_all_that_is_in_it(self, college, held):
        row = made(college, held)
        report = verify(row.document.encode(), now=LATER)
        assert report.verdict == "valid", report
        document = json.loads(row.document)
        subject = document["credentialSubject"]
        texts = {json.dumps(json.loads(one.document), sort_keys=True) for one in held}
        assert {json.dumps(one, sort_keys=True) for one in subject["verifiableCredential"]} == texts
        assert subject["name"] == held[0].recipient.name
        assert held[0].recipient.email not in row.document
        assert document["refreshService"]["type"] == "1EdTechCredentialRefresh"

    def test_one_changed_letter_in_a_member_is_noticed(self, college, held):
        text = made(college, held).document.replace("Learner 1", "Learner 2")
        assert verify(text.encode(), now=LATER).verdict != "valid"

    def test_a_signed_text_never_changes(self, college, held):
        row = made(college, held)
        with pytest.raises(Error, match="Cannot update"), connection.cursor() as cursor:
            cursor.execute("update clr_composedrecord set document = 'x' where id = %s", [row.pk])

    def test_twice_signs_once(self, college, held):
        row = made(college, held)
        assert services.sign_waiting(now=LATER) == 0
        assert Event.objects.filter(kind="clr.signed", target_id=str(row.pk)).count() == 1

    def test_what_ended_meanwhile_is_not_signed(self, college, held):
        row = ask(college, held)
        revoke_credentials(held[:1], code="issued_in_error", note="", actor=college.registrar, now=LATER)
        assert services.sign_waiting(now=LATER) == 0
        row.refresh_from_db()
        assert (row.state, row.document) == (ClrState.REVOKED, "")


class TestRenew:
    def test_leaves_alone_what_holds(self, college, held):
        made(college, held)
        assert services.renew(now=LATER) == 0

    def test_a_withdrawn_member_ends_the_record(self, college, held):
        row = made(college, held)
        revoke_credentials(held[:1], code="issued_in_error", note="", actor=college.registrar, now=LATER)
        assert services.renew(now=LATER) == 1
        row.refresh_from_db()
        assert row.state == ClrState.REVOKED
        assert SetBit.objects.filter(status_list=row.status_list, index=row.status_index).exists()
        assert services.renew(now=LATER) == 0
        assert ComposedRecord.objects.count() == 1

    def test_a_correction_is_followed_under_the_same_refresh_address(self, college, client, held):
        row = made(college, held)
        make_released(college, [person(1, result="Beginner")], now=LATER)
        assert services.renew(now=LATER) == 1
        assert services.sign_waiting(now=LATER + timedelta(minutes=1)) == 1
        newer = ComposedRecord.objects.get(state=ClrState.SIGNED)
        assert newer.refresh == row.refresh
        assert {one.state for one in newer.members.all()} == {CredentialState.RELEASED}
        assert newer.members.count() == 2
        answer = client.get(f"/clr/{row.refresh}")
        assert answer.content == newer.document.encode()
        assert answer["Access-Control-Allow-Origin"] == "*"

    def test_the_verifier_finds_the_newer_one_at_that_address(self, college, held):
        row = made(college, held)
        told = {one.code: one.sentence for one in verify(row.document.encode(), now=LATER).checks}
        assert told["refresh"] == "The issuer’s service names this one as the newest."
        make_released(college, [person(1, result="Beginner")], now=LATER)
        services.renew(now=LATER + timedelta(minutes=1))
        services.sign_waiting(now=LATER + timedelta(minutes=1))
        report = verify(row.document.encode(), now=LATER + timedelta(minutes=2))
        assert report.newer is not None
        assert report.newer.verdict == "valid"

    def test_erasing_a_person_erases_the_record(self, college, held):
        row = made(college, held)
        give(college.registrar, Role.REGISTRAR, college.district)
        erase_recipient(held[0].recipient, actor=college.registrar, now=LATER)
        services.renew(now=LATER)
        row.refresh_from_db()
        assert (row.state, row.document) == (ClrState.ERASED, "")
        assert services.renew(now=LATER) == 0


class TestRefreshAddress:
    def test_of_nothing_is_not_there(self, client, college):
        assert client.get("/clr/nowhere").status_code == 404

    def test_says_nothing_before_it_is_signed(self, client, college, held):
        assert client.get(f"/clr/{ask(college, held).refresh}").status_code == 404


class TestIssuer:
    def test_is_the_one_over_all_members(self, college, held):
        assert services.issuer_of(held) == college.profile
