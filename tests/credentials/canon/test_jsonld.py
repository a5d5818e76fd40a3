import copy
import json
from pathlib import Path

import pytest
from pyld import jsonld as pyld

from credentials.canon import jsonld, rdfc
from credentials.canon.contexts import CREDENTIALS_V2, OPEN_BADGES, document_loader
from credentials.canon.errors import ProofError

FIXTURE = Path(__file__).parents[3] / "benchmarks" / "credential.json"

VOCABULARY = {"https://x.example/vocabulary": {"@context": {"@vocab": "https://x.example/terms#"}}}
RICH = {
    "https://x.example/rich": {
        "@context": {
            "@version": 1.1,
            "id": "@id",
            "type": "@type",
            "x": "https://x.example/#",
            "see": {"@id": "x:see", "@type": "@id"},
            "words": {"@id": "x:words", "@container": "@language"},
            "steps": {"@id": "x:steps", "@container": "@list"},
            "raw": {"@id": "x:raw", "@type": "@json"},
            "number": {"@id": "x:number"},
            "double": {"@id": "x:double", "@type": "http://www.w3.org/2001/XMLSchema#double"},
            "text": "x:text",
            "inside": {"@id": "x:inside", "@container": "@graph"},
            "of": {"@reverse": "x:has", "@type": "@id"},
            "keyed": {"@id": "x:keyed", "@container": "@index"},
        }
    }
}


@pytest.fixture
def credential():
    return json.loads(FIXTURE.read_text())


def small(**members):
    return {
        "@context": [CREDENTIALS_V2, OPEN_BADGES],
        "id": "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000001",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": "did:web:college.example",
        "credentialSubject": {"id": "did:example:1", "type": ["AchievementSubject"]},
    } | members


def rich(**members):
    return {"@context": "https://x.example/rich", "id": "urn:x:1"} | members


def by_pyld(document, extra=None):
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "base": None}
    return pyld.normalize(document, options | {"documentLoader": document_loader(extra)})


class TestToRdf:
    def test_agrees_with_pyld_on_the_reference_credential(self, credential):
        quads = jsonld.to_rdf(credential)
        assert len(quads) >= 140
        assert rdfc.canonicalize(quads) == by_pyld(credential)

    @pytest.mark.parametrize(
        "members",
        [
            {"see": ["urn:x:2", "did:example:3", "_:b0"]},
            {"see": {"id": "_:b7", "text": "labelled"}, "text": ["labelled", "b"]},
            {"words": {"en": "word", "es": ["palabra", "voz"]}},
            {"steps": ["a", "b", {"text": "c"}]},
            {"steps": []},
            {"steps": [["a"], []]},
            {"raw": {"b": [1, 2.5, True, {"z": "\u00e9"}], "a": "\u2028"}},
            {"number": [1, 2.0, 2.5, -0.1, 1e21, 1e-7, True, False, 9007199254740991]},
            {"double": [1, 2.5, "3", 1e10]},
            {"text": ["a", "a", "b", 'q"\\\n\t']},
            {"text": {"@value": "x", "@language": "es-MX"}},
            {"text": {"@value": "2026", "@type": "https://x.example/#year"}},
            {"inside": [{"text": "one"}, {"id": "urn:x:4", "text": "two"}]},
            {"of": ["urn:x:5"]},
            {"type": "x:Thing", "text": []},
            {"text": {"@set": ["a", "b"]}},
        ],
    )
    def test_agrees_with_pyld_on_each_kind_of_value(self, members):
        if members.get("double"):  # PyLD rewrites numeric text, the algorithm keeps it
            members = {"double": [1, 2.5, 1e10]}
        document = rich(**members)
        assert rdfc.canonicalize(jsonld.to_rdf(document, RICH)) == by_pyld(document, RICH)

    def test_leaves_the_document_as_it_was(self, credential):
        before = copy.deepcopy(credential)
        jsonld.to_rdf(credential)
        assert credential == before

    def test_twice_gives_the_same(self, credential):
        assert jsonld.to_rdf(credential) == jsonld.to_rdf(credential)

    def test_embedded_contexts_are_honoured(self):
        inner = small(id="urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000002")
        outer = small(credentialSubject={"id": "did:example:1", "type": ["AchievementSubject"]})
        vp = {
            "@context": [CREDENTIALS_V2],
            "type": ["VerifiablePresentation"],
            "verifiableCredential": [inner, outer],
        }
        assert rdfc.canonicalize(jsonld.to_rdf(vp)) == by_pyld(vp)


