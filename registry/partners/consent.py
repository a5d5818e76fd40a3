"""The page on which a learner lets a partner's system read their credentials, or says no, or ends it."""

from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from learners.records.models import Learner
from learners.sharing.disclosure import credentials_a_yes_opens
from learners.sharing.models import Consent
from learners.sharing.selectors import learner_of
from learners.sharing.services import grant_consent, withdraw_consent
from registry.partners.errors import PartnerMayNotAsk
from registry.partners.forms import ConsentForm
from registry.partners.models import PartnerClient


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, client: UUID) -> HttpResponse:
    """Say who asks, for what, which credentials, until when; take a yes, a no, or an end."""
    partner = PartnerClient.objects.asking_learners().select_related("service_user").filter(pk=client).first()
    if partner is None:
        raise PartnerMayNotAsk
    learner, now = learner_of(request.user), timezone.now()
    standing = _standing(learner, partner, now)
    form = ConsentForm(request.POST if request.POST.get("answer") == "yes" else None)
    answered = request.method == "POST" and learner is not None
    if answered and _answer(request, partner, cast(Learner, learner), standing, form):
        return redirect("partners:consent", client=partner.pk)
    context = {
        "partner": partner,
        "learner": learner,
        "standing": standing,
        "form": form,
        "credentials": list(credentials_a_yes_opens(learner)) if learner is not None else [],
        "section": "share",
    }
    return render(request, "partners/consent.html", context)


def _answer(
    request: HttpRequest, partner: PartnerClient, learner: Learner, standing: Any, form: ConsentForm
) -> bool:
    """Do what the learner answered; return whether the answer was understood."""
    now, answer, name = timezone.now(), request.POST.get("answer"), partner.name
    if answer == "no":
        messages.info(request, _("You said no. %(name)s reads nothing.") % {"name": name})
        return True
    if answer == "end" and standing is not None:
        withdraw_consent(standing, learner=learner, now=now)
        messages.success(request, _("Ended. %(name)s reads nothing any more.") % {"name": name})
        return True
    if answer == "yes" and form.is_valid() and partner.service_user is not None:
        until = now + timedelta(days=form.cleaned_data["days"])
        grant_consent(learner, partner.service_user, purpose=partner.purpose, until=until, now=now)
        messages.success(request, _("You said yes. %(name)s may read your credentials.") % {"name": name})
        return True
    return False


def _standing(learner: Learner | None, partner: PartnerClient, now: Any) -> Consent | None:
    if learner is None:
        return None
    return Consent.objects.of(learner).in_force(now).filter(partner=partner.service_user).first()
