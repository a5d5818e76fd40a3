"""What the shared partials show, put together for a room's own pages."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from institution.imports import selectors
from institution.imports.models import StagedRow, Upload
from institution.imports.states import RowOutcome, UploadState

PER_PAGE = 50
ORDER = (
    RowOutcome.FAULTY,
    RowOutcome.ASKED,
    RowOutcome.ADDED,
    RowOutcome.CHANGED,
    RowOutcome.UNCHANGED,
)
TAKEN = (*ORDER[2:4], ORDER[1], ORDER[4], ORDER[0])  # once all is decided: what came in stands first


@dataclass(frozen=True)
class GroupWords:
    """How a room words a group: what it is, and which answers there are (value, words)."""

    title: str
    sentence: str
    answers: Sequence[tuple[str, str]]


def steps(current: int, labels: Sequence[Any], urls: Mapping[int, str]) -> list[dict[str, Any]]:
    """Return the steps of a wizard for the stepper; current counts from 0."""
    return [
        {"label": label, "done": index < current, "current": index == current, "url": urls.get(index, "")}
        for index, label in enumerate(labels)
    ]


READ = "upload-read:%s"  # cache: lines of a workbook read so far


def teller(upload_id: Any) -> Callable[[int], None]:
    """Return what a worker calls to say how far it is; the page of `waiting_to_be_read` shows it."""
    return lambda done: cache.set(READ % upload_id, done, timeout=600)


def waiting_to_be_read(
    request: HttpRequest, upload: Upload, steps: list[dict[str, Any]], *, again: str
) -> HttpResponse | None:
    """Return the page of a file that a worker reads, or that cannot be read; None once it is read.

    again: address of the page on which another file is chosen.
    """
    polled = bool(request.headers.get("HX-Request"))
    if upload.state not in (UploadState.READING, UploadState.UNREADABLE):
        return HttpResponse(headers={"HX-Redirect": request.path}) if polled else None
    if upload.state == UploadState.UNREADABLE and polled:
        return HttpResponse(headers={"HX-Redirect": request.path})
    context = {"upload": upload, "steps": steps, "done": cache.get(READ % upload.pk, 0), "again": again}
    page = "imports/_reading_progress.html" if polled else "imports/reading.html"
    return render(request, page, context)


def preview(
    request: HttpRequest,
    upload: Upload,
    *,
    describe: Callable[[StagedRow], tuple[str, str]],
    words: Callable[[str], GroupWords] | None = None,
    chosen: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Return the context of `imports/_preview.html`: tabs with figures, the rows of one, groups.

    describe: (title, second line) of a row. words: how a group is worded. chosen: {question: answer}.
    The address says which tab and page: `?show=faulty&page=2`.
    """
    found = selectors.counts(upload)
    order = TAKEN if upload.state == UploadState.APPLIED else ORDER
    show = request.GET.get("show", "")
    if show not in found:
        show = next((outcome for outcome in order if found[outcome]), RowOutcome.ADDED)
    page = Paginator(selectors.rows_of(upload, show), PER_PAGE).get_page(request.GET.get("page"))
    return {
        "upload": upload,
        "counts": found,
        "show": show,
        "tabs": [
            {
                "label": RowOutcome(outcome).label,
                "url": f"?show={outcome.value}",
                "current": outcome == show,
                "count": found[outcome],
            }
            for outcome in order
        ],
        "page": page,
        "rows": [_shown(row, describe) for row in page],
        "groups": [_group(one, words, chosen or {}, describe) for one in selectors.groups(upload)]
        if words and show == RowOutcome.ASKED
        else [],
        "unanswered": selectors.unanswered(upload) if found[RowOutcome.ASKED] else 0,
    }


def _shown(row: StagedRow, describe: Callable[[StagedRow], tuple[str, str]]) -> dict[str, Any]:
    title, line = describe(row)
    return {
        "line": row.line,
        "title": title or _("(no title)"),
        "second": line,
        "faults": row.faults,
        "changes": row.changes,
        "outcome": row.outcome,
    }


def _group(
    one: selectors.Group,
    words: Callable[[str], GroupWords],
    chosen: Mapping[str, str],
    describe: Callable[[StagedRow], tuple[str, str]],
) -> dict[str, Any]:
    said = words(one.question)
    return {
        "question": one.question,
        "count": one.count,
        "title": said.title,
        "sentence": said.sentence,
        "answers": [
            {"value": value, "label": label, "current": chosen.get(one.question) == value}
            for value, label in said.answers
        ],
        "decided": one.confirmed is not None,
        "examples": [_shown(row, describe) for row in one.examples],
    }


def sample_table(upload: Upload, rows: int = 5) -> dict[str, Any]:
    """Return the first rows under their headers, or under numbers where there is no header."""
    heads = [name or _("Column %(n)s") % {"n": index + 1} for index, name in enumerate(upload.columns)]
    return {"heads": heads, "rows": upload.sample[:rows]}


def faulty_rows(upload: Upload) -> HttpResponse:
    """Return the faulty rows as a file to correct and upload again."""
    name = upload.file_name.rsplit(".", 1)[0].replace('"', "").replace("\n", " ")
    text = "\ufeff" + "".join(selectors.faulty_csv(upload))  # the mark by which Excel knows UTF-8
    answer = HttpResponse(text, content_type="text/csv; charset=utf-8")
    ascii_name = name.encode("ascii", "ignore").decode() or "rows"
    answer["Content-Disposition"] = f'attachment; filename="{ascii_name} - rows to correct.csv"'
    return answer
