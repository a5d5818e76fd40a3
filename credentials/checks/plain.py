"""Is what is signed also where a reader looks for it?

An RDF signature covers statements, not members. `validUntil` under its whole address, a status entry
in an `@included` block or in a second object of the same id are the same statements, and a reader of
the JSON would not see them. So members stand under the names that contexts give them, contexts stand
where a credential begins, and what is said of the document is said in one place. No member is named
like a type: Open Badges has one address for the type `Criteria` and for the member `criteria`. And no type
is written by its address: a record that says `…#ClrCredential` is one for RDF, and for readers no record at all.
Rule: Verifiable Credentials Data Model 2.0, section 4.1 (documents are in compacted form).
"""

from collections.abc import Iterator
from typing import Any

from credentials.canon.errors import ProofError
from credentials.canon.types import names_of_types, type_name

Json = dict[str, Any]
_OF_A_VALUE = frozenset({"@value", "@language", "@direction", "@type"})
_WITH_LANGUAGE = frozenset({"name", "description"})  # VCDM 2.0, section 11.1: text, or text with its language
_OF_A_DOCUMENT = frozenset(
    [
        "proof",
        "issuer",
        "credentialSubject",
        "credentialStatus",
        "credentialSchema",
        "refreshService",
        "termsOfUse",
        "validFrom",
        "validUntil",
        "issuanceDate",
        "expirationDate",
        "awardedDate",
    ]
)
_TYPES_OF_A_DOCUMENT = frozenset(
    [
        "VerifiableCredential",
        "VerifiablePresentation",
        "OpenBadgeCredential",
        "AchievementCredential",
        "ClrCredential",
        "EndorsementCredential",
    ]
)

_MAY_BEGIN = frozenset(["VerifiableCredential", "EnvelopedVerifiableCredential"])


def check_plain(document: Json) -> None:
    """Refuse a document that says things where nobody looks. Raises ProofError "jsonld-error"."""
    own, types = document.get("id"), names_of_types()
    for value, parent in _objects(document):
        for name in value:
            if (
                ":" in name
                or name in types
                or (name.startswith("@") and not _keyword_stands(name, value, parent))
            ):
                raise ProofError(
                    "jsonld-error", f"The member {name[:80]!r} is written so that readers miss it."
                )
        if any(":" in one and type_name(one) != one for one in _types(value) if type(one) is str):
            raise ProofError("jsonld-error", "A type is written by its address, so that readers miss it.")
        if parent and own is not None and value.get("id") == own and _describes_a_document(value):
            raise ProofError("jsonld-error", "The document is described in a second place.")


def _keyword_stands(name: str, value: Json, parent: str) -> bool:
    if name == "@context":
        return parent in {"", "proof"} or bool(_MAY_BEGIN.intersection(map(str, _types(value))))
    if name not in _OF_A_VALUE or "@value" not in value:
        return False
    return bool({"@language", "@direction"} & value.keys()) or parent in _WITH_LANGUAGE


def _describes_a_document(value: Json) -> bool:
    """Return whether a nested object of the document's own id says what only the document may say.

    An endorsement of the credential, inside it, names it too; that says nothing of this kind.
    """
    return bool(value.keys() & _OF_A_DOCUMENT) or any(
        isinstance(one, str) and one in _TYPES_OF_A_DOCUMENT for one in _types(value)
    )


def _types(value: Json) -> list[Any]:
    found = value.get("type")
    return found if isinstance(found, list) else [found]


def _objects(document: Json) -> Iterator[tuple[Json, str]]:
    """Yield each object with the name of the member that holds it; "" for the document itself."""
    stack: list[tuple[Any, str]] = [(document, "")]
    while stack:
        value, parent = stack.pop()
        if isinstance(value, dict):
            yield value, parent
            stack.extend((inner, name or "?") for name, inner in value.items() if name != "@context")
        elif isinstance(value, list):
            if any(isinstance(inner, list) for inner in value):  # JSON-LD flattens it, readers do not
                raise ProofError("jsonld-error", "A list inside a list is written so that readers miss it.")
            stack.extend((inner, parent) for inner in value)
