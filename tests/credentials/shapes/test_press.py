import json
from hashlib import sha256

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks._documents import FIXTURE, signed
from benchmarks.sign import DEMO
from credentials.shapes.cache import ShapeCache
from credentials.shapes.press import Press
from credentials.shapes.structure import NotCovered
from credentials.shapes.template import PLAIN_IRI

from .credentials import ANY_IRI, IRI, TEXT

SUBJECT = ("credentialSubject",)
VARYING = [("id",), (*SUBJECT, "name"), (*SUBJECT, "result", 0, "value"), ("evidence", 0, "narrative")]
CACHE = ShapeCache()
PRESS = Press(FIXTURE, VARYING, CACHE)


EVERY = [("id",), ("validFrom",), ("awardedDate",), (*SUBJECT, "id"), (*SUBJECT, "name"),
    (*SUBJECT, "identifier", 0, "identityHash"), (*SUBJECT, "identifier", 0, "salt"), (*SUBJECT, "result", 0, "id"),
    (*SUBJECT, "result", 0, "value"), ("credentialStatus", "id"), ("credentialStatus", "statusListIndex")]  # fmt: skip
AS_ISSUED = Press(DEMO, EVERY, CACHE)
IRIS = [number for number, path in enumerate(EVERY) if path[-1] == "id"]
STATUS_LIST = DEMO["credentialStatus"]["statusListCredential"]


def with_texts(texts):
    document = json.loads(json.dumps(DEMO))
    for path, text in zip(EVERY, texts, strict=True):
        inner = document
        for name in path[:-1]:
            inner = inner[name]
        inner[path[-1]] = text
    return document


def with_values(values):
    document = json.loads(json.dumps(FIXTURE))
    document["id"], document["credentialSubject"]["name"] = values[:2]
    document["credentialSubject"]["result"][0]["value"] = values[2]
    document["evidence"][0]["narrative"] = values[3]
    return document


class TestPress:
    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.tuples(IRI, TEXT, TEXT, TEXT))
    def test_writes_the_json_and_the_digest_of_the_document(self, values):
        document = with_values(values)
        assert PRESS(values) == (orjson.dumps(document), sha256(CACHE.in_full(document)).digest())

    @settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
    @given(
        st.tuples(
            *[ANY_IRI | st.just(STATUS_LIST) if number in IRIS else TEXT for number in range(len(EVERY))]
        )
    )
    def test_of_all_texts_of_a_row_is_the_same_or_nothing(self, texts):
        document = with_texts(texts)
        if all(PLAIN_IRI.match(texts[number]) for number in IRIS):
            assert AS_ISSUED(texts) == (orjson.dumps(document), sha256(CACHE.in_full(document)).digest())
        else:
            with pytest.raises(NotCovered):
                AS_ISSUED(texts)

    @pytest.mark.parametrize("place", IRIS)
    @pytest.mark.parametrize(
        "iri", ["urn:x:a\nurn:x:b", "urn:x:a\n", "\nurn:x:a", "", "urn:x:a b", "x:y", "Result"]
    )
    def test_has_no_place_for_what_is_no_iri_wherever_it_stands(self, place, iri):
        texts = [f"urn:x:{number}" for number in range(len(EVERY))]
        with pytest.raises(NotCovered):
            AS_ISSUED([*texts[:place], iri, *texts[place + 1 :]])

    @pytest.mark.parametrize("more", [-1, 1])
    def test_takes_as_many_texts_as_there_are_places(self, more):
        with pytest.raises(ValueError, match="one text for each"):
            AS_ISSUED(["urn:x:a"] * (len(EVERY) + more))

    def test_of_nodes_that_look_alike_is_what_the_full_algorithm_says(self):
        document = json.loads(json.dumps(FIXTURE))
        document["credentialSubject"]["result"] = [{"type": ["Result"], "value": value} for value in "AB"]
        cache = ShapeCache()
        press = Press(document, [(*SUBJECT, "result", number, "value") for number in (0, 1)], cache)
        for values in (("A", "B"), ("B", "B"), ("B", "A"), ('"', "\\")):
            for one, value in zip(document["credentialSubject"]["result"], values, strict=True):
                one["value"] = value
            assert press(values) == (orjson.dumps(document), sha256(cache.in_full(document)).digest())
        assert cache.counts["alike"] == 1

    def test_keeps_no_more_ways_to_label_than_told(self, monkeypatch):
        monkeypatch.setattr("credentials.shapes.plate.MAX_KEPT", 3)
        cache = ShapeCache()
        press = Press(FIXTURE, VARYING, cache)
        for number in range(12):
            values = (f"urn:x:{number}", "a", str(number), "b")
            assert press(values)[1] == sha256(cache.in_full(with_values(values))).digest()
            assert len(cache.ways) <= 3

    @pytest.mark.parametrize(
        "values", [("x y", "", "", ""), ("_:b", "", "", ""), ("urn:x:y", "\ud800", "", "")]
    )
    def test_refuses_a_text_that_has_no_place(self, values):
        with pytest.raises(NotCovered):
            PRESS(values)

    @pytest.mark.parametrize(
        "varying",
        [[("none",)], [("id",), ("id",)], [("issuer", "name")], [("type", 0)], [("credentialSubject",)]],
    )
    def test_takes_only_texts_that_belong_to_no_shape(self, varying):
        with pytest.raises(NotCovered):
            Press(FIXTURE, varying, CACHE)

    def test_has_no_place_for_a_word_of_a_vocabulary(self):
        with pytest.raises(NotCovered):
            Press(signed(FIXTURE), [("proof", 0, "proofPurpose")], CACHE)

    def test_a_document_that_cannot_be_signed_makes_no_press(self):
        with pytest.raises(NotCovered):
            Press({**FIXTURE, "hidden": "x"}, [("id",)], CACHE)
