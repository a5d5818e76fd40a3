"""What a shared page shows: each credential with the answer of a fresh check, the gravest first."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.checks.report import Report
from credentials.checks.states import Outcome
from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from credentials.issuing.states import CredentialState
from credentials.verification.rows import label_of, mark_of
from credentials.verification.services import verify_many

FEW = 3  # so many are shown with everything open
_ENDED = {CredentialState.REVOKED, CredentialState.SUPERSEDED}
_FIRST = {Outcome.FAIL.value: 0, Outcome.UNKNOWN.value: 1, Outcome.PASS.value: 2}


@dataclass(frozen=True)
class Shown:
    """One credential on the page: the row, what checking it found, and its state as mark, word and sentence."""

    credential: Credential
    report: Report
    mark: str
    label: str
    tone: str
    headline: str
    advice: str

    @property
    def kind(self) -> str:
        """The kind of offering, for its shape."""
        return str(self.credential.achievement_version.offering_version.kind)

    @property
    def kind_label(self) -> str:
        """The kind of offering in a word."""
        return str(self.credential.achievement_version.offering_version.get_kind_display())

    @property
    def credits(self) -> str:
        """How many credits or hours, with their unit: as the document says, else as the frozen version of the offering."""
        version = self.credential.achievement_version.offering_version
        if version.credits is None:
            return ""
        number = self.report.summary.credits or f"{version.credits.normalize():f}"
        return f"{number} {version.get_credit_unit_display()}".strip()


@dataclass(frozen=True)
class Page:
    """All of it: the items, the first sentence, what became of the checks, and its tone."""

    items: list[Shown]
    sentence: str
    answer: str
    tone: str
    few: bool
    other_names: list[str]


def page_of(credentials: Sequence[Credential], *, name: str, now: datetime) -> Page:
    """Check these credentials as anybody would, and return what the page says of them.

    name: of the person who shares, as they write it.
    """
    documents = [(str(one.pk), document_bytes(one)) for one in credentials]
    reports = verify_many(documents, now=now) if documents else []
    items = [_shown(one, report) for one, report in zip(credentials, reports, strict=True)]
    items.sort(key=lambda item: _FIRST.get(item.tone, 0))
    tones = [item.tone for item in items]
    others = {item.report.summary.recipient for item in items} - {name, ""}
    return Page(
        items,
        first_sentence(len(items), name),
        answer_of(tones),
        _tone(tones),
        len(items) <= FEW,
        sorted(others),
    )


def _shown(credential: Credential, report: Report) -> Shown:
    """Return an item; what was withdrawn a moment ago says so before the public list is signed anew."""
    if not (report.ok and credential.state in _ENDED):
        return Shown(
            credential, report, mark_of(report), label_of(report), report.tone, report.headline, report.advice
        )
    replaced = credential.state == CredentialState.SUPERSEDED
    return Shown(
        credential,
        report,
        mark=credential.state,
        label=str(credential.get_state_display()),
        tone=Outcome.FAIL.value,
        headline=_("This is not the newest version. The issuer has just replaced it.")
        if replaced
        else _("Do not rely on this. The issuer has just withdrawn it."),
        advice=_("Ask the person for the newer one.") if replaced else _("Ask the issuer if it matters."),
    )


def first_sentence(count: int, name: str) -> str:
    """Say who shares how much."""
    words = ngettext(
        "%(name)s shares %(n)d credential with you.", "%(name)s shares %(n)d credentials with you.", count
    )
    return words % {"name": f"\u2068{name}\u2069", "n": count}


def answer_of(tones: Sequence[str]) -> str:
    """Say in one or two sentences what the checks found; what fails comes first."""
    total, bad, unsure = len(tones), tones.count(Outcome.FAIL), tones.count(Outcome.UNKNOWN)
    if not total:
        return _("Nothing of it can be shown any more. Ask the person for a new link.")
    if bad:
        words = ngettext(
            "%(bad)d of %(n)d does not hold any more. It stands first, with the reason.",
            "%(bad)d of %(n)d do not hold any more. They stand first, with the reasons.",
            bad,
        )
        return words % {"bad": bad, "n": total}
    if unsure:
        words = ngettext(
            "%(unsure)d of %(n)d could not be checked in full. It stands first.",
            "%(unsure)d of %(n)d could not be checked in full. They stand first.",
            unsure,
        )
        return words % {"unsure": unsure, "n": total}
    words = ngettext(
        "It was checked just now: unchanged, not withdrawn.",
        "All %(n)d were checked just now: unchanged, not withdrawn.",
        total,
    )
    return words % {"n": total}


def _tone(tones: Sequence[str]) -> str:
    for tone in (Outcome.FAIL, Outcome.UNKNOWN):
        if tone in tones:
            return tone.value
    return Outcome.PASS.value if tones else Outcome.UNKNOWN.value


def as_json(credentials: Sequence[Credential], facts: dict[str, Any]) -> bytes:
    """Return facts and credentials as JSON; each credential stands in it byte for byte as it was signed."""
    before = json.dumps(facts, ensure_ascii=False).encode().removesuffix(b"}")
    return before + b', "credentials": [' + b", ".join(map(document_bytes, credentials)) + b"]}"
