import pytest

from credentials.canon import contexts
from credentials.canon.contexts import PINNED, Pinned
from credentials.canon.errors import ProofError


class TestPinned:
    @pytest.mark.parametrize("url", sorted(PINNED))
    def test_each_file_has_its_digest(self, url):
        assert "@context" in contexts.load_pinned(url, PINNED[url])

    def test_a_changed_file_is_refused(self):
        pinned = PINNED[contexts.CREDENTIALS_V2]
        with pytest.raises(ProofError, match="was changed") as caught:
            contexts.load_pinned(contexts.CREDENTIALS_V2, pinned._replace(sha256="0" * 64))
        assert caught.value.code == "context-unavailable"

    @pytest.mark.parametrize("package", ["openbadgeslib.ob3.contexts", "no_such_package"])
    def test_a_missing_file_is_refused(self, package):
        with pytest.raises(ProofError, match="missing"):
            contexts.load_pinned("urn:x", Pinned(package, "no-such.json", ""))


class TestDocumentLoader:
    def test_refuses_every_other_url(self):
        with pytest.raises(ProofError) as caught:
            contexts.document_loader()("https://x.example/context")
        assert caught.value.code == "context-unavailable"

    def test_serves_extra_contexts(self):
        loader = contexts.document_loader({"https://x.example/c": {"@context": {}}})
        assert loader("https://x.example/c")["document"] == {"@context": {}}

    def test_an_extra_context_cannot_replace_a_pinned_one(self):
        loader = contexts.document_loader({contexts.CREDENTIALS_V2: {"@context": {}}})
        assert loader(contexts.CREDENTIALS_V2)["document"]["@context"] != {}

    def test_hands_out_copies(self):
        loader = contexts.document_loader()
        loader(contexts.CLR)["document"].clear()
        assert loader(contexts.CLR)["document"]

    def test_is_the_same_one_without_extras(self):
        assert contexts.document_loader() is contexts.document_loader({})

    def test_two_loaders_do_not_share_what_they_parsed(self):
        from credentials.canon import jsonld

        document = {"@context": "https://x.example/c", "name": "n", "@id": "urn:x"}
        first = {"https://x.example/c": {"@context": {"name": "https://x.example/one"}}}
        second = {"https://x.example/c": {"@context": {"name": "https://x.example/two"}}}
        assert jsonld.to_rdf(document, first)[0].predicate == "<https://x.example/one>"
        assert jsonld.to_rdf(document, second)[0].predicate == "<https://x.example/two>"
