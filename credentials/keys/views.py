"""Pages of issuers and their keys, and what strangers' machines fetch."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l
from django.views.decorators.http import require_GET, require_http_methods

from credentials.keys import published, services
from credentials.keys.counting import signed_with
from credentials.keys.forms import CompromiseForm, ProfileForm, ProposeKeyForm
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.responses import public_bytes
from credentials.keys.states import KeyPurpose, KeyState
from institution.accounts.authz import allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput
from institution.events.services import history_of

HISTORY = {
    "key.proposed": ("key", _l("Proposed")),
    "key.confirmed": ("check", _l("Confirmed")),
    "key.activated": ("award", _l("Signs from here on")),
    "key.retired": ("archive", _l("Retired")),
    "key.compromised": ("warn", _l("Marked as compromised")),
    "key.distrusted_earlier": ("warn", _l("Not trusted from an earlier moment on")),
    "key.destroyed": ("ban", _l("Private part destroyed")),
    "key.rewrapped": ("lock", _l("Wrapped with a new key encryption key")),
}
STEPS: dict[str, dict[str, Any]] = {
    "confirm": {
        "verb": services.confirm_key,
        "title": _l("Confirm the key"),
        "sentence": _l(
            "The key is published for {issuer}. It signs once everybody can know it, or on the planned day; "
            "then the key that signs now is retired. What that one signed stays valid."
        ),
        "action": _l("Confirm the key"),
        "done": _l("The key is confirmed and published."),
    },
    "decline": {
        "verb": services.decline_key,
        "title": _l("Throw the key away"),
        "sentence": _l("The proposed key for {issuer} is destroyed. It has signed nothing."),
        "action": _l("Destroy the proposed key"),
        "done": _l("The proposed key is destroyed."),
        "danger": True,
    },
    "retire": {
        "verb": services.retire_key,
        "title": _l("Retire the key"),
        "sentence": _l(
            "This key signs no more for {issuer}. What it signed stays valid. "
            "Nothing can be issued until another key is confirmed."
        ),
        "action": _l("Retire the key"),
        "done": _l("The key is retired."),
        "danger": True,
    },
    "destroy": {
        "verb": services.destroy_private_part,
        "title": _l("Destroy the private part"),
        "sentence": _l("Nobody can ever sign with this key of {issuer} again. What it signed stays valid."),
        "action": _l("Destroy the private part"),
        "done": _l("The private part is destroyed."),
        "danger": True,
    },
    "compromise": {
        "verb": services.mark_compromised,
        "title": _l("Mark the key as compromised"),
        "sentence": _l(
            "Everybody is told not to trust this key of {issuer}. Everything it signed stops verifying "
            "elsewhere and has to be issued again. This cannot be undone."
        ),
        "action": _l("Mark the key as compromised"),
        "done": _l("The key is marked as compromised. The next steps stand here."),
        "danger": True,
    },
}
EARLIER: dict[str, Any] = STEPS["compromise"] | {
    "title": _l("Name an earlier moment"),
    "sentence": _l(
        "If the leak of this key of {issuer} turns out to be older, say so here. What was signed from that "
        "moment on is then believed by nobody. The moment can only be moved back."
    ),
    "action": _l("Move the moment back"),
    "done": _l("The issuer's public document names the earliest moment that was given."),
}


TRIAL_CONFIRM: dict[str, Any] = STEPS["confirm"] | {
    "sentence": _l(
        "The key signs trials of {issuer}, in the name of a did:key. The issuer's public document never names it."
    ),
    "done": _l("The key is confirmed. It signs trials and nothing else."),
}


@staff_page("keys.view_keys")
@require_GET
def key_list(request: HttpRequest) -> HttpResponse:
    """Show every issuer this person may see, with its keys and what waits for a second administrator."""
    now = timezone.now()
    profiles = (
        IssuerProfile.objects.visible_to(request.user, now=now)
        .select_related("org_unit")
        .prefetch_related("keys__proposed_by", "keys__confirmed_by")
        .order_by("name", "id")
    )
    issuers = [_issuer(profile, now) for profile in profiles]
    context = {
        "issuers": issuers,
        "waiting": sum(len(issuer["waiting"]) for issuer in issuers),
        "may_propose": allowed(request.user, "keys.propose_key", None, now=now),
        "may_create": allowed(request.user, "keys.edit_profile", None, now=now),
    }
    return render(request, "keys/list.html", context)


def _issuer(profile: IssuerProfile, now: datetime) -> dict[str, Any]:
    keys = sorted(profile.keys.all(), key=lambda key: key.proposed_at, reverse=True)
    return {
        "profile": profile,
        "keys": [key for key in keys if key.state != "proposed"],
        "waiting": [key for key in keys if key.state == "proposed"],
        "due": [key for key in keys if key.due_for_rotation(now)],
        "active": any(key.state == "active" and key.purpose == KeyPurpose.DATA_INTEGRITY for key in keys),
    }


@staff_page("keys.view_keys")
@require_GET
def key_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one key: what it is, who proposed and confirmed it, what may be done with it."""
    key = _key(request, pk)
    steps = [name for name in _open_steps(key) if _may(request, name, key)]
    context = {
        "key": key,
        "steps": [{"name": name, **_words(name, key)} for name in steps],
        "own_proposal": key.state == "proposed" and key.proposed_by_id == request.user.pk,
        "history": _history(key),
        "signed": signed_with(key) if key.confirmed_at else [],
        "destroyed_on": _destroyed_on(key),
    }
    return render(request, "keys/detail.html", context)


