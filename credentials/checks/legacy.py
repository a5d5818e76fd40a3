"""Open Badges of the older version 2: hosted ones are what their site says today, signed ones have one RSA key.

Rule: Open Badges 2.0 (IMS Global, 2018), sections "Assertion", "Verification", "RevocationList".
"""

from typing import Any
from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.checks.run import Json, Run, id_of, objects
from credentials.checks.states import Verdict
from credentials.proofs.public_key import PublicKey
from credentials.reading.incoming import OB2_CONTEXT
from credentials.reading.sources import SourceFailed
from credentials.reading.words import gettext as _
from credentials.tokens import jws

SIGNED = {"SignedBadge", "signed"}
SAME = ("recipient", "badge", "issuedOn", "expires")


class Broken(Exception):
    """It does not hold. verdict, sentence: why. unsure: it could not be looked at."""

    def __init__(self, verdict: Verdict, sentence: str, *, unsure: bool = False) -> None:
        super().__init__(sentence)
        self.verdict, self.sentence, self.unsure = verdict, sentence, unsure


def is_legacy(document: Json) -> bool:
    """Return whether a document is an assertion of Open Badges 2.0."""
    contexts = document.get("@context")
    named = contexts if isinstance(contexts, list) else [contexts]
    kinds = document.get("type")
    return OB2_CONTEXT in named and "Assertion" in (kinds if isinstance(kinds, list) else [kinds])


def check_legacy(run: Run) -> bool:
    """Check an assertion at its issuer's site or by its signature; return whether it holds.

    Afterwards the run's document is the assertion in the words of Open Badges 3.0, to be shown and dated.
    """
    assertion = run.document
    run.passed("format", _("Format"), _("It is an Open Badge of the older version 2."))
    badge: Json = {}
    issuer: Json = {}
    try:
        kinds = {str(one.get("type")) for one in objects(assertion.get("verification"))}
        if run.token is None and kinds & SIGNED:
            raise Broken(Verdict.NO_PROOF, _("Nobody has signed it, so anybody could have written it."))
        if run.token is None:
            assertion = _hosted(run, assertion)
        badge = _linked(run, assertion.get("badge"))
        issuer = _at_home(run, badge.get("issuer"))
        if run.token is None:
            _check_scope(assertion, issuer)
        else:
            _check_signature(run, assertion, issuer)
        _check_withdrawn(run, assertion, issuer)
    except Broken as broken:
        run.document = _in_new_words(assertion, badge, issuer)
        _note(run, broken)
        return False
    run.document = _in_new_words(assertion, badge, issuer)
    _note_kind(run, issuer)
    return True


def _hosted(run: Run, assertion: Json) -> Json:
    """Return the assertion as its address gives it today: that alone counts."""
    address = id_of(assertion)
    found = _at(run, address, gone=Verdict.REVOKED)
    if found.get("revoked") is True:
        raise Broken(Verdict.REVOKED, _("The issuer has withdrawn it."))
    if id_of(found) != address:
        raise Broken(Verdict.SIGNATURE_INVALID, _("The issuer’s site shows another badge at its address."))
    for name in SAME:
        if name in assertion and assertion[name] != found.get(name):
            raise Broken(
                Verdict.SIGNATURE_INVALID, _("The issuer’s site says something else than what you have.")
            )
    return found


def _linked(run: Run, value: Any) -> Json:
    """Return the badge class that an assertion holds or names."""
    if isinstance(value, dict) and "name" in value:
        return value
    return _at_home(run, value)


def _at_home(run: Run, value: Any) -> Json:
    """Return what a member names as its own address gives it.

    An issuer's keys and sites count only from there: whoever makes a badge could write them in.
    """
    found = _at(run, id_of(value))
    if id_of(found) != id_of(value):
        raise Broken(Verdict.KEY_UNRESOLVABLE, _("The issuer’s site shows something else at its address."))
    return found


def _at(run: Run, url: str, *, gone: Verdict = Verdict.KEY_UNRESOLVABLE) -> Json:
    if not url.startswith("https://"):
        sentence = _("It names no safe address (https) at which it could be checked.")
        raise Broken(Verdict.KEY_UNRESOLVABLE, sentence)
    try:
        return strict_json.loads(run.ask.source.get(url))
    except SourceFailed as error:
        if error.why == "missing":
            raise Broken(gone, _("The issuer’s site no longer has it.")) from None
        sentence = _("The issuer’s site did not answer, so we could not check it there.")
        raise Broken(Verdict.KEY_UNRESOLVABLE, sentence, unsure=True) from None
    except ProofError:
        raise Broken(
            Verdict.KEY_UNRESOLVABLE, _("The issuer’s site gives an answer that we cannot read.")
        ) from None


def _check_scope(assertion: Json, issuer: Json) -> None:
    """Check that the issuer's own site, or one that the issuer names, publishes the assertion."""
    address, home = id_of(assertion), id_of(issuer)
    allowed: list[Any] = []
    starts: list[Any] = []
    for one in objects(issuer.get("verification")):
        allowed += _list(one.get("allowedOrigins"))
        starts += _list(one.get("startsWith"))
    if not allowed and not starts:
        allowed = [urlsplit(home).netloc]
    hosts = {_host(one) for one in allowed if isinstance(one, str)}
    begins = any(isinstance(one, str) and len(one) > 9 and address.startswith(one) for one in starts)
    if _host(address) not in hosts and not begins:
        raise Broken(
            Verdict.ISSUER_MISMATCH, _("It lies at a site that the issuer does not name as its own.")
        )


