"""What a stranger opens: the shared page, its twin for programs, and each signed file."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from credentials.issuing.published import document_bytes
from credentials.verification import services as verification
from credentials.verification.limits import spend
from institution.errors import RegistryError
from learners.sharing import errors, selectors, services, shown
from learners.sharing.forms import PassphraseForm
from learners.sharing.states import Access
from learners.sharing.visitors import family_of

UNLOCKED = "shared_unlocked"  # in the session: id of a link -> until when its passphrase counts as entered
UNLOCKED_FOR = timedelta(hours=1)
CHECKS_PER_SPENDING = 10  # a page of many credentials costs more of what an address may open in a minute
View = Callable[..., HttpResponse]


def private(view: View) -> View:
    """Keep what it answers out of caches and search engines, and its address to ourselves.

    The referrer policy is same-origin: no other site learns the address, and forms still name our origin.
    """

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        response["Referrer-Policy"] = "same-origin"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@private
@csrf_exempt  # changes nothing of anybody's; a passphrase opens only what its link names
@require_http_methods(["GET", "HEAD", "POST"])
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show what a link shares, each item freshly checked; or ask for the passphrase."""
    now = timezone.now()
    try:
        opened = _open(request, token, now)
        if request.method == "POST":
            _remember(request, opened.link.pk, now)
            return redirect("sharing:shared", token=token)
        spend(request, 1 + len(opened.credentials) // CHECKS_PER_SPENDING)
    except (errors.PassphraseNeeded, errors.PassphraseWrong, errors.TooManyPassphrases) as error:
        return _ask_passphrase(request, error)
    except RegistryError as error:
        return render(request, "sharing/gone.html", {"error": error}, status=error.status)
    page = shown.page_of(opened.credentials, name=opened.learner.preferred_name, now=now)
    if not opened.own:
        verification.count([item.report for item in page.items], now=now)
    context = {
        "shown": page,
        "opened": opened,
        "audience": opened.link.audience,
        "until": opened.link.expires_at,
        "token": token,
        "now": now,
        "page_url": settings.PORTAL_ORIGIN + reverse("sharing:shared", args=[token]),
    }
    return render(request, "sharing/shared.html", context)


@private
@csrf_exempt  # as above; a program sends the passphrase by POST
@require_http_methods(["GET", "HEAD", "POST"])
def shared_json(request: HttpRequest, token: str) -> HttpResponse:
    """Give the same to programs: the signed documents, byte for byte, and where to check them."""
    now = timezone.now()
    try:
        opened = _open(request, token, now, what=Access.FETCHED)
    except RegistryError as error:
        return _problem(error)
    facts = {
        "sharedBy": opened.learner.preferred_name,
        "until": opened.link.expires_at.isoformat(),
        "verify": f"{settings.PORTAL_ORIGIN}{reverse('verification-verify')}",
    }
    return HttpResponse(shown.as_json(opened.credentials, facts), content_type="application/json")


@private
@require_safe
def shared_document(request: HttpRequest, token: str, pk: UUID) -> HttpResponse:
    """Give one of the shared credentials as the file that was signed."""
    try:
        opened = _open(request, token, timezone.now(), what=Access.DOWNLOADED, only=pk)
    except (errors.PassphraseNeeded, errors.TooManyPassphrases):
        return redirect("sharing:shared", token=token)
    except RegistryError as error:
        return render(request, "sharing/gone.html", {"error": error}, status=error.status)
    (found,) = opened.credentials
    answer = HttpResponse(document_bytes(found), content_type="application/vc+ld+json")
    answer["Content-Disposition"] = f'attachment; filename="{found.pk}.json"'
    return answer


def _open(request: HttpRequest, token: str, now: datetime, **how: Any) -> services.Opened:
    """Open a link for this visitor; a mere HEAD leaves no note."""
    visitor = family_of(request.META.get("HTTP_USER_AGENT", "")) if request.method != "HEAD" else ""
    return services.open_link(
        token,
        passphrase=request.POST.get("passphrase", ""),
        unlocked=_unlocked(request, now),
        viewer=selectors.learner_of(request.user),
        visitor=visitor,
        now=now,
        **how,
    )


def _unlocked(request: HttpRequest, now: datetime) -> frozenset[str]:
    kept = request.session.get(UNLOCKED, {})
    return frozenset(pk for pk, until in kept.items() if until > now.isoformat())


def _remember(request: HttpRequest, pk: UUID, now: datetime) -> None:
    kept = {one: until for one, until in request.session.get(UNLOCKED, {}).items() if until > now.isoformat()}
    request.session[UNLOCKED] = kept | {str(pk): (now + UNLOCKED_FOR).isoformat()}


def _ask_passphrase(request: HttpRequest, error: RegistryError) -> HttpResponse:
    form = PassphraseForm(request.POST or None)
    refused = not isinstance(error, errors.PassphraseNeeded)
    if refused:
        form.is_valid()
        form.errors.clear()
        form.add_error("passphrase", str(error))
    elif request.method == "POST":
        form.is_valid()
    context = {"form": form}
    return render(request, "sharing/passphrase.html", context, status=error.status if refused else 200)


def _problem(error: RegistryError) -> JsonResponse:
    """Say to a program what is the case, as the API does (RFC 9457)."""
    return JsonResponse(
        {
            "type": f"/problems/{error.code}",
            "title": str(error.title),
            "status": error.status,
            "detail": str(error),
        },
        status=error.status,
        content_type="application/problem+json",
    )
