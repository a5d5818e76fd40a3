"""Pages of partners in a browser: at three widths, light and dark, with axe and without a console error."""

import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from tests.registry.partners.factory import EVERY, make_client
from tests.support.browser import DESKTOP, PHONE, TABLET
from tests.support.people import lay_college
from tests.support.records import make_learner

pytestmark = pytest.mark.django_db(transaction=True)
LONG = "Interagency Consortium for Postsecondary Outcomes, Workforce Alignment and Credential Transparency"
LOOKS = [(PHONE, False), (TABLET, True), (DESKTOP, False)]


@pytest.fixture
def there(portal: str, settings: Any, tmp_path: Path) -> Any:
    from tests.credentials.issuing.samples import lay_issuer

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    college = lay_issuer(lay_college())
    college.learner = make_learner(college)
    college.partner, _secret = make_client(
        college,
        name=LONG,
        contact="api@agency.example",
        client_uri="https://agency.example/",
        policy_uri="https://agency.example/privacy",
    )
    make_client(college, name="Employer", scopes=EVERY[:1])
    return college


def keep(visitor: Any, name: str) -> None:
    """Check a page, and keep its picture where PICTURES points to."""
    visitor.check()
    if folder := os.environ.get("PORTAL_SCREENS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_every_page(there: Any, visit: Any, width: int, dark: bool) -> None:
    pk = there.partner.pk
    rows = [
        (None, "reference", reverse("partners:reference")),
        (None, "problems", reverse("partners:problems")),
        (None, "problem", reverse("partners:problem", args=["idempotency-key-reused"])),
        (there.administrator, "list", reverse("partners:list")),
        (there.administrator, "create", reverse("partners:create")),
        (there.administrator, "detail", reverse("partners:detail", args=[pk])),
        (there.administrator, "edit", reverse("partners:edit", args=[pk])),
        (there.administrator, "disable", reverse("partners:step", args=[pk, "disable"])),
        (there.learner.user, "consent", reverse("partners:consent", args=[pk])),
        (there.stranger, "consent-nothing", reverse("partners:consent", args=[pk])),
    ]
    for user, name, path in rows:
        visitor = visit(user, width=width, dark=dark, language="es" if name == "consent" else "en")
        page = visitor.open(path)
        for closed in page.locator("main details:not([open]) > summary").all()[:3]:
            if closed.is_visible():
                closed.click()
        keep(visitor, f"{name}-{width}{'-dark' if dark else ''}")


def test_a_partner_is_let_in_and_its_secret_copied(there: Any, visit: Any) -> None:
    visitor = visit(there.administrator)
    page = visitor.open(reverse("partners:create"))
    page.locator("[name=name]").fill("State agency")
    page.locator("[name=purpose]").fill("Compares catalogues.")
    page.locator("[name=contact]").fill("api@agency.example")
    page.get_by_label("Read offerings, achievements and skills").check()
    page.locator("select[name=unit]").select_option(
        label=page.locator("select[name=unit] option").nth(1).inner_text()
    )
    page.get_by_role("button", name="Let the partner in").click()
    assert len(page.locator("#client-secret").inner_text()) >= 64
    keep(visitor, "secret")


def test_a_learner_says_yes_and_ends_it_without_script(there: Any, visit: Any) -> None:
    visitor = visit(there.learner.user, width=PHONE, script=False)
    page = visitor.open(reverse("partners:consent", args=[there.partner.pk]))
    page.get_by_role("button", name="Yes, let it read").click()
    assert page.get_by_text("It may read until").is_visible()
    page.get_by_role("button", name="End it now").click()
    assert page.get_by_role("button", name="No, do not let it").is_visible()
