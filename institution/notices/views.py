"""Pages of the outbox, of one's own notices, and of the demo's mailbox."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from institution.accounts.doorways import staff_page
from institution.accounts.searching import keep_words, private_words
from institution.notices import services
from institution.notices.models import MailboxMessage, Notice
from institution.notices.states import NoticeState

PAGE_SIZE = 50


@staff_page("notices.view_outbox")
def outbox(request: HttpRequest) -> HttpResponse:
    """What was told to whom, and what became of it."""
    if request.method == "POST":
        return keep_words(request, "outbox")
    state, words = request.GET.get("state", ""), private_words(request, "outbox")
    found = Notice.objects.visible_to(request.user, now=timezone.now())
    if words:
        found = found.filter(Q(address__icontains=words) | Q(subject__icontains=words))
    figures = dict(found.values_list("state").annotate(n=Count("pk")))
    if state in NoticeState.values:
        found = found.filter(state=state)
    page = Paginator(found.order_by("-created_at", "id"), PAGE_SIZE).get_page(request.GET.get("page"))
    states = [(value, label, figures.get(value, 0)) for value, label in NoticeState.choices]
    return render(
        request, "notices/outbox.html", {"page": page, "state": state, "q": words, "states": states}
    )


@require_POST
@staff_page("notices.resend")
def resend(request: HttpRequest, pk: Any) -> HttpResponse:
    """Send a notice's text again."""
    now = timezone.now()
    notice = get_object_or_404(Notice.objects.visible_to(request.user, now=now), pk=pk)
    services.resend(notice, actor=request.user, now=now)
    messages.success(request, _("The message goes out again."))
    return redirect("notices:outbox")


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """What the portal told me."""
    found = (
        Notice.objects.filter(user=request.user)
        .exclude(state=NoticeState.VOIDED)
        .order_by("-created_at", "id")
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/mine.html", {"page": page})


def _only_in_the_demo() -> None:
    if not settings.DEMO:
        raise Http404


def mailbox(request: HttpRequest) -> HttpResponse:
    """The demo's mailbox: what would have left the house."""
    _only_in_the_demo()
    if request.method == "POST":
        return keep_words(request, "mailbox")
    words = private_words(request, "mailbox")
    found = MailboxMessage.objects.filter(Q(to__icontains=words) | Q(subject__icontains=words)).order_by(
        "-id"
    )
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "notices/mailbox.html", {"page": page, "q": words})


@require_safe
def mailbox_message(request: HttpRequest, pk: int) -> HttpResponse:
    """One message of the demo's mailbox."""
    _only_in_the_demo()
    message = get_object_or_404(MailboxMessage, pk=pk)
    return render(request, "notices/mailbox_message.html", {"message": message})
