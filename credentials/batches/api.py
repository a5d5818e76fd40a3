"""Batches for partners: a system sends completions, a registrar confirms, the system reads what came of it."""

from typing import Any

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, extend_schema
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework import mixins, serializers, status, viewsets
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from credentials.completions.columns import FIELDS
from credentials.issuing import services
from credentials.issuing.models import BatchRow, IssuanceBatch
from credentials.issuing.services.intake import SOURCE
from credentials.issuing.states import BatchState, RowState
from institution.accounts.models import OrgUnit
from institution.asked import PAGES, MomentFilter, StrictParameters, StrictSerializer, unknown_fields

MAX_ROWS = 2_000
NAMES = tuple(one.name for one in FIELDS)


class RowField(serializers.DictField):
    """One completion, with the fields of a file. What is wrong with its values is said row by row."""

    child = serializers.CharField(allow_blank=True, max_length=4_000, trim_whitespace=True)

    def to_internal_value(self, data: Any) -> Any:
        row = super().to_internal_value(data)
        if faults := unknown_fields(row, NAMES):
            raise serializers.ValidationError(faults)
        return row


class CompletionSerializer(serializers.Serializer[Any]):
    """One completion: who, what, when. (source, source_id) matches the person, else the address."""

    source_id = serializers.CharField(required=False, help_text="The person's number in your system.")
    name = serializers.CharField(help_text="As the person writes it. It stands in the credential.")
    email = serializers.CharField(required=False)
    code = serializers.CharField(help_text="Code of an approved offering or achievement.")
    awarded_on = serializers.DateField()
    result = serializers.CharField(required=False)
    credits = serializers.CharField(
        required=False, help_text="Earned, where they may be fewer than the offering gives: “2.5”."
    )
    narrative = serializers.CharField(required=False)
    evidence_url = serializers.CharField(required=False)
    expires_on = serializers.DateField(required=False)
    birth_date = serializers.DateField(
        required=False, help_text="Asked before a claim, if the college says so. Kept as a salted mark only."
    )
    award_id = serializers.CharField(required=False, help_text="Your number of this completion.")


class NewBatchSerializer(StrictSerializer):
    """Completions to be awarded. Nothing is issued before a registrar has confirmed the batch."""

    title = serializers.CharField(max_length=200)
    org_unit = serializers.UUIDField(help_text="The unit whose offerings are meant.")
    source = serializers.RegexField(  # type: ignore[assignment]
        r"^[a-z0-9][a-z0-9._-]{0,39}$",
        default=SOURCE,
        help_text="Which system the source ids are of; “sis” is the college's own.",
    )
    rows = serializers.ListField(child=RowField(), min_length=1, max_length=MAX_ROWS)


class NewBatchShape(NewBatchSerializer):
    """The same for the schema: the values of rows are read one by one."""

    rows = CompletionSerializer(many=True)  # type: ignore[assignment]

    class Meta:
        ref_name = "NewBatch"


class BatchSerializer(serializers.ModelSerializer[IssuanceBatch]):
    """A batch: where it stands, and how many rows ask for what."""

    org_unit = serializers.UUIDField(source="org_unit_id")

    class Meta:
        model = IssuanceBatch
        fields = (
            "id",
            "title",
            "org_unit",
            "source",
            "state",
            "created_at",
            "confirmed_at",
            "signed_at",
            "released_at",
            "row_count",
            "issue_count",
            "correction_count",
            "nothing_count",
            "refused_count",
            "signed_count",
            "failed_count",
        )


class FaultSerializer(serializers.Serializer[Any]):
    """What is wrong with one value of a row, and what to do."""

    column = serializers.CharField()
    message = serializers.CharField()
    remedy = serializers.CharField()


class RowSerializer(serializers.ModelSerializer[BatchRow]):
    """What became of one row. Names and addresses are not sent back."""

    faults = FaultSerializer(many=True)
    credential = serializers.SerializerMethodField(help_text="The credential's id, once it is reserved.")

    class Meta:
        model = BatchRow
        fields = ("line", "source_id", "act", "state", "faults", "credential")

    def get_credential(self, row: BatchRow) -> str | None:
        """Return the id that the signed document carries."""
        found = getattr(row, "credential", None)
        return f"urn:uuid:{found.urn}" if found is not None else None


class AskedRowsSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=RowState.values, required=False, allow_blank=True)


class BatchFilterSet(django_filters.FilterSet):
    state = django_filters.ChoiceFilter(choices=BatchState.choices)
    created_since = MomentFilter("created_at")


class BatchScopes(TokenHasScope):
    """batches.read for reading, batches.write for sending."""

    def get_scopes(self, request: Request, view: Any) -> list[str]:
        return ["batches.write"] if request.method == "POST" else ["batches.read"]


class BatchViewSet(
    StrictParameters,
    mixins.RetrieveModelMixin,
    mixins.ListModelMixin,
    viewsets.GenericViewSet[IssuanceBatch],
):
    """The batches that this partner has sent, and no others."""

    permission_classes = [BatchScopes]
    queryset = IssuanceBatch.objects.none()  # for the schema only
    serializer_class = BatchSerializer
    filterset_class = BatchFilterSet

    def get_queryset(self) -> QuerySet[IssuanceBatch]:
        own = IssuanceBatch.objects.filter(created_by=self.request.user)
        return own.order_by("-created_at", "id")

    @extend_schema(
        request=NewBatchShape,
        responses={201: BatchSerializer},
        parameters=[
            OpenApiParameter(
                "Idempotency-Key",
                str,
                OpenApiParameter.HEADER,
                required=True,
                description="A value of your own. The same request under the same key is done once.",
            )
        ],
    )
    def create(self, request: Request) -> Response:
        """Send completions. The batch stays a draft until a registrar has read and confirmed it."""
        now = timezone.now()
        asked = NewBatchSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        batch = services.batch_from_rows(
            _unit(values["org_unit"]),
            values["rows"],
            title=values["title"],
            source=values["source"],
            names={name: name for name in NAMES},
            actor=request.user,
            now=now,
        )
        body = BatchSerializer(batch).data
        return Response(body, status.HTTP_201_CREATED, headers={"Location": f"{request.path}/{batch.pk}"})

    @extend_schema(
        responses={200: RowSerializer(many=True)},
        parameters=[
            OpenApiParameter("state", str, enum=RowState.values, description="Only rows in this state.")
        ],
        filters=False,
    )
    @action(detail=True, methods=["get"], filterset_class=None, parameters=(*PAGES, "state"))
    def rows(self, request: Request, pk: str | None = None) -> Response:
        """Read what became of each row, in the order they were sent."""
        found: Any = self.get_object().rows.select_related("credential").defer("credential__document")
        asked = AskedRowsSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        if wanted := asked.validated_data.get("state"):
            found = found.filter(state=wanted)
        page: Any = self.paginate_queryset(found.order_by("line"))
        return self.get_paginated_response(RowSerializer(page, many=True).data)


def _unit(pk: Any) -> OrgUnit:
    unit = OrgUnit.objects.open().filter(pk=pk).first()
    if unit is None:
        raise serializers.ValidationError({"org_unit": [_("There is no such unit.")]})
    return unit


router_entries = [("batches", BatchViewSet, "batch")]
