"""Verbs of the VC-API: sign what a trusted client sends, with a key that stands for nobody; check what it sends."""

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from django.conf import settings

from credentials.canon import jsonld
from credentials.canon.contexts import DATA_INTEGRITY_V2
from credentials.canon.errors import PROBLEMS, STATUS_LIST, VC, ProofError
from credentials.checks.examine import examine_given
from credentials.checks.plain import check_plain
from credentials.checks.report import Check, Report
from credentials.checks.resources import MAX_RESOURCES, Kept, look
from credentials.checks.run import Ask, Register, id_of, objects
from credentials.documents.dates import instant_text
from credentials.lint import Profile, errors_in, lint
from credentials.lint.merging import merges
from credentials.proofs import ecdsa_sd_2023
from credentials.proofs.data_integrity import prepare, proof_options, without_proof
from credentials.proofs.multibase import ED25519
from credentials.proofs.suite import Prepared
from credentials.vcapi.asked import MALFORMED, UNKNOWN_OPTION, Asked
from credentials.vcapi.contexts import contexts
from credentials.vcapi.errors import CredentialRefused
from credentials.vcapi.keys import ApiKey, api_keys, key_named
from credentials.vcapi.status import OwnLists, new_entry
from credentials.verification.sources import default_source, resource_source

Json = dict[str, Any]
PROFILE: Profile = "vcdm-2.0"
SIBLINGS = {"eddsa-rdfc-2022": "eddsa-jcs-2022", "ecdsa-rdfc-2019": "ecdsa-jcs-2019"}
STATUS_REASONS = frozenset({"revoked", "suspended", "superseded", "status-invalid", "status-unavailable"})
MAX_MEMBERS = 100
OTHERS = frozenset({"issuer-mismatch"})
V1 = "https://www.w3.org/2018/credentials/v1"
STATUS_CHECKS = frozenset({"status", "credentialStatus"})
PROBLEM_OF = PROBLEMS | {
    "malformed": MALFORMED,
    "revoked": STATUS_LIST + "STATUS_VERIFICATION_ERROR",
    "suspended": STATUS_LIST + "STATUS_VERIFICATION_ERROR",
    "superseded": STATUS_LIST + "STATUS_VERIFICATION_ERROR",
    "status-unavailable": STATUS_LIST + "STATUS_RETRIEVAL_ERROR",
    "expired": VC + "RANGE_ERROR",
    "not-yet-valid": VC + "RANGE_ERROR",
}


@dataclass(frozen=True)
class Answer:
    """What became of a check. errors and warnings: as RFC 9457 problems without anything of the document."""

    verified: bool
    errors: list[Json] = field(default_factory=list)
    warnings: list[Json] = field(default_factory=list)


def issue(asked: Asked, *, now: datetime) -> Json:
    """Return the credential with a proof by the VC-API's own key. Raises CredentialRefused, NoApiKey."""
    document = {**asked.document}
    if asked.credential_id:
        document.setdefault("id", asked.credential_id)
    key = _key_for(document)
    if asked.with_status:
        _add_status(document, key)
    if settings.VC_API_CONFORMANCE:
        document = _with_proof_terms(document)
    suite = asked.cryptosuite or _default_suite(document, key)
    _refuse_findings(document)
    _refuse_changed_files(document)
    try:
        _check_terms(document, suite)
        prepared = _prepared(document, suite, key, asked, now)
        return prepared.secured(key.sign(prepared.to_sign))
    except ProofError as error:
        raise _refused(error.problem or MALFORMED, error.detail) from None


def _prepared(document: Json, suite: str, key: ApiKey, asked: Asked, now: datetime) -> Prepared:
    """Return the bytes for the key's signature, and how to put it into the document. Raises ProofError."""
    created = instant_text(now)
    if suite == ecdsa_sd_2023.NAME:
        return _prepared_for_parts(document, key, asked, created)
    return prepare(
        document,
        verification_method=key.verification_method,
        created=created,
        cryptosuite=suite,
        kind=key.kind,
        contexts=contexts(),
    )


def _prepared_for_parts(document: Json, key: ApiKey, asked: Asked, created: str) -> Prepared:
    """Return the same for a proof of which its holder may show parts."""
    ecdsa_sd_2023.SUITE.hash_name(key.kind)  # P-256 and no other
    if "proof" in document:
        raise ProofError("proof-generation", "A document that has a proof gets none that shows parts.")
    always = ecdsa_sd_2023.mandatory_pointers_for(document)
    return ecdsa_sd_2023.create_base_proof(
        document,
        proof_options(key.verification_method, created, "assertionMethod"),
        mandatory_pointers=list(dict.fromkeys([*always, *asked.mandatory_pointers])),
        hmac_key=secrets.token_bytes(ecdsa_sd_2023.HMAC_KEY_BYTES),
        proof_key=ec.generate_private_key(ec.SECP256R1()),
        contexts=contexts(),
    )


def derive(asked: Asked) -> Json:
    """Return the parts of a credential that its holder shows. Nothing is checked. Raises CredentialRefused."""
    proof = asked.document.get("proof")
    if not isinstance(proof, dict) or proof.get("cryptosuite") != ecdsa_sd_2023.NAME:
        raise _refused(MALFORMED, "Only a credential with one proof by ecdsa-sd-2023 has parts to show.")
    bare = without_proof(asked.document)
    try:
        return ecdsa_sd_2023.add_derived_proof(
            bare, proof, selective_pointers=asked.selective_pointers, contexts=contexts()
        )
    except ProofError as error:
        raise _refused(error.problem or MALFORMED, error.detail) from None


