"""What checking a document gives: a verdict, every reason for it, every check, and what the document says."""

from dataclasses import asdict, dataclass, field
from typing import Any

from credentials.checks.states import TRIAL, Outcome, Verdict, gravity

ASSESSED, PARTICIPATION = "assessed", "participation"  # what a claim rests on (Summary.basis)


@dataclass(frozen=True)
class Check:
    """One thing that was looked at. reason: the verdict it leads to, or "". warning: it leads to none."""

    code: str
    outcome: str
    label: str
    sentence: str
    advice: str = ""
    reason: str = ""
    warning: bool = False

    @property
    def outcome_label(self) -> str:
        """The outcome in a word, for those who cannot see the mark."""
        return str(Outcome(self.outcome).label)


@dataclass(frozen=True)
class Issuer:
    """Who the document says issued it, and what we know about that.

    listing: "own", "administrator", "registry" or "". known_as: the name under which it is listed.
    """

    id: str = ""
    name: str = ""
    domain: str = ""
    url: str = ""
    listing: str = ""
    listed_by: str = ""
    known_as: str = ""
    department: str = ""


@dataclass(frozen=True)
class Result:
    """One result: what was measured, and what was reached."""

    name: str
    value: str


@dataclass(frozen=True)
class Skill:
    """One alignment: the skill's name, where it is defined, and its framework."""

    name: str
    url: str = ""
    framework: str = ""
    code: str = ""


@dataclass(frozen=True)
class Link:
    """Something to open elsewhere; url is http or https, or empty."""

    name: str
    url: str = ""
    text: str = ""


@dataclass(frozen=True)
class Summary:
    """What the document says of itself. Nothing in it is checked by being here.

    PII: recipient, the name as the document shows it; kept nowhere.
    """

    kind: str = ""  # the type of document: badge, record, endorsement, presentation, other
    title: str = ""
    description: str = ""
    achievement_type: str = ""
    recipient: str = ""
    issuer: Issuer = field(default_factory=Issuer)
    awarded_on: str = ""  # ISO dates
    valid_from: str = ""
    valid_until: str = ""
    level: str = ""
    basis: str = ""  # "assessed", "participation" or ""
    assessor: str = ""
    credits: str = ""
    language: str = ""
    criteria: str = ""
    narrative: str = ""
    results: tuple[Result, ...] = ()
    skills: tuple[Skill, ...] = ()
    evidence: tuple[Link, ...] = ()
    credential_id: str = ""
    achievement_id: str = ""
    status_list: str = ""
    proof: str = ""
    signed_at: str = ""
    verification_method: str = ""


@dataclass(frozen=True)
class Report:
    """The answer about one document. members: of the credentials inside it, in their order."""

    verdict: str
    reasons: tuple[str, ...]
    checks: tuple[Check, ...]
    summary: Summary = field(default_factory=Summary)
    headline: str = ""  # the answer in one or two sentences
    what: str = ""  # title, basis, person and day, only when it holds
    advice: str = ""
    members: tuple["Report", ...] = ()
    newer: "Report | None" = None  # of the newer version that the issuer’s service gave
    digest: str = ""
    label: str = ""  # what the visitor gave: a file's name or the place in a list; never kept

    @property
    def ok(self) -> bool:
        """True only if every check that counts passed."""
        return self.verdict == Verdict.VALID

    @property
    def answer(self) -> str:
        """The whole answer: what became of it, and of what."""
        return f"{self.headline} {self.what}".strip()

    @property
    def signed(self) -> bool:
        """Whether the signature holds and is the issuer's, whatever else is the case."""
        outcomes = {(check.code, check.outcome) for check in self.checks if not check.warning}
        return {("signature", "pass"), ("key", "pass")} <= outcomes and not outcomes & {
            ("signature", "fail"),
            ("key", "fail"),
        }

    @property
    def trial(self) -> bool:
        """Whether it is no credential at all, but something that was tried out."""
        return TRIAL in self.warnings

    @property
    def known(self) -> bool:
        """Whether it was asked who the issuer is; it is not for what does not hold."""
        return any(check.code == "issuer" for check in self.checks)

    @property
    def ordered(self) -> list[Check]:
        """The checks with those first that decide against it."""
        return sorted(self.checks, key=lambda check: not (check.reason and not check.warning))

    @property
    def conclusion(self) -> str:
        """ "pass", "fail", or "unknown": nothing failed, yet something that counts could not be checked."""
        if self.ok:
            return Outcome.PASS.value
        bad = any(
            check.outcome == Outcome.FAIL and check.reason and not check.warning for check in self.checks
        )
        return (Outcome.FAIL if bad else Outcome.UNKNOWN).value

    @property
    def tone(self) -> str:
        """The color of the answer: as the conclusion, but amber for an issuer nobody knows and for no credential."""
        if all(check.code == "format" for check in self.checks):
            return Outcome.UNKNOWN.value
        if self.ok and any(check.warning and check.reason for check in self.checks):
            return Outcome.UNKNOWN.value
        return self.conclusion

    @property
    def warnings(self) -> tuple[str, ...]:
        """The reasons that do not decide the verdict."""
        return tuple(dict.fromkeys(check.reason for check in self.checks if check.warning and check.reason))

    def as_dict(self) -> dict[str, Any]:
        """Return the report as plain values for JSON, members included."""
        return {
            "ok": self.ok,
            "verdict": self.verdict,
            "trial": self.trial,
            "conclusion": self.conclusion,
            "answer": self.answer,
            "advice": self.advice,
            "reasons": list(self.reasons),
            "checks": [asdict(check) for check in self.checks],
            "credential": asdict(self.summary),
            "members": [member.as_dict() for member in self.members],
            "newer": self.newer.as_dict() if self.newer else None,
        }


def judge(checks: list[Check]) -> tuple[str, tuple[str, ...]]:
    """Return the verdict and all reasons, gravest first. Warnings are reasons, and decide nothing."""
    decisive = sorted({c.reason for c in checks if c.reason and not c.warning}, key=gravity)
    warned = sorted({c.reason for c in checks if c.reason and c.warning} - set(decisive), key=gravity)
    verdict = decisive[0] if decisive else Verdict.VALID.value
    return verdict, tuple(decisive + warned)
