"""Which column holds which field: by the words of the header, else by what stands in the cells."""

from collections.abc import Iterable, Sequence

from rapidfuzz import fuzz

from institution.imports import cells
from institution.imports.fields import Field
from institution.imports.models import ColumnMapping, Upload
from institution.imports.tables import digest_of_header

BY_NAME = 84.0  # how alike a header and an alias must be, of 100
BY_CONTENT = 55.0


def words_of(fields: Iterable[Field]) -> frozenset[str]:
    """Return every header word of some fields, made plain: what helps to find the header's line."""
    return frozenset(cells.plain(word) for one in fields for word in (one.name, str(one.label), *one.aliases))


def guess(upload: Upload, fields: Sequence[Field]) -> dict[str, int]:
    """Return {field: column index}: as it was confirmed the last time, else guessed."""
    known = remembered(upload)
    if known:
        names = {one.name for one in fields}
        return {name: index for name, index in known.mapping.items() if name in names}
    found = _by_names(upload.columns, fields)
    return found | _by_content(upload, [one for one in fields if one.name not in found], found)


def remembered(upload: Upload) -> ColumnMapping | None:
    """Return how this header was understood the last time, at the unit or the nearest one above."""
    digest = digest_of_header(upload.columns, upload.kind)
    paths = upload.org_unit.ancestor_paths()
    rows = ColumnMapping.objects.filter(
        kind=upload.kind, header_digest=digest, org_unit__path__in=paths
    ).select_related("org_unit")
    return max(rows, key=lambda row: (len(row.org_unit.path), row.used_at), default=None)


def _by_names(columns: Sequence[str], fields: Sequence[Field]) -> dict[str, int]:
    pairs = [
        (_alike(name, one), -order, one.name, index)
        for order, one in enumerate(fields)
        for index, name in enumerate(columns)
        if name
    ]
    found: dict[str, int] = {}
    for score, _order, name, index in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[3])):
        if score >= BY_NAME and name not in found and index not in found.values():
            found[name] = index
    return found


def _alike(header: str, one: Field) -> float:
    said = cells.plain(header)
    best = 0.0
    for order, word in enumerate((str(one.label), one.name.replace("_", " "), *one.aliases)):
        plain = cells.plain(word)
        if said == plain:
            return 100.0 - min(order, 20) * 0.01
        if len(said) > 3 and len(plain) > 3:
            best = max(best, fuzz.token_sort_ratio(said, plain) - 1)
    return best


def _by_content(upload: Upload, fields: Sequence[Field], taken: dict[str, int]) -> dict[str, int]:
    """Guess what is left: every field in a file without header, else only the required ones."""
    if any(upload.columns):
        fields = [one for one in fields if one.required]
    found: dict[str, int] = {}
    free = [index for index in range(len(upload.columns)) if index not in taken.values()]
    columns = {
        index: [row[index] for row in upload.sample if index < len(row) and row[index]] for index in free
    }
    pairs = [
        (_looks(one, texts), -order, one.name, index)
        for order, one in enumerate(fields)
        for index, texts in columns.items()
        if texts
    ]
    for score, _order, name, index in sorted(pairs, key=lambda pair: (-pair[0], -pair[1], pair[3])):
        if score >= BY_CONTENT and name not in found and index not in found.values():
            found[name] = index
    return found


def _looks(one: Field, texts: Sequence[str]) -> float:
    if one.looks:
        return one.looks(texts)
    tests = {
        "email": cells.is_email,
        "url": cells.is_url,
        "decimal": lambda text: cells.decimal_of(text) is not None,
        "date": _is_date,
        "choice": lambda text: any(
            cells.plain(text) in {cells.plain(word) for word in (c.value, str(c.label), *c.aliases)}
            for c in one.choices
        ),
    }
    test = tests.get(one.kind)
    return 100.0 * sum(map(test, texts)) / len(texts) if test else 0.0


def _is_date(text: str) -> bool:
    try:
        return not text.isdigit() and cells.date_of(text) is not None
    except cells.AmbiguousDate:
        return True