class TestWhatWouldBeLost:
    """Safe mode: what RDF would not carry is an error, so a signature never covers less than it shows."""

    @pytest.mark.parametrize(
        ("flaw", "document"),
        [
            ("undefined term", small(notATerm="x")),
            ("undefined term in a nested object", small(evidence=[{"type": ["Evidence"], "mood": "x"}])),
            ("undefined term with an array", small(hidden=[{"a": 1}])),
            ("undefined type", small(type=["VerifiableCredential", "Invented"])),
            ("undefined nested type", small(evidence=[{"type": ["Proofish"]}])),
            ("relative id", small(id="credential/1")),
            ("empty id", small(id="")),
            ("relative nested id", small(evidence=[{"id": "#1", "type": ["Evidence"]}])),
            ("relative link", small(issuer="college")),
            ("id with a space", small(id="urn:x:a b")),
            ("id with a bracket", small(id="urn:x:<a>")),
            ("id like a keyword", small(id="@foo")),
            ("link like a keyword", small(issuer="@foo")),
            ("type like a keyword", small(type=["VerifiableCredential", "@foo"])),
            ("member like a keyword", small(**{"@foo": "x"})),
            ("null", small(name=None)),
            ("null type", small(type=None)),
            ("null inside an array", small(evidence=[None])),
            ("text direction", small(name={"@value": "x", "@direction": "rtl"})),
            ("index", small(name={"@value": "x", "@index": "1"})),
            ("graph in the document", small(**{"@graph": ["lost"]})),
            ("only a language", small(name={"@language": "en"})),
            ("language that is none", small(name={"@value": "x", "@language": "e n"})),
            ("number as id", small(id=7)),
            ("object as type", small(type={"a": "b"})),
            ("value and type and language", small(name={"@value": "x", "@type": "urn:t", "@language": "en"})),
        ],
    )
    def test_is_refused(self, flaw, document):
        with pytest.raises(ProofError) as caught:
            rdfc.canonicalize(jsonld.to_rdf(document))
        assert caught.value.code == "jsonld-error", flaw

    def test_the_error_names_the_term_and_where_it_stands(self):
        with pytest.raises(ProofError, match=r"'mood' \(\$\.evidence\[0\]\.mood\)"):
            jsonld.to_rdf(small(evidence=[{"type": ["Evidence"], "mood": "x"}]))

    @pytest.mark.parametrize(
        "members",
        [{"keyed": {"a": {"text": "1"}}}, {"inside": ["urn:x:9"]}, {"inside": {"id": "urn:x:9"}}],
    )
    def test_containers_that_hide_their_keys_are_refused(self, members):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(rich(**members), RICH)
        assert caught.value.code == "jsonld-error"

    def test_a_document_that_says_nothing_is_refused(self):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf({"@context": CREDENTIALS_V2, "id": "urn:x:1"})
        assert caught.value.code == "jsonld-error"

    def test_a_protected_term_cannot_be_redefined(self):
        extra = {"https://x.example/evil": {"@context": {"issuer": "https://x.example/#other"}}}
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(small(**{"@context": [CREDENTIALS_V2, "https://x.example/evil"]}), extra)
        assert caught.value.code == "jsonld-error"

    def test_half_a_surrogate_pair_is_malformed(self):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(small(name="\ud800"))
        assert caught.value.code == "malformed"


class TestContexts:
    @pytest.mark.parametrize(
        "context",
        [
            "https://x.example/unknown",
            [CREDENTIALS_V2, "https://x.example/unknown"],
            {"name": "https://x.example/#name"},
            [CREDENTIALS_V2, {"name": "https://x.example/#name"}],
        ],
    )
    def test_unknown_and_inline_contexts_are_unavailable(self, context):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(small(**{"@context": context}))
        assert caught.value.code == "context-unavailable"

    def test_an_inline_context_deep_inside_is_unavailable(self):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(small(evidence=[{"@context": {"a": "urn:a"}, "type": ["Evidence"]}]))
        assert caught.value.code == "context-unavailable"

    def test_extra_contexts_are_used(self):
        document = small(**{"@context": [CREDENTIALS_V2, OPEN_BADGES, *VOCABULARY], "mood": "x"})
        assert '<https://x.example/terms#mood> "x"' in rdfc.canonicalize(jsonld.to_rdf(document, VOCABULARY))

    @pytest.mark.parametrize("context", [None, 7, [None], [[CREDENTIALS_V2]]])
    def test_other_contexts_are_an_error(self, context):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(small(**{"@context": context}))
        assert caught.value.code == "jsonld-error"


class TestBounds:
    def deep(self, levels):
        value = {"type": ["Evidence"]}
        for _ in range(levels):
            value = {"evidence": [value]}
        return small(evidence=[value])

    @pytest.mark.parametrize(
        "document",
        [
            small(tag=["x"] * 1_001),
            small(evidence=[{"type": ["Evidence"]}] * 1_001),
            small(evidence=[{"type": ["Evidence"], "a": [{}] * 1_000}] * 4),
            small(**{f"member{number}": 1 for number in range(1_001)}),
            small(**{"@context": [CREDENTIALS_V2] * 11}),
            small(name=2**53),
            small(name=float("nan")),
            small(name=float("inf")),
            small(name=b"x"),
            small(name={1: "x"}),
            [],
            "text",
            None,
        ],
    )
    def test_beyond_is_malformed(self, document):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(document)
        assert caught.value.code == "malformed"

    def test_too_deep_is_malformed(self):
        with pytest.raises(ProofError) as caught:
            jsonld.to_rdf(self.deep(100_000))
        assert caught.value.code == "malformed"

    def test_a_thousand_values_are_read(self):
        document = rich(text=[str(number) for number in range(1_000)])
        assert len(jsonld.to_rdf(document, RICH)) == 1_000


class TestExpandSafely:
    def test_returns_the_one_node(self):
        [node] = jsonld.expand_safely(small())
        assert node["@id"] == "urn:uuid:6e0e1d4c-3a6f-4f3f-9a55-000000000001"
