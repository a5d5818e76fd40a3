import json

import pytest

from credentials.canon import strict_json
from credentials.canon.errors import ProofError


class TestLoads:
    def test_reads_an_object_from_bytes_and_text(self):
        text = '{"a": [1, 2.5, -3, true, null, "\\u00e9 \\ud83d\\ude00 [{"], "b": {}}'
        assert strict_json.loads(text) == strict_json.loads(text.encode()) == json.loads(text)

    @pytest.mark.parametrize(
        "text",
        [
            b"",
            b"[]",
            b'"x"',
            b"null",
            b"{",
            b"{}{}",
            b"{'a': 1}",
            b'{"a": 1,}',
            b'{"a": 1, "a": 1}',
            b'{"x": {"a": 1, "b": 2, "a": 3}}',
            b'{"a": 1, "\\u0061": 2}',
            b'{"a": NaN}',
            b'{"a": Infinity}',
            b'{"a": -Infinity}',
            b'{"a": 1e400}',
            b'{"a": 9007199254740992}',
            b'{"a": -9007199254740992}',
            b'{"a": ' + b"9" * 5_000 + b"}",
            b'{"a": 0.' + b"9" * 5_000 + b"}",
            b'{"a": 01}',
            b'{"a": "\\ud800"}',
            b'{"\\udc00": 1}',
            b'{"a": "\x01"}',
            b'\xef\xbb\xbf{"a": 1}',
            '{"a": 1}'.encode("utf-16"),
            '{"a": 1}'.encode("utf-16-le"),
            '{"a": 1}'.encode("utf-32"),
            b'{"a": "\xff"}',
            b'{"a": "\xed\xa0\x80"}',
            '\ufeff{"a": 1}',
            '{"a": "\ud800"}',
            b"[" * 100_000,
            b'{"a":' * 100_000,
            b'{"a": ' + b"[" * 33 + b"]" * 33 + b"}",
            b'"' + b"[" * 100_000,
        ],
    )
    def test_refuses_anything_else(self, text):
        with pytest.raises(ProofError) as caught:
            strict_json.loads(text)
        assert caught.value.code == "malformed"

    def test_brackets_inside_strings_do_not_count(self):
        text = json.dumps({"a": "[" * 1_000 + '"{'})
        assert strict_json.loads(text)["a"].count("[") == 1_000

    def test_reads_as_deep_as_allowed(self):
        assert strict_json.loads(b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}")

    @pytest.mark.parametrize("text", ['{"a": "1234567890"}', b'{"a": "1234567890"}', '{"a": "éééé"}'])
    def test_refuses_more_bytes_than_allowed(self, text):
        with pytest.raises(ProofError):
            strict_json.loads(text, max_bytes=16)

    def test_long_strings_are_read_in_linear_time(self):
        text = b'{"a": "' + b"\\\\" * 500_000 + b'"}'
        assert len(strict_json.loads(text)["a"]) == 500_000
