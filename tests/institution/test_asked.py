"""Strict reading: what a moment is, and which names are told as unknown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.http import QueryDict

from institution.asked import MAX_NAME, MAX_NAMED, moment_of, refuse_unknown_parameters, unknown_fields
from institution.errors import InvalidInput


class TestMoment:
    @pytest.mark.parametrize(
        "text",
        [
            "2026-01-31T00:00:00Z",
            "2026-01-31T02:00:00+02:00",
            "2026-01-30T17:00-0700",
            " 2026-01-31 00:00:00.000000+00:00 ",
            "20260131T00Z",
        ],
    )
    def test_with_a_zone_is_read(self, text):
        assert moment_of(text) == datetime(2026, 1, 31, tzinfo=UTC)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "x",
            "2026-01-31",
            "2026-01-31T00:00:00",
            "2026-01-31 00:00",
            "2026-02-30T00:00:00Z",
            "1769817600",
        ],
    )
    def test_without_one_is_refused(self, text):
        with pytest.raises(ValueError, match="Write a moment with its zone: 2026-01-31T00:00:00Z"):
            moment_of(text)

    @pytest.mark.parametrize("zone", [" 02:00", " 0200", " 02"])
    @pytest.mark.parametrize("time", ["2026-01-31T00:00:00", "2026-01-31T00:00", "2026-01-31T00:00:00.5"])
    def test_whose_plus_became_a_space_names_the_remedy(self, time, zone):
        with pytest.raises(ValueError, match="Write %2B for it"):
            moment_of(time + zone)

    def test_of_a_zone_in_the_west_is_no_space(self):
        assert moment_of("2026-01-31T00:00:00-02:00").utcoffset() == -timedelta(hours=2)


class TestUnknownNames:
    def refused(self, query, *known):
        """Return the complaints about an address."""
        with pytest.raises(InvalidInput) as caught:
            refuse_unknown_parameters(QueryDict(query), known)
        return caught.value.faults

    def test_known_ones_pass(self):
        assert unknown_fields({"a": 1}, ["a", "b"]) == {}
        assert refuse_unknown_parameters(QueryDict("a=1&b="), ["a", "b"]) is None

    def test_each_is_named_with_those_that_are_known(self):
        assert unknown_fields({"z": 1, "a": 2}, ["b", "a"]) == {"z": "There is no field “z”. Known are b, a."}
        assert self.refused("z=1&a=2", "b", "a") == {"z": "There is no parameter “z” here. Known are a, b."}

    def test_an_address_that_takes_none_says_so(self):
        assert self.refused("z=1") == {"z": "There is no parameter “z” here; this address takes none."}

    def test_one_given_twice_is_not_read_once(self):
        assert list(self.refused("a=1&a=2", "a")) == ["a"]

    def test_an_answer_stays_short(self):
        found = unknown_fields([f"{number}{'x' * 1000}" for number in range(1000)], ["a"])
        assert len(found) == MAX_NAMED
        assert max(map(len, found)) == MAX_NAME
