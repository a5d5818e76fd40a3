"""Frameworks that were read and not taken over pass to somebody else when their reader leaves."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institution.accounts.work import WorkHolder, WorkItem
from skills.frameworks.models import ImportRun


def _open() -> "QuerySet[ImportRun]":
    return ImportRun.objects.filter(applied_at__isnull=True).defer("content")


def _shown(row: ImportRun) -> WorkItem:
    return WorkItem(row.file_name, reverse("frameworks:import_detail", args=[row.pk]))


IMPORTS = WorkHolder(_("Frameworks being read in"), "frameworks", "actor", _open, _shown)
