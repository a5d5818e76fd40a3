"""A chunk's last step: what is left to sign is read, signed text stored by COPY, refused rows with their reasons."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

import orjson
from django.db import connection
from django.utils.translation import gettext as _

from credentials.issuing.bulk import copy_lines
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
    ) ON COMMIT DELETE ROWS
"""
UNPACKED = "ALTER TABLE issuing_signed_now ALTER COLUMN document SET STORAGE EXTERNAL"
TAKE_OVER = """
    UPDATE issuing_credential AS credential
    SET document = fresh.document, digest = fresh.digest, state = 'signed', signed_at = %s, signing_key_id = %s
    FROM issuing_signed_now AS fresh
    WHERE credential.id = fresh.id AND credential.state = 'reserved'
"""
DONE = """
    UPDATE issuing_batchrow AS line SET state = 'signed'
    FROM issuing_signed_now AS fresh WHERE line.id = fresh.row_id
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


def store(signed: Sequence[tuple[Reserved, bytes]], key: SigningKey, *, now: datetime) -> None:
    """Write the signed text, byte for byte as it will leave, and its digest."""
    if not signed:
        return
    with connection.cursor() as cursor:
        cursor.execute(TEMPORARY)
        cursor.execute(UNPACKED)
        cursor.execute("TRUNCATE issuing_signed_now")
        copy_lines("issuing_signed_now", [_line(one, text) for one, text in signed])
        cursor.execute(TAKE_OVER, [now, key.pk])
        if cursor.rowcount != len(signed):
            raise CountsDisagree(taken=cursor.rowcount, signed=len(signed))
        cursor.execute(DONE)


def _line(one: Reserved, text: bytes) -> bytes:
    """Return a line for COPY. JSON has no raw line ends or tabs, so only its backslashes are doubled."""
    digest = hashlib.sha256(text).hexdigest()
    return b"%s\t%d\t%s\t\\\\x%s\n" % (
        one.id.encode(),
        one.row_id,
        text.replace(b"\\", b"\\\\"),
        digest.encode(),
    )


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
