"""Flaws that let two readers of one file see two things: names, places, numbers, keys, lists, tokens and pictures."""

import base64
import copy
import gzip
import zlib
from collections.abc import Callable
from typing import Any

from credentials.documents.baking.png import bake_png
from credentials.documents.baking.svg import bake_svg
from credentials.proofs.data_integrity import without_proof
from tests.support.hostile.cases import (
    COLLEGE,
    STRANGER,
    Json,
    Made,
    badge,
    case,
    cases,
    signed_with,
    spoiled,
    text_of,
    unsigned,
)
from tests.support.hostile.lists import INDEX, LIST, PNG, SVG, record
from tests.support.hostile.papers import paper, stream
from tests.support.hostile.tokens import OURS, signed, token
from tests.support.issuers import NOW

VOCABULARY = "https://purl.imsglobal.org/spec/vc/{}/vocab.html#{}"
BASE = gzip.compress(bytes(16_384), mtime=0)


def _typed(document: Json, written: str, instead: str) -> Json:
    return document | {"type": [written if one == instead else one for one in document["type"]]}


def _changed() -> Json:
    document = copy.deepcopy(badge())
    document["credentialSubject"]["name"] = "Somebody Else"
    return document


# For RDF it is the same record, and its signature holds; who looks for the word does not see that it is one.
AS_AN_ADDRESS = VOCABULARY.format("clr", "ClrCredential")


@case("jsonld-error", twin=record)
def record_by_its_address_with_a_revoked_member() -> tuple[Json, Json]:
    return _typed(record(), AS_AN_ADDRESS, "ClrCredential"), {LIST: COLLEGE.status_list(INDEX)}


@case("jsonld-error", twin=record)
def record_by_its_address_with_a_changed_member() -> Json:
    return _typed(COLLEGE.record(_changed()), AS_AN_ADDRESS, "ClrCredential")


@case("nested-signature-invalid", twin=record)
def nested_twice_under_one_id() -> Json:
    return COLLEGE.record(badge(), _changed())


@case("nested-signature-invalid", twin=record)
def nested_envelope_of_no_algorithm() -> Json:
    envelope = {
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,eyJhbGciOiJub25lIn0.e30.",
    }
    document = without_proof(record())
    document["credentialSubject"]["verifiableCredential"].append(envelope)
    return COLLEGE.sign(document)


