"""The catalogue for partners: offerings and achievements, read only, with changes since a moment."""

import json
from collections.abc import Callable
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import extend_schema
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credentials.catalog.models import AchievementVersion, Offering
from credentials.catalog.published import achievement_url
from credentials.catalog.states import Kind, Modality
from credentials.showcase.selectors import public_offering
from institution.asked import PAGES, MomentFilter, Pages, StrictParameters, moment_of


class CatalogPages(Pages):
    """Pages of which the first, with ?changed_since=, also lists what was retired since."""

    deleted: list[dict[str, Any]] | None = None

    def get_paginated_response(self, data: Any) -> Response:
        answer = super().get_paginated_response(data)
        if self.deleted is not None:
            answer.data["deleted"] = self.deleted
        return answer

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        gone = {
            "id": {"type": "string", "format": "uuid"},
            "retired_at": {"type": "string", "format": "date-time"},
        }
        described["properties"]["deleted"] = {
            "type": "array",
            "description": "Only with changed_since, on the first page: what was retired since.",
            "items": {"type": "object", "properties": gone},
        }
        return described


class AlignmentSerializer(serializers.Serializer[Any]):
    target_name = serializers.CharField(source="skill.name")
    target_url = serializers.CharField(source="skill.uri")
    target_code = serializers.CharField(source="skill.code")
    target_framework = serializers.CharField(source="skill.framework.title")


class AchievementBriefSerializer(serializers.ModelSerializer[AchievementVersion]):
    id = serializers.UUIDField(source="achievement_id")
    url = serializers.SerializerMethodField()
    alignments = AlignmentSerializer(many=True)

    class Meta:
        model = AchievementVersion
        fields = ("id", "url", "name", "achievement_type", "basis", "tags", "alignments")

    def get_url(self, row: AchievementVersion) -> str:
        """Return the address of the frozen achievement, as signed."""
        return achievement_url(row)


class OfferingSerializer(serializers.ModelSerializer[Offering]):
    """An offering as its current version says it."""

    org_unit = serializers.CharField(source="org_unit.name", help_text="The name of the unit that offers it.")
    org_unit_id = serializers.UUIDField(help_text="Its id, for filters and for batches.")
    version = serializers.IntegerField(source="current_version.number")
    title = serializers.CharField(source="current_version.title")
    description = serializers.CharField(source="current_version.description")
    kind = serializers.ChoiceField(source="current_version.kind", choices=Kind.choices)
    credits = serializers.DecimalField(
        source="current_version.credits", max_digits=6, decimal_places=2, allow_null=True
    )
    credit_unit = serializers.CharField(source="current_version.credit_unit")
    level = serializers.CharField(source="current_version.level")
    cip_code = serializers.CharField(source="current_version.cip_code")
    modality = serializers.ChoiceField(source="current_version.modality", choices=Modality.choices)
    language = serializers.CharField(source="current_version.language")
    duration = serializers.CharField(source="current_version.duration")
    cost = serializers.DecimalField(
        source="current_version.cost", max_digits=9, decimal_places=2, allow_null=True
    )
    prerequisites = serializers.CharField(source="current_version.prerequisites")
    effective_on = serializers.DateField(source="current_version.effective_on")
    leads_to = serializers.SerializerMethodField()
    achievements = AchievementBriefSerializer(source="current_version.achievement_versions", many=True)

    class Meta:
        model = Offering
        fields = (
            "id",
            "code",
            "ctid",
            "org_unit",
            "org_unit_id",
            "version",
            "title",
            "description",
            "kind",
            "credits",
            "credit_unit",
            "level",
            "cip_code",
            "modality",
            "language",
            "duration",
            "cost",
            "prerequisites",
            "effective_on",
            "changed_at",
            "leads_to",
            "achievements",
        )

    def get_leads_to(self, row: Offering) -> list[str]:
        """Return the ids of the public offerings that may follow."""
        return (
            [str(onward.pk) for onward in row.current_version.leads_to.all()] if row.current_version else []
        )


class AchievementSerializer(serializers.ModelSerializer[AchievementVersion]):
    """A current achievement with the document that credentials carry."""

    id = serializers.UUIDField(source="achievement_id")
    url = serializers.SerializerMethodField()
    offering = serializers.UUIDField(source="offering_version.offering_id")
    version = serializers.IntegerField(source="number")
    changed_at = serializers.DateTimeField(source="offering_version.offering.changed_at")
    document = serializers.SerializerMethodField()

    class Meta:
        model = AchievementVersion
        fields = ("id", "url", "offering", "version", "name", "achievement_type", "changed_at", "document")

    def get_url(self, row: AchievementVersion) -> str:
        """Return the address of the frozen achievement, as signed."""
        return achievement_url(row)

    def get_document(self, row: AchievementVersion) -> dict[str, Any]:
        """Return the Open Badges 3.0 Achievement."""
        document: dict[str, Any] = json.loads(row.document)
        return document


