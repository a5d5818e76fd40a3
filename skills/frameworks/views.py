"""Pages of skills: frameworks, their trees, search, one skill, and the import of a file."""

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from institution.accounts.authz import allowed, where_allowed
from institution.accounts.doorways import staff_page
from institution.accounts.models import OrgUnit
from institution.events.services import history_of
from institution.imports.forms import UploadForm
from institution.imports.screens import steps
from skills.frameworks import selectors, services
from skills.frameworks.errors import UnreadableFramework
from skills.frameworks.forms import SearchForm
from skills.frameworks.models import Framework, ImportRun, Skill
from skills.frameworks.reading import flaw_sentence

VIEW = "frameworks.view"
PER_PAGE = 50
STEPS = (gettext_lazy("File"), gettext_lazy("Preview"), gettext_lazy("Result"))
TIES = {
    "exactMatchOf": (gettext_lazy("Means the same as"), gettext_lazy("Means the same as")),
    "precedes": (gettext_lazy("Comes before"), gettext_lazy("Comes after")),
    "isRelatedTo": (gettext_lazy("Is related to"), gettext_lazy("Is related to")),
    "isPeerOf": (gettext_lazy("Stands beside"), gettext_lazy("Stands beside")),
    "isPartOf": (gettext_lazy("Is part of"), gettext_lazy("Has as a part")),
    "replacedBy": (gettext_lazy("Is replaced by"), gettext_lazy("Replaces")),
    "exemplar": (gettext_lazy("Example"), gettext_lazy("Is an example of")),
    "hasSkillLevel": (gettext_lazy("Has the level"), gettext_lazy("Is a level of")),
    "isTranslationOf": (gettext_lazy("Is a translation of"), gettext_lazy("Is translated by")),
}
SHOWN = ("added", "changed", "retired", "faults")
LABELS = {
    "added": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "retired": gettext_lazy("Retired"),
    "faults": gettext_lazy("Left out or mended"),
    "uri": gettext_lazy("Address"),
    "code": gettext_lazy("Code"),
    "item_type": gettext_lazy("Type"),
    "name": gettext_lazy("Name"),
    "statement": gettext_lazy("Statement"),
    "keywords": gettext_lazy("Keywords"),
    "language": gettext_lazy("Language"),
    "position": gettext_lazy("Place"),
    "parent": gettext_lazy("Parent"),
}


