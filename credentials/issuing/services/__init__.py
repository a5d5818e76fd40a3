"""Verbs of issuing: prepare a batch, confirm it, sign it, release it, correct and withdraw."""

from credentials.issuing.services.intake import (
    batch_from_roster,
    batch_from_rows,
    batch_from_upload,
    read_batch,
)
from credentials.issuing.services.releasing import hold_until, release_batch, undo_batch
from credentials.issuing.services.revoking import reconcile_revocations, revoke_credentials
from credentials.issuing.services.running import (
    cancel_batch,
    confirm_batch,
    finish_batch,
    pause_batch,
    resume_batch,
)
from credentials.issuing.services.signing import sign_chunk

__all__ = [
    "batch_from_roster",
    "batch_from_rows",
    "batch_from_upload",
    "cancel_batch",
    "confirm_batch",
    "finish_batch",
    "hold_until",
    "pause_batch",
    "read_batch",
    "reconcile_revocations",
    "release_batch",
    "resume_batch",
    "revoke_credentials",
    "sign_chunk",
    "undo_batch",
]
