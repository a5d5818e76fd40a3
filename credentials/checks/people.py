"""Who issued it, as far as we know them; whether there is a newer one; and whom it was issued to."""

import hashlib
import hmac

from credentials.checks.proof import host_of
from credentials.checks.run import Json, Run, objects
from credentials.checks.states import TRIAL, Verdict
from credentials.documents.dates import read_date
from credentials.documents.vocabulary import TRIAL_TAG
from credentials.reading.words import day_words
from credentials.reading.words import gettext as _

MAX_IDENTIFIERS = 20


def check_issuer(run: Run) -> None:
    """Say whether somebody vouches for the issuer. Unknown is not fake, and it is not known either."""
    run.known = run.ask.register.issuer(run.issuer_id)
    label, host = _("Issuer"), host_of(run.issuer_id)
    if run.known is None:
        sentence = _("We do not know this issuer. That does not make it false.")
        advice = _("Look at the issuer’s own site, and ask there whether it issues such credentials.")
        if host:
            advice = _("Compare {host} with the address of the institution you have in mind.").format(
                host=host
            )
        run.unsure(
            "issuer", Verdict.ISSUER_UNKNOWN, label, sentence, advice, warning=not run.ask.demand_known
        )
        return
    sentences = {
        "own": _("The issuer is {name}, at whose site you are."),
        "registry": _("The issuer is {name}, listed by {source}."),
    }
    words = sentences.get(run.known.provenance, _("The issuer is {name}, whom this institution knows."))
    run.passed("issuer", label, words.format(name=run.known.name, source=run.known.source))


def check_trial(run: Run) -> None:
    """Say so if it is a trial: by our register of keys for trials, or by its own signed mark."""
    if not run.issuer_id.startswith("did:key:"):
        return
    achievements = [
        one
        for subject in objects(run.document.get("credentialSubject"))
        for one in objects(subject.get("achievement"))
    ]
    marked = any(TRIAL_TAG in one["tag"] for one in achievements if isinstance(one.get("tag"), list))
    if marked or run.ask.register.trial(run.issuer_id):
        sentence = _("It was made to try something out, with a key that is for trials only.")
        advice = _("Nobody earned anything by it. Ask the holder for the real credential.")
        run.fails("trial", TRIAL, _("Trial"), sentence, advice, warning=True)


def check_successor(run: Run) -> None:
    """Name a newer one, when our own register has it for exactly this text."""
    found = run.registered()
    if found is None or not found.replaced_on:
        return
    day = read_date(found.replaced_on)
    sentence = _("The issuer replaced it by a corrected one on {day}.").format(
        day=day_words(day) if day else found.replaced_on
    )
    advice = _("Ask the holder for the corrected one.")
    run.fails("successor", Verdict.SUPERSEDED, _("Newer version"), sentence, advice)


def check_recipient(run: Run) -> None:
    """Compare an address that the reader typed with the recipient's hashed identities, if they typed one."""
    label = _("Person")
    if not run.ask.recipient:
        run.unsure(
            "recipient",
            "",
            label,
            _("We cannot tell whether the person before you is the one who earned it."),
            _("Ask for a second proof of who they are if it matters."),
            warning=True,
        )
        return
    identities = [
        one for subject in objects(run.document.get("credentialSubject")) for one in _identities(subject)
    ]
    if not identities:
        sentence = _("It holds nothing that the address you typed could be compared with.")
        run.unsure("recipient", "", label, sentence, _("Ask for another proof."), warning=True)
    elif any(_matches(one, run.ask.recipient) for one in identities):
        run.passed("recipient", label, _("It was issued to the address that you typed."))
    else:
        run.fails(
            "recipient",
            "recipient-mismatch",
            label,
            _("It was not issued to the address that you typed."),
            _("Check the spelling, or ask the holder for the address they used then."),
            warning=True,
        )


def _identities(subject: Json) -> list[Json]:
    return [one for one in objects(subject.get("identifier")) if "identityHash" in one][:MAX_IDENTIFIERS]


def _matches(identity: Json, address: str) -> bool:
    """Return whether an address is behind an IdentityObject, as typed or in lower case (OB 3.0)."""
    wanted, salt = identity.get("identityHash"), identity.get("salt", "")
    if not isinstance(wanted, str) or not isinstance(salt, str):
        return False
    for candidate in {address.strip(), address.strip().lower()}:
        if identity.get("hashed") is False:
            if wanted.strip().lower() == candidate.lower():
                return True
            continue
        name, _dollar, digest = wanted.partition("$")
        if name == "sha256":
            own = hashlib.sha256((candidate + salt).encode("utf-8", "replace")).hexdigest()
            if hmac.compare_digest(own, digest.lower()):
                return True
    return False
