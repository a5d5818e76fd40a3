"""Who opened a link, as far as we want to know: the family of the program, and nothing else."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PROGRAM = "program"
UNKNOWN = "browser"
# The first word found in the User-Agent decides; most programs name several.
_FAMILIES = (
    ("bot", PROGRAM), ("crawl", PROGRAM), ("preview", PROGRAM), ("facebookexternalhit", PROGRAM),
    ("whatsapp", PROGRAM), ("curl", PROGRAM), ("wget", PROGRAM), ("python", PROGRAM), ("okhttp", PROGRAM),
    ("edg", "Edge"), ("opr/", "Opera"), ("samsungbrowser", "Samsung Internet"), ("firefox", "Firefox"),
    ("fxios", "Firefox"), ("crios", "Chrome"), ("chrome", "Chrome"), ("safari", "Safari"),
    ("mozilla", UNKNOWN),
)  # fmt: skip
_WORDS: dict[str, str | Promise] = {
    PROGRAM: _("A program, perhaps a link checker"),
    UNKNOWN: _("Another browser"),
}


def family_of(user_agent: str) -> str:
    """Return the family of a program by what it calls itself."""
    lowered = user_agent[:400].lower()
    return next((family for word, family in _FAMILIES if word in lowered), PROGRAM)


def words_for(family: str) -> str:
    """Return how a page names a family."""
    return str(_WORDS.get(family, family))
