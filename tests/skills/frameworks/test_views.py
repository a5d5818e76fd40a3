"""The pages of skills."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from skills.frameworks.models import Framework, ImportRun, Skill
from tests.skills.formats.samples import as_bytes, edge, item, package


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def office(college) -> Client:
    return signed_in(college.program_office)


@pytest.fixture
def bring(office, college):
    """Import through the screens; return the run."""

    def walk(data, name="skills.json") -> ImportRun:
        file = SimpleUploadedFile(name, as_bytes(data))
        answer = office.post(reverse("frameworks:import_new"), {"org_unit": college.main.pk, "file": file})
        assert answer.status_code == 302, answer.content.decode()
        assert office.get(answer["Location"]).status_code == 200
        office.post(answer["Location"] + "apply/")
        return ImportRun.objects.latest("read_at")

    return walk


def wide(count: int) -> dict:
    items = [item("top", "Top.")] + [item(f"i{n}", f"Statement {n}.") for n in range(count)]
    return package(CFItems=items, CFAssociations=[edge(f"i{n}", "isChildOf", "top") for n in range(count)])


class TestImport:
    def test_comes_in_through_the_screens(self, bring, office):
        run = bring(package())
        page = office.get(reverse("frameworks:import_detail", args=[run.pk])).content.decode()
        assert "3 skills and 5 connections" in page
        assert Skill.objects.count() == 3

    def test_every_figure_opens_its_list(self, bring, office):
        run = bring(package())
        for tab in office.get(reverse("frameworks:import_detail", args=[run.pk])).context["tabs"]:
            shown = office.get(reverse("frameworks:import_detail", args=[run.pk]) + tab["url"])
            assert shown.context["page"].paginator.count == tab["count"]

    def test_says_what_to_do_with_another_file(self, office, college):
        file = SimpleUploadedFile("a.csv", b"Code,Title\nA,B\n")
        answer = office.post(reverse("frameworks:import_new"), {"org_unit": college.main.pk, "file": file})
        assert (answer.status_code, "Contextualized Skill Statement" in answer.content.decode()) == (
            400,
            True,
        )


class TestTree:
    def test_loads_a_level_at_a_time_and_unfolds_without_script(self, bring, office):
        run = bring(package())
        url = reverse("frameworks:framework", args=[run.framework.pk])
        top, leaf = Skill.objects.get(source_id="top"), Skill.objects.get(source_id="a")
        assert "Préparer" not in office.get(url).content.decode()
        assert "Préparer" in office.get(url, {"open": str(leaf.pk)}).content.decode()
        branch = office.get(reverse("frameworks:below", args=[run.framework.pk, top.pk])).content.decode()
        assert "Préparer" in branch
        assert "<html" not in branch

    def test_asks_the_database_as_often_for_many_skills(self, bring, office, django_assert_num_queries):
        run = bring(wide(3))
        url = reverse("frameworks:framework", args=[run.framework.pk])
        with CaptureQueriesContext(connection) as counted:
            office.get(url, {"open": str(Skill.objects.get(source_id="top").pk)})
        few = len(counted)
        bring(wide(80))
        with django_assert_num_queries(few):
            office.get(url, {"open": str(Skill.objects.get(source_id="top").pk)})


class TestList:
    def test_asks_the_database_as_often_for_many_frameworks(self, bring, office, django_assert_num_queries):
        bring(package())
        with CaptureQueriesContext(connection) as counted:
            office.get(reverse("frameworks:list"))
        few = len(counted)
        for number in range(4):
            other = package()
            other["CFDocument"] = {**other["CFDocument"], "identifier": f"doc{number}"}
            bring(other)
        with django_assert_num_queries(few):
            office.get(reverse("frameworks:list"))
        assert Framework.objects.count() == 5

    def test_finds_skills_by_words(self, bring, office):
        bring(package())
        assert (
            "Préparer the joint." in office.get(reverse("frameworks:list"), {"q": "joint"}).content.decode()
        )
        assert (
            "No skill holds these words"
            in office.get(reverse("frameworks:list"), {"q": "quantum"}).content.decode()
        )


class TestSearch:
    def test_answers_as_a_fragment_or_as_json(self, bring, office):
        bring(package())
        url = reverse("frameworks:search")
        fragment = office.get(url, {"q": "joint"}, headers={"HX-Request": "true"}).content.decode()
        assert "Préparer the joint." in fragment
        assert "<html" not in fragment
        assert office.get(url, {"q": "joint"})["Location"] == reverse("frameworks:list") + "?q=joint"
        found = office.get(url, {"q": "joint", "format": "json"}).json()
        assert (found["count"], found["results"][0]["code"]) == (1, "W.2")


class TestSkill:
    def test_says_where_it_came_from_and_what_hangs_on_it(self, bring, office):
        bring(package())
        page = office.get(
            reverse("frameworks:skill", args=[Skill.objects.get(source_id="b").pk])
        ).content.decode()
        for words in (
            "Weld pipes.",
            "Welding outcomes",
            "13, 14",
            "Comes after",
            "Means the same as",
            "skills.json",
        ):
            assert words in page


class TestRefusals:
    def test_pages_are_for_staff(self, bring, college):
        run = bring(package())
        skill = Skill.objects.get(source_id="top")
        for url in (
            reverse("frameworks:list"),
            reverse("frameworks:search") + "?format=json",
            reverse("frameworks:framework", args=[run.framework.pk]),
            reverse("frameworks:below", args=[run.framework.pk, skill.pk]),
            reverse("frameworks:skill", args=[skill.pk]),
        ):
            assert Client().get(url).status_code == 302
            assert signed_in(college.stranger).get(url).status_code == 403
            assert signed_in(college.neighbor).get(url).status_code == 200

    def test_imports_are_for_the_program_office_and_the_registrar_of_the_unit(self, bring, college):
        run = bring(package())
        url = reverse("frameworks:import_detail", args=[run.pk])
        assert signed_in(college.faculty).get(reverse("frameworks:import_new")).status_code == 403
        assert signed_in(college.stranger).get(url).status_code == 403
        assert signed_in(college.neighbor).get(url).status_code == 404
        assert (
            signed_in(college.neighbor).post(reverse("frameworks:import_apply", args=[run.pk])).status_code
            == 404
        )
        assert (
            signed_in(college.stranger).post(reverse("frameworks:import_apply", args=[run.pk])).status_code
            == 403
        )
