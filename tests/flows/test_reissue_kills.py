"""All that a compromised key signed is issued anew while workers are killed: nothing doubled, nothing lost."""

import random
import time

import pytest
from django.utils import timezone

from credentials.issuing import services as issuing
from credentials.issuing.models import IssuanceBatch, SigningChunk
from credentials.keys import services as keys
from credentials.reissues import selectors
from credentials.reissues.models import Reissue
from credentials.reissues.services import start_reissue
from tests.credentials.issuing.samples import make_draft, person
from tests.credentials.keys.samples import make_key
from tests.credentials.reissues.checking import check_reissued
from tests.support.siege import crawl, crawl_soon, through

CHUNKS = "issuing_signingchunk"


def issue(portal, count):
    """Let the workers sign this many credentials, half of them each of two achievements, and release them."""
    codes = ("NURS-120", "WELD-109")
    rows = [person(n, code=code, result="", email="") for n in range(count // 2) for code in codes]
    batch = make_draft(portal.issuer, rows)
    issuing.confirm_batch(batch, actor=portal.issuer.registrar, now=timezone.now())
    portal.wait(lambda: IssuanceBatch.objects.get(pk=batch.pk).state == "signed", "the batch was not signed")
    issuing.release_batch(batch, actor=portal.issuer.registrar, now=timezone.now())


def compromise(portal):
    """Mark the key; another one takes its place."""
    keys.mark_compromised(portal.issuer.key, actor=portal.issuer.administrator, now=timezone.now())
    return make_key(portal.issuer, portal.issuer.profile)


def finished():
    return SigningChunk.objects.filter(batch__reissues__isnull=False, finished_at__isnull=False).count()


def open_chunks():
    return SigningChunk.objects.filter(batch__reissues__isnull=False, finished_at=None).exists()


class TestReissueUnderFire:
    def run(self, portal, count, *, seed, kills):
        issue(portal, count)
        fresh = compromise(portal)
        chance, shown = random.Random(seed), set()
        if kills:
            crawl(CHUNKS, 0.5)
        begun = time.monotonic()
        start_reissue(portal.issuer.key, actor=portal.issuer.registrar, now=timezone.now())
        for _kill in range(kills):
            before = finished()
            portal.wait(lambda before=before: finished() > before, "the re-issue did not go on")
            portal.kill("worker", way="group", busy=open_chunks, chance=chance)
            shown.add(selectors.progress(portal.issuer.key).done)
        if kills:
            crawl_soon(portal, CHUNKS)
        portal.wait(
            lambda: through(lambda: Reissue.objects.filter(state="done").exists()), "the re-issue did not end"
        )
        self.seconds = time.monotonic() - begun
        check_reissued(portal.issuer.key, fresh, count)
        assert [kill.landed for kill in portal.kills] == [True] * kills
        return shown

    @pytest.mark.long
    @pytest.mark.timeout(900)
    def test_twelve_thousand_with_two_kills(self, besieged):
        shown = self.run(besieged, 12_000, seed=16, kills=2)
        assert len(shown) == 2
        assert 0 < max(shown) < 12_000  # the page showed how far it was

    @pytest.mark.long
    @pytest.mark.timeout(900)
    def test_five_thousand_at_full_speed(self, besieged, record_property):
        self.run(besieged, 5_000, seed=0, kills=0)
        record_property("credentials_per_second", round(5_000 / self.seconds))
        print(f"issued anew: {5_000 / self.seconds:.0f} a second, from the order to the release")  # noqa: T201
        assert self.seconds < 120
