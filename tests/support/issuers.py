"""Issuers made of nothing but keys and saved answers: their did.json, status list and signed documents."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from credentials.documents.achievement_credential import build_achievement_credential
from credentials.documents.clr import build_clr_credential
from credentials.documents.did import DidKey, KeyState, build_did_document, did_web_url
from credentials.documents.endorsement import build_endorsement_credential
from credentials.documents.identity import hash_identity
from credentials.documents.model import (
    Achievement,
    Alignment,
    Award,
    Criteria,
    Endorsement,
    Evidence,
    Identity,
    IssuerProfile,
    LearnerRecord,
    Result,
    ResultDescription,
    RubricCriterionLevel,
    StatusEntry,
)
from credentials.documents.status_list import build_status_list_credential
from credentials.proofs.data_integrity import prepare
from credentials.proofs.public_key import PublicKey
from credentials.reading.sources import SourceFailed

Json = dict[str, Any]
NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
SIGNED = datetime(2026, 5, 18, 14, 30, 5, tzinfo=UTC)
SALT = "k0mX1uHqS1y3b2b6Rk9pQw"
ADDRESS = "amara@example.com"


@dataclass
class Saved:
    """A source of saved answers, which counts what it was asked."""

    answers: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    preferred: dict[str, str] = field(default_factory=dict)

    def get(self, url: str, *, max_bytes: int = 10**7, media_type: str = "") -> bytes:
        self.asked.append(url)
        self.preferred[url] = media_type
        if url not in self.answers:
            raise SourceFailed("unreachable")
        if len(self.answers[url]) > max_bytes:
            raise SourceFailed("refused")
        return self.answers[url]

    def save(self, url: str, document: Json | bytes) -> None:
        self.answers[url] = document if isinstance(document, bytes) else json.dumps(document).encode()


class Signing:
    """One issuer: a did:web name at a host, one key, and its list of withdrawn credentials."""

    def __init__(
        self, seed: int = 1, did: str = "did:web:credentials.college.example:i:k7f3", **profile: Any
    ):
        self.secret = ed25519.Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = self.secret.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.multikey = PublicKey("Ed25519", public).to_multikey()
        self.did = did if did != "did:key" else f"did:key:{self.multikey}"
        self.fragment = "key-1" if self.did != f"did:key:{self.multikey}" else self.multikey
        self.method = f"{self.did}#{self.fragment}"
        name = profile.pop("name", "Riverbend Community College")
        self.profile = IssuerProfile(id=self.did, name=name, url="https://www.college.example/", **profile)
        base = did_web_url(self.did).removesuffix("/did.json") if self.did.startswith("did:web") else ""
        self.did_url = f"{base}/did.json"
        self.list_url = f"{base or 'https://college.example'}/status/1"
        self.achievement_id = "https://credentials.college.example/a/5b0c8a52-7a52-4a2b-9a39-4d6f4a1f9c11/3"

    def did_document(self, **key: Any) -> Json:
        """Return did.json; key: how the one key stands (state, revoked_at)."""
        return build_did_document(self.did, [DidKey(self.fragment, self.multikey, **key)])

    def sign(
        self, document: Json, *, created: str = "2026-05-18T14:30:06Z", method: str = "", **how: Any
    ) -> Json:
        """Return the document with this issuer's proof."""
        ready = prepare(document, verification_method=method or self.method, created=created, **how)
        return ready.secured(self.secret.sign(ready.to_sign))

    def status_list(self, *indexes: int, purpose: str = "revocation", url: str = "", **how: Any) -> Json:
        """Return the signed list with these positions set."""
        valid = {"valid_from": NOW - timedelta(hours=1), "valid_until": NOW + timedelta(days=2)} | how
        return self.sign(
            build_status_list_credential(
                url or self.list_url, issuer_id=self.did, set_indexes=indexes, purpose=purpose, **valid
            )
        )

    def achievement(self, **how: Any) -> Achievement:
        """Return a small achievement with a rubric and two skills."""
        rubric = ResultDescription(
            key="mastery",
            name="Level of mastery",
            result_type="RubricCriterionLevel",
            levels=(
                RubricCriterionLevel("proficient", "Proficient"),
                RubricCriterionLevel("expert", "Expert"),
            ),
        )
        skills = tuple(
            Alignment(
                name,
                f"https://skills.college.example/item/{number}",
                "CFItem",
                "Nursing skills",
                f"N-{number}",
            )
            for number, name in enumerate(["Take vital signs", "Give medicines safely"], 1)
        )
        plain = Achievement(
            id=self.achievement_id,
            name="Clinical Skills II",
            description="Care for patients on a ward, under supervision.",
            criteria=Criteria(
                "Pass the **practical examination** on the ward.\n\n- 40 hours\n- two assessors"
            ),
            achievement_type="Course",
            alignments=skills,
            result_descriptions=(rubric,),
            language="en-US",
        )
        return replace(plain, **how)

    def award(self, **how: Any) -> Award:
        """Return an award of that achievement to a person with a hashed address."""
        plain = Award(
            credential_id="urn:uuid:0f0e6a2c-8f0b-4f0e-9a55-0f3f4f0a7c01",
            subject_id="urn:uuid:9b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8",
            issuer=self.profile,
            achievement=self.achievement(),
            awarded_on=date(2026, 5, 14),
            zone=ZoneInfo("America/Chicago"),
            valid_from=SIGNED,
            recipient_name="Amara Nwosu",
            identity=Identity(hash_identity(ADDRESS, SALT), SALT),
            status=StatusEntry(self.list_url, 40_961),
            results=(Result("mastery", achieved_level="proficient"),),
            evidence=(Evidence(url="https://portfolio.college.example/7", name="Ward journal"),),
        )
        return replace(plain, **how)

    def credential(self, **how: Any) -> Json:
        """Return a signed credential."""
        return self.sign(build_achievement_credential(self.award(**how)))

    def unsigned(self, **how: Any) -> Json:
        """Return a credential before signing."""
        return build_achievement_credential(self.award(**how))

    def record(self, *members: Json, **how: Any) -> Json:
        """Return a signed learner record of these members."""
        plain = LearnerRecord(
            credential_id="urn:uuid:4d1a6c7e-2b3c-4d5e-8f60-718293a4b5c6",
            subject_id="urn:uuid:9b1c2d3e-4f50-4a61-8b72-93a4b5c6d7e8",
            issuer=self.profile,
            name="Learner record of Amara Nwosu",
            members=members,
            valid_from=SIGNED,
            recipient_name="Amara Nwosu",
            identity=Identity(hash_identity(ADDRESS, SALT), SALT),
            status=StatusEntry(self.list_url, 40_970),
        )
        return self.sign(build_clr_credential(replace(plain, **how)))

    def endorsement(self, **how: Any) -> Json:
        """Return a signed endorsement of the achievement."""
        plain = Endorsement(
            credential_id="urn:uuid:6a6b1c2d-3e4f-4a5b-8c6d-7e8f90a1b2c3",
            issuer=self.profile,
            endorsed_id=self.achievement_id,
            name="Endorsement by the guild",
            comment="Our members hire on this badge.",
            valid_from=SIGNED,
        )
        return self.sign(build_endorsement_credential(replace(plain, **how)))

    def publish(self, saved: Saved, *revoked: int) -> Saved:
        """Save what this issuer publishes: its did.json and its list."""
        if self.did_url.startswith("https"):
            saved.save(self.did_url, self.did_document())
        saved.save(self.list_url, self.status_list(*revoked))
        return saved


__all__ = ["ADDRESS", "NOW", "DidKey", "KeyState", "Saved", "Signing"]
