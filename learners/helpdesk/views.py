"""The help desk: who asks, who has not claimed, and everything one needs to help one person."""

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from credentials.catalog.selectors.codes import is_uuid
from credentials.issuing.models import Credential, Recipient
from institution.accounts.authz import allowed, where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.searching import keep_words, private_words
from institution.errors import InvalidInput, NotAllowed, RegistryError
from institution.notices.models import Notice
from institution.notices.services import mark_bounced
from institution.notices.states import NEXT, NoticeState
from learners.helpdesk.forms import AddressForm, UnclaimedFilter
from learners.helpdesk.services import forget_person
from learners.records import selectors, services
from learners.records.models import HelpRequest, IdentityClaim
from learners.records.questions import MOST_TRIES

HELP = "records.help"
FORGET = "issuing.erase_recipient"
PER_PAGE = 50
MANY = 20_000
COME_BACK = tuple(state for state, steps in NEXT.items() if NoticeState.BOUNCED in steps)


@staff_page(HELP)
@require_http_methods(["GET", "HEAD", "POST"])
def help_desk(request: HttpRequest) -> HttpResponse:
    """Show who asks for help, and find a person by words that stay in the session."""
    if request.method == "POST":
        return keep_words(request, "help_desk")
    now, words = timezone.now(), private_words(request, "help_desk")
    people = selectors.recipients_helped_by(request.user, now=now)
    found = selectors.people_like(people, words) if words else people.none()
    asked = Paginator(selectors.open_requests(request.user, now=now), PER_PAGE)
    page = {
        "q": words,
        "asked": asked.get_page(1 if words else request.GET.get("page")),
        "found": Paginator(found.order_by("name", "pk"), PER_PAGE).get_page(request.GET.get("page")),
        "unclaimed": selectors.unclaimed(request.user, now=now).count(),
    }
    return render(request, "helpdesk/help_desk.html", page)


def _person(request: HttpRequest, pk: Any) -> Recipient:
    """Return somebody whom the person of staff may help; anybody else does not exist here."""
    found: Recipient = get_object_or_404(
        selectors.recipients_helped_by(request.user, now=timezone.now()), pk=pk
    )
    return found


@staff_page(HELP)
@require_http_methods(["GET", "HEAD"])
def person(request: HttpRequest, pk: Any) -> HttpResponse:
    """Show what was sent to one person and what became of it, what they asked, and what they earned."""
    return _show(request, _person(request, pk), AddressForm())


def _show(request: HttpRequest, one: Recipient, form: AddressForm, *, status: int = 200) -> HttpResponse:
    now = timezone.now()
    claim = IdentityClaim.objects.filter(recipient=one, ended_at__isnull=True).select_related("learner__user")
    mine = where_allowed(request.user, HELP, "org_unit__path", now=now)
    earned = Credential.objects.filter(mine, recipient=one, released_at__isnull=False).select_related(
        "org_unit", "achievement_version"
    )
    asked = HelpRequest.objects.filter(mine, recipient=one).select_related("closed_by", "credential")
    told = Notice.objects.filter(about_type="issuing.recipient", about_id=str(one.pk)).defer("body")
    page = {
        "one": one,
        "form": form,
        "claim": claim.first(),
        "spent": services.wrong_answers(one, now=now) >= MOST_TRIES,
        "told": told.order_by("-created_at", "pk")[:PER_PAGE],
        "come_back": COME_BACK,
        "may_forget": bool(one.name) and allowed(request.user, FORGET, None, now=now),
        "asked": asked.order_by("closed_at", "-opened_at")[:PER_PAGE],
        "earned": earned.defer("document", "achievement_version__image", "achievement_version__document")
        .order_by("-awarded_on", "pk")[:200],
    }  # fmt: skip
    return render(request, "helpdesk/person.html", page, status=status)


@staff_page(HELP)
@require_POST
def send_again(request: HttpRequest, pk: Any) -> HttpResponse:
    """Send a fresh link to the address the college has."""
    one = _person(request, pk)
    try:
        sent = services.send_again(one, actor=request.user, now=timezone.now())
    except RegistryError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("A fresh link is on its way.") if sent else _("A link has just been sent.")
        )
    return redirect("records:person", pk=one.pk)


@staff_page(HELP)
@require_POST
def correct_address(request: HttpRequest, pk: Any) -> HttpResponse:
    """Write another address; old links end, and a fresh one goes out."""
    one, form = _person(request, pk), AddressForm(request.POST)
    if not form.is_valid():
        return _show(request, one, form, status=400)
    try:
        address = form.cleaned_data["address"]
        services.correct_address(one, address=address, actor=request.user, now=timezone.now())
    except InvalidInput as error:
        form.add_error("address", error.faults["address"])
        return _show(request, one, form, status=400)
    messages.success(request, _("The address is corrected. Old links no longer work."))
    return redirect("records:person", pk=one.pk)


