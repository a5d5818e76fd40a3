"""Skills for partners: frameworks and their skills, read only, retired ones marked and never missing."""

import django_filters
from django.db.models import Count, Q, QuerySet
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework import serializers, viewsets

from institution.asked import MomentFilter, StrictParameters
from skills.frameworks.models import Framework, Skill
from skills.frameworks.words import plain

MAX_WORDS = 8


class FrameworkSerializer(serializers.ModelSerializer[Framework]):
    """A published set of skills: a CASE CFDocument or an RSD collection."""

    org_unit = serializers.CharField(source="org_unit.name")
    license = serializers.CharField(source="licence")
    skill_count = serializers.IntegerField(help_text="Skills that are not retired.")

    class Meta:
        model = Framework
        fields = (
            "id",
            "kind",
            "source_id",
            "uri",
            "title",
            "description",
            "creator",
            "publisher",
            "language",
            "license",
            "adoption_status",
            "source_changed_at",
            "org_unit",
            "skill_count",
        )


class SkillSerializer(serializers.ModelSerializer[Skill]):
    """One skill: a CASE CFItem or a Rich Skill Descriptor. `uri` is what alignments point to."""

    class Meta:
        model = Skill
        fields = (
            "id",
            "framework",
            "source_id",
            "uri",
            "code",
            "item_type",
            "name",
            "statement",
            "keywords",
            "language",
            "parent",
            "position",
            "source_changed_at",
            "retired_at",
        )


class FrameworkFilterSet(django_filters.FilterSet):
    kind = django_filters.ChoiceFilter(choices=Framework.Kind.choices)
    source_id = django_filters.CharFilter()


class SkillFilterSet(django_filters.FilterSet):
    q = django_filters.CharFilter(method="with_words", label="Words that all occur, accents and case apart.")
    framework = django_filters.UUIDFilter(field_name="framework_id")
    parent = django_filters.UUIDFilter(field_name="parent_id")
    code = django_filters.CharFilter(lookup_expr="iexact")
    uri = django_filters.CharFilter()
    source_id = django_filters.CharFilter()
    retired = django_filters.BooleanFilter(
        field_name="retired_at", lookup_expr="isnull", exclude=True, label="Only retired skills, or none."
    )
    retired_since = MomentFilter("retired_at")

    def with_words(self, skills: QuerySet[Skill], name: str, value: str) -> QuerySet[Skill]:
        """Return the skills that hold all the words."""
        for word in plain(value).split()[:MAX_WORDS]:
            skills = skills.filter(search_text__contains=word)
        return skills


class FrameworkViewSet(StrictParameters, viewsets.ReadOnlyModelViewSet[Framework]):
    """Frameworks that the college uses."""

    permission_classes = [TokenHasScope]
    required_scopes = ["catalog.read"]
    serializer_class = FrameworkSerializer
    filterset_class = FrameworkFilterSet

    def get_queryset(self) -> QuerySet[Framework]:
        current = Count("skills", filter=Q(skills__retired_at__isnull=True))
        found = Framework.objects.select_related("org_unit").defer("raw").annotate(skill_count=current)
        return found.order_by("title", "id")


class SkillViewSet(StrictParameters, viewsets.ReadOnlyModelViewSet[Skill]):
    """Skills, retired ones among them; `retired=false` leaves those out."""

    permission_classes = [TokenHasScope]
    required_scopes = ["catalog.read"]
    serializer_class = SkillSerializer
    filterset_class = SkillFilterSet

    def get_queryset(self) -> QuerySet[Skill]:
        return Skill.objects.defer("raw", "search_text").order_by("framework_id", "position", "id")


router_entries = [
    ("frameworks", FrameworkViewSet, "framework"),
    ("skills", SkillViewSet, "skill"),
]
