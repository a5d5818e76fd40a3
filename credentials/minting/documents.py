"""From a reserved credential and its row to the unsigned document, and through the lint gate."""

import functools
import zoneinfo
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from credentials.catalog.models import AchievementVersion
from credentials.catalog.published import achievement_document
from credentials.documents import model
from credentials.documents.achievement_credential import build_achievement_credential
from credentials.documents.errors import DocumentError
from credentials.documents.identity import hash_identity
from credentials.documents.profile import build_profile
from credentials.keys.models import IssuerProfile
from credentials.keys.published import profile_model
from credentials.lint import SharedParts, errors_in, lint
from credentials.proofs.multibase import base64url_encode

Json = dict[str, Any]


class Reserved(NamedTuple):
    """A reserved credential with what its row says: plain values, for a chunk has a thousand."""

    urn: str
    subject_urn: str
    achievement_version_id: str
    status_list_id: str
    status_index: int
    salt: bytes
    awarded_on: date
    valid_from: datetime
    valid_until: datetime | None
    row_id: int
    name: str
    email: str
    result: list[dict[str, str]]
    narrative: str
    evidence_url: str
    credits: Decimal | None = None


class NotFitToSign(Exception):  # noqa: N818 - an outcome of one row, not an error of the program
    """The document of a row breaks a rule of the standard. findings: (path, rule, sentence)."""

    def __init__(self, findings: list[tuple[str, str, str]]) -> None:
        super().__init__("not-fit-to-sign")
        self.findings = findings


@dataclass(frozen=True, eq=False)
class Frame:
    """What all credentials of one achievement's version and issuer share: built and linted once."""

    issuer: Json
    achievement: Json
    shared: SharedParts

    @functools.cached_property
    def valued(self) -> frozenset[str]:
        """The keys of the results whose value is one of a list."""
        described = self.achievement.get("resultDescription", ())
        return frozenset(one["id"].rpartition("#")[2] for one in described if "allowedValue" in one)


@functools.lru_cache(maxsize=256)
def _frame(version_id: UUID, profile_id: UUID, revision: int) -> Frame:
    version = AchievementVersion.objects.defer("image").get(pk=version_id)
    profile = IssuerProfile.objects.get(pk=profile_id, revision=revision)
    issuer, achievement = build_profile(profile_model(profile)), achievement_document(version)
    return Frame(issuer, achievement, SharedParts(issuer, achievement))


def frame_of(version_id: UUID, profile: IssuerProfile) -> Frame:
    """Return the shared parts, from this process's memory if they are known; versions never change."""
    return _frame(version_id, profile.pk, profile.revision)


def forget_frames() -> None:
    """Drop what is remembered: for tests, whose rows come and go."""
    _frame.cache_clear()


def build(reserved: Reserved, frame: Frame, list_url: str, zone: zoneinfo.ZoneInfo) -> Json:
    """Return the linted unsigned document. list_url: "" for one without a status. Raises NotFitToSign."""
    try:
        document = build_achievement_credential(_award(reserved, frame, list_url, zone))
    except DocumentError as error:
        raise NotFitToSign([("", error.code, error.detail)]) from error
    faults = errors_in(lint(document, "ob-3.0", shared=frame.shared))
    if faults:
        raise NotFitToSign([(one.path, one.rule, str(one.message)) for one in faults[:5]])
    return document


def _award(reserved: Reserved, frame: Frame, list_url: str, zone: zoneinfo.ZoneInfo) -> model.Award:
    return model.Award(
        credential_id=f"urn:uuid:{reserved.urn}",
        subject_id=f"urn:uuid:{reserved.subject_urn}",
        issuer=frame.issuer,
        achievement=frame.achievement,
        awarded_on=reserved.awarded_on,
        zone=zone,
        valid_from=reserved.valid_from,
        valid_until=reserved.valid_until,
        recipient_name=reserved.name,
        identity=_identity(reserved.email, bytes(reserved.salt)),
        status=model.StatusEntry(list_url, reserved.status_index) if list_url else None,
        results=tuple(
            model.Result(
                description=one.get("description", ""),
                value=one.get("value", ""),
                achieved_level=one.get("achieved_level", ""),
            )
            for one in reserved.result
        ),
        evidence=(model.Evidence(url=reserved.evidence_url),) if reserved.evidence_url else (),
        narrative=reserved.narrative,
        credits_earned=reserved.credits,
    )


def _identity(email: str, salt: bytes) -> model.Identity | None:
    if not email:
        return None
    text = base64url_encode(salt)
    return model.Identity(hash=hash_identity(email.lower(), text), salt=text)
