"""Flaws by name, each with the rule that finds it, and ways to put them into a document."""

from credentials.documents.endorsement import build_endorsement_credential
from credentials.documents.status_list import build_status_list_credential
from tests.credentials.documents.samples import (
    ACHIEVEMENT_ID,
    ENDORSEMENT,
    VALID_FROM,
)

GONE = object()
SUBJECT = "/credentialSubject"
ACHIEVED = SUBJECT + "/achievement"
IDENTITY = SUBJECT + "/identifier/0"
OTHER = {**build_endorsement_credential(ENDORSEMENT), "type": ["VerifiableCredential"]}


def spoiled(document, path, value):
    """Return the document with the value at a JSON pointer replaced, or taken out."""
    *owners, last = path.strip("/").split("/")
    owner = document
    for key in owners:
        owner = owner[int(key)] if isinstance(owner, list) else owner[key]
    last = int(last) if isinstance(owner, list) else last
    if value is GONE:
        del owner[last]
    else:
        owner[last] = value
    return document


def found(findings, rule, path=None):
    return [one for one in findings if one.rule == rule and path in (None, one.path)]


def status_list():
    return build_status_list_credential(
        "https://c.example/s/1", issuer_id="did:web:c.example", set_indexes=[1], valid_from=VALID_FROM
    )


# A must of the data model: an error in any document. (path, value, rule, path of the finding)
MUSTS = {
    "no_context": ("/@context", GONE, "context-missing", "/@context"),
    "context_of_another_kind": ("/@context/0", "https://schema.org/", "context-missing", "/@context"),
    "context_number": ("/@context/1", 7, "context-malformed", "/@context"),
    "no_type": ("/type", GONE, "type-malformed", "/type"),
    "type_not_verifiable_credential": ("/type", ["OpenBadgeCredential"], "type-missing", "/type"),
    "type_number": ("/type", ["VerifiableCredential", 4], "type-malformed", "/type"),
    "id_two": ("/id", ["urn:uuid:1", "urn:uuid:2"], "not-uri", "/id"),
    "id_relative": ("/id", "badge/7", "not-uri", "/id"),
    "no_issuer": ("/issuer", GONE, "member-missing", ""),
    "issuer_without_id": ("/issuer/id", GONE, "member-missing", "/issuer"),
    "issuer_null": ("/issuer", None, "not-uri", "/issuer"),
    "no_subject": (SUBJECT, GONE, "subject-missing", SUBJECT),
    "subject_empty": (SUBJECT, {}, "subject-missing", SUBJECT),
    "subject_text": (SUBJECT, "zoe", "subject-missing", SUBJECT),
    "date_without_zone": ("/validFrom", "2026-05-18T14:30:05", "not-date-time", "/validFrom"),
    "date_of_no_calendar": ("/validFrom", "2026-02-30T14:30:05Z", "not-date-time", "/validFrom"),
    "date_with_other_digits": ("/validFrom", "２０26-05-18T14:30:05Z", "not-date-time", "/validFrom"),
    "ends_before_it_begins": ("/validUntil", "2020-01-01T00:00:00Z", "dates-reversed", "/validUntil"),
    "status_without_type": ("/credentialStatus/type", GONE, "type-missing", "/credentialStatus"),
    "schema_without_id": ("/credentialSchema/0/id", GONE, "member-missing", "/credentialSchema/0"),
    "evidence_without_type": ("/evidence/0/type", GONE, "type-missing", "/evidence/0"),
    "name_number": ("/name", 5, "not-text", "/name"),
    "proof_text": ("/proof", "z123", "not-object", "/proof"),
    "proof_without_type": ("/proof", {}, "type-missing", "/proof"),
    "proofs_one_number": ("/proof", [{"type": "DataIntegrityProof"}, 1], "not-object", "/proof"),
    "resource_without_digest": ("/relatedResource", [{"id": "https://x.example/"}], "member-missing", None),
    "half_a_character": ("/name", "\ud83d", "lone-surrogate", "/name"),
    "achievement_id_relative": (ACHIEVED + "/id", "a/1", "not-uri", ACHIEVED + "/id"),
    "credits_not_finite": (ACHIEVED + "/creditsAvailable", float("nan"), "not-json", None),
}

