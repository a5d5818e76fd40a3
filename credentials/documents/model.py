"""What a document says, as frozen values. The builders turn these into the standards' members.

An empty string or tuple means: not stated, and the member is left out.
"""

from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from decimal import Decimal

from credentials.documents.vocabulary import Json


@dataclass(frozen=True, slots=True)
class Image:
    """A picture by its address (OB 3.0, Image)."""

    url: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class IdentifierEntry:
    """Another name for the same thing; kind from the list or "ext:…" (OB 3.0, IdentifierEntry)."""

    identifier: str
    kind: str = "identifier"


@dataclass(frozen=True, slots=True)
class Address:
    """A postal address (OB 3.0, Address). Coordinates are left out: they would be floats."""

    street: str = ""
    locality: str = ""
    region: str = ""
    postal_code: str = ""
    country: str = ""
    country_code: str = ""
    post_office_box: str = ""


@dataclass(frozen=True, slots=True)
class IssuerProfile:
    """An organization as documents show it (OB 3.0, Profile). id: did:web DID or https URL."""

    id: str
    name: str
    url: str = ""
    email: str = ""
    phone: str = ""
    description: str = ""
    image: Image | None = None
    address: Address | None = None
    official: str = ""
    other_identifiers: tuple[IdentifierEntry, ...] = ()
    parent: "IssuerProfile | None" = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A tie to a skill or credential in a framework (OB 3.0, Alignment)."""

    target_name: str
    target_url: str
    target_type: str = ""
    target_framework: str = ""
    target_code: str = ""
    target_description: str = ""


@dataclass(frozen=True, slots=True)
class Criteria:
    """What had to be done, in Markdown. url: only if the criteria have a page of their own."""

    narrative: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Related:
    """Another achievement, such as an earlier version or a translation (OB 3.0, Related)."""

    id: str
    language: str = ""
    version: str = ""


@dataclass(frozen=True, slots=True)
class RubricCriterionLevel:
    """One level of a rubric. key: unique within its ResultDescription, part of the level's id."""

    key: str
    name: str
    description: str = ""
    level: str = ""
    points: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class ResultDescription:
    """What kind of result may be stated. key: unique within the achievement, part of the id.

    allowed_values are left out of the document when levels exist (signing.md 8.4).
    required_level: the key of one of the levels.
    """

    key: str
    name: str
    result_type: str
    levels: tuple[RubricCriterionLevel, ...] = ()
    allowed_values: tuple[str, ...] = ()
    required_level: str = ""
    required_value: str = ""
    value_min: str = ""
    value_max: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Achievement:
    """What can be earned, in one frozen version (OB 3.0, Achievement). id: the version's URL.

    credits_available: with at most two decimals; `achievement.credit_number` says how they are written.
    """

    id: str
    name: str
    description: str
    criteria: Criteria
    achievement_type: str = ""
    alignments: tuple[Alignment, ...] = ()
    result_descriptions: tuple[ResultDescription, ...] = ()
    creator: IssuerProfile | None = None
    credits_available: Decimal | None = None
    field_of_study: str = ""
    human_code: str = ""
    image: Image | None = None
    language: str = ""
    other_identifiers: tuple[IdentifierEntry, ...] = ()
    related: tuple[Related, ...] = ()
    specialization: str = ""
    tags: tuple[str, ...] = ()
    version: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One result reached. description, achieved_level: keys in the achievement."""

    description: str = ""
    value: str = ""
    achieved_level: str = ""
    status: str = ""
    alignments: tuple[Alignment, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that shows the work (OB 3.0, Evidence). url: its page, if it has one."""

    url: str = ""
    name: str = ""
    narrative: str = ""
    description: str = ""
    genre: str = ""
    audience: str = ""


@dataclass(frozen=True, slots=True)
class Identity:
    """A recipient's salted identity. hash: from hash_identity. PII: the salt and hash only."""

    hash: str
    salt: str
    kind: str = "emailAddress"


@dataclass(frozen=True, slots=True)
class StatusEntry:
    """The place of a credential in a status list."""

    list_url: str
    index: int
    purpose: str = "revocation"


@dataclass(frozen=True, slots=True)
class Award:
    """One achievement credential before signing.

    issuer and achievement may be given as the JSON that build_profile and build_achievement
    returned: then it is shared between documents, not built again.
    valid_from: aware. zone: the institution's, for awardedDate. PII: recipient_name.
    """

    credential_id: str
    subject_id: str
    issuer: IssuerProfile | Json
    achievement: Achievement | Json
    awarded_on: date
    zone: tzinfo
    valid_from: datetime
    recipient_name: str
    identity: Identity | None
    status: StatusEntry | None
    valid_until: datetime | None = None
    name: str = ""
    description: str = ""
    image: Image | None = None
    results: tuple[Result, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    narrative: str = ""
    role: str = ""
    term: str = ""
    license_number: str = ""
    activity_start: date | None = None
    activity_end: date | None = None
    credits_earned: Decimal | None = None
    source: IssuerProfile | None = None
    refresh_url: str = ""
    endorsements: tuple[Json, ...] = ()


@dataclass(frozen=True, slots=True)
class Association:
    """How two achievements of one record belong together (CLR 2.0, Association)."""

    kind: str
    source_id: str
    target_id: str


@dataclass(frozen=True, slots=True)
class LearnerRecord:
    """One CLR before signing; members are signed credentials, taken as they are.

    achievements: definitions that associations name but no member asserts. PII: recipient_name.
    """

    credential_id: str
    subject_id: str
    issuer: IssuerProfile | Json
    name: str
    members: tuple[Json, ...]
    valid_from: datetime
    recipient_name: str
    identity: Identity | None
    status: StatusEntry | None
    description: str = ""
    valid_until: datetime | None = None
    awarded_on: date | None = None
    zone: tzinfo | None = None
    achievements: tuple[Achievement | Json, ...] = ()
    associations: tuple[Association, ...] = ()
    partial: bool = False
    refresh_url: str = ""


@dataclass(frozen=True, slots=True)
class Endorsement:
    """One endorsement before signing. endorsed_id: the achievement, profile or credential meant."""

    credential_id: str
    issuer: IssuerProfile | Json
    endorsed_id: str
    name: str
    comment: str
    valid_from: datetime
    status: StatusEntry | None = None
    valid_until: datetime | None = None
    description: str = ""
