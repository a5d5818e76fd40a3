"""The demo's door: one click signs in as a role. It exists only with DEMO=1 (see registry.checks)."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from institution.accounts.models import User
from registry.desk.demo.accounts import ACCOUNTS


@require_POST
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in as one of the sample college's people."""
    if not settings.DEMO or settings.PRODUCTION:
        raise Http404
    account = next((a for a in ACCOUNTS if a.slug == request.POST.get("account")), None)
    if account is None:
        raise Http404
    user = get_object_or_404(User, email=account.email, is_active=True)
    login(request, user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return redirect("desk:home" if account.role else "records:record")
