"""Pages of people, roles and the institution."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from institution.accounts import selectors, services
from institution.accounts.doorways import staff_page
from institution.accounts.forms import InstitutionForm, InviteForm, LeaveForm, RoleForm, SubstituteForm
from institution.accounts.models import RoleAssignment
from institution.accounts.navigation import WORN_KEY
from institution.accounts.roles import Role
from institution.accounts.searching import keep_words, private_words
from institution.accounts.theme import accent_css
from institution.errors import RegistryError
from institution.events.services import history_of

PAGE_SIZE = 50


@staff_page("accounts.view_people")
def people(request: HttpRequest) -> HttpResponse:
    """Everyone who wears a role where I may see people."""
    if request.method == "POST":
        return keep_words(request, "people")
    now = timezone.now()
    words, role = private_words(request, "people"), request.GET.get("role", "")
    bare = request.GET.get("factor") == "none"
    found = selectors.people_seen_by(request.user, now=now, words=words, role=role, bare=bare)
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "q": words,
        "role": role,
        "bare": bare,
        "roles": [(r.value, r.label) for r in Role if r != Role.PARTNER],
    }
    return render(request, "accounts/people.html", context)


@staff_page("accounts.manage_people")
def invite(request: HttpRequest) -> HttpResponse:
    """Give somebody an account and a role."""
    now = timezone.now()
    units = selectors.units_where(request.user, "accounts.manage_people", now=now)
    form = InviteForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        assignment = services.invite_person(
            data["email"],
            name=data["name"],
            role=Role(data["role"]),
            unit=data["unit"],
            actor=request.user,
            now=now,
        )
        messages.success(request, _("%(name)s has the role now.") % {"name": assignment.user})
        return redirect("accounts:person", pk=assignment.user_id)
    return render(request, "accounts/invite.html", {"form": form})


@staff_page("accounts.view_people")
def person(request: HttpRequest, pk: Any) -> HttpResponse:
    """One person: roles, substitutes, history; from here they get a role or leave."""
    now = timezone.now()
    somebody = get_object_or_404(selectors.people_seen_by(request.user, now=now), pk=pk)
    units = selectors.units_where(request.user, "accounts.manage_people", now=now)
    form = RoleForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        services.assign_role(somebody, Role(data["role"]), data["unit"], actor=request.user, now=now)
        messages.success(request, _("Role given."))
        return redirect("accounts:person", pk=pk)
    past = somebody.assignments.select_related("unit", "substitute_for__user").order_by("-starts_at", "id")
    context = {
        "person": somebody,
        "assignments_of": past,
        "form": form,
        "may_manage": units.exists(),
        "history": history_of(somebody)[:20],
        "now": now,
    }
    return render(request, "accounts/person.html", context)


@require_POST
@login_required
def end_role(request: HttpRequest, pk: Any) -> HttpResponse:
    """End a role now."""
    assignment = get_object_or_404(RoleAssignment.objects.select_related("unit", "substitute_for"), pk=pk)
    services.end_role(assignment, actor=request.user, now=timezone.now())
    messages.success(request, _("The role has ended."))
    if assignment.substitute_for is not None and assignment.substitute_for.user_id == request.user.pk:
        return redirect("accounts:my_roles")
    return redirect("accounts:person", pk=assignment.user_id)


@staff_page("accounts.manage_people")
def leave(request: HttpRequest, pk: Any) -> HttpResponse:
    """This person leaves: what they hold, who takes it over, one confirmation."""
    now = timezone.now()
    somebody = get_object_or_404(selectors.people_seen_by(request.user, now=now), pk=pk)
    heirs = selectors.people_seen_by(request.user, now=now).filter(is_active=True).exclude(pk=pk)
    held = services.work_held_by(somebody)
    form = LeaveForm(request.POST or None, people=heirs, work=bool(held))
    own = RoleAssignment.objects.of(request.user).in_force(now).granting("accounts.manage_people")
    widest = min(own.select_related("unit"), key=lambda a: len(a.unit.path))
    if request.method == "POST" and form.is_valid():
        try:
            moved = services.person_leaves(
                somebody,
                heir=form.cleaned_data["heir"],
                with_roles=form.cleaned_data["with_roles"],
                unit=widest.unit,
                actor=request.user,
                now=now,
            )
        except RegistryError as error:
            form.add_error("heir", str(error))
        else:
            said = _("All roles have ended. %(count)d items moved.")
            messages.success(request, said % {"count": moved})
            return redirect("accounts:people")
    context = {
        "person": somebody,
        "form": form,
        "held": held,
        "roles": somebody.assignments.not_over(now).select_related("unit", "substitute_for__user"),
        "count": sum(len(items) for _name, items in held),
    }
    return render(request, "accounts/leave.html", context)


@login_required
def my_roles(request: HttpRequest) -> HttpResponse:
    """What I may do here, until when, and who stands in for me."""
    now = timezone.now()
    held = (
        RoleAssignment.objects.of(request.user).in_force(now).select_related("unit", "substitute_for__user")
    )
    stand_ins = RoleAssignment.objects.filter(substitute_for__user=request.user, ends_at__gt=now)
    context = {
        "held": held.order_by("starts_at", "id"),
        "stand_ins": stand_ins.select_related("user", "unit").order_by("ends_at", "id"),
    }
    return render(request, "accounts/my_roles.html", context)


@login_required
def substitute(request: HttpRequest, pk: Any) -> HttpResponse:
    """Name who stands in for one of my roles."""
    now = timezone.now()
    mine = RoleAssignment.objects.of(request.user).in_force(now).select_related("unit")
    assignment = get_object_or_404(mine, pk=pk)
    zone = request.institution.time_zone  # type: ignore[attr-defined]
    people_near = selectors.colleagues_of(assignment, now=now)
    form = SubstituteForm(request.POST or None, people=people_near, today=timezone.localdate(now), zone=zone)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            services.name_substitute(
                assignment, data["substitute"], until=data["until"], actor=request.user, now=now
            )
        except RegistryError as error:
            form.add_error(None, str(error))
        else:
            messages.success(request, _("%(name)s stands in for you.") % {"name": data["substitute"]})
            return redirect("accounts:my_roles")
    return render(request, "accounts/substitute.html", {"form": form, "assignment": assignment})


@require_POST
@login_required
def wear(request: HttpRequest) -> HttpResponse:
    """Wear another of my roles in this session."""
    mine = RoleAssignment.objects.of(request.user).in_force(timezone.now())
    chosen = get_object_or_404(mine, pk=request.POST.get("assignment"))
    request.session[WORN_KEY] = str(chosen.pk)
    return redirect("desk:home")


@staff_page("accounts.manage_institution")
def institution(request: HttpRequest) -> HttpResponse:
    """How the institution presents itself."""
    row = services.institution_now()
    form = InstitutionForm(request.POST or None, instance=row)
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        services.set_institution(values, actor=request.user, now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("accounts:institution")
    return render(request, "accounts/institution.html", {"form": form})


@require_safe
@cache_control(public=True, max_age=300)
def institution_css(request: HttpRequest) -> HttpResponse:
    """The institution's color as a stylesheet."""
    return HttpResponse(accent_css(services.institution_now().accent_color), content_type="text/css")


@require_safe
@cache_control(public=True, max_age=300)
def institution_logo(request: HttpRequest) -> HttpResponse:
    """The institution's logo; as a picture it can run nothing."""
    answer = HttpResponse(services.institution_now().logo_svg, content_type="image/svg+xml")
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    return answer