spoiled(
    "jsonld-error",
    badge_by_its_address=lambda d: d.update(
        _typed(d, VOCABULARY.format("ob", "OpenBadgeCredential"), d["type"][1])
    ),
    subject_by_its_address=lambda d: d["credentialSubject"].update(
        type=[VOCABULARY.format("ob", "AchievementSubject")]
    ),
    context_of_an_older_version_behind=lambda d: d["@context"].append(
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json"
    ),
    member_nests=lambda d: d.update({"@nest": {"name": "Doctor of Medicine"}}),
    member_in_reverse=lambda d: d.update({"@reverse": {"issuer": [{"id": "urn:x:1"}]}}),
    base_in_the_document=lambda d: d.update({"@base": "https://stranger.example/"}),
    id_under_its_keyword=lambda d: d["credentialSubject"].update({"@id": d["credentialSubject"].pop("id")}),
    type_beside_its_keyword=lambda d: d.update({"@type": d["type"]}),
    member_in_letters_that_look_alike=lambda d: d["credentialSubject"].update({"nаme": "Somebody Else"}),
    member_with_an_unseen_letter=lambda d: d["credentialSubject"].update({"name\u200b": "Somebody Else"}),
    member_of_every_object=lambda d: d.update({"__proto__": {"verified": True}}),
    number_in_a_box=lambda d: d["credentialSubject"].update(creditsEarned={"@value": 30}),
    proof_under_its_iri=lambda d: d.update({"https://w3id.org/security#proof": d.pop("proof")}),
    proof_in_the_words_of_others=lambda d: d["proof"].update(
        {"@context": ["https://www.w3.org/2018/credentials/v1"]}
    ),
    proof_with_a_token_beside=lambda d: d["proof"].update(jws="eyJhbGciOiJub25lIn0..x"),
)
spoiled(
    "context-unavailable",
    context_without_protection=lambda d: d["@context"].append({"@protected": False, "name": "urn:x"}),
    context_that_imports=lambda d: d["@context"].append({"@import": "https://stranger.example/context.json"}),
)
spoiled(
    "malformed",
    context_is_null=lambda d: d["@context"].append(None),
    context_of_the_older_model_first=lambda d: d["@context"].insert(
        0, "https://www.w3.org/2018/credentials/v1"
    ),
    name_by_languages=lambda d: d.update(name={"en": "Clinical Skills", "es": "Doctor en Medicina"}),
    end_in_a_list=lambda d: d.update(validUntil=["2020-01-01T00:00:00Z", "2099-01-01T00:00:00Z"]),
    end_in_a_box=lambda d: d.update(validUntil={"@value": "2099-01-01T00:00:00Z"}),
    end_in_small_letters=lambda d: d.update(validUntil="2099-01-01t00:00:00z"),
    end_after_ten_thousand_years=lambda d: d.update(validUntil="10000-01-01T00:00:00Z"),
    proofs_in_a_list_of_lists=lambda d: d.update(proof=[[d["proof"]]]),
    proof_beside_nothing=lambda d: d.update(proof=[d["proof"], None]),
    proof_in_a_graph=lambda d: d.update(proof={"@graph": d["proof"]}),
    proof_of_a_day_that_is_none=lambda d: d["proof"].update(created="2026-02-30T00:00:00Z"),
    proof_for_a_list_of_purposes=lambda d: d["proof"].update(proofPurpose=["assertionMethod"]),
    key_in_a_list=lambda d: d["proof"].update(verificationMethod=[COLLEGE.method]),
    key_with_a_line_after_it=lambda d: d["proof"].update(verificationMethod=COLLEGE.method + "\n"),
)
spoiled(
    "signature-invalid",
    name_of_parted_letters=lambda d: d["credentialSubject"].update(name="Ama\u0301ra Nwosu"),
    credits_of_minus_nothing=lambda d: d["credentialSubject"].update(creditsEarned=-0.0),
    proof_that_builds_twice_on_one=lambda d: d["proof"].update(previousProof=["urn:a:1", "urn:a:1"]),
)
cases(
    "malformed",
    badge,
    member_twice_by_an_escape=lambda: text_of(badge()).replace('"name":', '"n\\u0061me":"X","name":', 1),
    salt_twice_by_an_escape=lambda: text_of(badge()).replace('"salt":', '"s\\u0061lt":"x","salt":', 1),
    number_of_500_digits=lambda: text_of(badge())[:-1] + ',"x":0.' + "3" * 500 + "}",
    mark_inside_the_text=lambda: text_of(badge()).replace('"name":', '\ufeff"name":', 1),
    nul_after_the_end=lambda: text_of(badge()) + "\0",
    utf_32=lambda: text_of(badge()).encode("utf-32"),
    graph_at_the_top=lambda: {"@context": badge()["@context"], "@graph": [badge()]},
)

# Keys: what stands for one key in a DID document, and what leads there.
spoiled(
    "key-unresolvable",
    **{
        name: lambda d, method=method: d["proof"].update(verificationMethod=method)
        for name, method in {
            "key_behind_a_query": f"{COLLEGE.did}?versionId=1#key-1",
            "key_behind_a_path": f"{COLLEGE.did}/x#key-1",
            "key_behind_two_fragments": f"{COLLEGE.method}#key-1",
            "key_host_in_capitals": "did:web:CREDENTIALS.college.example:i:k7f3#key-1",
            "key_host_with_a_dot_after_it": "did:web:credentials.college.example.:i:k7f3#key-1",
            "key_host_in_letters_that_look_alike": "did:web:credentials.cоllege.example:i:k7f3#key-1",
            "key_host_is_one_number": "did:web:2130706433#key-1",
            "key_host_in_hexadecimal": "did:web:0x7f.1#key-1",
            "key_host_in_version_six": "did:web:%5B%3A%3A1%5D#key-1",
            "key_at_the_port_of_a_shell": "did:web:credentials.college.example%3A22:i:k7f3#key-1",
            "key_with_an_escaped_letter": f"{COLLEGE.did}#key%2D1",
        }.items()
    },
)


def _did(name: str, change: Callable[[Json], Any]) -> None:
    def recipe() -> tuple[Json, Json]:
        document = COLLEGE.did_document()
        made = change(document)
        return badge(), {COLLEGE.did_url: document if made is None else made}

    recipe.__name__ = name
    case("key-unresolvable")(recipe)


def _entry(**members: Any) -> Callable[[Json], None]:
    return lambda d: d["verificationMethod"][0].update(members)


