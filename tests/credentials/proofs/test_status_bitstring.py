import gzip

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs import multibase, status_bitstring
from credentials.proofs.status_bitstring import MIN_ENTRIES, decode, encode, encode_values, parse_index

# Bitstring Status List v1.0, example of an unset list of 131,072 entries.
EMPTY = "uH4sIAAAAAAAAA-3BMQEAAADCoPVPbQwfoAAAAAAAAAAAAAAAAAAAAIC3AYbSVKsAQAAA"


def pack(data: bytes) -> str:
    return multibase.encode(gzip.compress(data, mtime=0), "u")


class TestEncode:
    @settings(max_examples=25, deadline=None)
    @given(st.sets(st.integers(0, MIN_ENTRIES - 1), max_size=50))
    def test_sets_exactly_the_given_bits(self, indexes):
        bits = decode(encode(indexes))
        assert {index for index in range(MIN_ENTRIES) if bits.bits[index >> 3] and bits.get(index)} == indexes

    def test_the_first_entry_is_the_left_most_bit(self):
        assert decode(encode([0])).bits[0] == 0x80
        assert decode(encode([7])).bits[0] == 0x01

    def test_twice_gives_the_same_text(self):
        assert encode([5, 9]) == encode(iter([9, 5]))

    @pytest.mark.parametrize("index", [-1, MIN_ENTRIES])
    def test_refuses_an_index_beyond_the_list(self, index):
        with pytest.raises(ProofError) as caught:
            encode([index])
        assert caught.value.problem.endswith("#RANGE_ERROR")

    def test_refuses_a_short_list(self):
        with pytest.raises(ProofError) as caught:
            encode([], length=MIN_ENTRIES - 8)
        assert caught.value.problem.endswith("#STATUS_LIST_LENGTH_ERROR")


class TestEncodeValues:
    @settings(max_examples=20, deadline=None)
    @given(
        st.sampled_from([1, 2, 3, 4, 8, 12]),
        st.dictionaries(st.integers(0, 300), st.integers(0, 1), max_size=9),
    )
    def test_reads_back(self, size, values):
        values = {index: value * ((1 << size) - 1) for index, value in values.items()}
        bits = decode(encode_values(values, size=size), size=size)
        assert {index: bits.get(index) for index in range(301)} == {i: values.get(i, 0) for i in range(301)}

    @pytest.mark.parametrize(("values", "size"), [({0: 4}, 2), ({-1: 1}, 2), ({0: -1}, 2), ({}, 0), ({}, 33)])
    def test_refuses_what_does_not_fit(self, values, size):
        with pytest.raises(ProofError):
            encode_values(values, size=size)


class TestDecode:
    def test_reads_the_published_empty_list(self):
        bits = decode(EMPTY)
        assert len(bits) == MIN_ENTRIES
        assert bits.bits == bytes(16_384)

    @pytest.mark.parametrize(
        ("encoded", "problem"),
        [
            (None, "MALFORMED_VALUE_ERROR"),
            (["u"], "MALFORMED_VALUE_ERROR"),
            ("", "MALFORMED_VALUE_ERROR"),
            (EMPTY[1:], "MALFORMED_VALUE_ERROR"),
            ("z" + EMPTY[1:], "MALFORMED_VALUE_ERROR"),
            (EMPTY + "=", "MALFORMED_VALUE_ERROR"),
            (EMPTY[:-8], "MALFORMED_VALUE_ERROR"),
            ("uAAAA", "MALFORMED_VALUE_ERROR"),
            (pack(bytes(16_383)), "STATUS_LIST_LENGTH_ERROR"),
            (pack(b""), "STATUS_LIST_LENGTH_ERROR"),
            (multibase.encode(gzip.compress(bytes(16_384)) * 2, "u"), "MALFORMED_VALUE_ERROR"),
        ],
    )
    def test_refuses_anything_else(self, encoded, problem):
        with pytest.raises(ProofError) as caught:
            decode(encoded)
        assert caught.value.code == "status-invalid"
        assert caught.value.problem.endswith("#" + problem)

    def test_refuses_a_bomb_before_it_is_unpacked(self, monkeypatch):
        bomb = pack(bytes(256 * 1024 * 1024))
        with pytest.raises(ProofError, match="unpacks to more"):
            decode(bomb)

    def test_refuses_an_endless_text(self):
        with pytest.raises(ProofError):
            decode("u" + "A" * 10_000_000)

    @pytest.mark.parametrize("size", [0, -1, 33, True, "1", 1.0, None])
    def test_refuses_other_sizes(self, size):
        with pytest.raises(ProofError):
            decode(EMPTY, size=size)

    def test_counts_entries_not_bits(self):
        with pytest.raises(ProofError) as caught:
            decode(EMPTY, size=2)
        assert caught.value.problem.endswith("#STATUS_LIST_LENGTH_ERROR")


class TestGet:
    @pytest.mark.parametrize("index", [-1, MIN_ENTRIES, 10**15])
    def test_refuses_an_index_beyond_the_list(self, index):
        with pytest.raises(ProofError) as caught:
            decode(EMPTY).get(index)
        assert caught.value.problem.endswith("#RANGE_ERROR")

    def test_reads_the_last_entry(self):
        assert decode(encode([MIN_ENTRIES - 1])).get(MIN_ENTRIES - 1) == 1


class TestParseIndex:
    @pytest.mark.parametrize(("text", "index"), [("0", 0), ("7", 7), ("131071", 131071)])
    def test_reads_decimal_digits(self, text, index):
        assert parse_index(text) == index

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "7abc",
            "-1",
            "+1",
            " 7",
            "7 ",
            "7\n",
            "07",
            "7.0",
            "1e3",
            "0x7",
            "1_0",
            "٧",
            "9" * 17,
            7,
            None,
            True,
        ],
    )
    def test_refuses_anything_else(self, text):
        with pytest.raises(ProofError) as caught:
            parse_index(text)
        assert caught.value.problem == status_bitstring.STATUS_LIST + "MALFORMED_VALUE_ERROR"
