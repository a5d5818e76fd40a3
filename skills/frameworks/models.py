"""Skills frameworks: who says which skills exist, how they hang together, and how they came here."""

import uuid
from typing import Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q


class Framework(models.Model):
    """A published set of skills: a CASE CFDocument or an RSD collection.

    PII: none.
    """

    class Kind(models.TextChoices):
        CASE = "case", "CASE"
        RSD = "rsd", "Rich Skill Descriptors"
        OWN = "own", "Own"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    source_id = models.CharField(max_length=300, unique=True)  # CFDocument identifier or collection URL
    uri = models.CharField(max_length=500, blank=True)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    creator = models.CharField(max_length=200, blank=True)
    publisher = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=16, default="en")
    licence = models.CharField(max_length=300, blank=True)
    adoption_status = models.CharField(max_length=60, blank=True)
    source_changed_at = models.DateTimeField(null=True, blank=True)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="frameworks")
    created_at = models.DateTimeField()
    raw = models.JSONField(default=dict)  # members we do not model, for the round trip

    def __str__(self) -> str:
        return self.title


class SkillQuerySet(models.QuerySet["Skill"]):
    def current(self) -> Self:
        return self.filter(retired_at__isnull=True)

    def top(self) -> Self:
        return self.filter(parent__isnull=True)


class Skill(models.Model):
    """One skill: a CASE CFItem or a Rich Skill Descriptor. What vanished is retired, never deleted.

    `uri` is what an Alignment's targetUrl carries, kept verbatim. `parent` is the first isChildOf
    within the framework; further parents are Associations.
    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, related_name="skills")
    source_id = models.CharField(max_length=500)
    uri = models.CharField(max_length=500)
    code = models.CharField(max_length=120, blank=True)
    item_type = models.CharField(max_length=80, blank=True)
    name = models.CharField(max_length=300)
    statement = models.TextField()
    keywords = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    language = models.CharField(max_length=16, default="en")
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField(default=0)
    source_changed_at = models.DateTimeField(null=True, blank=True)
    retired_at = models.DateTimeField(null=True, blank=True)
    raw = models.JSONField(default=dict)
    search_text = models.TextField(blank=True)  # name, statement, code and keywords, lower case, unaccented
    objects = SkillQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_skill_per_source_id", fields=["framework", "source_id"])
        ]
        indexes = [
            GinIndex(name="skill_by_words", fields=["search_text"], opclasses=["gin_trgm_ops"]),
            models.Index(name="skill_by_parent", fields=["framework", "parent", "position"]),
        ]

    def __str__(self) -> str:
        return self.name


class Association(models.Model):
    """An edge between skills: origin *kind* destination (CASE associationType). Also the crosswalk.

    A destination in a framework that is not here yet is kept by its URI.
    PII: none.
    """

    framework = models.ForeignKey(Framework, models.PROTECT, related_name="associations")
    source_id = models.CharField(max_length=500)
    kind = models.CharField(max_length=40)
    origin = models.ForeignKey(Skill, models.PROTECT, related_name="associations_from")
    destination = models.ForeignKey(
        Skill, models.PROTECT, null=True, blank=True, related_name="associations_to"
    )
    destination_uri = models.CharField(max_length=500)
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_association_per_source_id", fields=["framework", "source_id"])
        ]

    def __str__(self) -> str:
        return f"{self.origin_id} {self.kind} {self.destination_uri}"


class ImportRun(models.Model):
    """One import of a framework file: what was added, changed, retired, and what was wrong.

    PII: who imported.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    framework = models.ForeignKey(Framework, models.PROTECT, null=True, related_name="runs")
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="+")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField(null=True)
    read_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    report = models.JSONField(default=dict)  # {added, changed, unchanged, retired: counts; faults: [...]}

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="an_applied_run_names_its_framework",
                condition=Q(applied_at__isnull=True) | Q(framework__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.file_name
