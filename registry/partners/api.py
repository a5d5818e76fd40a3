"""What only the roof can tell partners: the list of changes of all rooms."""

from typing import Any, cast

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.reverse import reverse
from rest_framework.views import APIView

from institution.asked import MomentField, StrictParameters
from registry.partners import changes
from registry.partners.models import Change

PAGE = 500
ADDRESSES = {
    Change.Kind.OFFERING: "offering-detail",
    Change.Kind.ACHIEVEMENT: "achievement-detail",
    Change.Kind.FRAMEWORK: "framework-detail",
    Change.Kind.BATCH: "batch-detail",
    Change.Kind.CREDENTIAL: "credential-detail",
    Change.Kind.CONSENT: "consent-detail",
}


class ChangeSerializer(serializers.ModelSerializer[Change]):
    """One line: which thing changed, or is no more."""

    type = serializers.ChoiceField(source="kind", choices=Change.Kind.values)
    id = serializers.UUIDField(source="object_id")
    action = serializers.ChoiceField(choices=Change.Action.values)
    url = serializers.SerializerMethodField(help_text="Where it can be read now; null if it is deleted.")

    class Meta:
        model = Change
        fields = ("type", "id", "action", "why", "at", "url")

    def get_url(self, line: Change) -> str | None:
        """Return the address of the thing in this API."""
        name = ADDRESSES.get(Change.Kind(line.kind))
        if name is None or line.action == Change.Action.DELETED:
            return None
        return reverse(name, kwargs={"pk": line.object_id}, request=self.context["request"])


class ChangesSerializer(serializers.Serializer[Any]):
    """Changes in their order, and where to go on."""

    results = ChangeSerializer(many=True)
    cursor = serializers.CharField(help_text="Keep it. With ?cursor= you go on after the last line you read.")
    more = serializers.BooleanField(help_text="True if there is more to read now.")


class AskedSerializer(serializers.Serializer[Any]):
    cursor = serializers.CharField(required=False, max_length=200)
    since = MomentField(required=False)
    page_size = serializers.IntegerField(required=False, min_value=1, max_value=PAGE)


class HasAnyReadingScope(IsAuthenticated):
    """A token with at least one of the scopes whose things are listed."""

    def has_permission(self, request: Request, view: Any) -> bool:
        token: Any = request.auth
        return bool(token) and bool(set(changes.KINDS_OF_SCOPE) & set(token.scopes))


class ChangesView(StrictParameters, APIView):
    """What changed, for as far as the token's scopes reach."""

    permission_classes = [HasAnyReadingScope]
    parameters = ("cursor", "since", "page_size")

    @extend_schema(
        operation_id="changes_list",
        parameters=[
            OpenApiParameter("cursor", str, description="From an earlier answer. Then `since` is not used."),
            OpenApiParameter(
                "since", OpenApiTypes.DATETIME, description="A moment with its zone, to begin from."
            ),
            OpenApiParameter("page_size", int, description="At most 500."),
        ],
        responses={200: ChangesSerializer},
        tags=["changes"],
    )
    def get(self, request: Request) -> Response:
        """Read changes in their order. No change is ever listed before a cursor that was given out."""
        asked = AskedSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        now, token = timezone.now(), cast(Any, request.auth)
        changes.list_new(now=now)
        page = changes.read_changes(
            request.user,
            token.scopes,
            cursor=asked.validated_data.get("cursor", ""),
            since=asked.validated_data.get("since"),
            limit=asked.validated_data.get("page_size", PAGE),
            now=now,
        )
        rows = ChangeSerializer(page.lines, many=True, context={"request": request}).data
        answer = Response({"results": rows, "cursor": page.cursor, "more": page.more})
        if page.cursor:
            here = request.build_absolute_uri(request.path)
            size = asked.validated_data.get("page_size")
            kept = f"&page_size={size}" if size else ""
            answer["Link"] = f'<{here}?cursor={page.cursor}{kept}>; rel="next"'
        return answer
