"""What we look for in a catalogue file, in English and Spanish, and what we ask where it is silent."""

import re
from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from credentials.catalog.states import CreditUnit, Kind, Modality
from institution.imports import cells
from institution.imports.fields import Choice, Field, Question

KIND = "catalog.offerings"  # of an Upload

_CODE = re.compile(r"^[A-Za-z&]{0,8}[ .&-]?\d{1,4}[A-Za-z]{0,2}$")


def _share(texts: Sequence[str], good: int) -> float:
    return 100.0 * good / len(texts)


def _looks_code(texts: Sequence[str]) -> float:
    """Codes have a digit, are short, and rarely repeat."""
    spread = len(set(texts)) / len(texts)
    return _share(texts, sum(1 for text in texts if _CODE.match(text))) * (0.6 + 0.4 * spread)


def _looks_title(texts: Sequence[str]) -> float:
    """Titles are words, mostly several, and rarely repeat."""
    good = sum(
        1
        for text in texts
        if 4 <= len(text) <= 120 and not text.endswith(".") and sum(map(str.isalpha, text)) * 2 > len(text)
    )
    several = sum(1 for text in texts if " " in text)
    return (_share(texts, good) * 0.6 + _share(texts, several) * 0.4) * len(set(texts)) / len(texts)


def _looks_unit(texts: Sequence[str]) -> float:
    """Units are words without digits that repeat from row to row."""
    good = sum(1 for text in texts if not any(map(str.isdigit, text)) and len(text) <= 60)
    repeats = 1 - (len(set(texts)) - 1) / max(len(texts) - 1, 1)
    return _share(texts, good) * repeats * 0.95


def _looks_college(texts: Sequence[str]) -> float:
    """The larger unit is spelled as a word, the smaller one often as an abbreviation in capitals."""
    words = sum(1 for text in texts if not text.isupper())
    return _looks_unit(texts) * (1.0 if words * 2 > len(texts) else 0.9)


def _looks_credits(texts: Sequence[str]) -> float:
    numbers = [cells.decimal_of(text) for text in texts]
    small = sum(1 for number in numbers if number is not None and 0 <= number <= 40)
    padded = any(re.match(r"^0\d", text) for text in texts)  # 020 is a code, 0.5 and 4 are credits
    return 0.0 if padded else _share(texts, small)


def _looks_description(texts: Sequence[str]) -> float:
    """Descriptions are long, or sentences with a full stop."""
    return _share(texts, sum(1 for text in texts if len(text) > 90 or (" " in text and text.endswith("."))))


KINDS = (
    Choice(
        "credit",
        Kind.CREDIT.label,
        ("credit course", "cr", "academic", "crédito", "con crédito", "for credit"),
    ),
    Choice(
        "noncredit",
        Kind.NONCREDIT.label,
        (
            "noncredit",
            "nc",
            "non credit course",
            "continuing education",
            "workforce",
            "sin crédito",
            "no crédito",
        ),
    ),
    Choice(
        "cocurricular",
        Kind.COCURRICULAR.label,
        ("cocurricular", "extracurricular", "activity", "cocurricular activity", "co-curricular"),
    ),
)
UNITS = (
    Choice("semester", CreditUnit.SEMESTER.label, ("sem", "sch", "semester credit hours", "semestre")),
    Choice(
        "quarter", CreditUnit.QUARTER.label, ("qtr", "quarter", "quarter hours", "trimestre", "cuatrimestre")
    ),
    Choice("ceu", CreditUnit.CEU.label, ("ceus", "continuing education units", "uec")),
    Choice("clock", CreditUnit.CLOCK.label, ("clock", "horas reloj")),
    Choice("contact", CreditUnit.CONTACT.label, ("contact", "horas", "horas de contacto", "hours")),
)
MODALITIES = (
    Choice("in_person", Modality.IN_PERSON.label, ("f2f", "face to face", "on campus", "presencial")),
    Choice("online", Modality.ONLINE.label, ("remote", "distance", "en línea", "virtual")),
    Choice("hybrid", Modality.HYBRID.label, ("hybrid", "blended", "híbrido", "mixed")),
    Choice("workplace", Modality.WORKPLACE.label, ("work based", "on the job", "en el trabajo")),
)

