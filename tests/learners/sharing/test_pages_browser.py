"""The shared page in a browser: its address is secret, so no table of pages can name it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from learners.sharing import services
from tests.credentials.issuing.samples import person
from tests.support.browser import DESKTOP, PHONE
from tests.support.records import credentials_of, make_learner, tell

pytestmark = pytest.mark.django_db(transaction=True)
NAME = "Bartholomew Featherstonehaugh-Cholmondeley de la Vega y Santiago III"
PHRASE = "blue heron 42"


@pytest.fixture
def learner(issuer, publish):
    """Somebody with a long name, a credential that holds and one that was withdrawn after it was shared."""
    found = make_learner(issuer, 1, name=NAME)
    tell(issuer, [person(1, name=NAME, code="WELD-109", result="")])
    publish()
    return found


@pytest.fixture
def link(learner, issuer):
    now = timezone.now()
    made = services.create_link(
        learner, credentials_of(learner), audience="Riverbend Hospital", passphrase=PHRASE,
        expires_at=now + timedelta(days=7), now=now,
    )  # fmt: skip
    first = Credential.objects.filter(pk=credentials_of(learner)[0].pk)
    revoke_credentials(
        first, code=RevocationCode.WITHDRAWN, note="", actor=issuer.registrar, now=timezone.now()
    )
    return made


@pytest.mark.parametrize(
    ("width", "dark", "script"),
    [(PHONE, False, True), (DESKTOP, True, True), (PHONE, True, False)],
    ids=["phone", "desktop-dark", "phone-without-script"],
)
def test_a_stranger_enters_the_passphrase_reads_and_changes_the_language(
    visit, link, learner, width, dark, script
):
    visitor = visit(width=width, dark=dark, script=script)
    page = visitor.open(reverse("sharing:shared", args=[services.token_of(link)]))
    if script:
        visitor.check()
    page.get_by_label("Passphrase").fill(PHRASE)
    page.get_by_role("button", name="Show what is shared").click()
    page.get_by_text("1 of 2 does not hold any more.").wait_for()
    assert "Withdrawn" in page.locator("article").first.inner_text()
    if script:
        visitor.check()
    page.get_by_role("button", name="Español").first.click()
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("article").count() == 2
    services.revoke_link(link, learner=learner, now=timezone.now())
    visitor.errors.clear()
    page.reload()
    assert page.locator("article").count() == 0
    visitor.errors.clear()  # the browser itself reports the 410


def test_the_learner_makes_and_takes_back_a_link(visit, learner):
    visitor = visit(learner.user, width=PHONE)
    page = visitor.open(reverse("sharing:create") + "?all=1")
    visitor.check()
    page.get_by_label("Who is it for?").fill("Riverbend Hospital")
    page.get_by_role("button", name="See what they will see").click()
    page.get_by_role("button", name="Create this link").wait_for()
    visitor.check()
    page.get_by_role("button", name="Create this link").click()
    page.get_by_text("Link created.").wait_for()
    visitor.check()
    page.get_by_role("link", name="Take the link back").click()
    page.locator("dialog").get_by_role("button", name="Take the link back").click()
    page.get_by_text("Link taken back.").wait_for()
    visitor.check()
