"""The portal is gone. What it issued is checked with its exit kit, by a Python that has no Django and no network."""

import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from credentials.documents.dates import instant_text
from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from credentials.keys.securing import active_key, prepare_document, secure
from credentials.keys.services import mark_compromised
from credentials.leaving import services
from credentials.vcapi.asked import Asked
from credentials.vcapi.keys import new_secret
from credentials.vcapi.services import derive, issue, verify
from institution.accounts.models import User
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, people
from tests.credentials.keys.samples import make_key

FOUND = NOW + timedelta(days=3)  # that a key was in wrong hands
END = NOW + timedelta(days=30)  # of the portal
IN_THIRTY_YEARS = "2056-05-20T12:00:00Z"
UNSIGNED = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "type": ["VerifiableCredential"],
    "validFrom": "2026-01-01T00:00:00Z",
    "credentialSubject": {"id": "did:example:subject", "name": "Somebody"},
}
# Only Python itself and `cryptography` can be imported, and no socket be opened.
ALONE = """
import runpy, sys
def watch(event, details):
    if event.startswith("socket."):
        raise RuntimeError("asked the network: " + event)
sys.addaudithook(watch)
sys.path.append(sys.argv.pop(1))
for absent in ("django", "orjson", "lxml", "cbor2", "PIL", "httpx", "pyld", "credentials"):
    try:
        __import__(absent)
    except ImportError:
        continue
    sys.exit("can import " + absent)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


@pytest.fixture
def left(college: SimpleNamespace, settings: Any, tmp_path: Path) -> SimpleNamespace:
    """A college that issued, withdrew one, lost a key, went on with another, and made its kit."""
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    lay_issuer(college)
    make_released(college)
    withdrawn, *kept = Credential.objects.order_by("recipient__source_id")
    college.forged = _forge(kept[0])
    revoke_credentials(
        [withdrawn], code=RevocationCode.ISSUED_IN_ERROR, note="", actor=college.registrar, now=NOW
    )
    mark_compromised(college.key, actor=college.administrator, now=FOUND)
    make_key(college, college.profile)
    make_released(college, people(2, code="WELD-109"), now=FOUND)
    newer = Credential.objects.filter(signed_at=FOUND)
    college.texts = {"withdrawn": withdrawn.document, "early": kept[0].document, "late": newer[0].document}
    college.kit = tmp_path / "kit"
    services.make_kit(college.kit, now=END)
    return college


def _forge(credential: Credential) -> str:
    """Return what somebody with the stolen key would sign."""
    document = json.loads(credential.document)
    document.pop("proof")
    document["credentialSubject"]["name"] = "Somebody Else"
    key = active_key(credential.profile)
    [signed] = secure([prepare_document(document, key=key, created=NOW)], key=key)
    return json.dumps(signed)


def check(left: SimpleNamespace, tmp_path: Path, texts: dict[str, str], *words: str) -> Any:
    """Check texts with the kit's verifier; return its exit code and its answers by name."""
    import _cffi_backend
    import cffi
    import cryptography

    site = tmp_path / "site"
    site.mkdir(exist_ok=True)
    for module in (cryptography, cffi, _cffi_backend):
        path = Path(module.__file__)
        path = path.parent if path.stem == "__init__" else path
        (site / path.name).exists() or (site / path.name).symlink_to(path)
    files = []
    for name, text in texts.items():
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(text, encoding="utf-8")
    command = [sys.executable, "-I", "-S", "-c", ALONE, str(site), str(left.kit / "verify.pyz"), *words]
    done = subprocess.run(
        [*command, *map(str, files)], cwd=tmp_path, env={}, capture_output=True, text=True, timeout=120
    )
    assert not done.stderr, done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines()] if "--json" in words else done.stdout
    return done.returncode, dict(zip(texts, answers, strict=True)) if "--json" in words else answers


