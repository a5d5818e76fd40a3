"""System checks that name what production lacks, each with an id and what to do about it.

`registry.settings` itself refuses a demo that strangers could reach; these run with every command,
with every worker, and when the web process starts.
"""

import base64
import binascii
import json
import os
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

PRODUCTION = "production"
EXAMPLE = (".example", ".test", ".invalid", ".localhost", "localhost", "127.0.0.1")
SECRET_LENGTH = 50
KEY_BYTES = 32


def _https(origin: str) -> bool:
    parts = urlsplit(origin)
    return parts.scheme == "https" and bool(parts.netloc) and parts.path in ("", "/")


def _example(origin: str) -> bool:
    return (urlsplit(origin).hostname or "").endswith(EXAMPLE)


def _weak_secret() -> bool:
    try:
        secret = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's own word for an empty one
        return True
    return len(secret) < SECRET_LENGTH or secret.startswith("development-only")


def _bad_keys() -> bool:
    def fits(key: str) -> bool:
        try:
            return len(base64.urlsafe_b64decode(key + "=" * (-len(key) % 4))) == KEY_BYTES
        except (binascii.Error, ValueError):
            return False

    return not settings.KEY_ENCRYPTION_KEYS or not all(map(fits, settings.KEY_ENCRYPTION_KEYS))


def _token_ready() -> bool:
    named = settings.PKCS11_TOKEN and settings.PKCS11_PIN
    return bool(named) and os.path.exists(settings.PKCS11_MODULE) and find_spec("pkcs11") is not None


def _loose_hosts() -> bool:
    hosts = [host for host in settings.ALLOWED_HOSTS if host not in settings.LOCAL_HOSTS]
    return not hosts or "*" in settings.ALLOWED_HOSTS


def _factor_demanded() -> bool:
    demanded = "institution.accounts.middleware.SecondFactorMiddleware" in settings.MIDDLEWARE
    on = "allauth.mfa" in settings.INSTALLED_APPS and settings.REQUIRE_SECOND_FACTOR
    return demanded and on and not settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN


Demand = tuple[str, type[Error] | type[Warning], Callable[[], bool], str, str]
DEMANDS: list[Demand] = [
    (
        "E001",
        Error,
        _weak_secret,
        "SECRET_KEY is missing or too short.",
        "Set SECRET_KEY to 50 random characters or more, and keep it out of the repository.",
    ),
    (
        "E002",
        Error,
        lambda: not os.environ.get("DATABASE_URL"),
        "DATABASE_URL is not set.",
        "Set DATABASE_URL to your PostgreSQL 15 or newer: postgres://user:password@host/name",
    ),
    (
        "E003",
        Error,
        lambda: not os.environ.get("REDIS_URL"),
        "REDIS_URL is not set.",
        "Set REDIS_URL to your Redis or Valkey: rediss://host:6379/0",
    ),
    (
        "E004",
        Error,
        _bad_keys,
        "KEY_ENCRYPTION_KEYS is missing, or a key in it is not 32 bytes in base64url.",
        "Set KEY_ENCRYPTION_KEYS; docs/operations.md says how to make one and how to change it.",
    ),
    (
        "E005",
        Error,
        _loose_hosts,
        "ALLOWED_HOSTS names no host of yours, or allows every host.",
        "Set ALLOWED_HOSTS to the host names of the portal, separated by commas.",
    ),
    (
        "E006",
        Error,
        lambda: not _https(settings.PORTAL_ORIGIN),
        "PORTAL_ORIGIN is not an https address without a path.",
        "Set PORTAL_ORIGIN to the address where people open the portal: https://portal.college.edu",
    ),
    (
        "E007",
        Error,
        lambda: not _https(settings.ISSUER_ORIGIN) or _example(settings.ISSUER_ORIGIN),
        "ISSUER_ORIGIN is not an https address of yours.",
        "Choose it once, before the first key: it stands in every credential for ever.",
    ),
    (
        "E009",
        Error,
        lambda: settings.DEBUG,
        "DEBUG is on: error pages would show settings and data.",
        "Unset DEBUG.",
    ),
    (
        "E010",
        Error,
        lambda: not _factor_demanded(),
        "The second factor of registrars and administrators is off, or works without https.",
        "Keep allauth.mfa, SecondFactorMiddleware and REQUIRE_SECOND_FACTOR on, and "
        "MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN off.",
    ),
    (
        "E012",
        Error,
        lambda: settings.VC_API and (settings.VC_API_OPEN or settings.VC_API_CONFORMANCE),
        "The VC-API is open to everybody, or in the configuration for conformance suites.",
        "Unset VC_API_OPEN and VC_API_CONFORMANCE; clients get a token with the scope vc-api.",
    ),
    (
        "E013",
        Error,
        lambda: settings.VC_API and not settings.VC_API_KEYS,
        "VC_API is on, and it has no key of its own.",
        "Run make_vc_api_key and set VC_API_KEYS, or unset VC_API.",
    ),
    (
        "E014",
        Error,
        lambda: bool(settings.PKCS11_MODULE) and not _token_ready(),
        "PKCS11_MODULE is set, but the hardware token cannot be used.",
        "Install python-pkcs11 (the extra hsm), set PKCS11_TOKEN and PKCS11_PIN, and check the module's path.",
    ),
    (
        "W001",
        Warning,
        lambda: not os.environ.get("EMAIL_URL") and not os.environ.get("EMAIL_BACKEND"),
        "EMAIL_URL is not set: mail is handed to this machine.",
        "Set EMAIL_URL to your mail host: smtp+tls://user:password@host:587",
    ),
    (
        "W002",
        Warning,
        lambda: _example("//" + settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")),
        "DEFAULT_FROM_EMAIL is the example's address.",
        "Set DEFAULT_FROM_EMAIL to an address of yours that accepts mail.",
    ),
    (
        "W003",
        Warning,
        lambda: not os.environ.get("REVOCATION_JOURNAL"),
        "REVOCATION_JOURNAL is not set: revocations lie on the same disk as the portal.",
        "Set it to a file on another disk than the database; a restore needs it (docs/operations.md).",
    ),
]


@register(PRODUCTION)
def production_demands(app_configs: Sequence[Any] | None, **kwargs: Any) -> list[CheckMessage]:
    """Name every setting that production must have and has not."""
    if not settings.PRODUCTION:
        return []
    return [
        kind(message, hint=hint, id=f"registry.{number}")
        for number, kind, broken, message, hint in DEMANDS
        if broken()
    ]


@register(PRODUCTION, Tags.database)
def issuer_origin_stays(
    app_configs: Sequence[Any] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Refuse an ISSUER_ORIGIN other than the one that signed lists carry already (decisions 1)."""
    if not databases:
        return []
    signed = _signed_list()
    if signed is None or signed.startswith(f"{settings.ISSUER_ORIGIN}/"):
        return []
    return [
        Error(
            "ISSUER_ORIGIN was changed after something was signed.",
            hint=f"Set it back to the origin of {signed}, or nothing issued so far can be verified.",
            id="registry.E011",
        )
    ]


def _signed_list() -> str | None:
    """Return the address of a signed status list; none before the first signature or the first migration."""
    from credentials.status.models import StatusList

    try:
        if StatusList._meta.db_table not in connection.introspection.table_names():
            return None
        document = StatusList.objects.exclude(document="").values_list("document", flat=True).first()
    except DatabaseError:
        return None  # `/readyz` and the command itself say so
    return str(json.loads(document)["id"]) if document else None
