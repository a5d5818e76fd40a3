"""The institution itself, and its units as one tree."""

import uuid
from typing import Self

from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

PATH_STEP = 8  # hexadecimal characters of a unit's own step in its path, without the closing slash


class Institution(models.Model):
    """The college or district that runs this portal: exactly one row.

    PII: none.
    """

    class RecordTerm(models.TextChoices):
        LER = "LER", _("Learning and Employment Record (LER)")
        CLR = "CLR", _("Comprehensive Learner Record (CLR)")

    class ClaimQuestion(models.TextChoices):
        NONE = "none", _("Nothing: the link is enough")
        BIRTH_DATE = "birth_date", _("The date of birth")
        STUDENT_ID = "student_id", _("The student number")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=60)
    logo_svg = models.TextField(blank=True)
    accent_color = models.CharField(
        max_length=7, default="#0b5c6b", validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$")]
    )
    time_zone = models.CharField(max_length=64, default="America/Los_Angeles")
    default_language = models.CharField(max_length=8, default="en")
    record_term = models.CharField(max_length=3, choices=RecordTerm, default=RecordTerm.LER)
    portal_hosts = models.JSONField(default=list, blank=True)
    support_email = models.EmailField(blank=True)
    why_you_get_mail = models.TextField(blank=True)
    own_approval = models.BooleanField(default=False)  # may who submitted a version approve it?
    claim_question = models.CharField(max_length=12, choices=ClaimQuestion, default=ClaimQuestion.NONE)

    class Meta:
        constraints = [models.CheckConstraint(name="institution_is_one_row", condition=models.Q(id=1))]

    def __str__(self) -> str:
        return self.name


class OrgUnitQuerySet(models.QuerySet["OrgUnit"]):
    def below(self, unit: "OrgUnit") -> Self:
        """The unit itself and every unit under it."""
        return self.filter(path__startswith=unit.path)

    def above(self, unit: "OrgUnit") -> Self:
        """The unit itself and every unit over it."""
        return self.filter(path__in=unit.ancestor_paths())

    def open(self) -> Self:
        return self.filter(closed_at__isnull=True)


class OrgUnit(models.Model):
    """A place in the tree: district, college, school or department.

    `path` is the materialized way from the root, one step of eight characters and a slash each.
    PII: none.
    """

    class Kind(models.TextChoices):
        DISTRICT = "district", _("District")
        COLLEGE = "college", _("College")
        SCHOOL = "school", _("School")
        DEPARTMENT = "department", _("Department")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=200)
    code = models.CharField(max_length=40, blank=True)  # as the institution's own files spell it
    path = models.CharField(max_length=120, unique=True, editable=False)
    closed_at = models.DateTimeField(null=True, blank=True)
    objects = OrgUnitQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_unit_per_name_and_parent", fields=["parent", "name"]),
            models.UniqueConstraint(
                name="one_root_unit", fields=["kind"], condition=models.Q(parent__isnull=True)
            ),
        ]
        indexes = [
            models.Index(name="unit_by_path_prefix", fields=["path"], opclasses=["varchar_pattern_ops"])
        ]

    def __str__(self) -> str:
        return self.name

    def ancestor_paths(self) -> list[str]:
        """Return the paths from the root down to this unit, its own included."""
        step = PATH_STEP + 1
        return [self.path[:end] for end in range(step, len(self.path) + 1, step)]
