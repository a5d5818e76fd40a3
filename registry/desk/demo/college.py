"""A made-up district of three colleges: units, people, roles, words, issuer profile and key."""

from datetime import datetime

from credentials.keys.models import SigningKey
from credentials.keys.services import confirm_key, create_profile, propose_key
from credentials.keys.states import KeyPurpose
from credentials.verification import registries
from institution.accounts.models import Institution, OrgUnit, User
from institution.accounts.roles import Role
from institution.accounts.services import assign_role, create_unit, invite_person, set_institution
from institution.memory.models import Pilot, SystemRecord
from institution.memory.services import lay_glossary, note_decision, note_system
from registry.desk.demo.accounts import ACCOUNTS, DOMAIN
from registry.desk.demo.calendar import FOUNDED, Calendar

DISTRICT = "Riverbend Community College District"
CENTRAL, NORTH, HARBOR = "Riverbend Central College", "Riverbend North College", "Riverbend Harbor College"
DEPARTMENTS = {
    "NUR": (CENTRAL, "Nursing and Allied Health"),
    "DAT": (CENTRAL, "Data and Computing"),
    "LIF": (CENTRAL, "Student Life"),
    "CED": (CENTRAL, "Continuing Education"),
    "SCI": (CENTRAL, "Science and Mathematics"),
    "WLD": (NORTH, "Welding and Manufacturing"),
    "CUL": (NORTH, "Culinary Arts and Hospitality"),
    "WRK": (NORTH, "Workforce Training"),
    "ECE": (HARBOR, "Education and Early Childhood"),
    "BUS": (HARBOR, "Business and Leadership"),
    "LRN": (HARBOR, "Learning Commons"),
    "MAR": (HARBOR, "Maritime Technology"),
    "HUM": (HARBOR, "Humanities and Languages"),
}
MORE_PEOPLE = (
    ("Hyacinth Barrowclough", Role.DEAN, NORTH),
    ("Matteo Fontanarossa", Role.DEAN, HARBOR),
    ("Gunnhild Aasen", Role.FACULTY, "DAT"),
    ("Ezekiel Oyebanjo", Role.FACULTY, "LIF"),
    ("Concepción Rivadeneira", Role.FACULTY, "CED"),
    ("Augustin Vanderbeek", Role.FACULTY, "SCI"),
    ("Ignatius Kowalczyk", Role.FACULTY, "WLD"),
    ("Solène Marchetti", Role.FACULTY, "CUL"),
    ("Barnaby Okonjo", Role.FACULTY, "WRK"),
    ("Philippa Ravensworth", Role.FACULTY, "ECE"),
    ("Haruka Lindstrom", Role.FACULTY, "BUS"),
    ("Cornelius Adeyemi", Role.FACULTY, "LRN"),
    ("Astrid Delacroix", Role.FACULTY, "MAR"),
    ("Thaddeus Moonwalker", Role.FACULTY, "HUM"),
)


KNOWN = (  # a registry file as the college would take it over
    ("did:web:ridgeline-state.example", "Ridgeline State University", "https://ridgeline-state.example"),
    ("did:web:hospital.riverbend.example", "Riverbend General Hospital Academy", ""),
    ("did:web:welders-guild.example", "Welders’ Guild of the Three Rivers", "https://welders-guild.example"),
)
KNOWN_SOURCE = "Three Rivers Registry of Issuers"


def units() -> dict[str, OrgUnit]:
    """Return the sample college's units: departments by their letters, colleges and district by name."""
    by_name = {unit.name: unit for unit in OrgUnit.objects.all()}
    return by_name | {letters: by_name[name] for letters, (_college, name) in DEPARTMENTS.items()}


def people() -> dict[str, User]:
    """Return the sample college's staff: those with a door by slug, all of them by name."""
    found = {user.name: user for user in User.objects.filter(email__endswith=f"@{DOMAIN}")}
    return found | {account.slug: found[account.name] for account in ACCOUNTS if account.role}


def lay_units(calendar: Calendar) -> None:
    """Set up the institution and its tree."""
    system, at = User.objects.system(), calendar.at(FOUNDED)
    Institution.objects.get_or_create(id=1, defaults={"name": DISTRICT, "short_name": "Riverbend"})
    words = {"support_email": f"records@{DOMAIN}", "time_zone": "America/Los_Angeles", "record_term": "LER"}
    set_institution(words, actor=system, now=at)
    district = create_unit(DISTRICT, "district", parent=None, code="RCCD", actor=system, now=at)
    for name in (CENTRAL, NORTH, HARBOR):
        create_unit(name, "college", parent=district, actor=system, now=at)
    colleges = {unit.name: unit for unit in OrgUnit.objects.filter(kind="college")}
    for letters, (college, name) in DEPARTMENTS.items():
        create_unit(name, "department", parent=colleges[college], code=letters, actor=system, now=at)