def _check_signature(run: Run, assertion: Json, issuer: Json) -> None:
    named = [id_of(one.get("creator")) for one in objects(assertion.get("verification")) if "creator" in one]
    keys = [id_of(one) for one in _list(issuer.get("publicKey"))]
    wanted = named[0] if named else (keys[0] if keys else "")
    if not wanted or wanted not in keys:
        raise Broken(Verdict.ISSUER_MISMATCH, _("The issuer does not list the key that signed this."))
    key = _linked_key(run, wanted, issuer)
    try:
        if run.jws is None:
            raise ProofError("no-proof")
        jws.require(run.jws, key)
    except ProofError as error:
        sentence = _("It was changed after it was signed, or never signed by the issuer it names.")
        raise Broken(Verdict(error.code), sentence) from None


def _linked_key(run: Run, url: str, issuer: Json) -> PublicKey:
    inside = [one for one in objects(issuer.get("publicKey")) if id_of(one) == url and "publicKeyPem" in one]
    found = inside[0] if inside else _at(run, url)
    if id_of(found.get("owner")) != id_of(issuer):
        raise Broken(Verdict.ISSUER_MISMATCH, _("The key that signed this is of somebody else."))
    try:
        pem = load_pem_public_key(str(found.get("publicKeyPem")).encode())
        return PublicKey.from_der(pem.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
    except (ValueError, UnsupportedAlgorithm, ProofError):
        raise Broken(
            Verdict.KEY_UNRESOLVABLE, _("The key that signed this cannot be found or read.")
        ) from None


def _check_withdrawn(run: Run, assertion: Json, issuer: Json) -> None:
    """Read the issuer's list of withdrawn badges, which only signed ones need."""
    url = id_of(issuer.get("revocationList"))
    if run.token is None or not url:
        return
    try:
        listed = _at(run, url)
    except Broken as broken:
        sentence = _("The issuer’s list of withdrawn credentials did not answer.")
        raise Broken(Verdict.STATUS_UNAVAILABLE, sentence, unsure=True) from broken
    if id_of(assertion) in [id_of(one) for one in _list(listed.get("revokedAssertions"))]:
        raise Broken(Verdict.REVOKED, _("The issuer has withdrawn it."))
    run.passed("status", _("Withdrawal"), _("It is not on the issuer’s list of withdrawn credentials."))


def _note(run: Run, broken: Broken) -> None:
    codes = {
        Verdict.REVOKED: "status",
        Verdict.STATUS_UNAVAILABLE: "status",
        Verdict.SIGNATURE_INVALID: "signature",
    }
    code = codes.get(broken.verdict, "key")
    labels = {"status": _("Withdrawal"), "signature": _("Signature"), "key": _("Signing key")}
    note = run.unsure if broken.unsure else run.fails
    note(
        code, broken.verdict, labels[code], broken.sentence, _("Ask the issuer for an Open Badges 3.0 copy.")
    )


def _note_kind(run: Run, issuer: Json) -> None:
    host = _host(id_of(issuer)) or _("the issuer’s site")
    if run.token is not None:
        run.passed("signature", _("Signature"), _("Nothing was changed since it was signed."))
        sentence = _("It was signed with the issuer’s own key, which {host} publishes.").format(host=host)
    else:
        sentence = _(
            "It carries no signature. What counts is that {host} publishes it like this today."
        ).format(host=host)
    run.passed("key", _("Signing key"), sentence)
    run.unsure(
        "legacy",
        "legacy",
        _("Older version"),
        _("This is an Open Badge of the older version 2, which promises less than today's credentials."),
        _("Ask for an Open Badges 3.0 copy if it matters to you."),
        warning=True,
    )


def _in_new_words(assertion: Json, badge: Json, issuer: Json) -> Json:
    recipient = next(iter(objects(assertion.get("recipient"))), {})
    identity = {
        "type": "IdentityObject",
        "hashed": recipient.get("hashed") is True,
        "identityHash": recipient.get("identity", ""),
        "salt": recipient.get("salt", ""),
        "identityType": "emailAddress" if recipient.get("type") == "email" else "identifier",
    }
    criteria = badge.get("criteria")
    achievement = {
        "id": id_of(badge),
        "name": badge.get("name"),
        "description": badge.get("description"),
        "criteria": criteria if isinstance(criteria, dict) else {"id": criteria},
        "alignment": badge.get("alignment", []),
    }
    dates = {"awardedDate": assertion.get("issuedOn"), "validUntil": assertion.get("expires")}
    return {
        "id": id_of(assertion),
        "type": ["VerifiableCredential", "AchievementCredential"],
        "issuer": {"id": id_of(issuer), "name": issuer.get("name"), "url": issuer.get("url")},
        "credentialSubject": {"identifier": [identity], "achievement": achievement},
        "evidence": assertion.get("evidence", []),
        **{name: value for name, value in dates.items() if value is not None},
    }


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address.lower()
    except ValueError:
        return ""
