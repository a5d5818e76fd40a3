"""Orders to withdraw many credentials at once. An unfinished one is work to do: rows are the queue."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from credentials.issuing.states import RevocationCode
from institution.accounts.authz import where_allowed


class WithdrawalQuerySet(models.QuerySet["Withdrawal"]):
    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Orders of a unit where the user's role may see its credentials, and the user's own."""
        mine = where_allowed(user, "issuing.view_credential", "org_unit__path", now=now)
        return self.filter(mine | Q(ordered_by=user))

    def unfinished(self) -> Self:
        return self.filter(finished_at=None)


class Withdrawal(models.Model):
    """One person's order to withdraw a list of credentials, carried out part by part by workers.

    The list is frozen when it is ordered. The id comes from the page that asked, so that a form sent
    twice is one order. `org_unit` is the lowest unit above all of its credentials.
    PII: who ordered it; `note` is internal and never leaves.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    code = models.CharField(max_length=16, choices=RevocationCode)
    note = models.TextField(blank=True)
    ordered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    ordered_at = models.DateTimeField()
    total = models.PositiveIntegerField()
    part_count = models.PositiveIntegerField()
    parts_done = models.PositiveIntegerField(default=0)
    seen_count = models.PositiveIntegerField(default=0)  # credentials of the parts that are done
    withdrawn_count = models.PositiveIntegerField(default=0)  # of these, those that were valid till then
    finished_at = models.DateTimeField(null=True)
    objects = WithdrawalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="no_more_parts_than_ordered", condition=Q(parts_done__lte=models.F("part_count"))
            )
        ]
        indexes = [
            models.Index(name="unfinished_withdrawals", fields=["ordered_at"], condition=Q(finished_at=None))
        ]

    def __str__(self) -> str:
        return str(self.pk)


class WithdrawalItem(models.Model):
    """One credential of an order, with the part that it belongs to; a person's lie in one part.

    PII: none.
    """

    id = models.BigAutoField(primary_key=True)
    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="items", db_index=False)
    part = models.PositiveIntegerField()
    credential = models.ForeignKey("issuing.Credential", models.PROTECT, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_item_per_credential", fields=["withdrawal", "credential"])
        ]
        indexes = [models.Index(name="items_by_part", fields=["withdrawal", "part"])]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} {self.part}"
