"""Forgetting people: who asks for it, and whose row became no credential."""

import json
from datetime import timedelta

import pytest

from credentials.erasure import services, tasks
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, Recipient
from credentials.issuing.services import cancel_batch, confirm_batch, finish_batch, sign_chunk
from institution.errors import NotAllowed
from tests.credentials.issuing.samples import NOW, make_draft, make_released, make_signed, people, person

LATER = NOW + timedelta(days=1)
PAST = NOW + timedelta(days=31)


def kept() -> str:
    """Return all that the rows hold, as text."""
    return json.dumps(list(BatchRow.objects.values_list()), default=str)


class TestEraseRecipient:
    def test_leaves_a_tombstone_without_the_person(self, issuer):
        make_released(issuer, [person(narrative="Worked hard")])
        digest = Credential.objects.get().digest
        for expected in (1, 0):
            count = services.erase_recipient(Recipient.objects.get(), actor=issuer.registrar, now=LATER)
            assert count == expected
        credential = Credential.objects.get()
        assert (credential.state, credential.document, bytes(credential.digest)) == (
            "erased",
            "",
            bytes(digest),
        )
        left = json.dumps(
            [list(Recipient.objects.values_list()), list(BatchRow.objects.values_list())], default=str
        )
        for said in ("Learner 1", "learner1@", "S00001", "Worked hard"):
            assert said not in left

    def test_empties_also_what_of_the_person_became_no_credential(self, issuer):
        """Refused, sent again unchanged, and confirmed but not signed; somebody else's rows stay."""
        make_released(issuer, [person(1), person(1, code="NOBODY-1"), person(2, code="NOBODY-1")])
        make_draft(issuer, [person(1)])
        waiting = make_draft(issuer, [person(1, awarded_on="2026-05-15"), person(3)])
        confirm_batch(waiting, actor=issuer.registrar, now=NOW)
        services.erase_recipient(Recipient.objects.get(key="sis:S00001"), actor=issuer.registrar, now=LATER)
        assert "Learner 1" not in kept()
        assert "S00001" not in kept()
        assert set(BatchRow.objects.exclude(name="").values_list("name", flat=True)) == {
            "Learner 2",
            "Learner 3",
        }
        assert sign_chunk(waiting.pk, now=LATER) == 1
        assert finish_batch(waiting.pk, now=LATER)
        assert [one.row.name for one in Credential.objects.filter(state="signed")] == ["Learner 3"]

    def test_a_report_that_nobody_confirmed_is_left_as_it_is(self, issuer):
        make_released(issuer, [person(1)])
        make_draft(issuer, [person(1, awarded_on="2026-05-15")])
        services.erase_recipient(Recipient.objects.get(), actor=issuer.registrar, now=LATER)
        assert BatchRow.objects.get(state="pending").name == "Learner 1"

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_others_are_refused(self, issuer, who):
        make_released(issuer)
        with pytest.raises(NotAllowed):
            services.erase_recipient(Recipient.objects.first(), actor=getattr(issuer, who), now=LATER)


class TestForgetRows:
    def bad(self) -> dict[str, str]:
        return person(2, code="NOBODY-1", awarded_on="the ides of March")

    def test_empties_a_refused_row_and_keeps_where_and_what_to_do(self, issuer):
        make_released(issuer, [person(1), self.bad()])
        assert services.forget_rows(now=PAST) == 1
        refused = BatchRow.objects.get(state="refused")
        assert (refused.name, refused.email, refused.source_id, refused.values) == ("", "", "", {})
        assert {fault["column"] for fault in refused.faults} == {"Offering code", "Date"}
        assert all(
            fault["remedy"] and not fault["value"] and not fault["message"] for fault in refused.faults
        )
        assert "Learner 2" not in kept()
        assert "ides of March" not in kept()
        assert BatchRow.objects.get(state="signed").name == "Learner 1"

    def test_forgets_once(self, issuer):
        make_released(issuer, [person(1), self.bad()])
        services.forget_rows(now=PAST)
        assert services.forget_rows(now=PAST) == 0

    def test_empties_what_was_there_already_and_what_was_canceled(self, issuer):
        make_released(issuer)
        make_released(issuer, [*people(3), person(4)])
        draft = make_draft(issuer, [person(5)])
        cancel_batch(draft, actor=issuer.registrar, now=NOW)
        assert services.forget_rows(now=PAST) == 3
        assert BatchRow.objects.exclude(name="").filter(credential=None).count() == 0
        assert BatchRow.objects.exclude(name="").count() == Credential.objects.count() == 4

    def test_leaves_young_rows_and_what_waits_for_somebody(self, issuer):
        make_released(issuer, [person(1), self.bad()])
        assert services.forget_rows(now=LATER) == 0
        make_signed(issuer, [person(3), self.bad()])
        make_draft(issuer, [self.bad()])
        assert services.forget_rows(now=PAST) == 1
        assert BatchRow.objects.filter(state="refused").exclude(values={}).count() == 2

    def test_the_sweep_does_it(self, issuer):
        make_released(issuer, [person(1), self.bad()])
        tasks.sweep()
        assert IssuanceBatch.objects.get().forgotten_at is not None