class AchievementStepSerializer(serializers.ModelSerializer[AchievementVersion]):
    """One frozen version of an achievement; credentials point to its address for ever."""

    url = serializers.SerializerMethodField()
    version = serializers.IntegerField(source="number")
    effective_on = serializers.DateField(source="offering_version.effective_on")
    current = serializers.SerializerMethodField()

    class Meta:
        model = AchievementVersion
        fields = ("url", "version", "name", "achievement_type", "effective_on", "current")

    def get_url(self, row: AchievementVersion) -> str:
        """Return the address of the frozen achievement, as signed."""
        return achievement_url(row)

    def get_current(self, row: AchievementVersion) -> bool:
        """Return whether completions are awarded by this version now."""
        taken = row.offering_version
        return taken.offering.current_version_id == taken.pk and taken.offering.retired_at is None


class OfferingFilterSet(django_filters.FilterSet):
    code = django_filters.CharFilter(field_name="code", lookup_expr="iexact")
    kind = django_filters.ChoiceFilter(field_name="current_version__kind", choices=Kind.choices)
    modality = django_filters.ChoiceFilter(field_name="current_version__modality", choices=Modality.choices)
    language = django_filters.CharFilter(field_name="current_version__language")
    cip_code = django_filters.CharFilter(field_name="current_version__cip_code", lookup_expr="startswith")
    org_unit = django_filters.UUIDFilter(field_name="org_unit_id")
    changed_since = MomentFilter("changed_at")


class AchievementFilterSet(django_filters.FilterSet):
    achievement_type = django_filters.CharFilter(field_name="achievement_type")
    offering = django_filters.UUIDFilter(field_name="offering_version__offering_id")
    changed_since = MomentFilter("offering_version__offering__changed_at")


class CatalogViewSet(StrictParameters, viewsets.ReadOnlyModelViewSet[Any]):
    """What both lists share: the scope, the pages, and the deletions beside the changes."""

    permission_classes = [TokenHasScope]
    required_scopes = ["catalog.read"]
    pagination_class = CatalogPages
    retired: Callable[[Any], list[dict[str, Any]]]  # each list says what it lost since a moment

    def paginate_queryset(self, queryset: QuerySet[Any] | Any) -> Any:
        page = super().paginate_queryset(queryset)
        text = self.request.query_params.get("changed_since")
        if (
            text
            and isinstance(self.paginator, CatalogPages)
            and self.request.query_params.get("page", "1") == "1"
        ):
            self.paginator.deleted = self.retired(moment_of(text))  # the filter has refused what is none
        return page


class OfferingViewSet(CatalogViewSet):
    """Approved offerings of the public catalogue."""

    serializer_class = OfferingSerializer
    filterset_class = OfferingFilterSet

    def get_queryset(self) -> QuerySet[Offering]:
        return public_offering(Offering.objects.public()).order_by("changed_at", "id")

    def retired(self, since: Any) -> list[dict[str, Any]]:
        rows = Offering.objects.filter(retired_at__gte=since, current_version__isnull=False)
        found = rows.order_by("retired_at", "id").values_list("id", "retired_at")
        return [{"id": pk, "retired_at": at} for pk, at in found]


class AchievementViewSet(CatalogViewSet):
    """Current achievements, each as the document that credentials carry."""

    serializer_class = AchievementSerializer
    filterset_class = AchievementFilterSet
    lookup_field = "achievement_id"
    lookup_url_kwarg = "pk"

    def get_queryset(self) -> QuerySet[AchievementVersion]:
        rows = AchievementVersion.objects.filter(
            offering_version__current_of__isnull=False, offering_version__current_of__retired_at__isnull=True
        )
        rows = rows.defer("image").select_related("achievement", "offering_version__offering")
        return rows.order_by("offering_version__offering__changed_at", "achievement_id")

    @extend_schema(responses=AchievementStepSerializer(many=True), filters=False)
    @action(detail=True, methods=["get"], filterset_class=None, parameters=PAGES)
    def versions(self, request: Request, pk: str | None = None) -> Response:
        """Read every approved version of an achievement, the newest first, also of a retired one."""
        rows = AchievementVersion.objects.filter(achievement=_uuid(pk)).exclude(document="")
        rows = rows.select_related("offering_version__offering").defer("image", "document")
        if not rows.exists():
            raise Http404
        page: Any = self.paginate_queryset(rows.order_by("-offering_version__number"))
        return self.get_paginated_response(AchievementStepSerializer(page, many=True).data)

    def retired(self, since: Any) -> list[dict[str, Any]]:
        rows = AchievementVersion.objects.filter(offering_version__current_of__retired_at__gte=since)
        found = rows.order_by("offering_version__current_of__retired_at", "achievement_id").values_list(
            "achievement_id", "offering_version__current_of__retired_at"
        )
        return [{"id": pk, "retired_at": at} for pk, at in found]


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError as error:
        raise Http404 from error


router_entries = [
    ("offerings", OfferingViewSet, "offering"),
    ("achievements", AchievementViewSet, "achievement"),
]
