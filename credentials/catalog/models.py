"""What the institution offers and what is earned there, in versions that freeze on approval.

`ctid` is a system column of every PostgreSQL table, hence the column name `ct_identifier`.
"""

import uuid
from datetime import date, datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from credentials.catalog.states import AchievementType, Basis, CreditUnit, Kind, Modality, VersionState
from institution.accounts.authz import where_allowed


class OfferingQuerySet(models.QuerySet["Offering"]):
    def public(self) -> Self:
        return self.filter(current_version__isnull=False, retired_at__isnull=True)

    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Public offerings, and any offering at or below a unit where the user's role may see drafts."""
        mine = where_allowed(user, "catalog.view_offering", "org_unit__path", now=now)
        return self.filter(Q(current_version__isnull=False, retired_at__isnull=True) | mine)

    def workable_by(self, user: Any, *, now: datetime) -> Self:
        """Offerings a person of staff sees in their own lists: at or below the units of their roles."""
        return self.filter(where_allowed(user, "catalog.view_offering", "org_unit__path", now=now))


class Offering(models.Model):
    """Something a learner can take: a course, a workshop, a co-curricular activity.

    The stable identity only; everything a reader sees stands in its versions.
    CTDL: ceterms:Course when the kind is credit, else ceterms:LearningOpportunityProfile.
    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.ForeignKey("accounts.OrgUnit", models.PROTECT, related_name="offerings")
    code = models.CharField(max_length=40)  # unique in its unit: WELD-109
    ctid = models.CharField(
        max_length=39, blank=True, editable=False, db_column="ct_identifier"
    )  # "ce-" + UUID, minted on approval
    current_version = models.ForeignKey(
        "OfferingVersion", models.PROTECT, null=True, blank=True, related_name="current_of", editable=False
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True, blank=True)
    changed_at = models.DateTimeField(null=True, editable=False)  # approved, retired or restored last
    pilot = models.ForeignKey("memory.Pilot", models.PROTECT, null=True, blank=True, related_name="offerings")
    objects = OfferingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_offering_per_unit_and_code", fields=["org_unit", "code"]),
            models.UniqueConstraint(name="one_offering_per_ctid", fields=["ctid"], condition=~Q(ctid="")),
        ]
        indexes = [
            GinIndex(name="offering_by_code_words", fields=["code"], opclasses=["gin_trgm_ops"]),
            models.Index(name="offering_by_change", fields=["changed_at", "id"]),
        ]

    def __str__(self) -> str:
        return self.code


class OfferingVersionQuerySet(models.QuerySet["OfferingVersion"]):
    def open(self) -> Self:
        return self.filter(state__in=[VersionState.DRAFT, VersionState.SUBMITTED])

    def waiting(self) -> Self:
        return self.filter(state=VersionState.SUBMITTED)

    def newest(self) -> Self:
        """Of each offering the version with the highest number."""
        newer = OfferingVersion.objects.filter(offering=OuterRef("offering"), number__gt=OuterRef("number"))
        return self.filter(~Exists(newer))

    def allowing(self, user: Any, permission: str, *, now: datetime) -> Self:
        """Versions of offerings at or below a unit where the user's role grants a permission."""
        return self.filter(where_allowed(user, permission, "offering__org_unit__path", now=now))


