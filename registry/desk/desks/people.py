"""The desks that look at the house itself: program office, auditor, administrator."""

from datetime import datetime
from typing import Any

from django.core import checks
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from credentials.catalog.models import Offering
from credentials.issuing.models import Credential
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.states import KeyState
from institution.accounts.models import RoleAssignment
from institution.accounts.roles import Role
from institution.accounts.selectors import people_seen_by
from institution.events.models import Event
from institution.memory.models import Pilot
from learners.records.models import IdentityClaim
from registry.desk import acts
from registry.desk.desks.parts import Card, Desk, Figure, days_since
from registry.desk.selectors import events_seen_by

SHOWN = 6
WATCHED = ("role.", "credential.", "key.", "batch.", "person.")


def _step(label: str, done: bool, url: str, who: str = "") -> dict[str, Any]:
    return {"label": label, "done": done, "current": False, "url": url, "who": who}


def _launch_list(unit: Any, now: datetime) -> list[dict[str, Any]]:
    """Return the steps to a launch, the first open one marked: owner, keys, two test people, first ten."""
    registrars = RoleAssignment.objects.in_force(now).filter(
        role=Role.REGISTRAR, unit__path__startswith=unit.path
    )
    claimed = IdentityClaim.objects.filter(ended_at__isnull=True).count()
    released = Credential.objects.out_in_the_world().count()
    public = Offering.objects.public().exists()
    steps = [
        _step(_("A registrar owns the record"), registrars.exists(), reverse("accounts:my_roles")),
        _step(_("An issuer profile stands on a unit"), IssuerProfile.objects.exists(), ""),
        _step(_("A signing key is confirmed"), SigningKey.objects.active().exists(), ""),
        _step(_("A first offering is approved"), public, reverse("catalog:public_list")),
        _step(_("Two test people have claimed"), claimed >= 2, reverse("issuing:list")),
        _step(_("The first ten credentials are out"), released >= 10, reverse("issuing:list")),
    ]
    for step in steps:
        if not step["done"]:
            step["current"] = True
            break
    return steps


def program_office(user: Any, unit: Any, now: datetime) -> Desk:
    """Where we are on the launch list, and which pilots await a decision."""
    steps = _launch_list(unit, now)
    done = sum(step["done"] for step in steps)
    pilots = Pilot.objects.filter(org_unit__path__startswith=unit.path, outcome="").order_by(
        "decide_on", "id"
    )
    cards = [
        Card(
            title=pilot.name,
            url=reverse("memory:decisions"),
            meta=_("decide by %(day)s") % {"day": date_format(pilot.decide_on)},
            line=pilot.question,
            action=_("Note the decision"),
        )
        for pilot in pilots[:SHOWN]
    ]
    return Desk(
        title=_("The launch list"),
        sentence=_("%(done)d of %(all)d steps of the launch list are done.")
        % {"done": done, "all": len(steps)},
        steps=steps,
        steps_title=_("Launch list"),
        cards=cards,
        cards_title=_("Pilots that await a decision"),
        figures=[
            Figure(Offering.objects.public().count(), _("public offerings"), reverse("catalog:public_list"))
        ],
        figures_title=_("What the public sees"),
        empty=_("No pilot awaits a decision."),
    )


def auditor(user: Any, unit: Any, now: datetime) -> Desk:
    """Who did what to whom, the newest first."""
    watched = Q()
    for prefix in WATCHED:
        watched |= Q(kind__startswith=prefix)
    events = (
        Event.objects.filter(watched, unit_path__startswith=unit.path).select_related("actor").order_by("-id")
    )
    count = events_seen_by(user, now=now, days=7).count()
    sentence = ngettext(
        "%(n)d act in seven days.",
        "%(n)d acts in seven days.",
        count,
    ) % {"n": count}
    return Desk(
        title=_("What happened to roles, keys and credentials"),
        sentence=sentence,
        events=[
            {
                "icon": acts.icon_of(event.kind),
                "words": acts.words_of(event.kind),
                "who": event.actor,
                "at": event.at,
            }
            for event in events[:20]
        ],
        more_url=reverse("desk:audit"),
        figures=[Figure(count, _("acts in seven days"), f"{reverse('desk:audit')}?days=7")],
        figures_title=_("Audit"),
        empty=_("Nothing has happened yet."),
    )


def _bare_card(bare: int, url: str) -> Card:
    """Return the card of those who hold keys and registers behind one password alone."""
    return Card(
        title=ngettext(
            "%(n)d registrar or administrator signs in without a second factor",
            "%(n)d registrars and administrators sign in without a second factor",
            bare,
        )
        % {"n": bare},
        url=url,
        line=_("A stolen password would be enough to sign in their name."),
        action=_("Show who"),
    )


def administrator(user: Any, unit: Any, now: datetime) -> Desk:
    """What is not safe yet: keys that wait, people without a second factor, what production lacks."""
    proposed = SigningKey.objects.filter(state=KeyState.PROPOSED).select_related("profile")
    bare = people_seen_by(user, now=now, bare=True).count()
    warnings = checks.run_checks(tags=["registry"], include_deployment_checks=True)
    steps = [_step(str(warning.msg), False, "", who=str(warning.hint or "")) for warning in warnings]
    cards = [
        Card(
            title=_("A new signing key of %(profile)s") % {"profile": key.profile.name},
            url=reverse("keys:detail", args=[key.pk]),
            line=key.kid,
            meta=ngettext("waits %(n)d day", "waits %(n)d days", age) % {"n": age},
            action=_("Confirm or refuse"),
        )
        for key in proposed.order_by("proposed_at", "id")[:SHOWN]
        for age in [days_since(key.proposed_at, now)]
    ]
    people = f"{reverse('accounts:people')}?factor=none"
    if bare:
        cards.append(_bare_card(bare, people))
    count = len(cards) + len(steps)
    return Desk(
        title=_("What is not safe yet"),
        sentence=ngettext("%(n)d thing is not safe yet.", "%(n)d things are not safe yet.", count)
        % {"n": count}
        if count
        else _("Nothing unsafe is known."),
        cards=cards,
        steps=steps,
        steps_title=_("Before this runs in production"),
        figures=[Figure(bare, _("without a second factor"), people)],
        figures_title=_("Registrars and administrators"),
        empty=_("No key waits."),
    )
