"""Partner systems of the small college, and clients that carry their tokens."""

from base64 import b64encode
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from rest_framework.test import APIClient

from registry.partners import services
from registry.partners.models import PartnerClient

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EVERY = ("catalog.read", "batches.read", "batches.write", "credentials.read")


def make_client(
    college: SimpleNamespace, name: str = "State agency", unit: Any = None, scopes: Any = EVERY, **words: Any
) -> tuple[PartnerClient, str]:
    """Let a partner in at the nursing department, or at another unit."""
    return services.create_client(
        name,
        org_unit=unit or college.nursing,
        scopes=scopes,
        actor=college.administrator,
        now=NOW,
        purpose="Compares catalogues",
        **words,
    )


def basic(client: PartnerClient, secret: str) -> str:
    """Return the header with which a client proves itself."""
    return "Basic " + b64encode(f"{client.client_id}:{secret}".encode()).decode()


def ask_token(client: PartnerClient, secret: str, scope: str = "") -> Any:
    """Ask for a token as a partner's system does."""
    body = {"grant_type": "client_credentials"} | ({"scope": scope} if scope else {})
    return APIClient().post(
        "/oauth/token/", body, format=None, headers={"Authorization": basic(client, secret)}
    )


def with_token(token: str) -> APIClient:
    """Return a caller that carries a token."""
    caller = APIClient()
    caller.credentials(HTTP_AUTHORIZATION=f"Bearer {token}")
    return caller


def caller_for(college: SimpleNamespace, scope: str = "", **how: Any) -> APIClient:
    """Let a partner in, get its token, and return a caller that carries it; `.partner` is its client."""
    client, secret = make_client(college, **how)
    caller = with_token(ask_token(client, secret, scope).json()["access_token"])
    caller.partner = client
    return caller
