"""Flaws of the text, of the data model, and of what JSON-LD makes of it."""

from typing import Any

from tests.support.hostile.cases import (
    COLLEGE,
    GUILD,
    Json,
    badge,
    case,
    signed_with,
    spoiled,
    text_of,
    unsigned,
)

TEXT = text_of


def _text(name: str, make: Any) -> None:
    make.__name__ = name
    case("malformed")(make)


_text("duplicate_member", lambda: TEXT(badge()).replace('"name":', '"name":"Another","name":', 1))
_text("duplicate_proof", lambda: TEXT(badge())[:-1] + ',"proof":' + TEXT(badge()["proof"]) + "}")
_text("brackets_100000", lambda: "[" * 100_000)
_text("brackets_in_a_member", lambda: TEXT(badge())[:-1] + ',"x":' + "[" * 5_000 + "]" * 5_000 + "}")
_text("objects_nested_40_deep", lambda: TEXT(badge())[:-1] + ',"x":' + '{"x":' * 40 + "1" + "}" * 40 + "}")
_text("latin_1", lambda: TEXT(badge()).replace("Amara", "Amár").encode("latin-1"))
_text("utf_16", lambda: TEXT(badge()).encode("utf-16"))
_text("byte_order_mark", lambda: b"\xef\xbb\xbf" + TEXT(badge()).encode())
_text("nul_byte", lambda: TEXT(badge()).replace("Amara", "Ama\0ra"))
_text("not_a_number", lambda: TEXT(badge())[:-1] + ',"x":NaN}')
_text("number_out_of_range", lambda: TEXT(badge())[:-1] + ',"x":1e999}')
_text("integer_of_5000_digits", lambda: TEXT(badge())[:-1] + ',"x":' + "9" * 5_000 + "}")
_text("integer_beyond_doubles", lambda: TEXT(badge())[:-1] + ',"x":9007199254740993}')
_text("half_a_surrogate_pair", lambda: TEXT(badge()).replace("Amara", "\\ud800"))
_text("array_at_the_top", lambda: "[" + TEXT(badge()) + "]")
_text("text_after_the_end", lambda: TEXT(badge()) + "{}")
_text("comment", lambda: TEXT(badge()).replace("{", "{/* signed */", 1))
_text("cut_off", lambda: TEXT(badge())[:-40])
_text("single_quotes", lambda: TEXT(badge()).replace('"', "'"))

spoiled(
    "jsonld-error",
    value_in_a_box=lambda d: d["credentialSubject"]["achievement"].update(
        achievementType={"@value": "Course"}
    ),
    salt_in_a_box=lambda d: d["credentialSubject"]["identifier"][0].update(
        salt={"@value": d["credentialSubject"]["identifier"][0]["salt"], "@type": "xsd:string"}
    ),
)
spoiled(
    "malformed",
    no_type=lambda d: d.pop("type"),
    type_of_data_only=lambda d: d.update(type=["Something"]),
    type_is_a_number=lambda d: d.update(type=[1]),
    no_context=lambda d: d.pop("@context"),
    context_is_empty=lambda d: d.update({"@context": []}),
    base_context_second=lambda d: d["@context"].insert(0, d["@context"].pop(1)),
    no_issuer=lambda d: d.pop("issuer"),
    issuer_is_a_list=lambda d: d.update(issuer=[d["issuer"]]),
    issuer_without_id=lambda d: d["issuer"].pop("id"),
    no_subject=lambda d: d.pop("credentialSubject"),
    subject_is_empty=lambda d: d.update(credentialSubject=[]),
    date_without_zone=lambda d: d.update(validFrom="2026-05-18T14:30:05"),
    date_is_no_date=lambda d: d.update(validFrom="2026-13-41T25:61:61Z"),
    date_is_a_number=lambda d: d.update(validFrom=1747578605),
    status_without_type=lambda d: d["credentialStatus"].pop("type"),
    id_with_a_space=lambda d: d.update(id="urn:uuid:0f0e 6a2c"),
    member_is_null=lambda d: d.update(description=None),
    value_1001_times=lambda d: d["credentialSubject"]["achievement"].update(tag=["x"] * 1_001),
)
signed_with(
    "malformed",
    dates_reversed=lambda d: d.update(validUntil="2026-05-01T00:00:00Z"),
)
spoiled(
    "jsonld-error",
    member_nobody_defines=lambda d: d.update(distinction="summa cum laude"),
    member_in_the_subject=lambda d: d["credentialSubject"].update(grade="A+"),
    member_in_the_achievement=lambda d: d["credentialSubject"]["achievement"].update(
        accreditedBy="Everybody"
    ),
    member_in_the_issuer=lambda d: d["issuer"].update(ranking=1),
    member_in_the_status=lambda d: d["credentialStatus"].update(ignore=True),
    type_nobody_defines=lambda d: d["type"].append("DoctoralDegreeOfEverything"),
    member_with_an_index=lambda d: d["evidence"][0].update({"@index": "y"}),
    member_named_like_a_keyword=lambda d: d.update({"@something": "x"}),
    member_named_empty=lambda d: d.update({"": "x"}),
    member_named_like_its_type=lambda d: d["credentialSubject"]["achievement"].update(
        Criteria=d["credentialSubject"]["achievement"].pop("criteria")
    ),
)
spoiled(
    "context-unavailable",
    context_inline=lambda d: d["@context"].append({"distinction": "https://schema.org/award"}),
    context_inline_vocabulary=lambda d: d["@context"].append({"@vocab": "https://stranger.example/"}),
    context_inline_in_the_subject=lambda d: d["credentialSubject"].update({"@context": {"grade": "urn:x"}}),
    context_from_elsewhere=lambda d: d["@context"].append("https://stranger.example/context.json"),
    context_inside_a_network=lambda d: d["@context"].append("http://169.254.169.254/latest"),
    context_of_a_version_nobody_has=lambda d: d["@context"].__setitem__(
        1, "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.9.json"
    ),
)


