"""Answers for strangers' machines: exact bytes, any origin, an ETag, no cookies, the same for everybody.

Rule: decisions 2. A browser that sends `If-None-Match` from another site asks first (preflight).
"""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.http.response import HttpResponseBase

PUBLIC_SECONDS = 300


def public_bytes(
    request: HttpRequest, body: bytes, content_type: str, *, etag: str = "", max_age: int = PUBLIC_SECONDS
) -> HttpResponse:
    """Return the bytes as they are, or 304 for who has them already."""
    tag = f'"{etag or hashlib.sha256(body).hexdigest()[:32]}"'
    response: HttpResponse
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponseNotModified()
    else:
        response = HttpResponse(body, content_type=content_type)
    response["ETag"] = tag
    response["Cache-Control"] = f"public, max-age={max_age}"
    response["Access-Control-Allow-Origin"] = "*"
    response["X-Content-Type-Options"] = "nosniff"
    response.same_for_everybody = True  # type: ignore[attr-defined]
    return response


def preflight() -> HttpResponse:
    """Return the answer to a browser that asks whether another site may read what is public."""
    response = HttpResponse(status=204)
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Allow-Methods"] = "GET, HEAD"
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return response


class SameForEverybody:
    """Middleware: takes from public bytes what says that they differ by language or cookie.

    A cache between us and strangers would keep a copy for each language otherwise.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if getattr(response, "same_for_everybody", False):
            for name in ("Vary", "Content-Language"):
                response.headers.pop(name, None)
        return response
