"""Pages of lists: the whole count and the neighbors in headers as well as in the body."""

from typing import Any

from rest_framework.response import Response


def with_links(response: Response) -> Response:
    """Add X-Total-Count and Link (RFC 8288) to an answer whose body is a page."""
    body: Any = response.data
    if not isinstance(body, dict) or "results" not in body:
        return response
    if isinstance(body.get("count"), int):
        response["X-Total-Count"] = str(body["count"])
    links = [
        f'<{body[key]}>; rel="{rel}"'
        for key, rel in (("next", "next"), ("previous", "prev"))
        if body.get(key)
    ]
    if links:
        response["Link"] = ", ".join(links)
    return response
