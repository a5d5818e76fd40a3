"""Are the files that a credential refers to still what they were when it was signed?

The issuer's signature covers their digests, so a file that differs is a part of what was signed that was changed
since: the verdict is that of a signature which does not match. Nothing is asked for before the signature holds.
Rule: Verifiable Credentials Data Model 2.0, section 5.3 (Integrity of Related Resources).
"""

import re
from enum import Enum

from credentials.canon.contexts import pinned_bytes
from credentials.canon.errors import ProofError
from credentials.checks.proof import host_of
from credentials.checks.run import Json, Run, id_of, objects
from credentials.checks.states import Verdict
from credentials.proofs import digests
from credentials.reading.sources import Source, SourceFailed
from credentials.reading.words import gettext as _

MAX_RESOURCES = 8  # of one credential that are looked at
MAX_BYTES = 2 * 1024 * 1024
_MEDIA_TYPE = re.compile(
    r"[a-z0-9][a-z0-9!#$&^_.+-]{0,126}/[a-z0-9][a-z0-9!#$&^_.+-]{0,126}\Z"
)  # RFC 6838, 4.2


class Kept(Enum):
    """What became of a related resource."""

    SAME = "same"
    CHANGED = "changed"
    UNSEEN = "unseen"


def look(resource: Json, source: Source) -> Kept:
    """Return whether a related resource has the digests that are named for it. What is no digest fits nothing.

    A context that we read with is compared as we have it; anything else as the source gives it.
    """
    url = id_of(resource)
    data = pinned_bytes(url)
    if data is None:
        try:
            data = source.get(url, max_bytes=MAX_BYTES, media_type=_media_type(resource))
        except SourceFailed:
            return Kept.UNSEEN
    try:
        return Kept.SAME if all(_fits(resource, data)) else Kept.CHANGED
    except ProofError:
        return Kept.CHANGED


def _media_type(resource: Json) -> str:
    """Return the type of which the issuer took the digest, to ask for it; empty if it is none."""
    value = resource.get("mediaType")
    name = value.partition(";")[0].strip().lower() if isinstance(value, str) else ""
    return name if _MEDIA_TYPE.match(name) else ""


def _fits(resource: Json, data: bytes) -> list[bool]:
    """Return what each digest says; at least one is needed. Raises ProofError."""
    found = []
    if "digestSRI" in resource:
        found.append(digests.sri_fits(digests.read_sri(resource["digestSRI"]), data))
    if "digestMultibase" in resource:
        found.append(digests.read_multibase(resource["digestMultibase"]).fits(data))
    return found or [False]


def check_resources(run: Run) -> None:
    """Compare the related resources with their digests, as far as they can be had."""
    resources = objects(run.document.get("relatedResource"))
    if not resources:
        return
    source = run.ask.resources or run.ask.source
    found = {id_of(one): look(one, source) for one in resources[:MAX_RESOURCES]}
    changed = [url for url, kept in found.items() if kept is Kept.CHANGED]
    label = _("Files it refers to")
    for url in changed:
        sentence = _("A file that it refers to, at {host}, is not what it was when it was signed.")
        advice = _("Ask the issuer which of the two is right.")
        where = host_of(url) or url[:80]
        run.fails("resource", Verdict.SIGNATURE_INVALID, label, sentence.format(host=where), advice)
    unseen = len(resources) - sum(kept is not Kept.UNSEEN for kept in found.values())
    if unseen:
        sentence = _(
            "We could not open every file that it refers to, so we do not know whether they changed."
        )
        advice = _("Open them yourself if they matter to you.")
        run.unsure("resource", "", label, sentence, advice, warning=True)
    elif not changed:
        run.passed("resource", label, _("The files that it refers to are as they were when it was signed."))
