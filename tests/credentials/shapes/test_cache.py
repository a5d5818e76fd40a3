import copy
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyld import jsonld as pyld

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import document_loader
from credentials.canon.errors import ProofError
from credentials.proofs import data_integrity
from credentials.proofs.public_key import PublicKey
from credentials.shapes import cache as shapes
from credentials.shapes import structure, template
from credentials.shapes.cache import ShapeCache, prepare_many
from credentials.shapes.structure import NotCovered

from .credentials import ANY_IRI, CREDENTIAL, TEXT

FIXTURE = json.loads((Path(__file__).parents[3] / "benchmarks" / "credential.json").read_text())
OPTIONS = {"verification_method": "did:web:x.example#k", "created": "2026-05-15T16:30:00Z"}


def in_full(document):
    return rdfc.canonicalize(jsonld.to_rdf(document)).encode()


def outcome(canonical, document):
    """The canonical form, or the code of the refusal."""
    try:
        return canonical(document)
    except ProofError as error:
        return error.code


def with_text(document, text, iri):
    """The same shape with other slots: every free string becomes the text, every id the IRI."""
    document = copy.deepcopy(document)
    document["id"] = iri
    document["credentialSubject"] |= {"name": text}
    return document


class Warm(ShapeCache):
    """A cache that compiles a shape at the first sight of it."""

    def _template(self, shape, slots, document):
        self.shapes.setdefault(shape, shapes._Known())
        return super()._template(shape, slots, document)


class TestCanonical:
    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_equals_the_full_algorithm_on_any_credential(self, data):
        sample, document = data.draw(CREDENTIAL), data.draw(CREDENTIAL)
        cache = Warm()
        for one in (sample, document, sample):
            assert cache.canonical(one) == in_full(one)

    @settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def test_equals_the_full_algorithm_when_other_slots_fill_a_compiled_shape(self, data):
        sample = data.draw(CREDENTIAL)
        _, slots = structure.read(sample)
        cache = Warm()
        cache.canonical(sample)
        for _ in range(3):
            others = [data.draw(ANY_IRI if template.PLAIN_IRI.match(slot) else TEXT) for slot in slots]
            mixed = [new if data.draw(st.booleans()) else old for new, old in zip(others, slots, strict=True)]
            document = structure.fill(sample, mixed)
            assert outcome(cache.canonical, document) == outcome(in_full, document)

    def test_equals_pyld_on_the_reference_credential(self):
        cache = Warm()
        wanted = {
            "algorithm": "URDNA2015",
            "format": "application/n-quads",
            "documentLoader": document_loader(),
        }
        for text in ("first", "second"):
            document = with_text(FIXTURE, text, f"urn:uuid:{text}")
            assert cache.canonical(document) == pyld.normalize(document, wanted).encode()
        assert cache.counts == {"shape": 2, "compiled": 1}

    def test_the_first_of_a_shape_goes_the_long_way(self):
        cache = ShapeCache()
        for number in range(5):
            cache.canonical(with_text(FIXTURE, str(number), f"urn:uuid:{number}"))
        assert cache.counts == {"full": 1, "compiled": 1, "shape": 4}

    def test_most_random_credentials_of_a_batch_go_by_shape(self):
        cache = ShapeCache()
        for number in range(200):
            document = with_text(
                FIXTURE, ['"quoted"', "\x00", "é", "%s", "\U0001f600"][number % 5], f"urn:x:{number}"
            )
            assert cache.canonical(document) == in_full(document)
        assert cache.counts["shape"] >= 195

    def test_results_that_look_alike_take_the_whole_of_rdfc(self):
        document = copy.deepcopy(FIXTURE)
        document["credentialSubject"]["result"][1] = dict(document["credentialSubject"]["result"][0])
        cache = Warm()
        assert cache.canonical(document) == in_full(document)
        assert cache.counts["alike"] == 1

    def test_ids_that_become_one_are_merged_as_rdf_does(self):
        cache = Warm()
        cache.canonical(FIXTURE)
        document = copy.deepcopy(FIXTURE)
        document["evidence"][0]["id"] = document["id"]
        assert cache.canonical(document) == in_full(document)
        assert cache.counts["full"] == 0

    @pytest.mark.parametrize("iri", ["https://x.example/é", "x:y", "_:b0", "tag:a,2026:b"])
    def test_an_unusual_id_is_a_variant_of_its_own(self, iri):
        cache = Warm()
        cache.canonical(FIXTURE)
        document = with_text(FIXTURE, "x", iri)
        assert cache.canonical(document) == in_full(document)
        assert (cache.counts["full"], cache.counts["compiled"]) == (0, 2)

    def test_a_vocabulary_word_belongs_to_the_shape(self):
        cache = Warm()
        for status in ("Completed", "Failed", "Completed"):
            document = copy.deepcopy(FIXTURE)
            document["credentialSubject"]["result"][0]["status"] = status
            assert cache.canonical(document) == in_full(document)
        assert cache.counts["full"] == 0


