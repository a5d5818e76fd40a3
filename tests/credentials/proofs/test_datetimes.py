from datetime import UTC, datetime, timedelta

import pytest

from credentials.canon.errors import ProofError
from credentials.proofs.datetimes import parse_stamp


class TestParseStamp:
    def test_says_the_same_each_time(self):
        for _ in range(2):
            assert parse_stamp("2026-05-15T16:30:00Z", "created") == datetime(2026, 5, 15, 16, 30, tzinfo=UTC)

    def test_texts_that_differ_in_one_letter_are_kept_apart(self):
        texts = [
            "2026-05-15T16:30:00Z",
            "2026-05-15T16:30:01Z",
            "2026-05-15T16:30:00+01:00",
            "2026-05-15T16:30:00.5Z",
        ]
        moments = [parse_stamp(text, "created") for text in texts]
        assert [moment - moments[0] for moment in moments] == [
            timedelta(),
            timedelta(seconds=1),
            timedelta(hours=-1),
            timedelta(milliseconds=500),
        ]

    @pytest.mark.parametrize(
        "value", ["2026-05-15", "2026-13-15T16:30:00Z", "2026-05-15T16:30:00", "", None, 5, ["x"], {}]
    )
    def test_is_refused_each_time_under_the_name_of_its_member(self, value):
        for name in ("created", "expires", "created"):
            with pytest.raises(ProofError, match=f"malformed: {name} "):
                parse_stamp(value, name)
