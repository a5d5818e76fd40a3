"""The desks that look at batches and records: registrar, adviser."""

from datetime import datetime
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from credentials.issuing.models import Credential, IssuanceBatch
from credentials.issuing.states import BatchState, CredentialState
from institution.accounts.authz import where_allowed
from learners.records.models import HelpRequest
from learners.records.selectors import unclaimed
from registry.desk.desks.parts import Begin, Card, Desk, Figure, days_since

SHOWN = 6
OPEN = (BatchState.DRAFT, BatchState.QUEUED, BatchState.PAUSED, BatchState.CANCELING, BatchState.SIGNED)
NEXT_STEP = {
    BatchState.DRAFT: gettext_lazy("Read the report"),
    BatchState.QUEUED: gettext_lazy("Watch"),
    BatchState.PAUSED: gettext_lazy("Resume"),
    BatchState.CANCELING: gettext_lazy("Watch"),
    BatchState.SIGNED: gettext_lazy("Release"),
}


def registrar(user: Any, unit: Any, now: datetime) -> Desk:
    """Which rows need me, and which batches wait for a step of mine."""
    mine = where_allowed(user, "issuing.view_batch", "org_unit__path", now=now)
    batches = IssuanceBatch.objects.filter(mine, state__in=OPEN).order_by("-created_at", "id")
    rows = sum(batch.refused_count + batch.failed_count for batch in batches)
    needy = sorted(batches, key=lambda batch: not (batch.refused_count + batch.failed_count))
    among = sum(bool(batch.refused_count + batch.failed_count) for batch in batches)
    sentence = _("No batch is open, and no row needs you.")
    if batches:
        waiting = ngettext("%(n)s batch waits for you", "%(n)s batches wait for you", len(batches))
        sentence = waiting % {"n": intcomma(len(batches))} + "."
    if among:
        need = ngettext("%(n)s row needs you", "%(n)s rows need you", rows) % {"n": intcomma(rows)}
        sentence = need + ngettext(" in %(b)d batch.", " in %(b)d batches.", among) % {"b": among}
    return Desk(
        title=_("Batches that wait for you"),
        begin=Begin(_("Upload completions"), reverse("issuing:upload")),
        sentence=sentence,
        cards=[_batch_card(batch) for batch in needy[:SHOWN]],
        more_url=reverse("issuing:list"),
        figures=_credential_figures(user, now),
        figures_title=_("Credentials"),
        empty=_("Upload a term's completions to begin."),
    )


def _batch_card(batch: IssuanceBatch) -> Card:
    needs = batch.refused_count + batch.failed_count
    need = ngettext("%(n)s row needs you", "%(n)s rows need you", needs) % {"n": intcomma(needs)}
    return Card(
        title=batch.title,
        url=reverse("issuing:detail", args=[batch.pk]),
        meta=ngettext("%(n)s row", "%(n)s rows", batch.row_count) % {"n": intcomma(batch.row_count)},
        note=need if needs else "",
        state=batch.state,
        state_label=batch.get_state_display(),
        action=str(NEXT_STEP[BatchState(batch.state)]),
    )


def _credential_figures(user: Any, now: datetime) -> list[Figure]:
    shown = (
        CredentialState.RELEASED,
        CredentialState.SIGNED,
        CredentialState.REVOKED,
        CredentialState.SUPERSEDED,
    )
    counts = dict(
        Credential.objects.visible_to(user, now=now)
        .filter(state__in=shown)
        .values_list("state")
        .annotate(n=Count("pk"))
    )
    url = reverse("issuing:credentials")
    return [Figure(counts.get(state, 0), str(state.label).lower(), f"{url}?state={state}") for state in shown]


def adviser(user: Any, unit: Any, now: datetime) -> Desk:
    """Who needs help claiming: requests first, then those who have waited longest."""
    mine = where_allowed(user, "records.help", "org_unit__path", now=now)
    requests = HelpRequest.objects.filter(mine, closed_at__isnull=True).select_related("recipient")
    waiting = unclaimed(user, now=now)
    count, asked = waiting.count(), requests.count()
    cards = [
        Card(
            title=request.recipient.name,
            url=reverse("records:person", args=[request.recipient_id]),
            meta=ngettext("asked %(n)d day ago", "asked %(n)d days ago", age) % {"n": age},
            note=str(HelpRequest.Kind(request.kind).label),
            action=_("Help"),
        )
        for request in requests.order_by("opened_at", "id")[:SHOWN]
        for age in [days_since(request.opened_at, now)]
    ]
    figures = [
        Figure(
            count,
            ngettext("person has not claimed", "people have not claimed", count),
            reverse("records:unclaimed"),
        ),
        Figure(asked, ngettext("request for help", "requests for help", asked), reverse("records:help_desk")),
    ]
    sentence = ngettext("%(n)d person asks for help", "%(n)d people ask for help", asked) % {
        "n": asked
    } + ngettext(", and %(u)d has not claimed yet.", ", and %(u)d have not claimed yet.", count) % {
        "u": count
    }
    return Desk(
        title=_("Who needs help claiming"),
        sentence=sentence,
        cards=cards,
        more_url=reverse("records:unclaimed"),
        figures=figures,
        figures_title=_("Claiming"),
        empty=_("Nobody has asked for help."),
    )