class TestWhatCannotBeSigned:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"hidden": "x"}, "jsonld-error"),
            ({"id": "relative"}, "jsonld-error"),
            ({"name": None}, "jsonld-error"),
            ({"name": "\ud800"}, "malformed"),
            ({"name": 2**53}, "malformed"),
            ({"type": ["VerifiableCredential", "Invented"]}, "jsonld-error"),
            ({"@context": ["https://x.example/unknown"]}, "context-unavailable"),
            ({"@context": "https://x.example/unknown"}, "context-unavailable"),
            ({"@context": [FIXTURE["@context"][0], {"a": "urn:a"}]}, "context-unavailable"),
            ({"evidence": [{"type": ["Evidence"], "mood": "x"}]}, "jsonld-error"),
            ({"name": {"@value": "x", "@direction": "rtl"}}, "jsonld-error"),
            ({"name": b"x"}, "malformed"),
        ],
    )
    def test_fails_as_in_the_full_algorithm_every_time(self, change, code):
        cache = Warm()
        cache.canonical(FIXTURE)
        for _ in range(3):
            with pytest.raises(ProofError) as caught:
                cache.canonical({**FIXTURE, **change})
            assert caught.value.code == code

    def test_bottomless_documents_fail(self):
        deep: list = []
        for _ in range(100_000):
            deep = [deep]
        with pytest.raises(ProofError):
            ShapeCache().canonical({**FIXTURE, "evidence": deep})

    @pytest.mark.parametrize("document", [[], "x", None])
    def test_something_that_is_no_object_fails(self, document):
        with pytest.raises(ProofError):
            ShapeCache().canonical(document)


class TestTheCacheItself:
    def test_keeps_no_more_shapes_than_told(self):
        cache = ShapeCache(max_shapes=2)
        made = [{**FIXTURE, "evidence": FIXTURE["evidence"] * (number + 1)} for number in range(4)]
        for document in made:
            cache.canonical(document)
        assert (len(cache.shapes), len(cache.met_once)) == (0, 2)
        for document in [*made, *made]:
            cache.canonical(document)
            cache.canonical(document)
        assert (len(cache.shapes), len(cache.met_once)) == (2, 0)

    def test_a_slot_with_many_odd_values_stops_compiling(self):
        cache = Warm()
        for number in range(shapes.MAX_VARIANTS + 4):
            cache.canonical(with_text(FIXTURE, "x", f"x:{number}"))
        assert cache.counts["compiled"] == shapes.MAX_VARIANTS
        assert cache.counts["full"] == 4

    def test_a_context_that_defines_a_scheme_is_not_trusted(self):
        loader = document_loader({"https://x.example/c": {"@context": {"urn": "https://x.example/urn#"}}})
        cache = Warm(loader)
        cache.canonical(FIXTURE)
        assert cache.counts["full"] == 1

    def test_a_name_with_a_colon_is_not_a_plain_iri(self):
        extra = {"https://x.example/c": {"@context": {"urn:x:term": "https://x.example/elsewhere"}}}
        cache = Warm(document_loader(extra))
        cache.canonical(FIXTURE)
        document = with_text(FIXTURE, "x", "urn:x:term")
        assert cache.canonical(document) == rdfc.canonicalize(jsonld.to_rdf(document, extra)).encode()
        assert (cache.counts["full"], cache.counts["compiled"]) == (0, 2)

    def test_the_mark_of_slots_in_a_document_is_harmless(self):
        cache = Warm()
        document = with_text(FIXTURE, "urn:x-slot:0", "urn:x-slot:3")
        for _ in range(2):
            assert cache.canonical(document) == in_full(document)
        assert cache.counts["full"] == 2

    def test_a_template_that_failed_its_self_check_is_not_used(self, monkeypatch):
        monkeypatch.setattr(template.Template, "canonical", lambda self, slots: (b"wrong", True))
        with pytest.raises(NotCovered):
            template.compile_template(FIXTURE, (), document_loader())


