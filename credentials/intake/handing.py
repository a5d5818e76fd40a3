"""Files that wait for a step pass to somebody else when their uploader leaves."""

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from institution.accounts.work import WorkHolder, WorkItem
from institution.imports.models import Upload
from institution.imports.states import UploadState

OVER = (UploadState.APPLIED, UploadState.ABANDONED)


def _open() -> "QuerySet[Upload]":
    return Upload.objects.exclude(state__in=OVER).defer("content", "packed", "sample")


def _shown(row: Upload) -> WorkItem:
    page = "intake:detail" if row.kind == "catalog.offerings" else "issuing:columns"
    return WorkItem(f"{row.file_name} · {row.get_state_display()}", reverse(page, args=[row.pk]))


FILES = WorkHolder(_("Files being read in"), "uploads", "uploaded_by", _open, _shown)
