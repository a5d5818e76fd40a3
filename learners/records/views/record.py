"""The learner's own pages: the record, the skills, one credential, and the files to keep."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from credentials.catalog.states import Kind
from credentials.catalog.wording import credit_words
from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from credentials.keys.securing import as_token, makes_tokens
from credentials.verification.services import verify
from learners.records import downloads, reading
from learners.records.models import Learner

View = Callable[..., HttpResponse]
SEARCH_FROM = 6  # credentials from which a search helps more than it is in the way


def learner_page(view: View) -> View:
    """Let in whoever has claimed something; others see how to claim."""

    @never_cache
    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        learner = Learner.objects.filter(user_id=request.user.pk).select_related("user").first()
        if learner is None:
            return render(request, "records/nothing.html", {"section": "record"})
        request.learner = learner  # type: ignore[attr-defined]
        return view(request, *args, **kwargs)

    return guarded


def _learner(request: HttpRequest) -> Learner:
    found: Learner = request.learner  # type: ignore[attr-defined]
    return found


def _name(learner: Learner) -> str:
    return learner.preferred_name or learner.user.name or learner.user.email


@require_safe
@learner_page
def record(request: HttpRequest) -> HttpResponse:
    """Everything I have earned, in plain words."""
    learner, now = _learner(request), timezone.now()
    kind, words = request.GET.get("kind", ""), request.GET.get("q", "").strip()[:100]
    mine = reading.credentials_of(learner)
    shown = reading.narrowed(mine, kind=kind, words=words)
    whole = reading.record_of(shown, now=now)
    narrowed = bool(kind or words)
    page = {
        "record": whole,
        "name": _name(learner),
        "kinds": Kind.choices,
        "kind": kind,
        "q": words,
        "narrowed": narrowed,
        "searchable": narrowed or whole.count + len(whole.ended) >= SEARCH_FROM,
        "section": "record",
    }
    return render(request, "records/record.html", page)


@require_safe
@learner_page
def skills(request: HttpRequest) -> HttpResponse:
    """What I can do, each skill with what shows it."""
    learner, now = _learner(request), timezone.now()
    groups = reading.skills_of(reading.credentials_of(learner), now=now)
    count = sum(len(held) for _title, held in groups)
    page = {"groups": groups, "count": count, "name": _name(learner), "section": "skills"}
    return render(request, "records/skills.html", page)


def _own(request: HttpRequest, pk: Any) -> Credential:
    credential = reading.one_of(_learner(request), pk)
    if credential is None:
        raise Http404
    return credential


@require_safe
@learner_page
def credential(request: HttpRequest, pk: Any) -> HttpResponse:
    """One credential: what it says, what I had to show, and why others can trust it."""
    now = timezone.now()
    one = _own(request, pk)
    successor = Credential.objects.filter(supersedes=one, released_at__isnull=False).only("pk").first()
    page = {
        "credential": one,
        "achieved": one.achievement_version,
        "version": one.achievement_version.offering_version,
        "card": reading.card_of(one, now=now),
        "credits": credit_words(one.achievement_version.offering_version, one.row.credits),
        "results": reading.results_of(one),
        "successor": successor,
        "report": verify(document_bytes(one), now=now) if "check" in request.GET else None,
        "tokens": bool(one.document) and makes_tokens(one.profile),
        "section": "record",
    }
    return render(request, "records/credential.html", page)


@require_safe
@learner_page
def credential_json(request: HttpRequest, pk: Any) -> HttpResponse:
    """The signed text, byte for byte."""
    one = _own(request, pk)
    return file_answer(document_bytes(one), "application/vc+ld+json", downloads.file_name(one, "json"))


@require_safe
@learner_page
def credential_jwt(request: HttpRequest, pk: Any) -> HttpResponse:
    """The same credential as a token (VC-JWT), signed at this moment; not where the issuer has no key for it."""
    one = _own(request, pk)
    if not one.document or not makes_tokens(one.profile):
        raise Http404
    token = as_token(json.loads(one.document), profile=one.profile)
    return file_answer(token.encode(), "application/vc+jwt", downloads.file_name(one, "jwt"))


@require_safe
@learner_page
def credential_png(request: HttpRequest, pk: Any) -> HttpResponse:
    """A picture that carries the signed text."""
    one = _own(request, pk)
    return file_answer(downloads.baked_png(one), "image/png", downloads.file_name(one, "png"))


@require_safe
@learner_page
def credential_pdf(request: HttpRequest, pk: Any) -> HttpResponse:
    """A paper that carries the signed text."""
    one, now = _own(request, pk), timezone.now()
    made = downloads.paper([one], name=downloads.named_in(one), heading=_("Credential"), now=now)
    return file_answer(made, "application/pdf", downloads.file_name(one, "pdf"))


@require_safe
@learner_page
def record_pdf(request: HttpRequest) -> HttpResponse:
    """The whole record as a paper."""
    learner, now = _learner(request), timezone.now()
    mine = [one for one in _all(learner) if reading.state_of(one, now=now)[0] == "valid"]
    term = request.institution.get_record_term_display()  # type: ignore[attr-defined]
    made = downloads.paper(mine, name=_name(learner), heading=str(term), now=now)
    return file_answer(made, "application/pdf", "record.pdf")


@require_safe
@learner_page
def record_zip(request: HttpRequest) -> HttpResponse:
    """Every signed text of the record, and a table of them."""
    made = downloads.everything(_all(_learner(request)), now=timezone.now())
    return file_answer(made, "application/zip", "record.zip")


def _all(learner: Learner) -> list[Credential]:
    whole = reading.credentials_of(learner).defer(None)
    return list(whole.defer("achievement_version__image", "achievement_version__document"))


def file_answer(data: bytes, kind: str, name: str) -> HttpResponse:
    """Return bytes as a file to keep."""
    answer = HttpResponse(data, content_type=kind)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer
