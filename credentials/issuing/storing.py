"""A chunk's last step: what is left to sign is read, signed text stored by COPY, refused rows with their reasons."""

import hashlib
import struct
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from credentials.issuing.bulk import copy_binary
from credentials.issuing.errors import CountsDisagree
from credentials.issuing.models import BatchRow, Credential, SigningChunk
from credentials.issuing.states import CredentialState, RowState
from credentials.keys.models import SigningKey
from credentials.minting.documents import Reserved

RESERVED = """
    SELECT credential.id::text, urn::text, subject_urn::text, profile_id::text,
        credential.achievement_version_id::text, status_list_id::text, status_index, salt,
        credential.awarded_on, valid_from, valid_until, line.id, name, email, result::text, narrative,
        evidence_url, credits
    FROM issuing_batchrow AS line JOIN issuing_credential AS credential ON credential.row_id = line.id
    WHERE line.batch_id = %s AND line.line BETWEEN %s AND %s
        AND line.state = 'pending' AND credential.state = 'reserved'
    ORDER BY line.line
"""
TEMPORARY = """
    CREATE TEMPORARY TABLE IF NOT EXISTS issuing_signed_now (
        id uuid, row_id bigint, document text, digest bytea
    ) WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS
"""
FIELDS = struct.Struct("!hi16siqi")  # how many fields; then, each after its length, the id and the row's id
UNPACKED = "ALTER TABLE issuing_signed_now ALTER COLUMN document SET STORAGE EXTERNAL"
TAKE_OVER = """
    UPDATE issuing_credential AS credential
    SET document = fresh.document, digest = fresh.digest, state = 'signed', signed_at = %s, signing_key_id = %s
    FROM issuing_signed_now AS fresh
    WHERE credential.id = fresh.id AND credential.state = 'reserved'
"""
DONE = """
    UPDATE issuing_batchrow AS line SET state = 'signed'
    FROM issuing_signed_now AS fresh
    WHERE line.id = fresh.row_id AND line.batch_id = %s AND line.line BETWEEN %s AND %s
"""


def reserved_in(chunk: SigningChunk) -> list[Reserved]:
    """Return what a chunk has left to sign, in the order of the file."""
    with connection.cursor() as cursor:
        cursor.execute(RESERVED, [chunk.batch_id, chunk.first_line, chunk.last_line])
        return [
            Reserved._make(
                (*values[:7], bytes(values[7]), *values[8:14], orjson.loads(values[14]), *values[15:])
            )
            for values in cursor.fetchall()
        ]


def store(
    signed: Sequence[tuple[Reserved, bytes]], chunk: SigningChunk, key: SigningKey, *, now: datetime
) -> None:
    """Write the signed text of rows of a chunk, byte for byte as it will leave, and its digest."""
    if not signed:
        return
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        cursor.execute(UNPACKED)
        cursor.execute("DELETE FROM issuing_signed_now")
        copy_binary("issuing_signed_now", [_tuple(one, text) for one, text in signed])
        cursor.execute(TAKE_OVER, [now, key.pk])
        if cursor.rowcount != len(signed):
            raise CountsDisagree(taken=cursor.rowcount, signed=len(signed))
        cursor.execute(DONE, [chunk.batch_id, chunk.first_line, chunk.last_line])
        if cursor.rowcount != len(signed):
            raise CountsDisagree(done=cursor.rowcount, signed=len(signed))


def _tuple(one: Reserved, text: bytes) -> bytes:
    """Return what COPY reads as a row of issuing_signed_now: each value after its length."""
    head = FIELDS.pack(4, 16, bytes.fromhex(one.id.replace("-", "")), 8, one.row_id, len(text))
    digest = hashlib.sha256(text).digest()
    return b"".join((head, text, len(digest).to_bytes(4), digest))


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
