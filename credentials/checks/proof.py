"""Does each proof hold, made with a key that the issuer itself names as its own?"""

from datetime import timedelta
from urllib.parse import unquote, urlsplit

from credentials.canon.errors import ProofError
from credentials.checks.run import Run, objects
from credentials.checks.shapes import digester
from credentials.checks.states import ORDER, Verdict
from credentials.documents.dates import read_stamp
from credentials.proofs.data_integrity import ProofOutcome, verify
from credentials.proofs.public_key import PublicKey
from credentials.reading.resolving import KeyNotFound, Method
from credentials.reading.words import day_words
from credentials.reading.words import gettext as _

SKEW = timedelta(minutes=5)


def check_proofs(run: Run) -> bool:
    """Check every proof of the document and whose keys they are; return whether all hold."""
    purpose = run.keys.relationship = purpose_of(run)
    try:
        outcomes = verify(
            run.document,
            resolve=lambda url: key_in_force(run, run.keys.method(url)),
            now=run.ask.now,
            purpose=purpose,
            contexts=run.ask.contexts,
            domain=run.ask.domain if run.depth == 0 else None,
            challenge=run.ask.challenge if run.depth == 0 else None,
            digest=digester(run.ask.contexts),
        )
    except ProofError as error:
        _no_proofs(run, error)
        return False
    able = [one for one in outcomes if one.error is None or one.error.code != "unsupported-proof"]
    if not able:
        _unsupported(run)
        return False
    for outcome in able:
        note_outcome(run, outcome, outcome.verification_method.partition("#")[0])
    if len(able) < len(outcomes):
        _unsupported(run, warning=True)
    run.signed = not run.failed
    return run.signed


def purpose_of(run: Run) -> str:
    """Return for what the proofs must be made: a presentation shows who holds it, a credential asserts."""
    if run.kind != "presentation":
        return "assertionMethod"
    purposes = {one.get("proofPurpose") for one in objects(run.document.get("proof"))}
    return "assertionMethod" if purposes == {"assertionMethod"} else "authentication"


def key_in_force(run: Run, method: Method) -> PublicKey:
    """Return the key of a method that may still be relied on. Raises KeyNotFound."""
    now = run.ask.now
    if method.revoked is not None and method.revoked <= now + SKEW:
        if not _in_time(run, method):
            raise KeyNotFound("withdrawn", since=method.revoked)
        run.distrusted = method.revoked
    if method.expires is not None and method.expires <= now:
        raise KeyNotFound("expired")
    return method.key


def _in_time(run: Run, method: Method) -> bool:
    """Return whether our register holds this very text from before the key was compromised (decisions 12).

    Its own `created` says nothing: whoever holds the key can write any date there (docs/decisions/0016).
    """
    if method.revoked is None or not method.controller.startswith(_own_prefix(run.ask.origin)):
        return False
    found = run.registered()
    return found is not None and found.signed_at is not None and found.signed_at < method.revoked


def _own_prefix(origin: str) -> str:
    host = urlsplit(origin).netloc.replace(":", "%3A")
    return f"did:web:{host}:i:" if host else "\n"


def host_of(identifier: str) -> str:
    """Return the host behind a did:web name or an https address, or ""."""
    if identifier.startswith("did:web:"):
        return unquote(identifier.split(":")[2])
    return urlsplit(identifier).hostname or "" if identifier.startswith("https://") else ""


def note_outcome(run: Run, outcome: ProofOutcome, controller: str) -> None:
    """Note what became of one signature. controller: whose key it names, "" if nobody's."""
    error = outcome.error
    if error is None:
        run.passed("signature", _("Signature"), _("Nothing was changed since it was signed."))
        if controller == (run.issuer_id or controller):
            _own_key(run, controller)
    elif error.code == "key-unresolvable":
        _key_problem(run, error, outcome)
    else:
        _signature_problem(run, error, outcome)
    if controller and controller != run.issuer_id and (run.issuer_id or run.kind != "presentation"):
        _anothers_key(run, host_of(controller) or controller[:80])


def _anothers_key(run: Run, signer: str) -> None:
    sentence = _("It names a key of {signer}, not of the issuer that it names.")
    advice = _("Ask the named issuer whether it knows this credential.")
    if run.kind == "presentation":
        sentence = _("It names a key of {signer}, not of the holder that it names.")
        advice = _("Ask whoever showed them to you to show them again.")
    run.fails("key", Verdict.ISSUER_MISMATCH, _("Signing key"), sentence.format(signer=signer), advice)


