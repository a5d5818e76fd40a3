"""Many are withdrawn in one order; a verifier that keeps lists as long as it may sees it within the TTL."""

import json
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from credentials.issuing.models import Credential
from credentials.reading.sources import SourceFailed
from credentials.status import services as status
from credentials.verification import services as verification
from credentials.withdrawal import services
from tests.credentials.issuing.samples import NOW, lay_issuer, make_released, people
from tests.support.people import lay_college

TTL = timedelta(seconds=status.TTL_SECONDS)


class CachingVerifier:
    """Somebody else's verifier: asks over HTTP, and keeps each answer as long as its headers allow."""

    def __init__(self) -> None:
        self.kept, self.asked, self.now = {}, 0, NOW

    def get(self, url: str, *, max_bytes: int = 0, media_type: str = "") -> bytes:
        """Return a copy that is still fresh, or ask again."""
        until, body = self.kept.get(url, (NOW, b""))
        if self.now >= until:
            self.asked += 1
            answer = Client().get(urlsplit(url).path)
            if answer.status_code != 200:
                raise SourceFailed("missing")
            age = int(answer["Cache-Control"].partition("max-age=")[2])
            self.kept[url] = until, body = self.now + timedelta(seconds=age), answer.content
        return body

    def verdict(self, text: str, now) -> str:
        """Check a credential at a moment."""
        self.now = now
        return str(verification.verify(text, now=now, source=self).verdict)


@pytest.mark.django_db(transaction=True)
def test_a_verifier_with_a_cached_list_sees_an_order_of_many_within_the_ttl(settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    college = lay_issuer(lay_college())
    make_released(college, people(120))
    kept, *gone = Credential.objects.order_by("pk")
    outside = CachingVerifier()
    issued = NOW + timedelta(minutes=1)
    assert {outside.verdict(one.document, issued) for one in (kept, *gone[:5])} == {"valid"}
    assert outside.asked == 2  # did.json and the list: one copy serves all
    ttl = json.loads(outside.get(gone[0].status_list.url))["credentialSubject"]["ttl"]
    assert ttl == 1000 * status.TTL_SECONDS

    order = services.order_withdrawal(
        Credential.objects.exclude(pk=kept.pk),
        pk=uuid4(),
        code="withdrawn",
        actor=college.registrar,
        now=issued,
    )
    while services.carry_out(order.pk, now=issued):
        pass
    assert status.sweep(now=issued) == 1  # what publish_soon asks for
    assert outside.verdict(gone[0].document, issued + timedelta(seconds=1)) == "valid"  # its copy is fresh
    for one in gone[:5]:
        assert outside.verdict(one.document, issued + TTL) == "revoked"
    assert outside.verdict(kept.document, issued + TTL) == "valid"
