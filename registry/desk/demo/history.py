"""What the sample college issued, released, corrected and withdrew, and what its learners did with it."""

import io
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import uuid4

from credentials.catalog.models import Offering
from credentials.completions import columns
from credentials.issuing.models import Credential, IssuanceBatch, Recipient
from credentials.issuing.services import (
    batch_from_roster,
    batch_from_upload,
    confirm_batch,
    finish_batch,
    read_batch,
    release_batch,
    sign_chunk,
)
from credentials.issuing.states import CredentialState, RevocationCode
from credentials.status.services import sweep as sweep_lists
from credentials.trials.services import try_batch
from credentials.withdrawal.services import carry_out, order_withdrawal
from institution.imports import mapping
from institution.imports import services as imports
from institution.notices.models import Notice
from institution.notices.services import mark_bounced, send_due
from learners.records.models import HelpRequest, IdentityClaim
from learners.records.services import ask_for_help, claim, remind_unclaimed, tell_released_batches
from registry.desk.demo.accounts import ACCOUNTS
from registry.desk.demo.calendar import TERMS, Calendar
from registry.desk.demo.college import DISTRICT, people, units
from registry.desk.demo.completions import as_csv, learners, term_rows

CLAIM_LINK = re.compile(r"/claim/([A-Za-z0-9_-]+)/")
UNCLAIMED_FROM = 47  # the last learners of the list have not claimed yet
BOUNCES = (50, 55)


def upload(name: str, data: bytes, *, now: datetime) -> IssuanceBatch:
    """Upload a file of completions as the registrar does, and read it into a report."""
    registrar, district = people()["registrar"], units()[DISTRICT]
    file = io.BytesIO(data)
    file.name = f"{name.lower().replace(' ', '-')}.csv"
    kept = imports.read_upload(
        file, kind=columns.KIND, org_unit=district, actor=registrar, now=now, fields=columns.FIELDS
    )
    guessed = mapping.guess(kept, columns.FIELDS)
    kept = imports.confirm_mapping(
        kept, guessed, {}, fields=columns.FIELDS, questions=columns.QUESTIONS, actor=registrar, now=now
    )
    batch = batch_from_upload(kept, title=name, actor=registrar, now=now)
    return read_batch(batch.pk, now=now)


def sign(batch: IssuanceBatch, *, now: datetime) -> IssuanceBatch:
    """Confirm a batch and sign it here, as the workers do."""
    confirm_batch(batch, actor=people()["registrar"], now=now)
    while sign_chunk(batch.pk, now=now) is not None:
        pass
    finish_batch(batch.pk, now=now)
    return IssuanceBatch.objects.get(pk=batch.pk)


def release(batch: IssuanceBatch, *, now: datetime) -> None:
    """Release a batch, tell its learners and send the messages."""
    release_batch(batch, actor=people()["registrar"], now=now)
    tell_released_batches(now=now)
    while send_due(now=now, limit=500):
        pass


def lay_terms(calendar: Calendar) -> None:
    """Upload, sign and release four terms; after each, learners claim."""
    for number, (name, days_ago) in enumerate(TERMS):
        title = f"{name} completions"
        if IssuanceBatch.objects.filter(title=title).exists():
            continue
        at = calendar.at(days_ago - 13)
        batch = sign(upload(title, as_csv(term_rows(number, calendar)), now=at), now=at)
        release(batch, now=calendar.at(days_ago - 14))
        _claim_all(calendar.at(days_ago - 16))


def _claim_all(now: datetime) -> None:
    """Let the learners press the button in their message, but for the last ones of the list."""
    waiting = {person["email"] for person in learners()[UNCLAIMED_FROM:]}
    claimed = set(IdentityClaim.objects.values_list("recipient_id", flat=True))
    told = Notice.objects.filter(kind="record.claim", created_at__lte=now).exclude(address__in=waiting)
    for notice in told.order_by("address", "created_at"):
        link = CLAIM_LINK.search(notice.body)
        if link is None or notice.about_id in {str(pk) for pk in claimed}:
            continue
        learner = claim(link.group(1), user=None, now=now)
        claimed.update(learner.claims.values_list("recipient_id", flat=True))


def lay_exceptions(calendar: Calendar) -> None:
    """One corrected, one withdrawn; two messages came back; somebody asks for help."""
    if Credential.objects.filter(state=CredentialState.SUPERSEDED).exists():
        return
    rows = term_rows(2, calendar)
    changed = [
        tuple(_better(cell) for cell in row) if row[3] == "NURS-102" and row[0] == "R100001" else row
        for row in rows
    ]
    batch = upload("Spring term corrections", as_csv(changed), now=calendar.at(120))
    release(sign(batch, now=calendar.at(120)), now=calendar.at(119))
    mistaken = Credential.objects.filter(
        state=CredentialState.RELEASED, recipient__source_id="R100010"
    ).order_by("awarded_on")[:1]
    order = order_withdrawal(
        Credential.objects.filter(pk__in=list(mistaken.values_list("pk", flat=True))), pk=uuid4(),
        code=RevocationCode.ISSUED_IN_ERROR, note="Row of another student, found by the adviser.",
        actor=people()["registrar"], now=calendar.at(100),
    )  # fmt: skip
    while carry_out(order.pk, now=calendar.at(100)):
        pass
    for number in BOUNCES:
        notice = Notice.objects.filter(address=learners()[number]["email"], state="sent").first()
        if notice is not None:
            mark_bounced(
                notice, trouble="550 mailbox unknown", actor=people()["administrator"], now=calendar.at(70)
            )
    _ask(calendar.at(2))


