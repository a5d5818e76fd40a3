"""Achievements at their own addresses (decisions 2): frozen JSON for machines, a page for browsers."""

import hashlib
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from credentials import worklists
from credentials.catalog.models import AchievementVersion, OfferingVersion
from credentials.catalog.selectors.differences import parts_of
from credentials.catalog.selectors.reading import read_part
from credentials.catalog.states import VersionState

JSON_LD = "application/ld+json"
OPEN = {"Access-Control-Allow-Origin": "*"}
FOREVER = "public, max-age=31536000, immutable"


@require_safe
def achievement(request: HttpRequest, pk: UUID, number: int | None = None) -> HttpResponse:
    """Serve one frozen version of an achievement; without a number, lead to the newest.

    The answer to a machine never changes: it is the text that was frozen on approval, byte for byte.
    """
    found = AchievementVersion.objects.filter(achievement_id=pk).exclude(document="").defer("image")
    if number is None:
        newest = found.order_by("-offering_version__number").values_list(
            "offering_version__number", flat=True
        )
        latest = newest.first()
        if latest is None:
            raise Http404
        target = reverse("catalog:achievement", args=[pk, latest])
        return HttpResponseRedirect(target, headers=OPEN | {"Cache-Control": "public, max-age=300"})
    version = get_object_or_404(found, offering_version__number=number)
    if request.get_preferred_type([JSON_LD, "application/json", "text/html"]) == "text/html":
        return _page(request, version)
    return _unchanging(request, version.document.encode(), JSON_LD)


@require_safe
def achievement_image(request: HttpRequest, pk: UUID, number: int) -> HttpResponse:
    """Serve the picture of a frozen version."""
    found = AchievementVersion.objects.filter(achievement_id=pk, offering_version__number=number)
    image = found.exclude(document="").values_list("image", flat=True).first()
    if not image:
        raise Http404
    return _unchanging(request, bytes(image), "image/png")


def _unchanging(request: HttpRequest, content: bytes, content_type: str) -> HttpResponse:
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = OPEN | {"ETag": etag, "Cache-Control": FOREVER, "Vary": "Accept"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type=content_type, headers=headers)


def _page(request: HttpRequest, achieved: AchievementVersion) -> HttpResponse:
    """Show a person what the frozen version says, and whether a newer one holds now."""
    rows = worklists.with_parts(OfferingVersion.objects.filter(pk=achieved.offering_version_id))
    rows = rows.select_related("offering__org_unit__parent", "offering__current_version")
    version = rows.get(state=VersionState.APPROVED)
    here = reverse("catalog:achievement", args=[achieved.achievement_id, version.number])
    context = {
        "section": "catalog",
        "offering": version.offering,
        "version": version,
        "reading": read_part(version, next(p for p in parts_of(version) if p.pk == achieved.pk)),
        "audience": "public",
        "image_url": f"{here}/image.png" if achieved.image_type else "",
        "is_current": version.offering.current_version_id == version.pk,
        "document": achieved.document,
    }
    headers = OPEN | {"Cache-Control": "private, no-cache", "Vary": "Accept, Cookie"}
    answer = render(request, "showcase/achievement.html", context)
    for name, value in headers.items():
        answer[name] = value
    return answer
