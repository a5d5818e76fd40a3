"""Was it withdrawn? Read from a signed list of the issuer, never from the document itself.

Rule: Bitstring Status List v1.0, section 3.2 (Validate); 1EdTechRevocationList as read, unsigned.

Published samples write an index as a number, and lists that name an address they are not at (section 2.2: a list
MAY name its own; decision 0017). What such a list says against a credential counts, for its issuer signed that. That it says
nothing is believed only of the list that the credential names, so that no other list of the issuer stands in for it.
"""

from collections.abc import Callable
from dataclasses import dataclass

from credentials.canon import strict_json
from credentials.canon.errors import ProofError
from credentials.checks.run import Json, Run, id_of, objects
from credentials.checks.states import Verdict
from credentials.documents.vocabulary import REVOCATION_LIST_TYPE
from credentials.lint import errors_in, lint
from credentials.proofs import status_bitstring
from credentials.reading.incoming import NotRead, Token, from_token
from credentials.reading.sources import MAX_LIST, SourceFailed
from credentials.reading.words import gettext as _

MAX_ENTRIES = 8
CheckSigned = Callable[[Run], bool]
SET = {
    "revocation": Verdict.REVOKED,
    "suspension": Verdict.SUSPENDED,
    "refresh": Verdict.SUPERSEDED,
}


@dataclass(frozen=True)
class ListRefused(Exception):
    """The list cannot be relied on. sentence: why, for the reader."""

    sentence: str


def check_status(run: Run, check_list: CheckSigned) -> None:
    """Look up every status entry. check_list: says whether a list's own proof, key and dates hold."""
    value = run.document.get("credentialStatus")
    entries = objects(value)
    if not entries or (isinstance(value, list) and len(entries) < len(value)):
        if value is not None:
            _invalid(run, _("What it says about withdrawal cannot be read."))
        else:
            sentence = _(
                "It names no list of withdrawn credentials, so nobody can see whether it was withdrawn."
            )
            advice = _("Ask the issuer if it matters to you.")
            run.unsure("status", "", _("Withdrawal"), sentence, advice, warning=True)
        return
    if len(entries) > MAX_ENTRIES:
        _invalid(run, _("It names more lists of withdrawn credentials than we follow."))
        return
    for entry in entries:
        _one(run, entry, check_list)


def _one(run: Run, entry: Json, check_list: CheckSigned) -> None:
    kinds = entry.get("type")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    try:
        if "BitstringStatusListEntry" in kinds:
            _bitstring(run, entry, check_list)
        elif REVOCATION_LIST_TYPE in kinds:
            _revocation_list(run, entry)
        else:
            _unavailable(run, _("Its list of withdrawn credentials is of a kind that we do not read."))
    except SourceFailed:
        _unavailable(run, _("The issuer’s list of withdrawn credentials did not answer."))
    except ListRefused as refused:
        _invalid(run, refused.sentence)
    except ProofError:
        _invalid(run, _("The issuer’s list of withdrawn credentials cannot be read."))


def _bitstring(run: Run, entry: Json, check_list: CheckSigned) -> None:
    index = _index(run, entry.get("statusListIndex"))
    url, purpose = id_of(entry.get("statusListCredential")), entry.get("statusPurpose")
    body = run.ask.source.get(url, max_bytes=MAX_LIST)
    listed, token = _read(body)
    subject = _trusted_subject(run, Run(listed, run.ask, "", run.depth + 1, token=token), check_list)
    purposes = subject.get("statusPurpose")
    if not isinstance(purpose, str) or purpose not in (
        purposes if isinstance(purposes, list) else [purposes]
    ):
        raise ListRefused(_("The list that it names is made for another purpose."))
    size = entry.get("statusSize", 1)
    listed_bits = status_bitstring.decode(subject.get("encodedList"), size=size)
    if index >= len(listed_bits):
        raise ListRefused(_("It names a place that is none on the list of withdrawn credentials."))
    value = listed_bits.get(index)
    if listed.get("id", url) != url:
        another = _("The list at that address is another one.")
        if value == 0 or purpose not in {"revocation", "suspension"}:
            raise ListRefused(another)
        _departs(run, another)
    _tell(run, entry, purpose, value)


def _index(run: Run, value: object) -> int:
    """Return the place on the list. Raises ListRefused."""
    if type(value) is int and value >= 0 and not run.ask.by_the_letter:
        _departs(run, _("Its place on the list is written as a number, not as text."))
        value = str(value)
    try:
        return status_bitstring.parse_index(value)
    except ProofError:
        raise ListRefused(_("It names a place that is none on the list of withdrawn credentials.")) from None


def _departs(run: Run, sentence: str) -> None:
    advice = _("This does not affect the signature.")
    run.unsure("profile", "", _("Standard"), sentence, advice, warning=True)


