"""Words of the audit trail for templates."""

from typing import Any

from django import template

from registry.desk import acts

register = template.Library()


@register.filter
def act_words(kind: str) -> str:
    """Return what was done, in words."""
    return acts.words_of(kind)


@register.filter
def act_thing(target_type: str) -> str:
    """Return what it was done to, in words."""
    return acts.thing_of(target_type)


@register.filter
def act_key(name: str) -> str:
    """Return how a detail of an act is called."""
    return name.replace("_", " ")


@register.filter
def act_value(value: Any) -> Any:
    """Return a detail of an act as people write it: a list with commas."""
    return ", ".join(map(str, value)) if isinstance(value, list) else value
