"""Credentials for partners: those of learners who said yes to this partner, for as long as the yes holds."""

import json
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from oauth2_provider.contrib.rest_framework import TokenHasScope
from rest_framework import serializers, viewsets
from rest_framework.decorators import action
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from credentials.catalog.published import achievement_url
from credentials.issuing.models import Credential
from credentials.issuing.published import document_bytes
from credentials.issuing.states import CredentialState
from institution.asked import MomentFilter, StrictParameters
from learners.sharing.disclosure import consents_given_to, credentials_open_to, note_reading
from learners.sharing.models import Consent
from learners.sharing.states import Access


class SignedText(BaseRenderer):
    """Lets a credential out as the very bytes that were signed; problems as JSON."""

    media_type = "application/vc"
    format = "vc"
    charset = None
    render_style = "binary"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Any = None
    ) -> bytes:
        """Return bytes as they are."""
        return data if isinstance(data, bytes) else json.dumps(data, ensure_ascii=False).encode()


class SignedJson(SignedText):
    """The same under the older name."""

    media_type = "application/json"
    format = "json"


class CredentialSerializer(serializers.ModelSerializer[Credential]):
    """A credential a learner lets this partner read. `document` gives the signed text itself."""

    urn = serializers.SerializerMethodField(help_text="The id that the signed document carries.")
    achievement = serializers.SerializerMethodField(help_text="The achievement as signed.")
    name = serializers.CharField(source="achievement_version.name", help_text="What was earned.")
    state = serializers.ChoiceField(choices=CredentialState.choices)
    sha256 = serializers.SerializerMethodField(help_text="Of the signed text.")
    replaced_by = serializers.SerializerMethodField(help_text="The id of the credential that took its place.")
    document = serializers.HyperlinkedIdentityField(view_name="credential-document")

    class Meta:
        model = Credential
        fields = (
            "id",
            "urn",
            "name",
            "achievement",
            "awarded_on",
            "valid_from",
            "valid_until",
            "state",
            "released_at",
            "revoked_at",
            "revocation_code",
            "replaced_by",
            "sha256",
            "document",
        )

    def get_urn(self, row: Credential) -> str:
        return f"urn:uuid:{row.urn}"

    def get_achievement(self, row: Credential) -> str:
        return achievement_url(row.achievement_version)

    def get_sha256(self, row: Credential) -> str:
        return bytes(row.digest or b"").hex()

    def get_replaced_by(self, row: Credential) -> str | None:
        successor = getattr(row, "successor", None)
        return str(successor.pk) if successor is not None and successor.released_at else None


URN = {
    "type": "string",
    "format": "uri",
    "description": "The id that the signed document carries: urn:uuid:…",
}


class CredentialFilterSet(django_filters.FilterSet):
    """`source` and `source_id` together name a person as the college's systems do; `urn` names one credential."""

    urn = extend_schema_field(URN)(django_filters.UUIDFilter())
    achievement = django_filters.UUIDFilter(
        field_name="achievement_version__achievement_id",
        label="Only credentials of this achievement, whatever its version; its id stands in /achievements.",
    )
    source = django_filters.CharFilter(field_name="recipient__source")
    source_id = django_filters.CharFilter(field_name="recipient__source_id")
    state = django_filters.ChoiceFilter(choices=CredentialState.choices)
    consent = django_filters.UUIDFilter(
        method="under_consent", label="Only those that this consent opens; its id stands in /consents."
    )
    released_since = MomentFilter("released_at")

    def under_consent(self, found: QuerySet[Credential], name: str, value: UUID) -> QuerySet[Credential]:
        """Return the credentials of the learner who gave a consent."""
        return found.filter(recipient__claims__learner__consents=value, recipient__claims__ended_at=None)


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    """A learner's yes to this partner. It names nobody; the credentials it opens do."""

    class Meta:
        model = Consent
        fields = ("id", "purpose", "given_at", "until")


class ConsentViewSet(StrictParameters, viewsets.ReadOnlyModelViewSet[Consent]):
    """The consents in force that learners gave to this partner."""

    permission_classes = [TokenHasScope]
    required_scopes = ["credentials.read"]
    queryset = Consent.objects.none()  # for the schema only
    serializer_class = ConsentSerializer

    def get_queryset(self) -> QuerySet[Consent]:
        return consents_given_to(self.request.user, now=timezone.now()).order_by("given_at", "id")


class CredentialViewSet(StrictParameters, viewsets.ReadOnlyModelViewSet[Credential]):
    """Credentials of learners who consented to this partner. Each reading stands in the learner's log."""

    permission_classes = [TokenHasScope]
    required_scopes = ["credentials.read"]
    queryset = Credential.objects.none()  # for the schema only
    serializer_class = CredentialSerializer
    filterset_class = CredentialFilterSet

    def get_queryset(self) -> QuerySet[Credential]:
        found = credentials_open_to(self.request.user, now=timezone.now())
        found = found.select_related("achievement_version__offering_version", "successor")
        heavy = (
            "document",
            "salt",
            "revocation_note",
            "successor__document",
            "achievement_version__document",
        )
        return found.defer(*heavy, "achievement_version__image").order_by("released_at", "id")

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        self._note(list(page or ()), Access.LISTED)
        return page

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Read what stands in our books about one credential."""
        found = self.get_object()
        self._note([found], Access.FETCHED)
        return Response(self.get_serializer(found).data)

    @extend_schema(responses={(200, "application/vc"): OpenApiTypes.OBJECT})
    @action(
        detail=True,
        methods=["get"],
        renderer_classes=[SignedText, SignedJson],
        filterset_class=None,
        parameters=("format",),
    )
    def document(self, request: Request, pk: str | None = None) -> Response:
        """Read the signed text, byte for byte: an Open Badges 3.0 credential."""
        found = self.get_object()
        self._note([found], Access.DOWNLOADED)
        return Response(document_bytes(found))

    def _note(self, rows: list[Credential], what: Access) -> None:
        partner = self.request.user
        note_reading(rows, partner=partner, what=what, visitor=str(partner), now=timezone.now())


router_entries = [
    ("credentials", CredentialViewSet, "credential"),
    ("consents", ConsentViewSet, "consent"),
]
