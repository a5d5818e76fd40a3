"""The musts of the data model, in credentials of any kind, presentations and status lists."""

import pytest

from credentials.lint import errors_in, lint
from credentials.proofs import multibase
from tests.credentials.documents.samples import (
    badge,
)
from tests.credentials.lint.flaws import (
    GONE,
    SUBJECT,
    found,
    spoiled,
    status_list,
)

SRI = "sha384-" + "a+/b" * 16


class TestDataModel:
    BASE = "https://www.w3.org/ns/credentials/v2"

    def credential(self, **change):
        return {
            "@context": [self.BASE],
            "type": ["VerifiableCredential"],
            "issuer": "https://x.example/i",
            "credentialSubject": {"id": "urn:x:1"},
        } | change

    @pytest.mark.parametrize(
        "change",
        [
            {},
            {"issuer": {"id": "did:web:x.example", "name": "X"}},
            {"credentialSubject": [{"id": "urn:x:1"}, {"degree": "BA"}]},
            {"credentialStatus": [{"type": "A"}, {"type": "B", "id": "urn:x:2"}]},
            {"evidence": {"type": "Photo"}, "termsOfUse": [{"type": ["T"]}]},
            {"relatedResource": [{"id": "urn:x:1", "digestSRI": SRI}]},
            {"@context": [BASE, {"x": "https://x.example/x"}]},
            {"validFrom": "2026-05-18T14:30:05.123+14:00"},
        ],
    )
    def test_takes(self, change):
        assert lint(self.credential(**change), "vcdm-2.0", strict=False) == []

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"name": {"@value": "x", "language": "en"}}, "not-text"),
            ({"name": [{"@language": "en"}]}, "not-text"),
            ({"credentialSubject": []}, "subject-missing"),
            ({"credentialSubject": [{}]}, "subject-missing"),
            ({"credentialSubject": {"id": "zoe"}}, "not-uri"),
            ({"issuer": ["https://x.example/i"]}, "not-uri"),
            ({"credentialStatus": "revoked"}, "not-object"),
            ({"relatedResource": [{"id": "urn:x:1", "digestSRI": SRI}] * 2}, "resource-twice"),
            ({"@context": []}, "context-missing"),
            ({"@context": {}}, "context-missing"),
            ({"type": []}, "type-malformed"),
        ],
    )
    def test_refuses(self, change, rule):
        assert found(errors_in(lint(self.credential(**change), "vcdm-2.0", strict=False)), rule)

    @pytest.mark.parametrize(
        ("member", "value"),
        [
            *(
                ("digestSRI", value)
                for value in (None, 7, "", "a", "sha384-x", "md5-AAAA", "sha256-" + "A" * 64)
            ),
            ("digestSRI", SRI.replace("+", "-").replace("/", "_")),  # another alphabet
            ("digestSRI", f"{SRI} sha256-x"),
            *(
                ("digestMultibase", value)
                for value in (None, 7, "", "x", "u", "uAA", "z0", "u" + "A" * 2_000)
            ),
            ("digestMultibase", multibase.encode(b"\x12\x20" + b"a" * 31)),
            ("digestMultibase", multibase.encode(b"a" * 33)),
        ],
    )
    @pytest.mark.parametrize("holder", ["relatedResource", "credentialSchema"])
    def test_refuses_what_no_digest_looks_like(self, holder, member, value):
        named = {"id": "urn:x:1", "type": "JsonSchema", member: value}
        assert found(errors_in(lint(self.credential(**{holder: named}), "vcdm-2.0", strict=False)), "digest")

    @pytest.mark.parametrize(
        ("digest", "rules"),
        [
            ({"digestSRI": f"{SRI} {SRI}?why"}, set()),
            ({"digestMultibase": multibase.encode(b"\x12\x20" + b"a" * 32, "u")}, set()),
            ({"digestMultibase": multibase.encode(b"\x20\x30" + b"a" * 48, "z")}, set()),
            ({"digestMultibase": multibase.encode(b"a" * 32, "u")}, {"digest-bare"}),
        ],
    )
    def test_takes_digests(self, digest, rules):
        findings = lint(self.credential(relatedResource={"id": "urn:x:1"} | digest), "vcdm-2.0", strict=False)
        assert {one.rule for one in findings} == rules
        assert not errors_in(findings)

    def test_takes_a_name_with_language_and_warns_of_direction(self):
        name = {"@value": "x", "@language": "ar", "@direction": "rtl"}
        findings = lint(self.credential(name=name), "vcdm-2.0", strict=False)
        assert {one.rule for one in findings} == {"language-object", "direction"}
        assert not errors_in(findings)

    def test_checks_presentations_and_what_they_carry(self):
        shown = {"@context": [self.BASE], "type": "VerifiablePresentation", "holder": "did:web:x.example"}
        good = shown | {"verifiableCredential": [self.credential()]}
        assert lint(good, "vcdm-2.0", strict=False) == []
        bad = shown | {"verifiableCredential": ["a.b.c", self.credential(issuer=3)]}
        assert {one.path for one in errors_in(lint(bad, "vcdm-2.0", strict=False))} == {
            "/verifiableCredential/0",
            "/verifiableCredential/1/issuer",
        }

    def test_checks_envelopes(self):
        document = {"@context": [self.BASE], "type": "EnvelopedVerifiableCredential"}
        assert lint(document | {"id": "data:application/vc+jwt,a.b.c"}, "vcdm-2.0", strict=False) == []
        assert found(lint(document | {"id": "https://x.example/"}, "vcdm-2.0"), "envelope-id")

    def test_takes_the_older_model_only_from_others(self):
        document = badge()
        document["@context"][0] = "https://www.w3.org/2018/credentials/v1"
        document["issuanceDate"] = document.pop("validFrom")
        assert not errors_in(lint(document, strict=False))
        assert found(lint(document, strict=False), "vcdm-1.1")
        assert found(errors_in(lint(document)), "context-missing")

    @pytest.mark.parametrize(
        ("path", "value", "rule"),
        [
            (SUBJECT + "/encodedList", "H4sI", "encoded-list"),
            (SUBJECT + "/statusPurpose", "", "status-purpose"),
            (SUBJECT + "/type", "List", "type-missing"),
            (SUBJECT + "/ttl", 1.5, "not-number"),
            ("/id", GONE, "member-missing"),
        ],
    )
    def test_checks_status_lists(self, path, value, rule):
        assert found(errors_in(lint(spoiled(status_list(), path, value), "vcdm-2.0")), rule)

    @pytest.mark.parametrize(
        ("change", "rule"),
        [
            ({"statusPurpose": GONE}, "status-purpose"),
            ({"statusSize": 2}, "member-missing"),
            ({"statusSize": 0}, "status-size"),
            ({"statusSize": 10**9, "statusMessage": []}, "status-size"),
            ({"statusMessage": [{"status": "0x0"}]}, "status-messages"),
        ],
    )
    def test_checks_status_entries(self, change, rule):
        document = badge()
        document["credentialStatus"] |= change
        for member in [name for name, value in change.items() if value is GONE]:
            del document["credentialStatus"][member]
        assert found(lint(document), rule)
