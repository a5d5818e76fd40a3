"""Flaws of the list of withdrawn credentials, of dates, of what is inside, and of pictures and papers around."""

import gzip
import zlib
from datetime import timedelta
from typing import Any

from credentials.documents.baking.png import bake_png
from credentials.documents.baking.svg import bake_svg
from credentials.proofs import multibase
from tests.support.hostile.cases import (
    COLLEGE,
    STRANGER,
    Json,
    badge,
    case,
    signed_with,
    text_of,
)
from tests.support.issuers import NOW

LIST = COLLEGE.list_url
INDEX = 40_961
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1v1H0z"/></svg>'


def _entry(**members: Any) -> Any:
    return lambda d: d["credentialStatus"].update(members)


signed_with(
    "status-invalid",
    index_7abc=_entry(statusListIndex="7abc"),
    index_negative=_entry(statusListIndex="-1"),
    index_with_a_sign=_entry(statusListIndex="+7"),
    index_with_a_zero=_entry(statusListIndex="007"),
    index_in_other_digits=_entry(statusListIndex="٧"),
    index_with_an_exponent=_entry(statusListIndex="4e4"),
    index_empty=_entry(statusListIndex=""),
    index_beyond_the_list=_entry(statusListIndex="131072"),
    index_beyond_everything=_entry(statusListIndex="9" * 15),
    status_of_zero_bits=_entry(statusSize=0),
    status_of_a_million_bits=_entry(statusSize=1_000_000),
    status_purpose_of_another_list=_entry(statusPurpose="suspension"),
)
signed_with(
    "status-unavailable",
    list_of_the_older_kind_silent=lambda d: d.update(
        credentialStatus={"id": "https://credentials.college.example/list", "type": "1EdTechRevocationList"}
    ),
    list_by_plain_http=_entry(statusListCredential="http://credentials.college.example/i/k7f3/status/1"),
    list_inside_a_network=_entry(statusListCredential="https://10.0.0.1/status"),
)


def _list(name: str, make: Any, expected: str = "status-invalid") -> None:
    def recipe() -> tuple[Json, Json]:
        return badge(), {LIST: make()}

    recipe.__name__ = name
    case(expected)(recipe)


def _listed(change: Any) -> Json:
    unsigned = COLLEGE.status_list()
    del unsigned["proof"]
    change(unsigned)
    return COLLEGE.sign(unsigned)


def _encoded(text: str) -> Any:
    return lambda: _listed(lambda d: d["credentialSubject"].update(encodedList=text))


def _bomb() -> str:
    engine = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(engine.compress(bytes(1 << 20)) for _ in range(256)) + engine.flush()
    return multibase.encode(packed, "u")


_list("revoked", lambda: COLLEGE.status_list(INDEX), "revoked")
_list("list_silent", lambda: None, "status-unavailable")
_list("list_of_a_stranger", lambda: STRANGER.status_list(url=LIST))
_list("list_signed_by_a_stranger", lambda: STRANGER.sign(_bare()))
_list("list_unsigned", lambda: _bare())
_list("list_changed", lambda: COLLEGE.status_list(INDEX) | {"validFrom": "2026-05-31T00:00:00Z"})
_list("list_at_another_address", lambda: COLLEGE.status_list(url=LIST + "2"))
_list("list_that_ran_out", lambda: COLLEGE.status_list(valid_until=NOW - timedelta(seconds=1)))
_list("list_of_tomorrow", lambda: COLLEGE.status_list(valid_from=NOW + timedelta(days=1)))
_list("list_for_another_purpose", lambda: COLLEGE.status_list(purpose="suspension"))
_list("list_is_a_badge", badge)
_list("list_is_a_page", lambda: b"<html></html>")
_list("list_too_short", _encoded(multibase.encode(gzip.compress(bytes(100), mtime=0), "u")))
_list("list_not_packed", _encoded("uAAAA"))
_list("list_in_another_base", _encoded("z" + "2" * 40))
_list("list_cut_off", lambda: _listed(_cut))
_list("list_of_256_mebibytes", lambda: _encoded(_bomb())())
_list("list_with_something_after_it", lambda: _listed(_longer))
_list("list_of_withdrawn_type", lambda: _listed(lambda d: d.update(type=["VerifiableCredential"])))


