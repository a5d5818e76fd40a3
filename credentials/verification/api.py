"""POST /api/v1/credentials/verify: one credential or up to a hundred, checked as the page checks them."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework import serializers, status
from rest_framework.parsers import BaseParser
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.throttling import ScopedRateThrottle
from rest_framework.views import APIView

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.checks.examine import refused
from credentials.checks.report import Report
from credentials.reading import incoming
from credentials.verification import links, services, tasks
from credentials.verification.errors import TooManyDocuments
from institution.asked import StrictParameters, unknown_fields
from institution.errors import InvalidInput

MAX_DOCUMENTS = 100
MAX_BODY = 4 * 1024 * 1024
_BATCH = re.compile(
    rb'\s*\{\s*"(?:documents"\s*:\s*\[|recipient"\s*:\s*"[^"]{0,320}"\s*,\s*"documents"\s*:\s*\[)'
)


class BytesParser(BaseParser):
    """Hands over the body as it came: a credential is its bytes."""

    media_type = "*/*"

    def parse(  # type: ignore[override]
        self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> bytes:
        """Return the body. Raises RequestDataTooBig above the limit."""
        body: bytes = stream.read(MAX_BODY + 1)
        if len(body) > MAX_BODY:
            raise RequestDataTooBig
        return body


class CheckSerializer(serializers.Serializer[Any]):
    """One check of a report."""

    code = serializers.CharField()
    outcome = serializers.ChoiceField(["pass", "fail", "unknown"])
    reason = serializers.CharField(help_text="The verdict that it leads to, or empty.")
    warning = serializers.BooleanField(help_text="True if it does not decide the verdict.")
    label = serializers.CharField()  # type: ignore[assignment]
    sentence = serializers.CharField()
    advice = serializers.CharField()


class ReportSerializer(serializers.Serializer[Any]):
    """The answer about one credential."""

    ok = serializers.BooleanField()
    verdict = serializers.CharField()
    trial = serializers.BooleanField(
        help_text="True if it was made to try something out: nobody earned anything by it, whatever the verdict says."
    )
    conclusion = serializers.ChoiceField(["pass", "fail", "unknown"])
    answer = serializers.CharField()
    advice = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField())
    checks = CheckSerializer(many=True)
    credential = serializers.DictField()
    members = serializers.ListField(child=serializers.DictField())
    newer = serializers.DictField(
        allow_null=True, help_text="The report on the newer version that the issuer offers, or null."
    )


class ResultSerializer(ReportSerializer):
    """The answer about one of several credentials."""

    index = serializers.IntegerField(help_text="Which of the documents that were sent; the first is 0.")


class ReportsSerializer(serializers.Serializer[Any]):
    """The answer about several credentials."""

    ok = serializers.BooleanField(help_text="True if every one is.")
    results = ResultSerializer(many=True)


class TicketSerializer(serializers.Serializer[Any]):
    """A large credential is being checked by a worker."""

    state = serializers.ChoiceField(["checking"])
    report = serializers.CharField(help_text="Where the report will be, for ten minutes; as Location says.")


class DocumentsSerializer(serializers.Serializer[Any]):
    """Several credentials at once, each as an object or as text."""

    documents = serializers.ListField(child=serializers.JSONField(), max_length=MAX_DOCUMENTS)
    recipient = serializers.EmailField(required=False, help_text="Compared with the recipient; kept nowhere.")


ONE_OR_SEVERAL = PolymorphicProxySerializer(
    "OneOrSeveral", [ReportSerializer, ReportsSerializer], resource_type_field_name=None
)


class VerifyView(StrictParameters, APIView):
    """Check credentials. Needs no account; bad credentials are answers, not errors."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    parser_classes = [BytesParser]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "verify"

    @extend_schema(
        operation_id="verify_credentials",
        request={"application/json": DocumentsSerializer, "application/vc": OpenApiTypes.OBJECT},
        responses={200: ONE_OR_SEVERAL, 202: TicketSerializer},
        tags=["credentials"],
        auth=[],
    )
    def post(self, request: Request) -> Response:
        """Return one report, or `results` with one for each of `documents`, in their order."""
        body = request.data
        if not isinstance(body, bytes) or not body.strip():
            raise InvalidInput({"body": _("Send a credential, or an object with a list of documents.")})
        batch = _batch(body)
        if batch is None:
            return _one(body)
        documents, recipient = batch
        if len(documents) > MAX_DOCUMENTS:
            raise TooManyDocuments(limit=MAX_DOCUMENTS)
        now = timezone.now()
        reports = _each(documents, recipient, now)
        services.count(reports, now=now)
        results = [{"index": place} | report.as_dict() for place, report in enumerate(reports)]
        return Response({"ok": all(one.ok for one in reports), "results": results})


