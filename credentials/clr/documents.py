"""From a composed record's row to the signed text, through the lint gate."""

import base64
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.conf import settings

from credentials.canon.errors import ProofError
from credentials.clr.models import ComposedRecord
from credentials.documents import model
from credentials.documents.clr import build_clr_credential
from credentials.documents.identity import hash_identity
from credentials.documents.profile import build_profile
from credentials.issuing.models import Credential
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.published import profile_model
from credentials.keys.securing import active_key, prepare_documents, secure
from credentials.lint import errors_in, lint
from credentials.minting.signing import check_one
from institution.accounts.services import institution_now
from institution.errors import RegistryError

Json = dict[str, Any]


class ClrNotFitToSign(RegistryError):
    """A document that breaks a rule of the standard; facts: the first rule and where."""

    code = "clr-not-fit-to-sign"


def refresh_url(row: ComposedRecord) -> str:
    """Return where the holder of a record finds its newest state (1EdTechCredentialRefresh)."""
    return f"{settings.ISSUER_ORIGIN}/clr/{row.refresh}"


def build(row: ComposedRecord, members: Sequence[Credential]) -> Json:
    """Return the linted unsigned document. Raises ClrNotFitToSign."""
    institution = institution_now()
    text = base64.urlsafe_b64encode(bytes(row.salt)).decode().rstrip("=")
    address = row.recipient.email.lower()
    document = build_clr_credential(
        model.LearnerRecord(
            credential_id=f"urn:uuid:{row.urn}",
            subject_id=f"urn:uuid:{row.subject_urn}",
            issuer=build_profile(profile_model(row.profile)),
            name=f"{institution.get_record_term_display()} · {row.profile.name}",
            members=tuple(json.loads(one.document) for one in members),
            valid_from=row.valid_from,
            recipient_name=row.recipient.name,
            identity=model.Identity(hash=hash_identity(address, text), salt=text) if address else None,
            status=model.StatusEntry(row.status_list.url, row.status_index),
            partial=row.partial,
            refresh_url=refresh_url(row),
        )
    )
    faults = errors_in(lint(document, "clr-2.0"))
    if faults:
        raise ClrNotFitToSign(path=faults[0].path, rule=faults[0].rule)
    return document


def sign(document: Json, profile: IssuerProfile, *, now: datetime) -> tuple[bytes, SigningKey]:
    """Return the signed text, checked once the long way, and the key. Raises NoActiveKey, ClrNotFitToSign."""
    key = active_key(profile)
    [prepared] = prepare_documents([document], key=key, created=now)
    if isinstance(prepared, ProofError):
        raise ClrNotFitToSign(rule=prepared.code)
    [secured] = secure([prepared], key=key)
    signed = {**secured, "proof": [secured["proof"]]}  # as in badges: a list of proofs
    check_one(signed, key, now=now)
    return orjson.dumps(signed), key
