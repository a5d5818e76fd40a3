import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.canon import jcs
from credentials.canon.errors import ProofError

# RFC 8785, appendix B: IEEE 754 bits and the text that JSON.stringify gives.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


class TestNumberToString:
    @pytest.mark.parametrize(("bits", "text"), NUMBERS)
    def test_writes_numbers_as_ecmascript_does(self, bits, text):
        assert jcs.number_to_string(struct.unpack(">d", bytes.fromhex(bits))[0]) == text

    @pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
    def test_refuses_what_is_not_finite(self, bits):
        with pytest.raises(ProofError):
            jcs.number_to_string(struct.unpack(">d", bytes.fromhex(bits))[0])

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_reads_back_as_the_same_number(self, value):
        assert float(jcs.number_to_string(value)) == value


class TestDumps:
    def test_sorts_by_utf16_units(self):
        # RFC 8785, section 3.2.3.
        value = {
            "\u20ac": "Euro Sign",
            "\r": "Carriage Return",
            "\ufb33": "Hebrew Letter Dalet With Dagesh",
            "1": "One",
            "\U0001f600": "Emoji: Grinning Face",
            "\u0080": "Control",
            "\u00f6": "Latin Small Letter O With Diaeresis",
        }
        order = list(json.loads(jcs.dumps(value)))
        assert order == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]

    def test_writes_the_example_of_the_rfc(self):
        # RFC 8785, section 3.2.2.
        value = {
            "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
            "string": '\u20ac$\u000f\u000aA\'B"\\\\"/',
            "literals": [None, True, False],
        }
        assert jcs.dumps(value).decode() == (
            '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
            '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
        )

    @pytest.mark.parametrize(
        "value", [2**53, float("nan"), b"x", {1: 2}, {"a": "\ud800"}, {"\udc00": 1}, {1, 2}]
    )
    def test_refuses_what_json_cannot_say(self, value):
        with pytest.raises(ProofError) as caught:
            jcs.dumps(value)
        assert caught.value.code == "malformed"

    def test_refuses_bottomless_values(self):
        value = []
        for _ in range(100_000):
            value = [value]
        with pytest.raises(ProofError):
            jcs.dumps(value)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
            lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
            max_leaves=20,
        )
    )
    def test_keeps_the_value(self, value):
        assert json.loads(jcs.dumps(value)) == value
