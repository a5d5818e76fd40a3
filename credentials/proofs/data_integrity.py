"""Secure documents by Data Integrity proofs and check them: sets, chains, purpose, dates.

Rule: Verifiable Credential Data Integrity 1.0, sections 4.2 to 4.6.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from credentials.canon import rdfc
from credentials.canon.contexts import Contexts, as_loader
from credentials.canon.errors import SECURITY, ProofError
from credentials.canon.jsonld import LIMITS, Limits
from credentials.canon.nquads import is_absolute_iri
from credentials.proofs import (
    ecdsa_jcs_2019,
    ecdsa_rdfc_2019,
    ecdsa_sd_2023,
    ed25519_signature_2020,
    eddsa_jcs_2022,
    eddsa_rdfc_2022,
)
from credentials.proofs.datetimes import parse_stamp
from credentials.proofs.public_key import PublicKey
from credentials.proofs.suite import Document, Suite
from credentials.proofs.suite import Prepared as Prepared

MAX_PROOFS = 16
_DIGEST = ("digest", "")  # a form made another way
CLOCK_SKEW = timedelta(minutes=5)

SUITES: dict[str, Suite] = {
    module.SUITE.name: module.SUITE
    for module in (eddsa_rdfc_2022, eddsa_jcs_2022, ecdsa_rdfc_2019, ecdsa_jcs_2019, ecdsa_sd_2023)
}
_OLDER = {"Ed25519Signature2020": ed25519_signature_2020.SUITE}

Resolve = Callable[[str], PublicKey]


@dataclass(frozen=True)
class ProofOutcome:
    """What became of one proof of a document. It holds only if error is None."""

    index: int
    proof: Mapping[str, Any]
    error: ProofError | None
    key: PublicKey | None = None

    @property
    def verified(self) -> bool:
        """True only when signature, purpose, dates, domain and challenge all hold."""
        return self.error is None

    @property
    def verification_method(self) -> str:
        """The URL that the proof names, or ""."""
        return _text(self.proof.get("verificationMethod"))

    @property
    def cryptosuite(self) -> str:
        """The cryptosuite, or the type of an older proof."""
        return _text(self.proof.get("cryptosuite")) or _text(self.proof.get("type"))


def prepare(
    document: Document,
    *,
    verification_method: str,
    created: str,
    cryptosuite: str = "eddsa-rdfc-2022",
    purpose: str = "assertionMethod",
    kind: str = "",
    options: Mapping[str, Any] | None = None,
    contexts: Contexts = None,
) -> Prepared:
    """Return the bytes to sign for a document, and how to put the signature in.

    created: a date-time with zone. kind: "P-384" for an ECDSA key of that curve. options: more
    members of the proof (expires, domain, challenge, nonce, id). A document that already has
    proofs gets one more beside them (a proof set). Raises ProofError.
    """
    suite = suite_named(cryptosuite)
    if suite is ecdsa_sd_2023.SUITE:
        raise ProofError("proof-generation", "Use ecdsa_sd_2023.create_base_proof for this cryptosuite.")
    parse_stamp(created, "created")
    unsecured = without_proof(document)
    proof = suite.options_for(unsecured, proof_options(verification_method, created, purpose, options))
    configuration = suite.proof_configuration(proof, unsecured, kind=kind, contexts=contexts)
    transformed = suite.transform(unsecured, kind=kind, contexts=contexts)
    to_sign = suite.hash_data(transformed, configuration, kind=kind)

    def secured(signature: bytes) -> Document:
        return with_proof(document, suite.attach(proof, signature, kind=kind))

    return Prepared(to_sign, secured)


def proof_options(
    verification_method: str, created: str, purpose: str, options: Mapping[str, Any] | None = None
) -> Document:
    """Return the members of a proof that its maker chooses."""
    if not is_absolute_iri(verification_method):
        raise ProofError("proof-generation", "The verification method is not a URL.")
    return {
        "created": created,
        "verificationMethod": verification_method,
        "proofPurpose": purpose,
        **(options or {}),
    }


def suite_named(cryptosuite: object) -> Suite:
    """Return the suite of that name. Raises ProofError "unsupported-proof"."""
    if isinstance(cryptosuite, str) and cryptosuite in SUITES:
        return SUITES[cryptosuite]
    raise ProofError("unsupported-proof", "The proof's cryptosuite is not one that is known here.")


def without_proof(document: Document) -> Document:
    """Return the document without its proofs."""
    bare = dict(document)
    bare.pop("proof", None)
    return bare


def with_proof(document: Document, proof: Document) -> Document:
    """Return the document with one proof more."""
    present = document.get("proof")
    if present is None:
        return {**document, "proof": proof}
    return {**document, "proof": [*(present if isinstance(present, list) else [present]), proof]}


def verify(
    secured: Document,
    *,
    resolve: Resolve,
    now: datetime,
    purpose: str | None = "assertionMethod",
    contexts: Contexts = None,
    domain: str | Collection[str] | None = None,
    challenge: str | None = None,
    limits: Limits = LIMITS,
    max_steps: int = rdfc.MAX_STEPS,
    digest: Callable[[Document], bytes] | None = None,
) -> list[ProofOutcome]:
    """Return what became of each proof of a document, in the document's order.

    resolve: gives the public key for a verification method's URL, after it found that method in
    the controller's own document under the purpose; raises ProofError "key-unresolvable".
    now: aware. purpose: "assertionMethod" for credentials, "authentication" for presentations.
    domain, challenge: what the proof must answer, if they were asked for; several domains are a set.
    digest: another way to the SHA-256 of the canonical form (ShapeCache.digest), for documents of a
    shape met before; not taken when limits or max_steps are given.
    Raises ProofError "malformed" or "no-proof" when there is no list of proofs to speak of.
    """
    if not isinstance(secured, dict):
        raise ProofError("malformed", "The document is not an object.")
    check = _Check(secured, resolve, now, purpose, contexts, domain, challenge, limits, max_steps, digest)
    outcomes = list(map(check.outcome, range(len(check.proofs))))
    if any(map(_names_earlier, check.proofs)):
        outcomes = [_with_dependencies(outcome, outcomes, check.proofs) for outcome in outcomes]
    return outcomes


def proofs_of(secured: Document) -> list[Document]:
    """Return the proofs of a document. Raises ProofError "no-proof", "malformed"."""
    proofs = secured.get("proof")
    if proofs is None or proofs == []:
        raise ProofError("no-proof", "The document has no proof.")
    proofs = proofs if isinstance(proofs, list) else [proofs]
    if len(proofs) > MAX_PROOFS:
        raise ProofError("malformed", f"The document has more than {MAX_PROOFS} proofs.")
    if not all(isinstance(proof, dict) for proof in proofs):
        raise ProofError("malformed", "A proof is not an object.")
    return proofs


@dataclass
class _Check:
    """One run of verify; remembers the canonical forms that several proofs share."""

    secured: Document
    resolve: Resolve
    now: datetime
    purpose: str | None
    contexts: Contexts
    domain: str | Collection[str] | None
    challenge: str | None
    limits: Limits
    max_steps: int
    digest: Callable[[Document], bytes] | None
    forms: dict[tuple[str, str], bytes | ProofError] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.proofs = proofs_of(self.secured)
        self.unsecured = without_proof(self.secured)
        self.contexts = as_loader(self.contexts)
        if (self.limits is not LIMITS and self.limits != LIMITS) or self.max_steps != rdfc.MAX_STEPS:
            self.digest = None  # the other way counts by its own limits

    def outcome(self, index: int) -> ProofOutcome:
        proof, key = self.proofs[index], None
        try:
            suite = _suite_of(proof)
            self._check_members(proof)
            key = self.resolve(proof["verificationMethod"])
            self._check_signature(suite, proof, key)
        except ProofError as error:
            return ProofOutcome(index, proof, error, key)
        return ProofOutcome(index, proof, None, key)

    def _check_members(self, proof: Document) -> None:
        get = proof.get
        for name in ("verificationMethod", "proofPurpose", "proofValue"):
            if not isinstance(get(name), str):
                raise ProofError(
                    "malformed", f"The proof has no {name}.", SECURITY + "PROOF_VERIFICATION_ERROR"
                )
        for name in ("verificationMethod", "id"):  # "_:x" as id would change nothing that is signed
            if name in proof and not (isinstance(url := proof[name], str) and is_absolute_iri(url)):
                raise ProofError("malformed", f"The {name} of the proof is not a URL.")
        if self.purpose is not None and proof["proofPurpose"] != self.purpose:
            raise ProofError("signature-invalid", f"The proof was not made for {self.purpose}.")
        for name in ("challenge", "nonce"):
            if not isinstance(get(name, ""), str):
                raise ProofError("malformed", f"The {name} of the proof is not text.")
        self._check_dates(proof)
        self._check_answers(proof)

    def _check_dates(self, proof: Document) -> None:
        if "created" in proof and parse_stamp(proof["created"], "created") > self.now + CLOCK_SKEW:
            raise ProofError("signature-invalid", "The proof was made in the future.")
        if "expires" in proof and parse_stamp(proof["expires"], "expires") <= self.now:
            raise ProofError("proof-expired", "The proof has expired.")

    def _check_answers(self, proof: Document) -> None:
        named = set(_domains(proof)) if "domain" in proof else set()
        if self.domain is not None:
            wanted = {self.domain} if isinstance(self.domain, str) else set(self.domain)
            if named != wanted:
                problem = SECURITY + "INVALID_DOMAIN_ERROR"
                raise ProofError("signature-invalid", "The proof was made for another domain.", problem)
        if self.challenge is not None and proof.get("challenge") != self.challenge:
            problem = SECURITY + "INVALID_CHALLENGE_ERROR"
            raise ProofError("signature-invalid", "The proof answers another challenge.", problem)

    def _check_signature(self, suite: Suite, proof: Document, key: PublicKey) -> None:
        document = self.unsecured
        if _names_earlier(proof):
            earlier = [self.proofs[number] for number in _previous(proof, self.proofs)]
            document = {**document, "proof": earlier}
        if suite is ecdsa_sd_2023.SUITE:
            ecdsa_sd_2023.verify_derived_proof(
                document,
                proof,
                key=key,
                contexts=self.contexts,
                limits=self.limits,
                max_steps=self.max_steps,
            )
            return
        signature = suite.signature_of(proof, kind=key.kind)
        seen = suite.document_under(document, proof)
        shared = seen is self.unsecured
        if self.digest is not None and suite.form == "rdfc" and suite.hash_name(key.kind) == "sha256":
            configuration = self.digest(suite.configuration(proof, document))
            data = configuration + self._once(_DIGEST, self.digest, seen, shared=shared)
        else:
            written = suite.proof_configuration(proof, document, kind=key.kind, contexts=self.contexts)
            place = (suite.form, suite.hash_name(key.kind))
            transformed = self._once(place, self._transform(suite, key), seen, shared=shared)
            data = suite.hash_data(transformed, written, kind=key.kind)
        suite.require(data, signature, key=key)

    def _once(
        self, place: tuple[str, str], form: Callable[[Document], bytes], document: Document, *, shared: bool
    ) -> bytes:
        """Return a form of a document, made once for all proofs that share the document."""
        known = self.forms.get(place) if shared else None
        if known is None:
            try:
                known = form(document)
            except ProofError as error:
                known = error
            if shared:
                self.forms[place] = known
        if isinstance(known, ProofError):
            raise known
        return known

    def _transform(self, suite: Suite, key: PublicKey) -> Callable[[Document], bytes]:
        return lambda document: suite.transform(
            document, kind=key.kind, contexts=self.contexts, limits=self.limits, max_steps=self.max_steps
        )


def _domains(proof: Document) -> list[str]:
    """Return the domains that a proof names. Raises ProofError "malformed"."""
    named = proof.get("domain", [])
    domains = named if isinstance(named, list) else [named]
    if not all(isinstance(one, str) for one in domains):
        raise ProofError("malformed", "The domain of the proof is not text.")
    return domains


def _suite_of(proof: Document) -> Suite:
    kind = proof.get("type")
    if isinstance(kind, str) and kind in _OLDER:
        return _OLDER[kind]
    if kind != "DataIntegrityProof":
        raise ProofError("unsupported-proof", "The proof is of a type that is not known here.")
    return suite_named(proof.get("cryptosuite"))


def _names_earlier(proof: Document) -> bool:
    return "previousProof" in proof


def _previous(proof: Document, proofs: list[Document]) -> list[int]:
    """Return the places of the proofs that this one builds on, in the document's order.

    Rule: VC Data Integrity 1.0, section 4.5, step 3.
    """
    if not _names_earlier(proof):
        return []
    named = proof["previousProof"]
    wanted = named if isinstance(named, list) else [named]
    found = [number for number, other in enumerate(proofs) if other.get("id") in wanted]
    ids = [str(proofs[number].get("id")) for number in found]
    named_well = bool(wanted) and all(isinstance(name, str) for name in wanted)
    if not named_well or sorted(ids) != sorted(set(wanted)):
        raise ProofError("signature-invalid", "The proof builds on a proof that is not here.")
    return found


def _with_dependencies(
    outcome: ProofOutcome, outcomes: list[ProofOutcome], proofs: list[Document]
) -> ProofOutcome:
    """Fail a proof whose earlier proofs fail, however far back, or that builds on itself."""
    if not outcome.verified:
        return outcome
    seen: set[int] = set()
    queue = _previous(outcome.proof, proofs)  # type: ignore[arg-type]
    while queue:
        number = queue.pop()
        if number == outcome.index or not outcomes[number].verified:
            error = ProofError("signature-invalid", "A proof that this one builds on does not hold.")
            return ProofOutcome(outcome.index, outcome.proof, error, outcome.key)
        if number not in seen:
            seen.add(number)
            queue.extend(_previous(proofs[number], proofs))
    return outcome


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
