"""Positions come out scattered, and none twice."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.status.models import LIST_LENGTH
from credentials.status.permutation import scatter


class TestScatter:
    def test_is_a_permutation_of_the_usual_list(self):
        out = set(scatter(0, LIST_LENGTH, length=LIST_LENGTH, secret=b"s" * 32))
        assert out == set(range(LIST_LENGTH))

    @settings(max_examples=60, deadline=None)
    @given(length=st.integers(1, 700), secret=st.binary(min_size=16, max_size=32))
    def test_is_a_permutation_of_any_length_under_any_secret(self, length, secret):
        assert sorted(scatter(0, length, length=length, secret=secret)) == list(range(length))

    def test_neighbors_do_not_stay_neighbors(self):
        out = scatter(0, 1_000, length=LIST_LENGTH, secret=b"x" * 32)
        close = sum(abs(a - b) < 100 for a, b in zip(out, out[1:], strict=False))
        assert close < 20

    def test_another_secret_gives_another_order(self):
        first = scatter(0, 50, length=LIST_LENGTH, secret=b"a" * 32)
        assert first != scatter(0, 50, length=LIST_LENGTH, secret=b"b" * 32)

    def test_a_part_of_the_places_gets_what_the_whole_gives_it(self):
        whole = scatter(0, 700, length=700, secret=b"p" * 32)
        assert scatter(10, 25, length=700, secret=b"p" * 32) == whole[10:25]
        assert scatter(700, 700, length=700, secret=b"p" * 32) == []

    @pytest.mark.parametrize(("first", "end"), [(-1, 3), (5, 4), (699, 701)])
    def test_places_outside_the_list_are_refused(self, first, end):
        with pytest.raises(ValueError, match="outside the list"):
            scatter(first, end, length=700, secret=b"p" * 32)