@staff_page("keys.view_keys")
@require_http_methods(["GET", "POST"])
def key_step(request: HttpRequest, pk: UUID, step: str) -> HttpResponse:
    """Ask once, then take one step in the life of a key. Nobody is asked what they may not do."""
    key = _key(request, pk)
    words, posted = _words(step, key), request.method == "POST"
    if not posted and (step not in _open_steps(key) or not _may(request, step, key)):
        messages.warning(request, _("That cannot be done with this key now, or not by you."))
        return redirect("keys:detail", pk=key.pk)
    form = CompromiseForm(request.POST if posted else None) if step == "compromise" else None
    if posted and (form is None or form.is_valid()) and _taken(words["verb"], key, form, request):
        messages.success(request, str(words["done"]))
        return redirect("reissues:guide" if step == "compromise" else "keys:detail", pk=key.pk)
    context = {
        "key": key,
        "form": form,
        "compare": step == "confirm",
        "signed": signed_with(key) if step == "compromise" else [],
        "title": words["title"],
        "sentence": str(words["sentence"]).format(issuer=key.profile.name),
        "action": words["action"],
        "danger": words.get("danger", False),
        "back_url": reverse("keys:detail", kwargs={"pk": key.pk}),
    }
    return render(request, "keys/step.html", context, status=400 if form and form.errors else 200)


def _words(step: str, key: SigningKey) -> dict[str, Any]:
    if step == "compromise" and key.state == KeyState.COMPROMISED:
        return EARLIER
    return TRIAL_CONFIRM if (step, key.purpose) == ("confirm", KeyPurpose.TRIAL) else STEPS[step]


def _taken(verb: Any, key: SigningKey, form: CompromiseForm | None, request: HttpRequest) -> bool:
    """Take the step; where what the form says cannot be, let the form say so and return False."""
    said = form.cleaned_data if form else {}
    try:
        verb(key, **said, actor=request.user, now=timezone.now())
    except InvalidInput as error:
        if form is None:
            raise
        for name, sentence in error.faults.items():
            form.add_error(name, str(sentence))
        return False
    return True


@staff_page("keys.propose_key")
@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose a key for an issuer."""
    now = timezone.now()
    profile = get_object_or_404(IssuerProfile.objects.visible_to(request.user, now=now), pk=pk)
    form = ProposeKeyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        key = services.propose_key(profile, **form.cleaned_data, actor=request.user, now=now)
        messages.success(request, _("The key is proposed. Another administrator has to confirm it."))
        return redirect("keys:detail", pk=key.pk)
    return render(request, "keys/propose.html", {"form": form, "profile": profile})


@staff_page("keys.edit_profile")
@require_http_methods(["GET", "POST"])
def create_profile(request: HttpRequest, unit: UUID) -> HttpResponse:
    """Create the issuer profile of a unit, or change what it says."""
    now = timezone.now()
    org_unit = get_object_or_404(OrgUnit, pk=unit)
    known = IssuerProfile.objects.filter(org_unit=org_unit).first()
    start = (
        {name: getattr(known, name) for name in services.PROFILE_FIELDS} if known else {"name": org_unit.name}
    )
    form = ProfileForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        if known:
            services.revise_profile(known, content=form.cleaned_data, actor=request.user, now=now)
        else:
            services.create_profile(org_unit, **form.cleaned_data, actor=request.user, now=now)
        messages.success(request, _("The issuer profile is saved."))
        return redirect("keys:list")
    return render(request, "keys/profile.html", {"form": form, "unit": org_unit, "profile": known})


@require_GET
def did_json(request: HttpRequest, key: str) -> HttpResponse:
    """Serve the DID document of an issuer."""
    profile = get_object_or_404(IssuerProfile, key=key)
    return public_bytes(request, published.did_document(profile), published.DID_TYPE)


@require_GET
def bare_key(request: HttpRequest, key: str, kid: str) -> HttpResponse:
    """Serve one public key as a bare JWK; a compromised one is gone, for a JWK cannot say that it is revoked."""
    trusted = SigningKey.objects.published().exclude(state=KeyState.COMPROMISED)
    found = get_object_or_404(trusted.select_related("profile"), profile__key=key, kid=kid)
    return public_bytes(request, published.jwk_bytes(found), published.JWK_TYPE)


def _key(request: HttpRequest, pk: UUID) -> SigningKey:
    found = SigningKey.objects.visible_to(request.user, now=timezone.now())
    return get_object_or_404(found.select_related("profile__org_unit", "proposed_by", "confirmed_by"), pk=pk)


def _history(key: SigningKey) -> list[dict[str, Any]]:
    """Return what happened to a key for the timeline, newest first."""
    return [
        {"icon": icon, "words": words, "who": str(event.actor), "at": event.at}
        for event in history_of(key)[:20]
        for icon, words in [HISTORY.get(event.kind, ("dot", event.kind))]
    ]


def _destroyed_on(key: SigningKey) -> datetime | None:
    """Return when the private part of a retired key will be destroyed by itself."""
    if key.state != "retired" or key.retired_at is None:
        return None
    return key.retired_at + timedelta(days=settings.KEY_DESTROY_DAYS)


def _open_steps(key: SigningKey) -> list[str]:
    return {
        "proposed": ["confirm", "decline"],
        "confirmed": ["retire", "compromise"],
        "active": ["retire", "compromise"],
        "retired": ["destroy", "compromise"],
        "destroyed": ["compromise"] if key.confirmed_at else [],
        "compromised": ["compromise"],
    }.get(key.state, [])


def _may(request: HttpRequest, step: str, key: SigningKey) -> bool:
    permission = {"confirm": "keys.confirm_key", "decline": "keys.propose_key"}.get(step, "keys.retire_key")
    if step == "confirm" and key.proposed_by_id == request.user.pk:
        return False
    return allowed(request.user, permission, key, now=timezone.now())
