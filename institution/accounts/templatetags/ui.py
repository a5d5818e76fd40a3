"""Template tags for parts of a page that need a little logic: icons, states, word differences, QR codes."""

import difflib
import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import segno
from django import template
from django.contrib.humanize.templatetags.humanize import NaturalTimeFormatter, naturaltime
from django.template import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

register = template.Library()

# State -> (icon, tone). Shape and word always stand together; the tone only repeats them.
STATES: dict[str, tuple[str, str]] = {
    "draft": ("draft", "quiet"),
    "submitted": ("clock", "info"),
    "waiting": ("clock", "info"),
    "pending": ("clock", "info"),
    "queued": ("clock", "info"),
    "scheduled": ("clock", "info"),
    "proposed": ("clock", "info"),
    "returned": ("undo", "warn"),
    "approved": ("check", "good"),
    "active": ("check", "good"),
    "confirmed": ("check", "good"),
    "done": ("check", "good"),
    "finished": ("check", "good"),
    "ready": ("check", "good"),
    "signed": ("key", "info"),
    "released": ("check", "good"),
    "valid": ("check", "good"),
    "issued": ("check", "good"),
    "sent": ("check", "good"),
    "claimed": ("person", "good"),
    "assessed": ("award", "quiet"),
    "participation": ("people", "quiet"),
    "unclaimed": ("mail", "quiet"),
    "running": ("half", "info"),
    "reading": ("half", "info"),
    "signing": ("half", "info"),
    "sending": ("half", "info"),
    "canceling": ("half", "warn"),
    "paused": ("pause", "warn"),
    "unsure": ("question", "warn"),
    "unknown": ("question", "warn"),
    "expired": ("clock", "warn"),
    "warning": ("warn", "warn"),
    "superseded": ("swap", "warn"),
    "replaced": ("swap", "warn"),
    "corrected": ("swap", "warn"),
    "revoked": ("ban", "bad"),
    "withdrawn": ("ban", "bad"),
    "failed": ("cross", "bad"),
    "faulty": ("warn", "bad"),
    "refused": ("warn", "bad"),
    "bounced": ("cross", "bad"),
    "compromised": ("warn", "bad"),
    "canceled": ("cross", "quiet"),
    "abandoned": ("cross", "quiet"),
    "voided": ("cross", "quiet"),
    "erased": ("ban", "quiet"),
    "destroyed": ("ban", "quiet"),
    "nothing": ("dot", "quiet"),
    "unchanged": ("dot", "quiet"),
    "read": ("half", "info"),
    "mapped": ("half", "info"),
    "previewed": ("eye", "info"),
    "applied": ("check", "good"),
    "added": ("plus", "good"),
    "changed": ("draft", "info"),
    "asked": ("question", "warn"),
    "suspended": ("pause", "warn"),
    "pass": ("check", "good"),
    "fail": ("cross", "bad"),
    "undone": ("undo", "quiet"),
    "retired": ("archive", "quiet"),
    "archived": ("archive", "quiet"),
}
KIND_ICONS = {"credit": "book", "noncredit": "gear", "cocurricular": "people"}
MESSAGE_ICONS = {"success": "check", "error": "cross", "warning": "warn", "info": "info", "debug": "info"}
MESSAGE_TONES = {"success": "good", "error": "bad", "warning": "warn", "info": "info", "debug": "info"}
UNDO = "undo:"


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """Draw an icon of the sprite; silent to screen readers unless a label is given."""
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="#i-{}"/></svg>', label, name
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="#i-{}"/></svg>', name)


@register.simple_tag
def state(value: object, label: object = "") -> SafeString:
    """Show a state as shape and word; an unknown state shows a dot and its word."""
    shape, tone = STATES.get(str(value), ("dot", "quiet"))
    mark = format_html('<svg class="icon tone--{}" aria-hidden="true"><use href="#i-{}"/></svg>', tone, shape)
    return format_html('<span class="state">{}<span>{}</span></span>', mark, label or value)


@register.filter
def ago(moment: datetime | None) -> str:
    """Return how long ago something was, in its largest unit only: "3 months ago", not "3 months, 4 weeks ago"."""
    if moment is None or timezone.now() - moment < timedelta(days=1):
        return str(naturaltime(moment)) if moment is not None else ""
    said = NaturalTimeFormatter.time_strings["past-day"] % {"delta": timesince(moment, depth=1)}
    return str(said)


@register.simple_tag
def kind_icon(kind: object) -> SafeString:
    """Draw the shape that stands for a kind of offering."""
    return icon(KIND_ICONS.get(str(kind), "award"))