def _own_key(run: Run, controller: str) -> None:
    host = host_of(controller)
    if run.kind == "presentation":
        sentence = _("Who put these together signed that with a key of {holder}.").format(
            holder=host or controller[:80]
        )
    elif run.distrusted is not None:
        sentence = _(
            "Since {day} {host} does not trust the key that signed this, but its register holds this very text "
            "from before."
        ).format(day=day_words(run.distrusted), host=host)
        run.passed("key", _("Signing key"), sentence, _("Ask the college that issued it for a new copy."))
        return
    elif host:
        sentence = _("It was signed with the issuer’s own key, which {host} publishes.").format(host=host)
    else:
        sentence = _("It was signed with the key that is the issuer’s only name.")
    run.passed("key", _("Signing key"), sentence)


def _key_problem(run: Run, error: ProofError, outcome: ProofOutcome) -> None:
    why, since = getattr(error, "why", "form"), getattr(error, "since", None)
    host = host_of(outcome.verification_method.partition("#")[0]) or _("the issuer’s site")
    label = _("Signing key")
    if why == "unreachable":
        run.unsure(
            "key",
            Verdict.KEY_UNRESOLVABLE,
            label,
            _("{host} did not answer, so we could not see whose key signed this.").format(host=host),
            _("Try again in a few minutes. If nothing changes, ask the issuer."),
        )
        return
    sentences = {
        "missing": _("{host} does not list the key that signed this."),
        "withdrawn": _("{host} says that the key that signed this may be in wrong hands since {day}."),
        "expired": _("The key that signed this has run out."),
        "not-allowed": _("{host} lists the key that signed this, but not for this purpose."),
        "elsewhere": _("It names a key at {host}, which is not the issuer’s place."),
        "published": _(
            "{host} has published the private half of the key that signed this, so anybody could have signed it."
        ),
        "not-named": _("{host} does not say that the key that signed this is the issuer’s."),
    }
    sentence = sentences.get(why, _("The key that signed this cannot be found or read."))
    run.fails(
        "key",
        Verdict.KEY_UNRESOLVABLE,
        label,
        sentence.format(host=host, day=day_words(since) if since else ""),
        _("Ask the college that issued it for a new copy."),
    )


def _signature_problem(run: Run, error: ProofError, outcome: ProofOutcome) -> None:
    label = _("Signature")
    new_copy = _("Ask the college that issued it for a new copy.")
    if error.code == "proof-expired":
        until = read_stamp(outcome.proof.get("expires"))
        day = day_words(until) if until else ""
        sentence = _("The signature was made for a limited time, which ended on {day}.").format(day=day)
        run.fails("proof-expiry", Verdict.PROOF_EXPIRED, label, sentence, new_copy)
    elif error.code == "issuer-mismatch":
        sentence = _("Its signature names another issuer than it does itself.")
        if run.kind == "presentation":
            sentence = _("Its signature names another holder than it does itself.")
        run.fails("key", Verdict.ISSUER_MISMATCH, _("Signing key"), sentence, new_copy)
    elif error.code in {"context-unavailable", "jsonld-error", "canonicalization-limit", "malformed"}:
        reason = {
            "canonicalization-limit": Verdict.JSONLD_ERROR,
            "malformed": Verdict.MALFORMED,
        }.get(error.code, Verdict(error.code if error.code in ORDER else "malformed"))
        run.fails("signature", reason, label, _("The signature itself is not well formed."), new_copy)
    else:
        sentence = _("It was changed after it was signed, or never signed by the issuer it names.")
        if run.kind == "presentation":
            sentence = _("It was changed after it was signed, or put together for somebody else.")
            new_copy = _("Ask whoever showed them to you to show them again.")
        sentence = _from_the_future(run, outcome) or sentence
        run.fails("signature", Verdict.SIGNATURE_INVALID, label, sentence, new_copy)


def _from_the_future(run: Run, outcome: ProofOutcome) -> str:
    """Return the sentence on a signature that bears a day to come, as it does for who looks back; else ""."""
    made = read_stamp(outcome.proof.get("created"))
    if made is None or made <= run.ask.now + SKEW:
        return ""
    return _("Its signature bears a later day than the one it is checked for: {day}.").format(
        day=day_words(made)
    )


def _no_proofs(run: Run, error: ProofError) -> None:
    if error.code == "no-proof":
        run.fails(
            "signature",
            Verdict.NO_PROOF,
            _("Signature"),
            _("Nobody has signed it, so anybody could have written it."),
            _("Ask the holder for the signed file, or for a link to it."),
        )
    else:
        run.fails(
            "signature",
            Verdict.MALFORMED,
            _("Signature"),
            _("What stands in place of a signature is none."),
            _("Ask the holder for the original file, or for a link to it."),
        )


def _unsupported(run: Run, *, warning: bool = False) -> None:
    run.unsure(
        "signature",
        Verdict.UNSUPPORTED_PROOF,
        _("Second signature") if warning else _("Signature"),
        _("It carries a signature of a kind that we do not check."),
        _("Ask the issuer where it can be checked."),
        warning=warning,
    )
