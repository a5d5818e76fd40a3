"""The way out of a compromise, step by step: each step says who takes it and what comes of it."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from credentials.keys.counting import signed_with
from credentials.keys.models import SigningKey
from credentials.keys.states import KeyState
from credentials.reissues import selectors, services, tasks
from credentials.reissues.models import Reissue
from credentials.reissues.states import ReissueState
from institution.accounts.authz import allowed
from institution.accounts.doorways import staff_page

START = "reissues.start_reissue"


@staff_page("keys.view_keys")
@require_GET
def guide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show where one is after a compromise, what is done, and what comes next."""
    key = _key(request, pk)
    proposed, signing = selectors.next_keys(key)
    reissue, seen = Reissue.objects.filter(key=key).first(), selectors.progress(key)
    own = selectors.signed_by(key, now=timezone.now())
    marked, renewed = key.state == KeyState.COMPROMISED, own.left == 0
    done = {
        "mark": marked,
        "propose": bool(proposed or signing),
        "confirm": signing is not None,
        "reissue": marked and renewed and (reissue is None or reissue.state == ReissueState.DONE),
    }
    here = next((name for name, finished in done.items() if not finished), "")
    context = {
        "key": key,
        "steps": _stepper(done, here),
        "done": done,
        "here": here,
        "proposed": proposed,
        "signing": signing,
        "own_proposal": proposed is not None and proposed.proposed_by_id == request.user.pk,
        "seen": seen,
        "own": own,
        "signed": signed_with(key),
        "late_url": _late_url(key),
        "reissue": reissue,
        "progress": _progress(reissue, seen),
        "batches": list(reissue.batches.order_by("created_at")) if reissue else [],
        "may_mark": allowed(request.user, "keys.retire_key", key, now=timezone.now()),
        "may_propose": allowed(request.user, "keys.propose_key", key, now=timezone.now()),
        "may_start": allowed(request.user, START, key, now=timezone.now()),
    }
    return render(request, "reissues/guide.html", context)


@staff_page("keys.view_keys")
@require_GET
def progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give the moving figures; once they stand still, ask for the whole page."""
    key = _key(request, pk)
    reissue = get_object_or_404(Reissue, key=key)
    figures = _progress(reissue, selectors.progress(key))
    answer = render(request, "reissues/_progress.html", {"key": key, "progress": figures})
    if not figures["moving"]:
        answer["HX-Refresh"] = "true"
    return answer


@staff_page(START)
@require_http_methods(["GET", "POST"])
def start(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask once, naming how many; then issue anew in the background."""
    key = _key(request, pk)
    back_url = reverse("reissues:guide", args=[key.pk])
    if request.method == "POST":
        reissue = services.start_reissue(key, actor=request.user, now=timezone.now())
        tasks.advance.delay_on_commit(reissue_id=str(reissue.pk))
        messages.success(request, _("It has begun. You can leave this page."))
        return redirect(back_url)
    n = selectors.left_of(key, now=timezone.now()).count()
    action = ngettext("Issue %(n)d credential anew", "Issue %(n)d credentials anew", n) % {"n": n}
    sentence = _(
        "Each person gets a new credential with the same content, and one message. The old one ends when "
        "the new one is released. This cannot be undone."
    )
    context = {"key": key, "title": action, "action": action, "sentence": sentence, "back_url": back_url}
    return render(request, "keys/step.html", context)


def _key(request: HttpRequest, pk: UUID) -> SigningKey:
    found = SigningKey.objects.visible_to(request.user, now=timezone.now())
    return get_object_or_404(found.select_related("profile__org_unit"), pk=pk)


def _late_url(key: SigningKey) -> str:
    """Return the list of what the key signed since it is not to be trusted."""
    words = {"key": key.pk, "signed_from": key.revoked_at.isoformat() if key.revoked_at else ""}
    return f"{reverse('issuing:credentials')}?{urlencode(words)}"


def _stepper(done: dict[str, bool], here: str) -> list[dict[str, Any]]:
    labels = {
        "mark": _("Mark the key"),
        "propose": _("Propose a new key"),
        "confirm": _("Confirm it, as another administrator"),
        "reissue": _("Issue anew what it signed"),
    }
    return [
        {"label": label, "done": done[name], "current": name == here, "url": f"#step-{name}"}
        for name, label in labels.items()
    ]


def _progress(reissue: Reissue | None, seen: selectors.Progress) -> dict[str, Any]:
    """Return the words and figures of the progress part."""
    moving = reissue is not None and (
        reissue.state == ReissueState.PREPARING or seen.done + seen.failed < seen.total
    )
    label = ngettext("%(n)d credential signed anew", "%(n)d credentials signed anew", seen.done)
    rest = ngettext("%(n)d is released.", "%(n)d are released.", seen.released) % {"n": seen.released}
    return {
        "label": label % {"n": seen.done},
        "value": seen.done,
        "max": seen.total or 1,
        "rest": rest,
        "moving": moving,
    }
