"""Frameworks come in, change, lose skills and are found again."""

from datetime import UTC, datetime

import pytest

from institution.errors import NotAllowed
from institution.events.models import Event
from skills.frameworks import selectors, services
from skills.frameworks.errors import UnreadableFramework
from skills.frameworks.models import Association, Framework, Skill
from tests.institution.imports.files import csv_text, workbook
from tests.skills.formats.samples import IMPORT_HEADER, as_bytes, collection, edge, item, package

NOW = datetime(2026, 5, 14, 10, tzinfo=UTC)


@pytest.fixture
def bring(college):
    def walk(data, name="skills.json"):
        data = data if isinstance(data, bytes) else as_bytes(data)
        return services.import_framework(
            data, file_name=name, org_unit=college.main, actor=college.program_office, now=NOW
        )

    return walk


class TestReadImport:
    def test_reports_and_changes_nothing(self, college):
        run = services.read_import(
            as_bytes(package()),
            file_name="a.json",
            org_unit=college.main,
            actor=college.program_office,
            now=NOW,
        )
        assert run.report["counts"] == {
            "added": 3,
            "changed": 0,
            "retired": 0,
            "faults": 0,
            "unchanged": 0,
            "skills": 3,
            "associations": 5,
        }
        assert not Skill.objects.exists()

    @pytest.mark.parametrize(
        ("data", "words"),
        [
            (b"{broken", "broken"),
            (b"{}", "neither"),
            (b"%PDF-1", "PDF"),
            (b"Code,Title\nA,B\n", "Skill Name"),
            (b"", "empty"),
        ],
    )
    def test_says_why_a_file_cannot_come_in(self, college, data, words):
        with pytest.raises(UnreadableFramework) as caught:
            services.read_import(
                data, file_name="a", org_unit=college.main, actor=college.program_office, now=NOW
            )
        assert words in caught.value.faults["file"]

    @pytest.mark.parametrize("who", ["stranger", "faculty", "dean", "auditor"])
    def test_refuses_strangers_and_other_roles(self, college, who):
        with pytest.raises(NotAllowed):
            services.read_import(
                as_bytes(package()),
                file_name="a",
                org_unit=college.main,
                actor=getattr(college, who),
                now=NOW,
            )


class TestApplyImport:
    def test_writes_skills_with_parents_and_connections(self, bring):
        run = bring(package())
        assert (run.framework.title, Skill.objects.count(), Association.objects.count()) == (
            "Welding outcomes",
            3,
            5,
        )
        assert Skill.objects.get(source_id="a").parent.source_id == "top"
        assert Event.objects.filter(kind="framework.imported").count() == 1

    def test_the_same_file_twice_changes_nothing(self, bring):
        bring(package())
        before = list(Skill.objects.order_by("pk").values())
        counts = bring(package()).report["counts"]
        assert (counts["added"], counts["changed"], counts["unchanged"]) == (0, 0, 3)
        assert list(Skill.objects.order_by("pk").values()) == before
        assert (Framework.objects.count(), Association.objects.count()) == (1, 5)

    def test_a_run_is_applied_once(self, bring, college):
        run = bring(package())
        assert services.apply_import(run, actor=college.program_office, now=NOW).applied_at == run.applied_at
        assert Event.objects.filter(kind="framework.imported").count() == 1

    def test_changes_are_reported_by_field_and_written(self, bring):
        bring(package())
        data = package()
        data["CFItems"][1]["fullStatement"] = "Weld pipes overhead."
        report = bring(data).report
        assert {one["field"] for one in report["changed"][0]["changes"]} == {"statement", "name"}
        assert Skill.objects.get(source_id="b").statement == "Weld pipes overhead."

    def test_what_vanished_is_retired_and_may_come_back(self, bring):
        bring(package())
        fewer = package(CFItems=package()["CFItems"][:2], CFAssociations=[edge("b", "isChildOf", "top")])
        assert bring(fewer).report["counts"]["retired"] == 1
        assert Skill.objects.get(source_id="a").retired_at == NOW
        bring(package())
        assert Skill.objects.get(source_id="a").retired_at is None

    def test_a_link_is_tied_when_its_framework_arrives(self, bring):
        bring(package())
        other = package(CFItems=[item("elsewhere", "Elsewhere.")], CFAssociations=[])
        other["CFDocument"]["identifier"] = "doc2"
        bring(other)
        assert Association.objects.get(kind="exactMatchOf").destination.source_id == "elsewhere"

    def test_reads_collections_and_tables_of_every_kind(self, bring):
        rows = [
            IMPORT_HEADER,
            ["", "Señales", "", "Read señales.", "x", ""],
            ["", "Weld", "", "Weld pipes.", "y", ""],
        ]
        assert bring(collection()).report["counts"]["added"] == 3
        assert bring(csv_text(rows, ";").encode("cp1252"), "work_skills.csv").framework.title == "work skills"
        assert bring(workbook(rows), "book.xlsx").report["counts"]["added"] == 2
        assert Skill.objects.filter(name="Señales").count() == 2

    def test_a_neighbor_may_not_change_our_framework(self, bring, college):
        bring(package())
        with pytest.raises(NotAllowed):
            services.read_import(
                as_bytes(package()), file_name="a", org_unit=college.welding, actor=college.neighbor, now=NOW
            )

    def test_many_skills_take_few_queries(self, bring, django_assert_max_num_queries):
        items = [item(f"i{n}", f"Statement {n}.") for n in range(1500)]
        rows = [edge(f"i{n}", "isChildOf", f"i{n // 10}") for n in range(1, 1500)]
        with django_assert_max_num_queries(45):
            bring(package(CFItems=items, CFAssociations=rows))
        assert Skill.objects.filter(parent__isnull=True).count() == 1


class TestSearchSkills:
    def test_finds_by_words_without_accents_and_case(self, bring):
        bring(package())
        assert [one.source_id for one in selectors.search_skills("PREPARER joint")] == ["a"]
        assert [one.source_id for one in selectors.search_skills("w.10")] == ["b"]

    def test_finds_what_is_misspelled(self, bring):
        bring(package())
        assert [one.source_id for one in selectors.search_skills("wedl pipes")] == ["b"]

    def test_leaves_out_what_is_retired_or_of_another_framework(self, bring):
        run = bring(package())
        bring(collection())
        Skill.objects.filter(source_id="a").update(retired_at=NOW)
        assert "a" not in [one.source_id for one in selectors.search_skills("joint")]
        assert selectors.search_skills("thing", framework=run.framework) == []
        assert len(selectors.search_skills("thing", limit=2)) == 2

    def test_answers_nothing_with_nothing(self, bring):
        bring(package())
        assert selectors.search_skills("  ") == []
        assert selectors.search_skills("100%_quantum") == []
