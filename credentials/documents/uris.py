"""Tell absolute URIs from anything else, the same way wherever a document names one."""

import re

_CHARS = r"A-Za-z0-9\-._~:/?@!$&'()*+,;=%"
_HOST = r"(?:[A-Za-z0-9\-._~%][A-Za-z0-9\-._~%!$&'()*+,;=:@]*|\[[0-9A-Fa-f:.]+\])"
# RFC 3986: a scheme, its characters, one fragment at most; http(s) with a host.
_URI = re.compile(
    rf"(?:https?://{_HOST}(?=[:/?#]|\Z)|(?!https?:)[A-Za-z][A-Za-z0-9+.\-]*:)[{_CHARS}]*(?:#[{_CHARS}]*)?\Z"
)
_IRI = re.compile(
    r"(?:https?://|(?!https?:)[A-Za-z][A-Za-z0-9+.\-]*:)[^\x00-\x20\x7f-\x9f<>\"{}|\\^`\ud800-\udfff]+\Z"
)
_BAD_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FRAGMENT = re.compile(r"[A-Za-z0-9._~-]+\Z")
_URN_UUID = re.compile(r"urn:uuid:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")


def is_uri(value: str) -> bool:
    """Return whether value is an absolute URI in ASCII (RFC 3986)."""
    if value.startswith("data:"):
        return value.isascii() and value.isprintable() and " " not in value
    if _URI.match(value) is None or value.endswith(":"):
        return False
    return "%" not in value or _BAD_PERCENT.search(value) is None


def is_iri(value: str) -> bool:
    """Return whether value is absolute and merely uses characters that belong escaped (RFC 3987)."""
    return _IRI.match(value) is not None and _BAD_PERCENT.search(value) is None


def is_http_url(value: str) -> bool:
    """Return whether value is an absolute http or https URL."""
    return value.startswith(("https://", "http://")) and is_uri(value)


def is_fragment(value: str) -> bool:
    """Return whether value may stand after the # of an id without escapes."""
    return _FRAGMENT.match(value) is not None


def is_urn_uuid(value: str) -> bool:
    """Return whether value is urn:uuid: with a UUID in lower case."""
    return _URN_UUID.match(value) is not None
