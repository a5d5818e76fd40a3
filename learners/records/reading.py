"""What stands on a learner's record, in the words of the pages."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from credentials.catalog.models import Alignment
from credentials.catalog.states import Basis, Kind
from credentials.clr.models import ComposedRecord
from credentials.issuing.models import Credential
from credentials.issuing.states import CredentialState
from learners.records.models import Learner

SHOWN_SKILLS = 4
ENDED = {CredentialState.REVOKED.value, CredentialState.SUPERSEDED.value, "expired"}


@dataclass(frozen=True)
class Record:
    """A record: what holds, by year, the newest first; what ended; and the two figures of its first line."""

    years: list[tuple[int, list[dict[str, Any]]]]
    ended: list[dict[str, Any]]
    count: int
    skill_count: int


@dataclass
class HeldSkill:
    """A skill somebody has shown, with the credentials that show it."""

    skill: Any
    shown_by: list[dict[str, Any]] = field(default_factory=list)


def credentials_of(learner: Learner) -> "QuerySet[Credential]":
    """Return every credential that was released to a learner and not erased, the newest award first."""
    ties = Alignment.objects.select_related("skill__framework").order_by("position", "pk")
    return (
        Credential.objects.out_in_the_world()
        .filter(recipient__claims__learner=learner, recipient__claims__ended_at__isnull=True)
        .defer("document", "achievement_version__image", "achievement_version__document")
        .select_related(
            "achievement_version__offering_version__offering", "org_unit", "profile", "row", "recipient"
        )
        .prefetch_related(Prefetch("achievement_version__alignments", ties, to_attr="ties"))
        .order_by("-awarded_on", "achievement_version__name", "pk")
    )


def with_counts(made: "QuerySet[ComposedRecord]") -> "QuerySet[ComposedRecord]":
    """Return signed records, the newest first, each with how many credentials it holds; without the text."""
    counted = made.defer("document").select_related("profile").annotate(held=Count("members"))
    return counted.order_by("-asked_at", "pk")


def narrowed(found: "QuerySet[Credential]", *, kind: str, words: str) -> "QuerySet[Credential]":
    """Return only credentials of a kind, or whose name or skills hold the words."""
    if kind in Kind.values:
        found = found.filter(achievement_version__offering_version__kind=kind)
    if words:
        held = Q(achievement_version__name__icontains=words)
        held |= Q(achievement_version__alignments__skill__name__icontains=words)
        found = found.filter(held).distinct()
    return found


def ties_of(achieved: Any) -> list[Any]:
    """Return an achievement version's alignments, as `credentials_of` has fetched them."""
    found: list[Any] = achieved.ties
    return found


def state_of(credential: Credential, *, now: datetime) -> tuple[str, str]:
    """Return how a credential stands now, as a state and in a word; an expired one says so."""
    if (
        credential.state == CredentialState.RELEASED
        and credential.valid_until
        and credential.valid_until < now
    ):
        return "expired", _("Expired")
    if credential.state == CredentialState.RELEASED:
        return "valid", _("Valid")
    return credential.state, str(credential.get_state_display())


def card_of(credential: Credential, *, now: datetime) -> dict[str, Any]:
    """Return what the credential card part shows."""
    achieved = credential.achievement_version
    version = achieved.offering_version
    state, label = state_of(credential, now=now)
    skills = [tie.skill.name for tie in ties_of(achieved)]
    return {
        "pk": credential.pk,
        "title": achieved.name,
        "url": reverse("records:credential", args=[credential.pk]),
        "kind": version.kind,
        "kind_label": version.get_kind_display(),
        "basis": achieved.basis,
        "basis_label": str(Basis(achieved.basis).label) if achieved.basis else "",
        "by": by_whom(credential),
        "on": credential.awarded_on,
        "can": skills[:SHOWN_SKILLS],
        "can_more": max(0, len(skills) - SHOWN_SKILLS),
        "state": state,
        "state_label": label,
        "language": credential.language,
    }


def by_whom(credential: Credential) -> str:
    """Return who saw it, in a sentence: assessed by a role, or taken part in."""
    achieved = credential.achievement_version
    place = {"unit": credential.org_unit.name}
    if achieved.basis == Basis.PARTICIPATION:
        return _("You took part. %(unit)s says so.") % place
    if achieved.assessed_by_role:
        return _("Assessed by: %(role)s, %(unit)s") % (place | {"role": achieved.assessed_by_role})
    return _("Assessed at %(unit)s") % place


def record_of(found: Iterable[Credential], *, now: datetime) -> Record:
    """Return the record made of these credentials."""
    years: dict[int, list[dict[str, Any]]] = {}
    ended: list[dict[str, Any]] = []
    skills: set[Any] = set()
    for credential in found:
        card = card_of(credential, now=now)
        if card["state"] in ENDED:
            ended.append(card)
            continue
        years.setdefault(credential.awarded_on.year, []).append(card)
        skills |= {tie.skill_id for tie in ties_of(credential.achievement_version)}
    count = sum(len(cards) for cards in years.values())
    return Record(sorted(years.items(), reverse=True), ended, count, len(skills))


def skills_of(found: Iterable[Credential], *, now: datetime) -> list[tuple[str, list[HeldSkill]]]:
    """Return the skills that valid credentials show, by framework, each with its evidence."""
    held: dict[Any, HeldSkill] = {}
    for credential in found:
        card = card_of(credential, now=now)
        if card["state"] in ENDED:
            continue
        card["evidence_url"] = credential.row.evidence_url
        for tie in ties_of(credential.achievement_version):
            held.setdefault(tie.skill_id, HeldSkill(tie.skill)).shown_by.append(card)
    groups: dict[str, list[HeldSkill]] = {}
    for one in sorted(held.values(), key=lambda one: (-len(one.shown_by), one.skill.name)):
        groups.setdefault(one.skill.framework.title, []).append(one)
    return sorted(groups.items())


def results_of(credential: Credential) -> list[tuple[str, str, str]]:
    """Return a credential's results: what was measured, what was reached, and what that means."""
    described = {one["id"]: one for one in credential.achievement_version.result_descriptions}
    lines = []
    for result in credential.row.result or []:
        one = described.get(result.get("description"), {})
        level = next((lv for lv in one.get("levels", ()) if lv["id"] == result.get("achieved_level")), None)
        value = level["name"] if level else result.get("value", "")
        lines.append((one.get("name") or _("Result"), value, level.get("description", "") if level else ""))
    return lines


def one_of(learner: Learner, pk: Any) -> "Credential | None":
    """Return one of a learner's credentials with its signed text and what took its place; None if not theirs."""
    mine = (
        credentials_of(learner)
        .defer(None)
        .defer("achievement_version__image", "achievement_version__document")
    )
    return mine.select_related(
        "achievement_version__offering_version__offering", "org_unit", "profile", "row", "recipient", "supersedes"
    ).filter(pk=pk).first()  # fmt: skip
