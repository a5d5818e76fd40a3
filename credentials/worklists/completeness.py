"""What a version still lacks, why it matters, and how many minutes it takes to add.

Each item is a condition in the database, so that a page, a filter and a desk count the same way.
"""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from credentials.catalog.models import AchievementVersion, Alignment, OfferingVersion


@dataclass(frozen=True)
class Item:
    """One thing worth having. weight: its share of the whole. done: a condition on OfferingVersion."""

    field: str
    weight: int
    minutes: int
    why: Promise
    done: Any


@dataclass(frozen=True)
class Completeness:
    """How far a version is. items: [(field, done, why)]. minutes: what the missing ones take together."""

    percent: int
    items: list[tuple[str, bool, str]]
    minutes: int
    needed: list[str]  # missing, and without it a dean cannot be asked

    @property
    def missing(self) -> list[tuple[str, str]]:
        """What is not there yet: [(field, why)]."""
        return [(field, why) for field, done, why in self.items if not done]


def _earned(**conditions: Any) -> Exists:
    rows = AchievementVersion.objects.filter(offering_version=OuterRef("pk"), achievement__position=1)
    return Exists(rows.exclude(**conditions))


_SKILLS = Exists(
    Alignment.objects.filter(
        achievement_version__offering_version=OuterRef("pk"), achievement_version__achievement__position=1
    )
)
_THIN = AchievementVersion.objects.filter(
    Q(description="") | Q(achievement_type="") | Q(criteria="") | Q(basis=""),
    offering_version=OuterRef("pk"),
    achievement__position__gt=1,
)
_ONWARD = Exists(OfferingVersion.leads_to.through.objects.filter(offeringversion=OuterRef("pk")))
ITEMS = [
    Item("title", 6, 1, _("It is the first thing anybody reads."), ~Q(title="")),
    Item(
        "description", 12, 5, _("Learners choose by it, and every credential carries it."), ~Q(description="")
    ),
    Item(
        "achievement_type",
        10,
        1,
        _("It says what is earned; wallets sort by it."),
        _earned(achievement_type=""),
    ),
    Item(
        "criteria",
        14,
        8,
        _("Employers ask what had to be done. No credential goes without it."),
        _earned(criteria=""),
    ),
    Item("basis", 8, 1, _("Assessed and taken part in are told apart on every page."), _earned(basis="")),
    Item("skills", 14, 5, _("Skills are what employers search for, and what a record counts."), _SKILLS),
    Item(
        "result_descriptions",
        8,
        6,
        _("Without levels a result is only a word."),
        _earned(result_descriptions=[]),
    ),
    Item(
        "assessed_by_role",
        4,
        1,
        _("Readers trust a result more when they know whose it is."),
        _earned(assessed_by_role=""),
    ),
    Item(
        "credits",
        5,
        1,
        _("Hours or credits let other colleges compare."),
        Q(credits__isnull=False) | Q(kind="cocurricular"),
    ),
    Item("duration", 4, 1, _("Learners plan their weeks by it."), ~Q(duration="")),
    Item("cost", 3, 1, _("Learners look for the cost first; write 0 if it is free."), Q(cost__isnull=False)),
    Item("modality", 3, 1, _("Learners who work or care for others need to know where."), ~Q(modality="")),
    Item("cip_code", 3, 2, _("State reports group programs by it."), ~Q(cip_code="")),
    Item(
        "image", 2, 4, _("A picture makes the credential easy to find in a wallet."), _earned(image_type="")
    ),
    Item(
        "achievements",
        2,
        10,
        _("Each achievement needs its description, kind, criteria and basis."),
        ~Exists(_THIN),
    ),
    Item("leads_to", 2, 2, _("The next step keeps learners going."), _ONWARD),
]
NEEDED = {"title", "description", "achievement_type", "criteria", "basis", "achievements"}


def _points(item: Item) -> Case:
    return Case(When(item.done, then=Value(item.weight)), default=Value(0), output_field=IntegerField())


def with_completeness(versions: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
    """Return the versions with `percent`: 0 to 100."""
    total: Any = Value(0)
    for item in ITEMS:
        total = total + _points(item)
    return versions.annotate(percent=total)


def with_items(versions: QuerySet[OfferingVersion]) -> QuerySet[OfferingVersion]:
    """Return the versions with what `completeness_of` reads, in the same query."""
    return versions.annotate(**{f"has_{item.field}": _points(item) for item in ITEMS})


def completeness_of(version: OfferingVersion) -> Completeness:
    """Return how far a version of `with_items` is."""
    points = {item.field: int(getattr(version, f"has_{item.field}")) for item in ITEMS}
    items = [(item.field, points[item.field] > 0, str(item.why)) for item in ITEMS]
    return Completeness(
        percent=sum(points.values()),
        items=items,
        minutes=sum(item.minutes for item in ITEMS if not points[item.field]),
        needed=[field for field, done, _why in items if not done and field in NEEDED],
    )


def completeness(version: OfferingVersion) -> Completeness:
    """Return how far one version is, in one query."""
    return completeness_of(with_items(OfferingVersion.objects.filter(pk=version.pk)).get())
