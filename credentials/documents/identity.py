"""The recipient's salted identity hash."""

import hashlib
import re

from credentials.documents.errors import DocumentError

MIN_SALT_CHARS = 22  # 128 bits in base64url; in hex they are 32 (decisions.md 4)
_HASH = re.compile(r"(?:sha256\$[0-9a-fA-F]{64}|md5\$[0-9a-fA-F]{32})\Z")


def hash_identity(address: str, salt: str) -> str:
    """Return "sha256$…" of the address with the salt after it.

    The address is hashed as given; lower-case it before (project policy, decisions.md 4).
    Rule: Open Badges 3.0, IdentityObject.identityHash.
    """
    try:
        data = (address + salt).encode()
    except UnicodeEncodeError:
        raise DocumentError("text-not-unicode", "an address or salt holds half a character") from None
    return "sha256$" + hashlib.sha256(data).hexdigest()


def is_identity_hash(value: str) -> bool:
    """Return whether value has the form algorithm$hex with the right number of digits."""
    return _HASH.match(value) is not None
