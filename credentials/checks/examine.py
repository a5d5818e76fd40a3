"""Check one document from end to end, gravest things first, and stop where going on would mislead."""

from dataclasses import replace

from credentials.checks.answers import answer_for
from credentials.checks.dates import check_dates
from credentials.checks.form import check_form, check_terms, kind_of
from credentials.checks.legacy import check_legacy, is_legacy
from credentials.checks.nested import check_endorsements, check_members
from credentials.checks.people import check_issuer, check_recipient, check_successor, check_trial
from credentials.checks.proof import check_proofs
from credentials.checks.renewal import check_refresh
from credentials.checks.report import Check, Report, judge
from credentials.checks.resources import check_resources
from credentials.checks.run import Ask, Json, Run, digest_of, objects
from credentials.checks.states import Outcome, Verdict
from credentials.checks.status import check_status
from credentials.checks.summary import summarize
from credentials.checks.token import check_ietf, check_token
from credentials.reading.incoming import Found, NotRead, Token, from_envelope, from_token
from credentials.reading.words import gettext as _
from credentials.tokens.enveloped import is_enveloped
from credentials.tokens.sd_jwt_vc import SdJwtVc


def examine(
    document: Json, ask: Ask, *, digest: str = "", depth: int = 0, token: Token | None = None
) -> Report:
    """Return the report on one parsed document. digest: of its text as it came, or of a part's own text.

    token: the JWT whose payload the document is.

    Nothing is fetched for a document whose signature does not hold: its addresses are anybody's.
    """
    run = Run(document, ask, digest, depth, token=token)
    run.digest = digest or run.compact_digest
    if is_legacy(document):
        _check_legacy(run)
    elif isinstance(token, SdJwtVc) and token.kind == "ietf":
        check_ietf(run)
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
    def inner(document: Json | str, depth: int) -> Report:
        return examine_given(document, run.ask, depth)

    def newest(found: Found) -> Report:
        ask = replace(run.ask, refreshing=True)
        return examine(found.document, ask, digest=digest_of(found.text), depth=run.depth, token=found.token)

    holds = check_token(run) if run.token is not None else check_proofs(run)
    if run.kind == "presentation":
        check_members(run, inner)
        return
    if holds:
        _note_part(run)
    if not holds and any(check.outcome == Outcome.FAIL for check in run.checks):
        return
    check_dates(run)
    if not holds:
        return
    check_trial(run)
    check_resources(run)
    check_status(run, list_holds)
    check_successor(run)
    check_refresh(run, newest)
    check_issuer(run)
    if run.kind in {"badge", "record"} and run.depth == 0:
        check_recipient(run)
    check_members(run, inner)
    check_endorsements(run, inner)


def _note_part(run: Run) -> None:
    """Say that a holder chose what is shown, where the signature lets them choose."""
    suites = [one.get("cryptosuite") for one in objects(run.document.get("proof"))]
    if "ecdsa-sd-2023" in suites or isinstance(run.token, SdJwtVc):
        sentence = _("It shows only those parts that its holder chose to show.")
        advice = _("Ask the holder for the rest if you need it.")
        run.unsure("partial", "", _("Part of a credential"), sentence, advice, warning=True)


def examine_given(document: Json | str, ask: Ask, depth: int = 0) -> Report:
    """Return the report on an object, an envelope of a token, or a bare token. depth: above 0 for what is inside."""
    digest, token = "", None
    try:
        if isinstance(document, str) or is_enveloped(document):
            found = _opened(document)
            document, digest, token = found.document, digest_of(found.text), found.token
    except NotRead as error:
        return refused(error.sentence, verdict=error.verdict, advice=error.advice)
    if depth and kind_of(document)[0] == "presentation":
        return refused(_("Where a credential belongs there are several, put together by somebody."))
    return examine(document, ask, digest=digest, depth=depth, token=token)


def _opened(document: Json | str) -> Found:
    if isinstance(document, str):
        return from_token(document.encode("ascii", "replace"))
    return from_envelope(document)


def list_holds(run: Run) -> bool:
    """Return whether a status list is covered, signed by its issuer, and valid today."""
    if not check_terms(run) or not (check_token(run) if run.token is not None else check_proofs(run)):
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
