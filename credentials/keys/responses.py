"""Answers for strangers' machines: exact bytes, any origin, an ETag, no cookies (decisions 2)."""

import hashlib

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified

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
    return response