class ReportView(StrictParameters, APIView):
    """The report on a large credential that a worker checks."""

    authentication_classes: list[Any] = []
    permission_classes = [AllowAny]
    throttle_classes = [ScopedRateThrottle]
    throttle_scope = "verify"

    @extend_schema(
        operation_id="verify_credentials_report",
        responses={200: ReportSerializer, 202: TicketSerializer},
        tags=["credentials"],
        auth=[],
    )
    def get(self, request: Request, ticket: str) -> Response:
        """Return the report, or 202 while it is being made; after ten minutes it is gone."""
        reports = tasks.look(ticket, now=timezone.now())
        if reports is None:
            return _waiting(ticket)
        if len(reports) == 1:
            return Response(reports[0].as_dict())
        return Response({"ok": all(one.ok for one in reports), "results": [one.as_dict() for one in reports]})


def _batch(body: bytes) -> tuple[list[Any], str] | None:
    """Return documents and address of a batch; None if the body is a credential itself."""
    if b'"documents"' not in body[:MAX_BODY]:
        return None
    try:
        found = strict_json.loads(body, max_bytes=MAX_BODY)
    except ProofError as error:
        if _BATCH.match(body):  # a list of which nobody can tell what is in it has no results, one for each
            raise InvalidInput(
                {"body": _("This is not JSON with one meaning: {why}").format(why=error.detail)}
            ) from None
        return None
    documents = found.get("documents")
    if "@context" in found or documents is None:
        return None
    if not isinstance(documents, list) or not documents:
        raise InvalidInput({"documents": _("A list with at least one credential is needed.")})
    if faults := unknown_fields(found, DocumentsSerializer().fields):
        raise InvalidInput(faults)
    recipient = found.get("recipient") or ""
    if not isinstance(recipient, str):
        raise InvalidInput({"recipient": _("This is to be an address, as text.")})
    return documents, recipient


def _each(documents: list[Any], recipient: str, now: datetime) -> list[Report]:
    """Return one report for each document, in their order."""
    readable = [one for one in documents if isinstance(one, dict | str)]
    told = iter(
        services.verify_each(readable, now=now, expected_recipient=recipient, max_bytes=incoming.WEB_BYTES)
    )
    no_document = refused(_("Each document is an object, or the text of one."))
    return [next(told) if isinstance(one, dict | str) else no_document for one in documents]


def _one(body: bytes) -> Response:
    if len(body) > incoming.WEB_BYTES:
        return _waiting(tasks.hand_over([("", body)], now=timezone.now()))
    now = timezone.now()
    report = services.verify(body, now=now, follow=links.Follower(1))
    services.count([report], now=now)
    return Response(report.as_dict())


def _waiting(ticket: str) -> Response:
    url = reverse("verification-report", kwargs={"ticket": ticket})
    return Response(
        {"state": "checking", "report": url},
        status.HTTP_202_ACCEPTED,
        headers={"Location": url, "Retry-After": "2"},
    )


api_urlpatterns = [
    path("credentials/verify", VerifyView.as_view(), name="verification-verify"),
    path("credentials/verify/<str:ticket>", ReportView.as_view(), name="verification-report"),
]
