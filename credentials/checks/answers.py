"""The answer in one sentence, and what to do next: the first thing that somebody reads."""

import unicodedata

from credentials.checks.report import ASSESSED, PARTICIPATION, Check, Summary
from credentials.checks.states import NESTED, TRIAL, Outcome, Verdict
from credentials.documents.dates import read_date
from credentials.reading.words import day_words
from credentials.reading.words import gettext as _


def answer_for(verdict: str, checks: list[Check], summary: Summary) -> tuple[str, str, str]:
    """Return headline, what it is about, and advice for a verdict, in the active language."""
    headline, what, advice = _answer_for(verdict, checks, summary)
    trial = next((one for one in checks if one.reason == TRIAL), None)
    if trial is None:
        return headline, what, advice
    opening = _("This is a trial, not a credential.")
    return f"{opening} {headline}", what, trial.advice


def _answer_for(verdict: str, checks: list[Check], summary: Summary) -> tuple[str, str, str]:
    if verdict == Verdict.VALID:
        return _valid(checks, summary)
    decisive = next((c for c in checks if c.reason == verdict and not c.warning), None)
    if decisive is None:
        return _("We could not check this."), "", _("Ask the issuer for a new copy.")
    advice = decisive.advice
    if verdict.removeprefix(NESTED) == Verdict.REVOKED:  # a newer one leaves nothing to wonder at
        advice = next((one.advice for one in checks if one.reason == Verdict.SUPERSEDED), advice)
    if verdict.startswith(NESTED):
        opening = _stop(decisive, _("Do not rely on this record as a whole."))
        return f"{opening} {decisive.sentence}", "", advice
    openings = {
        Verdict.SUSPENDED: _("Do not rely on this for now."),
        Verdict.SUPERSEDED: _("This is not the newest version."),
        Verdict.NOT_YET_VALID: _("Do not rely on this yet."),
        Verdict.EXPIRED: _("This no longer counts."),
        Verdict.STATUS_UNAVAILABLE: _signed_opening(summary),
        Verdict.STATUS_INVALID: _signed_opening(summary),
        Verdict.ISSUER_UNKNOWN: _("Its signature holds, and that is not enough here."),
    }
    opening = openings.get(Verdict(verdict), _("Do not rely on this."))
    return f"{_stop(decisive, opening)} {decisive.sentence}", "", advice


def _stop(check: Check, words: str) -> str:
    """Warn of what failed; say of what could not be looked at that it could not."""
    if check.code == "format":
        return _("We could not check this.")
    if check.outcome == Outcome.UNKNOWN and check.code in {
        "context",
        "format",
        "key",
        "signature",
        "members",
    }:
        return _("We could not check this.")
    return words


def _signed_opening(summary: Summary) -> str:
    issuer = _issuer_words(summary)
    if summary.issuer.listing:
        return _("It was signed by {issuer} and not changed.").format(issuer=issuer)
    if not summary.issuer.domain:
        return _unknown_issuer(summary, looked=False).format(issuer=issuer)
    words = _(
        "It was signed at {domain} and not changed. We do not know the issuer, who goes by the name {issuer}."
    )
    return words.format(issuer=issuer, domain=summary.issuer.domain)


def _issuer_words(summary: Summary) -> str:
    issuer = summary.issuer
    listed = issuer.known_as if issuer.listing != "own" else ""
    return isolated(listed or issuer.name) or issuer.domain or _("the key that it names")


def _valid(checks: list[Check], summary: Summary) -> tuple[str, str, str]:
    if summary.kind == "presentation":
        inside = next((one.sentence for one in checks if one.code == "members"), _("There is nothing in it."))
        several = _("Several credentials, shown together.")
        unknown = next((one for one in checks if one.code == "inside"), None)
        if unknown is not None:
            return f"{several} {inside} {unknown.sentence}", "", unknown.advice
        return f"{several} {inside}", "", ""
    legacy = next((one for one in checks if one.code == "legacy"), None)
    if legacy is not None:
        held = next((one.sentence for one in checks if one.code == "key"), "")
        return f"{legacy.sentence} {held}", what_words(summary), legacy.advice
    looked = any(c.code == "status" and c.outcome == Outcome.PASS for c in checks)
    unknown = next((c for c in checks if c.reason == Verdict.ISSUER_UNKNOWN), None)
    mismatch = next((c for c in checks if c.reason == "recipient-mismatch"), None)
    if unknown is not None:
        first = _unknown_issuer(summary, looked)
    elif looked:
        first = _("Issued by {issuer}, unchanged, not withdrawn.")
    else:
        first = _("Issued by {issuer} and unchanged. Nobody can see whether it was withdrawn.")
    first = first.format(issuer=_issuer_words(summary), domain=summary.issuer.domain)
    if mismatch is not None:
        return f"{mismatch.sentence} {first}", what_words(summary), mismatch.advice
    return first, what_words(summary), unknown.advice if unknown is not None else ""


def _unknown_issuer(summary: Summary, looked: bool) -> str:
    if not summary.issuer.domain:
        return _("Unchanged since it was signed, by somebody we do not know who calls itself {issuer}.")
    if looked:
        return _("Unchanged and not withdrawn. We do not know the issuer, {issuer} at {domain}.")
    return _("Unchanged since it was signed. We do not know the issuer, {issuer} at {domain}.")


def isolated(text: str) -> str:
    """Return text that runs right to left so marked that the sentence around it keeps its order."""
    if any(unicodedata.bidirectional(char) in {"R", "AL"} for char in text):
        return f"\u2068{text}\u2069"
    return text


def what_words(summary: Summary) -> str:
    """Return the second sentence: title, level, basis, person and day, as far as the document says them."""
    if not summary.title:
        return ""
    parts = [_("“{title}”").format(title=isolated(summary.title)), summary.level]
    if summary.basis == ASSESSED:
        parts.append(_("assessed"))
    elif summary.basis == PARTICIPATION:
        parts.append(_("participation, not assessed"))
    if summary.recipient:
        parts.append(_("to {name}").format(name=isolated(summary.recipient)))
    day = read_date(summary.awarded_on) if summary.awarded_on else None
    if day is not None:
        parts.append(day_words(day))
    return ", ".join(part for part in parts if part) + "."
