"""Where a table begins: title lines above it, its header in one or two rows, or no header at all."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from institution.imports import cells

LOOK_AT = 40  # filled lines in which a header is sought
Line = tuple[int, list[str]]


@dataclass(frozen=True)
class Header:
    """The header of a table. line: its last line, None without one. columns: texts in order."""

    line: int | None
    columns: list[str]
    first_data_line: int
    skipped: int = 0  # title lines above


def width_of(lines: Sequence[Line]) -> int:
    """Return how many columns most lines have."""
    widths = Counter(_last(row) for _number, row in lines if _last(row))
    if not widths:
        return 0
    most = widths.most_common(1)[0][1]
    return max(width for width, count in widths.items() if count * 2 >= most)


def find(lines: Sequence[Line], words: frozenset[str]) -> Header:
    """Return the header among the first filled lines. words: header words the rooms know, made plain."""
    lines = [line for line in lines if _last(line[1])][:LOOK_AT]
    width = width_of(lines)
    full = [line for line in lines if _filled(line[1]) * 2 >= width and _last(line[1]) * 2 >= width]
    best, best_score = None, 0.5
    for place, (_number, row) in enumerate(full[:15]):
        rest = [below for _line, below in full[place + 1 :]]
        score = _score(row, rest, words)
        if score > best_score:
            best, best_score = place, score
        if _datalike(row) or (score < 0 and any(_echo(i, text, rest) for i, text in enumerate(row) if text)):
            break  # the rows have begun
    if best is None:
        return _headless(lines, full, width)
    return _composed(lines, full[best], words)


def at(lines: Sequence[Line], number: int | None, words: frozenset[str]) -> Header:
    """Return the header a person pointed at: that line, or none."""
    filled = [line for line in lines if _last(line[1])]
    if number is None:
        width = width_of(filled)
        return _headless(filled, [line for line in filled if _filled(line[1]) * 2 >= width], width)
    chosen = next((line for line in filled if line[0] == number), None)
    return _composed(filled, chosen, words) if chosen else find(lines, words)


def _headless(lines: Sequence[Line], full: Sequence[Line], width: int) -> Header:
    first = full[0][0] if full else (lines[0][0] if lines else 1)
    above = sum(1 for number, _row in lines if number < first)
    return Header(None, [""] * width, first, above)


def _composed(lines: Sequence[Line], found: Line, words: frozenset[str]) -> Header:
    number, row = found
    place = next(index for index, line in enumerate(lines) if line[0] == number)
    above = lines[place - 1] if place and lines[place - 1][0] == number - 1 else None
    below = lines[place + 1] if place + 1 < len(lines) and lines[place + 1][0] == number + 1 else None
    top = number
    if below and _continues(row, below[1]):
        above, (number, row) = (number, row), below
    columns = [cells.clean(text) for text in row]
    while columns and not columns[-1]:
        columns.pop()
    if above and _groups(above[1]):
        columns, top = _joined(above[1], columns, words), above[0]
    skipped = sum(1 for line, _row in lines if line < top)
    return Header(number, columns, number + 1, skipped)


def _continues(row: list[str], below: list[str]) -> bool:
    """Whether the next line is the header's second row: cells merged downwards repeat, none is data."""
    same = sum(1 for up, down in zip(row, below, strict=False) if up.strip() and up == down)
    return same > 0 and not _datalike(below) and same < _filled(below)


def _groups(row: list[str]) -> bool:
    return _filled(row) >= 2 and not _datalike(row) and all(len(text) <= 60 for text in row)


def _joined(groups: list[str], columns: list[str], words: frozenset[str]) -> list[str]:
    """Put a group's name before those of its columns that say too little alone."""
    repeated = {text for text, count in Counter(map(cells.plain, columns)).items() if count > 1}
    group, out = "", []
    for index, text in enumerate(columns):
        own = cells.clean(groups[index]) if index < len(groups) else ""
        group = own or group
        alone = cells.plain(text)
        if not text or cells.plain(group) == alone:
            out.append(text or own)
        elif alone in repeated or alone not in words:
            out.append(f"{group} {text}".strip())
        else:
            out.append(text)
    return out


def _score(row: list[str], rest: list[list[str]], words: frozenset[str]) -> float:
    texts = [cells.plain(text) for text in row if text.strip()]
    known = sum(1 for text in texts if text in words)
    distinct = 1.0 if len(set(texts)) == len(texts) else -1.0
    echoes = sum(1 for index, text in enumerate(row) if text.strip() and _echo(index, text, rest))
    contrast = sum(1 for index, text in enumerate(row) if text.strip() and _figures_below(index, rest))
    return known * 3 + distinct + contrast * 1.5 - echoes * 2 - _datalike(row) * 2


def _echo(index: int, text: str, rest: list[list[str]]) -> bool:
    return any(index < len(row) and row[index] == text for row in rest)


def _figures_below(index: int, rest: list[list[str]]) -> bool:
    below = [row[index] for row in rest if index < len(row) and row[index].strip()]
    return len(below) >= 2 and sum(map(_is_figure, below)) * 2 > len(below)


def _datalike(row: list[str]) -> int:
    return sum(1 for text in row if text.strip() and (_is_figure(text) or len(text) > 80))


def _is_figure(text: str) -> bool:
    text = cells.unwrap(text.strip())
    if cells.decimal_of(text) is not None or cells.is_email(text) or cells.is_url(text):
        return True
    try:
        return cells.date_of(text) is not None
    except cells.AmbiguousDate:
        return True


def _filled(row: list[str]) -> int:
    return sum(1 for text in row if text.strip())


def _last(row: list[str]) -> int:
    return next((index for index in range(len(row), 0, -1) if row[index - 1].strip()), 0)
