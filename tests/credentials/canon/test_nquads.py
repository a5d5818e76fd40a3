import pytest

from credentials.canon import nquads
from credentials.canon.errors import ProofError


class TestIsAbsoluteIri:
    @pytest.mark.parametrize(
        "text", ["https://x.example/a?b#c", "urn:uuid:1", "did:web:x", "mailto:a@b", "x:é"]
    )
    def test_knows_absolute_iris(self, text):
        assert nquads.is_absolute_iri(text)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "a",
            "/a",
            "#a",
            ":a",
            "1a:b",
            "a:b c",
            "a:<b>",
            'a:"',
            "a:{",
            "a:\\",
            "a:\n",
            "a:\ud800",
            "a:b\n",
        ],
    )
    def test_refuses_the_rest(self, text):
        assert not nquads.is_absolute_iri(text)


class TestParse:
    def test_reads_every_kind_of_term(self):
        text = '<urn:s> <urn:p> "a\\u0041"@en <urn:g> . # c\n\n# comment\n_:b <urn:p> "1"^^<urn:t> .\n'
        assert nquads.parse(text) == [
            nquads.Quad("<urn:s>", "<urn:p>", '"aA"@en', "<urn:g>"),
            nquads.Quad("_:b", "<urn:p>", '"1"^^<urn:t>'),
        ]

    def test_leaves_xsd_string_unsaid(self):
        [quad] = nquads.parse(f'<urn:s> <urn:p> "a"^^<{nquads.XSD_STRING}> .')
        assert quad.object == '"a"'

    @pytest.mark.parametrize(
        "text",
        [
            "x",
            "<urn:s> <urn:p> .",
            '<urn:s> "p" <urn:o> .',
            '<urn:s> <urn:p> "\\q" .',
            '<urn:s> <urn:p> "\\UFFFFFFFF" .',
        ],
    )
    def test_refuses_other_text(self, text):
        with pytest.raises(ProofError) as caught:
            nquads.parse(text)
        assert caught.value.code == "malformed"


class TestWrite:
    @pytest.mark.parametrize("line", ['<urn:s> <urn:p> "a" .\n', "_:a <urn:p> _:b <urn:g> .\n"])
    def test_writes_what_was_read(self, line):
        assert nquads.write(nquads.parse(line)[0]) == line
