"""Words of the audit trail for templates."""

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
