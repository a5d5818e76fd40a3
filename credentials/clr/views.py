"""The refresh address of a composed record: its newest state, for who holds an older one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from credentials.clr.models import ComposedRecord
from credentials.clr.states import ClrState
from credentials.keys.responses import public_bytes

CLR_TYPE = "application/vc+ld+json"


@never_cache
@require_GET
def refresh(request: HttpRequest, token: str) -> HttpResponse:
    """Serve the newest signed text under a random address; nothing about the asker is kept."""
    signed = ComposedRecord.objects.filter(refresh=token, signed_at__isnull=False)
    newest = signed.exclude(state=ClrState.ERASED).order_by("-signed_at", "-asked_at").first()
    if newest is None:
        raise Http404
    answer = public_bytes(request, newest.document.encode(), CLR_TYPE)
    answer["Cache-Control"] = "private, no-cache"
    answer["X-Robots-Tag"] = "noindex"
    return answer
