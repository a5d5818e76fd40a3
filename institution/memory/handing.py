"""Pilots that await a decision pass to somebody else when their owner leaves."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institution.accounts.work import WorkHolder, WorkItem
from institution.memory.models import Pilot


def _open() -> "QuerySet[Pilot]":
    return Pilot.objects.filter(outcome="")


def _shown(row: Pilot) -> WorkItem:
    return WorkItem(row.name, reverse("memory:decisions"))


PILOTS = WorkHolder(_("Pilots that await a decision"), "pilots", "owner", _open, _shown)
