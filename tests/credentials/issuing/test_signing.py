"""From a confirmed report to signed documents: once each, whatever happens in between."""

import hashlib
import json
import threading
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from credentials.canon import jsonld
from credentials.issuing import reserving, selectors, services
from credentials.issuing.errors import CountsDisagree, NothingToSign
from credentials.issuing.models import BatchRow, Credential, Recipient, SigningChunk
from credentials.issuing.published import document_bytes
from credentials.issuing.services import running, signing
from credentials.keys import services as keys
from credentials.keys.errors import NoActiveKey
from credentials.lint import lint
from credentials.minting.errors import SignatureDoesNotHold
from credentials.proofs import data_integrity
from credentials.proofs.public_key import PublicKey
from credentials.status.models import StatusList
from institution.errors import NotAllowed, NotInThisState
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW, make_draft, make_signed, people, person, sign


def verified(document, college, now=NOW):
    key = PublicKey.from_multikey(college.key.public_multibase)
    [outcome] = data_integrity.verify(document, resolve=lambda url: key, now=now)
    return outcome.verified


class TestConfirmBatch:
    def test_queues_chunks_and_says_who(self, issuer):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        assert (batch.state, batch.confirmed_by, batch.confirmed_at) == ("queued", issuer.registrar, NOW)
        assert SigningChunk.objects.get().row_count == 3
        assert not Credential.objects.exists()

    def test_twice_is_once(self, issuer):
        batch = make_draft(issuer)
        for _ in range(2):
            services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        assert SigningChunk.objects.count() == 1
        assert Event.objects.filter(kind="batch.confirmed").count() == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty", "dean", "program_office"])
    def test_others_are_refused(self, issuer, who):
        with pytest.raises(NotAllowed):
            services.confirm_batch(make_draft(issuer), actor=getattr(issuer, who), now=NOW)

    def test_a_report_without_a_good_row_cannot_be_confirmed(self, issuer):
        with pytest.raises(NothingToSign):
            services.confirm_batch(
                make_draft(issuer, [person(code="NOPE-1")]), actor=issuer.registrar, now=NOW
            )

    def test_without_a_key_nothing_is_confirmed(self, issuer):
        keys.retire_key(issuer.key, actor=issuer.administrator, now=NOW)
        with pytest.raises(NoActiveKey):
            services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)

    def test_cuts_long_batches(self, issuer, monkeypatch):
        monkeypatch.setattr(running, "CHUNK_ROWS", 2)
        services.confirm_batch(make_draft(issuer, people(5)), actor=issuer.registrar, now=NOW)
        chunks = SigningChunk.objects.order_by("first_line")
        assert [(c.first_line, c.last_line, c.row_count) for c in chunks] == [(1, 2, 2), (3, 4, 2), (5, 5, 1)]


