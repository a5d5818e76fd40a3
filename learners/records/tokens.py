"""Tokens of links: random, and kept only as digests."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """Return 24 random bytes as text for an address."""
    return secrets.token_urlsafe(24)


def digest_of(token: str) -> str:
    """Return the SHA-256 of a token, in hexadecimal: what the table keeps."""
    return sha256(token.encode()).hexdigest()


def address_digest(address: str) -> str:
    """Return the digest to which a link is bound: that of the address in lower case."""
    return sha256(f"address:{address.strip().lower()}".encode()).hexdigest()
