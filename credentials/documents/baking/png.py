"""Credentials in PNG: one iTXt chunk (Open Badges 3.0, section 5.3; PNG, section 11.3.4.5)."""

import zlib
from collections.abc import Iterator

from credentials.documents.baking.kinds import (
    MAX_BAKED,
    MAX_TEXT,
    Baked,
    Kind,
    check_file,
    check_text,
    the_one,
)
from credentials.documents.errors import DocumentError

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_MAX_CHUNKS = 20_000
_KEYWORDS = {kind.value.encode("ascii"): kind for kind in Kind}


def bake_png(image: bytes, text: str, *, kind: Kind = Kind.BADGE) -> bytes:
    """Return the image with the text as its one credential; one that was in it is replaced.

    The text goes in uncompressed, right after the header. Everything else stays byte by byte.
    """
    check_text(text, kind)
    pieces = [_SIGNATURE]
    for name, content in _chunks(image):
        if name in (b"iTXt", b"tEXt", b"zTXt") and _kind_of(content) is not None:
            continue
        pieces.append(_chunk(name, content))
        if name == b"IHDR":
            data = kind.value.encode("ascii") + b"\0\0\0\0\0" + text.encode("utf-8")
            pieces.append(_chunk(b"iTXt", data))
    return b"".join(pieces)


def extract_png(image: bytes) -> Baked:
    """Return the one credential of a PNG. Raises DocumentError, as `the_one` does."""
    found: list[Baked] = []
    for name, content in _chunks(image):
        kind = _kind_of(content) if name in (b"iTXt", b"tEXt") else None
        if kind is not None and len(found) <= MAX_BAKED:
            found.append(Baked(kind, _text_of(name, content)))
    return the_one(found)


def is_png(data: bytes) -> bool:
    """Return whether the data begins like a PNG."""
    return data.startswith(_SIGNATURE)


def _chunks(image: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each chunk to IEND, sums checked. What follows IEND is left out."""
    check_file(image)
    if not is_png(image):
        raise DocumentError("not-png")
    position, count = len(_SIGNATURE), 0
    while True:
        length = int.from_bytes(image[position : position + 4], "big")
        end = position + 12 + length
        name, content = image[position + 4 : position + 8], image[position + 8 : end - 4]
        count += 1
        if end > len(image) or len(name) < 4:
            raise DocumentError("png-truncated")
        if count > _MAX_CHUNKS:
            raise DocumentError("png-too-many-chunks")
        if (count == 1) != (name == b"IHDR") or (count == 1 and length != 13):
            raise DocumentError("png-malformed", "the header is not the first chunk, or not the only one")
        if zlib.crc32(image[position + 4 : end - 4]) != int.from_bytes(image[end - 4 : end], "big"):
            raise DocumentError("png-checksum")
        yield name, content
        if name == b"IEND":
            return
        position = end


def _chunk(name: bytes, content: bytes) -> bytes:
    sum_ = zlib.crc32(name + content)
    return len(content).to_bytes(4, "big") + name + content + sum_.to_bytes(4, "big")


def _kind_of(content: bytes) -> Kind | None:
    return _KEYWORDS.get(content[:80].split(b"\0", 1)[0])


def _text_of(name: bytes, content: bytes) -> str:
    _keyword, _, rest = content.partition(b"\0")
    if name == b"tEXt":
        return _decoded(rest, "latin-1")
    flags, tags = rest[:2], rest[2:].split(b"\0", 2)
    if len(flags) != 2 or len(tags) != 3 or flags not in (b"\0\0", b"\1\0"):
        raise DocumentError("png-text-malformed")
    data = tags[2] if flags == b"\0\0" else _inflated(tags[2])
    return _decoded(data, "utf-8")


def _inflated(data: bytes) -> bytes:
    engine = zlib.decompressobj()
    try:
        text = engine.decompress(data, MAX_TEXT + 1)
    except zlib.error:
        raise DocumentError("png-text-malformed") from None
    if len(text) > MAX_TEXT:
        raise DocumentError("text-too-large")
    if not engine.eof:
        raise DocumentError("png-text-malformed", "the compressed text has no end")
    return text


def _decoded(data: bytes, encoding: str) -> str:
    if len(data) > MAX_TEXT:
        raise DocumentError("text-too-large")
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise DocumentError("png-text-malformed", "the text is not UTF-8") from None
