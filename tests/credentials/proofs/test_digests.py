import hashlib
from base64 import b64encode

import pytest

from credentials.canon.contexts import CREDENTIALS_V2, pinned_bytes
from credentials.canon.errors import ProofError
from credentials.proofs import digests, multibase

DATA = b"a file"
SHA256, SHA384, SHA512 = (getattr(hashlib, name)(DATA).digest() for name in ("sha256", "sha384", "sha512"))


def sri(name: str, value: bytes) -> str:
    return f"{name}-{b64encode(value).decode()}"


class TestSri:
    @pytest.mark.parametrize(
        "text", [sri("sha256", SHA256), sri("sha512", SHA512), sri("sha384", SHA384) + "?x"]
    )
    def test_fits_its_bytes_and_no_others(self, text):
        found = digests.read_sri(text)
        assert (digests.sri_fits(found, DATA), digests.sri_fits(found, DATA + b"!")) == (True, False)

    def test_the_strongest_decides(self):
        other = hashlib.sha384(b"other").digest()
        both = digests.read_sri(f"{sri('sha256', SHA256)} {sri('sha384', other)}")
        assert not digests.sri_fits(both, DATA)
        either = digests.read_sri(f"{sri('sha384', other)} {sri('sha384', SHA384)}")
        assert digests.sri_fits(either, DATA)

    @pytest.mark.parametrize(
        "text",
        ["", 7, None, "sha256-", sri("sha256", SHA384), f"sha256-{SHA256.hex()}", "md5-AAAA", "x" * 2_000],
    )
    def test_refuses_what_is_none(self, text):
        with pytest.raises(ProofError):
            digests.read_sri(text)


class TestMultibase:
    @pytest.mark.parametrize("base", ["z", "u"])
    @pytest.mark.parametrize(
        ("head", "name"), [(b"\x12\x20", "sha256"), (b"\x20\x30", "sha384"), (b"\x16\x20", "sha3_256")]
    )
    def test_fits_its_bytes_and_no_others(self, base, head, name):
        found = digests.read_multibase(multibase.encode(head + hashlib.new(name, DATA).digest(), base))
        assert (found.fits(DATA), found.fits(DATA + b"!"), found.is_bare) == (True, False, False)

    def test_a_bare_one_may_be_of_either_kind(self):
        found = digests.read_multibase(multibase.encode(SHA256, "u"))
        assert (found.fits(DATA), found.is_bare) == (True, True)

    def test_the_published_one_of_the_base_context(self):
        """VC Data Model 2.0 (2025), section 5.3, example of digestMultibase."""
        data = pinned_bytes(CREDENTIALS_V2)
        assert data is not None
        assert digests.read_multibase("uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA").fits(data)
        assert pinned_bytes("https://www.w3.org/ns/credentials/none") is None

    @pytest.mark.parametrize("text", ["", 7, None, "u", "uAAAA", "x" + "A" * 43, "u" + "A" * 2_000])
    def test_refuses_what_is_none(self, text):
        with pytest.raises(ProofError):
            digests.read_multibase(text)
