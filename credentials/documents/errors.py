"""The failure of this library: one type, told apart by its stable code."""

from credentials.canon.errors import ProofError


class DocumentError(ProofError):
    """Say why a document cannot be built, read or baked.

    code: stable and for machines. detail: for developers, never with personal data in it.
    """
