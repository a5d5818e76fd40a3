"""The desks that look at the catalogue: dean, faculty, evaluator, career services."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials import worklists
from credentials.catalog.models import Alignment, OfferingVersion
from credentials.issuing.models import BatchRow
from institution.accounts.authz import where_allowed
from registry.desk.desks.parts import Begin, Card, Desk, Figure, days_since

SHOWN = 6
EVIDENCE = 24  # there is no list of them but the batches


def _figures(user: Any, unit: Any, now: datetime) -> list[Figure]:
    glance = worklists.glance(user, now=now, unit_path=unit.path)
    url = f"{reverse('catalog:list')}?unit={unit.pk}"
    return [
        Figure(glance["kind_credit"], _("credit"), f"{url}&kind=credit"),
        Figure(glance["kind_noncredit"], _("non-credit"), f"{url}&kind=noncredit"),
        Figure(glance["kind_cocurricular"], _("co-curricular"), f"{url}&kind=cocurricular"),
        Figure(glance["with_skills"], _("tied to skills"), f"{url}&skills=yes"),
    ]


def dean(user: Any, unit: Any, now: datetime) -> Desk:
    """What waits for a decision, and how old it is."""
    waiting = worklists.waiting_for(user, now=now, unit_path=unit.path)
    count = waiting.count()
    oldest = days_since(waiting.values_list("submitted_at", flat=True).first(), now)
    sentence = (
        ngettext("%(n)d offering waits for you", "%(n)d offerings wait for you", count) % {"n": count}
        + (
            ngettext(", the oldest for %(d)d day.", ", the oldest for %(d)d days.", oldest) % {"d": oldest}
            if oldest
            else _(", none for a whole day yet.")
        )
        if count
        else _("No offering waits for you.")
    )
    return Desk(
        title=_("What waits for your decision"),
        sentence=sentence,
        cards=[_review_card(card, now) for card in worklists.waiting_cards(waiting[:SHOWN])],
        more_url=reverse("catalog:approvals"),
        figures=_figures(user, unit, now),
        figures_title=_("Your part of the catalog"),
        empty=_("When faculty submit an offering, it appears here with what changed."),
    )


def _review_card(card: dict[str, Any], now: datetime) -> Card:
    version = card["version"]
    age = days_since(version.submitted_at, now)
    returned = ngettext("returned %(n)d time", "returned %(n)d times", version.returned_count)
    returned %= {"n": version.returned_count}
    sender = _("From %(who)s.") % {"who": version.submitted_by} if version.submitted_by_id else ""
    changed = _("What changed: %(fields)s.") % {"fields": ", ".join(map(str, card["changed"]))}
    if version.offering.current_version_id is None:
        changed = _("A new offering.")
    return Card(
        title=version.title,
        url=reverse("catalog:review", args=[version.offering_id]),
        meta=f"{version.offering.code} · {version.offering.org_unit.name}",
        note=_waited(age) + (f" · {returned}" if version.returned_count else ""),
        line=f"{changed} {sender}".strip() if card["changed"] else sender,
        kind=version.kind,
        tag=version.get_kind_display(),
        action=_("Review"),
    )


def _waited(days: int) -> str:
    return ngettext("waits %(n)d day", "waits %(n)d days", days) % {"n": days} if days else _("since today")


def faculty(user: Any, unit: Any, now: datetime) -> Desk:
    """What is mine, and how many minutes it still needs."""
    work = worklists.open_work(user, now=now, limit=SHOWN)
    minutes = sum(item["minutes"] for item in work)
    cards = [
        Card(
            title=item["version"].title,
            url=reverse("catalog:edit", args=[item["version"].offering_id]),
            meta=ngettext("about %(n)d minute of writing", "about %(n)d minutes of writing", item["minutes"])
            % {"n": item["minutes"]},
            note=_("returned with comments") if item["returned"] else "",
            line=_("%(percent)d %% complete") % {"percent": item["percent"]},
            kind=item["version"].kind,
            tag=item["version"].get_kind_display(),
            action=_("Continue"),
        )
        for item in work
    ]
    sentence = (
        ngettext("You have %(n)d open draft", "You have %(n)d open drafts", len(work)) % {"n": len(work)}
        + ngettext(", about %(m)d minute of writing.", ", about %(m)d minutes of writing.", minutes)
        % {"m": minutes}
        if work
        else _("No draft of yours is open.")
    )
    return Desk(
        title=_("What is yours"),
        begin=Begin(_("Create an offering"), reverse("catalog:create")),
        sentence=sentence,
        cards=cards,
        more_url=f"{reverse('catalog:list')}?state=draft",
        figures=_figures(user, unit, now),
        figures_title=_("Offerings of your units"),
        empty=_("Open an offering and press “Edit” to begin a new version."),
    )


def evaluator(user: Any, unit: Any, now: datetime) -> Desk:
    """Which evidence waits: completions that came with evidence, newest first."""
    rows = BatchRow.objects.exclude(evidence_url="").filter(batch__org_unit__path__startswith=unit.path)
    rows = rows.filter(state="pending", batch__state="draft")
    count = rows.count()
    cards = [
        Card(
            title=row.achievement_version.name,
            url=reverse("issuing:detail", args=[row.batch_id]),
            meta=row.batch.title,
            line=row.name,
            action=_("Open batch"),
        )
        for row in rows.select_related("achievement_version", "batch").order_by("-id")[:EVIDENCE]
        if row.achievement_version is not None
    ]
    sentence = (
        ngettext("%(n)d completion came with evidence and is not signed yet.",
                 "%(n)d completions came with evidence and are not signed yet.", count) % {"n": count}
        if count
        else _("No evidence waits.")
    )  # fmt: skip
    if count > len(cards):
        sentence += " " + _("The newest are below.")
    return Desk(
        title=_("Evidence that waits"),
        sentence=sentence,
        cards=cards,
        figures=_figures(user, unit, now),
        figures_title=_("Offerings you may be asked about"),
        empty=_("Completions with a link to evidence appear here before they are signed."),
    )


def _bare_card(version: OfferingVersion) -> Card:
    return Card(
        title=version.title,
        url=reverse("catalog:detail", args=[version.offering_id]),
        meta=f"{version.offering.code} · {version.offering.org_unit.name}",
        kind=version.kind,
        tag=version.get_kind_display(),
        action=_("Open the offering"),
    )


def career_services(user: Any, unit: Any, now: datetime) -> Desk:
    """Which words of students need a hand: offerings without skills; and offerings by skill."""
    mine = where_allowed(user, "catalog.view_offering", "offering__org_unit__path", now=now)
    newest = OfferingVersion.objects.newest().filter(mine, offering__retired_at__isnull=True)
    bare = newest.exclude(achievement_versions__alignments__isnull=False)
    count = bare.count()
    shown = bare.select_related("offering__org_unit").order_by("title", "id")[:SHOWN]
    cards = [_bare_card(version) for version in shown]
    ties = Alignment.objects.filter(achievement_version__offering_version__in=newest.values("pk"))
    by_skill = (
        ties.values("skill_id", "skill__name")
        .annotate(n=Count("achievement_version__offering_version", distinct=True))
        .order_by("-n", "skill__name")[:8]
    )
    figures = [
        Figure(row["n"], row["skill__name"], f"{reverse('catalog:list')}?skill={row['skill_id']}")
        for row in by_skill
    ]
    sentence = ngettext(
        "%(n)d offering names no skill yet, so students have no words for it.",
        "%(n)d offerings name no skill yet, so students have no words for them.",
        count,
    ) % {"n": count}
    return Desk(
        title=_("Words that need your hand"),
        sentence=sentence if count else _("Every offering names its skills."),
        cards=cards,
        more_url=f"{reverse('catalog:list')}?skills=no",
        figures=figures,
        figures_title=_("Offerings by skill"),
        empty=_("Offerings without skills appear here."),
    )
