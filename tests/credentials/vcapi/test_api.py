"""The VC-API: nowhere unless switched on, never in an institution's name, and 400 for whatever is wrong."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from rest_framework.test import APIClient

from credentials.proofs import multibase
from credentials.proofs.data_integrity import prepare
from credentials.vcapi.keys import KINDS, read_keys
from registry import checks
from tests.credentials.keys.samples import make_key
from tests.credentials.vcapi.samples import (
    CREDENTIAL,
    DERIVE,
    ENTRY,
    EXAMPLES,
    ISSUE,
    KEYS,
    PRESENT,
    SUITES,
    UNDEFINED,
    VERIFY,
    changed,
    issued,
    post,
    unsigned_presentation,
)
from tests.registry.partners.factory import caller_for


@pytest.mark.django_db
class TestIssue:
    @pytest.mark.parametrize(("key", "suite"), SUITES, ids=lambda one: getattr(one, "kind", one))
    def test_signs_with_its_own_key_by_the_suite_asked_for(self, key, suite):
        signed = issued(CREDENTIAL | {"issuer": key.did}, cryptosuite=suite)
        assert (signed["proof"]["cryptosuite"], signed["proof"]["verificationMethod"]) == (
            suite,
            key.verification_method,
        )
        answer = post(VERIFY, {"verifiableCredential": signed, "options": {"returnCredential": True}})
        assert answer.status_code == 200
        assert answer.json()["verified"] is True, answer.json()
        assert answer.json()["credential"] == signed
        signed["credentialSubject"]["name"] = "Somebodx"
        answer = post(VERIFY, {"verifiableCredential": signed})
        assert (answer.status_code, answer.json()["verified"]) == (200, False)

    def test_puts_its_name_in_where_there_is_none(self):
        assert issued(changed("issuer", ""))["issuer"] == KEYS[0].did

    def test_takes_the_id_from_the_options(self):
        assert issued(changed("id", ""), credentialId="urn:example:7")["id"] == "urn:example:7"

    @pytest.mark.parametrize("issuer", ["did:web:credentials.riverbend.example:i:abc", "did:key:z6Mkother"])
    def test_never_signs_in_another_name(self, issuer):
        answer = post(ISSUE, {"credential": CREDENTIAL | {"issuer": issuer}})
        assert answer.status_code == 400
        assert answer["Content-Type"] == "application/problem+json"

    def test_never_takes_the_key_of_an_institution(self, college, settings):
        key = make_key(college)
        type(key).objects.filter(pk=key.pk).update(public_multibase=KEYS[1].multikey)
        assert post(ISSUE, {"credential": CREDENTIAL}).status_code == 503

    @pytest.mark.parametrize("keys", [[], ["zzz"], ["z6Mk"], [KEYS[0].multikey]])
    def test_has_nothing_to_sign_with_without_keys_of_its_own(self, settings, keys):
        settings.VC_API_KEYS = keys
        assert post(ISSUE, {"credential": CREDENTIAL}).status_code == 503


BROKEN: list[Any] = [
    *(changed("@context", value) for value in ["", None, [], "x", 7, {}, ["https://example.com"], [7]]),
    *(changed("type", value) for value in ["", None, [], 7, {}, ["Other"], ["VerifiableCredential", 7]]),
    *(changed("issuer", value) for value in [None, [], 7, {}, {"id": None}, {"id": []}, "not a url"]),
    *(changed("credentialSubject", value) for value in ["", None, [], 7, "x", {}, [{}], [None]]),
    *(changed("id", value) for value in [None, [], 7, {}, "not a url", "\ud83d"]),
    *(changed(name, value) for name in ("validFrom", "validUntil") for value in [None, [], 7, "x", "2026-13-01T00:00:00Z", "2026-01-01"]),
    *(changed("credentialStatus", value) for value in [None, 7, "x", {}, {"id": "urn:x"}, {"type": 7}, [[]]]),
    *(changed("credentialSchema", value) for value in [None, 7, {}, {"type": "JsonSchema"}, {"id": "urn:x"}]),
    *(changed(name, value) for name in ("evidence", "termsOfUse", "refreshService") for value in [None, 7, "x", {"id": "urn:x"}, {"type": None}]),
    *(changed("relatedResource", value) for value in [None, 7, {}, {"id": "urn:x"}]),
    *(changed(name, value) for name in ("name", "description") for value in [None, 7, {"@value": 7}, {"@value": "x", "other": 1}]),
    *(changed("proof", value) for value in [None, 7, "x", {}, {"type": []}]),
    *(changed("nobodyDefinesThis", value) for value in ["x", {"a": 1}]),
    changed("validUntil", "2025-01-01T00:00:00Z"),
    changed("@context", ["https://www.w3.org/ns/credentials/v2", EXAMPLES]),
    changed("@context", ["https://www.w3.org/ns/credentials/v2", {"@vocab": "https://example.com/#"}]),
    changed("credentialSubject.deep", json.loads("[" * 40 + "]" * 40)),
]  # fmt: skip
REQUESTS: list[Any] = [
    *("", "{", "[]", "null", "7", "\ufeff{}", b"\xff", '{"a": 1, "a": 2}', "[" * 100_000, b"{" + b" " * 300_000),
    *({}, {"credential": None}, {"credential": []}, {"credential": 7}, {"credential": {}}, {"unknown": {}}),
]  # fmt: skip
OPTIONS: list[Any] = [
    *(None, [], 7, {"unknown": 1}, {"challenge": 7}, {"domain": []}, {"checks": "proof"}, {"checks": [7]}),
    *(
        {"returnCredential": "yes"},
        {"checks": ["x"] * 1000},
        {"credentialStatus": {}},
        {"challenge": "x" * 5000},
    ),
]


@pytest.mark.django_db
class TestBadInput:
    """Each is 400 with a problem document; an exception would fail the test, for the client raises it."""

    @pytest.mark.parametrize("part", range(4))
    def test_a_broken_member_is_not_signed(self, part):
        for credential in BROKEN[part::4]:
            answer = post(ISSUE, {"credential": credential})
            assert answer.status_code == 400, (credential, answer.json())
            assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("part", range(4))
    def test_a_broken_member_does_not_verify(self, part, settings):
        settings.VC_API_CONFORMANCE = True
        proof = {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1"}
        for credential in BROKEN[part::4]:
            broken = {"proof": proof} | credential
            answer = post(VERIFY, {"verifiableCredential": broken})
            assert (answer.status_code, answer.json()["verified"]) == (400, False), credential
            inside = {
                "@context": CREDENTIAL["@context"],
                "type": "VerifiablePresentation",
                "verifiableCredential": broken,
            }
            assert post(PRESENT, {"presentation": inside}).status_code == 400, credential

    @pytest.mark.parametrize("path", [ISSUE, DERIVE, VERIFY, PRESENT])
    def test_a_broken_request(self, path):
        for body in REQUESTS:
            answer = post(path, body)
            assert answer.status_code == 400, (str(body)[:60], answer.json())
            assert answer["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize(
        ("path", "name"), [(VERIFY, "verifiableCredential"), (PRESENT, "presentation"), (ISSUE, "credential")]
    )
    def test_broken_options(self, path, name):
        signed = issued()
        for options in OPTIONS:
            assert post(path, {name: signed, "options": options}).status_code == 400, options

    @pytest.mark.parametrize("suite", ["unknown", "ecdsa-rdfc-2019", "Ed25519Signature2020"])
    def test_a_suite_that_the_key_cannot_make(self, suite):
        answer = post(ISSUE, {"credential": CREDENTIAL, "options": {"cryptosuite": suite}})
        assert answer.status_code == 400

    @pytest.mark.parametrize("member", ["type", "cryptosuite", "verificationMethod", "proofPurpose", "proofValue", "created"])  # fmt: skip
    def test_a_broken_proof(self, member, settings):
        settings.VC_API_CONFORMANCE = True
        signed = issued_alone()
        for value in (None, 7, [], {}, "", "x" * 10_000):
            signed["proof"][member] = value
            answer = post(VERIFY, {"verifiableCredential": signed})
            assert (answer.status_code, answer.json()["verified"]) == (400, False), value

    def test_says_nothing_of_what_was_sent(self):
        secret = "Marisol Vargas 1999-01-02"  # noqa: S105
        answer = post(ISSUE, {"credential": changed("validFrom", secret)})
        assert secret not in json.dumps(answer.json())


def issued_alone() -> Any:
    answer = post(ISSUE, {"credential": CREDENTIAL})
    assert answer.status_code == 201, answer.json()
    return answer.json()


def presentation(**members: Any) -> dict[str, Any]:
    """Return a presentation by one of the keys, with a proof that answers a challenge."""
    key = KEYS[0]
    prepared = prepare(
        unsigned_presentation(**members),
        verification_method=key.verification_method,
        created="2026-05-01T00:00:00Z",
        purpose="authentication",
        options={"challenge": "c-1", "domain": "example.com"},
    )
    return prepared.secured(key.sign(prepared.to_sign))


@pytest.mark.django_db
class TestPresentations:
    def test_verifies_what_answers_the_challenge(self):
        options = {"challenge": "c-1", "domain": "example.com", "returnPresentation": True}
        answer = post(PRESENT, {"verifiablePresentation": presentation(), "options": options})
        assert answer.status_code == 200
        assert answer.json()["verified"] is True, answer.json()

    @pytest.mark.parametrize("options", [{"challenge": "c-2"}, {"domain": "example.org"}])
    def test_refuses_what_answers_another(self, options):
        answer = post(PRESENT, {"verifiablePresentation": presentation(), "options": options})
        assert answer.json()["verified"] is False

    def test_a_bad_credential_inside_fails_the_whole(self):
        bad = issued()
        bad["credentialSubject"]["name"] = "Somebodx"
        answer = post(PRESENT, {"verifiablePresentation": presentation(verifiableCredential=[issued(), bad])})
        assert answer.json()["verified"] is False

    def test_a_credential_without_a_proof_is_not_taken_for_a_presentation(self):
        for types in (["VerifiableCredential"], ["VerifiablePresentation"]):
            unsigned = CREDENTIAL | {"type": types, "verifiableCredential": []}
            answer = post(VERIFY, {"verifiableCredential": unsigned})
            assert answer.json()["verified"] is False
            assert post(PRESENT, {"verifiablePresentation": issued()}).status_code == 400
            assert post(PRESENT, {"presentation": issued()}).status_code == 400

    def test_without_a_proof_looks_at_each_credential(self):
        unsigned = {name: value for name, value in presentation().items() if name != "proof"}
        assert post(PRESENT, {"presentation": unsigned}).json()["verified"] is True
        assert post(PRESENT, {"verifiablePresentation": unsigned}).status_code == 400
        unsigned["verifiableCredential"][0]["validFrom"] = "2026-01-02T00:00:00Z"
        assert post(PRESENT, {"presentation": unsigned}).json()["verified"] is False


@pytest.mark.django_db
class TestConformance:
    """What the W3C suites need, and nobody else gets."""

    LOOSE = (
        changed("credentialSubject.anything", "x") | {"@context": [*CREDENTIAL["@context"], EXAMPLES]},
        changed("credentialSubject.anything", "x") | {"@context": [*CREDENTIAL["@context"], UNDEFINED]},
        changed("credentialSubject.own", "x")
        | {"@context": [*CREDENTIAL["@context"], {"own": "https://example.com/#own"}]},
    )

    @pytest.mark.parametrize("credential", LOOSE, ids=["examples", "undefined", "inline"])
    def test_takes_terms_for_examples(self, settings, credential):
        assert post(ISSUE, {"credential": credential}).status_code == 400
        settings.VC_API_CONFORMANCE = True
        signed = post(ISSUE, {"credential": credential}).json()
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        settings.VC_API_CONFORMANCE = False
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is False

    @pytest.mark.parametrize(
        "context",
        [
            {f"term{number}": "https://example.com/#t" for number in range(1_000)},
            {"@import": "https://www.w3.org/ns/credentials/v2"},
            {"a": {"@id": "https://example.com/#a", "@context": "https://example.com/other"}},
            json.loads('{"a":' * 35 + "1" + "}" * 35),
        ],
        ids=["long", "imports", "fetches", "deep"],
    )
    def test_bounds_contexts_inside_a_document(self, settings, context):
        settings.VC_API_CONFORMANCE = True
        credential = CREDENTIAL | {"@context": [*CREDENTIAL["@context"], context]}
        assert post(ISSUE, {"credential": credential}).status_code == 400

    def test_takes_the_older_data_model_and_proofs_of_others(self, settings):
        older = {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential"],
            "issuer": KEYS[0].did,
            "issuanceDate": "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:subject"},
        }
        assert post(ISSUE, {"credential": older}).status_code == 400
        settings.VC_API_CONFORMANCE = True
        signed = post(ISSUE, {"credential": older}).json()
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        key = KEYS[1]
        foreign = CREDENTIAL | {"issuer": "https://vc.example/issuers/5678"}
        prepared = prepare(
            foreign,
            verification_method=key.verification_method,
            created="2026-05-01T00:00:00Z",
            cryptosuite="ecdsa-rdfc-2019",
            kind=key.kind,
        )
        signed = prepared.secured(key.sign(prepared.to_sign))
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        settings.VC_API_CONFORMANCE = False
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is False

    def test_signs_the_direction_of_a_text_by_the_form_that_covers_it(self, settings):
        settings.VC_API_CONFORMANCE = True
        words = {"@value": "سلام", "@language": "ar", "@direction": "rtl"}
        answer = post(ISSUE, {"credential": changed("name", words)})
        assert answer.status_code == 201, answer.json()
        signed = answer.json()
        assert signed["proof"]["cryptosuite"] == "eddsa-jcs-2022"
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        signed["name"]["@direction"] = "ltr"
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is False

    @pytest.mark.parametrize("key", KEYS, ids=lambda key: key.kind)
    def test_puts_a_status_entry_in_whose_list_is_served(self, settings, key):
        settings.VC_API_CONFORMANCE = True
        answer = post(
            ISSUE, {"credential": CREDENTIAL | {"issuer": key.did}, "options": {"credentialStatus": ENTRY}}
        )
        assert answer.status_code == 201, answer.json()
        signed = answer.json()
        url = signed["credentialStatus"]["statusListCredential"]
        assert 0 <= int(signed["credentialStatus"]["statusListIndex"]) < 131_072
        assert post(VERIFY, {"verifiableCredential": signed}).json()["verified"] is True
        served = APIClient().get(url.removeprefix(settings.PORTAL_ORIGIN))
        assert (served.status_code, served["Content-Type"]) == (200, "application/vc")
        listed = json.loads(served.content)
        assert (listed["id"], listed["issuer"]) == (url, key.did)
        assert post(VERIFY, {"verifiableCredential": listed}).json()["verified"] is True

    def test_has_no_status_list_for_anybody_else(self, settings):
        path = f"/vc-api/status-lists/{KEYS[0].multikey}"
        assert APIClient().get(path).status_code == 404
        asked = {"credential": CREDENTIAL, "options": {"credentialStatus": ENTRY}}
        assert post(ISSUE, asked).status_code == 400
        settings.VC_API_CONFORMANCE = True
        assert APIClient().get("/vc-api/status-lists/z6Mkother").status_code == 404
        there = CREDENTIAL | {"credentialStatus": {"type": "Other"}}
        assert post(ISSUE, asked | {"credential": there}).status_code == 400
        settings.VC_API = False
        assert APIClient().get(path).status_code == 404


@pytest.mark.django_db
class TestDoor:
    @pytest.mark.parametrize("path", [ISSUE, DERIVE, VERIFY, PRESENT])
    def test_is_nowhere_unless_switched_on(self, settings, path):
        settings.VC_API = False
        for method in ("get", "post", "put", "delete", "options"):
            assert getattr(APIClient(), method)(path).status_code == 404

    @pytest.mark.parametrize("path", [ISSUE, DERIVE, VERIFY, PRESENT])
    def test_refuses_a_partner_without_the_scope(self, college, settings, path):
        settings.VC_API_OPEN = False
        assert post(path, {}).status_code == 401
        assert post(path, {}, caller_for(college)).status_code == 403

    @pytest.mark.parametrize("path", [ISSUE, DERIVE, VERIFY, PRESENT])
    def test_a_form_is_no_request(self, settings, path):
        assert APIClient().post(path, {"credential": "x"}, format="multipart").status_code == 400
        settings.VC_API_OPEN = False
        assert APIClient().post(path, {"credential": "x"}, format="multipart").status_code == 401

    def test_opens_to_a_client_with_the_scope(self, college, settings):
        settings.VC_API_OPEN = False
        caller = caller_for(college, scopes=("vc-api",))
        assert post(ISSUE, {"credential": CREDENTIAL}, caller).status_code == 201

    def test_production_demands_a_token_whatever_the_settings_say(self, settings):
        settings.PRODUCTION = True
        assert post(ISSUE, {"credential": CREDENTIAL}).status_code == 401

    @pytest.mark.parametrize(
        ("name", "value", "number"),
        [("VC_API_OPEN", True, "E012"), ("VC_API_CONFORMANCE", True, "E012"), ("VC_API_KEYS", [], "E013")],
    )
    def test_production_does_not_start_with_it_open(self, settings, name, value, number):
        settings.PRODUCTION, settings.VC_API_OPEN = True, False
        found = {message.id for message in checks.production_demands(None)}
        setattr(settings, name, value)
        assert f"registry.{number}" in {message.id for message in checks.production_demands(None)} - found


class TestMakeKey:
    @pytest.mark.parametrize("kind", KINDS)
    def test_prints_a_key_that_can_be_used(self, kind):
        out = StringIO()
        call_command("make_vc_api_key", kind=kind, stdout=out)
        did, secret = (line.rpartition(" ")[2] for line in out.getvalue().splitlines())
        [key] = read_keys((secret,))
        assert (key.did, key.kind) == (did, kind)
        assert multibase.decode(secret, "z").startswith(multibase.SECRET_PREFIXES[kind])
