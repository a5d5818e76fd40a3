"""CASE packages, strict and loose."""

import pytest

from skills.formats import case
from skills.formats.errors import FormatError
from tests.skills.formats.samples import edge, item, package


def by_id(read):
    return {node.source_id: node for node in read.nodes}


class TestRead:
    def test_gives_items_their_parents_and_places(self):
        found = case.read(package())
        nodes = by_id(found)
        assert (found.title, len(found.nodes), len(found.edges), found.flaws) == (
            "Welding outcomes",
            3,
            5,
            (),
        )
        assert (nodes["a"].parent, nodes["b"].parent, nodes["top"].parent) == ("top", "top", "")
        assert nodes["a"].position < nodes["b"].position  # W.2 before W.10

    def test_orders_siblings_by_sequence_number_first(self):
        associations = [
            edge("a", "isChildOf", "top", sequenceNumber=2),
            edge("b", "isChildOf", "top", sequenceNumber=1),
        ]
        nodes = by_id(case.read(package(CFAssociations=associations)))
        assert nodes["b"].position < nodes["a"].position

    def test_takes_a_time_without_zone_as_utc(self):
        assert case.read(package()).changed_at.isoformat() == "2026-01-05T10:00:00+00:00"

    def test_reads_the_education_level_in_both_spellings(self):
        nodes = by_id(case.read(package()))
        assert nodes["top"].raw["educationLevel"] == ["06"]
        assert nodes["b"].raw["educationLevel"] == ["13", "14"]

    def test_keeps_links_to_other_frameworks(self):
        match = next(one for one in case.read(package()).edges if one.kind == "exactMatchOf")
        assert (match.destination, match.destination_uri.endswith("/elsewhere")) == ("", True)

    def test_reads_links_written_as_one_string(self):
        row = {
            "identifier": "x",
            "associationType": "isChildOf",
            "originNodeURI": "https://s.example/a",
            "destinationNodeURI": "https://s.example/top",
        }
        assert by_id(case.read(package(CFAssociations=[row])))["a"].parent == "top"

    def test_keeps_a_second_parent_as_an_edge_only(self):
        rows = [edge("a", "isChildOf", "top"), edge("a", "isChildOf", "b")]
        found = case.read(package(CFAssociations=rows))
        assert (by_id(found)["a"].parent, len(found.edges)) == ("top", 2)

    def test_breaks_cycles_and_says_so(self):
        rows = [edge("a", "isChildOf", "b"), edge("b", "isChildOf", "top"), edge("top", "isChildOf", "a")]
        found = case.read(package(CFAssociations=rows))
        assert [(one.problem, one.where) for one in found.flaws] == [("cycle", "top")]
        assert by_id(found)["top"].parent == ""

    def test_says_what_it_left_out(self):
        items = [item("a", "One."), item("a", "Again."), item("", "No id."), {"identifier": "c"}]
        found = case.read(
            package(
                CFItems=items,
                CFAssociations=[edge("ghost", "precedes", "a"), edge("a", "isChildOf", "ghost")],
            )
        )
        problems = sorted(one.problem for one in found.flaws)
        assert problems == [
            "association-without-end",
            "item-incomplete",
            "item-incomplete",
            "item-twice",
            "parent-elsewhere",
        ]
        assert len(found.nodes) == 1

    def test_shortens_a_long_statement_to_a_name(self):
        name = case.read(package(CFItems=[item("a", "word " * 100)], CFAssociations=[])).nodes[0].name
        assert len(name) <= 141
        assert name.endswith("…")

    @pytest.mark.parametrize(
        ("data", "problem"),
        [
            ([], "no-case-package"),
            ({"CFDocument": []}, "no-case-package"),
            ({"CFDocument": {"title": "x"}}, "document-incomplete"),
            ({"CFDocument": {"identifier": "x"}}, "document-incomplete"),
            (package(CFItems={"a": 1}), "not-a-list"),
        ],
    )
    def test_refuses_what_is_no_package(self, data, problem):
        with pytest.raises(FormatError) as caught:
            case.read(data)
        assert caught.value.problem == problem
