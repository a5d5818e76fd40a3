from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from credentials.canon import nquads, rdfc
from credentials.canon.errors import ProofError
from credentials.canon.nquads import Quad

VECTORS = Path(__file__).parents[2] / "vectors" / "rdf-canon"
FORMS = sorted(path.name.removesuffix("-in.nq") for path in VECTORS.glob("*-in.nq"))
FORMS.remove("poison_clique_of_ten")


def read(name: str) -> str:
    return (VECTORS / name).read_bytes().decode()


def by_pyld(text: str) -> str:
    wanted = {"algorithm": "URDNA2015", "inputFormat": "application/n-quads", "format": "application/n-quads"}
    return pyld.normalize(text, wanted)


def clique(size: int) -> list[Quad]:
    nodes = [f"_:n{number}" for number in range(size)]
    return [Quad(a, "<urn:p>", b) for a in nodes for b in nodes if a != b]


def ring(size: int) -> list[Quad]:
    return [Quad(f"_:n{number}", "<urn:p>", f"_:n{(number + 1) % size}") for number in range(size)]


def _blank(quad: Quad) -> int:
    return sum(term.startswith("_") for term in quad)


NODES = st.sampled_from(["_:a", "_:b", "_:c", "_:d", "_:e", "<urn:s>"])
OBJECTS = st.one_of(NODES, st.sampled_from(['"1"', '"2"@en']))
QUADS = st.builds(
    Quad, NODES, st.sampled_from(["<urn:p>", "<urn:q>"]), OBJECTS, st.sampled_from(["", "", "<urn:g>", "_:a"])
)


class TestCanonicalize:
    @pytest.mark.parametrize("name", FORMS)
    def test_gives_the_written_form(self, name):
        assert rdfc.canonicalize(nquads.parse(read(f"{name}-in.nq"))) == read(f"{name}-out.nq")

    @pytest.mark.parametrize("name", [name for name in FORMS if name not in ("escapes", "points_to_itself")])
    def test_agrees_with_pyld(self, name):
        assert by_pyld(read(f"{name}-in.nq")) == read(f"{name}-out.nq")

    def test_uses_sha384_when_asked(self):
        quads = nquads.parse(read("two_rings-in.nq"))
        assert rdfc.canonicalize(quads, hash="sha384") == read("two_rings-sha384-out.nq")

    def test_refuses_another_hash(self):
        with pytest.raises(ProofError) as caught:
            rdfc.canonicalize([], hash="md5")
        assert caught.value.code == "unsupported-proof"

    @settings(max_examples=300, deadline=None)
    @given(st.lists(QUADS, max_size=9))
    def test_agrees_with_pyld_on_any_small_dataset(self, quads):
        # PyLD counts a statement from a blank node to itself twice, the specification once.
        quads = [quad for quad in quads if len({t for t in quad if t[:1] == "_"}) == _blank(quad)]
        text = "".join(nquads.write(quad) for quad in quads)
        assert rdfc.canonicalize(quads) == by_pyld(text)

    @settings(max_examples=200, deadline=None)
    @given(st.lists(QUADS, max_size=12), st.permutations(["_:a", "_:b", "_:c", "_:d", "_:e"]))
    def test_does_not_depend_on_labels_or_order(self, quads, names):
        renamed = dict(zip(["_:a", "_:b", "_:c", "_:d", "_:e"], names, strict=True))
        other = [Quad(*(renamed.get(term, term) for term in quad)) for quad in reversed(quads)]
        assert rdfc.canonicalize(other) == rdfc.canonicalize(quads)


class TestTheBudget:
    def test_refuses_the_poison_clique(self):
        with pytest.raises(ProofError) as caught:
            rdfc.canonicalize(nquads.parse(read("poison_clique_of_ten-in.nq")))
        assert caught.value.code == "canonicalization-limit"

    @pytest.mark.parametrize("size", [8, 20, 60])
    def test_refuses_larger_cliques(self, size):
        with pytest.raises(ProofError) as caught:
            rdfc.canonicalize(clique(size))
        assert caught.value.code == "canonicalization-limit"

    def test_a_very_long_ring_is_refused_without_exhausting_the_stack(self):
        with pytest.raises(ProofError) as caught:
            rdfc.canonicalize(ring(3_000))
        assert caught.value.code == "canonicalization-limit"

    def test_a_thousand_equal_results_cost_no_steps(self):
        quads = [Quad("<urn:s>", "<urn:p>", f"_:n{number}") for number in range(1_000)]
        quads += [Quad(f"_:n{number}", "<urn:q>", '"same"') for number in range(1_000)]
        assert rdfc.canonicalize(quads, max_steps=0).count("\n") == 2_000

    def test_a_dataset_without_twins_costs_no_steps(self):
        quads = [Quad(f"_:n{number}", "<urn:q>", f'"{number}"') for number in range(100)]
        assert rdfc.canonicalize(quads, max_steps=0).count("\n") == 100


class TestIssueLabels:
    def test_names_each_blank_node_of_the_input(self):
        quads = nquads.parse('_:x <urn:p> "1" .\n<urn:s> <urn:q> _:x .\n')
        assert rdfc.issue_labels(quads) == {"_:x": "_:c14n0"}
