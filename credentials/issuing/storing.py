"""The last step of a chunk: signed text goes to the server while more is signed; refused rows get their reasons."""

import functools
import hashlib
import struct
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from credentials.issuing.bulk import field
from credentials.issuing.models import BatchRow, SigningChunk
from credentials.issuing.placing import Place, Placed
from credentials.issuing.states import CredentialState, RowState
from credentials.keys.models import SigningKey
from credentials.minting.documents import Reserved

TABLE = "issuing_credential"
COLUMNS = """id, urn, subject_urn, row_id, recipient_id, status_index, salt, awarded_on, valid_until, supersedes_id,
    award_key, content_digest, achievement_version_id, status_list_id, org_unit_id, language, batch_id, profile_id,
    signing_key_id, valid_from, signed_at, state, revocation_code, revocation_note, digest, document"""
HEAD = struct.Struct("!h i16s i16s i16s iq i16s ii i16s")  # how many fields; then each after its length
WIDTH = COLUMNS.count(",") + 1
NULL = field(None)
DIGEST_LENGTH = (32).to_bytes(4)
DONE = """
    UPDATE issuing_batchrow SET state = 'signed'
    WHERE batch_id = %s AND line BETWEEN %s AND %s AND state = 'pending'
"""


class Rows:
    """How what one issuer signs of a chunk is written: rows of issuing_credential, as binary COPY reads them."""

    def __init__(
        self, chunk: SigningChunk, key: SigningKey, places: Mapping[str, Place], *, now: datetime
    ) -> None:
        since = [field(one) for one in (key.pk, chunk.valid_from, now, CredentialState.SIGNED, "", "")]
        self.own = b"".join([field(chunk.batch_id), field(key.profile_id), *since])
        self.places, self.shared = places, dict[tuple[str, str], bytes]()

    def row(self, one: Placed, person: bytes, text: bytes) -> bytes:
        """Return the row of a signed text, with its digest. person: the id of its recipient."""
        line, drawn, reserved = one
        own = drawn.own
        shared = self.shared.get((reserved.achievement_version_id, reserved.status_list_id))
        if shared is None:
            shared = self._shared(reserved)
        return b"".join(
            (
                HEAD.pack(
                    *(WIDTH, 16, own[:16], 16, own[16:32], 16, own[32:], 8, line.id, 16, person),
                    *(4, reserved.status_index, 16, drawn.salt),
                ),
                _day(line.awarded_on),
                _moment(reserved.valid_until),
                field(UUID(line.corrects)) if line.corrects else NULL,
                _text(line.award_key),
                _text(line.digest),
                shared,
                DIGEST_LENGTH,
                hashlib.sha256(text).digest(),
                len(text).to_bytes(4),
                text,
            )
        )

    def _shared(self, reserved: Reserved) -> bytes:
        version, listed = reserved.achievement_version_id, reserved.status_list_id
        place = self.places[version]
        ids = [field(UUID(one)) for one in (version, listed, place.unit)]
        self.shared[version, listed] = made = b"".join([*ids, field(place.language), self.own])
        return made


def _text(value: str) -> bytes:
    data = value.encode()
    return len(data).to_bytes(4) + data


_day = functools.lru_cache(maxsize=1_024)(field)
_moment = functools.lru_cache(maxsize=1_024)(field)


def mark_signed(chunk: SigningChunk) -> int:
    """Say of the rows that a chunk had left that they are signed; return how many."""
    with connection.cursor() as cursor:
        cursor.execute(DONE, [chunk.batch_id, chunk.first_line, chunk.last_line])
        return cursor.rowcount


def refuse(refused: Sequence[tuple[Reserved, list[tuple[str, str, str]]]]) -> None:
    """Keep why rows could not be signed; their status positions stay unused."""
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
