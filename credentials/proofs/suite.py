"""What all cryptosuites share. Each suite's own file says which parts it is made of.

The steps carry the specification's names: transform, proof_configuration, hash_data,
proof_serialization, proof_verification, create_proof, verify_proof.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from credentials.canon import jcs, jsonld, rdfc
from credentials.canon.contexts import ContextLoader, Contexts, as_loader
from credentials.canon.errors import SECURITY, ProofError
from credentials.canon.jsonld import LIMITS, Limits
from credentials.proofs import multibase
from credentials.proofs.multibase import P384
from credentials.proofs.public_key import SIGNATURE_LENGTHS, PublicKey

Document = dict[str, Any]
Sign = Callable[[bytes], bytes]

MAX_PROOF_VALUE = 200  # characters; the longest, for P-384, has 133
INVALID_METHOD = SECURITY + "INVALID_VERIFICATION_METHOD"
GENERATION = SECURITY + "PROOF_GENERATION_ERROR"


@dataclass(frozen=True)
class Prepared:
    """A document that waits for its signature.

    to_sign: the bytes for the signer. secured: takes the signature (64 bytes; 96 for P-384;
    ECDSA as r and s side by side) and returns the document with its proof.
    """

    to_sign: bytes
    secured: Callable[[bytes], Document]


@dataclass(frozen=True)
class Suite:
    """A cryptosuite: how a document is made canonical, and which keys may sign it.

    form: "rdfc" or "jcs". kinds: the kinds of key, the first one by default.
    """

    name: str
    form: str
    kinds: tuple[str, ...]
    proof_type: str = "DataIntegrityProof"

    def hash_name(self, kind: str) -> str:
        """Return the hash that goes with a key: SHA-384 for P-384, else SHA-256."""
        if kind not in self.kinds:
            raise ProofError(
                "key-unresolvable", f"A {kind} key cannot sign with {self.name}.", INVALID_METHOD
            )
        return "sha384" if kind == P384 else "sha256"

    def transform(
        self,
        document: Document,
        *,
        kind: str = "",
        contexts: Contexts = None,
        limits: Limits = LIMITS,
        max_steps: int = rdfc.MAX_STEPS,
    ) -> bytes:
        """Return the canonical bytes of a document without its proof."""
        hash_name = self.hash_name(kind or self.kinds[0])
        if self.form == "jcs":
            return jcs.dumps(document)
        quads = jsonld.to_rdf(document, contexts, limits=limits)
        return rdfc.canonicalize(quads, hash=hash_name, max_steps=max_steps).encode()

    def proof_configuration(
        self,
        options: Mapping[str, Any],
        document: Document,
        *,
        kind: str = "",
        contexts: Contexts = None,
    ) -> bytes:
        """Return the canonical bytes of a proof without its value, read in the document's contexts."""
        config = self.configuration(options, document)
        if self.form == "jcs":
            return jcs.dumps(config)
        hash_name = self.hash_name(kind or self.kinds[0])
        return _configuration(_key(config), hash_name, as_loader(contexts))

    def configuration(self, options: Mapping[str, Any], document: Document) -> Document:
        """Return what is made canonical of a proof; RDF reads it in the document's contexts."""
        config = dict(options)
        config.pop("proofValue", None)
        self._check_options(config)
        if self.form == "jcs":
            return config
        context = document.get("@context")
        if "@context" in config and config["@context"] != context:
            raise ProofError("jsonld-error", "The proof names other contexts than the document.")
        config["@context"] = context
        if context is None:
            raise ProofError("jsonld-error", "The document names no context.")
        return config

    def _check_options(self, config: Mapping[str, Any]) -> None:
        if config.get("type") != self.proof_type:
            raise ProofError("unsupported-proof", f"The proof is not a {self.proof_type}.")
        if self.proof_type == "DataIntegrityProof" and config.get("cryptosuite") != self.name:
            raise ProofError("unsupported-proof", f"The proof is not made with {self.name}.")

    def hash_data(self, transformed: bytes, configuration: bytes, *, kind: str = "") -> bytes:
        """Return the bytes that the signature covers: configuration digest, then document digest."""
        digest = hashlib.sha384 if self.hash_name(kind or self.kinds[0]) == "sha384" else hashlib.sha256
        return digest(configuration).digest() + digest(transformed).digest()

    def proof_serialization(self, hash_data: bytes, *, sign: Sign) -> bytes:
        """Return the signature over the hash data; ECDSA as r and s side by side."""
        return sign(hash_data)

    def proof_verification(self, hash_data: bytes, signature: bytes, *, key: PublicKey) -> bool:
        """Tell whether the key made the signature over the hash data."""
        self.hash_name(key.kind)
        return key.verify(signature, hash_data)

    def options_for(self, document: Document, options: Mapping[str, Any]) -> Document:
        """Return the proof's members before its value; JCS proofs carry the document's contexts."""
        proof = {"type": self.proof_type, "cryptosuite": self.name, **options}
        if self.form == "jcs" and "@context" in document:
            proof["@context"] = document["@context"]
        return proof

    def create_proof(
        self,
        document: Document,
        options: Mapping[str, Any],
        *,
        sign: Sign,
        kind: str = "",
        contexts: Contexts = None,
    ) -> Document:
        """Return the proof of a document that has none. options: verificationMethod, created and so on."""
        proof = self.options_for(document, options)
        configuration = self.proof_configuration(proof, document, kind=kind, contexts=contexts)
        transformed = self.transform(document, kind=kind, contexts=contexts)
        signature = self.proof_serialization(self.hash_data(transformed, configuration, kind=kind), sign=sign)
        return self.attach(proof, signature, kind=kind)

    def attach(self, proof: Document, signature: bytes, *, kind: str = "") -> Document:
        """Return the proof with the signature as its value."""
        if len(signature) != SIGNATURE_LENGTHS[kind or self.kinds[0]]:
            raise ProofError("proof-generation", "The signature has a length that its kind does not know.")
        return {**proof, "proofValue": multibase.encode(signature)}

    def signature_of(self, proof: Mapping[str, Any], *, kind: str) -> bytes:
        """Return the signature in a proof's value. Raises ProofError "signature-invalid"."""
        self.hash_name(kind)
        value = proof.get("proofValue")
        try:
            if not isinstance(value, str) or len(value) > MAX_PROOF_VALUE:
                raise ProofError("malformed")
            signature = multibase.decode(value, "z")
            if len(signature) != SIGNATURE_LENGTHS[kind]:
                raise ProofError("malformed")
        except ProofError as error:
            raise ProofError("signature-invalid", "The proof value is not a signature.") from error
        return signature

    def verify_proof(
        self, document: Document, proof: Mapping[str, Any], *, key: PublicKey, contexts: Contexts = None
    ) -> None:
        """Check one proof of a document without its proofs; return only if it holds. Raises ProofError."""
        signature = self.signature_of(proof, kind=key.kind)
        configuration = self.proof_configuration(proof, document, kind=key.kind, contexts=contexts)
        seen = self.document_under(document, proof)
        transformed = self.transform(seen, kind=key.kind, contexts=contexts)
        self.require(self.hash_data(transformed, configuration, kind=key.kind), signature, key=key)

    def require(self, hash_data: bytes, signature: bytes, *, key: PublicKey) -> None:
        """Return only if the key made the signature. Raises ProofError "signature-invalid"."""
        if not self.proof_verification(hash_data, signature, key=key):
            raise ProofError("signature-invalid", "The signature does not match the document and the key.")

    def document_under(self, document: Document, proof: Mapping[str, Any]) -> Document:
        """Return the document as the proof saw it: with the contexts that a JCS proof carries.

        Rule: VC Data Integrity EdDSA Cryptosuites v1.0, section 3.3.2, step 4.
        """
        if self.form != "jcs" or "@context" not in proof:
            return document
        signed, present = _listed(proof["@context"]), _listed(document.get("@context"))
        if present[: len(signed)] != signed:
            raise ProofError("signature-invalid", "The document does not start with the proof's contexts.")
        return {**document, "@context": proof["@context"]}


def _listed(context: Any) -> list[Any]:
    return context if isinstance(context, list) else [context]


def _key(config: Document) -> str:
    try:
        return json.dumps(config, sort_keys=True)
    except (TypeError, ValueError, RecursionError) as error:
        raise ProofError("malformed", "The proof is not JSON.") from error


@functools.lru_cache(maxsize=64)
def _configuration(config: str, hash_name: str, loader: ContextLoader) -> bytes:
    """Remembered, because the proofs of one batch differ in nothing but their value."""
    quads = jsonld.to_rdf(json.loads(config), loader)
    return rdfc.canonicalize(quads, hash=hash_name).encode()
