import copy
from hashlib import sha256

import orjson
import pytest

from benchmarks._documents import FIXTURE, OPTIONS, credential, signed, with_ids
from credentials.canon.errors import ProofError
from credentials.shapes import seen
from credentials.shapes.learned import LEARN_FROM, MAX_MADE
from credentials.shapes.seen import SeenShapes


def foreign(number):
    """A credential of one structure, with an issuer and an achievement that nobody has seen."""
    document = credential(number, with_ids(number))
    issuer = {**document["issuer"], "id": f"did:web:n{number}.example", "name": f"College {number}"}
    return {**document, "issuer": issuer}


def in_full(shapes, document):
    return sha256(shapes.known.in_full(document)).digest()


class TestSeenShapes:
    def test_knows_our_own_and_foreign_documents_by_their_shape(self):
        shapes = SeenShapes()
        for number in range(4):
            document = foreign(number)
            assert shapes.covers(document) is (number > 1)
            assert shapes.digest(document) == in_full(shapes, document)
        assert (shapes.alike.counts["shape"], shapes.known.counts["shape"]) == (3, 0)
        for number in range(4):
            document = credential(number)
            assert shapes.digest(document) == in_full(shapes, document)
        assert shapes.known.counts["shape"] == 3

    @pytest.mark.parametrize(
        "change",
        [
            {"hidden": "x"},
            {"id": "relative"},
            {"name": None},
            {"name": "\ud800"},
            {"@context": [{"a": "urn:a"}]},
        ],
    )
    def test_a_flaw_is_refused_however_often_its_twin_and_it_were_seen(self, change):
        shapes = SeenShapes()
        for number in range(3):
            shapes.digest(credential(number))
            with pytest.raises(ProofError):
                shapes.digest({**credential(number), **change})
            assert not shapes.covers({**credential(number), **change})

    def test_a_changed_text_changes_the_form(self):
        shapes = SeenShapes()
        forms = {shapes.digest({**FIXTURE, "name": f"{number}"}) for number in range(5)}
        assert len(forms) == 5

    def test_a_context_written_inside_has_no_shape(self):
        shapes = SeenShapes()
        document = {**FIXTURE, "@context": [*FIXTURE["@context"], {"urn:x:y": "https://x.example/z"}]}
        assert shapes.by_shape(document) is None
        assert not shapes.known.shapes

    def test_keeps_a_bounded_number_and_nothing_large(self, monkeypatch):
        monkeypatch.setattr(seen, "MAX_SEEN", 3)
        shapes = SeenShapes()
        for number in range(8):
            document = copy.deepcopy(FIXTURE)
            document["evidence"] *= number + 1
            shapes.digest(document)
            shapes.digest(document)
        assert len(shapes.known.shapes) == len(shapes.alike.met_once) == 3
        large = {**FIXTURE, "description": "x" * seen.MAX_BYTES}
        for _ in range(3):
            assert shapes.by_shape(large) is None

    def test_documents_of_strangers_drive_out_no_shape_in_use(self, monkeypatch):
        monkeypatch.setattr(seen, "MAX_SEEN", 3)
        shapes = SeenShapes()
        for number in range(3):
            shapes.digest(credential(number))
        for number in range(6):
            shapes.digest(foreign(number))
        before = shapes.known.counts["shape"]
        shapes.digest(credential(9))
        assert shapes.known.counts["shape"] == before + 1
        assert len(shapes.known.met_once) == 3

    def test_forms_of_proofs_are_known_too(self):
        shapes = SeenShapes()
        for number in range(3):
            proof = {**signed(FIXTURE)["proof"][0], "@context": FIXTURE["@context"]}
            proof["created"] = f"2026-05-15T16:30:0{number}Z"
            del proof["proofValue"]
            assert shapes.digest(proof) == in_full(shapes, proof)
        assert shapes.known.counts["shape"] == 2
        assert orjson.dumps(proof).count(OPTIONS["verification_method"].encode()) == 1

    def test_what_proofs_of_a_batch_say_is_read_once(self):
        shapes = SeenShapes()
        proof = {**signed(FIXTURE)["proof"][0], "@context": FIXTURE["@context"]}
        del proof["proofValue"]
        assert {shapes.digest(proof) for _ in range(5)} == {in_full(shapes, proof)}
        assert shapes.known.counts["shape"] == 1
        assert shapes.digest({**proof, "created": "2026-05-15T16:30:01Z"}) != shapes.digest(proof)

    def test_forgets_what_is_too_much(self, monkeypatch):
        monkeypatch.setattr(seen, "MAX_SAME", 2)
        shapes = SeenShapes()
        proof = {**signed(FIXTURE)["proof"][0], "@context": FIXTURE["@context"]}
        for number in range(9):
            shapes.digest({**proof, "proofValue": f"z{number}"})
            assert len(shapes.same) <= 2


class TestLearning:
    """Texts that never differed lie on a plate; the digest is that of the full algorithm all the same."""

    @staticmethod
    def learned(shapes):
        """What the one template of our own credentials has learned."""
        [known] = shapes.known.shapes.values()
        [template] = known.templates.values()
        return template.learned

    def test_digests_stay_the_same_before_and_after_there_is_a_plate(self):
        shapes = SeenShapes()
        for number in range(LEARN_FROM + 8):
            document = credential(number)
            assert shapes.digest(document) == in_full(shapes, document)
        assert self.learned(shapes).made == 1
        assert shapes.known.counts["full"] == 1

    def test_a_text_that_never_differed_may_differ_now(self):
        shapes = SeenShapes()
        for number in range(LEARN_FROM + 4):
            shapes.digest(credential(number))
        learned = self.learned(shapes)
        first = learned.ready
        for number in range(LEARN_FROM + 4):
            document = {
                **credential(number),
                "name": f"Another {number}",
                "validFrom": "2026-05-15T16:30:01Z",
            }
            assert shapes.digest(document) == in_full(shapes, document)
        assert learned.ready is not first
        assert len(learned.ready.plate.places) > len(first.plate.places)

    def test_what_is_no_text_for_its_place_goes_the_long_way(self):
        shapes = SeenShapes()
        for number in range(LEARN_FROM + 4):
            shapes.digest(credential(number))
        for flaw in ({"id": "relative"}, {"id": "urn:a b"}, {"name": "\ud800"}):
            with pytest.raises(ProofError):
                shapes.digest({**credential(1), **flaw})

    def test_a_subject_named_like_another_is_read_in_full(self):
        shapes = SeenShapes()
        for number in range(LEARN_FROM + 4):
            shapes.digest(credential(number))
        document = credential(3)
        document = {**document, "id": document["issuer"]["id"]}
        assert shapes.digest(document) == in_full(shapes, document)

    def test_makes_no_plate_without_end(self):
        shapes = SeenShapes()
        texts = ["name", "description", "validFrom", "validUntil", "awardedDate"]
        for number in range(12 * LEARN_FROM):
            document = credential(number)
            for name in texts[: number // 10]:
                if name in document:
                    document = {**document, name: f"2026-05-15T16:{number % 60:02}:00Z"}
            assert shapes.digest(document) == in_full(shapes, document)
        assert self.learned(shapes).made <= MAX_MADE
