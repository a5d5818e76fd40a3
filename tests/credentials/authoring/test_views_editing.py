import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from credentials.catalog import services
from credentials.catalog.models import OfferingVersion
from tests.credentials.catalog.factory import (
    LATER,
    NOW,
    achieved,
    make_approved,
    make_draft,
    make_skill,
    make_submitted,
    png,
)

FORM = {
    "title": "Clinical Skills II",
    "description": "Take vital signs.",
    "kind": "credit",
    "achievement_type": "Course",
    "basis": "assessed",
    "criteria": "Pass the check.",
    "credits": "5",
    "credit_unit": "quarter",
    "language": "en",
    "duration_amount": "10",
    "duration_unit": "W",
    "cost": "0",
    "leads_to": "",
    "tags": "nursing, bedside",
}
ROWS = {
    "r0-id": "",
    "r0-name": "Skills check",
    "r0-result_type": "RubricCriterionLevel",
    "r0-value_min": "",
    "r0-value_max": "",
    "r0-l0-name": "Not yet",
    "r0-l0-points": "0",
    "r0-l0-description": "",
    "r0-l1-name": "Able",
    "r0-l1-points": "2",
    "r0-l1-description": "Alone",
    "r0-pass": "1",
}


@pytest.fixture
def draft(college):
    return make_draft(college)


@pytest.fixture
def post(college, client, draft):
    client.force_login(college.faculty)
    url = reverse("catalog:edit", args=[draft.offering_id])

    def send(**said):
        return client.post(url, FORM | {"seen": NOW.isoformat()} | said)

    send.get = lambda query="": client.get(url + query)
    return send


class TestEdit:
    def test_saves_every_part_of_the_form(self, college, draft, post):
        skill, onward = make_skill(college), make_approved(college, "NURS-130")
        answer = post(**ROWS, skills=[str(skill.pk)], leads_to="nurs 130", do="save")
        assert answer.url.endswith("?saved=1")
        draft.refresh_from_db()
        part = achieved(draft)
        assert (draft.duration, draft.cost, list(draft.leads_to.all())) == ("P10W", 0, [onward])
        assert (part.tags, [tie.skill for tie in part.alignments.all()]) == (["nursing", "bedside"], [skill])
        result = part.result_descriptions[0]
        assert result["required_level"] == result["levels"][1]["id"] == "level-2"
        assert b"Saved at" in post.get("?saved=1").content

    def test_shows_again_what_was_saved(self, college, draft, post):
        skill = make_skill(college)
        post(**ROWS, skills=[str(skill.pk)], do="save")
        context = post.get().context
        assert context["form"].initial["duration_amount"] == 10
        assert context["rows"][0]["levels"][1]["passes"]
        assert context["skills"] == [skill]

    def test_a_fault_stands_beside_its_field_and_nothing_is_lost(self, draft, post):
        answer = post(title="", cip_code="nursing", description="Typed at length")
        assert answer.status_code == 422
        assert "title" in answer.context["form"].errors
        assert b"Typed at length" in answer.content
        assert b"Not saved yet" in answer.content

    def test_a_fault_that_only_the_service_knows_stands_beside_its_field(self, draft, post):
        answer = post(cip_code="nursing", credits="3", credit_unit="")
        assert set(answer.context["form"].errors) == {"cip_code", "credit_unit"}

    def test_an_unknown_code_comes_with_a_likely_one(self, college, draft, post):
        make_approved(college, "NURS-130")
        answer = post(leads_to="NURS-13")
        assert "NURS-130" in str(answer.context["form"].errors["leads_to"])

    def test_takes_a_png_and_refuses_anything_else(self, draft, post):
        post(image=SimpleUploadedFile("badge.png", png(), "image/png"), image_caption="A heart")
        assert achieved(draft).image_type == "image/png"
        answer = post(seen="", image=SimpleUploadedFile("badge.svg", b"<svg/>", "image/svg+xml"))
        assert "PNG" in str(answer.context["form"].errors["image"])
        draft.refresh_from_db()
        post(seen=draft.edited_at.isoformat(), drop_image="on")
        assert achieved(draft).image_type == ""

    def test_submit_saves_first_and_hands_in(self, draft, post):
        post(title="Last words", do="submit")
        draft.refresh_from_db()
        assert (draft.title, draft.state) == ("Last words", "submitted")

    def test_submit_says_what_a_dean_needs(self, draft, post):
        answer = post(criteria="", basis="", do="submit")
        assert set(answer.context["form"].errors) == {"criteria", "basis"}

    def test_leaves_a_waiting_version_alone(self, college, client):
        version = make_submitted(college, "N-2")
        client.force_login(college.faculty)
        url = reverse("catalog:edit", args=[version.offering_id])
        assert client.post(url, FORM | {"title": "X"}).url == reverse(
            "catalog:detail", args=[version.offering_id]
        )

    def test_is_refused_to_staff_who_only_read(self, college, client, draft):
        client.force_login(college.adviser)
        assert client.get(reverse("catalog:edit", args=[draft.offering_id])).status_code == 403


