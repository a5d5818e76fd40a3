"""Allocation, bits, publishing, journal: one position for one credential, one way only."""

import json
import time
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from credentials.keys import services as keys
from credentials.keys.errors import NoActiveKey
from credentials.lint import lint
from credentials.proofs import data_integrity, status_bitstring
from credentials.proofs.public_key import PublicKey
from credentials.status import journal, services
from credentials.status.models import PublishedList, SetBit, StatusList
from tests.credentials.keys.samples import NOW, make_key, make_profile


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "journal" / "revocations.jsonl")


@pytest.fixture
def profile(college):
    return make_key(college).profile


def places(positions):
    return [(status_list.number, index) for status_list, index in positions]


def bit_is_set(status_list, index):
    encoded = json.loads(status_list.document)["credentialSubject"]["encodedList"]
    return status_bitstring.decode(encoded).get(index) == 1


class TestAllocate:
    def test_gives_each_position_once(self, profile):
        first = services.allocate(profile, 700, now=NOW)
        second = services.allocate(profile, 700, now=NOW)
        assert len(set(places(first) + places(second))) == 1_400

    def test_the_list_is_signed_before_its_first_position_leaves(self, profile):
        [(status_list, _)] = services.allocate(profile, 1, now=NOW)
        document = json.loads(status_list.document)
        assert not lint(document, "vcdm-2.0")
        key = PublicKey.from_multikey(profile.keys.get().public_multibase)
        [outcome] = data_integrity.verify(document, resolve=lambda url: key, now=NOW)
        assert outcome.verified

    def test_opens_the_next_list_when_two_thirds_are_taken(self, profile):
        services.allocate(profile, 1, now=NOW)
        StatusList.objects.update(taken=131_072 * 2 // 3 - 3)
        numbers = [number for number, _ in places(services.allocate(profile, 10, now=NOW))]
        assert numbers == [1] * 3 + [2] * 7
        assert StatusList.objects.filter(published_at=None).count() == 0

    def test_more_than_a_list_holds(self, profile):
        positions = services.allocate(profile, 90_000, now=NOW)
        assert len(set(places(positions))) == 90_000
        assert {number for number, _ in places(positions)} == {1, 2}

    def test_without_a_key_no_list_opens(self, college):
        with pytest.raises(NoActiveKey):
            services.allocate(make_profile(college), 1, now=NOW)
        assert not StatusList.objects.exists()

    def test_positions_of_a_failed_transaction_were_never_given(self, profile):
        services.allocate(profile, 1, now=NOW)
        with transaction.atomic():
            services.allocate(profile, 5, now=NOW)
            transaction.set_rollback(True)
        assert StatusList.objects.get().taken == 1


class TestSetBits:
    def test_marks_the_list_and_sets_once(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        assert services.set_bits([(status_list.pk, index)], now=NOW) == 1
        assert services.set_bits([(status_list.pk, index)], now=NOW + timedelta(hours=1)) == 0
        status_list.refresh_from_db()
        assert status_list.dirty_since == NOW

    def test_the_database_clears_none(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        services.set_bits([(status_list.pk, index)], now=NOW)
        for attempt in (
            lambda: SetBit.objects.all().delete(),
            lambda: SetBit.objects.update(index=index + 1),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                attempt()

    def test_ten_thousand_at_once(self, profile):
        positions = services.allocate(profile, 10_000, now=NOW)
        assert services.set_bits([(one.pk, index) for one, index in positions], now=NOW) == 10_000


class TestRebuild:
    def test_shows_exactly_the_bits_that_are_set_within_milliseconds(self, profile):
        positions = services.allocate(profile, 2_000, now=NOW)
        revoked = positions[::3]
        services.set_bits([(one.pk, index) for one, index in revoked], now=NOW)
        services.rebuild(positions[0][0], now=NOW)
        started = time.perf_counter()
        fresh = services.rebuild(positions[0][0], now=NOW)
        assert time.perf_counter() - started < 0.5
        bits = status_bitstring.decode(json.loads(fresh.document)["credentialSubject"]["encodedList"])
        wanted = {index for _, index in revoked}
        assert {index for index in range(131_072) if bits.get(index)} == wanted

    def test_keeps_what_was_published(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        services.set_bits([(status_list.pk, index)], now=NOW)
        services.rebuild(status_list, now=NOW + timedelta(minutes=1))
        assert list(PublishedList.objects.order_by("id").values_list("set_count", flat=True)) == [0, 1]

    def test_another_etag_after_a_change(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        services.set_bits([(status_list.pk, index)], now=NOW)
        assert services.rebuild(status_list, now=NOW).etag != status_list.etag


class TestSweep:
    def test_waits_a_moment_after_the_last_signature(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        services.set_bits([(status_list.pk, index)], now=NOW)
        assert services.sweep(now=NOW + timedelta(seconds=5)) == 0
        assert services.sweep(now=NOW + timedelta(seconds=40)) == 1
        assert services.sweep(now=NOW + timedelta(seconds=80)) == 0

    def test_signs_anew_before_the_end(self, profile):
        services.allocate(profile, 1, now=NOW)
        assert services.sweep(now=NOW + timedelta(days=9)) == 0
        assert services.sweep(now=NOW + timedelta(days=11)) == 1
        assert StatusList.objects.get().valid_until > NOW + timedelta(days=20)

    def test_replaces_the_signature_of_a_compromised_key(self, college, profile):
        services.allocate(profile, 1, now=NOW)
        keys.mark_compromised(profile.keys.get(), actor=college.administrator, now=NOW)
        assert services.sweep(now=NOW) == 0
        fresh = make_key(college, profile)
        assert services.sweep(now=NOW) == 1
        assert StatusList.objects.get().signing_key == fresh


class TestJournal:
    def test_is_written_on_commit(self, profile, django_capture_on_commit_callbacks):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        with django_capture_on_commit_callbacks(execute=True):
            services.set_bits([(status_list.pk, index)], now=NOW)
        assert list(journal.read()) == [
            journal.Entry(profile.key, 1, None, NOW),
            journal.Entry(profile.key, 1, index, NOW),
        ]
        assert services.write_journal() == 0

    def test_what_a_crash_left_out_the_sweep_writes(self, profile):
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        services.set_bits([(status_list.pk, index)], now=NOW)
        assert list(journal.read()) == []
        services.sweep(now=NOW)
        services.sweep(now=NOW)
        assert [entry.index for entry in journal.read()] == [None, index]

    def test_a_line_cut_off_by_a_crash_is_passed_over(self, profile, settings):
        journal.append([journal.Entry("abc", 1, 5, NOW)])
        with open(settings.REVOCATION_JOURNAL, "a") as file:
            file.write('["abc", 1,')
        assert len(list(journal.read())) == 1

    def test_a_restored_portal_sets_its_bits_again(self, profile):
        """The journal knows a bit that the restored database forgot."""
        [(status_list, index)] = services.allocate(profile, 1, now=NOW)
        journal.append([journal.Entry(profile.key, 1, index, NOW), journal.Entry("other", 1, 9, NOW)])
        assert services.reconcile_with_journal(now=NOW) == {status_list.pk: {index}}
        assert services.reconcile_with_journal(now=NOW) == {}
        assert services.publish_waiting(now=NOW) == 1
        assert bit_is_set(StatusList.objects.get(), index)

    def test_a_list_opened_after_the_backup_keeps_what_it_revoked(self, profile):
        """The restored portal opens it again, full, and its own next list bears the next number."""
        services.allocate(profile, 1, now=NOW)
        journal.append([journal.Entry(profile.key, 2, None, NOW), journal.Entry(profile.key, 2, 77, NOW)])
        services.reconcile_with_journal(now=NOW)
        assert services.publish_waiting(now=NOW) == 1
        lost = StatusList.objects.get(number=2)
        assert bit_is_set(lost, 77)
        services.skip_taken_positions(now=NOW)
        assert services.allocate(profile, 1, now=NOW)[0][0].number == 3
        assert services.reconcile_with_journal(now=NOW) == {}

    def test_a_restored_portal_gives_no_position_twice(self, profile):
        services.allocate(profile, 10, now=NOW)
        assert services.skip_taken_positions(now=NOW) == 1
        assert services.allocate(profile, 1, now=NOW)[0][0].number == 2


class TestStatusListView:
    def test_serves_the_signed_text_to_anybody(self, client, profile):
        [(status_list, _)] = services.allocate(profile, 1, now=NOW)
        answer = client.get(f"/i/{profile.key}/status/1")
        assert answer.content.decode() == StatusList.objects.get().document
        assert answer["Content-Type"] == "application/vc"
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Cache-Control"] == "public, max-age=300"
        assert not answer.cookies

    def test_who_has_it_already_gets_304(self, client, profile):
        services.allocate(profile, 1, now=NOW)
        url = f"/i/{profile.key}/status/1"
        assert client.get(url, headers={"If-None-Match": client.get(url)["ETag"]}).status_code == 304

    def test_an_unknown_list_is_404(self, client, profile):
        assert client.get(f"/i/{profile.key}/status/7").status_code == 404

    def test_costs_the_same_few_queries_whatever_is_in_it(
        self, client, profile, django_assert_max_num_queries
    ):
        services.allocate(profile, 500, now=NOW)
        with django_assert_max_num_queries(4):
            client.get(f"/i/{profile.key}/status/1")
