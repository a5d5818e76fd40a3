"""Learner records: their own rules, and members treated as foreign documents."""

import copy

import pytest

from credentials.lint import errors_in, lint
from tests.credentials.documents.samples import (
    record,
)
from tests.credentials.lint.flaws import (
    GONE,
    SUBJECT,
    found,
    spoiled,
)


class TestClr:
    @pytest.mark.parametrize(
        ("path", "value", "rule"),
        [
            ("/name", GONE, "member-missing"),
            ("/type", ["VerifiableCredential"], "type-missing"),
            ("/@context/1", "https://purl.imsglobal.org/spec/clr/v2p0/context.json", "context-order"),
            (SUBJECT + "/verifiableCredential", [], "array-empty"),
            (SUBJECT + "/verifiableCredential/0", "a.b.c", "not-object"),
            (SUBJECT + "/association/0/associationType", "likes", "not-in-list"),
            (SUBJECT + "/association/0/associationType", "ext:likes", "not-in-list"),
            (SUBJECT + "/association/0/note", "x", "member-unknown"),
            (SUBJECT + "/association/0/type", ["Association"], "type-missing"),
            (SUBJECT + "/association/0/targetId", "urn:x:9", "association-unknown"),
            ("/partial", "yes", "not-boolean"),
        ],
    )
    def test_finds(self, path, value, rule):
        assert found(errors_in(lint(spoiled(record(), path, value), "clr-2.0")), rule)

    def test_takes_a_subject_without_any_name_of_the_recipient_as_a_flaw(self):
        document = spoiled(spoiled(record(), SUBJECT + "/id", GONE), SUBJECT + "/identifier", GONE)
        assert found(lint(document, "clr-2.0"), "recipient-missing", SUBJECT)

    def test_treats_members_as_foreign_documents(self):
        inside = SUBJECT + "/verifiableCredential/1"
        warned = lint(spoiled(record(), inside + "/credentialSubject/achievement/name", ""), "clr-2.0")
        assert not errors_in(warned)
        assert found(warned, "text-empty", inside + "/credentialSubject/achievement/name")
        assert found(
            errors_in(lint(spoiled(record(), inside + "/issuer", GONE), "clr-2.0")), "member-missing"
        )

    def test_takes_any_credential_as_member(self):
        other = {
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiableCredential"],
            "issuer": "https://x.example/",
            "credentialSubject": {"id": "urn:x:1"},
        }
        document = record()
        document["credentialSubject"]["verifiableCredential"].append(other)
        assert lint(document, "clr-2.0") == []

    def test_lets_the_learner_have_one_id_throughout(self):
        document = record()
        own = "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
        for one in document["credentialSubject"]["verifiableCredential"]:
            one["credentialSubject"]["id"] = own
        assert lint(spoiled(document, SUBJECT + "/id", own), "clr-2.0") == []

    def test_records_in_records_end(self):
        document = record()
        inner = document
        for _ in range(60):
            deeper = copy.copy(document)
            deeper["credentialSubject"] = {**document["credentialSubject"], "verifiableCredential": [inner]}
            inner = deeper
        assert found(errors_in(lint(inner, "clr-2.0")), "too-deep")
