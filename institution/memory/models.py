"""What the house remembers: systems, pilots, decisions, and the words it uses."""

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class GlossaryTerm(models.Model):
    """A word of the field, explained in one or two plain sentences, per language.

    PII: none.
    """

    slug = models.SlugField(max_length=60)
    language = models.CharField(max_length=8, default="en")
    term = models.CharField(max_length=80)
    expansion = models.CharField(max_length=160, blank=True)
    explanation = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_term_per_language", fields=["slug", "language"])]

    def __str__(self) -> str:
        return self.term


class SystemRecord(models.Model):
    """A system the institution runs: what it is for, who bought it and why, which formats come out.

    PII: the owner as a person of staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="systems")
    name = models.CharField(max_length=120)
    purpose = models.TextField()
    why_chosen = models.TextField(blank=True)
    data_owner = models.CharField(max_length=160, blank=True)
    formats_out = models.CharField(max_length=300, blank=True)
    contract_ends_on = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name


class Pilot(models.Model):
    """A small start: what is tried, by whom, until when, and when to decide.

    PII: the owner as a person of staff.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="pilots")
    name = models.CharField(max_length=160)
    question = models.TextField()
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    starts_on = models.DateField()
    decide_on = models.DateField()
    outcome = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name


class Decision(models.Model):
    """Something the institution decided, with the reason, to be found again in two years.

    PII: who decided.
    """

    class Field(models.TextChoices):
        CATALOG = "catalog", _("Catalogue")
        ISSUING = "issuing", _("Issuing")
        SYSTEMS = "systems", _("Systems")
        OTHER = "other", _("Other")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="decisions")
    field = models.CharField(max_length=10, choices=Field, default=Field.OTHER)
    title = models.CharField(max_length=200)
    rationale = models.TextField()
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()
    pilot = models.ForeignKey(Pilot, models.PROTECT, null=True, blank=True, related_name="decisions")

    def __str__(self) -> str:
        return self.title
