"""`manage.py verify`: lines, exit codes, saved answers, a server on loopback."""

import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command

from credentials.verification.management.commands.verify import Command
from tests.credentials.checks.checking import SIGNER, world
from tests.support.hostile import presentations as shown
from tests.support.issuers import Saved

AT = "2026-06-01T12:00:00Z"
ORIGIN = "https://credentials.college.example"


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    return lay(tmp_path, world())


def lay(folder: Path, answers: Saved) -> Path:
    """Write what the college publishes into a folder, and a credential beside it."""
    for url, body in answers.answers.items():
        place = folder / "saved" / urlsplit(url).path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(body)
    (folder / "good.json").write_text(json.dumps(SIGNER.credential()))
    changed = SIGNER.credential() | {"name": "Another"}
    (folder / "changed.json").write_text(json.dumps(changed))
    return folder


def run(capsys: Any, *words: str) -> tuple[int, list[str]]:
    """Return the exit code and the lines of a run."""
    try:
        call_command("verify", *words, "--at", AT)
        code = 0
    except SystemExit as end:
        code = int(end.code or 0)
    return code, capsys.readouterr().out.splitlines()


class TestVerifyCommand:
    def test_writes_a_line_each_and_ends_with_the_gravest_code(self, saved, capsys):
        places = ["--map", f"{ORIGIN}={saved}/saved"]
        good, changed = f"{saved}/good.json", f"{saved}/changed.json"
        assert run(capsys, good, *places)[0] == 0
        assert run(capsys, good)[0] == 2
        code, lines = run(capsys, good, changed, *places)
        assert code == 1
        assert [line.split(": ")[1].split(".")[0] for line in lines] == ["valid", "signature-invalid"]

    def test_as_json_has_the_agreed_members(self, saved, capsys):
        _code, lines = run(capsys, f"{saved}/good.json", "--json", "--map", f"{ORIGIN}={saved}/saved")
        report = json.loads(lines[0])
        assert (report["ok"], report["verdict"], report["reasons"]) == (True, "valid", ["issuer-unknown"])
        assert {"code", "outcome", "sentence", "advice"} <= report["checks"][0].keys()

    def test_an_unknown_issuer_fails_only_on_demand(self, saved, capsys):
        words = [f"{saved}/good.json", "--map", f"{ORIGIN}={saved}/saved", "--demand-known"]
        assert run(capsys, *words)[0] == 2
        assert run(capsys, *words, "--trust", SIGNER.did)[0] == 0

    def test_takes_places_from_a_file_and_single_files(self, saved, capsys):
        pairs = {
            f"{ORIGIN}/i/k7f3/did.json": f"{saved}/saved/i/k7f3/did.json",
            f"{ORIGIN}/i/k7f3/status/1": f"{saved}/saved/i/k7f3/status/1",
        }
        (saved / "places.json").write_text(json.dumps(pairs))
        assert run(capsys, f"{saved}/good.json", "--map", f"{saved}/places.json")[0] == 0

    def test_takes_a_server_on_loopback_and_no_other(self, saved, capsys):
        class Quiet(SimpleHTTPRequestHandler):
            def __init__(self, *args: Any) -> None:
                super().__init__(*args, directory=str(saved / "saved"))

            def log_message(self, *words: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        assert run(capsys, f"{saved}/good.json", "--map", f"{ORIGIN}={address}")[0] == 0
        server.shutdown()
        assert run(capsys, f"{saved}/good.json", "--map", f"{ORIGIN}=http://10.0.0.1")[0] == 2

    def test_never_leaves_the_folder(self, saved, capsys):
        (saved / "did.json").write_bytes((saved / "saved/i/k7f3/did.json").read_bytes())
        document = SIGNER.sign(SIGNER.unsigned(), method=f"{ORIGIN}/../did.json#key-1")
        (saved / "up.json").write_text(json.dumps(document))
        assert run(capsys, f"{saved}/up.json", "--map", f"{ORIGIN}={saved}/saved")[0] == 1

    def test_the_clock_can_be_set(self, saved, capsys):
        words = ["--at", "2020-01-01T00:00:00Z", "--map", f"{ORIGIN}={saved}/saved", "--json"]
        with pytest.raises(SystemExit):
            call_command("verify", f"{saved}/good.json", *words)
        assert json.loads(capsys.readouterr().out)["verdict"] == "signature-invalid"

    @pytest.mark.parametrize("words", [["--at", "yesterday"], ["--map", "nothing.json"]], ids=["time", "map"])
    def test_wrong_words_are_named(self, saved, words):
        with pytest.raises(CommandError):
            call_command("verify", f"{saved}/good.json", *words)

    def test_a_presentation_in_a_token_is_checked(self, saved, capsys):
        place = ["--map", f"{ORIGIN}={saved}/saved", "--trust", SIGNER.did]
        (saved / "shown.jwt").write_text(shown.token())
        assert run(capsys, f"{saved}/shown.jwt", *place) == (
            0,
            [
                f"{saved}/shown.jwt: valid. Several credentials, shown together. "
                "Each of the 2 credentials inside holds on its own."
            ],
        )
        (saved / "bad.jwt").write_text(shown.made(verifiableCredential=[SIGNER.unsigned()]))
        code, [line] = run(capsys, f"{saved}/bad.jwt", *place)
        assert (code, "nested-no-proof" in line) == (1, True)

    @pytest.mark.parametrize(
        "words", [["none.json"], ["good.json", "--at", "soon"], ["good.json", "--map", "none"]]
    )
    def test_what_cannot_be_read_says_nothing_of_a_credential(self, saved, words):
        """The exit code is that of verify.pyz: neither 1 nor 2, which speak of credentials."""
        with pytest.raises(CommandError) as caught:
            call_command("verify", f"{saved}/{words[0]}", *words[1:])
        assert caught.value.returncode == 64

    @pytest.mark.parametrize("words", [[], ["good.json", "--nonsense"], ["good.json", "--at"]])
    def test_words_that_are_not_known_say_nothing_of_a_credential(self, capsys, words):
        with pytest.raises(SystemExit) as caught:
            Command().run_from_argv(["manage.py", "verify", *words])
        assert caught.value.code == 64
        assert "usage: manage.py verify" in capsys.readouterr().err

    def test_help_is_no_wrong_use_and_tells_of_the_codes(self, capsys):
        with pytest.raises(SystemExit) as caught:
            Command().run_from_argv(["manage.py", "verify", "--help"])
        assert not caught.value.code
        assert "64 if a word" in " ".join(capsys.readouterr().out.split())

    def test_a_file_that_is_not_there_is_named(self, saved):
        with pytest.raises(CommandError):
            call_command("verify", f"{saved}/none.json")
