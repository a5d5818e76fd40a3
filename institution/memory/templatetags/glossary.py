"""`{% term "clr" %}`: a word of the field that explains itself where it stands."""

from typing import Any

from django import template
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import get_language

from institution.memory.models import GlossaryTerm

register = template.Library()


def words_of(language: str) -> dict[str, GlossaryTerm]:
    """Return the glossary of a language by slug, kept five minutes."""
    key = f"glossary:{language}"
    words: dict[str, GlossaryTerm] | None = cache.get(key)
    if words is None:
        words = {word.slug: word for word in GlossaryTerm.objects.filter(language=language)}
        cache.set(key, words, 300)
    return words


@register.inclusion_tag("_parts/term.html")
def term(slug: str, word: str = "", *, long: bool = False) -> dict[str, Any]:
    """Show a word with its explanation behind it; an unknown slug shows the word alone.

    long: the plain words first and the acronym after, where the term is one.
    """
    found = words_of((get_language() or "en")[:2]).get(slug.lower())
    if found is None:
        return {"word": word or slug, "meaning": ""}
    meaning = f"{found.expansion}. {found.explanation}" if found.expansion else found.explanation
    if long and found.expansion:
        word = f"{found.expansion} ({found.term})"
    return {
        "word": word or found.term,
        "meaning": meaning,
        "url": f"{reverse('memory:glossary')}#{found.slug}",
    }
