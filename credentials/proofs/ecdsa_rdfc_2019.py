"""The cryptosuite ecdsa-rdfc-2019. Rule: VC Data Integrity ECDSA Cryptosuites v1.0, section 3.2."""

from __future__ import annotations

from credentials.proofs.multibase import P256, P384
from credentials.proofs.suite import Suite

SUITE = Suite("ecdsa-rdfc-2019", "rdfc", (P256, P384))

transform = SUITE.transform
proof_configuration = SUITE.proof_configuration
hash_data = SUITE.hash_data
proof_serialization = SUITE.proof_serialization
proof_verification = SUITE.proof_verification
create_proof = SUITE.create_proof
verify_proof = SUITE.verify_proof
