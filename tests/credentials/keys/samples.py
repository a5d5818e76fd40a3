"""The smallest issuer that can sign: a profile with a key that two administrators agreed on."""

from datetime import UTC, datetime
from types import SimpleNamespace

from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.services import confirm_key, create_profile, propose_key

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def make_profile(college: SimpleNamespace) -> IssuerProfile:
    """Create the college's issuer profile."""
    return create_profile(
        college.main,
        name="Riverbend College",
        url="https://riverbend.example",
        email="registrar@riverbend.example",
        actor=college.administrator,
        now=NOW,
    )


def make_key(college: SimpleNamespace, profile: IssuerProfile | None = None, **kind: str) -> SigningKey:
    """Create a key of the profile that signs."""
    profile = profile or make_profile(college)
    key = propose_key(profile, **kind, actor=college.administrator, now=NOW)
    return confirm_key(key, actor=college.second_administrator, now=NOW)
