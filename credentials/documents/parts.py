"""Members that several documents share."""

from credentials.documents.errors import DocumentError
from credentials.documents.model import Identity, Image, StatusEntry
from credentials.documents.uris import is_fragment, is_uri
from credentials.documents.vocabulary import REFRESH_TYPE, SCHEMA_TYPE, Json


def stated(**members: object) -> Json:
    """Return the members that say something: not None, not empty."""
    return {name: value for name, value in members.items() if value not in (None, "", [], {})}


def bare(document: Json) -> Json:
    """Return a part given as JSON; refuse one with contexts, which belong to the whole document only."""
    if "@context" in document:
        raise DocumentError("context-inside", "take @context out of a part")
    return document


def required_uri(value: str, what: str) -> str:
    """Return value if it is an absolute URI; raise DocumentError otherwise."""
    if not is_uri(value):
        raise DocumentError("not-a-uri", what)
    return value


def sub_id(parent: str, key: str) -> str:
    """Return the id of a part: its owner's id, #, its key. The same input gives the same id."""
    if "#" in parent or not is_fragment(key):
        raise DocumentError("not-an-id-part", f"no id for the part {key[:40]!r}")
    return f"{parent}#{key}"


def build_image(image: Image | None) -> Json | None:
    """Return the Image object, or None."""
    if image is None:
        return None
    document = {"id": required_uri(image.url, "image"), "type": "Image"}
    if image.caption:
        document["caption"] = image.caption
    return document


def build_identity(identity: Identity) -> Json:
    """Return the IdentityObject: hashed, closed to other members."""
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity.hash,
        "identityType": identity.kind,
        "salt": identity.salt,
    }


def build_status_entry(status: StatusEntry) -> Json:
    """Return the one BitstringStatusListEntry; its index is text (Bitstring Status List v1.0, 2.1)."""
    if status.index < 0:
        raise DocumentError("status-index-negative")
    return {
        "id": f"{required_uri(status.list_url, 'status list')}#{status.index}",
        "type": "BitstringStatusListEntry",
        "statusPurpose": status.purpose,
        "statusListIndex": str(status.index),
        "statusListCredential": status.list_url,
    }


def build_schema(url: str) -> list[Json]:
    """Return credentialSchema with one 1EdTech JSON Schema. Needs extensions.json as last context."""
    return [{"id": url, "type": SCHEMA_TYPE}]


def build_refresh(url: str) -> Json:
    """Return refreshService. Needs extensions.json as last context."""
    return {"id": required_uri(url, "refresh service"), "type": REFRESH_TYPE}