def _read(body: bytes) -> tuple[Json, Token | None]:
    """Return a list and, if it is secured as one, the token that carries it. Raises ProofError, ListRefused."""
    if not body.startswith(b"ey"):
        return strict_json.loads(body, max_bytes=MAX_LIST), None
    try:
        found = from_token(body.strip())
    except NotRead:
        raise ListRefused(_("The issuer’s list of withdrawn credentials cannot be read.")) from None
    return found.document, found.token


def _trusted_subject(run: Run, inner: Run, check_list: CheckSigned) -> Json:
    listed = inner.document
    if errors_in(lint(listed, "vcdm-2.0", strict=False)):
        raise ListRefused(_("The list that it names is not a list of withdrawn credentials."))
    types = listed.get("type")
    if "BitstringStatusListCredential" not in (types if isinstance(types, list) else [types]):
        raise ListRefused(_("The list that it names is not a list of withdrawn credentials."))
    if id_of(listed.get("issuer")) != run.issuer_id:
        raise ListRefused(_("The list of withdrawn credentials is of somebody else."))
    inner.keys = run.keys
    if not check_list(inner):
        raise ListRefused(
            _("The list of withdrawn credentials is not signed by the issuer, or is out of date.")
        )
    subject = listed.get("credentialSubject")
    subject_types = subject.get("type") if isinstance(subject, dict) else None
    if "BitstringStatusList" not in (subject_types if isinstance(subject_types, list) else [subject_types]):
        raise ListRefused(_("The list that it names is not a list of withdrawn credentials."))
    return subject  # type: ignore[return-value]


def _tell(run: Run, entry: Json, purpose: str, value: int) -> None:
    label = _("Withdrawal")
    if purpose == "message" or entry.get("statusSize", 1) != 1:
        _message(run, entry, value)
    elif value == 0:
        sentences = {
            "revocation": _("It is not on the issuer’s list of withdrawn credentials."),
            "suspension": _("It is not on the issuer’s list of credentials on hold."),
            "refresh": _("The issuer names no newer version of it."),
        }
        run.passed("status", label, sentences.get(purpose, _("The issuer’s list says nothing against it.")))
    elif purpose == "revocation":
        _withdrawn(run)
    elif purpose == "suspension":
        advice = _("Ask the issuer when this will be decided.")
        run.fails("status", Verdict.SUSPENDED, label, _("The issuer has put it on hold."), advice)
    elif purpose == "refresh":
        advice = _("Ask the holder for the newer one.")
        run.fails(
            "status", Verdict.SUPERSEDED, label, _("The issuer has replaced it by a newer one."), advice
        )
    else:
        _unavailable(run, _("The issuer has marked it in a way that we do not know."))


def _withdrawn(run: Run) -> None:
    found = run.registered()
    sentence = _("The issuer has withdrawn it.")
    if found is not None and found.reason and not found.replaced_on:
        sentence = f"{sentence} {found.reason}"
    advice = _("Ask the holder what happened.")
    run.fails("status", Verdict.REVOKED, _("Withdrawal"), sentence, advice)


def _message(run: Run, entry: Json, value: int) -> None:
    label = _("Note of the issuer")
    messages = {str(one.get("status")): one.get("message") for one in objects(entry.get("statusMessage"))}
    words = messages.get(hex(value))
    if not isinstance(words, str):
        _unavailable(run, _("The issuer has left a note on it that we cannot read."))
    elif value == 0:
        run.passed("status", label, _("The issuer notes: “{words}”.").format(words=words[:120]))
    else:
        advice = _("Ask the issuer what this means for you.")
        sentence = _("The issuer notes: “{words}”.").format(words=words[:120])
        run.unsure("status", "", label, sentence, advice, warning=True)


def _revocation_list(run: Run, entry: Json) -> None:
    """Read the older, unsigned list of 1EdTech; believed only because the signed document names its address."""
    listed = strict_json.loads(run.ask.source.get(id_of(entry), max_bytes=MAX_LIST), max_bytes=MAX_LIST)
    own = run.document.get("id")
    for one in objects(listed.get("revokedCredential")):
        if one.get("id") == own and one.get("revoked", True) is not False:
            _withdrawn(run)
            return
    run.passed("status", _("Withdrawal"), _("It is not on the issuer’s list of withdrawn credentials."))


def _unavailable(run: Run, sentence: str) -> None:
    advice = _("Try again in a few minutes. Until then, do not take it as valid.")
    run.unsure("status", Verdict.STATUS_UNAVAILABLE, _("Withdrawal"), sentence, advice)


def _invalid(run: Run, sentence: str) -> None:
    advice = _("Ask the issuer whether it has withdrawn this credential.")
    run.fails("status", Verdict.STATUS_INVALID, _("Withdrawal"), sentence, advice)