class TestEditedMeanwhile:
    def test_shows_both_texts_and_saves_on_the_second_try(self, college, draft, post):
        services.edit_version(draft, content={"title": "Theirs"}, actor=college.registrar, now=LATER)
        answer = post(title="Mine")
        assert b"Registrar saved this draft" in answer.content
        changes = {change.field: (change.old, change.new) for change in answer.context["conflict"]["changes"]}
        assert changes["title"] == ("Theirs", "Mine")
        assert OfferingVersion.objects.get(pk=draft.pk).title == "Theirs"
        post(title="Mine", seen=answer.context["seen"])
        assert OfferingVersion.objects.get(pk=draft.pk).title == "Mine"


class TestButtonsWithoutScript:
    @pytest.mark.parametrize(
        ("button", "names"),
        [
            ("add-result", [["Not yet", "Able"], ["", ""]]),
            ("add-level-0", [["Not yet", "Able", ""]]),
            ("drop-level-0-0", [["Able"]]),
            ("drop-result-0", []),
            ("drop-level-7-7", [["Not yet", "Able"]]),
            ("nonsense", [["Not yet", "Able"]]),
        ],
    )
    def test_change_the_rows_and_save_nothing(self, draft, post, button, names):
        answer = post(**ROWS, do=button, title="Typed")
        rows = answer.context["rows"]
        assert [[level["name"] for level in row["levels"]] for row in rows] == names
        assert b'value="Typed"' in answer.content
        assert OfferingVersion.objects.get(pk=draft.pk).title == "Clinical Skills II"

    def test_find_skills_by_words_and_drop_one(self, college, draft, post):
        one, two = make_skill(college, "Take vital signs"), make_skill(college, "Read vital charts")
        answer = post(do="find-skills", skill_words="vital sign", skills=[str(two.pk)])
        assert answer.context["found"] == [one]
        assert answer.context["skills"] == [two]
        answer = post(do=f"drop-skill-{two.pk}", skills=[str(one.pk), str(two.pk)])
        assert answer.context["skills"] == [one]

    def test_the_part_for_htmx_shows_the_same_skills(self, college, draft, post, client):
        skill = make_skill(college)
        answer = client.get(reverse("catalog:skills"), {"skill_words": "vital"})
        assert answer.context["found"] == [skill]


class TestReturnedDraft:
    def test_shows_comments_beside_fields_until_it_is_handed_in_again(self, college, draft, post):
        services.submit_offering(draft, actor=college.faculty, now=NOW)
        services.return_offering(
            draft, rationale="Thin", comments={"criteria": "Which check?"}, actor=college.dean, now=NOW
        )
        answer = post.get()
        assert [c.text for c in answer.context["comments"]["criteria"]] == ["Which check?"]
        assert answer.content.count(b"Which check?") == 2  # in the list on top, and beside the field
        post(criteria="The check of chapter 4.", do="submit")
        assert draft.comments.get().resolved_at is not None
