"""The staff's page of issuers we vouch for: whose word it is, and a screen to take a registry file over."""

from typing import Any

from django.contrib import messages
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from credentials.verification import registries
from credentials.verification.forms import RegistryForm
from credentials.verification.selectors import vouched_for
from institution.accounts.doorways import staff_page
from institution.errors import InvalidInput


@staff_page(registries.MANAGE)
@require_http_methods(["GET", "POST"])
def issuers(request: HttpRequest) -> HttpResponse:
    """Show who vouches for which issuers; on POST, take a registry file over."""
    form = RegistryForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        taken = _take(request, form)
        if taken is not None:
            words = _("Issuers: {added} added, {changed} changed, {removed} removed, {kept} known already.")
            messages.success(request, words.format(**vars(taken)))
            return redirect("verification:issuers")
    status = 400 if form.errors else 200
    return render(request, "verification/issuers.html", vouched_for() | {"form": form}, status=status)


@staff_page(registries.MANAGE)
@require_http_methods(["GET", "POST"])
def forget(request: HttpRequest) -> HttpResponse:
    """Ask once, naming the registry and its issuers; on POST, take it off the list."""
    source = request.POST.get("source") or request.GET.get("source", "")
    if request.method == "POST":
        count = registries.forget_registry(source, actor=request.user, now=timezone.now())
        words = ngettext(
            "{count} issuer is no longer on the list.", "{count} issuers are no longer on the list.", count
        )
        messages.success(request, words.format(count=intcomma(count)))
        return redirect("verification:issuers")
    count = {one["source"]: one["count"] for one in vouched_for()["registries"]}.get(source, 0)
    if not count:
        return redirect("verification:issuers")
    action = ngettext("Take {count} issuer off the list", "Take {count} issuers off the list", count)
    context = {
        "source": source,
        "title": _("Take “{source}” off the list").format(source=source),
        "sentence": _(
            "Whoever checks a credential of these issuers is no longer told that “{source}” knows them. "
            "To put them back, take its file over again."
        ).format(source=source),
        "action": action.format(count=intcomma(count)),
    }
    return render(request, "verification/forget.html", context)


def _take(request: HttpRequest, form: RegistryForm) -> Any:
    try:
        entries = registries.read_registry(form.cleaned_data["file"].read(registries.MAX_FILE + 1))
        return registries.take_over(
            entries, source=form.cleaned_data["source"], actor=request.user, now=timezone.now()
        )
    except InvalidInput as error:
        for field, sentence in error.faults.items():
            form.add_error(field if field in form.fields else None, sentence)
        return None