@register.simple_tag
def worddiff(old: object, new: object) -> SafeString:
    """Show what changed between two texts, word by word, added and removed marked in words too."""
    return format_html_join(
        "", "{}", ((_marked(op, text),) for op, text in word_changes(_text(old), _text(new)))
    )


def word_changes(old: str, new: str) -> Iterator[tuple[str, str]]:
    """Yield ("same" | "removed" | "added", text) runs that turn old into new."""
    before, after = re.findall(r"\S+\s*|\s+", old), re.findall(r"\S+\s*|\s+", new)
    matcher = difflib.SequenceMatcher(
        a=[word.strip() for word in before], b=[word.strip() for word in after], autojunk=False
    )
    for op, a1, a2, b1, b2 in matcher.get_opcodes():
        if op == "equal":
            yield "same", "".join(after[b1:b2])
            continue
        if a2 > a1:
            yield "removed", "".join(before[a1:a2])
        if b2 > b1:
            yield "added", "".join(after[b1:b2])


def _marked(op: str, text: str) -> SafeString | str:
    core = text.rstrip()
    rest = text[len(core) :] or " "
    if op == "removed":
        return format_html('<del><span class="sr">{} </span>{}</del>{}', _("removed:"), core, rest)
    if op == "added":
        return format_html('<ins><span class="sr">{} </span>{}</ins>{}', _("added:"), core, rest)
    return text


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple, set)):
        return ", ".join(str(item) for item in value)
    return str(value)


@register.simple_tag
def qr_code(text: str) -> SafeString:
    """Draw a QR code as inline SVG, dark on white in both themes, so that every camera reads it."""
    code = segno.make(text, error="m", micro=False)
    drawing = code.svg_inline(border=2, omitsize=True, svgclass="qr__image", lineclass=None)
    return mark_safe(drawing)  # noqa: S308  (drawn by segno from modules; the text is not part of it)


@register.simple_tag
def sparkline(values: list[float], label: str = "") -> SafeString:
    """Draw a line of at least two values; the label says in words what it shows."""
    if len(values) < 2:
        return mark_safe("")
    low, span, step = min(values), (max(values) - min(values)) or 1, 96 / (len(values) - 1)
    points = " ".join(f"{2 + i * step:.1f},{22 - (v - low) / span * 20:.1f}" for i, v in enumerate(values))
    return format_html(
        '<svg class="spark" viewBox="0 0 100 24" role="img" aria-label="{}"><polyline points="{}"/></svg>',
        label,
        points,
    )


@register.simple_tag(takes_context=True)
def sort_header(context: Context, key: str, label: object, css: str = "") -> SafeString:
    """Draw a column header that sorts by ?sort=key, and by -key the second time; the filter stays."""
    query = context["request"].GET.copy()
    now = query.get("sort", "")
    query["sort"] = f"-{key}" if now == key else key
    query.pop("page", None)
    way = {key: "ascending", f"-{key}": "descending"}.get(now)
    return format_html(
        '<th scope="col"{}{}><a href="?{}">{}{}</a></th>',
        format_html(' class="{}"', css) if css else "",
        format_html(' aria-sort="{}"', way) if way else "",
        query.urlencode(),
        label,
        icon("down") if way else "",
    )


@register.filter
def percent_of(value: float | None, whole: float | None) -> int:
    """Return value as a whole percentage of whole, 0 where there is nothing to divide by."""
    return round(100 * float(value or 0) / float(whole)) if whole else 0


@register.filter
def undo_url(message: Any) -> str:
    """Return the address that undoes what a message tells (extra_tags="undo:/path"), or ""."""
    tags = (getattr(message, "extra_tags", "") or "").split()
    return next((tag.removeprefix(UNDO) for tag in tags if tag.startswith(UNDO)), "")


@register.filter
def message_tone(message: Any) -> str:
    """Return good, bad, warn or info for a Django message."""
    return MESSAGE_TONES.get(getattr(message, "level_tag", ""), "info")


@register.filter
def message_icon(message: Any) -> str:
    """Return the icon that goes with a Django message."""
    return MESSAGE_ICONS.get(getattr(message, "level_tag", ""), "info")


@register.filter
def get(mapping: Mapping[Any, Any] | None, key: object) -> object:
    """Return mapping[key], or "" where there is none."""
    return mapping.get(key, "") if mapping else ""


@register.filter
def pages_around(page: Any) -> list[int | None]:
    """Return the page numbers to link, None where some are left out."""
    paginator = page.paginator
    numbers = paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    return [number if isinstance(number, int) else None for number in numbers]
