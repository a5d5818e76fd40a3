"""After a compromise: what the key signed is issued anew, once, in the background, and told once."""

import json
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from credentials.issuing import services as issuing
from credentials.issuing.models import Credential, IssuanceBatch, SigningChunk
from credentials.issuing.states import BatchState, CredentialState
from credentials.keys import services as keys
from credentials.keys.errors import NoActiveKey
from credentials.reissues import selectors, services, tasks
from credentials.reissues.errors import KeyNotCompromised
from credentials.reissues.models import Reissue
from credentials.status.services import publish_waiting, sweep
from credentials.verification.services import verify
from credentials.verification.sources import InternalSource
from institution.errors import NotAllowed
from institution.events.models import Event
from institution.notices.models import Notice
from learners.records.services.telling import tell_released_batches
from tests.credentials.issuing.samples import NOW, lay_issuer, make_draft, make_released, people, person, sign
from tests.credentials.keys.samples import make_key
from tests.credentials.reissues.checking import check_reissued

LATER, END = NOW + timedelta(hours=1), NOW + timedelta(hours=2)


@pytest.fixture
def broken(college):
    """Three released credentials and one that is only signed, by a key found compromised; a new key signs."""
    lay_issuer(college)
    college.batch = make_released(college)
    sign(college, make_draft(college, [person(4, credits="2.5")]))
    keys.mark_compromised(college.key, actor=college.administrator, now=LATER)
    college.fresh = make_key(college, college.profile)
    return college


def start(college, now=END):
    return services.start_reissue(college.key, actor=college.registrar, now=now)


def work(reissue, now=END):
    """Do what beat and the workers do, until nothing moves."""
    for _round in range(3):
        for batch_id in services.advance(reissue.pk, now=now):
            while issuing.sign_chunk(batch_id, now=now) is not None:
                pass
            issuing.finish_batch(batch_id, now=now)
    reissue.refresh_from_db()
    return reissue


class TestStart:
    @pytest.mark.parametrize("who", ["stranger", "neighbor", "administrator", "auditor"])
    def test_is_the_registrars(self, broken, who):
        with pytest.raises(NotAllowed):
            services.start_reissue(broken.key, actor=getattr(broken, who), now=END)

    def test_a_good_key_keeps_what_it_signed(self, broken):
        with pytest.raises(KeyNotCompromised):
            services.start_reissue(broken.fresh, actor=broken.registrar, now=END)

    def test_waits_for_a_key_that_signs(self, broken):
        keys.retire_key(broken.fresh, actor=broken.administrator, now=LATER)
        with pytest.raises(NoActiveKey):
            start(broken)

    def test_twice_is_once(self, broken):
        assert start(broken) == start(broken)
        assert Event.objects.filter(kind="reissue.started").count() == 1


