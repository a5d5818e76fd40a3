"""The public catalogue: whatever a visitor sees is in the address, and is the same for everyone."""

import hashlib
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from credentials.catalog.models import Offering, OfferingVersion
from credentials.catalog.published import achievement_url
from credentials.catalog.selectors.codes import is_uuid
from credentials.catalog.selectors.differences import main_achievement
from credentials.catalog.selectors.reading import Reading, read_version
from credentials.documents.jsonld_page import OfferingPage, build_offering_page
from credentials.showcase import selectors

PER_PAGE = 20
FACETS = ("kind", "college", "modality", "language", "earned", "skill")


@require_safe
def public_list(request: HttpRequest) -> HttpResponse:
    """Show the catalogue, searched and filtered by the address."""
    chosen = {name: request.GET.get(name, "").strip()[:200] for name in (*FACETS, "q")}
    for name in ("college", "skill"):
        chosen[name] = chosen[name] if is_uuid(chosen[name]) else ""
    facets_chosen: dict[str, Any] = {name: chosen[name] for name in FACETS}
    asked = selectors.searched(selectors.PublicFilter(words=chosen["q"], **facets_chosen))
    page = Paginator(selectors.public_list(asked), PER_PAGE).get_page(request.GET.get("page"))
    facets = _facet_links(selectors.public_facets(asked), chosen)
    context = {
        "section": "catalog",
        "page": page,
        "rows": [read_version(_joined(offering)) for offering in page.object_list],
        "facets": facets,
        "applied": [link for facet in facets for link in facet["links"] if link["chosen"]],
        "chosen": chosen,
        "loose": asked.loose,
        "capped": len(asked.found) == selectors.MOST_FOUND,
        "kept": {name: chosen[name] for name in FACETS if chosen[name]},
    }
    answer = render(request, "showcase/list.html", context)
    answer["Cache-Control"] = "private, max-age=60" if request.user.is_anonymous else "private, no-cache"
    return answer


def _facet_links(facets: dict[str, list[dict[str, Any]]], chosen: dict[str, str]) -> list[dict[str, Any]]:
    """Return each facet as links that set or take away one filter and keep the others."""
    labels = {
        "kind": _("Kind"),
        "earned": _("What you earn"),
        "college": _("College"),
        "modality": _("How it is taught"),
        "language": _("Language"),
        "skill": _("Skills you gain"),
    }
    base = reverse("catalog:public_list")
    found = []
    for name, label in labels.items():
        links = []
        for row in facets[name]:
            is_chosen = chosen[name] == str(row["value"])
            query = {key: value for key, value in chosen.items() if value and key != name}
            if not is_chosen:
                query[name] = row["value"]
            links.append(row | {"chosen": is_chosen, "url": f"{base}?{urlencode(query)}" if query else base})
        if len(links) > 1 or any(link["chosen"] for link in links):
            found.append({"name": name, "label": label, "links": links})
    return found


@require_safe
def public_detail(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Show one offering, with JSON-LD for machines. Revalidated by its version and the page's language."""
    stamp = get_object_or_404(Offering.objects.public(), pk=pk)
    seed = f"{stamp.current_version_id}:{stamp.changed_at}:{get_language()}:{request.user.pk}"
    etag = f'W/"{hashlib.sha256(seed.encode()).hexdigest()[:24]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache", "Vary": "Cookie, Accept-Language"}
    if etag in request.headers.get("If-None-Match", ""):
        return HttpResponse(status=304, headers=headers)
    offering = get_object_or_404(selectors.public_offering(Offering.objects.public()), pk=pk)
    reading = read_version(_joined(offering))
    context = {
        "section": "catalog",
        "offering": offering,
        "version": offering.current_version,
        "reading": reading,
        "audience": "public",
        "json_ld": _json_ld(offering, reading),
        "image_url": _image_url(offering, reading),
        "achievement_url": _achievement_path(offering),
    }
    answer = render(request, "showcase/detail.html", context)
    for name, value in headers.items():
        answer[name] = value
    return answer


def _joined(offering: Offering) -> Any:
    """Return the current version, knowing its offering without another query."""
    version = offering.current_version
    version.offering = offering  # type: ignore[union-attr]
    return version


def _achievement_path(offering: Offering) -> str:
    version = offering.current_version
    part = main_achievement(version)  # type: ignore[arg-type]
    return reverse("catalog:achievement", args=[part.achievement_id, version.number])  # type: ignore[union-attr]


def _further_url(version: OfferingVersion, one: Reading) -> str:
    return f"{settings.ISSUER_ORIGIN}/a/{one.achievement_id}/{version.number}"


def _image_url(offering: Offering, reading: Reading) -> str:
    return f"{_achievement_path(offering)}/image.png" if reading.has_image else ""


def _json_ld(offering: Offering, reading: Reading) -> list[dict[str, Any]]:
    version = reading.version
    part = main_achievement(version)
    here = f"{settings.PORTAL_ORIGIN}{reverse('catalog:public_detail', args=[offering.pk])}"
    part.offering_version = version  # type: ignore[union-attr]
    own = achievement_url(part)  # type: ignore[arg-type]
    page = OfferingPage(
        url=here,
        name=reading.title,
        description=reading.description,
        kind=reading.kind,
        code=offering.code,
        ctid=offering.ctid,
        language=version.language,
        provider=reading.college or offering.org_unit.name,
        provider_url="",
        earned=reading.earned,
        achievement_url=own,
        also=tuple((one.title, one.earned, _further_url(version, one)) for one in reading.others),
        credits="" if version.credits is None else f"{version.credits.normalize() + 0:f}",
        credit_unit=version.credit_unit,
        duration=version.duration,
        cost="" if version.cost is None else f"{version.cost:.2f}",
        modality=version.modality,
        cip_code=version.cip_code,
        prerequisites=version.prerequisites,
        image=f"{own}/image.png" if reading.has_image else "",
        keywords=tuple(reading.tags),
        teaches=tuple((skill.name, skill.uri) for skill in reading.skills),
        leads_to=tuple(
            (
                one.current_version.title,
                f"{settings.PORTAL_ORIGIN}{reverse('catalog:public_detail', args=[one.pk])}",
            )
            for one in reading.onward
            if one.current_version
        ),
    )
    return build_offering_page(page)