def _key_for(document: Json) -> ApiKey:
    """Return the key of the issuer that the document names; where it names none, put ours in."""
    if "issuer" not in document:
        key = api_keys()[0]
        document["issuer"] = key.did
        return key
    named = key_named(id_of(document["issuer"]))
    if named is None:
        raise _refused(MALFORMED, "The issuer is none of the did:key names that sign here.")
    return named


def _add_status(document: Json, key: ApiKey) -> None:
    """Put a status entry in. Only for suites: what stands for nobody is not revoked by anybody."""
    if not settings.VC_API_CONFORMANCE:
        raise _refused(UNKNOWN_OPTION, "There is no option credentialStatus here.")
    if "credentialStatus" in document:
        raise _refused(MALFORMED, "The credential has a credentialStatus already.")
    document["credentialStatus"] = new_entry(key)


def _with_proof_terms(document: Json) -> Json:
    """Return a credential of the data model 1.1 with the context that has the words of its proof."""
    named = document.get("@context")
    if not isinstance(named, list) or V1 not in named[:1] or DATA_INTEGRITY_V2 in named:
        return document
    return document | {"@context": [*named, DATA_INTEGRITY_V2]}


def _default_suite(document: Json, key: ApiKey) -> str:
    suite = "eddsa-rdfc-2022" if key.kind == ED25519 else "ecdsa-rdfc-2019"
    if settings.VC_API_CONFORMANCE and jsonld.without_direction(document) != document:
        return SIBLINGS[suite]  # RDF carries no direction of a text; the other form signs every byte
    return suite


def _check_terms(document: Json, suite: str) -> None:
    """Refuse what no context defines, and what would join under a signature over statements (lint.merging)."""
    bare = {name: value for name, value in document.items() if name != "proof"}
    if suite in SIBLINGS.values() and settings.VC_API_CONFORMANCE:
        bare = jsonld.without_direction(bare)
    jsonld.to_rdf(bare, contexts())
    check_plain(document)
    if suite not in SIBLINGS.values() and (where := merges(document)):
        raise ProofError("jsonld-error", f"Objects of one id say different things ({where}).")


def _refuse_findings(document: Json) -> None:
    errors = errors_in(lint(document, PROFILE, strict=False))
    if errors:
        details = [
            {"type": MALFORMED, "title": one.rule, "detail": f"{one.path or '/'}: {one.message}"}
            for one in errors[:20]
        ]
        raise CredentialRefused(errors=[one["detail"] for one in details], problemDetails=details)


def _refuse_changed_files(document: Json) -> None:
    """Refuse to sign digests that are not those of what lies there (VCDM 2.0, section 5.3)."""
    source = resource_source()
    for one in objects(document.get("relatedResource"))[:MAX_RESOURCES]:
        if look(one, source) is Kept.CHANGED:
            raise _refused(MALFORMED, "A related resource has another digest.")


def _refused(problem: str, words: str) -> CredentialRefused:
    return CredentialRefused(errors=[words], problemDetails=[{"type": problem, "title": words}])


def verify(asked: Asked, *, now: datetime) -> Answer:
    """Return what became of a credential or presentation: proofs, rules, dates, status, and what is inside."""
    ask = Ask(
        now=now,
        source=OwnLists(default_source(), now),
        resources=resource_source(),
        register=Register(),
        contexts=contexts(),
        domain=asked.domain,
        challenge=asked.challenge,
        by_the_letter=True,
    )
    return (
        _answer_unsigned(asked, ask) if asked.unsigned else _answer(examine_given(asked.document, ask), asked)
    )


def _answer_unsigned(asked: Asked, ask: Ask) -> Answer:
    """Answer for a presentation without a proof: its own form, and each credential in it."""
    findings = errors_in(lint(asked.document, PROFILE, strict=False))
    errors: list[Json] = [{"type": MALFORMED, "title": one.rule} for one in findings[:20]]
    try:
        jsonld.expand_safely(asked.document, contexts())
    except ProofError as error:
        errors.append({"type": error.problem, "title": error.detail})
    members = [] if errors else objects(asked.document.get("verifiableCredential"))
    if len(members) > MAX_MEMBERS:
        errors.append({"type": MALFORMED, "title": "There are more credentials than are checked at once."})
    ask = replace(ask, challenge=None, domain=None)  # those are for the presentation
    answers = [_answer(examine_given(member, ask, 1), asked) for member in members[:MAX_MEMBERS]]
    errors += [problem for answer in answers for problem in answer.errors]
    return Answer(not errors, errors, [problem for answer in answers for problem in answer.warnings])


def _answer(report: Report, asked: Asked) -> Answer:
    unasked = frozenset[str]()
    if asked.checks is not None and not STATUS_CHECKS & asked.checks:
        unasked = STATUS_REASONS
    if settings.VC_API_CONFORMANCE:
        unasked |= OTHERS  # the published vectors are signed by somebody else than their issuer
    errors: list[Json] = []
    warnings: list[Json] = []
    for check in report.checks:
        if check.reason or check.warning:
            decides = bool(check.reason) and not check.warning and check.reason not in unasked
            (errors if decides else warnings).append(_problem(check))
    return Answer(not errors, errors, warnings)


def _problem(check: Check) -> Json:
    plain = check.reason.removeprefix("nested-")
    kind = PROBLEM_OF.get(plain, "about:blank" if check.warning else VC + "MALFORMED_VALUE_ERROR")
    return {"type": kind, "title": check.sentence, "code": check.reason or check.code}
