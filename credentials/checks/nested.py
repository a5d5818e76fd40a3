"""Credentials inside: members of a record, each on its own, and what others say in support of it."""

from collections.abc import Callable, Iterator

from credentials.checks.report import Report
from credentials.checks.run import MAX_DEPTH, Json, Run, objects
from credentials.checks.states import NESTED, Outcome, Verdict
from credentials.reading.words import gettext as _
from credentials.reading.words import ngettext

Examine = Callable[[Json | str, int], Report]


def members_of(document: Json, kind: str) -> list[Json]:
    """Return the credentials that a record or presentation holds."""
    if kind == "presentation":
        return objects(document.get("verifiableCredential"))
    if kind != "record":
        return []
    return [
        member
        for subject in objects(document.get("credentialSubject"))
        for member in objects(subject.get("verifiableCredential"))
    ]


def _only_named(document: Json, kind: str) -> bool:
    """Return whether a member is named by its id: the object could stand where nobody looks for it."""
    for holder in [document] if kind == "presentation" else objects(document.get("credentialSubject")):
        held = holder.get("verifiableCredential", [])
        if any(not isinstance(one, dict) for one in (held if isinstance(held, list) else [held])):
            return True
    return False


def endorsements_of(document: Json) -> Iterator[tuple[str, Json | str]]:
    """Yield what was said in support of a credential, of its achievement and of its issuer, as object or token."""
    places: list[tuple[str, Json]] = [("credential", document)]
    places += [("issuer", one) for one in objects(document.get("issuer"))]
    for subject in objects(document.get("credentialSubject")):
        places += [("achievement", one) for one in objects(subject.get("achievement"))]
    for place, holder in places:
        for one in objects(holder.get("endorsement")):
            yield place, one
        tokens = holder.get("endorsementJwt")
        for token in tokens if isinstance(tokens, list) else [tokens]:
            if isinstance(token, str):
                yield place, token


def check_members(run: Run, examine: Examine) -> None:
    """Check every member of a record; one bad member fails the whole."""
    members = members_of(run.document, run.kind)
    if run.kind in {"record", "presentation"} and _only_named(run.document, run.kind):
        sentence = _("It names a credential in place of holding it, so we cannot check that one.")
        run.fails(
            "members",
            Verdict.MALFORMED,
            _("Credentials inside"),
            sentence,
            _("Ask the issuer for a new copy."),
        )
    if not members:
        return
    if run.kind == "presentation":
        _who_shows(run)
    label = _("Credentials inside")
    if run.depth >= MAX_DEPTH or len(members) > run.ask.nested_left:
        sentence = _("It holds more credentials than we check at once.")
        run.fails("members", Verdict.MALFORMED, label, sentence, _("Ask for the credentials one by one."))
        return
    run.ask.nested_left -= len(members)
    run.members = [examine(member, run.depth + 1) for member in members]
    bad = [report for report in run.members if not report.ok]
    if not bad:
        sentence = ngettext(
            "The {count} credential inside holds on its own.",
            "Each of the {count} credentials inside holds on its own.",
            len(members),
        )
        run.passed("members", label, sentence.format(count=len(members)))
        if run.kind == "presentation":
            _unknown_inside(run, label)
    for report in bad:
        _bad_member(run, report, label)


def _who_shows(run: Run) -> None:
    """Say what a presentation proves: that a holder of the key put it together; for whom, only if we asked."""
    if run.depth == 0 and run.ask.challenge is not None and run.signed:
        run.passed("presented", _("Shown by"), _("They were put together for what was asked."))
        return
    run.unsure(
        "presented",
        "",
        _("Shown by"),
        _("We cannot tell when and for whom these were put together."),
        _("Ask whoever showed them to you to show them again."),
        warning=True,
    )


def _unknown_inside(run: Run, label: str) -> None:
    """Say that nobody vouches for what is inside; a record's own issuer vouches for its members."""
    for report in run.members:
        if Verdict.ISSUER_UNKNOWN in report.reasons:
            title = report.summary.title or _("A credential without a name")
            sentence = _("We do not know who issued “{title}” inside.").format(title=title[:120])
            advice = _("Look at each credential inside on its own.")
            run.unsure("inside", NESTED + Verdict.ISSUER_UNKNOWN, label, sentence, advice, warning=True)
            return


def _bad_member(run: Run, report: Report, label: str) -> None:
    title = report.summary.title or _("A credential without a name")
    decisive = next((one.sentence for one in report.checks if one.reason == report.verdict), "")
    sentence = _("“{title}” inside does not hold. {why}").format(title=title[:120], why=decisive)
    advice = _("Look at each credential inside on its own.")
    reason = report.verdict if report.verdict.startswith(NESTED) else NESTED + report.verdict
    note = run.fails if report.conclusion == Outcome.FAIL else run.unsure
    note("members", reason, label, sentence, advice)


def check_endorsements(run: Run, examine: Examine) -> None:
    """Check every endorsement; a bad one warns and changes nothing of the credential."""
    if run.depth >= MAX_DEPTH:
        return
    for _place, endorsement in endorsements_of(run.document):
        if run.ask.nested_left <= 0:
            break
        run.ask.nested_left -= 1
        report = examine(endorsement, MAX_DEPTH)
        who = report.summary.issuer.name or _("Somebody")
        label = _("Endorsement")
        if report.ok:
            run.passed("endorsement", label, _("{name} endorses it, and signed that.").format(name=who))
        else:
            sentence = _("{name} is said to endorse it, which does not hold.").format(name=who)
            advice = _("Leave the endorsement aside. The credential itself is not affected.")
            reason = NESTED + report.verdict.removeprefix(NESTED)
            run.unsure("endorsement", reason, label, sentence, advice, warning=True)