# A rule of 1EdTech or of the house: an error before signing, a warning in a foreign document.
DEVIATIONS = {
    "second_context_other": ("/@context/1", "https://schema.org/", "context-order", "/@context"),
    "extensions_missing": ("/@context/2", GONE, "context-extensions", "/@context"),
    "status_array": ("/credentialStatus", [{"type": "X"}], "not-single", "/credentialStatus"),
    "status_index_number": (
        *("/credentialStatus/statusListIndex", 7, "status-index", "/credentialStatus/statusListIndex"),
    ),
    "status_index_7abc": ("/credentialStatus/statusListIndex", "7abc", "status-index", None),
    "status_index_signed": ("/credentialStatus/statusListIndex", "-1", "status-index", None),
    "status_id_is_list": (
        *("/credentialStatus/id", "https://credentials.riverbend.example/i/k7f3/status/1", "status-id", None),
    ),
    "no_valid_from": ("/validFrom", GONE, "member-missing", ""),
    "not_a_badge": ("/type", ["VerifiableCredential"], "type-missing", "/type"),
    "issuer_without_profile_type": ("/issuer/type", ["Organization"], "type-missing", "/issuer/type"),
    "subject_type_other": (SUBJECT + "/type", ["Person"], "type-missing", SUBJECT + "/type"),
    "no_achievement": (ACHIEVED, GONE, "member-missing", SUBJECT),
    "no_criteria": (ACHIEVED + "/criteria", GONE, "member-missing", ACHIEVED),
    "achievement_name_blank": (ACHIEVED + "/name", " ", "text-empty", ACHIEVED + "/name"),
    "name_in_languages": (ACHIEVED + "/name", {"en": "Weld"}, "not-text", ACHIEVED + "/name"),
    "achievement_type_unknown": (ACHIEVED + "/achievementType", "Medal", "not-in-list", None),
    "target_type_unknown": (ACHIEVED + "/alignment/0/targetType", "Skill", "not-in-list", None),
    "result_type_unknown": (ACHIEVED + "/resultDescription/0/resultType", "Mark", "not-in-list", None),
    "extension_word_with_space": (ACHIEVED + "/achievementType", "ext:My medal", "not-in-list", None),
    "alignment_single": (ACHIEVED + "/alignment", {}, "not-array", ACHIEVED + "/alignment"),
    "alignment_empty": (ACHIEVED + "/alignment", [], "array-empty", ACHIEVED + "/alignment"),
    "alignment_without_url": (
        *(ACHIEVED + "/alignment/0/targetUrl", GONE, "member-missing", ACHIEVED + "/alignment/0"),
    ),
    "alignment_url_relative": (ACHIEVED + "/alignment/2/targetUrl", "item/4", "not-uri", None),
    "image_text": (ACHIEVED + "/image", "https://x.example/i.png", "not-object", ACHIEVED + "/image"),
    "image_with_width": (ACHIEVED + "/image/width", 5, "member-unknown", ACHIEVED + "/image/width"),
    "identifier_with_id": (ACHIEVED + "/otherIdentifier/0/id", "urn:x:1", "member-unknown", None),
    "language_upper": (ACHIEVED + "/inLanguage", "EN", "not-language", None),
    "tag_twice": (ACHIEVED + "/tag", ["a", "a"], "value-twice", ACHIEVED + "/tag"),
    "credits_text": (ACHIEVED + "/creditsAvailable", "3", "not-number", None),
    "required_level_unknown": (
        *(ACHIEVED + "/resultDescription/0/requiredLevel", "urn:x:9", "rubric-level-unknown", None),
    ),
    "identity_with_id": (IDENTITY + "/id", "urn:x:1", "member-unknown", IDENTITY + "/id"),
    "identity_type_unknown": (IDENTITY + "/identityType", "mail", "not-in-list", None),
    "identity_hash_short": (IDENTITY + "/identityHash", "sha256$12", "identity-hash", None),
    "identity_type_array": (IDENTITY + "/type", ["IdentityObject"], "type-missing", None),
    "hashed_text": (IDENTITY + "/hashed", "true", "not-boolean", IDENTITY + "/hashed"),
    "identifier_single": (SUBJECT + "/identifier", {}, "not-array", SUBJECT + "/identifier"),
    "result_of_another_achievement": (
        *(SUBJECT + "/result/0/resultDescription", "urn:x:1", "result-description-unknown", None),
    ),
    "result_level_unknown": (SUBJECT + "/result/0/achievedLevel", "urn:x:1", "rubric-level-unknown", None),
    "result_status_unknown": (SUBJECT + "/result/0/status", "Done", "not-in-list", None),
    "result_value_number": (SUBJECT + "/result/1/value", 91, "not-text", SUBJECT + "/result/1/value"),
    "awarded_without_zone": ("/awardedDate", "2026-05-15T12:00:00", "not-date-time", "/awardedDate"),
    "control_character": ("/name", "Weld\x07", "control-character", "/name"),
    "delete_character": ("/name", "Weld\x7f", "control-character", "/name"),
    "tab": ("/name", "Weld\ting", "tab", "/name"),
    "noncharacter": ("/name", "Weld\uffff", "noncharacter", "/name"),
    "id_twice": (ACHIEVED + "/alignment/0/id", f"{ACHIEVEMENT_ID}#alignment-2", "id-twice", None),
    "refresh_array": ("/refreshService", [{"id": "https://x.example/", "type": "X"}], "not-single", None),
    "endorsement_jwt_odd": ("/endorsementJwt", ["abc"], "not-jws", "/endorsementJwt/0"),
    "endorsement_of_another_type": ("/endorsement", [OTHER], "type-missing", "/endorsement/0/type"),
}

# Allowed to others, never to us.
HOUSE = {
    "fraction_of_second": ("/validFrom", "2026-05-18T14:30:05.123Z", "fraction-of-second"),
    "awarded_fraction": ("/awardedDate", "2026-05-15T12:00:00.5-05:00", "fraction-of-second"),
    "float_whole": (ACHIEVED + "/creditsAvailable", 3.0, "float"),
    "float_fine": (ACHIEVED + "/creditsAvailable", 1.505, "float"),
    "float_large": (ACHIEVED + "/creditsAvailable", 100_000.5, "float"),
    "issuer_text": ("/issuer", "did:web:c.example", "issuer-not-profile"),
    "address_in_the_clear": (IDENTITY + "/hashed", False, "identity-plain"),
    "salt_short": (IDENTITY + "/salt", "Kosher", "salt-short"),
    "salt_missing": (IDENTITY + "/salt", GONE, "salt-short"),
    "another_context": ("/@context/2", "https://schema.org/", "context-unknown"),
    "type_as_text": (ACHIEVED + "/type", "Achievement", "not-array"),
    "schema_single": ("/credentialSchema", {"id": "https://x.example/", "type": "JsonSchema"}, "not-array"),
    "disputed_term": ("/endorsementJwt", ["a.b.c"], "term-disputed"),
}