def _bare() -> Json:
    document = COLLEGE.status_list()
    del document["proof"]
    return document


def _cut(document: Json) -> None:
    subject = document["credentialSubject"]
    subject["encodedList"] = subject["encodedList"][:-10]


def _longer(document: Json) -> None:
    packed = multibase.decode(document["credentialSubject"]["encodedList"]) + b"more"
    document["credentialSubject"]["encodedList"] = multibase.encode(packed, "u")


signed_with(
    "expired",
    expired=lambda d: d.update(validUntil="2026-05-31T00:00:00Z"),
)
signed_with(
    "not-yet-valid",
    not_yet_valid=lambda d: d.update(validFrom="2027-01-01T00:00:00Z"),
)


def record() -> Json:
    """Return a record that holds the badge."""
    return COLLEGE.record(badge())


@case("jsonld-error", twin=record)
def record_with_an_empty_list_for_the_name() -> Json:
    return record() | {"credentialSubject": record()["credentialSubject"] | {"name": []}}


def _member(name: str, expected: str, make: Any) -> None:
    def recipe() -> Json:
        return COLLEGE.record(make())

    recipe.__name__ = name
    case(f"nested-{expected}", twin=record)(recipe)


def _changed() -> Json:
    document = badge()
    document["credentialSubject"]["name"] = "Somebody Else"
    return document


def _unsigned() -> Json:
    document = badge()
    del document["proof"]
    return document


_member("nested_changed", "signature-invalid", _changed)
_member("nested_unsigned", "no-proof", _unsigned)
_member("nested_of_a_stranger", "issuer-mismatch", lambda: STRANGER.sign(_unsigned()))
_member(
    "nested_expired", "expired", lambda: COLLEGE.sign(_unsigned() | {"validUntil": "2026-05-31T00:00:00Z"})
)


@case("jsonld-error", twin=record)
def nested_in_a_list_of_lists() -> Json:
    document = record()
    members = document["credentialSubject"]["verifiableCredential"]
    document["credentialSubject"]["verifiableCredential"] = [members]
    return document


@case("malformed", twin=record)
def nested_by_name_only() -> Json:
    document = record()
    del document["proof"]
    members = document["credentialSubject"]["verifiableCredential"]
    members.append("urn:uuid:77777777-0000-4000-8000-000000000000")
    return COLLEGE.sign(document)


@case("nested-revoked", twin=record)
def nested_revoked() -> tuple[Json, Json]:
    return record(), {LIST: COLLEGE.status_list(INDEX)}


def _baked() -> bytes:
    return bake_png(PNG, text_of(badge()))


def _baked_svg() -> bytes:
    return bake_svg(SVG, text_of(badge()))


@case("malformed", twin=_baked)
def png_with_a_wrong_sum() -> bytes:
    baked = bytearray(_baked())
    baked[60] ^= 1
    return bytes(baked)


@case("malformed", twin=_baked)
def png_cut_off() -> bytes:
    return _baked()[:200]


@case("malformed", twin=_baked)
def png_bomb() -> bytes:
    packed = zlib.compress(bytes(64 << 20), 9)
    data = b"openbadgecredential\0\1\0\0\0" + packed
    chunk = len(data).to_bytes(4, "big") + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4, "big")
    return PNG[:33] + chunk + PNG[33:]


@case("no-proof", twin=_baked)
def png_without_a_credential() -> bytes:
    return PNG


@case("malformed", twin=_baked_svg)
def svg_with_entities() -> bytes:
    bomb = b'<!DOCTYPE svg [<!ENTITY a "aaaaaaaaaa">' + b"".join(
        f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">'.encode() for n in range(9)
    )
    return bomb + b"]>" + SVG.replace(b"<path", b"<text>&j;</text><path")


@case("malformed", twin=_baked_svg)
def svg_that_reads_a_file() -> bytes:
    head = b'<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return head + SVG.replace(b"<path", b"<text>&x;</text><path")
