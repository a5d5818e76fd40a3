"""The contexts of the VC-API: those of the portal; in the conformance configuration some more, and inline ones.

Rule: Verifiable Credentials Data Model 2.0, section 5.3 (extensibility; the contexts for examples and for
terms that nobody has defined yet).
"""

from functools import lru_cache

from django.conf import settings

from credentials.canon.contexts import ContextLoader, document_loader
from credentials.verification.services import contexts_now

INLINE_BYTES = 4_096  # of one context written inside a document
_NAMESPACES = "https://www.w3.org/ns/credentials/"
LOOSE = {
    f"{_NAMESPACES}examples/v2": {"@context": {"@vocab": f"{_NAMESPACES}examples#"}},
    f"{_NAMESPACES}undefined-terms/v2": {"@context": {"@vocab": f"{_NAMESPACES}undefined-term#"}},
}


def contexts() -> ContextLoader:
    """Return the contexts in which documents are read here."""
    return _loose() if settings.VC_API_CONFORMANCE else contexts_now()


@lru_cache(maxsize=1)
def _loose() -> ContextLoader:
    return document_loader(LOOSE, inline_bytes=INLINE_BYTES)