FIELDS: tuple[Field, ...] = (
    Field(
        "unit1",
        _("College or school"),
        aliases=("college", "school", "campus", "institution", "division", "universidad", "escuela", "colegio", "facultad", "plantel"),
        help=_("Leave it out if all rows belong to the unit you chose."),
        max_length=200,
        looks=_looks_college,
    ),
    Field(
        "unit2",
        _("Department"),
        aliases=("dept", "subject", "subject code", "prefix", "department code", "discipline", "program area", "departamento", "materia", "área"),
        max_length=200,
        looks=_looks_unit,
    ),
    Field(
        "code",
        _("Code"),
        required=True,
        aliases=("course code", "course number", "course no", "number", "course id", "catalog number", "catalog nbr", "course", "offering code", "código", "clave", "número", "código del curso", "clave del curso"),
        max_length=40,
        looks=_looks_code,
    ),
    Field(
        "title",
        _("Title"),
        required=True,
        aliases=("name", "course title", "course name", "long title", "offering", "offering title", "nombre", "título", "curso", "nombre del curso", "asignatura", "denominación"),
        max_length=300,
        looks=_looks_title,
    ),
    Field(
        "description",
        _("Description"),
        aliases=("course description", "catalog description", "summary", "abstract", "descripción", "resumen"),
        max_length=20_000,
        looks=_looks_description,
    ),
    Field(
        "kind",
        _("Kind"),
        kind="choice",
        choices=KINDS,
        aliases=("type", "course type", "credit type", "credit status", "credit or noncredit", "tipo", "modalidad de crédito"),
    ),
    Field(
        "credits",
        _("Credits"),
        kind="decimal",
        aliases=("credit", "credit hours", "units", "hours", "max credits", "credits max", "cr", "ceu", "ceus", "contact hours", "créditos", "horas", "unidades"),
        looks=_looks_credits,
    ),
    Field(
        "credit_unit",
        _("Unit of the credits"),
        kind="choice",
        choices=UNITS,
        aliases=("credit unit", "credit unit type", "unit type", "unidad", "tipo de crédito"),
    ),
    Field("level", _("Level"), aliases=("course level", "nivel"), max_length=60, looks=lambda texts: 0.0),
    Field("cip_code", _("CIP code"), aliases=("cip", "cip number", "código cip"), max_length=7, looks=lambda texts: _share(texts, sum(1 for text in texts if re.match(r"^\d{2}\.\d{2,4}$", text)))),
    Field("modality", _("Way of teaching"), kind="choice", choices=MODALITIES, aliases=("modality", "delivery", "delivery mode", "instruction mode", "instruction method", "modalidad")),
    Field("language", _("Language"), aliases=("language of instruction", "idioma"), max_length=16, looks=lambda texts: 0.0),
    Field("duration", _("Duration"), aliases=("length", "duración"), max_length=20, looks=lambda texts: 0.0),
    Field("cost", _("Cost"), kind="decimal", aliases=("price", "fee", "tuition", "costo", "precio", "cuota"), looks=lambda texts: 0.0),
    Field("prerequisites", _("Prerequisites"), aliases=("prereq", "prereqs", "prerequisite", "requirements", "requisitos", "prerrequisitos"), max_length=20_000, looks=lambda texts: 0.0),
    Field("criteria", _("Criteria"), aliases=("what a learner must do", "completion criteria", "criterios"), max_length=20_000, looks=lambda texts: 0.0),
    Field("tags", _("Tags"), aliases=("keywords", "attributes", "course attributes", "etiquetas", "palabras clave"), max_length=2_000, looks=lambda texts: 0.0),
)  # fmt: skip

QUESTIONS: tuple[Question, ...] = (
    Question(
        "kind",
        _("What kind of offerings are these?"),
        tuple((one.value, one.label) for one in KINDS),
        help=_("Credit and non-credit are never told from the rows alone."),
        unless="kind",
    ),
    Question(
        "credit_unit",
        _("What do the credits count?"),
        tuple((one.value, one.label) for one in UNITS),
        unless="credit_unit",
        only_if="credits",
    ),
    Question(
        "code_style",
        _("How are the codes written?"),
        (
            ("as_is", _("As in the file")),
            ("prefixed", _("With the department before them, such as WELD 109")),
        ),
        help=_("Codes that repeat across departments are easier to find with the department."),
        only_if="unit2",
    ),
)