@case("jsonld-error")
def member_nobody_defines_signed_over() -> Json:
    """A signer that drops it silently would sign this; the member is still covered by nothing."""
    document = COLLEGE.sign(unsigned())
    document["honors"] = ["magna"]
    return document


@case("jsonld-error")
def poison_graph() -> Json:
    """Ten blank nodes, each tied to all others: labels cost a factorial."""
    document = badge() | {"type": ["VerifiableCredential"]}
    names = [f"_:b{number}" for number in range(10)]
    document["credentialSubject"]["achievement"] = [
        {
            "id": one,
            "type": ["Achievement"],
            "related": [{"id": other, "type": ["Related"]} for other in names if other != one],
        }
        for one in names
    ]
    return document


@case("malformed")
def blank_nodes_by_name() -> Json:
    """A blank node's name is no address, whatever the badge's rules are for the rest."""
    return badge() | {"evidence": [{"id": "_:b0", "type": ["Evidence"], "name": "x"}]}


@case("signature-invalid")
def lists_that_look_alike() -> Json:
    """120 lists with the same eight values: more work for labels than a badge ever needs."""
    document = badge()
    document["credentialSubject"]["achievement"]["resultDescription"] = [
        {
            "id": f"https://credentials.college.example/r/{number}",
            "type": ["ResultDescription"],
            "name": "Grade",
            "resultType": "LetterGrade",
            "allowedValue": ["A"] * 8,
        }
        for number in range(120)
    ]
    return document


CRED, SECURITY = "https://www.w3.org/2018/credentials#", "https://w3id.org/security#"


def _hidden(name: str, make: Any) -> None:
    """Register a case whose statements are all there and signed, and where no reader looks for them."""
    make.__name__ = name
    case("jsonld-error")(make)


def _renamed(document: Json, old: str, new: str) -> Json:
    return {(new if name == old else name): value for name, value in document.items()}


def _ended() -> Json:
    return COLLEGE.sign(unsigned() | {"validUntil": "2026-05-31T00:00:00Z"})


def _end_under_its_iri() -> Json:
    stamp = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-05-31T00:00:00Z"}
    document = _ended()
    del document["validUntil"]
    return document | {f"{CRED}validUntil": stamp}


def _into(place: str) -> Json:
    document = badge()
    entry = document.pop("credentialStatus")
    return document | {place: [{"id": document["id"], "credentialStatus": entry}]}


def _in_a_second_node() -> Json:
    """An endorsement of the badge names it, so the badge's own statements may stand there, for RDF."""
    document = unsigned()
    endorsement = GUILD.endorsement(endorsed_id=document["id"])
    signed = COLLEGE.sign(document | {"endorsement": [endorsement]})
    signed["endorsement"][0]["credentialSubject"]["credentialStatus"] = signed.pop("credentialStatus")
    return signed


def _proof_end_under_its_iri() -> Json:
    stamp = {"@type": "http://www.w3.org/2001/XMLSchema#dateTime", "@value": "2026-05-30T00:00:00Z"}
    document = COLLEGE.sign(unsigned(), options={"expires": "2026-05-30T00:00:00Z"})
    del document["proof"]["expires"]
    document["proof"][f"{SECURITY}expiration"] = stamp
    return document


_hidden("status_under_its_iri", lambda: _renamed(badge(), "credentialStatus", f"{CRED}credentialStatus"))
_hidden("end_under_its_iri", _end_under_its_iri)
_hidden("proof_end_under_its_iri", _proof_end_under_its_iri)
_hidden("status_in_an_included_block", lambda: _into("@included"))
_hidden("status_in_a_second_node", _in_a_second_node)
_hidden("type_under_its_keyword", lambda: _renamed(badge(), "id", "@id"))
_hidden("set_beside_other_members", lambda: badge() | {"@set": "anything"})
_text(
    "status_inside_a_set",
    lambda: badge() | {"credentialStatus": {"@set": [badge()["credentialStatus"]]}},
)


@case("jsonld-error")
def type_in_a_second_node() -> Json:
    """The record's own type, said where the badge's endorser names it."""
    document = unsigned()
    endorsement = GUILD.endorsement(endorsed_id=document["id"])
    endorsement["credentialSubject"]["type"] = ["EndorsementSubject", "OpenBadgeCredential"]
    return COLLEGE.sign(document | {"endorsement": [endorsement]})


@case("jsonld-error")
def context_inside_the_status() -> Json:
    document = badge()
    document["credentialStatus"]["@context"] = []
    return document
