"""Find offerings by the codes somebody types into a draft. Skills: `frameworks.selectors.search_skills`."""

from collections.abc import Iterable

from django.db.models import Func, Value
from django.db.models.functions import Lower
from rapidfuzz import process

from credentials.catalog.models import Offering
from credentials.catalog.selectors.codes import LIKE_ENOUGH, code_key


def find_offerings_by_code(text: str) -> tuple[list[Offering], dict[str, list[str]]]:
    """Return the offerings of codes separated by commas or lines, and the unknown ones with likely codes."""
    codes = list(dict.fromkeys(" ".join(code.split()) for code in text.replace("\n", ",").split(",")))
    codes = [code for code in codes if code][:30]
    if not codes:
        return [], {}
    keys = {code_key(code): code for code in codes}
    known: dict[str, tuple[bool, Offering]] = {}
    for offering in _spelled_like(keys):
        rank = (offering.current_version_id is None, offering)
        if code_key(offering.code) not in known or not rank[0]:
            known[code_key(offering.code)] = rank
    found = [known[key][1] for key in keys if key in known]
    missing = [code for key, code in keys.items() if key not in known]
    return found, {code: _near(code) for code in missing}


def _spelled_like(keys: dict[str, str]) -> Iterable[Offering]:
    """Return the offerings whose code is one of these, whatever its signs between letters and figures."""
    plain = Func(Lower("code"), Value("[^[:alnum:]&]+"), Value(""), Value("g"), function="regexp_replace")
    rows = Offering.objects.filter(retired_at__isnull=True).annotate(plain=plain)
    return rows.filter(plain__in=list(keys)).only("id", "code", "current_version_id").order_by("id")


def _near(code: str) -> list[str]:
    codes = Offering.objects.filter(retired_at__isnull=True, code__trigram_similar=code)
    likely = list(codes.values_list("code", flat=True).distinct()[:50])
    found = process.extract(code, likely, limit=3, score_cutoff=LIKE_ENOUGH)
    return [name for name, _score, _at in found]
