"""What messages to learners say, in English and Spanish in one message, the learner's language first."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, ngettext, override
from django.utils.translation import gettext as _

LANGUAGES = ("en", "es")
SHOWN = 8  # titles named in a message before "and N more"


@dataclass(frozen=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True)
class Part:
    """What one recipient is told in a message to several: their titles, and their own link."""

    recipient: Any
    titles: Sequence[str]
    url: str


def _in_both(recipient: Any, write: Any) -> Words:
    first = recipient.language[:2] if recipient.language[:2] in LANGUAGES else "en"
    second = "es" if first == "en" else "en"
    texts = []
    for language in (first, second):
        with override(language):
            texts.append(write())
    rule = "—" * 20
    return Words(
        subject=f"{texts[0].subject} / {texts[1].subject}"[:300],
        body=f"{texts[0].body}\n\n{rule}\n\n{texts[1].body}",
    )


def _list_of(titles: Sequence[str]) -> str:
    lines = [f"  · {title}" for title in titles[:SHOWN]]
    more = len(titles) - SHOWN
    if more > 0:
        lines.append("  · " + ngettext("and %(n)d more", "and %(n)d more", more) % {"n": more})
    return "\n".join(lines)


def _speaks(language: str) -> bool:
    """Return whether a text of this language may stand in the half that is being written."""
    return (get_language() or "en")[:2] == (language or "en")[:2]


def _foot(institution: Any) -> str:
    own = institution.why_you_get_mail if _speaks(institution.default_language) else ""
    why = own or _(
        "You get this message because you completed something at %(college)s and this address was given for you."
    ) % {"college": institution.name}
    lines = [why, _("Not you? Open the link and press “This is not me”. Nothing is claimed by opening it.")]
    if institution.support_email:
        lines.append(_("Questions: %(address)s") % {"address": institution.support_email})
    return "\n".join(lines)


def claim_words(recipient: Any, titles: Sequence[str], institution: Any, url: str) -> Words:
    """Return the first message: what was earned, and the way to claim it."""

    def write() -> Words:
        subject = _("%(college)s: your record is ready") % {"college": institution.short_name}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": recipient.name},
                ngettext(
                    "%(college)s has signed something you earned:",
                    "%(college)s has signed what you earned:",
                    max(1, len(titles)),
                )
                % {"college": institution.name},
                _list_of(titles),
                _("See it, keep it and share it here. You need no password:"),
                url,
                _("The link works once, for 60 days."),
                _foot(institution),
            ]
        )
        return Words(subject, body)

    return _in_both(recipient, write)


def shared_claim_words(parts: Sequence[Part], institution: Any, *, again: bool = False) -> Words:
    """Return one message for several numbers that share an address; each keeps a link of its own.

    They may be one person or several: nothing is merged, and nobody is named to somebody else's number.
    again: it is the reminder, not the first message.
    """
    names = {part.recipient.name for part in parts}

    def block(part: Part) -> str:
        head = [] if len(names) == 1 else [_("For %(name)s:") % {"name": part.recipient.name}]
        return "\n".join([*head, _list_of(part.titles), part.url])

    def write() -> Words:
        subject = _("%(college)s: your record is ready")
        what = _("%(college)s has signed what was earned under %(n)d numbers that share this address:")
        if again:
            subject = _("%(college)s: your record still waits for you")
            what = _("What was earned under %(n)d numbers that share this address waits to be claimed:")
        hello = _("Hello %(name)s,") % {"name": names.copy().pop()} if len(names) == 1 else _("Hello,")
        body = "\n\n".join(
            [
                hello,
                what % {"college": institution.name, "n": len(parts)},
                *map(block, parts),
                _("Each number has its own link. A link works once, for 60 days. You need no password."),
                _foot(institution),
            ]
        )
        return Words(subject % {"college": institution.short_name}, body)

    return _in_both(parts[0].recipient, write)


def news_words(recipient: Any, titles: Sequence[str], institution: Any, url: str) -> Words:
    """Return the message to somebody who has a record already: what is new on it."""

    def write() -> Words:
        subject = _("%(college)s: new on your record") % {"college": institution.short_name}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": recipient.name},
                _("This is new on your record:"),
                _list_of(titles),
                url,
                _foot(institution),
            ]
        )
        return Words(subject, body)

    return _in_both(recipient, write)


def renewed_words(recipient: Any, titles: Sequence[str], institution: Any, url: str) -> Words:
    """Return the message that credentials were issued anew, with the same content."""

    def write() -> Words:
        subject = _("%(college)s: new copies on your record") % {"college": institution.short_name}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": recipient.name},
                _("We signed these again with a new key. What you earned has not changed:"),
                _list_of(titles),
                _("Copies that you downloaded or sent before stop working. Take new ones here:"),
                url,
                _foot(institution),
            ]
        )
        return Words(subject, body)

    return _in_both(recipient, write)


def reminder_words(recipient: Any, institution: Any, url: str) -> Words:
    """Return the reminder that a record waits."""

    def write() -> Words:
        subject = _("%(college)s: your record still waits for you") % {"college": institution.short_name}
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": recipient.name},
                _("What you earned is signed and waits to be claimed:"),
                url,
                _foot(institution),
            ]
        )
        return Words(subject, body)

    return _in_both(recipient, write)


def withdrawn_words(recipient: Any, titles: Sequence[str], institution: Any, url: str, reason: Any) -> Words:
    """Return the message that something on a record is no longer valid. reason: the public one."""

    def write() -> Words:
        subject = _("%(college)s: something on your record was withdrawn") % {
            "college": institution.short_name
        }
        body = "\n\n".join(
            [
                _("Hello %(name)s,") % {"name": recipient.name},
                _("%(college)s has withdrawn this:") % {"college": institution.name},
                _list_of(titles),
                str(reason.label),
                _(
                    "Whoever checks it from now on sees that it is no longer valid. The rest of your record stays."
                ),
                _("Your record: %(url)s") % {"url": url},
                _foot(institution),
            ]
        )
        return Words(subject, body)

    return _in_both(recipient, write)