@pytest.mark.django_db
class TestExitKit:
    def test_checks_everything_alone(self, left, tmp_path):
        early = left.texts["early"]
        texts = left.texts | {
            "changed": early.replace("Proficient", "Proficienz", 1),
            "spaced": json.dumps(json.loads(early), indent=2),
            "forged": left.forged,
            "no credential": "{}",
        }
        code, answers = check(left, tmp_path, texts, "--json", "--at", IN_THIRTY_YEARS)
        assert code == 1
        assert {name: one["verdict"] for name, one in answers.items()} == {
            "withdrawn": "revoked",
            "early": "valid",  # signed by the lost key, and in the register from before
            "late": "valid",
            "changed": "key-unresolvable",  # no longer the text in the register
            "spaced": "valid",
            "forged": "key-unresolvable",
            "no credential": "malformed",
        }
        assert answers["early"]["status_as_of"] == instant_text(END)
        assert answers["early"]["credential"]["issuer"]["listed_by"] == "the exit kit"
        assert "It was issued in error." in answers["withdrawn"]["answer"]

    def test_one_changed_character_fails(self, left, tmp_path):
        late = left.texts["late"]
        changed = late.replace("Welding I", "Welding J")
        code, answers = check(left, tmp_path, {"changed": changed}, "--json", "--at", IN_THIRTY_YEARS)
        assert (code, answers["changed"]["verdict"]) == (1, "signature-invalid")

    def test_says_it_in_words_and_by_its_exit_code(self, left, tmp_path):
        code, said = check(left, tmp_path, {"late": left.texts["late"]})
        assert code == 0
        assert "late.json: valid." in said
        assert f"(Withdrawals are known up to {instant_text(END)}.)" in said

    def test_notices_that_it_was_changed(self, left, tmp_path):
        assert check(left, tmp_path, {}, "--check-kit")[0] == 0
        (left.kit / "README.txt").write_text("other")
        code, said = check(left, tmp_path, {}, "--check-kit")
        assert (code, said) == (1, "README.txt: changed or missing\n")

    def test_holds_nobodys_name_or_address(self, left):
        inside = b"".join(
            path.read_bytes() for path in left.kit.rglob("*") if path.is_file() and path.suffix != ".pyz"
        )
        for credential in Credential.objects.select_related("recipient", "row"):
            assert credential.row.name.encode() not in inside
            assert credential.row.email.encode() not in inside
            assert credential.digest.hex().encode() in inside
        for person in (left.registrar, left.administrator, left.second_administrator):
            assert person.email.encode() not in inside

    def test_tells_the_history_of_the_keys(self, left):
        keys = json.loads((left.kit / "web" / "i" / left.profile.key / "keys.json").read_text())
        told = {key["state"]: key for key in keys}
        assert {state: key["credentials_signed"] for state, key in told.items()} == {
            "compromised": 3,
            "active": 2,
        }
        assert told["compromised"]["compromised_at"] == instant_text(FOUND)

    def test_serves_what_stood_at_the_public_addresses(self, left, client):
        for credential in Credential.objects.all():
            address = json.loads(credential.document)["credentialSubject"]["achievement"]["id"]
            path = address.removeprefix(json.loads((left.kit / "kit.json").read_text())["origin"])
            assert (left.kit / "web" / f"{path.strip('/')}.json").read_bytes() == client.get(path).content
        served = client.get(f"/i/{left.profile.key}/did.json").content
        assert (left.kit / "web" / "i" / left.profile.key / "did.json").read_bytes() == served

    def test_is_one_file_if_so_wished(self, left, tmp_path):
        call_command("exit_kit", str(tmp_path / "kit.zip"))
        with zipfile.ZipFile(tmp_path / "kit.zip") as archive:
            assert archive.testzip() is None
            assert {"kit/README.txt", "kit/verify.pyz", "kit/register.csv"} <= set(archive.namelist())

    def test_is_kept_in_the_audit_trail(self, left):
        [event] = Event.objects.filter(kind="kit.made")
        assert (event.at, event.actor.kind) == (END, User.Kind.SYSTEM)
        assert event.data == json.loads((left.kit / "kit.json").read_text())["counts"]

    def test_says_so_where_it_lacks_what_parts_of_a_credential_need(self, left, tmp_path, settings):
        settings.VC_API_KEYS = [new_secret("P-256")[0]]
        signed = issue(Asked(UNSIGNED, cryptosuite="ecdsa-sd-2023"), now=NOW)
        shown = derive(Asked(signed, selective_pointers=("/credentialSubject/name",)))
        assert verify(Asked(shown), now=END).verified  # here, where cbor2 is
        code, answers = check(left, tmp_path, {"parts": json.dumps(shown)}, "--json")
        assert (code, answers["parts"]["verdict"]) == (2, "unsupported-proof")

    def test_overwrites_nothing(self, left):
        with pytest.raises(CommandError, match="something at that place"):
            call_command("exit_kit", str(left.kit))

    def test_demands_a_key_for_the_final_lists(self, left, tmp_path):
        mark_compromised(active_key(left.profile), actor=left.administrator, now=END)
        with pytest.raises(CommandError, match="no key that could sign"):
            call_command("exit_kit", str(tmp_path / "second"))
