"""Release, undo, correction, withdrawal, erasure, restore."""

import json
from datetime import timedelta

import pytest

from credentials.issuing import services
from credentials.issuing.errors import HoldNotOver, SecondPersonReleases
from credentials.issuing.models import Credential
from credentials.status import journal
from credentials.status.models import SetBit, StatusList
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from tests.credentials.issuing.samples import (
    NOW,
    make_draft,
    make_released,
    make_signed,
    people,
    person,
    sign,
)

LATER = NOW + timedelta(days=1)


def bit(credential):
    return SetBit.objects.filter(
        status_list=credential.status_list_id, index=credential.status_index
    ).exists()


class TestReleaseBatch:
    def test_lets_every_signed_credential_out(self, issuer):
        batch = make_released(issuer)
        assert (batch.state, batch.released_by) == ("released", issuer.registrar)
        assert set(Credential.objects.values_list("state", "released_at")) == {("released", NOW)}

    def test_twice_is_once(self, issuer):
        batch = make_released(issuer)
        services.release_batch(batch, actor=issuer.registrar, now=LATER)
        assert Event.objects.filter(kind="batch.released").count() == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty", "auditor"])
    def test_others_are_refused(self, issuer, who):
        batch = make_signed(issuer)
        for verb in (services.release_batch, services.undo_batch):
            with pytest.raises(NotAllowed):
                verb(batch, actor=getattr(issuer, who), now=NOW)

    def test_a_draft_is_not_released(self, issuer):
        with pytest.raises(NotInThisState):
            services.release_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)

    def test_policy_may_hold_it_for_a_day(self, issuer, settings):
        settings.RELEASE_HOLD_HOURS = 24
        batch = make_signed(issuer)
        with pytest.raises(HoldNotOver):
            services.release_batch(batch, actor=issuer.registrar, now=NOW + timedelta(hours=23))
        services.release_batch(batch, actor=issuer.registrar, now=NOW + timedelta(hours=24))

    def test_policy_may_ask_for_a_second_person(self, issuer, settings):
        settings.RELEASE_BY_SECOND_PERSON = True
        with pytest.raises(SecondPersonReleases):
            services.release_batch(make_signed(issuer), actor=issuer.registrar, now=NOW)

    def test_what_was_signed_before_a_cancel_can_be_released(self, issuer, monkeypatch):
        from credentials.issuing.services import running

        monkeypatch.setattr(running, "CHUNK_ROWS", 1)
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        services.sign_chunk(batch.pk, now=NOW)
        services.cancel_batch(batch, actor=issuer.registrar, now=NOW)
        services.finish_batch(batch.pk, now=NOW)
        batch.refresh_from_db()
        services.release_batch(batch, actor=issuer.registrar, now=NOW)
        assert Credential.objects.filter(state="released").count() == 1


class TestUndoBatch:
    def test_revokes_quietly_and_frees_the_awards(self, issuer):
        batch = make_signed(issuer)
        for _ in range(2):
            services.undo_batch(batch, actor=issuer.registrar, now=NOW)
        assert all(one.state == "revoked" and bit(one) for one in Credential.objects.all())
        assert not Event.objects.filter(kind="credential.revoked").exists()
        again = make_signed(issuer)
        assert again.signed_count == 3
        entries = Credential.objects.values_list("status_list", "status_index")
        assert len(set(entries)) == 6

    def test_a_released_batch_cannot_be_undone(self, issuer):
        with pytest.raises(NotInThisState):
            services.undo_batch(make_released(issuer), actor=issuer.registrar, now=NOW)

    def test_an_undone_correction_leaves_the_old_one_valid_and_correctable(self, issuer):
        make_released(issuer, [person()])
        old = Credential.objects.get()
        batch = make_signed(issuer, [person(name="Wrong")])
        services.undo_batch(batch, actor=issuer.registrar, now=NOW)
        old.refresh_from_db()
        assert old.state == "released"
        make_released(issuer, [person(name="Right")], now=LATER)
        old.refresh_from_db()
        assert (old.state, old.successor.state) == ("superseded", "released")


