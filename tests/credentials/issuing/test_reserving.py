"""What a chunk holds between its two halves, and what becomes of it when something happens there."""

import uuid
from datetime import UTC, datetime, timedelta

from credentials.issuing import services
from credentials.issuing.models import BatchRow, Credential, SigningChunk
from credentials.issuing.services import signing
from credentials.minting.drawing import draw
from credentials.status.services import Run, set_bits
from tests.credentials.issuing.samples import (
    NOW,
    make_draft,
    make_released,
    make_signed,
    people,
    person,
    sign,
)


def reserve_only(batch, monkeypatch):
    """Stop where a killed worker stops that has reserved and not signed."""
    with monkeypatch.context() as patched:
        patched.setattr(signing, "_sign", lambda work, now: 0)
        services.sign_chunk(batch.pk, now=NOW)


class TestBetweenTheHalves:
    def test_a_chunk_lost_after_its_reservation_is_taken_up_with_the_same_ids(self, issuer, monkeypatch):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        reserve_only(batch, monkeypatch)
        chunk = SigningChunk.objects.get()
        [held] = chunk.places.all()
        assert not Credential.objects.exists()
        assert services.sign_chunk(batch.pk, now=NOW + timedelta(hours=2)) == 3
        indexes = Run(held.status_list, held.first, held.end).indexes()
        wanted = [
            (uuid.UUID(drawn.urn), uuid.UUID(drawn.subject_urn), drawn.salt, index, chunk.valid_from)
            for drawn, index in zip(draw(bytes(chunk.seed), 3), indexes, strict=True)
        ]
        made = Credential.objects.order_by("row__line").values_list(
            "urn", "subject_urn", "salt", "status_index", "valid_from"
        )
        assert [(*one[:2], bytes(one[2]), *one[3:]) for one in made] == wanted
        assert services.finish_batch(batch.pk, now=NOW)

    def test_a_finished_chunk_can_be_drawn_no_more(self, issuer):
        make_signed(issuer)
        chunk = SigningChunk.objects.get()
        assert chunk.seed is None
        assert [one.end - one.first for one in chunk.places.all()] == [3]

    def test_a_chunk_whose_lines_changed_is_reserved_anew(self, issuer, monkeypatch):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        reserve_only(batch, monkeypatch)
        first = SigningChunk.objects.get().places.get()
        BatchRow.objects.filter(line=2).update(state="canceled")
        later = NOW + timedelta(hours=2)
        assert services.sign_chunk(batch.pk, now=later) == 0
        assert not Credential.objects.exists()
        assert services.sign_chunk(batch.pk, now=later) == 2
        second = SigningChunk.objects.get().places.get()
        assert (second.first, second.end) == (first.end, first.end + 2)
        assert {one.valid_from for one in Credential.objects.all()} == {later.replace(microsecond=0)}

    def test_what_was_withdrawn_before_a_restore_is_not_issued_again(self, issuer, monkeypatch):
        """A backup from between the halves: the journal knows a bit of what was signed after it."""
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        reserve_only(batch, monkeypatch)
        held = SigningChunk.objects.get().places.get()
        index = Run(held.status_list, held.first, held.end).indexes()[1]
        set_bits([(held.status_list_id, index)], now=NOW)
        assert services.sign_chunk(batch.pk, now=NOW) == 2
        row = BatchRow.objects.get(state="failed")
        assert row.line == 2
        assert "withdrawn" in row.faults[0]["message"]
        assert not Credential.objects.filter(status_index=index).exists()
        assert services.finish_batch(batch.pk, now=NOW)

    def test_an_award_that_another_batch_takes_meanwhile_is_settled(self, issuer, monkeypatch):
        """The other one is signed after this chunk was read, and before it is stored."""
        late, early = make_draft(issuer), make_draft(issuer, [person(2)])
        services.confirm_batch(late, actor=issuer.registrar, now=NOW)
        real, waiting = signing._sign, [early]

        def sign_after_the_other(work, now):
            while waiting:
                sign(issuer, waiting.pop())
            return real(work, now)

        monkeypatch.setattr(signing, "_sign", sign_after_the_other)
        assert services.sign_chunk(late.pk, now=NOW) == 2
        assert list(late.rows.order_by("line").values_list("state", flat=True)) == [
            "signed",
            "nothing",
            "signed",
        ]
        assert Credential.objects.count() == 3
        assert services.finish_batch(late.pk, now=NOW)

    def test_pausing_between_the_halves_leaves_the_rest_for_later(self, issuer, monkeypatch):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        reserve_only(batch, monkeypatch)
        services.pause_batch(batch, actor=issuer.registrar, now=NOW)
        assert services.sign_chunk(batch.pk, now=NOW) is None
        assert not services.finish_batch(batch.pk, now=NOW)
        services.resume_batch(batch, actor=issuer.registrar, now=NOW)
        assert services.sign_chunk(batch.pk, now=NOW) == 3


class TestRows:
    def test_each_column_is_what_its_line_and_its_reservation_say(self, issuer):
        """Written in the binary format: a day, an end, a correction."""
        make_released(issuer, [person()])
        old = Credential.objects.get()
        batch = make_draft(issuer, [person(expires_on="2031-05-14", name="Learner Uno")])
        sign(issuer, batch)
        one = Credential.objects.select_related("row", "batch").get(batch=batch)
        row, version = one.row, one.achievement_version
        assert (one.state, one.supersedes_id, one.language) == ("signed", old.pk, "en")
        assert (one.awarded_on, one.award_key, one.content_digest) == (
            row.awarded_on,
            row.award_key,
            row.digest,
        )
        assert one.valid_until == datetime(2031, 5, 15, 6, 59, 59, tzinfo=UTC)
        assert one.valid_from == NOW.replace(microsecond=0)
        assert one.signed_at == NOW
        assert (one.profile_id, one.signing_key_id) == (issuer.profile.pk, issuer.key.pk)
        assert (version, one.org_unit_id) == (row.achievement_version, issuer.nursing.pk)
        assert one.recipient.key == "sis:S00001"
        assert (one.revocation_code, one.revocation_note, one.revoked_at, one.released_at) == (
            "",
            "",
            None,
            None,
        )

    def test_a_refused_row_among_many_parts_leaves_the_others_signed(self, issuer):
        batch = make_draft(issuer, people(70))
        BatchRow.objects.filter(line__in=(2, 40)).update(evidence_url="not a url")
        sign(issuer, batch)
        assert (batch.signed_count, batch.failed_count) == (68, 2)
        assert set(BatchRow.objects.filter(state="failed").values_list("line", flat=True)) == {2, 40}
