"""Does the token hold that carries the document, signed with a key that the issuer names as its own?

A key in the token's header (`jwk`, `jku`, `x5u`, `x5c`) says nothing about whose it is and is never taken.
"""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlsplit

from credentials.canon.errors import ProofError
from credentials.checks.form import malformed
from credentials.checks.people import check_issuer
from credentials.checks.proof import check_proofs, key_in_force, note_outcome, purpose_of
from credentials.checks.run import Json, Run
from credentials.checks.states import Verdict
from credentials.proofs.data_integrity import ProofOutcome
from credentials.proofs.public_key import PublicKey
from credentials.reading.resolving import Method
from credentials.reading.words import gettext as _
from credentials.tokens import sd_jwt_vc, vc_jwt, vp_jwt
from credentials.tokens.jws import Jws
from credentials.tokens.sd_jwt_vc import SdJwtVc
from credentials.tokens.vc_jwt import VcJwt
from credentials.tokens.vp_jwt import VpJwt


def check_token(run: Run) -> bool:
    """Check signature, claims and times of the token, and proofs inside it; return whether all hold."""
    token, signed = run.token, run.jws
    if token is None or signed is None or not _fits(run):
        return False
    run.keys.relationship = purpose_of(run)
    url, key, error = "", None, None
    try:
        url = vc_jwt.key_url_of(signed.header, run.issuer_id)
        key = _verified(run, signed)
    except ProofError as failure:
        error = failure
    proof = {"verificationMethod": url, "cryptosuite": signed.algorithm}
    note_outcome(run, ProofOutcome(0, proof, error, key), _whose(run, url))
    _note_form(run)
    inside = check_proofs(run) if "proof" in run.document else True
    run.signed = error is None and inside and not run.failed
    return run.signed


def _fits(run: Run) -> bool:
    """Return whether a token made to show credentials shows some, and no other token does."""
    if isinstance(run.token, VpJwt) == (run.kind == "presentation"):
        return True
    malformed(run, _("Its token says that it is something other than what it holds."))
    return False


def check_ietf(run: Run) -> None:
    """Check an SD-JWT VC, which is no credential of the W3C data model: type, signature, times, issuer."""
    token = run.token
    if not isinstance(token, SdJwtVc):
        return
    claims = token.claims
    run.document = _in_w3c_words(claims)
    run.passed("format", _("Format"), _("It is a credential as European wallets hold them (SD-JWT VC)."))
    if not check_token(run):
        return
    if "status" in claims:
        sentence = _("Its list of withdrawn credentials is of a kind that we do not read.")
        advice = _("Ask the issuer whether it has withdrawn this credential.")
        run.unsure("status", Verdict.STATUS_UNAVAILABLE, _("Withdrawal"), sentence, advice)
    check_issuer(run)


def _verified(run: Run, signed: Jws) -> PublicKey:
    def resolve(url: str) -> PublicKey:
        return key_in_force(run, _method(run, url, signed))

    if isinstance(run.token, SdJwtVc):
        return sd_jwt_vc.verify(run.token, resolve=resolve, now=run.ask.now).key
    if isinstance(run.token, VpJwt):
        asked = run.ask if run.depth == 0 else replace(run.ask, domain=None, challenge=None)
        how = {"audience": asked.domain, "nonce": asked.challenge}
        return vp_jwt.verify(run.token, resolve=resolve, now=asked.now, **how)
    if run.token is None:
        raise ProofError("no-proof")
    return vc_jwt.verify(run.token, resolve=resolve, now=run.ask.now)


def _method(run: Run, url: str, signed: Jws) -> Method:
    """Return the key that the token names, from the issuer's document or as a bare JWK of the issuer's."""
    issuer, kid = run.issuer_id, signed.header.get("kid")
    if isinstance(run.token, SdJwtVc) and run.token.kind == "ietf" and issuer.startswith("https://"):
        return run.keys.well_known(issuer, str(kid))
    if "#" in url or url.startswith("did:"):
        return run.keys.method(url)
    return run.keys.jwk(url, issuer)


def _whose(run: Run, url: str) -> str:
    """Return whose key the token names; that of a bare JWK is settled when it is found."""
    if "#" in url:
        return url.partition("#")[0]
    return run.issuer_id if urlsplit(url).scheme in {"", "https"} else url


def _note_form(run: Run) -> None:
    """Say what of the token departs from its standard, and what of it was not looked at."""
    if isinstance(run.token, SdJwtVc):
        if run.token.sd_jwt.key_binding:
            sentence = _("We cannot tell when and for whom this was put together.")
            advice = _("Ask whoever showed it to you to show it again.")
            run.unsure("presented", "", _("Shown by"), sentence, advice, warning=True)
    elif isinstance(run.token, VcJwt) and run.token.deviations:
        words = _("The token departs from the rules of its standard ({where}).")
        sentence = words.format(where=", ".join(run.token.deviations[:4]))
        advice = _("This does not affect the signature.")
        run.unsure("profile", "", _("Standard"), sentence, advice, warning=True)


def _in_w3c_words(claims: Json) -> Json:
    """Return what an SD-JWT VC says in the members that a summary reads."""
    document = {"type": ["VerifiableCredential"], "issuer": claims.get("iss"), "name": claims.get("vct")}
    for member, claim in (("validFrom", "nbf"), ("validUntil", "exp")):
        moment = claims.get(claim)
        if isinstance(moment, int | float) and not isinstance(moment, bool) and 0 <= moment < 253_402_300_799:
            document[member] = datetime.fromtimestamp(int(moment), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return document