class TestCorrection:
    def test_the_old_one_stays_valid_until_the_new_one_is_released(self, issuer):
        make_released(issuer, [person()])
        old = Credential.objects.get()
        batch = make_signed(issuer, [person(name="Learner One")])
        old.refresh_from_db()
        assert (old.state, bit(old)) == ("released", False)
        services.release_batch(batch, actor=issuer.registrar, now=LATER)
        old.refresh_from_db()
        new = Credential.objects.get(batch=batch)
        assert (old.state, old.revocation_code, bit(old)) == ("superseded", "replaced", True)
        assert new.supersedes == old
        assert old.successor == new
        assert json.loads(new.document)["credentialSubject"]["name"] == "Learner One"
        event = Event.objects.get(kind="credential.superseded")
        assert event.data == {"pairs": [[str(old.pk), str(new.pk)]]}

    def test_a_correction_of_a_waiting_correction_ends_both(self, issuer):
        make_released(issuer, [person()])
        make_signed(issuer, [person(name="Second")])
        third = make_signed(issuer, [person(name="Third")])
        assert third.correction_count == 1
        services.release_batch(third, actor=issuer.registrar, now=LATER)
        states = dict(Credential.objects.values_list("row__name", "state"))
        assert states == {"Learner 1": "superseded", "Second": "superseded", "Third": "released"}

    def test_a_date_changed_under_a_row_id_is_a_correction(self, issuer):
        make_released(issuer, [person(award_id="R-77")])
        assert make_draft(issuer, [person(award_id="R-77", awarded_on="2026-05-13")]).correction_count == 1
        assert make_draft(issuer, [person(awarded_on="2026-05-13")]).issue_count == 1

    def test_a_correction_of_something_revoked_meanwhile_is_refused(self, issuer):
        make_released(issuer, [person()])
        batch = make_draft(issuer, [person(name="X")])
        services.revoke_credentials(
            Credential.objects.all(), code="withdrawn", actor=issuer.registrar, now=NOW
        )
        sign(issuer, batch)
        assert (batch.signed_count, batch.failed_count) == (0, 1)

    def test_of_something_withdrawn_after_the_signing_is_withheld(self, issuer):
        """So an award that was withdrawn does not come back by a correction, or by a re-issue, under way."""
        make_released(issuer, people(2))
        batch = make_signed(issuer, [person(1, name="X"), person(2, name="Y")])
        gone = Credential.objects.get(row__name="Learner 1")
        services.revoke_credentials([gone], code="withdrawn", actor=issuer.registrar, now=NOW)
        services.release_batch(batch, actor=issuer.registrar, now=LATER)
        states = dict(Credential.objects.values_list("row__name", "state"))
        assert states == {"Learner 1": "revoked", "Learner 2": "superseded", "X": "revoked", "Y": "released"}
        held = Credential.objects.get(row__name="X")
        assert (held.released_at, held.supersedes, bit(held)) == (None, None, True)
        gone.refresh_from_db()
        assert gone.revocation_code == "withdrawn"
        event = Event.objects.get(kind="batch.withheld")
        assert event.data == {"credentials": [str(held.pk)]}


class TestRevokeCredentials:
    def test_sets_bit_code_note_and_one_event(self, issuer):
        make_released(issuer, people(5))
        chosen = list(Credential.objects.order_by("pk")[:3])
        count = services.revoke_credentials(
            chosen, code="issued_in_error", note="grade book mix-up", actor=issuer.registrar, now=LATER
        )
        assert count == 3
        assert all(bit(one) for one in chosen)
        assert Credential.objects.filter(state="revoked", revocation_code="issued_in_error").count() == 3
        event = Event.objects.get(kind="credential.revoked")
        assert set(event.data) == {"credentials", "code"}
        assert "mix-up" not in json.dumps(event.data)

    def test_twice_is_once(self, issuer):
        make_released(issuer)
        for expected in (3, 0):
            assert (
                services.revoke_credentials(
                    Credential.objects.all(), code="withdrawn", actor=issuer.registrar, now=LATER
                )
                == expected
            )

    def test_ten_thousand_in_few_statements(self, issuer, django_assert_max_num_queries):
        """A thousand here; statements grow by the thousand, not by the row."""
        make_released(issuer, people(1_000))
        with django_assert_max_num_queries(25):
            services.revoke_credentials(
                Credential.objects.only("pk"), code="withdrawn", actor=issuer.registrar, now=LATER
            )
        assert SetBit.objects.count() == 1_000

    @pytest.mark.parametrize("who", ["stranger", "faculty", "dean", "neighbor"])
    def test_others_are_refused(self, issuer, who):
        make_released(issuer)
        with pytest.raises(NotAllowed):
            services.revoke_credentials(
                Credential.objects.all(), code="withdrawn", actor=getattr(issuer, who), now=LATER
            )
        assert not SetBit.objects.exists()

    def test_a_neighbor_revokes_only_next_door(self, issuer):
        make_released(issuer, [person(code="WELD-109", result="")])
        assert (
            services.revoke_credentials(
                Credential.objects.all(), code="withdrawn", actor=issuer.neighbor, now=LATER
            )
            == 1
        )

    def test_an_unknown_reason_is_refused(self, issuer):
        with pytest.raises(InvalidInput):
            services.revoke_credentials([], code="because", actor=issuer.registrar, now=LATER)


class TestReconcileRevocations:
    def test_a_backup_brings_no_revoked_credential_back(self, issuer):
        """The journal holds a bit that the restored rows know nothing of."""
        make_released(issuer)
        lost = Credential.objects.order_by("pk").first()
        journal.append([journal.Entry(issuer.profile.key, 1, lost.status_index, NOW)])
        first = services.reconcile_revocations(now=LATER)
        assert first == {"bits": 1, "credentials": 1, "lists_closed": 1}
        lost.refresh_from_db()
        assert (lost.state, bit(lost)) == ("revoked", True)
        assert services.reconcile_revocations(now=LATER)["bits"] == 0
        make_signed(issuer, people(2, awarded_on="2026-05-01"))
        assert StatusList.objects.count() == 2
