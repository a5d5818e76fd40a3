"""Filters for the pages of status lists."""

from datetime import UTC, datetime
from typing import Any

from django import template

register = template.Library()


@register.filter
def of(found: dict[Any, Any], key: Any) -> Any:
    """Return what a table holds under a key; an empty list if nothing."""
    return found.get(key, [])


@register.filter
def moment(at: datetime) -> str:
    """Return a moment as `?timestamp=` wants it, to the microsecond so that it is this very version."""
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")
