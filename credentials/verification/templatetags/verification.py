"""Words of strangers on our page: Markdown without links, pictures or markup of its own."""

from datetime import date

import nh3
from django import template
from django.utils.dateparse import parse_date
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt

register = template.Library()
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(["image", "link", "autolink"])
_TAGS = {"p", "ul", "ol", "li", "em", "strong", "br", "blockquote"}


@register.filter
def plain_markdown(text: str) -> SafeString:
    """Return a stranger's Markdown as paragraphs, lists and emphasis; nothing in it can be pressed or loaded."""
    rendered = _MARKDOWN.render(text[:6_000])
    return mark_safe(nh3.clean(rendered, tags=_TAGS, attributes={}))  # noqa: S308  (cleaned on this line)


@register.filter
def day(text: str) -> date | None:
    """Return the day of an ISO date, for the date filter; None where it is none."""
    try:
        return parse_date(text) if text else None
    except ValueError:
        return None
