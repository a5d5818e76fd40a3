"""Writing an offering in a browser, with script and without: the same job, the same result."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.credentials.catalog.factory import achieved, make_draft, make_skill
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import lay_college

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(
    ("script", "width"), [(True, DESKTOP), (False, PHONE)], ids=["script", "plain-phone"]
)
def test_faculty_adds_skills_and_a_rubric_and_submits(visit, script, width):
    college = lay_college()
    make_skill(college, "Take vital signs")
    make_skill(college, "Read vital charts")
    version = make_draft(college)
    visitor = visit(college.faculty, width=width, script=script)
    page = visitor.open(reverse("catalog:edit", args=[version.offering_id]))

    page.get_by_label("Title").fill("Clinical Skills, bedside")
    page.get_by_label("Find skills by words").press_sequentially("vital sign")
    if not script:
        page.get_by_role("button", name="Find skills").click()
    page.get_by_role("checkbox", name="Take vital signs").check()
    page.get_by_role("button", name="Add a result").click()
    page.get_by_label("Name of the result").fill("Skills check")
    page.get_by_role("group", name="Level 2").get_by_label("Name", exact=True).fill("Able")
    page.get_by_role("group", name="Level 2").get_by_label("Needed to pass").check()
    page.get_by_role("button", name="Add a level").click()
    page.get_by_role("group", name="Level 3").get_by_label("Name", exact=True).fill("Teaches")
    page.get_by_role("button", name="Save draft").last.click()

    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_label("Title")).to_have_value("Clinical Skills, bedside")
    part = achieved(version)
    assert [tie.skill.name for tie in part.alignments.all()] == ["Take vital signs"]
    assert [level["name"] for level in part.result_descriptions[0]["levels"]] == ["Able", "Teaches"]
    assert part.result_descriptions[0]["required_level"] == part.result_descriptions[0]["levels"][0]["id"]

    page.get_by_role("button", name="Submit version 1").click()
    expect(page.get_by_text("Version 1 waits for the dean.")).to_be_visible()
    version.refresh_from_db()
    assert version.state == "submitted"


def test_what_is_missing_is_counted_anew_after_a_save(visit):
    college = lay_college()
    version = make_draft(college, criteria="")
    page = visit(college.faculty).open(reverse("catalog:edit", args=[version.offering_id]))
    missing = page.get_by_role("link", name="missing before a dean can decide")
    expect(missing).to_have_text("One thing is missing before a dean can decide.")
    page.get_by_label("What learners must show").fill("Care for one patient.")
    page.get_by_role("button", name="Save draft").last.click()
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(missing).to_have_count(0)
