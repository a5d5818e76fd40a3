"""What each row of a catalogue file would do: the decision, row by row."""

import re
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from credentials.catalog.states import Kind, VersionState
from credentials.intake import content as contents
from credentials.intake.units import UnitFinder, names_of
from institution.errors import InvalidInput
from institution.imports.models import Upload
from institution.imports.rows import Decision, Fault
from institution.imports.screens import GroupWords
from institution.imports.states import RowOutcome

BASIC_UNITS = frozenset(
    {"abe", "esl", "ged", "hsc", "iel", "iep", "hs+", "ibest", "eslab", "adult basic education"}
)
BASIC_WORDS = re.compile(
    r"\b(abe|esl|ell|esol|ged|hiset|basic skills|adult basic|pre-?college|developmental)\b", re.IGNORECASE
)
MANY_CREDITS = 24
SEP = "\x1f"

NO_CREDITS, BASIC_SKILLS, MANY = "no_credits", "basic_skills", "many_credits"
KEEP, NONCREDIT, LEAVE = "keep", "noncredit", "leave"


def words_of(question: str) -> GroupWords:
    """Return how a group of odd rows is put to the person who imports."""
    answers = [
        (KEEP, _("Take over as credit")),
        (NONCREDIT, _("Take over as non-credit")),
        (LEAVE, _("Leave these rows out")),
    ]
    if question == NO_CREDITS:
        title, sentence = (
            _("Credit offerings without credits"),
            _("These are marked as credit, but carry no credits."),
        )
    elif question == BASIC_SKILLS:
        title = _("Basic skills")
        sentence = _("These look like basic skills or English language classes, which often carry no credit.")
    else:
        title = _("More credits than usual")
        sentence = _("These carry more than %(n)s credits.") % {"n": MANY_CREDITS}
    return GroupWords(title, sentence, answers)


@dataclass
class Decider:
    """Decides on rows of one upload: everything it needs is loaded before the first row."""

    upload: Upload
    finder: UnitFinder = field(init=False)

    def __post_init__(self) -> None:
        self.finder = UnitFinder(self.upload.org_unit)
        self.present = contents.load(self.upload.org_unit)
        self.answers: dict[str, str] = self.upload.answers

    def __call__(self, line: int, values: dict[str, str], faults: list[Fault]) -> Decision:
        """Return what a row would do: added, changed, unchanged, asked or faulty."""
        try:
            content = contents.said(values)
        except InvalidInput as error:
            return self._faulty(contents.faults_of(error, values, self.upload))
        code = contents.code_of(values, self.answers)
        if len(code) > 40:
            long = Fault("", code, _("This code is longer than 40 characters."), _("Shorten it."))
            return self._faulty([long])
        names = names_of(values)
        unit = self.finder.find(names)
        key = SEP.join([str(unit.pk)] if unit else [name.casefold() for name in names]) + SEP + code
        there = self.present.get((unit.pk, code)) if unit else None
        if there:
            return self._known(key, there, content)
        whole = contents.completed(content, self.answers)
        if lacking := self._lacking(whole):
            return self._faulty(lacking)
        question = self._odd(values, whole)
        outcome = RowOutcome.ASKED if question else RowOutcome.ADDED
        return Decision(outcome, key, question=question)

    def _known(self, key: str, there: contents.Present, content: dict[str, Any]) -> Decision:
        changes = contents.changes(there, content)
        if not changes:
            return Decision(RowOutcome.UNCHANGED, key)
        if there.retired:
            why, remedy = _("This offering is retired."), _("Restore it first, or leave the line out.")
            return self._faulty([Fault("", key.split(SEP)[-1], why, remedy)])
        if there.state == VersionState.SUBMITTED:
            why = _("This offering waits for the dean, so it cannot change now.")
            return self._faulty(
                [Fault("", key.split(SEP)[-1], why, _("Upload the line again after the decision."))]
            )
        return Decision(RowOutcome.CHANGED, key, changes)

    @staticmethod
    def _lacking(whole: dict[str, Any]) -> list[Fault]:
        """Name what neither the row nor the answers say; it is never assumed."""
        needed = ["kind"] + (["credit_unit"] if whole.get("credits") is not None else [])
        why, remedy = _("This cell is empty."), _("Fill it in, or answer for the whole file.")
        return [Fault(str(contents.LABELS[name]), "", why, remedy) for name in needed if not whole.get(name)]

    @staticmethod
    def _faulty(faults: list[Fault]) -> Decision:
        return Decision(RowOutcome.FAULTY, faults=faults)

    @staticmethod
    def _odd(values: dict[str, str], content: dict[str, Any]) -> str:
        if content.get("kind") != Kind.CREDIT:
            return ""
        unit = values.get("unit2", "").casefold()
        prefix = re.match(r"[a-z+]*", values["code"].casefold())
        if (
            unit in BASIC_UNITS
            or (prefix and prefix[0] in BASIC_UNITS)
            or BASIC_WORDS.search(values["title"])
        ):
            return BASIC_SKILLS
        if not content.get("credits"):
            return NO_CREDITS
        return MANY if content["credits"] > MANY_CREDITS else ""