class TestSignChunk:
    def test_signs_documents_that_lint_and_verify(self, issuer):
        make_signed(issuer)
        documents = [json.loads(one.document) for one in Credential.objects.all()]
        assert len(documents) == 3
        assert not [finding for document in documents for finding in lint(document, "ob-3.0")]
        assert all(verified(document, issuer) for document in documents)

    def test_says_what_the_row_said_and_no_more(self, issuer):
        narrative, evidence = "Took the vital signs of ten people.", "https://portfolio.example/s1"
        make_signed(issuer, [person(narrative=narrative, evidence_url=evidence)])
        credential = Credential.objects.get()
        document = json.loads(credential.document)
        subject = document["credentialSubject"]
        assert document["id"] == f"urn:uuid:{credential.urn}"
        assert document["issuer"]["id"] == issuer.profile.did
        assert document["validFrom"] == "2026-05-20T18:30:15Z"
        assert document["awardedDate"] == "2026-05-14T12:00:00-07:00"
        assert subject["id"] == f"urn:uuid:{credential.subject_urn}"
        assert subject["name"] == "Learner 1"
        assert subject["narrative"] == narrative
        assert document["evidence"][0]["id"] == evidence
        assert subject["result"][0]["achievedLevel"].endswith("#skill-proficient")
        version = credential.achievement_version
        assert subject["achievement"]["id"].endswith(f"/a/{version.achievement_id}/1")
        for secret in ("learner1@students.example", "S00001"):
            assert secret not in credential.document

    @pytest.mark.parametrize(
        ("stated", "signed"), [("2.5", 2.5), ("3,00", 3), ("0", 0), ("5", 5), ("", None)]
    )
    def test_credits_earned_stand_in_the_document(self, issuer, stated, signed):
        batch = make_draft(issuer, [person(credits=stated)])
        sign(issuer, batch)
        document = json.loads(Credential.objects.get().document)
        assert document["credentialSubject"].get("creditsEarned") == signed
        assert document["credentialSubject"]["achievement"]["creditsAvailable"] == 5
        assert verified(document, issuer)

    def test_the_status_entry_is_the_reserved_one(self, issuer):
        make_signed(issuer)
        for one in Credential.objects.select_related("status_list"):
            entry = json.loads(one.document)["credentialStatus"]
            assert entry["statusListCredential"] == one.status_list.url
            assert entry["statusListIndex"] == str(one.status_index)

    def test_the_digest_is_of_the_very_bytes(self, issuer):
        make_signed(issuer)
        for one in Credential.objects.all():
            assert bytes(one.digest) == hashlib.sha256(document_bytes(one)).digest()

    def test_a_credential_that_ends_says_when(self, issuer):
        make_signed(issuer, [person(expires_on="2028-05-14")])
        document = json.loads(Credential.objects.get().document)
        assert document["validUntil"] == "2028-05-15T06:59:59Z"

    def test_a_person_without_an_address_has_no_hash(self, issuer):
        make_signed(issuer, [person(email="")])
        assert "identifier" not in json.loads(Credential.objects.get().document)["credentialSubject"]

    @pytest.mark.parametrize(
        "name", ["Amara Nwosu", "محمد عبد الله", 'Zoë "Zed" O\'Connor\\', "李小龍", "Ngũgĩ 😀 ﬁ"]
    )
    def test_any_name_is_signed_as_written(self, issuer, name):
        make_signed(issuer, [person(name=name), person(2, name=name)])
        for one in Credential.objects.all():
            document = json.loads(one.document)
            assert document["credentialSubject"]["name"] == name
            assert verified(document, issuer)

    def test_everything_shown_is_covered_by_the_signature(self, issuer):
        """Safe mode: a member that no context defines would raise."""
        make_signed(issuer, [person(narrative="x", evidence_url="https://a.example/")])
        jsonld.to_rdf(data_integrity.without_proof(json.loads(Credential.objects.get().document)))

    def test_twice_signs_nothing_twice(self, issuer):
        batch = make_signed(issuer)
        before = list(Credential.objects.order_by("id").values_list("id", "document"))
        SigningChunk.objects.update(finished_at=None)
        running.IssuanceBatch.objects.update(state="queued")
        assert services.sign_chunk(batch.pk, now=NOW + timedelta(days=1)) == 0
        assert list(Credential.objects.order_by("id").values_list("id", "document")) == before

    def test_a_signature_that_does_not_hold_stores_nothing(self, issuer, monkeypatch):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        monkeypatch.setattr(
            "credentials.keys.stores.Ed25519Signer.sign_many",
            lambda self, messages: [b"\0" * 64 for _ in messages],
        )
        with pytest.raises(SignatureDoesNotHold):
            services.sign_chunk(batch.pk, now=NOW)
        assert selectors.progress(batch, now=NOW).error == "signature-does-not-hold"
        assert not Credential.objects.exists()

    def test_a_row_that_breaks_the_standard_fails_with_its_reason(self, issuer):
        batch = make_draft(issuer)
        BatchRow.objects.filter(line=2).update(evidence_url="not a url")
        sign(issuer, batch)
        row = BatchRow.objects.get(line=2)
        assert row.state == "failed"
        assert row.faults[0]["message"]
        assert (batch.signed_count, batch.failed_count, batch.state) == (2, 1, "signed")
        assert not Credential.objects.filter(row=row).exists()

    def test_a_lost_key_is_said_at_the_chunk(self, issuer):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        StatusList.objects.create(profile=issuer.profile, number=1, published_at=NOW)
        keys.retire_key(issuer.key, actor=issuer.administrator, now=NOW)
        with pytest.raises(NoActiveKey):
            services.sign_chunk(batch.pk, now=NOW)
        assert selectors.progress(batch, now=NOW).error == "no-active-key"

    def test_two_batches_of_the_same_file_sign_each_award_once(self, issuer):
        first, second = make_draft(issuer), make_draft(issuer)
        sign(issuer, first)
        sign(issuer, second)
        assert Credential.objects.count() == 3
        assert set(second.rows.values_list("state", flat=True)) == {"nothing"}
        assert (second.state, second.signed_count) == ("signed", 0)

    def test_a_rival_correction_is_not_signed_over(self, issuer):
        make_signed(issuer, [person()])
        first = make_draft(issuer, [person(name="Learner One")])
        second = make_draft(issuer, [person(name="Learner Uno")])
        sign(issuer, first)
        sign(issuer, second)
        row = second.rows.get()
        assert (row.state, second.failed_count) == ("failed", 1)

    def test_people_are_known_once(self, issuer):
        make_signed(issuer, [person(), person(code="WELD-109", result="A")])
        recipient = Recipient.objects.get()
        assert (recipient.key, recipient.email) == ("sis:S00001", "learner1@students.example")
        assert recipient.credentials.count() == 2

    def test_the_department_stands_with_the_credential(self, issuer):
        make_signed(issuer, [person(), person(code="WELD-109", result="A")])
        units = {one.org_unit_id for one in Credential.objects.all()}
        assert units == {issuer.nursing.pk, issuer.welding.pk}

    def test_one_event_a_chunk_with_figures_only(self, issuer):
        make_signed(issuer, people(20))
        event = Event.objects.get(kind="batch.chunk_signed")
        figures = {"first_line": 1, "last_line": 20, "signed": 20, "failed": 0}
        assert event.data == figures | {"by_shape": 20, "in_full": 0}


