"""A small college for tests: a tree of units and a person for every role, plus a stranger and a neighbour."""

from datetime import UTC, datetime
from types import SimpleNamespace

from institution.accounts.models import Institution, OrgUnit, RoleAssignment, User
from institution.accounts.roles import Role
from tests.support.laid import relaid

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)


def make_unit(name: str, kind: str, parent: OrgUnit | None = None, code: str = "") -> OrgUnit:
    """Create a unit under a parent with its path."""
    unit = OrgUnit(name=name, kind=kind, parent=parent, code=code or name)
    unit.path = (parent.path if parent else "") + unit.id.hex[:8] + "/"
    unit.save()
    return unit


def make_person(email: str, name: str = "", **fields: object) -> User:
    """Create somebody who can sign in with a session, without a role."""
    return User.objects.create_user(email, None, name=name or email.split("@")[0].title(), **fields)


def give(user: User, role: Role, unit: OrgUnit, **fields: object) -> RoleAssignment:
    """Let a person wear a role at a unit since long ago."""
    return RoleAssignment.objects.create(
        user=user, role=role, unit=unit, **({"starts_at": LONG_AGO} | fields)
    )


def lay_college() -> SimpleNamespace:
    """Lay units district > college > nursing, welding; one person per role at the college.

    Also `stranger` (signed up, no role) and `neighbor` (dean, faculty and registrar of the welding
    department only), to be refused wherever the nursing department is meant.
    """
    return relaid(_lay_college)


def _lay_college() -> SimpleNamespace:
    Institution.objects.get_or_create(
        id=1, defaults={"name": "Riverbend Community College District", "short_name": "Riverbend"}
    )
    district = make_unit("Riverbend District", "district")
    main = make_unit("Riverbend College", "college", district)
    nursing = make_unit("Nursing", "department", main)
    welding = make_unit("Welding", "department", main)
    people = {
        role.value: make_person(f"{role.value}@riverbend.example") for role in Role if role != Role.PARTNER
    }
    for value, person in people.items():
        give(person, Role(value), main)
    second_administrator = make_person("administrator2@riverbend.example")
    give(second_administrator, Role.ADMINISTRATOR, main)
    neighbor = make_person("neighbor@riverbend.example")
    for role in (Role.DEAN, Role.FACULTY, Role.REGISTRAR):
        give(neighbor, role, welding)
    return SimpleNamespace(
        district=district,
        main=main,
        nursing=nursing,
        welding=welding,
        neighbor=neighbor,
        second_administrator=second_administrator,
        stranger=make_person("stranger@elsewhere.example"),
        **people,
    )
