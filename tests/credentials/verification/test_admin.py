"""The rare pages of administrators: issuers we vouch for, contexts by their digest, counts."""

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, override_settings
from django.urls import include, path, reverse

from credentials.verification.admin import ADMIN
from credentials.verification.models import ContextFile, TrustedIssuer
from registry.adminsite import RegistryAdminSite

DID = "did:web:guild.example"
CONTEXT = '{"@context": {"distinction": "https://guild.example/terms#distinction"}}'
CONTEXT_URL = "https://guild.example/context.json"
SITE = RegistryAdminSite(name="checked")
for model, kind in ADMIN:
    SITE.register(model, kind)
urlpatterns = [path("checked/", SITE.urls), path("", include("registry.urls"))]


@pytest.fixture(autouse=True)
def _site() -> Iterator[None]:
    with override_settings(ROOT_URLCONF=__name__):
        yield


class TestAdmin:
    def client(self, user: Any) -> Client:
        client = Client()
        client.force_login(user)
        return client

    def test_an_administrator_adds_an_issuer(self, college):
        client = self.client(college.administrator)
        url = reverse("checked:verification_trustedissuer_add")
        answer = client.post(url, {"did": DID, "name": "Guild", "url": "", "source": "their letter"})
        assert answer.status_code == 302
        assert TrustedIssuer.objects.get().added_by == college.administrator
        again = client.post(url, {"did": DID, "name": "Guild", "url": "", "source": ""})
        assert b"on the list already" in again.content or b"already exists" in again.content

    def test_a_context_with_another_digest_is_refused(self, college):
        client = self.client(college.administrator)
        url = reverse("checked:verification_contextfile_add")
        data = {"url": CONTEXT_URL, "sha256": "0" * 64}
        answer = client.post(url, data | {"file": SimpleUploadedFile("c.json", CONTEXT.encode())})
        assert b"SHA-256" in answer.content
        right = data | {"sha256": hashlib.sha256(CONTEXT.encode()).hexdigest()}
        answer = client.post(url, right | {"file": SimpleUploadedFile("c.json", CONTEXT.encode())})
        assert answer.status_code == 302
        assert ContextFile.objects.get().text == CONTEXT

    def test_lists_open_for_administrators_and_no_one_else(self, college):
        names = ["trustedissuer", "contextfile", "verificationcount"]
        for who, status in (("administrator", 200), ("registrar", 403)):
            client = self.client(getattr(college, who))
            codes = [
                client.get(reverse(f"checked:verification_{name}_changelist")).status_code for name in names
            ]
            assert codes == [status] * 3, who
