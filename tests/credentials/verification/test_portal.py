"""Our own share links, opened as a stranger opens them."""

import json
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.test import override_settings
from django.urls import include, path

from credentials.reading.incoming import NotRead
from credentials.verification.limits import address_of
from credentials.verification.portal import shared_document

SEEN: list[HttpRequest] = []


def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Answer as the room of share links does."""
    SEEN.append(request)
    if token == "locked":
        raise PermissionDenied
    if token == "ended":
        raise Http404
    return JsonResponse({"credentials": [{"id": token}]})


def private(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"never": "shown"})


SHARING = ([path("s/<str:token>.json", shared), path("s/<str:token>/", shared)], "sharing")
OTHER = ([path("private.json", private)], "desk")
urlpatterns = [path("", include(SHARING)), path("", include(OTHER))]


@pytest.fixture(autouse=True)
def _addresses(db: None) -> Any:
    SEEN.clear()
    with override_settings(ROOT_URLCONF=__name__):
        yield


class TestSharedDocument:
    @pytest.mark.parametrize("url", ["http://localhost:8000/s/abc/", "http://localhost:8000/s/abc"])
    def test_gives_what_the_link_shares(self, url):
        assert json.loads(shared_document(url)) == {"credentials": [{"id": "abc"}]}

    def test_asks_as_somebody_without_a_session(self):
        shared_document("http://localhost:8000/s/abc/")
        assert SEEN[0].user.is_anonymous
        assert SEEN[0].COOKIES == {}

    @pytest.mark.parametrize(
        ("path", "words"),
        [
            ("/s/locked/", "asks for a passphrase"),
            ("/s/ended/", "no longer shared"),
            ("/private", "does not lead to a shared credential"),
            ("/nothing/", "does not lead to a shared credential"),
        ],
    )
    def test_says_why_not(self, path, words):
        with pytest.raises(NotRead) as caught:
            shared_document(f"http://localhost:8000{path}")
        assert words in caught.value.sentence


class TestAddressOf:
    def request(self, **meta: str) -> HttpRequest:
        request = HttpRequest()
        request.META = {"REMOTE_ADDR": "10.0.0.1"} | meta
        return request

    def test_is_the_peers_and_no_header_can_change_it(self):
        assert address_of(self.request(HTTP_X_FORWARDED_FOR="1.2.3.4")) == "10.0.0.1"

    def test_behind_our_proxy_it_is_what_the_proxy_wrote_last(self, settings):
        settings.BEHIND_PROXY = True
        assert address_of(self.request(HTTP_X_FORWARDED_FOR="6.6.6.6, 1.2.3.4")) == "1.2.3.4"
        assert address_of(self.request()) == "10.0.0.1"
