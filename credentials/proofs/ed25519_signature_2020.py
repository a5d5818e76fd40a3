"""The older proof type Ed25519Signature2020, for verifying only.

Rule: VC Data Integrity EdDSA Cryptosuites v1.0, appendix on Ed25519Signature2020.
"""

from __future__ import annotations

from credentials.proofs.multibase import ED25519
from credentials.proofs.suite import Suite

SUITE = Suite("Ed25519Signature2020", "rdfc", (ED25519,), proof_type="Ed25519Signature2020")

transform = SUITE.transform
proof_configuration = SUITE.proof_configuration
hash_data = SUITE.hash_data
proof_verification = SUITE.proof_verification
verify_proof = SUITE.verify_proof
