"""A signed credential as it leaves: the very bytes that were signed."""

from credentials.issuing.models import Credential


def document_bytes(credential: Credential) -> bytes:
    """Return the signed text, byte for byte; empty if it was never signed or was erased."""
    return credential.document.encode()
