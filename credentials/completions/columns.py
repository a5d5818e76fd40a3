"""What may stand in the columns of a file of completions, and how files spell it."""

from django.utils.translation import gettext_lazy as _

from institution.imports.fields import DATE_ORDER, Field, Question

KIND = "issuing.completions"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split(", "))


FIELDS = (
    Field(
        "source_id",
        _("Student number"),
        aliases=_words(
            "source id, student id, student no, sis id, person id, emplid, banner id, id number, "
            "sid, matrícula, número de estudiante, id del estudiante, expediente"
        ),
        max_length=80,
        help=_("How your student system names the person. It never stands in a credential."),
    ),
    Field(
        "name",
        _("Name"),
        required=True,
        aliases=_words(
            "full name, student name, learner, recipient, person, nombre, nombre completo, alumno, estudiante"
        ),
        max_length=200,
        help=_("As the person writes it. It stands in the credential."),
    ),
    Field(
        "email",
        _("Mail address"),
        aliases=_words(
            "email, e-mail, email address, mail, student email, correo, correo electrónico, "
            "dirección de correo"
        ),
        kind="email",
        max_length=254,
        help=_("Where the person is told. Only a salted hash of it stands in the credential."),
    ),
    Field(
        "code",
        _("Offering code"),
        required=True,
        aliases=_words(
            "code, course, course code, course id, achievement, achievement code, badge, "
            "offering, class, subject, código, curso, código del curso, clave, asignatura"
        ),
        max_length=60,
        help=_("The code of an approved offering or achievement."),
    ),
    Field(
        "awarded_on",
        _("Date"),
        required=True,
        aliases=_words(
            "date, award date, awarded on, completion date, completed, completed on, end date, "
            "fecha, fecha de finalización, fecha de término"
        ),
        kind="date",
        help=_("The day on which it was completed."),
    ),
    Field(
        "result",
        _("Result"),
        aliases=_words(
            "grade, final grade, score, mark, outcome, level, nota, calificación, resultado, puntaje"
        ),
        max_length=500,
        help=_("A grade, a score or a level. Several as “Name: value; Name: value”."),
    ),
    Field(
        "credits",
        _("Credits earned"),
        aliases=_words("credits, credit hours, units earned, hours earned, créditos, créditos obtenidos"),
        kind="decimal",
        help=_("Only where people may earn fewer than the offering gives. It stands in the credential."),
    ),
    Field(
        "narrative",
        _("Narrative"),
        aliases=_words(
            "comment, comments, note, notes, remarks, description of work, comentario, "
            "observaciones, descripción"
        ),
        max_length=4_000,
        help=_("What this person did, in a few sentences. It stands in the credential."),
    ),
    Field(
        "evidence_url",
        _("Evidence address"),
        aliases=_words(
            "evidence, evidence url, evidence link, url, link, portfolio, evidencia, enlace, "
            "enlace de evidencia"
        ),
        kind="url",
        max_length=1_000,
        help=_("A web page that shows the work."),
    ),
    Field(
        "expires_on",
        _("Valid until"),
        aliases=_words(
            "expires, expiry, expiry date, expiration date, expires on, vence, "
            "fecha de vencimiento, válido hasta"
        ),
        kind="date",
        help=_("Only where the credential ends, such as a first-aid card."),
    ),
    Field(
        "birth_date",
        _("Date of birth"),
        aliases=_words(
            "birth date, birthdate, date of birth, dob, birthday, fecha de nacimiento, nacimiento"
        ),
        kind="date",
        help=_("Asked before a claim, if your policy says so. Kept as a salted mark only."),
    ),
    Field(
        "award_id",
        _("Row id"),
        aliases=_words(
            "completion id, award id, record id, row id, enrollment id, registration id, "
            "id de registro, id de inscripción"
        ),
        max_length=80,
        help=_("How your system names this completion. With it, a changed date is a correction."),
    ),
)
QUESTIONS: tuple[Question, ...] = (DATE_ORDER,)
