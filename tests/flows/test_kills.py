"""Everything is killed at random moments of a batch; in the end each row is signed once, each learner told once."""

import random
from collections import Counter
from datetime import timedelta

import pytest
from django.db.models import Count
from django.utils import timezone
from kombu import Connection

from credentials.issuing import services
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch, SigningChunk
from credentials.status.models import StatusList
from credentials.verification import jobs
from credentials.verification import tasks as verification_tasks
from credentials.verification.errors import ReportGone
from institution.events.models import Event
from institution.notices.models import Notice
from institution.notices.services import mark_unsure
from tests.support.siege import crawl, crawl_soon, through

CHUNKS = "issuing_signingchunk"
MAIL_SECONDS = 0.15  # that the mail host takes over a message while we kill
WAYS = [
    ("worker", "group"),
    ("worker", "main"),
    ("worker", "one"),
    ("verify", "group"),
    ("beat", "main"),
    ("Valkey", "main"),
    ("PostgreSQL", "main"),
    ("PostgreSQL", "immediate"),
]


class Siege:
    """One batch, signed, released and told while its portal is killed around it."""

    def __init__(self, portal, seed: int, *, people: int, monkeypatch) -> None:
        from credentials.issuing.services import running
        from tests.credentials.issuing.samples import make_draft, person

        monkeypatch.setattr(running, "CHUNK_ROWS", 8)
        self.portal, self.chance, self.people = portal, random.Random(seed), people
        self.between = 0  # kills that found credentials reserved and not signed
        codes = ("NURS-120", "WELD-109")
        rows = [person(n, code=code, result="") for n in range(1, people + 1) for code in codes]
        self.rows, self.batch = len(rows), make_draft(portal.issuer, rows)

    def sign(self, kills: list[tuple[str, str]]) -> None:
        """Confirm the batch and kill while it is signed, each time after it went on."""
        crawl(CHUNKS, 0.2)
        services.confirm_batch(self.batch, actor=self.portal.issuer.registrar, now=timezone.now())
        for name, way in kills:
            began = self._answered(self._finished)
            self.portal.wait(
                lambda began=began: (through(self._finished) or 0) > began, "signing did not go on"
            )
            self.portal.kill(name, way=way, busy=lambda: self._answered(self._signing), chance=self.chance)
        crawl_soon(self.portal, CHUNKS)
        self.portal.wait(lambda: through(lambda: self._state() == "signed"), "the batch was not signed")

    def tell(self, kills: list[tuple[str, str]]) -> None:
        """Release the batch and kill while its learners are told."""
        self.portal.mail.seconds = MAIL_SECONDS
        services.release_batch(self.batch, actor=self.portal.issuer.registrar, now=timezone.now())
        for name, way in kills:
            began = len(self._mails())
            self.portal.wait(lambda began=began: len(self._mails()) > began, "no mail went out")
            self.portal.kill(name, way=way, busy=lambda: self._answered(self._telling), chance=self.chance)
        self.portal.mail.seconds = 0.0
        self.portal.wait(lambda: through(self._all_told), "not all learners were told")

    def _answered(self, ask):
        """Return an answer of the database, as soon as it gives one."""
        answers = []
        self.portal.wait(lambda: answers.append(through(ask)) or answers[-1] is not None, "no database")
        return answers[-1]

    def _finished(self) -> int:
        return SigningChunk.objects.filter(batch=self.batch, finished_at__isnull=False).count()

    def _state(self) -> str:
        return IssuanceBatch.objects.get(pk=self.batch.pk).state

    def _signing(self) -> bool:
        self.between += SigningChunk.objects.filter(batch=self.batch).exclude(seed=None).exists()
        return SigningChunk.objects.filter(batch=self.batch, finished_at=None).exists()

    def _told(self) -> dict[str, int]:
        return dict(Notice.objects.filter(kind="record.claim").values_list("state").annotate(n=Count("pk")))

    def _telling(self) -> bool:
        told = self._told()
        return sum(told.values()) < self.people or told.get("queued", 0) > 0

    def _mails(self) -> list:
        """Return what the mail host took for learners."""
        return [one for one in list(self.portal.mail.taken) if one[0][0].endswith("@students.example")]

    def _all_told(self) -> bool:
        told = self._told()
        return sum(told.values()) == self.people and not told.get("queued")

    def check_rows(self) -> None:
        """Count by queries: rows, credentials, status entries, chunks, events."""
        batch, credentials = IssuanceBatch.objects.get(pk=self.batch.pk), Credential.objects.all()
        assert (batch.state, batch.signed_count, batch.failed_count) == ("released", self.rows, 0)
        assert BatchRow.objects.filter(batch=batch, state="signed").count() == self.rows
        assert credentials.count() == self.rows == credentials.filter(state="released").count()
        assert credentials.filter(digest__isnull=False).exclude(document="").count() == self.rows
        assert credentials.values("digest").distinct().count() == self.rows
        assert credentials.values("status_list", "status_index").distinct().count() == self.rows
        assert credentials.values("award_key").distinct().count() == self.rows
        assert sum(StatusList.objects.values_list("taken", flat=True)) >= self.rows
        chunks = SigningChunk.objects.filter(batch=batch)
        assert not chunks.filter(finished_at=None).exists()
        told = Event.objects.filter(kind="batch.chunk_signed", target_id=str(batch.pk))
        assert (told.count(), sum(one.data["signed"] for one in told)) == (chunks.count(), self.rows)
        assert Event.objects.filter(kind="batch.signed", target_id=str(batch.pk)).count() == 1

    def check_mail(self, kills: int) -> None:
        """Never two, none missing outside `unsure`, and at most one unsure for each kill (decisions 15)."""
        mark_unsure(now=timezone.now() + timedelta(minutes=11))
        notices = Notice.objects.filter(kind="record.claim")
        assert notices.count() == self.people == notices.values("about_id").distinct().count()
        sent = Counter(str(mail["Message-ID"]) for _to, mail in self._mails())
        assert set(sent.values()) == {1}
        assert len({tuple(to) for to, _mail in self._mails()}) == len(self._mails())
        by_state: dict[str, set[str]] = {}
        for pk, state in notices.values_list("pk", "state"):
            by_state.setdefault(state, set()).add(f"<{pk}@riverbend.example>")
        assert by_state["sent"] <= set(sent)
        unsure = by_state.get("unsure", set())
        assert set(by_state) <= {"sent", "unsure"}
        assert set(sent) <= by_state["sent"] | unsure
        assert len(unsure) <= 2 * kills  # a worker of two processes


