"""Claiming on a phone and helping at a desk, in a real browser: no console error, no accessibility fault."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.support.browser import DESKTOP, PHONE, TABLET

LONG = "Wolfeschlegelsteinhausenbergerdorff-Montgomery de la Santísima Trinidad"
ARABIC = "أمارا نووسو بنت عبد الرحمن"


@pytest.fixture
def told(transactional_db, portal):
    """A college that issued to 60 people and told them, one with a long name and one in another script."""
    from tests.credentials.issuing.samples import lay_issuer, people, person
    from tests.support.people import lay_college
    from tests.support.records import tell

    college = lay_issuer(lay_college())
    rows = [*people(60), person(1, code="WELD-109", result="")]
    rows[1]["name"], rows[2]["name"] = LONG, ARABIC
    tell(college, rows, now=timezone.now() - timedelta(days=20))
    return college


@pytest.fixture
def keep():
    """Keep a picture in the folder that PAGE_PICTURES names; outside the repository."""
    folder = os.environ.get("PAGE_PICTURES", "")

    def take(visitor, name):
        if folder:
            Path(folder).mkdir(parents=True, exist_ok=True)
            visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)

    return take


def path_of(number):
    from tests.support.records import recipient, token_of

    return reverse("records:claim", args=[token_of(recipient(number))])


class TestClaimOnAPhone:
    def test_works_without_script_in_a_fresh_browser(self, told, visit, keep):
        phone = visit(width=PHONE, script=False)
        page = phone.open(path_of(1))
        keep(phone, "claim-noscript-360")
        page.get_by_role("button", name="Claim my record").click()
        assert page.url.endswith("/record/")
        assert "Clinical Skills II" in page.content()

    @pytest.mark.parametrize(
        ("width", "dark"), [(PHONE, False), (PHONE, True), (TABLET, False), (DESKTOP, False)]
    )
    def test_every_step_can_be_read_by_everybody(self, told, visit, keep, width, dark):
        visitor = visit(width=width, dark=dark)
        look = f"{width}{'-dark' if dark else ''}"
        page = visitor.open(path_of(1))
        visitor.check()
        keep(visitor, f"claim-{look}")
        page.get_by_role("link", name="This is not me").click()
        visitor.check()
        keep(visitor, f"claim-not-me-{look}")
        page.get_by_role("button", name="Say this is not me").click()
        visitor.check()
        keep(visitor, f"claim-not-me-done-{look}")
        page = visitor.open(path_of(2))
        page.get_by_role("button", name="Claim my record").click()
        visitor.check()
        keep(visitor, f"claimed-{look}")

    def test_an_old_link_sends_a_new_one(self, told, visit, keep):
        from learners.records.models import ClaimLink

        ClaimLink.objects.update(expires_at=timezone.now())
        phone = visit(width=PHONE)
        page = phone.page
        page.goto(phone.origin + path_of(1))
        phone.errors.clear()  # the browser notes the status 410 of the page
        phone.check()
        keep(phone, "claim-old-360")
        page.get_by_role("button", name="Send me a new link").click()
        phone.check()
        keep(phone, "claim-again-360")
        page.goto(phone.origin + path_of(1))
        page.get_by_role("button", name="Claim my record").click()
        assert page.url.endswith("/record/")


class TestHelpDesk:
    @pytest.mark.parametrize(
        ("width", "dark"), [(PHONE, False), (TABLET, False), (DESKTOP, False), (DESKTOP, True)]
    )
    def test_every_page_can_be_read_by_everybody(self, told, visit, keep, width, dark):
        from learners.records import services
        from tests.support.records import recipient

        for number in (2, 3):
            services.say_not_me(recipient(number), learner=None, now=timezone.now())
        visitor, look = visit(told.adviser, width=width, dark=dark), f"{width}{'-dark' if dark else ''}"
        page = visitor.open("/help-desk/")
        visitor.check()
        page.get_by_label("Find a person").fill("learner1")
        page.get_by_role("button", name="Find", exact=True).click()
        visitor.check()
        keep(visitor, f"help-desk-{look}")
        for number in (1, 3):
            visitor.open(reverse("records:person", args=[recipient(number).pk]))
            visitor.check()
            keep(visitor, f"person-{number}-{look}")
        page = visitor.open("/help-desk/unclaimed/?age=14")
        visitor.check()
        keep(visitor, f"unclaimed-{look}")
        page.get_by_role("button", name="Remind all 60 in this list").click()
        visitor.check()
        keep(visitor, f"remind-{look}")
        page.get_by_role("button", name="Remind 60 people").click()
        visitor.check()

    def test_nothing_is_said_kindly(self, transactional_db, portal, visit, keep):
        from tests.support.people import lay_college

        college = lay_college()
        learner = visit(college.stranger, width=PHONE)
        learner.open("/record/")
        learner.check()
        keep(learner, "nothing-record-360")
        visitor = visit(college.adviser, width=PHONE)
        for path in ("/help-desk/", "/help-desk/unclaimed/"):
            visitor.open(path)
            visitor.check()
            keep(visitor, f"nothing{path.replace('/', '-')}360")


class TestMyWords:
    @pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESKTOP, True)])
    def test_saying_that_something_is_wrong_and_setting_a_name(self, told, visit, keep, width, dark):
        from learners.records.services import claim
        from tests.support.records import credentials_of

        learner = claim(path_of(3).split("/")[2], user=None, now=timezone.now())
        visitor, look = visit(learner.user, width=width, dark=dark), f"{width}{'-dark' if dark else ''}"
        page = visitor.open(reverse("records:help", args=[credentials_of(learner)[0].pk]))
        visitor.check()
        keep(visitor, f"help-{look}")
        page.get_by_label("My name is wrong").check()
        page.get_by_role("button", name="Tell the help desk").click()
        visitor.check()
        visitor.open(reverse("records:settings"))
        visitor.check()
        keep(visitor, f"settings-{look}")
