import copy
import json
from hashlib import sha256

import pytest

from benchmarks._documents import FIXTURE, credential
from credentials.canon.errors import ProofError
from credentials.shapes import stencil as stencils
from credentials.shapes import structure
from credentials.shapes.learned import LEARN_FROM
from credentials.shapes.seen import SeenShapes

TEXTS = ['"', "\\", 'x","type":"y', "\x7f", "\n", "\0", "\u2028", "Ñ 名 😀", "", "\\u0041", " " * 300]


@pytest.fixture(scope="module")
def shapes():
    """Shapes that have learned to read our own credentials by their JSON."""
    shapes = SeenShapes()
    for number in range(LEARN_FROM + 4):
        shapes.digest(credential(number))
    assert len(shapes.stencils.kept) == 1
    return shapes


def in_full(shapes, document):
    """The digest by the full algorithm, or the code of its refusal."""
    try:
        return sha256(shapes.known.in_full(document)).digest()
    except ProofError as error:
        return error.code


def by_shapes(shapes, document):
    try:
        return shapes.digest(document)
    except ProofError as error:
        return error.code


def places(value, path=()):
    """Yield the path of every value in a document."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        yield (*path, name)
        yield from places(one, (*path, name))


def at(document, path):
    for name in path:
        document = document[name]
    return document


def changed(document, path, change):
    """The document with what stands at the path put through a change of its holder."""
    document = copy.deepcopy(document)
    change(at(document, path[:-1]), path[-1])
    return document


def longer(holder, name):
    value = holder[name]
    holder[name] = f"{value}x" if isinstance(value, str) else [value, "x"]


def wrapped(holder, name):
    holder[name] = [holder[name]]


def gone(holder, name):
    del holder[name]


def added(holder, name):
    if isinstance(holder, dict):
        holder["narrative"] = "x" if holder.get("narrative") != "x" else "y"
    else:
        holder.append("x")


def number(holder, name):
    holder[name] = 1


class TestStencil:
    def test_reads_our_own_without_a_walk_through_the_document(self, shapes, monkeypatch):
        wanted = {number: in_full(shapes, credential(number)) for number in range(100, 140)}
        monkeypatch.setattr(structure, "read", None)
        assert {number: shapes.digest(credential(number)) for number in wanted} == wanted

    @pytest.mark.parametrize("change", [longer, wrapped, gone, added, number])
    def test_documents_that_differ_in_one_member_share_no_digest(self, shapes, change):
        document = credential(7)
        own = in_full(shapes, document)
        assert shapes.digest(document) == own
        for path in places(document):
            other = changed(document, path, change)
            found = by_shapes(shapes, other)
            assert found == in_full(shapes, other), path
            if change in (longer, number) and path[0] != "@context":
                assert found != own, path

    @pytest.mark.parametrize("text", TEXTS)
    def test_a_text_that_json_or_statements_write_in_their_own_way(self, shapes, text):
        document = credential(8)
        document["credentialSubject"]["name"] = text
        assert shapes.digest(document) == in_full(shapes, document)

    @pytest.mark.parametrize("text", [*TEXTS, "relative", "urn:a b", "_:b0", "@type", "schema:name", "urn:é"])
    def test_what_is_no_plain_iri_goes_the_long_way(self, shapes, text):
        for holder in (
            lambda one: one,
            lambda one: one["credentialSubject"],
            lambda one: one["credentialStatus"],
        ):
            document = credential(9)
            holder(document)["id"] = text
            assert by_shapes(shapes, document) == in_full(shapes, document)

    def test_numbers_and_truth_values_written_otherwise_are_not_alike(self):
        shapes, kept = SeenShapes(), {}
        for number in range(LEARN_FROM + 4):
            document = credential(number)
            document["credentialSubject"]["creditsEarned"] = 3
            shapes.digest(document)
        for value in (3, 3.0, 3.5, True):
            document = credential(1)
            document["credentialSubject"]["creditsEarned"] = value
            kept[repr(value)] = shapes.digest(document)
            assert kept[repr(value)] == in_full(shapes, document)
        assert len({kept["3"], kept["3.5"], kept["True"]}) == 3

    def test_takes_no_json_but_its_own(self, shapes):
        [kept] = shapes.stencils.kept.values()
        stencil = kept[-1]
        written = json.dumps(credential(5), ensure_ascii=False, separators=(",", ":")).encode()
        texts = stencil.texts(written)
        assert [text.decode() for text in texts][0] == credential(5)["id"]
        for place in range(len(written)):
            other = written[:place] + b"!" + written[place + 1 :]
            found = stencil.texts(other)
            assert found is None or found != texts
        assert stencil.texts(written + b" ") is None
        assert stencil.texts(written[:-1]) is None
        assert stencil.texts(b"") is None


class TestStencils:
    def test_keeps_a_bounded_number(self, monkeypatch):
        monkeypatch.setattr(stencils, "MAX_HINTS", 2)
        shapes = SeenShapes()
        for kind in range(4):
            fixture = copy.deepcopy(FIXTURE)
            fixture["credentialSubject"]["achievement"]["id"] = (
                f"https://credentials.riverbend.example/a/{kind}"
            )
            for number in range(LEARN_FROM + 4):
                shapes.digest(credential(number, fixture))
        assert len(shapes.stencils.kept) == 2

    def test_several_shapes_of_one_achievement_are_kept_and_bounded(self, monkeypatch):
        monkeypatch.setattr(stencils, "MAX_ALIKE", 2)
        shapes = SeenShapes()
        for kind in range(3):
            for number in range(LEARN_FROM + 4):
                document = {**credential(number), "evidence": FIXTURE["evidence"] * (kind + 1)}
                assert shapes.digest(document) == in_full(shapes, document)
        [kept] = shapes.stencils.kept.values()
        assert len(kept) == 2

    def test_one_that_was_driven_out_comes_back(self):
        shapes = SeenShapes()
        for number in range(LEARN_FROM + 4):
            shapes.digest(credential(number))
        [[stencil]] = shapes.stencils.kept.values()
        shapes.stencils.kept.clear()
        assert shapes.digest(credential(3)) == in_full(shapes, credential(3))
        assert list(shapes.stencils.kept.values()) == [(stencil,)]

    def test_a_hint_is_never_more_than_a_hint(self, shapes):
        """What only looks like our own, by the id of its achievement, is read in full."""
        own = FIXTURE["credentialSubject"]["achievement"]["id"]
        for flaw in ({"achievement": {"id": own}}, {"achievement": own}, {"achievement": [own]}):
            document = credential(2)
            document["credentialSubject"] = {**document["credentialSubject"], **flaw}
            assert by_shapes(shapes, document) == in_full(shapes, document)