def _better(cell: str) -> str:
    return "Final grade: A; Performance: Exemplary" if cell.startswith("Final grade:") else cell


def _ask(now: datetime) -> None:
    """Let one learner say that a name is spelled wrong."""
    tie = IdentityClaim.objects.filter(recipient__source_id="R100016", ended_at__isnull=True).first()
    if tie is not None:
        credential = Credential.objects.filter(recipient=tie.recipient).first()
        ask_for_help(
            tie.recipient, kind=HelpRequest.Kind.WRONG_NAME, text="My second family name is missing.",
            credential=credential, learner=tie.learner, now=now,
        )  # fmt: skip


def lay_waiting(calendar: Calendar) -> None:
    """Leave work on the registrar's desk: a report with faulty rows, a batch to release, a roster."""
    if IssuanceBatch.objects.filter(title="Weekend workshops").exists():
        return
    report = upload("Fall term, first file", as_csv(_faulty(calendar)), now=calendar.at(1))
    try_batch(report, actor=people()["registrar"], now=calendar.at(1, minutes=10))
    workshops = [row for row in _fresh(("CYB-105", "WORK-10", "LEAD-210"), calendar)]
    sign(upload("Weekend workshops", as_csv(workshops), now=calendar.at(2)), now=calendar.at(2))
    mentors = [
        {"name": p["name"], "email": p["email"], "source_id": p["source_id"]} for p in learners()[20:32]
    ]
    batch_from_roster(
        Offering.objects.get(code="NURS-SIM"), mentors, awarded_on=calendar.on(3),
        title="Simulation lab volunteers", actor=people()["faculty"], now=calendar.at(1, minutes=30),
    )  # fmt: skip


def lay_reminders(calendar: Calendar) -> None:
    """Remind those who have not claimed, so that a message with an open link lies in the mailbox."""
    if Notice.objects.filter(kind="record.reminder").exists():
        return
    back = {learners()[number]["email"] for number in BOUNCES}
    waiting = [person["email"] for person in learners()[UNCLAIMED_FROM:] if person["email"] not in back]
    remind_unclaimed(
        list(Recipient.objects.filter(email__in=waiting)), actor=people()["adviser"], now=calendar.at(3)
    )
    while send_due(now=calendar.at(3), limit=500):
        pass


def _fresh(codes: Sequence[str], calendar: Calendar) -> list[tuple[str, ...]]:
    day = calendar.on(6).isoformat()
    return [
        (
            p["source_id"],
            p["name"],
            p["email"],
            code,
            day,
            "",
            "",
            _work_of(p, number),
            "",
            f"{p['source_id']}-{code}-fall",
        )
        for number, p in enumerate(learners()[5:44])
        for code in [codes[number % len(codes)]]
    ]


def _work_of(person: dict[str, str], number: int) -> str:
    """Return where every fifth person's work can be looked at."""
    return "" if number % 5 else f"https://work.riverbend.example/fall/{person['source_id'].lower()}"


def _faulty(calendar: Calendar) -> list[tuple[str, ...]]:
    """Return a file as it comes in real life: most rows are good, some need a hand."""
    good = _fresh(("WRIT-5", "OSHA-10", "DATA-101"), calendar)
    future = calendar.on(-40).isoformat()
    day = calendar.on(8).isoformat()
    bad: list[tuple[Any, ...]] = [
        ("R100003", "María José Hernández Quispe", "mariajose.hernandez@", "WELD-101", day, "A", "", "", "", ""),
        ("R100004", "Nguyễn Thị Minh Khai", "minhkhai.nguyen@mail.example", "WELD-9", day, "A", "", "", "", ""),
        ("R100006", "李 思雨", "siyu.li@mail.example", "NURS-220", day, "B", "", "", "", ""),
        ("R100008", "", "siobhan.nidhomhnaill@mail.example", "CPR-10", day, "", "", "", "", ""),
        ("R100009", "Дмитро Шевченко", "dmytro.shevchenko@mail.example", "CULA-101", "31.02.2026", "A", "", "", "", ""),
        ("R100010", "Priya Raghunathan", "priya.raghunathan@mail.example", "CULA-101", future, "A", "", "", "", ""),
        ("R100012", "Leilani Kealoha", "leilani.kealoha@mail.example", "BAKE-30", day, "", "", "my drive", "", ""),
    ]  # fmt: skip
    return [*good, *bad]


def lay_languages() -> None:
    """Let learners whose language is Spanish see their pages in Spanish."""
    spanish = {person["email"] for person in learners() if person["language"] == "es"}
    Recipient.objects.filter(email__in=spanish).update(language="es")


def accounts_ready() -> list[str]:
    """Return the slugs of demo accounts that can sign in."""
    from institution.accounts.models import User

    known = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    return [account.slug for account in ACCOUNTS if account.email in known]


def publish_lists(calendar: Calendar) -> None:
    """Sign the status lists as of today: those signed under a dated clock have run out."""
    sweep_lists(now=calendar.now)