class TestTheWholeWay:
    def test_every_credential_has_a_successor_and_ends(self, broken):
        old = {one.pk: one for one in Credential.objects.filter(signing_key=broken.key)}
        reissue = work(start(broken))
        fresh = list(Credential.objects.filter(signing_key=broken.fresh))
        assert (reissue.state, len(fresh)) == ("done", 4)
        assert {one.supersedes_id for one in fresh} == set(old)
        for one in fresh:
            before = old[one.supersedes_id]
            assert one.state == CredentialState.RELEASED
            assert one.urn != before.urn
            assert (one.status_list_id, one.status_index) != (before.status_list_id, before.status_index)
            assert one.recipient_id == before.recipient_id
            said, said_before = (
                json.loads(text)["credentialSubject"] for text in (one.document, before.document)
            )
            assert said["achievement"] == said_before["achievement"]
            assert said["name"] == said_before["name"]
            assert said.get("creditsEarned") == said_before.get("creditsEarned")
        assert [one.row.credits for one in fresh if one.row.credits] == [Decimal("2.5")]
        ended = Credential.objects.filter(pk__in=old)
        assert {one.state for one in ended} == {CredentialState.SUPERSEDED}
        assert {one.successor.pk for one in ended} == {one.pk for one in fresh}

    def test_what_has_ended_is_left_as_it_is(self, broken, client):
        """A new one would end before it began, and no verifier takes the old one for valid."""
        ended = Credential.objects.filter(signing_key=broken.key, state="released").first()
        Credential.objects.filter(pk=ended.pk).update(valid_until=END)
        reissue = work(start(broken))
        assert (reissue.state, reissue.batches.get().to_sign_count) == ("done", 3)
        ended.refresh_from_db()
        assert ended.state == CredentialState.RELEASED
        client.force_login(broken.registrar)
        assert client.get(reverse("reissues:guide", args=[broken.key.pk])).context["here"] == ""

    def test_done_twice_does_it_once(self, broken):
        reissue = work(start(broken))
        again = work(start(broken, END + timedelta(hours=1)))
        assert (again.pk, again.state) == (reissue.pk, "done")
        assert Credential.objects.filter(signing_key=broken.fresh).count() == 4
        assert Event.objects.filter(kind="reissue.started").count() == 1

    def test_learners_are_told_once(self, broken):
        tell_released_batches(now=NOW)
        before = Notice.objects.count()
        work(start(broken))
        assert tell_released_batches(now=END) == 4
        work(start(broken))
        assert tell_released_batches(now=END) == 0
        assert Notice.objects.count() == before + 4

    def test_the_new_ones_hold_and_the_old_ones_are_replaced(self, broken):
        old = Credential.objects.filter(signing_key=broken.key, batch=broken.batch).first()
        sweep(now=LATER)  # the list is signed anew by the key that signs now
        held = verify(old.document, now=END, source=InternalSource())
        assert held.ok  # our register has it from before the compromise
        work(start(broken))
        publish_waiting(now=END)
        old.refresh_from_db()
        assert verify(old.document, now=END, source=InternalSource()).verdict in {"revoked", "superseded"}
        assert "superseded" in verify(old.document, now=END, source=InternalSource()).reasons
        assert verify(old.successor.document, now=END, source=InternalSource()).ok

    def test_the_same_completions_sent_again_change_nothing(self, broken):
        work(start(broken))
        batch = make_draft(broken, [*people(3), person(4, credits="2.5")])
        assert (batch.nothing_count, batch.to_sign_count) == (4, 0)


class TestResuming:
    def test_a_killed_worker_leaves_nothing_undone_or_done_twice(self, broken, monkeypatch):
        """Cut off after the rows are copied, after the reservation, and after the signing."""
        reissue = start(broken)
        with monkeypatch.context() as patch:
            patch.setattr(issuing, "confirm_batch", _killed)
            with pytest.raises(KeyboardInterrupt):
                services.advance(reissue.pk, now=END)
        assert not IssuanceBatch.objects.filter(origin="correction").exists()
        [batch_id] = services.advance(reissue.pk, now=END)
        with monkeypatch.context() as patch:
            patch.setattr("credentials.issuing.services.signing._sign", _killed)
            with pytest.raises(KeyboardInterrupt):
                issuing.sign_chunk(batch_id, now=END)
        assert selectors.left_of(broken.key, now=END).count() == 0
        work(reissue)
        assert Credential.objects.filter(signing_key=broken.fresh).count() == 4
        assert not SigningChunk.objects.exclude(seed=None).exists()

    def test_two_kills_in_the_middle_double_nothing_and_lose_nothing(self, college, client, monkeypatch):
        """The same at the size of 12,000, with real workers: tests/flows/test_reissue_kills.py."""
        monkeypatch.setattr("credentials.issuing.services.running.CHUNK_ROWS", 8)
        lay_issuer(college)
        make_released(college, people(20))
        keys.mark_compromised(college.key, actor=college.administrator, now=LATER)
        fresh = make_key(college, college.profile)
        reissue = start(college)
        [batch_id] = services.advance(reissue.pk, now=END)
        client.force_login(college.registrar)
        for step in ("services.signing._sign", "storing.mark_signed"):
            issuing.sign_chunk(batch_id, now=END)
            with monkeypatch.context() as patch:
                patch.setattr(f"credentials.issuing.{step}", _killed)
                with pytest.raises(KeyboardInterrupt):
                    issuing.sign_chunk(batch_id, now=END)
            shown = client.get(reverse("reissues:progress", args=[college.key.pk])).content.decode()
            assert f"{selectors.progress(college.key).done} credentials signed anew" in shown
        assert 0 < selectors.progress(college.key).done < 20
        work(reissue)
        check_reissued(college.key, fresh, 20)

    def test_what_was_undone_can_be_issued_anew_again(self, broken, settings):
        settings.RELEASE_BY_SECOND_PERSON = True
        reissue = work(start(broken))
        batch = reissue.batches.get()
        assert (reissue.state, batch.state) == (
            "running",
            BatchState.SIGNED,
        )  # it waits for another registrar
        settings.RELEASE_BY_SECOND_PERSON = False
        issuing.undo_batch(batch, actor=broken.registrar, now=END)
        assert selectors.signed_by(broken.key, now=END).left == 4
        assert work(start(broken)).state == "done"
        assert Credential.objects.filter(signing_key=broken.fresh, state="released").count() == 4

    def test_beat_sends_a_message_for_each_open_one(self, broken, monkeypatch):
        sent = []
        monkeypatch.setattr(tasks.advance, "delay", lambda **ids: sent.append(ids))
        reissue = start(broken)
        assert tasks.sweep() == 1
        assert sent == [{"reissue_id": str(reissue.pk)}]
        work(reissue)
        assert tasks.sweep() == 0