class TestDatabaseGuards:
    def test_signed_text_never_changes(self, issuer):
        make_signed(issuer)
        with pytest.raises(DatabaseError), transaction.atomic():
            Credential.objects.update(document="x")

    def test_credentials_are_never_deleted(self, issuer):
        make_signed(issuer)
        with pytest.raises(DatabaseError), transaction.atomic():
            Credential.objects.all()._raw_delete("default")


class TestFinishBatch:
    def test_twice_is_once(self, issuer):
        batch = make_signed(issuer)
        assert not services.finish_batch(batch.pk, now=NOW)
        assert Event.objects.filter(kind="batch.signed").count() == 1

    def test_refuses_counts_that_disagree(self, issuer):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        services.sign_chunk(batch.pk, now=NOW)
        SigningChunk.objects.update(signed_count=2)
        with pytest.raises(CountsDisagree):
            services.finish_batch(batch.pk, now=NOW)


class TestPauseResumeCancel:
    @pytest.mark.parametrize("verb", ["pause_batch", "resume_batch", "cancel_batch"])
    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty"])
    def test_others_are_refused(self, issuer, verb, who):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        with pytest.raises(NotAllowed):
            getattr(services, verb)(batch, actor=getattr(issuer, who), now=NOW)

    def test_pause_and_resume_repeat(self, issuer):
        batch = services.confirm_batch(make_draft(issuer), actor=issuer.registrar, now=NOW)
        for verb, state in ((services.pause_batch, "paused"), (services.resume_batch, "queued")):
            for _ in range(2):
                assert verb(batch, actor=issuer.registrar, now=NOW).state == state

    def test_a_draft_cannot_be_paused_or_resumed(self, issuer):
        batch = make_draft(issuer)
        for verb in (services.pause_batch, services.resume_batch):
            with pytest.raises(NotInThisState):
                verb(batch, actor=issuer.registrar, now=NOW)

    def test_cancel_keeps_what_is_signed_and_frees_the_rest(self, issuer, monkeypatch):
        monkeypatch.setattr(running, "CHUNK_ROWS", 2)
        batch = services.confirm_batch(make_draft(issuer, people(5)), actor=issuer.registrar, now=NOW)
        services.sign_chunk(batch.pk, now=NOW)
        for _ in range(2):
            assert services.cancel_batch(batch, actor=issuer.registrar, now=NOW).state == "canceling"
        assert [services.finish_batch(batch.pk, now=NOW) for _ in range(2)] == [True, False]
        batch.refresh_from_db()
        assert (batch.state, batch.signed_count) == ("canceled", 2)
        assert services.sign_chunk(batch.pk, now=NOW) is None
        assert sorted(batch.rows.values_list("state", flat=True)) == ["canceled"] * 3 + ["signed"] * 2
        again = make_draft(issuer, people(5))
        assert (again.nothing_count, again.issue_count) == (2, 3)

    def test_who_prepared_a_draft_may_cancel_it(self, issuer):
        batch = services.batch_from_roster(
            issuer.clinical, [person()], awarded_on=NOW.date(), actor=issuer.faculty, now=NOW
        )
        assert services.cancel_batch(batch, actor=issuer.faculty, now=NOW).state == "canceled"


