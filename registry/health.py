"""Whether the portal lives (`/livez`), can do its work (`/readyz`), and how much it does (`/metrics`).

The first two are answered before any other middleware: they must work while the database does not.
"""

import hmac
from collections.abc import Callable

import redis
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseForbidden, JsonResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django_prometheus.exports import ExportToDjangoView

from credentials.keys.models import SigningKey
from credentials.keys.sealing import unwrap
from institution.errors import RegistryError
from institution.events.tasks import HEARTBEAT

LATE_BEATS = 4  # a worker that missed so many heartbeats is not there
LOOPBACK = {"127.0.0.1", "::1"}


def livez(request: HttpRequest) -> HttpResponse:
    """Say that this process answers; asks nothing of anybody else."""
    return JsonResponse({"status": "alive"})


def readyz(request: HttpRequest) -> HttpResponse:
    """Say whether database, broker, worker and signer do their part; 503 if one does not."""
    checks = {name: check() for name, check in CHECKS.items()}
    ready = all(answer in ("ok", "no key yet") for answer in checks.values())
    status = {"status": "ready" if ready else "not ready", "checks": checks}
    return JsonResponse(status, status=200 if ready else 503)


def metrics(request: HttpRequest) -> HttpResponse:
    """Give the Prometheus figures to this machine itself, or to who knows METRICS_TOKEN."""
    if not (_from_here(request) or _has_token(request)):
        return HttpResponseForbidden()
    figures: HttpResponse = ExportToDjangoView(request)
    return figures


def _from_here(request: HttpRequest) -> bool:
    forwarded = "HTTP_X_FORWARDED_FOR" in request.META or "HTTP_FORWARDED" in request.META
    return not forwarded and not settings.BEHIND_PROXY and request.META.get("REMOTE_ADDR") in LOOPBACK


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    wanted = settings.METRICS_TOKEN
    return bool(wanted) and hmac.compare_digest(given.encode(), wanted.encode())


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("select 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _broker() -> str:
    try:
        redis.from_url(settings.CELERY_BROKER_URL, socket_timeout=2, socket_connect_timeout=2).ping()
    except redis.RedisError:
        return "no answer"
    return "ok"


def _worker() -> str:
    try:
        beat = cache.get(HEARTBEAT)
    except redis.RedisError:
        return "unknown"
    if beat is None:
        return "never seen"
    late = timezone.now().timestamp() - beat > max(LATE_BEATS * settings.SWEEP_SECONDS, 30)
    return "late" if late else "ok"


def _signer() -> str:
    """Say whether every key that signs now could be opened here; none is opened for that."""
    try:
        keys = list(SigningKey.objects.active().filter(handle="").only("id", "wrapped_key", "wrapped_by"))
        for key in keys:
            unwrap(bytes(key.wrapped_key or b""), key.wrapped_by, key.pk)
    except DatabaseError:
        return "unknown"
    except RegistryError:
        return "a key does not open"
    return "ok" if keys else "no key yet"


CHECKS: dict[str, Callable[[], str]] = {
    "database": _database,
    "broker": _broker,
    "worker": _worker,
    "signer": _signer,
}
PROBES = {"/livez": livez, "/readyz": readyz}


class HealthMiddleware:
    """Answer the probes before host names, sessions or the institution's row are asked for."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return PROBES.get(request.path_info, self.get_response)(request)


urlpatterns: list[URLPattern] = [
    path("livez", livez, name="livez"),
    path("readyz", readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