_did("key_in_two_forms", _entry(publicKeyJwk={"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}))
_did(
    "key_whose_secret_is_public",
    _entry(secretKeyMultibase="z3u2en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq"),
)
_did("key_of_two_controllers", _entry(controller=[COLLEGE.did, STRANGER.did]))
_did("key_withdrawn_at_no_moment", _entry(revoked=None))
_did("key_that_ran_out_at_the_beginning_of_time", _entry(expires="1970-01-01T00:00:00Z"))
_did(
    "key_written_again_where_it_is_listed",
    lambda d: d.update(
        assertionMethod=[d["verificationMethod"][0] | {"publicKeyMultibase": STRANGER.multikey}]
    ),
)
_did("key_listed_for_nothing", lambda d: d.update(assertionMethod=None))
_did("did_document_in_a_list", lambda d: b"[" + text_of(d).encode() + b"]")
_did("did_document_with_a_mark", lambda d: b"\xef\xbb\xbf" + text_of(d).encode())
_did("did_document_of_a_louder_name", lambda d: d.update(id=COLLEGE.did.upper()))
_did(
    "did_document_with_two_ids_by_an_escape",
    lambda d: text_of(d).replace('"id"', '"\\u0069d":"did:web:stranger.example","id"', 1).encode(),
)


# Lists: their bits, their purposes, and the place on them.
def _list(name: str, make: Callable[[], Made]) -> None:
    def recipe() -> tuple[Json, Json]:
        return badge(), {LIST: make()}  # type: ignore[dict-item]

    recipe.__name__ = name
    case("status-invalid")(recipe)


def _listed(**members: Any) -> Callable[[], Json]:
    def make() -> Json:
        document = {name: value for name, value in COLLEGE.status_list().items() if name != "proof"}
        document["credentialSubject"] |= members
        return COLLEGE.sign(document)

    return make


def _two_subjects() -> Json:
    document = {name: value for name, value in COLLEGE.status_list().items() if name != "proof"}
    other = COLLEGE.status_list(INDEX)["credentialSubject"] | {"id": f"{LIST}#other"}
    return COLLEGE.sign(document | {"credentialSubject": [document["credentialSubject"], other]})


_BITS = base64.urlsafe_b64encode(BASE).decode().rstrip("=")
_list("list_without_the_letter_of_its_base", _listed(encodedList=_BITS))
_list("list_in_the_other_base64", _listed(encodedList="m" + base64.b64encode(BASE).decode().rstrip("=")))
_list(
    "list_packed_in_two_parts",
    _listed(
        encodedList="u"
        + base64.urlsafe_b64encode(gzip.compress(bytes(8_192), mtime=0) * 2).decode().rstrip("=")
    ),
)
_list(
    "list_packed_in_another_way",
    _listed(encodedList="u" + base64.urlsafe_b64encode(zlib.compress(bytes(16_384))).decode().rstrip("=")),
)
_list("list_for_no_purpose", _listed(statusPurpose=[]))
_list("list_of_two_subjects", _two_subjects)
_list("list_with_a_mark", lambda: b"\xef\xbb\xbf" + text_of(COLLEGE.status_list()).encode())
_list("list_with_two_ids", lambda: text_of(COLLEGE.status_list())[:-1] + ',"id":"urn:x"}')
_list(
    "list_by_its_address",
    lambda: _typed(
        COLLEGE.status_list(),
        "https://www.w3.org/ns/credentials/status#BitstringStatusListCredential",
        "BitstringStatusListCredential",
    ),
)


TYPED = OURS | {"typ": "vc+jwt"}


def _in_a_token(header: Json, signer: Any = COLLEGE, **claims: Any) -> Callable[[], str]:
    """Return what makes a list in which nothing is set, in a token."""
    return lambda: signed(header, without_proof(COLLEGE.status_list()) | claims, signer)


def _as_token(document: Json) -> str:
    return signed(TYPED, without_proof(document))


def record_as_token() -> str:
    return _as_token(record())


@case("nested-revoked", twin=record_as_token)
def record_as_token_by_its_address_with_a_revoked_member() -> tuple[str, Json]:
    return _as_token(_typed(record(), AS_AN_ADDRESS, "ClrCredential")), {LIST: COLLEGE.status_list(INDEX)}


@case("nested-signature-invalid", twin=record_as_token)
def record_as_token_by_its_address_with_a_changed_member() -> str:
    return _as_token(_typed(COLLEGE.record(_changed()), AS_AN_ADDRESS, "ClrCredential"))


_list("list_in_a_token_of_a_stranger", _in_a_token(TYPED, STRANGER))
_list("list_in_a_token_of_a_strangers_key", _in_a_token(TYPED | {"kid": STRANGER.method}, STRANGER))
_list("list_in_a_token_of_no_algorithm", lambda: _in_a_token({"alg": "none"})().rpartition(".")[0] + ".")
_list("list_in_a_token_that_ran_out", _in_a_token(TYPED, exp=int(NOW.timestamp()) - 60))
_list("list_in_a_token_of_a_badge", token)


def _status(**members: Any) -> Callable[[Json], None]:
    return lambda d: d["credentialStatus"].update(members)


signed_with(
    "status-invalid",
    index_with_a_fraction=_status(statusListIndex=40_961.0),
    index_is_true=_status(statusListIndex=True),
    status_size_is_true=_status(statusSize=True),
    status_size_is_text=_status(statusSize="1"),
    status_for_a_list_of_purposes=_status(statusPurpose=["revocation"]),
    status_entries_by_the_dozen=lambda d: d.update(
        credentialStatus=[
            d["credentialStatus"] | {"id": f"{LIST}#{place}", "statusListIndex": str(place)}
            for place in range(12)
        ]
    ),
)
signed_with("status-unavailable", list_behind_a_fragment=_status(statusListCredential=f"{LIST}#x"))

# Tokens.
cases(
    "signature-invalid",
    token,
    token_of_a_payload_that_is_not_encoded=lambda: signed(TYPED | {"b64": False}, unsigned()),
    token_that_demands_nothing=lambda: signed(TYPED | {"crit": []}, unsigned()),
)
cases(
    "malformed",
    token,
    token_for_access=lambda: signed(OURS | {"typ": "at+jwt"}, unsigned()),
    token_with_a_member_twice_by_an_escape=lambda: signed(
        TYPED, text_of(unsigned()).replace('"name":', '"n\\u0061me":"X","name":', 1)
    ),
    token_for_another_subject_than_it_says=lambda: signed(TYPED, unsigned() | {"sub": "urn:x"}),
    token_in_the_other_base64=lambda: token().replace("-", "+").replace("_", "/") + "+",
    token_that_ends_at_a_truth=lambda: signed(TYPED, unsigned() | {"exp": True}),
    token_with_a_line_inside=lambda: token().replace(".", ".\n", 1),
    token_after_a_word=lambda: f"Bearer {token()}",
)
cases(
    "key-unresolvable",
    token,
    token_key_by_a_path=lambda: signed(TYPED | {"kid": f"{COLLEGE.did}/../x#key-1"}, unsigned()),
    token_key_is_a_question=lambda: signed(TYPED | {"kid": "' OR 1=1 --"}, unsigned()),
)


# Pictures and papers.
def _text_chunk(text: str) -> bytes:
    data = b"openbadgecredential\0\0\0\0\0" + text.encode()
    return len(data).to_bytes(4, "big") + b"iTXt" + data + zlib.crc32(b"iTXt" + data).to_bytes(4, "big")


def _png() -> bytes:
    return bake_png(PNG, text_of(badge()))


def _svg() -> bytes:
    return bake_svg(SVG, text_of(badge()))


def _behind(baked: bytes, chunk: bytes) -> bytes:
    return baked[:-12] + chunk + baked[-12:]


def _svg_with(inner: str) -> bytes:
    return _svg().replace(b"</svg>", inner.encode() + b"</svg>")


OTHER = f"<openbadges:credential><![CDATA[{text_of(_changed())}]]></openbadges:credential>"
INCLUDE = '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="file:///etc/passwd" parse="text"/>'
cases(
    "malformed",
    _png,
    png_with_two_credentials=lambda: _behind(_png(), _text_chunk(text_of(_changed()))),
    png_inside_a_png=lambda: bake_png(PNG, text_of(badge())).replace(
        _text_chunk(text_of(badge())), _text_chunk(_png().decode("latin-1"))
    ),
    png_with_a_link_into_a_network=lambda: _behind(PNG, _text_chunk("http://169.254.169.254/latest/")),
    png_longer_than_anything=lambda: PNG[:33] + b"\xff\xff\xff\xff" + _text_chunk("x")[4:] + PNG[33:],
)
cases("no-proof", _png, png_with_a_credential_behind_its_end=lambda: PNG + _text_chunk(text_of(badge())))
cases(
    "malformed",
    _svg,
    svg_with_two_credentials=lambda: _svg_with(OTHER),
    svg_that_includes_a_file=lambda: SVG.replace(
        b"<svg ", b'<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" '
    ).replace(b"<path", b"<openbadges:credential>" + INCLUDE.encode() + b"</openbadges:credential><path"),
    svg_in_a_web_page=lambda: b"<!DOCTYPE html><html><body>" + _svg() + b"</body></html>",
)
cases(
    "malformed",
    paper,
    paper_with_two_credentials=lambda: paper(
        None,
        b"<</Names[(a.json) 4 0 R (b.json) 6 0 R]>>",
        b"<</Type/Filespec/F(b.json)/UF(b.json)/EF<</F 7 0 R>>>>",
        stream(text_of(_changed()).encode()),
    ),
    paper_inside_a_paper=lambda: paper(stream(paper())),
)


@case("signature-invalid")
def proof_of_the_seventh_minute_from_now() -> Json:
    moment = NOW.replace(minute=NOW.minute + 7)
    return COLLEGE.sign(unsigned(), created=moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
