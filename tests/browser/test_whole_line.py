"""The whole line in a browser: from a spreadsheet to a stranger's check, at desktop and at phone width.

An imported offering is completed, returned with a comment on a field, handed in again, approved by a
substitute on a phone, issued, claimed in Spanish, shared and verified; then version 2 is approved, and the
credential still shows version 1.
"""

import re
import zoneinfo

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from credentials.catalog.models import Offering
from credentials.issuing.models import Credential, IssuanceBatch
from institution.notices.models import MailboxMessage
from tests.credentials.keys.samples import make_key
from tests.support import workers
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import lay_college

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
CATALOGUE = (
    "College,Department,Code,Title,Credits,Description\n"
    "Riverbend College,Nursing,NURS-140,Wound Care,4,Clean and dress wounds so that they heal.\n"
)
COMPLETIONS = (
    "Student ID,Name,Email,Course,Date\n"
    "S00001,María José Hernández Quispe,maria.jose@students.example,NURS-140,{day}\n"
)
SPANISH = "es"


@pytest.fixture
def college(transactional_db, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    settings.DEMO = True
    college = lay_college()
    college.key = make_key(college)
    return college


@pytest.fixture
def staffed(college, portal):
    """The portal with a worker and beat."""
    workers.purge()
    groups = [workers.start_worker(), workers.start_beat()]
    yield portal
    for group in reversed(groups):
        group.stop()


class Line:
    """The people of the line, each with a browser of their own."""

    def __init__(self, college, visit, width: int) -> None:
        self.college, self.width = college, width
        self.visit = lambda user=None, **how: visit(user, **({"width": width} | how))
        self.registrar = self.visit(college.registrar)
        self.faculty = self.visit(college.faculty)
        self.dean = self.visit(college.dean)

    @property
    def offering(self) -> Offering:
        return Offering.objects.get(code="NURS-140")

    def upload(self, page, name: str, text: str, button: str) -> None:
        """Choose a file and the college, and read it."""
        page.locator("select[name=org_unit]").select_option(value=str(self.college.main.pk))
        page.locator("input[type=file]").set_input_files(
            {"name": name, "mimeType": "text/csv", "buffer": text.encode()}
        )
        page.get_by_role("button", name=button).click()

    def import_offering(self) -> None:
        """The registrar takes the catalogue in; what the file does not say is asked once."""
        page = self.registrar.open(reverse("intake:new"))
        self.upload(page, "catalogue.csv", CATALOGUE, "Read the file")
        page.locator("input[name=answer_kind][value=credit]").check()
        page.locator("input[name=answer_credit_unit][value=quarter]").check()
        page.locator("input[name=answer_code_style][value=as_is]").check()
        page.get_by_role("button", name="Show the preview").click()
        expect(page.get_by_text("1 new", exact=True)).to_be_visible()
        assert not Offering.objects.exists(), "nothing changes before it is confirmed"
        page.get_by_role("button", name="Take these rows over").click()
        expect(page.get_by_text("1 row was taken over as a draft")).to_be_visible()

    def write(self, criteria: str) -> None:
        """Faculty fill in what a dean needs and hand it in."""
        page = self.faculty.open(reverse("catalog:edit", args=[self.offering.pk]))
        page.locator("[name=achievement_type]").select_option("Course")
        page.locator("[name=criteria]").fill(criteria)
        page.locator("input[name=basis][value=assessed]").check()
        page.get_by_role("button", name=re.compile(r"^Submit version")).click()
        expect(page.get_by_text(re.compile(r"waits for the dean"))).to_be_visible()

    def return_it(self) -> None:
        """The dean returns it with a comment on one field."""
        page = self.dean.open(reverse("catalog:review", args=[self.offering.pk]))
        page.locator("details.comment:has(#comment-criteria) summary").click()
        page.locator("#comment-criteria").fill("Say how many wounds.")
        page.locator("#rationale").fill("One field needs a hand.")
        page.get_by_role("button", name="Return version 1").click()
        page = self.faculty.open(reverse("catalog:edit", args=[self.offering.pk]))
        expect(page.get_by_text("Say how many wounds.").first).to_be_visible()
        self.faculty.check()

    def approve_as_substitute(self) -> None:
        """The dean names a substitute in two steps, who approves on a phone."""
        page = self.dean.open(reverse("accounts:my_roles"))
        page.get_by_role("link", name=re.compile("Name a substitute")).first.click()
        page.locator("[name=substitute]").select_option(value=str(self.college.evaluator.pk))
        page.get_by_role("button", name="Name substitute").click()
        phone = self.visit(self.college.evaluator, width=PHONE)
        page = phone.open(reverse("catalog:approvals"))
        page.get_by_role("link", name=re.compile("Wound Care")).first.click()
        page.wait_for_url("**/review/")
        phone.check()
        page.get_by_role("button", name="Approve version 1").click()
        page.wait_for_url(re.compile(r"/approvals/|/offerings/"))
        assert self.offering.current_version.number == 1
        assert self.offering.current_version.decisions.latest("pk").decided_by == self.college.evaluator

    def issue(self, day: str) -> None:
        """The registrar uploads, reads the report, signs and releases."""
        page = self.registrar.open(reverse("issuing:upload"))
        self.upload(page, "spring.csv", COMPLETIONS.format(day=day), "Read the file")
        page.get_by_role("button", name="Read the rows").click()
        workers.wait_until(lambda: IssuanceBatch.objects.get().state == "draft", 30)
        batch = IssuanceBatch.objects.get()
        for step, state in (("confirm", "signed"), ("release", "released")):
            page = self.registrar.open(reverse("issuing:detail", args=[batch.pk]))
            page.locator(f"a[href$='/{step}/']").click()
            page.locator("form.form button.button").first.click()
            workers.wait_until(lambda state=state: IssuanceBatch.objects.get().state == state, 60)

    def claim(self):
        """The learner opens the message on the phone's own browser, in Spanish, and claims."""
        workers.wait_until(lambda: self._messages().exists(), 30, "the learner was not told")
        link = re.search(r"/claim/[\w-]+/", self._messages().get().body)[0]
        learner = self.visit(language=SPANISH)
        page = learner.open(link)
        expect(page.locator("html")).to_have_attribute("lang", SPANISH)
        learner.check()
        page.locator(f"form[action='{link}'] button").click()
        page.wait_for_url("**/record/")
        expect(page.locator("html")).to_have_attribute("lang", SPANISH)
        expect(page.get_by_role("heading", level=1)).to_contain_text("María José Hernández Quispe")
        expect(page.get_by_text("Wound Care").first).to_be_visible()
        learner.check()
        return learner

    def _messages(self):
        return MailboxMessage.objects.filter(to="maria.jose@students.example", body__contains="/claim/")

    def share(self, learner) -> str:
        """The learner shares it with an employer; returns the address."""
        page = learner.open(f"{reverse('sharing:create')}?all=1")
        page.locator("[name=audience]").fill("Riverbend General Hospital")
        page.locator("button[value=preview]").click()
        page.locator("button[value=create]").click()
        page.wait_for_url(re.compile(r"/share/[0-9a-f-]+/"))
        return re.search(r"/s/[\w-]+/", page.content())[0]

    def second_version(self) -> None:
        """Faculty write version 2 under another title; the dean approves it."""
        page = self.faculty.open(reverse("catalog:detail", args=[self.offering.pk]))
        page.locator("form[action$='/draft/'] button").first.click()
        page.wait_for_url("**/edit/**")
        page.locator("[name=title]").fill("Wound Care and Prevention")
        page.get_by_role("button", name="Submit version 2").click()
        expect(page.get_by_text("Version 2 waits for the dean.")).to_be_visible()
        page = self.dean.open(reverse("catalog:review", args=[self.offering.pk]))
        page.get_by_role("button", name="Approve version 2").click()
        page.wait_for_url(re.compile(r"/approvals/|/offerings/"))
        assert self.offering.current_version.number == 2


@pytest.mark.parametrize("width", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_from_a_spreadsheet_to_the_check(college, staffed, visit, width):
    from django.utils import timezone

    from institution.accounts.services import institution_now

    line = Line(college, visit, width)
    line.import_offering()
    line.write("Dress a wound under the eyes of a nurse.")
    line.return_it()
    line.write("Dress three wounds under the eyes of a nurse.")
    line.approve_as_substitute()
    zone = zoneinfo.ZoneInfo(institution_now().time_zone)  # where it may still be yesterday
    line.issue(timezone.localdate(timezone=zone).isoformat())
    learner = line.claim()
    shared = line.share(learner)

    stranger = line.visit()
    page = stranger.open(shared)
    expect(page.get_by_text("Wound Care").first).to_be_visible()
    expect(page.get_by_text("Dress three wounds").first).to_be_visible()
    stranger.check()

    line.second_version()
    page = stranger.open(shared)
    assert "Wound Care and Prevention" not in page.content(), "an issued credential keeps its version"
    expect(page.get_by_text("Wound Care").first).to_be_visible()
    credential = Credential.objects.get()
    assert credential.achievement_version.offering_version.number == 1
    page = learner.open(reverse("records:credential", args=[credential.pk]))
    expect(page.get_by_role("heading", level=1)).to_have_text("Wound Care")

    page = stranger.open(reverse("verification:verify"))
    page.locator("[name=text]").fill(credential.document)
    page.get_by_role("button", name="Verify credentials").click()
    expect(page.locator(".verdict--pass")).to_be_visible()
    expect(page.get_by_text("Wound Care").first).to_be_visible()
    assert "Prevention" not in page.content()
    stranger.check()
