"""How the catalogue writes things out: Markdown as safe HTML, durations, money, credits in words."""

import re
from decimal import Decimal

import nh3
from django.utils.formats import number_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language_info, ngettext
from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from credentials.catalog.models import OfferingVersion

_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
_TAGS = {
    "p",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "code",
    "pre",
    "blockquote",
    "br",
    "hr",
    "a",
    "h3",
    "h4",
    "h5",
}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td"}
_HEADING = re.compile(r"<(/?)h([1-6])>")
_DURATION = re.compile(r"P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?\Z")


def markdown(text: str) -> SafeString:
    """Return Markdown as HTML with nothing in it but words; its headings start below those of the page."""
    drawn = _MARKDOWN.render(text or "")
    drawn = _HEADING.sub(lambda match: f"<{match[1]}h{min(5, int(match[2]) + 2)}>", drawn)
    clean = nh3.clean(drawn, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"})
    return mark_safe(clean)  # noqa: S308  (cleaned by nh3 just above)


def duration_words(duration: str) -> str:
    """Return an ISO 8601 duration in words: P10W is "10 weeks"; what cannot be read is returned as it is."""
    match = _DURATION.match(duration or "")
    if not match:
        return duration
    years, months, weeks, days, hours, minutes = (int(part) if part else 0 for part in match.groups())
    words = [
        (years, ngettext("%(count)s year", "%(count)s years", years)),
        (months, ngettext("%(count)s month", "%(count)s months", months)),
        (weeks, ngettext("%(count)s week", "%(count)s weeks", weeks)),
        (days, ngettext("%(count)s day", "%(count)s days", days)),
        (hours, ngettext("%(count)s hour", "%(count)s hours", hours)),
        (minutes, ngettext("%(count)s minute", "%(count)s minutes", minutes)),
    ]
    return ", ".join(said % {"count": count} for count, said in words if count)


def cost_words(cost: Decimal | None) -> str:
    """Return a cost in dollars as the United States write it in every language, "" if it is not known."""
    if cost is None:
        return ""
    places = 0 if cost == cost.to_integral_value() else 2
    return f"${cost:,.{places}f}" if cost else _("Free")


def credit_words(version: OfferingVersion, earned: Decimal | None = None) -> str:
    """Return the credits with what they are counted in, "" if there are none. earned: if they were fewer."""
    credits = version.credits if earned is None else earned
    if credits is None:
        return ""
    return f"{number_format(credits.normalize() + 0)} {version.get_credit_unit_display()}"


def language_name(tag: str) -> str:
    """Return a language's own name: Español for es; the tag itself where it is not known."""
    try:
        return str(get_language_info(tag.lower())["name_local"]).capitalize()
    except KeyError:
        return tag
