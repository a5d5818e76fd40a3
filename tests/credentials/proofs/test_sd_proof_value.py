import cbor2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon.errors import ProofError
from credentials.proofs import multibase
from credentials.proofs import sd_proof_value as values

from .test_ecdsa_sd_2023 import DERIVED, HMAC, code

PARTS = cbor2.loads(multibase.decode(DERIVED["proof"]["proofValue"])[3:])


class TestProofValues:
    def text(self, body: bytes, header: bytes = values.DERIVED_HEADER) -> str:
        return multibase.encode(header + body, "u")

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"\x80",
            cbor2.dumps(PARTS) + b"\0",
            cbor2.dumps(PARTS[:4]),
            cbor2.dumps([*PARTS, 1]),
            cbor2.dumps(cbor2.CBORTag(55799, PARTS)),
            cbor2.dumps([cbor2.CBORTag(64, PARTS[0]), *PARTS[1:]]),
            b"\x9f" + b"".join(cbor2.dumps(part) for part in PARTS) + b"\xff",
            b"\x98\x05" + b"".join(cbor2.dumps(part) for part in PARTS),
            b"\x9b" + b"\xff" * 8,
            b"\x5b" + b"\x7f" + b"\xff" * 7,
            b"\x81" * 2_000,
            cbor2.dumps([*PARTS[:3], {"0": b"\0" * 32}, []]),
            cbor2.dumps([*PARTS[:3], {0: b"\0" * 31}, []]),
            cbor2.dumps([*PARTS[:3], {-1: b"\0" * 32}, []]),
            cbor2.dumps([*PARTS[:3], [], []]),
            cbor2.dumps([*PARTS[:4], [True]]),
            cbor2.dumps([*PARTS[:4], [1.0]]),
            cbor2.dumps([*PARTS[:4], [-1]]),
            cbor2.dumps([*PARTS[:4], [1, 1]]),
            cbor2.dumps([PARTS[0] + b"\0", *PARTS[1:]]),
            cbor2.dumps([PARTS[0], PARTS[1] + b"\0", *PARTS[2:]]),
            cbor2.dumps([*PARTS[:2], [b"\0" * 63], *PARTS[3:]]),
            cbor2.dumps([*PARTS[:2], [b"\0" * 64] * 2_001, *PARTS[3:]]),
        ],
    )
    def test_refuse_all_but_the_one_form(self, body):
        with pytest.raises(ProofError) as caught:
            values.parse_derived_proof_value(self.text(body))
        assert caught.value.code == "signature-invalid"

    @pytest.mark.parametrize(
        "text", [None, 7, "", "u", "z2345", "u2V0B", "u" + "A" * 600_000, "u2V0BhVhAa=="]
    )
    def test_refuse_other_texts(self, text):
        for parse in (values.parse_derived_proof_value, values.parse_base_proof_value):
            with pytest.raises(ProofError) as caught:
                parse(text)
            assert caught.value.code == "signature-invalid"

    @pytest.mark.parametrize(
        "parts", [[b"\0" * 64, PARTS[1], b"\0" * 31, [], []], [b"\0" * 64, PARTS[1], HMAC, [], [7]]]
    )
    def test_refuse_a_base_proof_of_other_parts(self, parts):
        with pytest.raises(ProofError) as caught:
            values.parse_base_proof_value(self.text(cbor2.dumps(parts), values.BASE_HEADER))
        assert caught.value.code == "signature-invalid"

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.binary(max_size=200)
        | st.builds(lambda at, b: cbor2.dumps(PARTS)[:at] + b, st.integers(0, 400), st.binary(max_size=4))
    )
    def test_survive_any_bytes(self, body):
        assert (
            code({**DERIVED, "proof": {**DERIVED["proof"], "proofValue": self.text(body)}})
            == "signature-invalid"
        )
