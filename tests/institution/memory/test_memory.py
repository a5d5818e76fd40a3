from datetime import UTC, datetime

import pytest
from django.template import Context, Template
from django.urls import reverse
from django.utils import translation

from institution.errors import NotAllowed
from institution.memory.models import Decision, GlossaryTerm, SystemRecord
from institution.memory.services import lay_glossary, note_decision, note_system

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class TestGlossary:
    def test_every_word_has_both_languages(self, college):
        assert lay_glossary() == GlossaryTerm.objects.count()
        english = set(GlossaryTerm.objects.filter(language="en").values_list("slug", flat=True))
        assert english == set(GlossaryTerm.objects.filter(language="es").values_list("slug", flat=True))

    def test_twice_lays_it_once(self, college):
        lay_glossary()
        assert lay_glossary() == 0

    def test_an_edited_word_stays(self, college):
        lay_glossary()
        GlossaryTerm.objects.filter(slug="ler", language="en").update(explanation="Ours")
        lay_glossary()
        assert GlossaryTerm.objects.get(slug="ler", language="en").explanation == "Ours"

    def test_a_term_explains_itself_in_the_pages_language(self, college):
        lay_glossary()
        with translation.override("es"):
            shown = Template("{% load glossary %}{% term 'clr' %}").render(Context())
        assert "Registro Integral del Estudiante" in shown

    def test_plain_words_come_before_the_acronym(self, college):
        lay_glossary()
        shown = Template("{% load glossary %}{% term 'ler' long=True %}").render(Context())
        assert "Learning and Employment Record (LER)" in shown

    def test_the_page_is_open_to_anyone(self, client, college):
        lay_glossary()
        assert b"Comprehensive Learner Record" in client.get(reverse("memory:glossary")).content


class TestNoteDecision:
    def note(self, college, who):
        return note_decision(
            "One issuer for the college",
            rationale="Departments change.",
            field="issuing",
            org_unit=college.main,
            actor=getattr(college, who),
            now=NOW,
        )

    def test_twice_is_once(self, college):
        assert self.note(college, "program_office") == self.note(college, "program_office")

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty"])
    def test_refuses(self, college, who):
        with pytest.raises(NotAllowed):
            self.note(college, who)


class TestNoteSystem:
    def test_a_known_name_is_brought_up_to_date(self, college):
        for purpose in ("Grades", "Grades and rosters"):
            note_system(
                {"name": "SIS", "purpose": purpose},
                org_unit=college.main,
                actor=college.program_office,
                now=NOW,
            )
        assert SystemRecord.objects.get().purpose == "Grades and rosters"

    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, college, who):
        with pytest.raises(NotAllowed):
            note_system(
                {"name": "X", "purpose": "Y"}, org_unit=college.main, actor=getattr(college, who), now=NOW
            )


class TestPages:
    @pytest.mark.parametrize("name", ["memory:decisions", "memory:systems"])
    def test_refuse_a_stranger(self, client, college, name):
        client.force_login(college.stranger)
        assert client.get(reverse(name)).status_code == 403

    def test_a_decision_is_found_by_its_reason(self, client, college):
        TestNoteDecision().note(college, "program_office")
        client.force_login(college.dean)
        assert b"One issuer" in client.get(reverse("memory:decisions"), {"q": "change"}).content

    def test_a_neighbor_sees_none_of_the_colleges(self, client, college):
        TestNoteDecision().note(college, "program_office")
        client.force_login(college.neighbor)
        assert b"One issuer" not in client.get(reverse("memory:decisions")).content

    def test_noting_through_the_page(self, client, college):
        client.force_login(college.program_office)
        client.post(
            reverse("memory:systems"), {"name": "LMS", "purpose": "Courses", "org_unit": college.main.pk}
        )
        client.post(
            reverse("memory:decisions"),
            {"title": "T", "rationale": "R", "field": "other", "org_unit": college.main.pk},
        )
        assert (SystemRecord.objects.count(), Decision.objects.count()) == (1, 1)
        assert b"LMS" in client.get(reverse("memory:systems")).content

    @pytest.mark.parametrize(
        ("name", "model"), [("memory:decisions", Decision), ("memory:systems", SystemRecord)]
    )
    def test_queries_do_not_grow_with_the_rows(
        self, client, college, name, model, django_assert_max_num_queries
    ):
        for number in range(30):
            note_decision(
                f"D{number}",
                rationale="r",
                field="other",
                org_unit=college.main,
                actor=college.program_office,
                now=NOW,
            )
            note_system(
                {"name": f"S{number}", "purpose": "p"},
                org_unit=college.main,
                actor=college.program_office,
                now=NOW,
            )
        client.force_login(college.program_office)
        client.get(reverse(name))
        with django_assert_max_num_queries(12):
            client.get(reverse(name))
