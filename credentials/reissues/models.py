"""Which compromised key's credentials are being issued anew, and by which batches."""

import uuid
from datetime import datetime
from typing import Any, Self

from django.conf import settings
from django.db import models

from credentials.reissues.states import ReissueState
from institution.accounts.authz import where_allowed


class ReissueQuerySet(models.QuerySet["Reissue"]):
    def open(self) -> Self:
        return self.exclude(state=ReissueState.DONE)

    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Re-issues of keys at or below a unit where the user's role may see keys."""
        return self.filter(where_allowed(user, "keys.view_keys", "key__profile__org_unit__path", now=now))


class Reissue(models.Model):
    """The issuing anew of all that a compromised key signed, as a registrar asked for it: one per key.

    Its batches hold a correction for each credential: new id, new status entry, the old one superseded.
    PII: who asked for it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    key = models.OneToOneField("keys.SigningKey", models.PROTECT, related_name="reissue")
    state = models.CharField(max_length=10, choices=ReissueState, default=ReissueState.PREPARING)
    batches = models.ManyToManyField("issuing.IssuanceBatch", related_name="reissues")
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    objects = ReissueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_finished_reissue_says_when",
                condition=~models.Q(state="done") | models.Q(finished_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def org_unit(self) -> "models.Model":
        """The unit whose registrars decide."""
        return self.key.profile.org_unit
