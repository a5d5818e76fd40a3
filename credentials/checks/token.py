"""Does the token hold that carries the document, signed with a key that the issuer names as its own?

A key in the token's header (`jwk`, `jku`, `x5u`, `x5c`) says nothing about whose it is and is never taken.
"""

from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from credentials.canon.errors import ProofError
from credentials.checks.proof import check_proofs, key_in_force, note_outcome
from credentials.checks.resolving import Method
from credentials.checks.run import Run
from credentials.proofs.data_integrity import ProofOutcome
from credentials.proofs.public_key import PublicKey
from credentials.tokens import vc_jwt
from credentials.tokens.vc_jwt import VcJwt


def check_token(run: Run) -> bool:
    """Check signature, claims and times of the token, and proofs inside it if there are any; return whether all hold."""
    token = run.token
    if token is None:
        return False
    error: ProofError | None = None
    key: PublicKey | None = None
    url = ""
    try:
        url = vc_jwt.key_url(token)
        key = vc_jwt.verify(token, resolve=lambda named: _key(run, named), now=run.ask.now)
    except ProofError as failure:
        error = failure
    proof = {"verificationMethod": url, "cryptosuite": token.jws.algorithm}
    note_outcome(run, ProofOutcome(0, proof, error, key), _whose(run, url))
    if token.deviations:
        _note_deviations(run, token)
    inside = check_proofs(run) if "proof" in run.document else True
    run.signed = error is None and inside and not run.failed
    return run.signed


def _key(run: Run, url: str) -> PublicKey:
    return key_in_force(run, _method(run, url))


def _method(run: Run, url: str) -> Method:
    """Return the key that the token names, from the issuer's document or as a bare JWK of the issuer's."""
    if "#" in url or url.startswith("did:"):
        return run.keys.method(url)
    return run.keys.jwk(url, run.issuer_id)


def _whose(run: Run, url: str) -> str:
    """Return whose key the token names; that of a bare JWK is settled when it is found."""
    if "#" in url:
        return url.partition("#")[0]
    return run.issuer_id if urlsplit(url).scheme in {"", "https"} else url


def _note_deviations(run: Run, token: VcJwt) -> None:
    run.unsure(
        "profile",
        "",
        _("Standard"),
        _("The token departs from the rules of its standard ({where}).").format(
            where=", ".join(token.deviations[:4])
        ),
        _("This does not affect the signature."),
        warning=True,
    )
