"""How many random credentials go by shape: batches of one kind, with every optional member and any text."""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials.canon import jsonld, rdfc
from credentials.shapes import structure, template
from credentials.shapes.cache import ShapeCache

from .credentials import ANY_IRI, CREDENTIAL, IRI, TEXT

BATCH = 10
MOSTLY_PLAIN = st.integers(0, 31).flatmap(lambda number: ANY_IRI if number == 13 else IRI)


def batch(data, cache):
    """Some credentials of one kind: every id and every free text of each drawn by itself."""
    sample = data.draw(CREDENTIAL)
    _, slots = structure.read(sample)
    kept = template.fixed_slots(template.iri_slots(sample, cache.loader), slots, cache.loader)
    for _ in range(BATCH):
        drawn = [
            slot if number in kept else data.draw(MOSTLY_PLAIN if template.PLAIN_IRI.match(slot) else TEXT)
            for number, slot in enumerate(slots)
        ]
        yield structure.fill(sample, drawn)


def share(batches):
    """Hold that many batches against the full algorithm; return how large a part went by shape."""
    counts = Counter()

    @settings(max_examples=batches, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.data())
    def check(data):
        cache = ShapeCache()
        for document in batch(data, cache):
            assert cache.canonical(document) == rdfc.canonicalize(jsonld.to_rdf(document)).encode()
        counts.update(cache.counts)

    check()
    by_shape = counts["shape"] + counts["alike"]
    assert by_shape + counts["full"] >= BATCH * batches
    return by_shape / (by_shape + counts["full"]), counts


class TestShare:
    def test_four_of_five_random_credentials_go_by_shape(self):
        part, counts = share(30)
        assert part >= 0.8, counts

    @pytest.mark.long
    def test_four_of_five_of_thousands_go_by_shape(self):
        part, counts = share(400)
        assert part >= 0.8, counts
