"""Who signs in to the demo: one person per role, two learners."""

from dataclasses import dataclass

from institution.accounts.roles import Role

DOMAIN = "riverbend.example"


@dataclass(frozen=True)
class DemoAccount:
    """A person of the sample college who can be signed in with one click."""

    slug: str
    name: str
    email: str
    role: Role | None  # None: a learner
    unit: str  # the unit's name
    line: str  # what they do here, in a sentence


ACCOUNTS: tuple[DemoAccount, ...] = (
    DemoAccount("registrar", "Rosalind Achterberg", f"rosalind.achterberg@{DOMAIN}", Role.REGISTRAR,
                "Riverbend Community College District", "Uploads completions, issues, releases and revokes."),
    DemoAccount("dean", "Benedikt Oyelaran", f"benedikt.oyelaran@{DOMAIN}", Role.DEAN,
                "Riverbend Central College", "Approves what faculty submit."),
    DemoAccount("faculty", "Marisol Etxeberria", f"marisol.etxeberria@{DOMAIN}", Role.FACULTY,
                "Nursing and Allied Health", "Describes offerings and awards completions from a roster."),
    DemoAccount("evaluator", "Tuulikki Saarinen", f"tuulikki.saarinen@{DOMAIN}", Role.EVALUATOR,
                "Riverbend Community College District", "Looks at evidence of learning."),
    DemoAccount("career", "Desmond Kahananui", f"desmond.kahananui@{DOMAIN}", Role.CAREER_SERVICES,
                "Riverbend Community College District", "Connects skills with what employers ask for."),
    DemoAccount("adviser", "Priyanka Venkataraman", f"priyanka.venkataraman@{DOMAIN}", Role.ADVISER,
                "Riverbend Community College District", "Helps learners claim their record."),
    DemoAccount("program", "Ansel Whitfeather", f"ansel.whitfeather@{DOMAIN}", Role.PROGRAM_OFFICE,
                "Riverbend Community College District", "Runs pilots and remembers why."),
    DemoAccount("auditor", "Ingeborg Castellanos", f"ingeborg.castellanos@{DOMAIN}", Role.AUDITOR,
                "Riverbend Community College District", "Sees who did what to whom."),
    DemoAccount("administrator", "Kwabena Lindqvist", f"kwabena.lindqvist@{DOMAIN}", Role.ADMINISTRATOR,
                "Riverbend Community College District", "Gives roles, proposes keys."),
    DemoAccount("administrator2", "Yevgenia Morozova", f"yevgenia.morozova@{DOMAIN}", Role.ADMINISTRATOR,
                "Riverbend Community College District", "Confirms keys that another administrator proposed."),
    DemoAccount("learner", "Amara Nwosu", "amara.nwosu@mail.example", None, "", "A learner with a rich record."),
    DemoAccount("learner2", "فاطمة الزهراء الإدريسي", "fatima.idrissi@mail.example", None, "",
                "A learner whose first language is Arabic."),
)  # fmt: skip
