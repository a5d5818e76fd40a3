"""From the learner's record to the stranger who relies on it, and back: shared, checked, withdrawn, taken back."""

import html
import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from credentials.status.services import sweep
from learners.sharing.models import ShareLink
from tests.credentials.issuing.samples import lay_issuer, make_released, person
from tests.support.records import credentials_of, make_learner, recipient, token_of

LINK = re.compile(r"/s/([A-Za-z0-9_-]+)/")


@pytest.fixture
def issuer(college, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    return lay_issuer(college)


@pytest.fixture
def learner(issuer):
    """Somebody with two credentials, of a college whose lists are of today."""
    make_released(issuer, [person(1, code="WELD-109", result="")])
    found = make_learner(issuer, 1)
    sweep(now=timezone.now())
    return found


def words_of(response):
    text = html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode()))
    return re.sub(r"[\u2066-\u2069]", "", re.sub(r"\s+", " ", text))


def share(client, learner, **changes):
    """Walk the pages as the learner does; return the address to send."""
    form = {
        "credentials": [str(one.pk) for one in credentials_of(learner)],
        "audience": "Riverbend General Hospital",
        "days": "30",
    }
    preview = client.post(reverse("sharing:create"), form | {"step": "preview"})
    assert "What they will see" in words_of(preview)
    made = client.post(reverse("sharing:create"), form | {"step": "create"} | changes, follow=True)
    found = LINK.search(made.content.decode())
    assert found, "the page shows no link"
    return reverse("sharing:shared", args=[found[1]])


class TestShareAndVerify:
    def test_from_the_record_to_the_stranger_and_back(self, client, learner, issuer):
        client.force_login(learner.user)
        url, stranger = share(client, learner), Client()

        page = words_of(stranger.get(url))
        assert "Learner 1 shares 2 credentials with you. All 2 were checked just now" in page
        assert "Clinical Skills II" in page
        assert "Welding I" in page

        twin = json.loads(stranger.get(url.rstrip("/") + ".json").content)
        file = SimpleUploadedFile("one.json", json.dumps(twin["credentials"][0]).encode())
        assert "unchanged, not withdrawn" in words_of(
            stranger.post(reverse("verification:verify"), {"documents": file})
        )

        mistaken = credentials_of(learner)[0]
        revoke_credentials(
            type(mistaken).objects.filter(pk=mistaken.pk), code=RevocationCode.ISSUED_IN_ERROR,
            note="Row of another student.", actor=issuer.registrar, now=timezone.now(),
        )  # fmt: skip
        page = words_of(stranger.get(url))
        assert "1 of 2 does not hold any more." in page
        assert "Withdrawn" in page
        assert "another student" not in page

        link = ShareLink.objects.get()
        client.post(reverse("sharing:revoke", args=[link.pk]))
        for address in (url, url.rstrip("/") + ".json"):
            assert stranger.get(address).status_code == 410
        seen = words_of(client.get(reverse("sharing:detail", args=[link.pk])))
        assert "You took it back on" in seen
        assert "Opened 2 times" in seen  # the page, once, for it was reloaded at once; and its twin

    def test_a_passphrase_keeps_out_who_holds_only_the_link(self, client, learner):
        client.force_login(learner.user)
        url, stranger = share(client, learner, passphrase="blue heron 42"), Client()
        assert "Learner 1" not in words_of(stranger.get(url))
        assert stranger.get(url.rstrip("/") + ".json").status_code == 401
        assert stranger.post(url, {"passphrase": "red heron 42"}).status_code == 403
        assert "Learner 1 shares" in words_of(
            stranger.post(url, {"passphrase": "blue heron 42"}, follow=True)
        )

    def test_nobody_shares_or_sees_what_is_somebody_elses(self, client, learner, issuer):
        client.force_login(learner.user)
        share(client, learner)
        other = make_learner(issuer, 2)
        client.force_login(other.user)
        form = {
            "credentials": [str(credentials_of(learner)[0].pk)], "audience": "Me", "days": "7", "step": "create"
        }  # fmt: skip
        client.post(reverse("sharing:create"), form)
        assert ShareLink.objects.count() == 1
        assert client.get(reverse("sharing:detail", args=[ShareLink.objects.get().pk])).status_code == 404
        assert "Hospital" not in words_of(client.get(reverse("sharing:list")))

    def test_a_link_to_claim_is_no_link_to_see(self, client, learner, issuer):
        make_released(issuer, [person(3)])
        from learners.records.services import tell_released_batches

        tell_released_batches(now=timezone.now())
        assert Client().get(reverse("sharing:shared", args=[token_of(recipient(3))])).status_code == 404
