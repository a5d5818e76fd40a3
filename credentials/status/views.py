"""The public address of a status list."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from credentials.keys.responses import public_bytes
from credentials.status.models import StatusList
from credentials.status.published import LIST_TYPE, status_list_bytes
from credentials.status.services import TTL_SECONDS


@require_GET
def status_list(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """Serve a signed list to anybody; nothing about the asker is kept."""
    found = get_object_or_404(StatusList, profile__key=key, number=number, published_at__isnull=False)
    return public_bytes(request, status_list_bytes(found), LIST_TYPE, etag=found.etag, max_age=TTL_SECONDS)
