"""What every endpoint does alike, wherever its room stands: page headers, and answers that may be repeated."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.db import transaction
from django.utils import timezone
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from registry.partners import idempotency
from registry.partners.idempotency import Kept
from registry.partners.paging import with_links

KEY = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"


class Linked:
    """Adds the headers of pages to a list's answer."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        answer = super().finalize_response(request, response, *args, **kwargs)  # type: ignore[misc]
        return with_links(answer) if isinstance(answer, Response) else answer


def repeatable(create: Callable[..., Response]) -> Callable[..., Response]:
    """Return a `create` that is done once per client and Idempotency-Key.

    The key, the work and the answer are one transaction; a second request gets the kept answer. What is
    made has an `id`, and stands below the address it was sent to.
    """

    @wraps(create)
    def once(view: Any, request: Request, *args: Any, **kwargs: Any) -> Response:
        token: Any = request.auth
        raw = request._request.body  # before the parser drains it
        digest = idempotency.digest_of("POST", request.path, raw)
        with transaction.atomic():
            begun = idempotency.begin(
                token.application, request.headers.get(KEY, ""), digest, now=timezone.now()
            )
            if isinstance(begun, Kept):
                headers = {REPLAYED: "true", "Location": f"{request.path}/{begun.body['id']}"}
                return Response(begun.body, begun.status, headers=headers)
            answer = create(view, request, *args, **kwargs)
            idempotency.keep(begun, answer.status_code, json.loads(JSONRenderer().render(answer.data)))
        return answer

    return once


def door(viewset: type[Any]) -> type[Any]:
    """Return a room's viewset as the API mounts it, under the same name."""
    body: dict[str, Any] = {"__doc__": viewset.__doc__, "__module__": viewset.__module__}
    if hasattr(viewset, "create"):
        body["create"] = repeatable(viewset.create)
    return type(viewset.__name__, (Linked, viewset), body)