@require_GET
@staff_page(VIEW)
def framework_list(request: HttpRequest) -> HttpResponse:
    """The frameworks, and the skills that hold some words."""
    form = SearchForm(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    page = Paginator(selectors.frameworks(), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "words": words,
        "found": selectors.search_skills(words, limit=50) if words else [],
        "page": page,
        "may_import": allowed(request.user, services.PERMISSION, None, now=timezone.now()),
    }
    return render(request, "frameworks/list.html", context)


@require_GET
@staff_page(VIEW)
def search(request: HttpRequest) -> HttpResponse:
    """Skills by words, for pickers: a fragment for htmx, JSON with `format=json`, else the whole page."""
    chosen = request.GET.get("framework", "")
    within = get_object_or_404(Framework, pk=chosen) if len(chosen) == 36 else None
    found = selectors.search_skills(request.GET.get("q", ""), limit=20, framework=within)
    if request.GET.get("format") == "json":
        rows = [
            {
                "id": str(one.pk), "name": one.name, "code": one.code, "statement": one.statement,
                "uri": one.uri, "framework": one.framework.title,
            }
            for one in found
        ]  # fmt: skip
        return JsonResponse({"count": len(rows), "results": rows})
    if not request.headers.get("HX-Request"):
        return redirect(f"{reverse('frameworks:list')}?{urlencode({'q': request.GET.get('q', '')})}")
    return render(request, "frameworks/_found.html", {"found": found})


@require_GET
@staff_page(VIEW)
def framework(request: HttpRequest, pk: Any) -> HttpResponse:
    """One framework as a tree; `?open=<skill>` unfolds the way to a skill, without script."""
    found = get_object_or_404(selectors.frameworks(), pk=pk)
    page = Paginator(selectors.level(found, None), 100).get_page(request.GET.get("page"))
    opened = _opened(found, request.GET.get("open", ""))
    context = {
        "framework": found,
        "page": page,
        "nodes": _nodes(found, list(page), opened),
        "history": history_of(found)[:5],
        "retired": found.skills.filter(retired_at__isnull=False).order_by("name")[:100],
    }
    return render(request, "frameworks/framework.html", context)


def _opened(found: Framework, chosen: str) -> list[Skill]:
    """Return the skill to unfold after those above it."""
    if len(chosen) != 36:
        return []
    skill = Skill.objects.filter(framework=found).select_related("parent").filter(pk=chosen).first()
    return [*selectors.ancestors(skill), skill] if skill else []


def _nodes(found: Framework, skills: list[Skill], opened: list[Skill]) -> list[dict[str, Any]]:
    """Return nodes for a level; the one on the opened way brings the level below it."""
    way = {one.pk for one in opened}
    return [
        {
            "skill": one,
            "open": one.pk in way,
            "children": _nodes(found, list(selectors.level(found, one)), opened) if one.pk in way else [],
        }
        for one in skills
    ]


@require_GET
@staff_page(VIEW)
def below(request: HttpRequest, pk: Any, skill_pk: Any) -> HttpResponse:
    """The level below one skill, as a fragment of the tree."""
    parent = get_object_or_404(Skill.objects.select_related("framework"), pk=skill_pk, framework_id=pk)
    nodes = _nodes(parent.framework, list(selectors.level(parent.framework, parent)), [])
    return render(request, "frameworks/_branch.html", {"nodes": nodes, "framework": parent.framework})


@require_GET
@staff_page(VIEW)
def skill(request: HttpRequest, pk: Any) -> HttpResponse:
    """One skill: what it says, where it came from, what hangs on it."""
    one = get_object_or_404(Skill.objects.select_related("framework", "parent"), pk=pk)
    ties = [
        {
            "label": TIES.get(tie.kind, (tie.kind, tie.kind))[0 if tie.outgoing else 1],
            "skill": tie.skill,
            "uri": tie.uri,
        }
        for tie in selectors.ties(one)
    ]
    context = {
        "skill": one,
        "framework": one.framework,
        "above": selectors.ancestors(one),
        "below": selectors.level(one.framework, one)[:100],
        "ties": ties,
        "education_level": ", ".join(one.raw.get("educationLevel", [])),
        "run": one.framework.runs.filter(applied_at__isnull=False).order_by("-applied_at").first(),
    }
    return render(request, "frameworks/skill.html", context)


@staff_page(services.PERMISSION)
def import_new(request: HttpRequest) -> HttpResponse:
    """Choose a framework file."""
    here = where_allowed(request.user, services.PERMISSION, "path", now=timezone.now())
    units = list(OrgUnit.objects.open().filter(here).order_by("path"))
    accept = ".json,.csv,.tsv,.txt,.xlsx"
    form = UploadForm(request.POST or None, request.FILES or None, units=units, accept=accept)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            run = services.read_import(
                file.read(),
                file_name=file.name,
                org_unit=form.cleaned_data["org_unit"],
                actor=request.user,
                now=timezone.now(),
            )
            return redirect("frameworks:import_detail", pk=run.pk)
        except UnreadableFramework as error:
            form.add_error("file", error.faults["file"])
    context = {"form": form, "steps": steps(0, STEPS, {})}
    return render(request, "frameworks/import_new.html", context, status=400 if form.errors else 200)


def _run(request: HttpRequest, pk: Any) -> ImportRun:
    here = where_allowed(request.user, services.PERMISSION, "org_unit__path", now=timezone.now())
    runs = ImportRun.objects.filter(here).select_related("org_unit", "framework").defer("content")
    found: ImportRun = get_object_or_404(runs, pk=pk)
    return found


@require_GET
@staff_page(services.PERMISSION)
def import_detail(request: HttpRequest, pk: Any) -> HttpResponse:
    """What a framework file would do, or did."""
    run = _run(request, pk)
    counts = run.report["counts"]
    show = request.GET.get("show", "")
    if show not in SHOWN:
        show = next((name for name in SHOWN if counts[name]), "added")
    page = Paginator(run.report[show], PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "run": run,
        "counts": counts,
        "show": show,
        "page": page,
        "rows": [_row(show, row) for row in page],
        "tabs": [
            {"label": LABELS[name], "url": f"?show={name}", "current": name == show, "count": counts[name]}
            for name in SHOWN
        ],
        "steps": steps(2 if run.applied_at else 1, STEPS, {}),
    }
    return render(request, "frameworks/import_detail.html", context)


def _row(show: str, row: dict[str, Any]) -> dict[str, Any]:
    if show == "faults":
        return {"name": row["where"], "code": row["value"], "sentence": flaw_sentence(row["problem"])}
    changes = [{**one, "label": LABELS.get(one["field"], _("State"))} for one in row.get("changes", [])]
    return {**row, "changes": changes}


@require_POST
@staff_page(services.PERMISSION)
def import_apply(request: HttpRequest, pk: Any) -> HttpResponse:
    """Take a framework over."""
    run = services.apply_import(_run(request, pk), actor=request.user, now=timezone.now())
    return redirect("frameworks:import_detail", pk=run.pk)