class TestRead:
    def test_different_structures_have_different_shapes(self):
        documents = [
            {"a": ["x"]}, {"a": "x"}, {"a": {"x": "x"}}, {"a": [["x"]]}, {"a": [], "b": "x"}, {"b": "x"},
            {"a": 1}, {"a": 1.0}, {"a": True}, {"a": False}, {"a": "x", "b": "x"}, {"a": {"b": "x"}},
            {"a": {}, "b": "x"}, {"type": "x"}, {"type": ["x"]}, {"type": "y"}, {"a": [{}]}, {"a": [{}, {}]},
        ]  # fmt: skip
        assert len({structure.read(document)[0] for document in documents}) == len(documents)

    def test_slots_can_be_put_back(self):
        _, slots = structure.read(FIXTURE)
        assert structure.fill(FIXTURE, slots) == FIXTURE


class TestPrepareMany:
    def documents(self):
        made = [with_text(FIXTURE, str(number), f"urn:uuid:{number}") for number in range(4)]
        return [
            *made,
            {**made[0], "proof": {"type": "DataIntegrityProof"}},
            {**made[0], "@context": made[0]["@context"][:]},
        ]

    def test_gives_what_prepare_gives(self):
        documents = self.documents()
        for one, document in zip(prepare_many(documents, cache=Warm(), **OPTIONS), documents, strict=True):
            alone = data_integrity.prepare(document, **OPTIONS)
            assert one.to_sign == alone.to_sign
            assert one.secured(b"\1" * 64) == alone.secured(b"\1" * 64)

    def test_compares_with_the_full_algorithm_as_it_goes(self, monkeypatch):
        cache, documents = Warm(), self.documents()[:3]
        monkeypatch.setattr(Warm, "in_full", lambda self, document: b"other")
        with pytest.raises(ProofError) as caught:
            prepare_many(documents, cache=cache, **OPTIONS)
        assert caught.value.code == "proof-generation"
        assert len(prepare_many(documents, cache=cache, check_every=0, **OPTIONS)) == 3

    def test_refuses_what_cannot_be_signed(self):
        with pytest.raises(ProofError):
            prepare_many([{**FIXTURE, "hidden": "x"}], cache=ShapeCache(), **OPTIONS)
        with pytest.raises(ProofError):
            prepare_many([], cache=ShapeCache(), verification_method="did:x:y#k", created="today")


class TestVerifyingByShape:
    @pytest.mark.parametrize("name", ["first", 'other "name"'])
    def test_a_proof_holds_and_a_change_breaks_it(self, name):
        cache, now = Warm(), datetime(2026, 6, 1, tzinfo=UTC)
        private = Ed25519PrivateKey.from_private_bytes(bytes(32))
        key = PublicKey("Ed25519", private.public_key().public_bytes_raw())
        prepared = data_integrity.prepare(with_text(FIXTURE, name, "urn:uuid:1"), **OPTIONS)
        secured = prepared.secured(private.sign(prepared.to_sign))
        for document, holds in ((secured, True), (with_text(secured, "changed", "urn:uuid:1"), False)):
            [outcome] = data_integrity.verify(document, resolve=lambda url: key, now=now, digest=cache.digest)
            assert outcome.verified is holds
        assert cache.counts["shape"] == 4  # document and proof, each twice
        assert not cache.counts["full"]

    @pytest.mark.parametrize(
        ("given", "holds"), [({"max_steps": 3}, True), ({"limits": jsonld.Limits(objects=3)}, False)]
    )
    def test_limits_of_the_asker_count_in_full(self, given, holds):
        cache, now = Warm(), datetime(2026, 6, 1, tzinfo=UTC)
        key = Ed25519PrivateKey.from_private_bytes(bytes(32))
        public = PublicKey("Ed25519", key.public_key().public_bytes_raw())
        prepared = data_integrity.prepare(FIXTURE, **OPTIONS)
        secured = prepared.secured(key.sign(prepared.to_sign))
        [outcome] = data_integrity.verify(
            secured, resolve=lambda url: public, now=now, digest=cache.digest, **given
        )
        assert outcome.verified is holds
        assert not cache.counts  # nothing went by shape
