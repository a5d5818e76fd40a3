"""The document of a row as a trial: real in all that can be wrong, and marked so that nobody takes it for real.

What is different: the issuer is a did:key, its name and the achievement's say that this is a trial, a tag
does so for machines, it ends within `TRIAL_DAYS`, and it has no status entry (it is nobody's to withdraw).
"""

import os
import uuid
import zoneinfo
from dataclasses import replace
from datetime import datetime, timedelta

import orjson
from django.utils.translation import gettext as _
from django.utils.translation import override

from credentials.canon.errors import ProofError
from credentials.catalog.published import achievement_document
from credentials.documents.profile import build_profile
from credentials.documents.vocabulary import TRIAL_TAG
from credentials.issuing.models import BatchRow
from credentials.issuing.placing import Place, end_of
from credentials.keys.models import SigningKey
from credentials.keys.published import profile_model
from credentials.keys.securing import prepare_document, secure
from credentials.lint import SharedParts
from credentials.minting.documents import Frame, NotFitToSign, Reserved, build
from credentials.minting.drawing import SALT_BYTES
from credentials.minting.signing import check_one

TRIAL_DAYS = 30
Findings = list[tuple[str, str, str]]


def trial_text(
    row: BatchRow, place: Place, key: SigningKey, zone: zoneinfo.ZoneInfo, *, now: datetime
) -> tuple[str, Findings]:
    """Return the signed text of a row, or "" and why there is none. Raises SignatureDoesNotHold."""
    frame = trial_frame(row, place, key)
    try:
        document = build(_reserved(row, place, zone, now), frame, "", zone)
        prepared = prepare_document(document, key=key, created=now)
    except NotFitToSign as error:
        return "", error.findings
    except ProofError as error:
        return "", [("", error.code, error.detail)]
    [secured] = secure([prepared], key=key)
    signed = {**secured, "proof": [secured["proof"]]}  # OB 3.0: proof is a list
    check_one(signed, key, now=now)
    return orjson.dumps(signed).decode(), []


def trial_frame(row: BatchRow, place: Place, key: SigningKey) -> Frame:
    """Return issuer and achievement so marked, in the language of the document."""
    if row.achievement_version is None:
        raise TypeError("a row that asks for a credential has its version")
    achievement = achievement_document(row.achievement_version)
    with override(place.language or None):
        name = _("%(college)s (trial)") % {"college": place.profile.name}
        achievement["name"] = _("TRIAL: %(title)s") % {"title": achievement["name"]}
    achievement["tag"] = [TRIAL_TAG, *achievement.get("tag", ())]
    issuer = build_profile(replace(profile_model(place.profile), id=key.did, name=name))
    return Frame(issuer, achievement, SharedParts(issuer, achievement))


def end_of_trial(now: datetime) -> datetime:
    """Return when a trial that is made now ends."""
    return now + timedelta(days=TRIAL_DAYS)


def _reserved(row: BatchRow, place: Place, zone: zoneinfo.ZoneInfo, now: datetime) -> Reserved:
    """Return the row as if reserved: ids of its own, which nobody keeps."""
    own = end_of(row.expires_on, zone)
    end = end_of_trial(now)
    return Reserved(
        urn=str(uuid.uuid4()),
        subject_urn=str(uuid.uuid4()),
        achievement_version_id=str(row.achievement_version_id),
        status_list_id="",
        status_index=0,
        salt=os.urandom(SALT_BYTES),
        awarded_on=row.awarded_on,  # type: ignore[arg-type]  # a row that waits to be signed has one
        valid_from=now,
        valid_until=min(end, own) if own else end,
        row_id=row.pk,
        name=row.name,
        email=row.email,
        result=row.result,
        narrative=row.narrative,
        evidence_url=row.evidence_url,
        credits=row.credits,
    )
