"""The pages of batches, credentials and keys in a browser: reachable for all, as wide as the window."""

import os
from pathlib import Path

import pytest
from django.urls import reverse

from credentials.issuing import services
from credentials.issuing.models import Credential
from credentials.keys.services import propose_key
from tests.credentials.issuing.samples import (
    NOW,
    csv_of,
    lay_issuer,
    make_draft,
    make_released,
    make_signed,
    people,
    person,
    upload_file,
)
from tests.support.browser import DESKTOP, PHONE
from tests.support.people import lay_college

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LONG = "Wolfeschlegelsteinhausenbergerdorff Featherstonehaugh-Cholmondeley III"


@pytest.fixture
def issuer(transactional_db, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(lay_college())


@pytest.fixture
def places(issuer) -> dict[str, str]:
    """Every page of these rooms, with long and right-to-left names, faults and corrections on them."""
    make_released(issuer, [person(1), person(2, name="محمد عبد الله الرحمن"), person(3, name=LONG)])
    rows = [person(1, name="Learner Uno"), person(2), person(3, code="NURS-12O"), person(4, email="amara@")]
    rows += [person(5, result="Brilliant", awarded_on="2026-05-30"), *people(40)[10:]]
    draft = make_draft(issuer, rows)
    signed = make_signed(issuer, [person(1, code="WELD-109", result="A")])
    running = make_draft(issuer, people(30, awarded_on="2026-05-02"))
    services.confirm_batch(running, actor=issuer.registrar, now=NOW)
    services.pause_batch(running, actor=issuer.registrar, now=NOW)
    upload = upload_file(issuer, csv_of(people(4)))
    proposed = propose_key(issuer.profile, actor=issuer.administrator, now=NOW)
    credential = Credential.objects.filter(recipient__source_id="S00003").first()
    return {
        "list": reverse("issuing:list"),
        "upload": reverse("issuing:upload"),
        "columns": reverse("issuing:columns", args=[upload.pk]),
        "draft": reverse("issuing:detail", args=[draft.pk]) + "?show=needs",
        "corrections": reverse("issuing:detail", args=[draft.pk]) + "?show=correct",
        "confirm": reverse("issuing:step", args=[draft.pk, "confirm"]),
        "paused": reverse("issuing:detail", args=[running.pk]),
        "signed": reverse("issuing:detail", args=[signed.pk]),
        "undo": reverse("issuing:step", args=[signed.pk, "undo"]),
        "roster_choose": reverse("issuing:roster_choose"),
        "roster": reverse("issuing:roster", args=[issuer.clinical.pk]),
        "credentials": reverse("issuing:credentials"),
        "none_found": reverse("issuing:credentials") + "?q=nobody-of-this-name",
        "credential": reverse("issuing:credential", args=[credential.pk]),
        "revoke": reverse("issuing:revoke", args=[credential.pk]),
        "keys": reverse("keys:list"),
        "key": reverse("keys:detail", args=[proposed.pk]),
        "confirm_key": reverse("keys:step", args=[proposed.pk, "confirm"]),
        "propose": reverse("keys:propose", args=[issuer.profile.pk]),
        "profile": reverse("keys:profile", args=[issuer.main.pk]),
    }


KEYS = {"keys", "key", "confirm_key", "propose", "profile"}


@pytest.mark.parametrize(("width", "dark"), [(DESKTOP, False), (PHONE, True)])
def test_every_page_is_accessible_fits_and_is_quiet(visit, issuer, places, width, dark):
    registrar = visit(issuer.registrar, width=width, dark=dark)
    administrator = visit(issuer.second_administrator, width=width, dark=dark)
    shots = os.environ.get("PORTAL_SCREENS")
    for name, path in places.items():
        visitor = administrator if name in KEYS else registrar
        visitor.open(path)
        if shots:
            visitor.page.screenshot(path=Path(shots) / f"batches-{name}-{width}.png", full_page=True)
        visitor.check()


def test_progress_moves_by_itself_and_ends_with_the_whole_page(visit, issuer):
    batch = services.confirm_batch(make_draft(issuer, people(3)), actor=issuer.registrar, now=NOW)
    registrar = visit(issuer.registrar)
    page = registrar.open(reverse("issuing:detail", args=[batch.pk]))
    page.get_by_text("0 rows signed").wait_for()
    services.sign_chunk(batch.pk, now=NOW)
    services.finish_batch(batch.pk, now=NOW)
    page.get_by_role("link", name="Release 3 credentials").wait_for()
    registrar.check()


def test_a_batch_is_confirmed_and_released_without_script(visit, issuer):
    batch = make_draft(issuer)
    registrar = visit(issuer.registrar, script=False)
    page = registrar.open(reverse("issuing:detail", args=[batch.pk]))
    page.get_by_role("link", name="Sign 3 credentials").click()
    page.get_by_role("button", name="Sign 3 credentials").click()
    page.get_by_text("Confirmed, signing").first.wait_for()
    services.sign_chunk(batch.pk, now=NOW)
    services.finish_batch(batch.pk, now=NOW)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("link", name="Release 3 credentials").click()
    page.get_by_role("button", name="Release 3 credentials").click()
    page.get_by_text("Released").first.wait_for()
    assert Credential.objects.filter(state="released").count() == 3
