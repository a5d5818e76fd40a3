import json
import re

import pytest
from django.urls import reverse
from django.utils.translation import trans_real

from credentials.catalog import services
from credentials.catalog.models import Offering
from deploy.portal import compile_translations
from tests.credentials.catalog.factory import LATER, approve_next, make_approved, make_draft, make_skill

LIST = "/catalogue/"


def codes(answer):
    return {reading.offering.code for reading in answer.context["rows"]}


def detail_url(offering):
    return reverse("catalog:public_detail", args=[offering.pk])


@pytest.fixture
def shelf(college):
    """Three public offerings, a draft and a retired one."""
    skill = make_skill(college, "Weld a fillet")
    make_approved(college, "NURS-120")
    make_approved(
        college,
        "WELD-109",
        unit=college.welding,
        title="Welding II",
        description="Join steel.",
        kind="noncredit",
        modality="in_person",
        achievement_type="Certificate",
        skills=[skill.pk],
    )
    make_approved(college, "PEER-1", title="Mentoría entre pares", kind="cocurricular", language="es")
    make_draft(college, "DRAFT-1")
    gone = make_approved(college, "GONE-1")
    services.retire_offering(gone, rationale="Old", actor=college.dean, now=LATER)
    return skill


class TestOfferingPage:
    def test_shows_no_heading_with_nothing_below(self, college, client):
        grade = {"id": "grade", "name": "Final grade", "result_type": "LetterGrade", "levels": []}
        offering = make_approved(college, "NURS-120", result_descriptions=[grade])
        page = client.get(detail_url(offering)).text
        assert "Where it leads" not in page
        assert "The credential says what was reached." in page