class OfferingVersion(models.Model):
    """One state of an offering's text: open while draft or submitted, frozen once approved.

    credits: in `credit_unit`. duration: ISO 8601 (P10W). cost: in the institution's currency.
    PII: who wrote, submitted and approved it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    title = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=12, choices=Kind)
    credits = models.DecimalField(max_digits=6, decimal_places=2, null=True, blank=True)
    credit_unit = models.CharField(max_length=10, choices=CreditUnit, blank=True)
    level = models.CharField(max_length=60, blank=True)
    cip_code = models.CharField(max_length=7, blank=True)  # 51.3801
    modality = models.CharField(max_length=10, choices=Modality, blank=True)
    language = models.CharField(max_length=16, default="en")
    duration = models.CharField(max_length=20, blank=True)
    cost = models.DecimalField(max_digits=9, decimal_places=2, null=True, blank=True)
    prerequisites = models.TextField(blank=True)
    leads_to = models.ManyToManyField(Offering, blank=True, related_name="reached_from")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    effective_on = models.DateField(null=True)  # awards from this date on take this version
    objects = OfferingVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_version_per_number", fields=["offering", "number"]),
            models.UniqueConstraint(
                name="at_most_one_open_draft",
                fields=["offering"],
                condition=Q(state__in=["draft", "submitted"]),
            ),
            models.CheckConstraint(
                name="credits_have_a_unit", condition=Q(credits__isnull=True) | ~Q(credit_unit="")
            ),
            models.CheckConstraint(
                name="an_approved_version_says_since_when",
                condition=~Q(state="approved") | Q(approved_at__isnull=False, effective_on__isnull=False),
            ),
        ]
        indexes = [
            models.Index(name="version_waiting", fields=["submitted_at"], condition=Q(state="submitted")),
            GinIndex(SearchVector("title", "description", config="english"), name="version_by_text"),
            GinIndex(name="version_by_title_words", fields=["title"], opclasses=["gin_trgm_ops"]),
        ]
        triggers = [
            pgtrigger.Protect(
                name="approved_versions_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__state="approved"),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def org_unit(self) -> Any:
        """The unit whose roles decide over this version."""
        return self.offering.org_unit


class Achievement(models.Model):
    """What is earned at an offering (Open Badges 3.0, Achievement): the stable identity.

    `position` is given once and never changes. The first is the offering's own: it carries the offering's
    title, description, credits and code. Further ones have their own, and a code of their own.
    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    offering = models.ForeignKey(Offering, models.PROTECT, related_name="achievements")
    position = models.PositiveSmallIntegerField(default=1)
    code = models.CharField(max_length=60, blank=True)  # where it differs from the offering's
    ctid = models.CharField(max_length=39, blank=True, editable=False, db_column="ct_identifier")

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_achievement_per_position", fields=["offering", "position"]),
            models.UniqueConstraint(
                name="one_achievement_per_code", fields=["offering", "code"], condition=~Q(code="")
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class AchievementVersionQuerySet(models.QuerySet["AchievementVersion"]):
    def in_force_on(self, day: date) -> Self:
        """Approved versions that hold on a date, the newest first."""
        return self.filter(
            offering_version__state=VersionState.APPROVED, offering_version__effective_on__lte=day
        ).order_by("-offering_version__effective_on", "-offering_version__number")


class AchievementVersion(models.Model):
    """One state of an achievement, frozen with its OfferingVersion; its URL is `achievement.id`.

    `place`: its order in the version. An achievement that a version no longer holds is retired by it.
    `result_descriptions`: [{id, name, result_type, value_min, value_max, required_level,
    levels: [{id, name, description, level, points}]}]. `document` is the achievement as published:
    JSON text, written on approval and never changed.
    PII: none.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    achievement = models.ForeignKey(Achievement, models.PROTECT, related_name="versions")
    offering_version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="achievement_versions")
    place = models.PositiveSmallIntegerField(default=1, db_default=1)
    name = models.CharField(max_length=300)
    description = models.TextField(blank=True)
    achievement_type = models.CharField(max_length=40, choices=AchievementType, blank=True)
    criteria = models.TextField(blank=True)  # Markdown
    basis = models.CharField(max_length=14, choices=Basis, blank=True)
    assessed_by_role = models.CharField(max_length=120, blank=True)  # "Clinical instructor"
    result_descriptions = models.JSONField(default=list, blank=True)
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    image = models.BinaryField(null=True, blank=True)
    image_type = models.CharField(max_length=20, blank=True)  # image/png or image/svg+xml
    image_caption = models.CharField(max_length=200, blank=True)
    document = models.TextField(blank=True)
    objects = AchievementVersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                name="one_achievement_version_each", fields=["achievement", "offering_version"]
            )
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_achievements_are_frozen",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__document=""),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def number(self) -> int:
        """The version's number in URLs: that of its OfferingVersion."""
        return self.offering_version.number


class Alignment(models.Model):
    """A tie from an achievement's version to a skill (Open Badges 3.0, Alignment).

    PII: none.
    """

    achievement_version = models.ForeignKey(AchievementVersion, models.CASCADE, related_name="alignments")
    skill = models.ForeignKey("frameworks.Skill", models.PROTECT, related_name="alignments")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_alignment_per_skill", fields=["achievement_version", "skill"])
        ]

    def __str__(self) -> str:
        return str(self.skill_id)


class ReviewComment(models.Model):
    """What a dean says about one field of a submitted version.

    PII: the author as a person of staff.
    """

    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="comments")
    field = models.CharField(max_length=40)
    text = models.TextField()
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.field


class ReviewDecision(models.Model):
    """A dean's word on a version: approved, returned or retired, and why.

    PII: who decided, kept as the history of the offering.
    """

    class Outcome(models.TextChoices):
        APPROVED = "approved"
        RETURNED = "returned"
        RETIRED = "retired"

    version = models.ForeignKey(OfferingVersion, models.PROTECT, related_name="decisions")
    outcome = models.CharField(max_length=8, choices=Outcome)
    rationale = models.TextField(blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_return_says_why", condition=Q(outcome="approved") | ~Q(rationale="")
            )
        ]
        indexes = [models.Index(F("version"), F("decided_at").desc(), name="decision_by_version")]

    def __str__(self) -> str:
        return self.outcome