class TestProgress:
    def test_is_measured_from_chunks(self, issuer, monkeypatch):
        monkeypatch.setattr(running, "CHUNK_ROWS", 2)
        batch = services.confirm_batch(make_draft(issuer, people(6)), actor=issuer.registrar, now=NOW)
        services.sign_chunk(batch.pk, now=NOW)
        seen = selectors.progress(batch, now=NOW + timedelta(seconds=4))
        assert (seen.total, seen.done, seen.signed) == (6, 2, 2)
        assert seen.rate == pytest.approx(0.5)
        assert seen.seconds_left == 8


@pytest.mark.django_db(transaction=True)
class TestCancelWhileSigning:
    @pytest.fixture
    def issuer(self, transactional_db):
        from tests.credentials.issuing.samples import lay_issuer
        from tests.support.people import lay_college

        return lay_issuer(lay_college())

    def beside(self, batch) -> tuple[threading.Thread, list[Exception]]:
        """Start a worker that signs one part of a batch and then says whether it is at an end."""
        errors: list[Exception] = []

        def work():
            try:
                services.sign_chunk(batch.pk, now=NOW)
                services.finish_batch(batch.pk, now=NOW)
            except Exception as error:
                errors.append(error)
            finally:
                connection.close()

        worker = threading.Thread(target=work)
        worker.start()
        return worker, errors

    def test_answers_at_once_and_lets_the_part_at_work_end(self, issuer, monkeypatch):
        """Nobody waits: the part that is being signed counts, the rest is given back."""
        monkeypatch.setattr(running, "CHUNK_ROWS", 40)
        batch = services.confirm_batch(make_draft(issuer, people(60)), actor=issuer.registrar, now=NOW)
        met, go_on, real = threading.Event(), threading.Event(), signing.mint

        def slow(*args):
            met.set()
            go_on.wait(20)
            return real(*args)

        monkeypatch.setattr(signing, "mint", slow)
        worker, errors = self.beside(batch)
        assert met.wait(10)
        assert services.cancel_batch(batch, actor=issuer.registrar, now=NOW).state == "canceling"
        assert not services.finish_batch(batch.pk, now=NOW)  # somebody still signs
        assert services.sign_chunk(batch.pk, now=NOW) is None  # nothing more is begun
        go_on.set()
        worker.join()
        batch.refresh_from_db()
        assert (errors, batch.state, batch.signed_count) == ([], "canceled", 40)
        assert set(batch.rows.values_list("state", flat=True)) == {"canceled", "signed"}
        assert not SigningChunk.objects.exclude(seed=None).exists()

    def test_meets_a_part_that_is_being_reserved(self, issuer, monkeypatch):
        """No deadlock, and counts agree."""
        batch = services.confirm_batch(make_draft(issuer, people(40)), actor=issuer.registrar, now=NOW)
        met, real = threading.Event(), reserving.copy_lines

        def slow(*args):
            met.set()
            threading.Event().wait(0.7)
            real(*args)

        monkeypatch.setattr(reserving, "copy_lines", slow)
        worker, errors = self.beside(batch)
        assert met.wait(10)
        services.cancel_batch(batch, actor=issuer.registrar, now=NOW)
        worker.join()
        batch.refresh_from_db()
        states = set(batch.rows.values_list("state", flat=True))
        assert (errors, batch.state, batch.signed_count, states) == ([], "canceled", 0, {"canceled"})
        assert not SigningChunk.objects.exclude(seed=None).exists()