def check_verification(portal, chance: random.Random) -> None:
    """Kill the verify worker over a job: it is done by the next worker, or told as lost; never neither."""
    document = Credential.objects.filter(state="released").values_list("document", flat=True)[0]
    now = timezone.now()
    ticket = jobs.put_aside([(str(n), document.encode()) for n in range(400)], now=now)
    broker = portal.env["REDIS_URL"]
    _send(ticket, broker)
    portal.wait(lambda: jobs._trace(ticket) and jobs._trace(ticket).tries == 1, "no worker took the job")
    portal.kill("verify", way="group", busy=lambda: jobs.reports_for(ticket) is None, chance=chance)
    assert not jobs.send_again(ticket, now=now)
    assert jobs.send_again(ticket, now=now + 2 * jobs.LOST_AFTER)
    _send(ticket, broker)
    portal.wait(lambda: jobs.reports_for(ticket) is not None, "the job was not done")
    assert {report.verdict for report in jobs.reports_for(ticket)} == {"valid"}
    with pytest.raises(ReportGone):
        jobs.reports_for("lost-with-the-broker")


def _send(ticket: str, broker: str) -> None:
    with Connection(broker) as line:
        verification_tasks.check_documents.apply_async(kwargs={"ticket": ticket}, connection=line)


class TestKills:
    @pytest.mark.timeout(900)
    def test_five_and_one_in_the_telling(self, besieged, monkeypatch):
        siege = Siege(besieged, 5, people=150, monkeypatch=monkeypatch)
        siege.sign([("Valkey", "main"), ("worker", "group"), ("beat", "main"), ("PostgreSQL", "main")])
        siege.tell([("worker", "main")])
        check_verification(besieged, siege.chance)
        siege.check_rows()
        siege.check_mail(kills=1)
        assert [kill.landed for kill in besieged.kills] == [True] * 6
        assert siege.between >= 1

    @pytest.mark.long
    @pytest.mark.timeout(3_000)
    def test_twenty_four_of_every_kind(self, besieged, monkeypatch):
        siege = Siege(besieged, 24, people=800, monkeypatch=monkeypatch)
        signing, telling = WAYS * 2, list(WAYS)
        siege.chance.shuffle(signing)
        siege.chance.shuffle(telling)
        siege.sign(signing)
        siege.tell(telling)
        check_verification(besieged, siege.chance)
        siege.check_rows()
        siege.check_mail(kills=len(telling))
        assert {(kill.name, kill.way) for kill in besieged.kills if kill.landed} == set(WAYS)
        assert sum(kill.landed for kill in besieged.kills) >= 20
        assert siege.between >= 1
