"""Is it a credential at all, by the rules of its standard, and does the signature's language know its words?"""

from credentials.canon import jsonld, strict_json
from credentials.canon.errors import ProofError
from credentials.canon.types import type_name
from credentials.checks import shapes
from credentials.checks.plain import check_plain
from credentials.checks.run import Json, Run, objects
from credentials.checks.states import Verdict
from credentials.lint import Profile, errors_in, lint
from credentials.lint.merging import merges
from credentials.proofs.multibase import base64url_decode
from credentials.reading.incoming import OB2_CONTEXT
from credentials.reading.words import gettext as _
from credentials.reading.words import ngettext

OLDER_CONTEXTS = (OB2_CONTEXT, "https://w3id.org/openbadges/v1")
# A JWS as JSON, with several signatures or with one, such as European Digital Credentials have (JAdES).
_ENVELOPES = ({"payload", "signatures"}, {"payload", "protected", "signature"})
_WHOLE = ("eddsa-jcs-2022", "ecdsa-jcs-2019")  # proofs over the document as it is written
_BADGE = {"OpenBadgeCredential", "AchievementCredential"}
_KINDS = (
    ("ClrCredential", "record", "clr-2.0"),
    ("EndorsementCredential", "endorsement", "ob-3.0"),
    ("BitstringStatusListCredential", "list", "vcdm-2.0"),
    ("VerifiablePresentation", "presentation", "vcdm-2.0"),
)


def types_of(document: Json) -> list[str]:
    """Return the types of a document as texts."""
    value = document.get("type", document.get("@type"))
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]


def kind_of(document: Json) -> tuple[str, Profile]:
    """Return what sort of document it is, and by which rules it is read."""
    types = [type_name(one) for one in types_of(document)]
    for name, kind, profile in _KINDS:
        if name in types:
            return kind, profile  # type: ignore[return-value]
    return ("badge", "ob-3.0") if _BADGE.intersection(types) else ("other", "vcdm-2.0")


def check_form(run: Run) -> bool:
    """Check that the document is a credential that can be read; return whether to go on."""
    if _older(run):
        return False
    run.kind, profile = kind_of(run.document)
    if "VerifiableCredential" not in types_of(run.document) and run.kind != "presentation":
        malformed(run, _("This is data, but not a credential: it does not say that it is one."))
        return False
    findings = lint(run.document, profile, strict=False)
    errors = errors_in(findings)
    if errors:
        where = errors[0].path or "/"
        malformed(
            run, _("A part that every credential needs is missing or wrong ({where}).").format(where=where)
        )
        return False
    run.passed("format", _("Format"), _("It is a digital credential that we can read."))
    warned = len(findings)
    if warned:
        sentence = ngettext(
            "It departs from the rules of its standard in {count} place.",
            "It departs from the rules of its standard in {count} places.",
            warned,
        ).format(count=warned)
        advice = _("This does not affect the signature. The first place: {where}").format(
            where=findings[0].path or "/"
        )
        run.unsure("schema", "", _("Standard"), sentence, advice, warning=True)
    return True


def check_terms(run: Run) -> bool:
    """Check that every member reaches the signature; return whether to go on."""
    bare = {name: value for name, value in run.document.items() if name != "proof"}
    if run.token is not None and run.kind == "presentation":
        bare.pop("verifiableCredential", None)  # each is read on its own, and its own signature covers it
    if _signs_every_byte(run.document):
        bare = jsonld.without_direction(bare)  # RDF carries none, and such a signature covers it
    label = _("Covered by the signature")
    try:
        if not shapes.covers(bare, run.ask.contexts):
            jsonld.expand_safely(bare, run.ask.contexts)
        check_plain(run.document)
        if run.token is None and not _signs_every_byte(run.document) and merges(run.document):
            raise ProofError("jsonld-error", "Objects of one id say different things.")
    except ProofError as error:
        if run.token is not None and error.code != "malformed":
            return _token_covers(run, error, label)
        _refuse_terms(run, error, label)
        return False
    run.passed("context", label, _("Every part of it is covered by the rules for signing."))
    return True


def _signs_every_byte(document: Json) -> bool:
    """Return whether each of its proofs covers the document as it is written, and not what it states."""
    proofs = objects(document.get("proof"))
    return bool(proofs) and all(one.get("cryptosuite") in _WHOLE for one in proofs)


def _token_covers(run: Run, error: ProofError, label: str) -> bool:
    """Go on: a token's signature covers every letter of it. What a word means may still be unknown to us."""
    sentence = _("Every letter is covered by the signature, but we do not know all the words it uses.")
    advice = _("Read what it says with care, and ask the issuer what it means.")
    reason = error.code if error.code == Verdict.CONTEXT_UNAVAILABLE else Verdict.JSONLD_ERROR
    run.unsure("context", reason, label, sentence, advice, warning=True)
    return True


def _refuse_terms(run: Run, error: ProofError, label: str) -> None:
    if error.code == "context-unavailable":
        run.unsure(
            "context",
            Verdict.CONTEXT_UNAVAILABLE,
            label,
            _("It uses a vocabulary that we do not have, so we cannot tell what was signed."),
            _("Ask the issuer where this kind of credential can be checked."),
        )
    elif error.code == "malformed":
        malformed(run, _("It is larger or more deeply nested than any credential needs to be."))
    else:
        run.fails(
            "context",
            Verdict.JSONLD_ERROR,
            label,
            _("Parts of it are not covered by the signature, or are hidden from those who read it."),
            _("Ask the college that issued it for a new copy."),
        )


def _older(run: Run) -> bool:
    """Say in plain words what is known and still not read here."""
    document = run.document
    contexts = document.get("@context")
    named = contexts if isinstance(contexts, list) else [contexts]
    types = types_of(document)
    if any(one in OLDER_CONTEXTS for one in named) or types == ["Assertion"]:
        sentence = _("This belongs to an Open Badge of an older version, and is not the badge itself.")
        advice = _("Open it at the site that issued it, or ask for an Open Badges 3.0 copy.")
    elif _is_european(document, types):
        sentence = _("This is a European Digital Credential, which we do not check.")
        advice = _("Check it with the viewer of Europass.")
    elif _is_envelope(document):
        sentence = _("It carries a signature of a kind that we do not check.")
        advice = _("Ask the issuer where it can be checked.")
    else:
        return False
    run.unsure("format", Verdict.UNSUPPORTED_PROOF, _("Format"), sentence, advice)
    return True


def _is_european(document: Json, types: list[str]) -> bool:
    """Return whether it is a European Digital Credential, as JSON-LD or inside its signature (JAdES)."""
    payload = document.get("payload")
    if _is_envelope(document) and isinstance(payload, str):
        try:
            types = types_of(strict_json.loads(base64url_decode(payload)))
        except ProofError:
            return False
    return any("EuropeanDigitalCredential" in one or "EuropassCredential" in one for one in types)


def _is_envelope(document: Json) -> bool:
    return any(document.keys() >= members for members in _ENVELOPES)


def malformed(run: Run, sentence: str) -> None:
    """Note that the document has no form that can be checked. sentence: why."""
    run.fails(
        "format",
        Verdict.MALFORMED,
        _("Format"),
        sentence,
        _("Ask the holder for the original file, or for a link to it."),
    )
