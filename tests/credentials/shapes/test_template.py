import json

from hypothesis import given
from hypothesis import strategies as st

from credentials.canon.nquads import Quad, escape_literal
from credentials.shapes.layout import blocks_of, line_of, units_of
from credentials.shapes.template import PLAIN_IRI, Template, escaped, plainly

from .credentials import TEXT as ANY_TEXT

SLOT = "<urn:x-slot:{}>"
TEXT = '"urn:x-slot:{}"'


def units(*quads):
    places = {"_:b0": 90, "_:b1": 91}
    lines = [line_of(quad, places) for quad in quads]
    return [[line.text for line in unit] for block in blocks_of(lines) for unit in units_of(block)]


class TestUnitsOf:
    def test_lines_ordered_by_their_predicates_stay_together(self):
        quads = [Quad("<urn:s>", f"<urn:{name}>", TEXT.format(0)) for name in "abc"]
        assert [len(unit) for unit in units(*quads)] == [3]

    def test_lines_that_only_a_slot_orders_stand_alone(self):
        quads = [
            Quad("<urn:s>", "<urn:a>", '"1"'),
            *(Quad("<urn:s>", "<urn:b>", TEXT.format(n)) for n in (0, 1)),
        ]
        assert [len(unit) for unit in units(*quads)] == [1, 1, 1]

    def test_what_stands_between_two_such_lines_stands_alone_too(self):
        quads = [
            Quad("<urn:s>", "<urn:a>", '"0"'),
            Quad("<urn:s>", "<urn:b>", TEXT.format(0)),
            Quad("<urn:s>", "<urn:b>", '"mid"'),
            Quad("<urn:s>", "<urn:b>", TEXT.format(1)),
            Quad("<urn:s>", "<urn:c>", '"0"'),
            Quad("<urn:s>", "<urn:d>", '"0"'),
        ]
        assert [len(unit) for unit in units(*quads)] == [1, 1, 1, 1, 2]

    def test_labels_of_blank_nodes_are_holes(self):
        quads = [Quad("<urn:s>", "<urn:b>", "_:b0"), Quad("<urn:s>", "<urn:b>", "_:b1")]
        assert [len(unit) for unit in units(*quads)] == [1, 1]

    def test_percent_signs_are_no_holes(self):
        quads = [Quad("<urn:s>", "<urn:b>", '"%a"'), Quad("<urn:s>", "<urn:b>", '"%b"')]
        assert units(*quads) == [['<urn:s> <urn:b> "%%a" .\n', '<urn:s> <urn:b> "%%b" .\n']]

    def test_subjects_are_kept_apart(self):
        quads = [Quad("<urn:s>", "<urn:a>", '"1"'), Quad("_:b0", "<urn:a>", '"1"')]
        assert [len(unit) for unit in units(*quads)] == [1, 1]


class TestCanonical:
    def template(self):
        quads = [
            Quad(SLOT.format(0), "<urn:p>", TEXT.format(1) + "@en"),
            Quad(SLOT.format(0), "<urn:p>", TEXT.format(2) + "@en"),
            Quad("<urn:fixed>", "<urn:p>", "_:b0"),
            Quad("_:b0", "<urn:q>", TEXT.format(1) + "^^<urn:t%>"),
        ]
        return Template(quads, frozenset(), ["urn:a", "x", "y"])

    def test_sorts_what_the_slots_decide(self):
        text, alone = self.template().canonical(["urn:z", "b%s", "a"])
        assert alone
        assert text.decode() == (
            '<urn:fixed> <urn:p> _:c14n0 .\n<urn:z> <urn:p> "a"@en .\n<urn:z> <urn:p> "b%s"@en .\n'
            '_:c14n0 <urn:q> "b%s"^^<urn:t%> .\n'
        )

    def test_a_statement_made_twice_is_written_once(self):
        text, alone = self.template().canonical(["urn:z", "a", "a"])
        assert not alone
        assert text.count(b'"a"@en') == 1

    def test_a_subject_named_like_another_is_mixed_in_order(self):
        text, alone = self.template().canonical(["urn:fixed", "b", "a"])
        assert not alone
        assert text.splitlines() == sorted(text.splitlines())


class TestPlainIri:
    def test_knows_what_every_context_leaves_alone(self):
        for text in (
            "https://x.example/a?b=c#d",
            "urn:uuid:1",
            "did:web:x",
            "mailto:a@b.example",
            "http://[::1]/~a",
        ):
            assert PLAIN_IRI.match(text)
        for text in (
            "",
            "urn:",
            "x:y",
            "_:b",
            "https:x",
            "urn:a b",
            "urn:é",
            "urn:<",
            "urn:a\n",
            "urn:\\",
            "urn:{",
            "@id",
        ):
            assert not PLAIN_IRI.match(text)


class TestPlainly:
    @given(st.lists(ANY_TEXT | st.characters(exclude_categories=["Cs"]), max_size=6))
    def test_gives_what_json_and_n_quads_write_alike(self, texts):
        in_quads = [escape_literal(text).encode() for text in texts]
        in_json = [json.dumps(text, ensure_ascii=False)[1:-1].encode() for text in texts]
        plain = [text.encode() for text in texts]
        assert plainly(texts) == (plain if in_quads == in_json == plain else None)
        assert escaped(texts) == in_quads

    def test_half_of_a_surrogate_pair_is_not_plain(self):
        assert plainly(["\ud800"]) is None