class TestPublicList:
    def test_shows_what_is_approved_and_not_retired(self, shelf, client):
        assert codes(client.get(LIST)) == {"NURS-120", "WELD-109", "PEER-1"}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?q=welding", {"WELD-109"}),
            ("?q=wleding", {"WELD-109"}),
            ("?q=join+steel", {"WELD-109"}),
            ("?q=fillet", {"WELD-109"}),
            ("?q=nurs", {"NURS-120"}),
            ("?q=mentoria", {"PEER-1"}),
            ("?q=quantum", set()),
            ("?kind=credit", {"NURS-120"}),
            ("?modality=in_person", {"WELD-109"}),
            ("?language=es", {"PEER-1"}),
            ("?earned=Certificate", {"WELD-109"}),
            ("?kind=credit&modality=in_person", set()),
            ("?college=nonsense&skill=nonsense", {"NURS-120", "WELD-109", "PEER-1"}),
            ("?page=99", {"NURS-120", "WELD-109", "PEER-1"}),
        ],
    )
    def test_searches_and_filters_by_the_address(self, shelf, client, query, found):
        assert codes(client.get(LIST + query)) == found

    def test_filters_by_college_and_skill(self, college, shelf, client):
        assert codes(client.get(f"{LIST}?skill={shelf.pk}")) == {"WELD-109"}
        assert len(codes(client.get(f"{LIST}?college={college.main.pk}"))) == 3
        assert codes(client.get(f"{LIST}?college={college.welding.pk}")) == {"WELD-109"}

    def test_every_facet_count_is_the_length_of_the_list_it_opens(self, shelf, client):
        for facet in client.get(LIST).context["facets"]:
            for link in facet["links"]:
                assert client.get(link["url"]).context["page"].paginator.count == link["count"], link

    def test_a_facet_keeps_the_other_filters_and_can_be_taken_away(self, shelf, client):
        answer = client.get(f"{LIST}?q=welding&kind=noncredit")
        applied = answer.context["applied"]
        assert [link["url"] for link in applied] == [f"{LIST}?q=welding"]

    def test_takes_as_many_queries_for_twenty_as_for_three(
        self, college, shelf, client, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(20) as few:
            client.get(LIST)
        for number in range(17):
            make_approved(college, f"N-{number}")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(client.get(LIST).context["rows"]) == 20


class TestPublicDetail:
    def test_says_the_same_in_spanish_and_marks_foreign_text(self, shelf, client):
        spanish = Offering.objects.get(code="PEER-1")
        assert client.get(detail_url(spanish)).context["reading"].marked == "es"
        answer = client.get(detail_url(spanish), headers={"Accept-Language": "es"})
        assert answer.context["reading"].marked == ""

    @pytest.mark.parametrize("code", ["DRAFT-1", "GONE-1"])
    def test_hides_drafts_and_what_is_retired(self, shelf, client, code):
        assert client.get(detail_url(Offering.objects.get(code=code))).status_code == 404

    def test_shows_the_current_version_while_a_draft_is_written(self, college, client):
        offering = make_approved(college)
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.edit_version(draft, content={"title": "Secret plans"}, actor=college.faculty, now=LATER)
        assert b"Secret plans" not in client.get(detail_url(offering)).content

    def test_carries_json_ld_that_nothing_in_a_title_can_break(self, college, client):
        onward = make_approved(college, "NURS-130", title="Next")
        offering = make_approved(
            college,
            title="</script><b>Skills</b> & more",
            duration="P10W",
            cost="120",
            cip_code="51.3801",
            skills=[make_skill(college).pk],
            leads_to=[onward.pk],
        )
        answer = client.get(detail_url(offering))
        content = answer.content.decode()
        found = re.search(
            r'<script type="application/ld\+json" nonce="([^"]+)">(.*?)</script>', content, re.DOTALL
        )
        assert found[1] in answer["Content-Security-Policy"]
        data = json.loads(found[2])
        text = json.dumps(data)
        assert "</script><b>Skills</b> & more" in text
        for word in (
            offering.ctid,
            "ceterms:Course",
            "P10W",
            "NURS-120",
            "https://skills.example/take-vital-signs",
        ):
            assert word in text

    def test_is_revalidated_until_it_changes(self, college, client):
        offering = make_approved(college)
        first = client.get(detail_url(offering))
        again = client.get(detail_url(offering), headers={"If-None-Match": first["ETag"]})
        assert (again.status_code, again.content) == (304, b"")
        spanish = client.get(
            detail_url(offering), headers={"If-None-Match": first["ETag"], "Accept-Language": "es"}
        )
        assert spanish.status_code == 200
        approve_next(college, offering, now=LATER, title="New")
        assert client.get(detail_url(offering), headers={"If-None-Match": first["ETag"]}).status_code == 200

    def test_markdown_of_the_criteria_cannot_carry_a_script(self, college, client):
        bad = (
            "<script>alert(1)</script> [x](javascript:alert(1)) **bold** ![i](https://tracker.example/x.png)"
        )
        content = client.get(detail_url(make_approved(college, criteria=bad))).content
        assert b"<strong>bold</strong>" in content
        assert b"<script>alert" not in content
        assert b'href="javascript' not in content
        assert b'<img src="https://tracker' not in content


class TestInSpanish:
    ENGLISH = (
        "What you",
        "How it is",
        "Where it leads",
        "Offered by",
        "Non-credit",
        "quarter credits",
        "Search by",
    )

    def test_the_pages_are_whole_in_spanish(self, shelf, client):
        if compile_translations():
            trans_real._translations.clear()  # a page was shown before there was a catalog to read
        spanish = {"Accept-Language": "es"}
        offering = Offering.objects.get(code="WELD-109")
        for url in (LIST, f"{LIST}?q=welding", f"{LIST}?q=zzzz", detail_url(offering)):
            content = client.get(url, headers=spanish).content.decode()
            main = content[content.index("<main") : content.index("</main>")]
            assert [words for words in self.ENGLISH if words in main] == [], url
        assert 'lang="en"' in main  # the title is English still, and says so
        assert "Lo que sabrás hacer" in main
