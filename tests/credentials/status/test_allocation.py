"""Positions under real concurrency and crashes: none twice, none given back, none before its list is public."""

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given
from hypothesis import settings as fast
from hypothesis import strategies as st

from credentials.issuing import services
from credentials.issuing.models import Credential, ReservedPlaces
from credentials.issuing.services import signing
from credentials.proofs import data_integrity
from credentials.proofs.public_key import PublicKey
from credentials.status.models import LIST_LENGTH, StatusList
from credentials.status.services import Run, allocate
from tests.credentials.issuing.samples import NOW, lay_issuer, make_draft, make_signed, people, person
from tests.credentials.keys.samples import make_key

pytestmark = pytest.mark.django_db(transaction=True)
FULL = LIST_LENGTH * 2 // 3
TAKES = st.lists(st.tuples(st.integers(1, 60), st.booleans()), min_size=1, max_size=4)


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")


@pytest.fixture
def issuer(college):
    return lay_issuer(college)


class Crash(Exception):  # noqa: N818 - stands for a kill
    pass


class Takers:
    """Threads with connections of their own, each taking positions; some crash before they commit."""

    def __init__(self, profile) -> None:
        self.profile, self.kept = profile, []

    def run(self, plans) -> None:
        with ThreadPoolExecutor(len(plans)) as pool:
            for done in [pool.submit(self._take, plan) for plan in plans]:
                done.result()

    def _take(self, plan) -> None:
        try:
            for count, crashes in plan:
                self._once(count, crashes)
        finally:
            connection.close()

    def _once(self, count, crashes) -> None:
        try:
            with transaction.atomic():
                taken = allocate(self.profile, count, now=NOW)
                if crashes:
                    raise Crash
        except Crash:
            return
        assert len(taken) == count
        self.kept += [(one.number, index) for one, index in taken]


class TestAllocate:
    @pytest.fixture
    def takers(self, college):
        return Takers(make_key(college).profile)

    @fast(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(plans=st.lists(TAKES, min_size=2, max_size=4), left=st.integers(0, 90))
    def test_no_position_twice_whoever_crashes_and_however_little_is_left(self, takers, plans, left):
        """All examples draw from one pool: what an earlier one kept and never used stays used."""
        last = StatusList.objects.order_by("number").last()
        if last is not None:
            StatusList.objects.filter(pk=last.pk, taken__lt=FULL - left).update(taken=FULL - left)
        takers.run(plans)
        assert [place for place, times in Counter(takers.kept).items() if times > 1] == []
        lists = list(StatusList.objects.order_by("number"))
        assert [one.number for one in lists] == list(range(1, len(lists) + 1))
        assert all(one.taken == FULL for one in lists[:-1])  # the next list opens when this one is full
        assert all(one.published_at for one in lists)

    def test_positions_are_scattered_over_the_whole_list(self, takers):
        takers.run([[(125, False)] * 2] * 4)
        parts = Counter(index * 16 // LIST_LENGTH for _number, index in takers.kept)
        assert len(takers.kept) == 1_000
        assert set(parts) == set(range(16))
        assert max(parts.values()) < 3 * min(parts.values())


class TestReserve:
    def test_the_list_is_public_before_anything_that_names_it_is_signed(self, issuer, monkeypatch):
        """At the moment between reserving and signing, a stranger reads the signed list over HTTP."""
        seen = []

        def look(work, now):
            assert not connection.in_atomic_block
            assert not Credential.objects.exists()
            for one in ReservedPlaces.objects.select_related("status_list__profile"):
                address = f"/i/{one.status_list.profile.key}/status/{one.status_list.number}"
                seen.append(Client().get(address))
            return real(work, now)

        real = signing._sign
        monkeypatch.setattr(signing, "_sign", look)
        make_signed(issuer, people(2))
        assert [answer.status_code for answer in seen] == [200]
        key = PublicKey.from_multikey(issuer.key.public_multibase)
        [outcome] = data_integrity.verify(json.loads(seen[0].content), resolve=lambda url: key, now=NOW)
        assert outcome.verified

    def test_a_crash_before_signing_keeps_the_positions_used(self, issuer, monkeypatch):
        batch = make_draft(issuer, people(4))
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        with monkeypatch.context() as patched:
            patched.setattr(signing, "_sign", self.crash)
            with pytest.raises(Crash):
                services.sign_chunk(batch.pk, now=NOW)
        reserved = self.held(batch)
        assert len(reserved) == 4
        make_signed(issuer, [person(number) for number in range(11, 15)])
        assert self.places().isdisjoint(reserved)
        services.sign_chunk(batch.pk, now=NOW)
        assert len(self.places()) == 8
        assert self.places() > reserved

    def test_what_was_reserved_and_canceled_leaves_its_position_unused_for_ever(self, issuer, monkeypatch):
        batch = make_draft(issuer, people(3))
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        with monkeypatch.context() as patched:
            patched.setattr(signing, "_sign", self.crash)
            with pytest.raises(Crash):
                services.sign_chunk(batch.pk, now=NOW)
        services.cancel_batch(batch, actor=issuer.registrar, now=NOW)
        services.finish_batch(batch.pk, now=NOW)
        make_signed(issuer, people(3))
        assert len(self.places() | self.held(batch)) == 6

    def test_the_database_refuses_two_credentials_in_one_place(self, issuer):
        make_signed(issuer, people(2))
        first, second = Credential.objects.order_by("pk")
        with pytest.raises(IntegrityError, match="one_credential_per_status_entry"):
            Credential.objects.filter(pk=second.pk).update(status_index=first.status_index)

    @staticmethod
    def crash(*args):
        raise Crash

    @staticmethod
    def places():
        return set(Credential.objects.values_list("status_list", "status_index"))

    @staticmethod
    def held(batch):
        """Return the entries that a batch's chunks reserved."""
        held = ReservedPlaces.objects.filter(chunk__batch=batch)
        return {
            (one.status_list_id, index)
            for one in held
            for index in Run(one.status_list, one.first, one.end).indexes()
        }
