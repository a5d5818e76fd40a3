"""One completion: from the texts of a row to what would be issued, or to what is wrong with it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from credentials.catalog.models import AchievementVersion
from credentials.catalog.selectors import CodeBook
from credentials.completions.columns import FIELDS
from credentials.completions.results import Cell, read_results
from credentials.documents.achievement import CREDIT_PLACES
from credentials.documents.text import clean_text
from credentials.documents.uris import is_http_url
from institution.accounts.marks import seal_answer
from institution.errors import RegistryError
from institution.imports.rows import Fault

LABELS = {one.name: one.label for one in FIELDS}
OLDEST = date(1950, 1, 1)
SEPARATOR = "\x1f"


@dataclass(slots=True)
class Completion:
    """A row as it was understood. faults: empty only if a credential can be made of it."""

    line: int
    source_id: str = ""
    name: str = ""
    email: str = ""
    version: AchievementVersion | None = None
    awarded_on: date | None = None
    expires_on: date | None = None
    results: list[dict[str, str]] = field(default_factory=list)
    credits: Decimal | None = None
    narrative: str = ""
    evidence_url: str = ""
    award_id: str = ""
    birth_mark: str = ""
    award_key: str = ""
    digest: str = ""
    faults: list[Fault] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)

    def refuse(self, column: str, value: str, message: str, remedy: str) -> None:
        """Note a fault of one cell."""
        self.faults.append(Fault(column, value[:200], message, remedy))


def recipient_key(source: str, source_id: str, email: str) -> str:
    """Return what matches a person: the source's id, else the address in lower case (decisions 6)."""
    return f"{source}:{source_id}" if source_id else f"mail:{email.lower()}"


def award_key(source: str, person: str, achievement_id: Any, award: str) -> str:
    """Return the key of an award; award: the source's row id, else the date (decisions 6)."""
    return hashlib.sha256(SEPARATOR.join((source, person, str(achievement_id), award)).encode()).hexdigest()


