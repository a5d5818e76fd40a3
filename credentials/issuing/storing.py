"""The second half of a chunk's last step: signed text by COPY, refused rows with their reasons."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from credentials.issuing.bulk import copy_into
from credentials.issuing.documents import Reserved
from credentials.issuing.errors import CountsDisagree, SignatureDoesNotHold
from credentials.issuing.models import BatchRow, Credential
from credentials.issuing.states import CredentialState, RowState
from credentials.keys.models import SigningKey
from credentials.proofs import data_integrity
from credentials.proofs.public_key import PublicKey

TEMPORARY = """
    CREATE TEMPORARY TABLE IF NOT EXISTS issuing_signed_now (id uuid, document text, digest bytea)
    ON COMMIT DELETE ROWS
"""
UNPACKED = "ALTER TABLE issuing_signed_now ALTER COLUMN document SET STORAGE EXTERNAL"
TAKE_OVER = """
    UPDATE issuing_credential AS credential
    SET document = fresh.document, digest = fresh.digest, state = 'signed', signed_at = %s, signing_key_id = %s
    FROM issuing_signed_now AS fresh
    WHERE credential.id = fresh.id AND credential.state = 'reserved'
"""


def check_one(document: dict[str, Any], key: SigningKey, *, now: datetime) -> None:
    """Verify one signed document the long way, with the key as did.json publishes it."""
    public = PublicKey.from_multikey(key.public_multibase)
    [outcome] = data_integrity.verify(document, resolve=lambda url: public, now=now)
    if not outcome.verified or outcome.verification_method != key.verification_method:
        raise SignatureDoesNotHold(key=str(key.pk))


def store(
    reserved: Sequence[Reserved], documents: Sequence[dict[str, Any]], key: SigningKey, *, now: datetime
) -> None:
    """Write the signed text, byte for byte as it will leave, and its digest."""
    if not reserved:
        return
    texts = [orjson.dumps(document) for document in documents]
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        cursor.execute(UNPACKED)
        cursor.execute("TRUNCATE issuing_signed_now")
    copy_into(
        "issuing_signed_now",
        ["id", "document", "digest"],
        (
            (one.id, text.decode(), hashlib.sha256(text).digest())
            for one, text in zip(reserved, texts, strict=True)
        ),
    )
    with connection.cursor() as cursor:
        cursor.execute(TAKE_OVER, [now, key.pk])
        if cursor.rowcount != len(reserved):
            raise CountsDisagree(taken=cursor.rowcount, signed=len(reserved))
    BatchRow.objects.filter(pk__in=[one.row_id for one in reserved]).update(state=RowState.SIGNED)


def refuse(refused: Sequence[tuple[Reserved, list[tuple[str, str, str]]]]) -> None:
    """Keep why rows could not be signed; their credentials are void and their status positions unused."""
    for one, findings in refused:
        faults = [
            {
                "column": path,
                "value": "",
                "message": _("The document would break a rule of the standard: %(rule)s.") % {"rule": rule},
                "remedy": sentence,
            }
            for path, rule, sentence in findings
        ]
        BatchRow.objects.filter(pk=one.row_id).update(state=RowState.FAILED, faults=faults)
        Credential.objects.filter(pk=one.id).update(state=CredentialState.VOIDED, supersedes=None)
