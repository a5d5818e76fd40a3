"""Small framework files in the shapes that publishers serve."""

import copy
import json
from typing import Any

BASE = "https://skills.example/ims/case/v1p1/CFItems/"


def link(identifier: str) -> dict[str, str]:
    """Return a LinkURI."""
    return {"title": identifier, "identifier": identifier, "uri": BASE + identifier}


def item(identifier: str, statement: str, **more: Any) -> dict[str, Any]:
    """Return a CFItem."""
    return {
        "identifier": identifier, "uri": BASE + identifier, "fullStatement": statement,
        "lastChangeDateTime": "2026-01-05T10:00:00", **more,
    }  # fmt: skip


def edge(origin: str, kind: str, destination: str, **more: Any) -> dict[str, Any]:
    """Return a CFAssociation."""
    return {
        "identifier": f"{origin}-{kind}-{destination}", "associationType": kind,
        "originNodeURI": link(origin), "destinationNodeURI": link(destination), **more,
    }  # fmt: skip


_PACKAGE: dict[str, Any] = {
    "CFDocument": {
        "identifier": "doc", "uri": "https://skills.example/doc", "title": "Welding outcomes", "creator": "Faculty",
        "lastChangeDateTime": "2026-01-05T10:00:00", "adoptionStatus": "Draft", "language": "en",
    },
    "CFItems": [
        item("top", "Join metal safely.", humanCodingScheme="W", CFItemType="Area", educationalLevel="06"),
        item("b", "Weld pipes.", humanCodingScheme="W.10", educationLevel=["13", "14"]),
        item("a", "Préparer the joint.", humanCodingScheme="W.2", conceptKeywords=["edge", "gap"]),
    ],
    "CFAssociations": [
        edge("top", "isChildOf", "doc", sequenceNumber=1),
        edge("a", "isChildOf", "top"),
        edge("b", "isChildOf", "top"),
        edge("a", "precedes", "b"),
        edge("b", "exactMatchOf", "elsewhere"),
    ],
}  # fmt: skip


def package(**changes: Any) -> dict[str, Any]:
    """Return a CASE package whose members may be replaced."""
    return {**copy.deepcopy(_PACKAGE), **changes}


def as_bytes(data: Any) -> bytes:
    """Return JSON as a file."""
    return json.dumps(data).encode()


def collection(**changes: Any) -> dict[str, Any]:
    """Return an RSD collection as its API returns it."""
    skills = [
        {
            "id": f"https://rsd.example/api/skills/{n}", "uuid": f"u{n}", "skillName": f"Skill {n}",
            "skillStatement": f"Do thing {n}.", "status": "published", "keywords": ["k", "k", "l"],
            "categories": ["Metal"], "archiveDate": None,
        }
        for n in range(3)
    ]  # fmt: skip
    return {
        "type": "RichSkillCollection",
        "name": "Shop",
        "uuid": "c1",
        "id": "https://rsd.example/c1",
        "skills": skills,
        **changes,
    }


IMPORT_HEADER = [
    "Collection",
    "Skill Name",
    "Skill Category",
    "Contextualized Skill Statement",
    "Keywords",
    "Alignment",
]
EXPORT_HEADER = [
    "Canonical URL",
    "RSD Name",
    "Authors",
    "Skill Statement",
    "Categories",
    "Keywords",
    "Alignment 1 URL",
]
