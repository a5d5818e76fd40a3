"""The small glossary every new institution starts with: plain words, in English and Spanish.

Kept as data of the house; an institution edits its own copy in the table.
"""

from typing import NamedTuple


class Word(NamedTuple):
    slug: str
    term: str
    expansion: str
    explanation: str
    term_es: str
    expansion_es: str
    explanation_es: str


WORDS: tuple[Word, ...] = (
    Word("credential", "Credential", "",
         "A signed record of something you earned. It says what you did, who vouches for it, and when.",
         "Credencial", "",
         "Un registro firmado de algo que lograste. Dice qué hiciste, quién lo respalda y cuándo."),
    Word("ler", "LER", "Learning and Employment Record",
         "All that you have learned and done, in one record that you own and can show to anyone.",
         "LER", "Registro de Aprendizaje y Empleo",
         "Todo lo que has aprendido y hecho, en un registro que es tuyo y que puedes mostrar a quien quieras."),
    Word("clr", "CLR", "Comprehensive Learner Record",
         "A college's own signed collection of what you learned, inside and outside of class.",
         "CLR", "Registro Integral del Estudiante",
         "La colección firmada por la universidad de lo que aprendiste, dentro y fuera de clase."),
    Word("open-badge", "Open Badge", "Open Badges 3.0",
         "A common form for credentials, so that other schools and employers can read them.",
         "Insignia abierta", "Open Badges 3.0",
         "Una forma común de credencial, para que otras escuelas y empleadores puedan leerla."),
    Word("issuer", "Issuer", "",
         "The college that signed the credential and stands behind it.",
         "Emisor", "", "La universidad que firmó la credencial y la respalda."),
    Word("verifier", "Verifier", "",
         "Anyone who checks a credential: an employer, another school, you.",
         "Verificador", "", "Quien comprueba una credencial: un empleador, otra escuela, tú."),
    Word("wallet", "Wallet", "",
         "An app that keeps your credentials on your own phone.",
         "Cartera", "", "Una aplicación que guarda tus credenciales en tu propio teléfono."),
    Word("assessed", "Assessed", "",
         "Somebody checked what you can do, against stated criteria.",
         "Evaluado", "", "Alguien comprobó lo que sabes hacer, según criterios escritos."),
    Word("participation", "Participation", "",
         "You took part. Nobody graded it.",
         "Participación", "", "Tomaste parte. Nadie lo calificó."),
    Word("co-curricular", "Co-curricular", "",
         "Learning beside your classes: tutoring, leading a club, service.",
         "Cocurricular", "", "Aprendizaje junto a tus clases: tutoría, dirigir un club, servicio."),
    Word("non-credit", "Non-credit", "",
         "A course that does not count toward a degree, and may still teach what a job needs.",
         "Sin créditos", "", "Un curso que no cuenta para un título, y puede enseñar lo que pide un trabajo."),
    Word("criteria", "Criteria", "",
         "What you had to do or show to earn this.",
         "Criterios", "", "Lo que tuviste que hacer o mostrar para lograr esto."),
    Word("evidence", "Evidence", "",
         "The work that shows what you can do: a report, a video, a project.",
         "Evidencia", "", "El trabajo que muestra lo que sabes hacer: un informe, un video, un proyecto."),
    Word("alignment", "Alignment", "",
         "The tie between what you learned and a skill that others name the same way.",
         "Correspondencia", "", "El vínculo entre lo que aprendiste y una habilidad que otros llaman igual."),
    Word("revoked", "Withdrawn", "Revoked",
         "The college took the credential back. It no longer counts.",
         "Retirada", "Revocada", "La universidad retiró la credencial. Ya no vale."),
    Word("signature", "Signature", "",
         "A seal made with the college's secret key. Any change to the credential breaks it.",
         "Firma", "", "Un sello hecho con la clave secreta de la universidad. Cualquier cambio lo rompe."),
    Word("stackable", "Stackable", "",
         "It counts as a step toward a larger credential.",
         "Acumulable", "", "Cuenta como un paso hacia una credencial mayor."),
    Word("ctid", "CTID", "Credential Transparency Identifier",
         "A number that names one offering the same way in every public registry.",
         "CTID", "Identificador de Transparencia de Credenciales",
         "Un número que nombra una oferta igual en todos los registros públicos."),
    Word("did", "DID", "Decentralized Identifier",
         "The college's own address for its keys, so that anyone can check a signature.",
         "DID", "Identificador descentralizado",
         "La dirección de la universidad para sus claves, con la que cualquiera comprueba una firma."),
    Word("status-list", "Status list", "",
         "A public list that says whether a credential was withdrawn, without saying whose it is.",
         "Lista de estado", "", "Una lista pública que dice si una credencial fue retirada, sin decir de quién es."),
)  # fmt: skip