@dataclass
class Reading:
    """What all rows of one batch are held against. Remembers versions and who was seen before."""

    source: str
    codes: CodeBook
    today: date
    names: Mapping[str, str] = field(default_factory=dict)  # field -> header of its column
    fixed: AchievementVersion | None = None  # a roster's: rows name no code
    _versions: dict[tuple[str, date], AchievementVersion | RegistryError] = field(default_factory=dict)
    _columns: dict[str, str] = field(default_factory=dict)
    _lines: dict[bytes, int] = field(default_factory=dict)
    _addresses: dict[str, tuple[int, int]] = field(default_factory=dict)

    def read(self, line: int, values: Mapping[str, str], faults: Sequence[Fault] = ()) -> Completion:
        """Return the completion of a row; faults: what the engine found in its cells."""
        row = Completion(line, faults=list(faults))
        row.source_id, row.award_id = values.get("source_id", ""), values.get("award_id", "")
        row.email = values.get("email", "").lower()
        row.birth_mark = seal_answer(values["birth_date"]) if values.get("birth_date") else ""
        wrong = {fault.column for fault in faults}
        self._person(row, values)
        self._dates(row, values, wrong)
        self._achievement(row, values)
        self._work(row, values, wrong)
        if not row.faults:
            self._key(row)
        if row.faults:
            row.values = {name: text for name, text in values.items() if name != "birth_date"}
        return row

    def column(self, name: str) -> str:
        """Return the header of a field's column, else the field's own name."""
        if name not in self._columns:
            self._columns[name] = self.names.get(name) or str(LABELS[name])
        return self._columns[name]

    def _person(self, row: Completion, values: Mapping[str, str]) -> None:
        name = values.get("name", "")
        cleaned = clean_text(name, person_name=True)
        row.name = cleaned.text
        if cleaned.refused:
            row.refuse(
                self.column("name"),
                name,
                _("The name holds a character that breaks signatures."),
                _("Write it as “%(name)s”, if that is right.") % {"name": cleaned.suggestion},
            )
        elif name and "@" in name:
            row.refuse(
                self.column("name"), name, _("This is an address, not a name."), _("Check the columns.")
            )
        elif name and not any(character.isalpha() for character in name):
            row.refuse(
                self.column("name"), name, _("This name has no letter in it."), _("Check the columns.")
            )
        if not row.source_id and not row.email and not values.get("email"):
            row.refuse(
                self.column("email"),
                "",
                _("We cannot tell who this is."),
                _("Give a student number or a mail address."),
            )
        self._same_person(row)

    def _same_person(self, row: Completion) -> None:
        """Refuse a student number that stood beside another address before."""
        if not (row.source_id and row.email):
            return
        mark = hash(row.email)
        line, known = self._addresses.setdefault(row.source_id, (row.line, mark))
        if known != mark:
            row.refuse(
                self.column("email"),
                row.email,
                _("Line %(line)s gives this student number another address.") % {"line": line},
                _("Find out which address is right, and correct the other line."),
            )

    def _dates(self, row: Completion, values: Mapping[str, str], wrong: set[str]) -> None:
        if self.column("awarded_on") not in wrong and values.get("awarded_on"):
            row.awarded_on = date.fromisoformat(values["awarded_on"])
            if row.awarded_on > self.today:
                row.refuse(
                    self.column("awarded_on"),
                    values["awarded_on"],
                    _("This day is still to come."),
                    _("Check the year, or upload the row when the day has come."),
                )
            elif row.awarded_on < OLDEST:
                row.refuse(
                    self.column("awarded_on"),
                    values["awarded_on"],
                    _("This day is too long ago."),
                    _("Check the year."),
                )
        if self.column("expires_on") not in wrong and values.get("expires_on"):
            row.expires_on = date.fromisoformat(values["expires_on"])
            if row.awarded_on and row.expires_on <= row.awarded_on:
                row.refuse(
                    self.column("expires_on"),
                    values["expires_on"],
                    _("The credential would end before it begins."),
                    _("Check both dates."),
                )

    def _achievement(self, row: Completion, values: Mapping[str, str]) -> None:
        if self.fixed is not None:
            row.version = self.fixed
            return
        code = values.get("code", "")
        if not code:
            return
        found = self._in_force(code, row.awarded_on or self.today)
        if isinstance(found, RegistryError):
            title = str(found.title).format_map({"value": code})
            row.refuse(self.column("code"), code, title, str(found.remedy))
        else:
            row.version = found

    def _in_force(self, code: str, day: date) -> AchievementVersion | RegistryError:
        place = (code, day)
        if place not in self._versions:
            try:
                self._versions[place] = self.codes.in_force(code, day)
            except RegistryError as error:
                self._versions[place] = error
        return self._versions[place]

    def _work(self, row: Completion, values: Mapping[str, str], wrong: set[str]) -> None:
        narrative = clean_text(values.get("narrative", ""))
        row.narrative = narrative.text
        if narrative.refused:
            row.refuse(
                self.column("narrative"),
                narrative.suggestion,
                _("The text holds a character that breaks signatures."),
                _("Type the marked words again, or paste them as plain text."),
            )
        row.evidence_url = values.get("evidence_url", "")
        if row.evidence_url and self.column("evidence_url") not in wrong:
            self._evidence(row)
        if row.version is not None and self.column("result") not in wrong:
            cell = Cell(self.column("result"), clean_text(values.get("result", "")).text)
            row.results, faults = read_results(cell, row.version.result_descriptions)
            row.faults.extend(faults)

        if row.version is not None and self.column("credits") not in wrong and values.get("credits"):
            self._credits(row, Decimal(values["credits"]), row.version)

    def _credits(self, row: Completion, earned: Decimal, version: AchievementVersion) -> None:
        """Take what was earned of what the version gives: credits belong to the offering's own achievement."""
        own = version.achievement.position == 1
        given = version.offering_version.credits if own else None
        if 0 <= earned <= (given or 0) and earned == round(earned, CREDIT_PLACES):
            row.credits = earned if given is not None else None
            return
        row.refuse(
            self.column("credits"),
            f"{earned:f}",
            _("This gives at most %(number)s credits.") % {"number": f"{(given or Decimal()).normalize():f}"},
            _("Write a number up to that, with at most two decimals, or leave the cell empty."),
        )

    def _evidence(self, row: Completion) -> None:
        host = row.evidence_url.partition("://")[2].partition("/")[0]
        if "@" in host:
            row.refuse(
                self.column("evidence_url"),
                "…",
                _("The address holds a user name."),
                _("Use an address that anybody may open."),
            )
        elif not is_http_url(row.evidence_url):
            row.refuse(
                self.column("evidence_url"),
                row.evidence_url,
                _("The address has a character that addresses cannot have."),
                _("Copy it again from the browser's address line."),
            )

    def _key(self, row: Completion) -> None:
        if row.version is None or row.awarded_on is None:
            return
        person = recipient_key(self.source, row.source_id, row.email)
        award = row.award_id or row.awarded_on.isoformat()
        row.award_key = award_key(self.source, person, row.version.achievement_id, award)
        row.digest = content_digest(row)
        first = self._lines.setdefault(bytes.fromhex(row.award_key)[:16], row.line)
        if first != row.line:
            row.refuse(
                self.column("code"),
                row.version.name,
                _("Line %(line)s awards the same to the same person.") % {"line": first},
                _("Keep one of the two lines."),
            )


def content_digest(row: Completion) -> str:
    """Return the digest of all that reaches the document but the version: another one is a correction."""
    parts = [row.name, row.email, str(row.awarded_on), str(row.expires_on or ""), row.narrative]
    parts += [row.evidence_url]
    parts += [f"{one['description']}={one['value']}/{one['achieved_level']}" for one in row.results]
    parts += [f"credits={row.credits.normalize():f}"] if row.credits is not None else []
    return hashlib.sha256(SEPARATOR.join(parts).encode()).hexdigest()
