"""What the batch page shows, put together: figures that open lists, rows of one kind, what may be done."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.completions.rows import LABELS
from credentials.issuing import selectors
from credentials.issuing.models import BatchRow, Credential, IssuanceBatch
from credentials.issuing.states import BatchState, RowAct, RowState
from credentials.keys.counting import Signed, tally
from credentials.keys.models import SigningKey
from institution.accounts.authz import allowed
from institution.events.services import history_of
from institution.imports import cells

PER_PAGE = 50
# what a figure counts, and the rows it opens
LISTS: dict[str, tuple[Any, dict[str, Any]]] = {
    "needs": (gettext_lazy("Need you"), {"state__in": [RowState.REFUSED, RowState.FAILED]}),
    "issue": (
        gettext_lazy("New credentials"),
        {"act": RowAct.ISSUE, "state__in": [RowState.PENDING, RowState.SIGNED, RowState.CANCELED]},
    ),
    "correct": (
        gettext_lazy("Corrections"),
        {"act": RowAct.CORRECT, "state__in": [RowState.PENDING, RowState.SIGNED, RowState.CANCELED]},
    ),
    "nothing": (gettext_lazy("Issued already"), {"state": RowState.NOTHING}),
    "signed": (gettext_lazy("Signed"), {"state": RowState.SIGNED}),
    "canceled": (gettext_lazy("Canceled"), {"state": RowState.CANCELED}),
}
HISTORY: dict[str, tuple[str, Any]] = {  # event -> icon and words; one for each chunk would say too much
    "batch.created": ("upload", gettext_lazy("Prepared")),
    "batch.read": ("file", gettext_lazy("Report read from the rows")),
    "batch.tried": ("eye", gettext_lazy("Tried out")),
    "batch.confirmed": ("check", gettext_lazy("Confirmed")),
    "batch.paused": ("pause", gettext_lazy("Paused")),
    "batch.resumed": ("check", gettext_lazy("Resumed")),
    "batch.cancel_asked": ("cross", gettext_lazy("Asked to cancel what is not signed")),
    "batch.canceled": ("cross", gettext_lazy("Canceled")),
    "batch.signed": ("award", gettext_lazy("Signed")),
    "batch.released": ("mail", gettext_lazy("Released")),
    "batch.withheld": ("ban", gettext_lazy("Corrections withheld: what they correct was withdrawn")),
    "batch.undone": ("undo", gettext_lazy("Undone before release")),
    "credential.superseded": ("swap", gettext_lazy("Earlier credentials replaced")),
}
STEPS: dict[str, tuple[str, str]] = {  # step -> permission, look of its button
    "confirm": ("issuing.confirm_batch", "primary"),
    "pause": ("issuing.confirm_batch", ""),
    "resume": ("issuing.confirm_batch", "primary"),
    "release": ("issuing.release_batch", "primary"),
    "undo": ("issuing.release_batch", "danger"),
    "cancel": ("issuing.confirm_batch", ""),
}
OPEN_STEPS: dict[str, tuple[str, ...]] = {
    BatchState.READING: ("cancel",),
    BatchState.DRAFT: ("confirm", "cancel"),
    BatchState.QUEUED: ("pause", "cancel"),
    BatchState.PAUSED: ("resume", "cancel"),
    BatchState.SIGNED: ("release", "undo"),
}


def counts(batch: IssuanceBatch) -> dict[str, int]:
    """Return how many rows each list of the page has, read from the rows themselves."""
    rows = selectors.rows_by_act_and_state(batch)
    found = dict.fromkeys(LISTS, 0)
    for act, state, number in rows:
        for name, (_label, wanted) in LISTS.items():
            if _fits(wanted, act, state):
                found[name] += number
    return found


def _fits(wanted: dict[str, Any], act: str, state: str) -> bool:
    states = wanted.get("state__in") or [wanted["state"]]
    return state in states and wanted.get("act", act) == act


def tabs(batch: IssuanceBatch, show: str, found: dict[str, int]) -> list[dict[str, Any]]:
    """Return the figures as tabs, those without rows left out."""
    url = reverse("issuing:detail", args=[batch.pk])
    return [
        {"label": label, "url": f"{url}?show={name}#rows", "current": name == show, "count": found[name]}
        for name, (label, _wanted) in LISTS.items()
        if found[name] or name == show
    ]


def chosen_list(request: HttpRequest, found: dict[str, int]) -> str:
    """Return the list the address asks for, else the first that has rows."""
    asked = request.GET.get("show", "")
    if asked in LISTS:
        return asked
    return next((name for name in LISTS if found[name]), "issue")


def rows_page(request: HttpRequest, batch: IssuanceBatch, show: str, number: int) -> Any:
    """Return one page of rows with all that their lines show."""
    rows = BatchRow.objects.filter(batch=batch, **LISTS[show][1]).select_related(
        "achievement_version__offering_version__offering", "credential", "corrects__row"
    )
    rows = rows.defer(
        "achievement_version__document",
        "achievement_version__image",
        "credential__document",
        "corrects__document",
    )
    paginator = Paginator(rows.order_by("line"), PER_PAGE)
    paginator.count = number  # counted already
    return paginator.get_page(request.GET.get("page"))


def signed_credentials(key: SigningKey) -> Signed:
    """Return how many credentials a key signed, and the list of them."""
    url = reverse("issuing:credentials") + f"?key={key.pk}"
    found = tally(Credential.objects.filter(signing_key=key), key, "signed_at")
    return Signed(_("Credentials"), url=url, **found)


def changes_of(row: BatchRow) -> list[dict[str, str]]:
    """Return what a correction changes, field by field."""
    old = row.corrects.row if row.corrects_id and row.corrects else None
    if old is None:
        return []
    pairs = [
        ("name", old.name, row.name),
        ("email", old.email, row.email),
        ("awarded_on", str(old.awarded_on or ""), str(row.awarded_on or "")),
        ("expires_on", str(old.expires_on or ""), str(row.expires_on or "")),
        ("result", _values(old), _values(row)),
        ("credits", _number(old.credits), _number(row.credits)),
        ("narrative", old.narrative, row.narrative),
        ("evidence_url", old.evidence_url, row.evidence_url),
    ]
    return [
        {"label": str(LABELS[name]), "old": before, "new": after}
        for name, before, after in pairs
        if before != after
    ]


def _number(credits: Decimal | None) -> str:
    return "" if credits is None else f"{credits.normalize():f}"


def _values(row: BatchRow) -> str:
    return "; ".join(one.get("value", "") for one in row.result)


def history(batch: IssuanceBatch) -> list[dict[str, Any]]:
    """Return what happened to a batch for the timeline, newest first."""
    return [
        {
            "icon": HISTORY[event.kind][0],
            "words": HISTORY[event.kind][1],
            "who": str(event.actor) if event.actor.kind == "person" else _("the system"),
            "at": event.at,
        }
        for event in history_of(batch).filter(kind__in=HISTORY)[:20]
    ]


def open_steps(batch: IssuanceBatch, user: Any, *, now: datetime) -> list[str]:
    """Return the steps this person may take with a batch now."""
    steps = OPEN_STEPS.get(batch.state, ())
    if batch.state == BatchState.CANCELED and batch.signed_count:
        steps = ("release", "undo")
    own_draft = batch.created_by_id == user.pk and batch.confirmed_at is None
    return [
        step
        for step in steps
        if allowed(user, STEPS[step][0], batch, now=now) or (step == "cancel" and own_draft)
    ]


def faulty_csv(batch: IssuanceBatch) -> Iterator[str]:
    """Yield the rows that need somebody, as they came, with reason and remedy; formulas made harmless."""
    names = list(LABELS)
    head = [str(LABELS[name]) for name in names]
    yield _csv_line([*head, _("Line"), _("What is wrong"), _("What to do")])
    for row in selectors.rows_needing_you(batch).iterator(chunk_size=1_000):
        values = row.values or _as_values(row)
        why = [
            f"{one['column']}: {one['message']}" if one["column"] else one["message"] for one in row.faults
        ]
        todo = [one["remedy"] for one in row.faults if one.get("remedy")]
        line = [values.get(name, "") for name in names]
        yield _csv_line([*line, str(row.line), "; ".join(why), "; ".join(todo)])


def _as_values(row: BatchRow) -> dict[str, str]:
    return {
        "source_id": row.source_id,
        "name": row.name,
        "email": row.email,
        "awarded_on": str(row.awarded_on or ""),
        "result": _values(row),
        "credits": _number(row.credits),
        "narrative": row.narrative,
        "evidence_url": row.evidence_url,
    }


def _csv_line(texts: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([cells.escaped(text) for text in texts])
    return out.getvalue()
