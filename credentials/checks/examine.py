"""Check one document from end to end, gravest things first, and stop where going on would mislead."""

from dataclasses import replace

from django.utils.translation import gettext as _

from credentials.checks.answers import answer_for
from credentials.checks.dates import check_dates
from credentials.checks.form import check_form, check_terms
from credentials.checks.legacy import check_legacy, is_legacy
from credentials.checks.nested import check_endorsements, check_members
from credentials.checks.people import check_issuer, check_recipient, check_successor
from credentials.checks.proof import check_proofs
from credentials.checks.renewal import check_refresh
from credentials.checks.report import Check, Report, judge
from credentials.checks.run import Ask, Json, Run, digest_of
from credentials.checks.states import Outcome, Verdict
from credentials.checks.status import check_status
from credentials.checks.summary import summarize
from credentials.checks.token import check_token
from credentials.reading.incoming import Found
from credentials.tokens.vc_jwt import VcJwt


def examine(
    document: Json, ask: Ask, *, digest: str = "", depth: int = 0, token: VcJwt | None = None
) -> Report:
    """Return the report on one parsed document. digest: of its text as it came, or of a part's own text.

    token: the JWT whose payload the document is.

    Nothing is fetched for a document whose signature does not hold: its addresses are anybody's.
    """
    run = Run(document, ask, digest, depth, token=token)
    run.digest = digest or run.compact_digest
    if is_legacy(document):
        _check_legacy(run)
    elif check_form(run) and check_terms(run):
        _check_signed(run)
    verdict, reasons = judge(run.checks)
    summary = summarize(run)
    headline, what, advice = answer_for(verdict, run.checks, summary)
    return Report(
        verdict=verdict,
        reasons=reasons,
        checks=tuple(run.checks),
        summary=summary,
        headline=headline,
        what=what,
        advice=advice,
        members=tuple(run.members),
        newer=run.newer,
        digest=run.digest,
    )


def _check_legacy(run: Run) -> None:
    run.kind = "legacy"
    if check_legacy(run):
        check_dates(run)
        check_issuer(run)
        check_recipient(run)


def _check_signed(run: Run) -> None:
    def inner(document: Json, depth: int) -> Report:
        return examine(document, run.ask, depth=depth)

    def newest(found: Found) -> Report:
        ask = replace(run.ask, refreshing=True)
        return examine(found.document, ask, digest=digest_of(found.text), depth=run.depth, token=found.token)

    holds = check_token(run) if run.token is not None else check_proofs(run)
    if run.kind == "presentation":
        check_members(run, inner)
        return
    if not holds and any(check.outcome == Outcome.FAIL for check in run.checks):
        return
    check_dates(run)
    if not holds:
        return
    check_status(run, list_holds)
    check_successor(run)
    check_refresh(run, newest)
    check_issuer(run)
    if run.kind in {"badge", "record"} and run.depth == 0:
        check_recipient(run)
    check_members(run, inner)
    check_endorsements(run, inner)


def list_holds(run: Run) -> bool:
    """Return whether a status list is covered, signed by its issuer, and valid today."""
    if not check_terms(run) or not check_proofs(run):
        return False
    check_dates(run)
    return not run.failed


def refused(sentence: str, *, verdict: str = Verdict.MALFORMED, advice: str = "") -> Report:
    """Return the report on something that is no document at all."""
    advice = advice or _("Ask the holder for the original file, or for a link to it.")
    verdict = Verdict(verdict).value
    unsure = verdict in {Verdict.UNSUPPORTED_PROOF, Verdict.CONTEXT_UNAVAILABLE}
    outcome = Outcome.UNKNOWN if unsure else Outcome.FAIL
    check = Check("format", outcome.value, _("Format"), sentence, advice, verdict)
    verdict_, reasons = judge([check])
    opening = _("We could not check this.")
    return Report(verdict_, reasons, (check,), headline=f"{opening} {sentence}", advice=advice)