def lay_people(calendar: Calendar) -> None:
    """Give the staff their accounts and roles."""
    system, at, places = User.objects.system(), calendar.at(FOUNDED, minutes=5), units()
    for account in ACCOUNTS:
        if account.role is not None:
            person = invite_person(
                account.email,
                name=account.name,
                role=account.role,
                unit=places[account.unit],
                actor=system,
                now=at,
            ).user
            if account.slug == "program":
                later = calendar.at(FOUNDED, minutes=6)  # so that the first role is the one worn
                assign_role(person, Role.FACULTY, places["LRN"], actor=system, now=later)
    for name, role, place in MORE_PEOPLE:
        slug = name.lower().replace(" ", ".")
        email = f"{slug.encode('ascii', 'ignore').decode()}@{DOMAIN}"
        invite_person(email, name=name, role=role, unit=places[place], actor=system, now=at)


def lay_key(calendar: Calendar) -> None:
    """Propose and confirm the district's key, by two administrators; propose one more that waits."""
    staff, district = people(), units()[DISTRICT]
    profile = create_profile(
        district, name=DISTRICT, url="https://www.riverbend.example", email=f"records@{DOMAIN}",
        description="Three community colleges on one river.", actor=staff["administrator"], now=calendar.at(FOUNDED, minutes=15),
    )  # fmt: skip
    if not SigningKey.objects.filter(profile=profile).exists():
        key = propose_key(profile, actor=staff["administrator"], now=calendar.at(FOUNDED, minutes=20))
        confirm_key(key, actor=staff["administrator2"], now=calendar.at(FOUNDED, minutes=40))
        for_trials = propose_key(
            profile,
            purpose=KeyPurpose.TRIAL,
            actor=staff["administrator"],
            now=calendar.at(FOUNDED, minutes=45),
        )
        confirm_key(for_trials, actor=staff["administrator2"], now=calendar.at(FOUNDED, minutes=50))
        propose_key(profile, actor=staff["administrator2"], now=calendar.at(3))


def lay_memory(calendar: Calendar) -> None:
    """Lay the glossary, and what the program office remembers."""
    lay_glossary()
    office, district = people()["program"], units()[DISTRICT]
    at = calendar.at(FOUNDED - 5)
    _note_system(
        {"name": "Student information system", "purpose": "Enrollment and grades for credit courses.",
         "why_chosen": "Bought in 2014, because the state's reports came ready-made with it.",
         "data_owner": "Registrar", "formats_out": "CSV, OneRoster 1.2"},
        org_unit=district, actor=office, now=at,
    )  # fmt: skip
    _note_system(
        {"name": "Continuing education sign-up", "purpose": "Registration and payment for non-credit.",
         "why_chosen": "The student system could not take people without a student number.",
         "data_owner": "Continuing Education", "formats_out": "Spreadsheet export"},
        org_unit=district, actor=office, now=at,
    )  # fmt: skip
    note_decision(
        "One issuer for all three colleges", field="issuing", org_unit=district, actor=office, now=at,
        rationale="Departments come and go. An employer knows the district, and one name is easier to check.",
    )  # fmt: skip
    note_decision(
        "Participation is never shown as assessed", field="catalog", org_unit=district, actor=office, now=at,
        rationale="Employers asked what a badge proves. The word and the shape now say it on every page.",
    )  # fmt: skip
    Pilot.objects.get_or_create(
        name="Peer mentoring on the record", org_unit=district,
        defaults={"question": "Do mentors show their credential when they apply for work?", "owner": office,
                  "starts_on": calendar.on(200), "decide_on": calendar.on(-30)},
    )  # fmt: skip


def _note_system(words: dict[str, str], *, org_unit: OrgUnit, actor: User, now: datetime) -> None:
    """Note a system once; noting it again would be another act."""
    if not SystemRecord.objects.filter(name=words["name"], org_unit=org_unit).exists():
        note_system(words, org_unit=org_unit, actor=actor, now=now)


def lay_known_issuers(calendar: Calendar) -> None:
    """Take the file of a registry over, as an administrator does."""
    entries = [registries.Entry(*one) for one in KNOWN]
    registries.take_over(
        entries, source=KNOWN_SOURCE, actor=people()["administrator"], now=calendar.at(FOUNDED - 2)
    )
