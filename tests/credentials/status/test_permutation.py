"""Positions come out scattered, and none twice."""

from hypothesis import given, settings
from hypothesis import strategies as st

from credentials.status.models import LIST_LENGTH
from credentials.status.permutation import scatter


class TestScatter:
    def test_is_a_permutation_of_the_usual_list(self):
        out = {scatter(place, length=LIST_LENGTH, secret=b"s" * 32) for place in range(LIST_LENGTH)}
        assert out == set(range(LIST_LENGTH))

    @settings(max_examples=60, deadline=None)
    @given(length=st.integers(1, 700), secret=st.binary(min_size=16, max_size=32))
    def test_is_a_permutation_of_any_length_under_any_secret(self, length, secret):
        assert sorted(scatter(p, length=length, secret=secret) for p in range(length)) == list(range(length))

    def test_neighbors_do_not_stay_neighbors(self):
        out = [scatter(place, length=LIST_LENGTH, secret=b"x" * 32) for place in range(1_000)]
        close = sum(abs(a - b) < 100 for a, b in zip(out, out[1:], strict=False))
        assert close < 20

    def test_another_secret_gives_another_order(self):
        first = [scatter(place, length=LIST_LENGTH, secret=b"a" * 32) for place in range(50)]
        assert first != [scatter(place, length=LIST_LENGTH, secret=b"b" * 32) for place in range(50)]
