"""The one failure of the pure libraries that read or make signed documents."""

from __future__ import annotations

VC = "https://www.w3.org/TR/vc-data-model#"
SECURITY = "https://w3id.org/security#"
STATUS_LIST = "https://www.w3.org/ns/credentials/status-list#"

PROBLEMS = {
    "malformed": VC + "PARSING_ERROR",
    "context-unavailable": SECURITY + "PROOF_TRANSFORMATION_ERROR",
    "jsonld-error": SECURITY + "PROOF_TRANSFORMATION_ERROR",
    "canonicalization-limit": SECURITY + "PROOF_TRANSFORMATION_ERROR",
    "no-proof": SECURITY + "PROOF_VERIFICATION_ERROR",
    "unsupported-proof": SECURITY + "PROOF_VERIFICATION_ERROR",
    "key-unresolvable": SECURITY + "INVALID_VERIFICATION_METHOD",
    "issuer-mismatch": SECURITY + "PROOF_VERIFICATION_ERROR",
    "signature-invalid": SECURITY + "PROOF_VERIFICATION_ERROR",
    "proof-expired": SECURITY + "PROOF_VERIFICATION_ERROR",
    "proof-generation": SECURITY + "PROOF_GENERATION_ERROR",
    "status-invalid": STATUS_LIST + "STATUS_VERIFICATION_ERROR",
}


class ProofError(Exception):
    """A document that cannot be read, made canonical, signed or believed.

    code: stable, for machines. detail: one plain sentence, without personal data.
    problem: the problem type that the specification names for it, or "".
    """

    def __init__(self, code: str, detail: str = "", problem: str | None = None) -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail
        self.problem = PROBLEMS.get(code, "") if problem is None else problem

    def __str__(self) -> str:
        return f"{self.code}: {self.detail}" if self.detail else self.code
