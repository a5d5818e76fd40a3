"""An order to withdraw many: frozen, carried out part by part, once, however often it is cut off."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest

from credentials.issuing.models import Credential
from credentials.issuing.services import release_batch, revoke_credentials
from credentials.proofs import status_bitstring
from credentials.status import journal
from credentials.status.models import SetBit, StatusList
from credentials.status.services import publish_waiting, sweep
from credentials.withdrawal import services
from credentials.withdrawal.models import Withdrawal, WithdrawalItem
from institution.errors import InvalidInput, NotAllowed
from institution.events.models import Event
from institution.notices.models import Notice
from learners.records.services import tell_withdrawals
from tests.credentials.issuing.samples import NOW, make_released, make_signed, people, person

pytestmark = pytest.mark.django_db(transaction=True)
SOON = NOW + timedelta(minutes=5)


def order(issuer, found=None, **changes):
    values = {"pk": uuid4(), "code": "issued_in_error", "note": "internal", "actor": issuer.registrar}
    chosen = Credential.objects.all() if found is None else found
    return services.order_withdrawal(chosen, **values | changes, now=NOW)


def finish(order):
    while services.carry_out(order.pk, now=SOON):
        pass
    order.refresh_from_db()
    return order


class TestOrderWithdrawal:
    def test_freezes_the_list_and_withdraws_nothing_yet(self, issuer):
        make_released(issuer, people(4))
        made = order(issuer)
        make_released(issuer, [person(9)])
        assert (made.total, made.part_count, WithdrawalItem.objects.count()) == (4, 1, 4)
        assert not Credential.objects.filter(state="revoked").exists()
        assert finish(made).withdrawn_count == 4
        assert Credential.objects.filter(state="released").count() == 1

    def test_the_same_id_twice_is_one_order(self, issuer):
        make_released(issuer)
        pk = uuid4()
        assert order(issuer, pk=pk) == order(issuer, pk=pk)
        assert Withdrawal.objects.count() == 1

    def test_belongs_to_the_lowest_unit_above_all(self, issuer):
        make_released(issuer, [person(1), person(2, code="WELD-109", result="")])
        assert order(issuer).org_unit == issuer.main
        nursing = Credential.objects.filter(org_unit=issuer.nursing)
        assert order(issuer, nursing).org_unit == issuer.nursing

    def test_nothing_to_withdraw_is_finished_at_once(self, issuer):
        made = order(issuer)
        assert (made.total, made.finished_at) == (0, NOW)
        assert services.carry_out(made.pk, now=NOW) is False

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "auditor", "dean"])
    def test_refuses_who_may_not(self, issuer, who):
        make_released(issuer, people(1))
        with pytest.raises(NotAllowed):
            order(issuer, actor=getattr(issuer, who))

    def test_refuses_a_reason_nobody_knows(self, issuer):
        with pytest.raises(InvalidInput):
            order(issuer, code="because")


class TestCarryOut:
    def test_goes_part_by_part_and_on_after_a_kill(self, issuer, monkeypatch):
        monkeypatch.setattr(services, "PART", 2)
        make_released(issuer, people(5))
        made = order(issuer)
        assert services.carry_out(made.pk, now=SOON) is True
        assert Credential.objects.filter(state="revoked").count() == 2
        with monkeypatch.context() as patched:
            patched.setattr(services, "withdraw", self.killed)
            with pytest.raises(KeyboardInterrupt):
                services.carry_out(made.pk, now=SOON)
        assert services.unfinished() == [made.pk]
        done = finish(made)
        assert (done.parts_done, done.withdrawn_count, done.seen_count) == (3, 5, 5)
        assert Credential.objects.filter(state="revoked", revoked_by=issuer.registrar).count() == 5
        assert SetBit.objects.count() == 5
        assert Event.objects.filter(kind="credential.revoked").count() == 3
        assert Event.objects.filter(kind="withdrawal.finished").count() == 1
        assert services.unfinished() == []

    @staticmethod
    def killed(*args, **rest):
        raise KeyboardInterrupt

    def test_counts_apart_what_was_withdrawn_meanwhile(self, issuer):
        make_released(issuer, people(3))
        made = order(issuer)
        revoke_credentials(Credential.objects.all()[:1], code="withdrawn", actor=issuer.registrar, now=NOW)
        done = finish(made)
        assert (done.seen_count, done.withdrawn_count) == (3, 2)

    def test_withdraws_quietly_what_was_not_released(self, issuer):
        make_signed(issuer)
        assert finish(order(issuer)).withdrawn_count == 3
        assert tell_withdrawals(now=SOON) == 0

    def test_a_person_with_several_is_told_in_one_message(self, issuer, monkeypatch):
        monkeypatch.setattr(services, "PART", 1)
        both = [person(n, code=code, result="") for n in (1, 2) for code in ("NURS-120", "WELD-109")]
        make_released(issuer, both)
        assert finish(order(issuer)).part_count == 2
        assert tell_withdrawals(now=SOON) == 2
        assert Notice.objects.filter(kind="record.withdrawn", body__contains="Welding I").count() == 2

    def test_the_note_stays_inside(self, issuer):
        make_released(issuer, people(2))
        finish(order(issuer, note="a secret"))
        tell_withdrawals(now=SOON)
        publish_waiting(now=SOON)
        written = [*Notice.objects.values_list("body", flat=True)]
        written += [str(data) for data in Event.objects.values_list("data", flat=True)]
        written += StatusList.objects.values_list("document", flat=True)
        assert not [text for text in written if "secret" in text]

    def test_bits_reach_list_and_journal(self, issuer):
        make_released(issuer, people(3))
        finish(order(issuer))
        sweep(now=SOON)
        listed = StatusList.objects.get()
        bits = status_bitstring.decode(json.loads(listed.document)["credentialSubject"]["encodedList"])
        indexes = set(Credential.objects.values_list("status_index", flat=True))
        assert {index for index in range(listed.length) if bits.get(index)} == indexes
        assert {entry.index for entry in journal.read()} >= indexes

    def test_what_is_withdrawn_is_never_released_again(self, issuer):
        batch = make_signed(issuer)
        finish(order(issuer))
        release_batch(batch, actor=issuer.registrar, now=SOON)
        assert not Credential.objects.exclude(state="revoked").exists()
