"""Rich Skill Descriptors in JSON and in both generations of CSV."""

import pytest

from skills.formats import rsd
from skills.formats.errors import FormatError
from tests.skills.formats.samples import EXPORT_HEADER, IMPORT_HEADER, collection


class TestCollection:
    def test_reads_skills_in_order(self):
        found = rsd.read_collection(collection())
        assert [node.name for node in found.nodes] == ["Skill 0", "Skill 1", "Skill 2"]
        assert found.nodes[0].keywords == ("Metal", "k", "l")
        assert found.nodes[0].uri == "https://rsd.example/api/skills/0"

    def test_archived_skills_are_retired(self):
        skills = collection()["skills"]
        skills[1]["status"] = "Archived"
        assert [node.retired for node in rsd.read_collection(collection(skills=skills)).nodes] == [
            False,
            True,
            False,
        ]

    def test_leaves_out_what_says_nothing(self):
        found = rsd.read_collection(collection(skills=[{"uuid": "x"}, "text"]))
        assert (found.nodes, [one.problem for one in found.flaws]) == ((), ["item-incomplete"])

    @pytest.mark.parametrize("data", [{}, {"skills": {}}, {"skills": []}])
    def test_refuses_what_is_no_collection(self, data):
        with pytest.raises(FormatError):
            rsd.read_collection(data)


class TestCsv:
    def test_reads_the_import_form(self):
        rows = [(2, ["Shop", "Weld", "Metal", "Weld pipes.", "pipe; weld", "https://x.example/1"])]
        found = rsd.read_csv(IMPORT_HEADER, rows, title="file")
        assert (found.title, found.nodes[0].keywords) == ("Shop", ("Metal", "pipe", "weld"))
        assert found.edges[0].destination_uri == "https://x.example/1"
        assert found.nodes[0].uri.startswith("urn:uuid:")

    def test_reads_the_export_form_by_its_address(self):
        rows = [
            (
                2,
                [
                    "https://rsd.example/1",
                    "Weld",
                    "Ann",
                    "Weld pipes.",
                    "Metal",
                    "pipe",
                    "https://x.example/1",
                ],
            )
        ]
        found = rsd.read_csv(EXPORT_HEADER, rows, title="file")
        assert (found.nodes[0].source_id, found.title, found.creator) == (
            "https://rsd.example/1",
            "file",
            "Ann",
        )

    def test_gives_the_same_identity_every_time(self):
        rows = [(2, ["", "Weld", "", "Weld pipes.", "", ""]), (3, ["", "Weld", "", "Weld plates.", "", ""])]
        first, second = (rsd.read_csv(IMPORT_HEADER, rows, title="file") for _time in range(2))
        assert [node.source_id for node in first.nodes] == [node.source_id for node in second.nodes]
        assert len({node.source_id for node in first.nodes}) == 2

    def test_a_short_row_and_a_row_without_statement_are_named(self):
        found = rsd.read_csv(IMPORT_HEADER, [(2, ["", "Weld"]), (3, [])], title="file")
        assert [(one.problem, one.where) for one in found.flaws] == [
            ("item-incomplete", "2"),
            ("item-incomplete", "3"),
        ]

    def test_refuses_other_tables(self):
        with pytest.raises(FormatError):
            rsd.read_csv(["Code", "Title"], [], title="file")
