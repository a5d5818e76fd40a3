"""What signing in proves: an address confirmed just now takes in what was issued to it before (decisions 8)."""

from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import email_confirmed, user_logged_in
from django.http import HttpRequest
from django.utils import timezone

from learners.records import services


def connect() -> None:
    """Listen to allauth; connected twice is once."""
    email_confirmed.connect(take_confirmed, dispatch_uid="records.take_confirmed")
    user_logged_in.connect(take_coded, dispatch_uid="records.take_coded")


def take_confirmed(request: HttpRequest, email_address: Any, **rest: Any) -> None:
    """Take in what came to an address that somebody signed in has just confirmed.

    Without their session the address may have been confirmed for an account that a stranger opened.
    """
    if getattr(request, "user", None) == email_address.user:
        now = timezone.now()
        services.claim_proven_address(email_address.user, email_address.email, proven_at=now, now=now)


def take_coded(request: HttpRequest, user: Any, **rest: Any) -> None:
    """Take in what came to the address to which the code of this sign-in went."""
    for one in get_authentication_records(request, user):
        if one.get("method") == "code" and one.get("email"):
            proven_at = datetime.fromtimestamp(one["at"], tz=UTC)
            services.claim_proven_address(user, one["email"], proven_at=proven_at, now=timezone.now())