class TestPages:
    def test_the_guide_names_the_next_step_from_first_to_last(self, client, college):
        lay_issuer(college)
        make_released(college)
        url = reverse("reissues:guide", args=[college.key.pk])
        client.force_login(college.administrator)
        assert client.get(url).context["here"] == "mark"
        answer = client.post(reverse("keys:step", args=[college.key.pk, "compromise"]))
        assert answer["Location"] == url
        assert client.get(url).context["here"] == "propose"
        fresh = keys.propose_key(college.profile, actor=college.administrator, now=NOW)
        page = client.get(url)
        assert (page.context["here"], page.context["own_proposal"]) == ("confirm", True)
        assert client.post(reverse("keys:step", args=[fresh.pk, "confirm"])).status_code == 403
        client.force_login(college.second_administrator)
        client.post(reverse("keys:step", args=[fresh.pk, "confirm"]))
        page = client.get(url)
        assert page.context["here"] == "reissue"
        assert "A registrar starts this." in page.content.decode()
        client.force_login(college.registrar)
        assert (
            "Issue 3 credentials anew"
            in client.get(reverse("reissues:start", args=[college.key.pk])).content.decode()
        )
        client.post(reverse("reissues:start", args=[college.key.pk]))
        work(Reissue.objects.get())
        assert client.get(url).context["here"] == ""

    def test_progress_moves_and_then_asks_for_the_page(self, client, broken):
        client.force_login(broken.registrar)
        url = reverse("reissues:progress", args=[broken.key.pk])
        assert client.get(url).status_code == 404
        reissue = start(broken)
        guide = client.get(reverse("reissues:guide", args=[broken.key.pk])).content.decode()
        assert "<span>0 / 1</span>" in guide  # figures, and nothing else of the page's own
        assert "Issue them anew" not in guide  # it was asked for
        assert "HX-Refresh" not in client.get(url)
        work(reissue)
        answer = client.get(url)
        assert answer["HX-Refresh"] == "true"
        assert "4 credentials signed anew" in answer.content.decode()

    @pytest.mark.parametrize("name", ["guide", "progress", "start"])
    def test_refuse_strangers_and_hide_from_neighbors(self, client, broken, name):
        start(broken)
        url = reverse(f"reissues:{name}", args=[broken.key.pk])
        assert client.get(url).status_code == 302
        client.force_login(broken.stranger)
        assert client.get(url).status_code == 403
        client.force_login(broken.neighbor)
        assert client.get(url).status_code == 404


def _killed(*_args, **_named):
    raise KeyboardInterrupt
