"""The public page in a browser: every kind of answer, as wide as the window, with and without script."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from credentials.verification import services
from credentials.verification.models import TrustedIssuer
from tests.credentials.checks.checking import SIGNER
from tests.support.browser import DESKTOP, PHONE, TABLET
from tests.support.issuers import NOW, Saved, Signing

pytestmark = pytest.mark.django_db(transaction=True)
LONG = (
    "Introduction to Advanced Manufacturing Technologies: Computer-Aided Design, Robotics, Additive "
    "Manufacturing and Quality Assurance for Incumbent Workers in Aerospace (with Laboratory), Part II"
)
NAMES = [
    "Bartholomew Featherstonehaugh-Cholmondeley de la Vega y Santiago III",
    "نور الهدى عبد الرحمن المنصوري",
    "李小龍",
]
STRANGER = Signing(8, "did:web:badges.somewhere-else.example", name="Academy of Everything")


def other(number: int) -> dict[str, Any]:
    return {"credential_id": f"urn:uuid:00000000-0000-4000-8000-{number:012d}"}


def files() -> dict[str, bytes]:
    """Return what visitors bring, by the name of the picture it gives."""
    good, changed = SIGNER.credential(), SIGNER.credential()
    changed["credentialSubject"]["name"] = "Somebody Else"
    long = SIGNER.credential(achievement=SIGNER.achievement(name=LONG), recipient_name=NAMES[0], **other(1))
    arabic = SIGNER.credential(recipient_name=NAMES[1], **other(2))
    withdrawn = SIGNER.credential(status=SIGNER.award().status.__class__(SIGNER.list_url, 7), **other(3))
    made: dict[str, Any] = {
        "valid": good,
        "changed": changed,
        "withdrawn": withdrawn,
        "unknown-issuer": STRANGER.credential(),
        "long": long,
        "arabic": arabic,
        "record": SIGNER.record(good, withdrawn),
        "nothing": {"hello": "world"},
    }
    return {name: json.dumps(document).encode() for name, document in made.items()}


@pytest.fixture
def portal_that_checks(portal: str, monkeypatch: pytest.MonkeyPatch, time_machine: Any) -> str:
    time_machine.move_to(NOW)
    TrustedIssuer.objects.create(
        did=SIGNER.did, name="Riverbend Community College", provenance="administrator", added_at=NOW
    )
    saved = STRANGER.publish(SIGNER.publish(Saved(), 7))
    monkeypatch.setattr(services, "default_source", lambda: saved)
    return portal


def show(visitor: Any, name: str, width: int, dark: bool) -> None:
    screens = os.environ.get("PORTAL_SCREENS")
    if screens:
        path = Path(screens) / f"{name}-{width}{'-dark' if dark else ''}.png"
        visitor.page.screenshot(path=str(path), full_page=True)
    else:
        visitor.check()


def test_nothing_moves_for_whom_it_should_not(portal_that_checks, visit):
    """No colour is on its way to another, which has no contrast to measure and which some cannot bear to see."""
    page = visit().open(reverse("verification:verify"))
    moving = """() => [...document.querySelectorAll("*")].flatMap(one => ["", "::before", "::after"].map(
        part => getComputedStyle(one, part))).filter(
        style => style.transitionProperty !== "none" || style.animationName !== "none").length"""
    assert page.evaluate(moving) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) > 0


@pytest.mark.parametrize(
    ("width", "dark", "script"),
    [(PHONE, False, True), (TABLET, True, True), (DESKTOP, False, True), (PHONE, True, False)],
    ids=["phone", "tablet-dark", "desktop", "phone-without-script"],
)
def test_every_answer_is_whole(portal_that_checks, visit, tmp_path, width, dark, script):
    visitor = visit(width=width, dark=dark, script=script)
    page = visitor.open(reverse("verification:verify"))
    if script:
        show(visitor, "form", width, dark)
    paths = {}
    for name, content in files().items():
        paths[name] = tmp_path / f"{name}.json"
        paths[name].write_bytes(content)
    for name, path in paths.items():
        visitor.open(reverse("verification:verify"))
        page.get_by_label("Files").set_input_files(path)
        page.get_by_role("button", name="Verify credentials").click()
        page.locator(".verdict").first.wait_for()
        if script:
            show(visitor, name, width, dark)
    visitor.open(reverse("verification:verify"))
    page.get_by_label("Files").set_input_files(list(paths.values()))
    page.get_by_role("button", name="Verify credentials").click()
    page.get_by_role("heading", name="3 of 8 credentials do not hold").wait_for()
    if script:
        show(visitor, "several", width, dark)
    visitor.open(reverse("verification:verify"))
    page.get_by_role("button", name="Verify credentials").click()
    page.get_by_text("Choose a file, or paste").first.wait_for()
    if script:
        show(visitor, "empty", width, dark)
