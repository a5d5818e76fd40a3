"""Files that a credential refers to: compared with their digests where they can be had, and only then."""

import hashlib
from base64 import b64encode

import pytest

from credentials.canon.contexts import CREDENTIALS_V2, pinned_bytes
from credentials.proofs import multibase
from tests.credentials.checks.checking import SIGNER, check, found, world
from tests.support.issuers import Saved
from tests.support.tokens import publish, token

FILE = "https://files.college.example/syllabus.pdf"
DATA = b"%PDF-1.7 a syllabus"


def sri(data: bytes) -> str:
    return f"sha384-{b64encode(hashlib.sha384(data).digest()).decode()}"


def multi(data: bytes) -> str:
    return multibase.encode(b"\x12\x20" + hashlib.sha256(data).digest(), "u")


def referring(*resources: dict) -> dict:
    return SIGNER.sign(SIGNER.unsigned() | {"relatedResource": list(resources)})


def having(data: bytes = DATA) -> Saved:
    saved = publish(world(), SIGNER)
    saved.save(FILE, data)
    return saved


class TestRelatedResources:
    @pytest.mark.parametrize("digest", [{"digestSRI": sri(DATA)}, {"digestMultibase": multi(DATA)}])
    def test_hold_as_they_were_and_not_changed(self, digest):
        document = referring({"id": FILE, "mediaType": "application/pdf"} | digest)
        report = check(document, having())
        assert (report.verdict, found(report, "resource").outcome) == ("valid", "pass")
        report = check(document, having(DATA + b"!"))
        assert (report.verdict, report.conclusion) == ("signature-invalid", "fail")
        assert report.answer == (
            "Do not rely on this. A file that it refers to, at files.college.example, "
            "is not what it was when it was signed."
        )

    @pytest.mark.parametrize(
        ("said", "preferred"),
        [
            ("application/pdf", "application/pdf"),
            ("Text/HTML; charset=utf-8", "text/html"),
            ("image/svg+xml", "image/svg+xml"),
            ("pdf", ""),
            ("*/*", ""),
            ("text/html\r\nCookie: a=b", ""),
            ("text/html, application/pdf", ""),
            ("a/" + "b" * 200, ""),
            ("", ""),
        ],
    )
    def test_are_asked_for_by_their_type(self, said, preferred):
        saved = having()
        report = check(referring({"id": FILE, "mediaType": said, "digestSRI": sri(DATA)}), saved)
        assert (report.verdict, saved.preferred[FILE]) == ("valid", preferred)
        assert set(saved.preferred.values()) <= {"", preferred}  # keys and lists are asked for as ever

    def test_without_a_type_are_asked_for_as_they_are(self):
        saved = having()
        assert check(referring({"id": FILE, "digestSRI": sri(DATA)}), saved).verdict == "valid"
        assert saved.preferred[FILE] == ""

    def test_both_digests_must_be_right(self):
        document = referring({"id": FILE, "digestSRI": sri(DATA), "digestMultibase": multi(b"other")})
        assert check(document, having()).verdict == "signature-invalid"

    def test_what_cannot_be_had_is_said_and_decides_nothing(self):
        report = check(referring({"id": FILE, "digestSRI": sri(DATA)}), world())
        assert (report.verdict, found(report, "resource").outcome) == ("valid", "unknown")
        assert "could not open every file" in found(report, "resource").sentence

    @pytest.mark.parametrize(("data", "verdict"), [(b"", "signature-invalid"), (None, "valid")])
    def test_a_context_is_compared_as_we_have_it(self, data, verdict):
        own = pinned_bytes(CREDENTIALS_V2) if data is None else data
        assert own is not None
        saved = world()
        assert check(referring({"id": CREDENTIALS_V2, "digestSRI": sri(own)}), saved).verdict == verdict
        assert CREDENTIALS_V2 not in saved.asked

    def test_only_so_many_are_asked_for(self):
        saved = having()
        many = [{"id": f"{FILE}?{number}", "digestSRI": sri(DATA)} for number in range(20)]
        report = check(referring(*many), saved)
        assert (report.verdict, found(report, "resource").outcome) == ("valid", "unknown")
        assert sum(url.startswith(FILE) for url in saved.asked) == 8

    def test_nothing_is_asked_for_before_the_signature_holds(self):
        saved = having()
        document = referring({"id": FILE, "digestSRI": sri(DATA)}) | {"name": "Another"}
        assert check(document, saved).verdict == "signature-invalid"
        assert FILE not in saved.asked

    def test_of_a_token_and_of_a_credential_inside_likewise(self):
        bare = SIGNER.unsigned() | {"relatedResource": {"id": FILE, "digestSRI": sri(DATA)}}
        assert check(token(bare, SIGNER, profile="w3c"), having()).verdict == "valid"
        assert check(token(bare, SIGNER, profile="w3c"), having(b"x")).verdict == "signature-invalid"
        record = SIGNER.record(SIGNER.sign(bare))
        assert check(record, having()).verdict == "valid"
        assert check(record, having(b"x")).verdict == "nested-signature-invalid"

    def test_come_from_a_place_of_their_own_where_there_is_one(self):
        document = referring({"id": FILE, "digestSRI": sri(DATA)})
        report = check(document, world(), resources=having())
        assert found(report, "resource").outcome == "pass"
