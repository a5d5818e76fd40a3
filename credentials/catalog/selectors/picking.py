"""Find skills and offerings by the words or codes somebody types into a draft."""

from django.db.models import Q
from rapidfuzz import process

from credentials.catalog.models import Offering
from credentials.catalog.selectors.codes import LIKE_ENOUGH, code_key
from skills.frameworks.models import Skill

MAX_WORDS = 8


def find_skills(words: str, *, limit: int = 12) -> list[Skill]:
    """Return skills that hold all the words, shortest name first; those that are retired are left out."""
    asked = words.lower().split()[:MAX_WORDS]
    if not asked:
        return []
    wanted = Q()
    for word in asked:
        wanted &= Q(search_text__icontains=word) | Q(name__icontains=word) | Q(code__iexact=word)
    found = Skill.objects.current().filter(wanted).select_related("framework")
    return sorted(found.order_by("name", "id")[: limit * 4], key=lambda skill: len(skill.name))[:limit]


def find_offerings_by_code(text: str) -> tuple[list[Offering], dict[str, list[str]]]:
    """Return the offerings of codes separated by commas or lines, and the unknown ones with likely codes."""
    codes = list(dict.fromkeys(" ".join(code.split()) for code in text.replace("\n", ",").split(",")))
    codes = [code for code in codes if code][:30]
    if not codes:
        return [], {}
    by_key: dict[str, list[Offering]] = {}
    for offering in Offering.objects.filter(retired_at__isnull=True).only("id", "code", "current_version_id"):
        by_key.setdefault(code_key(offering.code), []).append(offering)
    found: list[Offering] = []
    unknown: dict[str, list[str]] = {}
    for code in codes:
        same = by_key.get(code_key(code))
        if same:
            found.append(min(same, key=lambda one: (one.current_version_id is None, str(one.pk))))
        else:
            near = process.extract(code_key(code), list(by_key), limit=3, score_cutoff=LIKE_ENOUGH)
            unknown[code] = [by_key[key][0].code for key, _score, _at in near]
    return found, unknown