@staff_page(FORGET)
@require_http_methods(["GET", "HEAD", "POST"])
def forget(request: HttpRequest, pk: Any) -> HttpResponse:
    """Ask once, saying what goes and what stays; then forget a person for ever."""
    one = _person(request, pk)
    if request.method == "POST":
        try:
            forget_person(one, actor=request.user, now=timezone.now())
        except NotAllowed:
            said = _(
                "This person earned something in other units too. Ask the registrar who serves them all."
            )
            messages.error(request, said)
            return redirect("records:person", pk=one.pk)
        messages.success(request, _("The person is forgotten. Their credentials here are tombstones now."))
        return redirect("records:help_desk")
    context = {
        "one": one,
        "sentence": _(
            "Name, address, student number, messages, requests and the text of every credential are erased here, "
            "for ever. Copies that the person holds still verify; to end them too, revoke them first."
        ),
        "action": _("Forget this person"),
        "danger": True,
        "back_url": reverse("records:person", args=[one.pk]),
    }
    return render(request, "helpdesk/forget.html", context)


@staff_page(HELP)
@require_POST
def close_request(request: HttpRequest, pk: Any) -> HttpResponse:
    """Close a request for help."""
    mine = selectors.open_requests(request.user, now=timezone.now())
    asked = get_object_or_404(mine, pk=pk)
    services.close_help(asked, actor=request.user, now=timezone.now())
    messages.success(request, _("The request is closed."))
    return redirect("records:person", pk=asked.recipient_id)


@staff_page(HELP)
@require_POST
def came_back(request: HttpRequest, pk: Any, notice: Any) -> HttpResponse:
    """Note that a message came back."""
    one = _person(request, pk)
    about = Notice.objects.filter(about_type="issuing.recipient", about_id=str(one.pk))
    mark_bounced(
        get_object_or_404(about, pk=notice), trouble="noted by hand", actor=request.user, now=timezone.now()
    )
    messages.success(request, _("Noted. Correct the address to send a fresh link."))
    return redirect("records:person", pk=one.pk)


def _unclaimed(request: HttpRequest, data: Any) -> tuple[UnclaimedFilter, Any]:
    now, form = timezone.now(), UnclaimedFilter(data)
    found = selectors.with_last_message(selectors.unclaimed(request.user, now=now))
    words = private_words(request, "unclaimed")
    return form, form.narrowed(selectors.people_like(found, words) if words else found, now)


@staff_page(HELP)
@require_http_methods(["GET", "HEAD", "POST"])
def unclaimed(request: HttpRequest) -> HttpResponse:
    """List who has not claimed yet, those who wait longest first."""
    if request.method == "POST":
        return keep_words(request, "unclaimed")
    form, found = _unclaimed(request, request.GET)
    told = dict(NoticeState.choices)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for one in page:
        one.told_label = told.get(one.told_state, _("Nothing was sent"))
    words = private_words(request, "unclaimed")
    narrowed = bool(words or request.GET.get("age") or request.GET.get("told"))
    context = {"form": form, "page": page, "q": words, "narrowed": narrowed}
    return render(request, "helpdesk/unclaimed.html", context)


@staff_page(HELP)
@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Ask once how many people are meant, then remind those who were not told anything lately."""
    ticked = request.POST.getlist("ids")
    _form, found = _unclaimed(request, request.POST)
    if "all" not in request.POST:
        found = found.filter(pk__in=[pk for pk in ticked if is_uuid(pk)])
    chosen = list(found.only("pk")[:MANY])
    if not chosen:
        messages.info(request, _("Nobody is chosen. Tick the people to remind."))
        return redirect("records:unclaimed")
    if request.POST.get("count") != str(len(chosen)):
        return _ask_once(request, len(chosen), ticked)
    written = services.remind_unclaimed(chosen, actor=request.user, now=timezone.now())
    rest = len(chosen) - written
    said = ngettext("%(n)d person is reminded.", "%(n)d people are reminded.", written) % {"n": written}
    if rest:
        said += " " + ngettext(
            "%(n)d had a message in the last 14 days, has no address, or said it is not them.",
            "%(n)d had a message in the last 14 days, have no address, or said it is not them.",
            rest,
        ) % {"n": rest}  # fmt: skip
    messages.success(request, said)
    return redirect("records:unclaimed")


def _ask_once(request: HttpRequest, n: int, ticked: list[str]) -> HttpResponse:
    kept = [("ids", pk) for pk in ticked] if "all" not in request.POST else [("all", "1")]
    kept += [(name, request.POST[name]) for name in ("age", "told") if request.POST.get(name)]
    action = ngettext("Remind %(n)d person", "Remind %(n)d people", n) % {"n": n}
    return render(request, "helpdesk/remind.html", {"count": n, "kept": kept, "action": action})
