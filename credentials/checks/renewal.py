"""Is there a newer one? Asked once, at the address that the signed document itself names; never in a loop.

Rule: Open Badges 3.0, section "Verification and Validation", step Refresh (1EdTechCredentialRefresh).
"""

from collections.abc import Callable
from urllib.parse import unquote

from credentials.checks.report import Report
from credentials.checks.run import Run, id_of, objects
from credentials.checks.states import Verdict
from credentials.documents.dates import read_stamp
from credentials.documents.vocabulary import REFRESH_TYPE
from credentials.reading import incoming
from credentials.reading.incoming import Found, NotRead
from credentials.reading.sources import SourceFailed
from credentials.reading.words import gettext as _

Examine = Callable[[Found], Report]


def check_refresh(run: Run, examine: Examine) -> None:
    """Ask the issuer's service for the newest one. examine: checks what came, without asking again."""
    services = [one for one in objects(run.document.get("refreshService")) if _is_refresh(one.get("type"))]
    if not services or run.ask.refreshing:
        return
    label = _("Newer version")
    try:
        body = run.ask.source.get(id_of(services[0]))
        found = incoming.read(body, max_bytes=incoming.OPEN_BYTES)
    except (SourceFailed, NotRead):
        sentence = _("The issuer’s service for newer versions did not answer.")
        run.unsure("refresh", "", label, sentence, _("Ask the issuer if it matters to you."), warning=True)
        return
    if found.document == run.document:
        run.passed("refresh", label, _("The issuer’s service names this one as the newest."))
    elif not _is_newer(run, found):
        run.passed("refresh", label, _("The issuer’s service names no newer one."))
    else:
        _weigh(run, examine(found), label)


def _weigh(run: Run, report: Report, label: str) -> None:
    if report.ok:
        sentence = _("The issuer offers a newer version of it, which holds.")
        advice = _("Ask the holder for the newer one.")
        run.fails("refresh", Verdict.SUPERSEDED, label, sentence, advice)
        run.newer = report
    else:
        sentence = _("What is offered as a newer version of it does not hold.")
        advice = _("Leave it aside. What you have was checked on its own.")
        run.unsure("refresh", "", label, sentence, advice, warning=True)


def _is_refresh(kinds: object) -> bool:
    return REFRESH_TYPE in (kinds if isinstance(kinds, list) else [kinds])


def _is_newer(run: Run, found: Found) -> bool:
    """Return whether it is of the same issuer and of a later beginning."""
    if _plain(id_of(found.document.get("issuer"))) != _plain(run.issuer_id):
        return False
    then, now = (
        read_stamp(one.get("validFrom", one.get("issuanceDate"))) for one in (run.document, found.document)
    )
    return then is not None and now is not None and now > then


def _plain(identifier: str) -> str:
    """Return an id as the standard compares them: unescaped and trimmed."""
    return unquote(identifier).strip()
