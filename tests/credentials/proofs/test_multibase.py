import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs import multibase

from .support import ED, P256, P384


def near_a_power(bits):
    """Numbers around the powers of two and 58, where a quotient that is not exact would show."""
    power = st.sampled_from([2**bits, 58 ** (bits // 8), 58 ** (bits // 8) * 29])
    return st.builds(lambda one, more: max(0, one + more).to_bytes(120), power, st.integers(-2, 2))


class TestBase58:
    # draft-msporny-base58-03, section 5 (test vectors).
    @pytest.mark.parametrize(
        ("data", "text"),
        [
            (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
            (
                b"The quick brown fox jumps over the lazy dog.",
                "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z",
            ),
            (bytes.fromhex("0000287fb4cd"), "11233QC4"),
        ],
    )
    def test_gives_the_published_text(self, data, text):
        assert multibase.base58_encode(data) == text
        assert multibase.base58_decode(text) == data

    @given(st.binary(max_size=100))
    def test_reads_back(self, data):
        assert multibase.base58_decode(multibase.base58_encode(data)) == data
        assert multibase.decode(multibase.encode(data, "u"), "u") == data

    @given(st.binary(max_size=40) | st.integers(0, 8 * 100).flatmap(near_a_power))
    def test_gives_what_dividing_digit_by_digit_gives(self, data):
        number, digits = int.from_bytes(data), ""
        while number:
            number, digit = divmod(number, 58)
            digits = multibase.ALPHABET[digit] + digits
        assert multibase.base58_encode(data) == "1" * (len(data) - len(data.lstrip(b"\0"))) + digits

    @pytest.mark.parametrize("text", ["0", "O", "I", "l", "é", " 1", "1" * 1_025])
    def test_refuses_other_text(self, text):
        with pytest.raises(ProofError):
            multibase.base58_decode(text)


class TestDecode:
    @pytest.mark.parametrize("text", ["", "f00", "M", 7, None, "uA", "uA=", "uA A", "u+/", "uA\n", "uAAAAA"])
    def test_refuses_other_text(self, text):
        with pytest.raises(ProofError) as caught:
            multibase.decode(text)
        assert caught.value.code == "malformed"

    def test_refuses_another_base_than_expected(self):
        with pytest.raises(ProofError):
            multibase.decode("uAAAA", "z")
        with pytest.raises(ProofError):
            multibase.encode(b"", "f")


class TestMultikey:
    @pytest.mark.parametrize(("key", "kind"), [(ED, "Ed25519"), (P256, "P-256"), (P384, "P-384")])
    def test_reads_published_keys(self, key, kind):
        assert multibase.decode_multikey(key["public"])[0] == kind
        assert multibase.encode_multikey(*multibase.decode_multikey(key["public"])) == key["public"]
        secret = multibase.decode_secret_multikey(key["secret"])
        assert multibase.encode_secret_multikey(*secret) == key["secret"]

    @pytest.mark.parametrize("text", [ED["secret"], "z6Mk", "z", "", None, ED["public"][:-1], "u7QE"])
    def test_refuses_anything_else(self, text):
        with pytest.raises(ProofError) as caught:
            multibase.decode_multikey(text)
        assert caught.value.code == "key-unresolvable"

    @pytest.mark.parametrize(("kind", "data"), [("Ed25519", b"short"), ("RSA", b"x" * 32)])
    def test_refuses_to_write_another_key(self, kind, data):
        with pytest.raises(ProofError):
            multibase.encode_multikey(kind, data)
        with pytest.raises(ProofError):
            multibase.encode_secret_multikey(kind, data)
