"""A credential as a token: made when it is asked for, by the issuer's key for tokens, and taken by our verifier."""

import json
from datetime import timedelta

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from credentials.issuing.models import Credential
from credentials.keys.services import mark_compromised
from credentials.status.services import sweep
from credentials.verification.services import verify
from credentials.verification.sources import InternalSource
from tests.credentials.keys.samples import make_key
from tests.support.records import make_learner, recipient


@pytest.fixture
def mine(issuer, college, client):
    learner = make_learner(college, 1)
    client.force_login(learner.user)
    return Credential.objects.select_related("profile").get(recipient=recipient(1))


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa2048", "RS256"), ("p256", "ES256")])
def test_the_token_holds_by_an_independent_library_and_by_ours(client, college, mine, kind, algorithm):
    key = make_key(college, mine.profile, kind=kind, purpose="jwt")
    page = client.get(reverse("records:credential", args=[mine.pk])).content.decode()
    assert "Token (JWT)" in page
    answer = client.get(reverse("records:credential_jwt", args=[mine.pk]))
    assert answer["Content-Disposition"].endswith('.jwt"')
    token = answer.content.decode()
    header = jwt.get_unverified_header(token)
    assert header == {"alg": algorithm, "typ": "JWT", "kid": f"{mine.profile.base_url}/keys/{key.kid}"}
    bare = json.loads(Client().get(f"/i/{mine.profile.key}/keys/{key.kid}").content)
    claims = jwt.decode(token, jwt.PyJWK(bare), algorithms=[algorithm], options={"verify_nbf": False})
    document = json.loads(mine.document)
    assert {name: claims[name] for name in document} == document
    assert (claims["iss"], claims["jti"]) == (document["issuer"]["id"], document["id"])
    now = timezone.now()
    sweep(now=now)  # the list of the spring has run out by now
    assert verify(token, now=now, source=InternalSource()).ok
    mark_compromised(key, actor=college.administrator, now=now)
    after = verify(token, now=now + timedelta(minutes=10), source=InternalSource())
    assert after.verdict == "key-unresolvable"


def test_nothing_is_offered_where_no_key_signs_tokens(client, mine):
    page = client.get(reverse("records:credential", args=[mine.pk])).content.decode()
    assert "Token (JWT)" not in page
    assert client.get(reverse("records:credential_jwt", args=[mine.pk])).status_code == 404


def test_the_bare_key_is_open_to_every_origin_and_cached(client, college, mine):
    key = make_key(college, mine.profile, kind="p256", purpose="jwt")
    assert isinstance(jwt.PyJWK(json.loads(Client().get(f"/i/{mine.profile.key}/keys/{key.kid}").content)).key,
                      ec.EllipticCurvePublicKey)  # fmt: skip
    first = Client().get(f"/i/{mine.profile.key}/keys/{key.kid}")
    assert first["Access-Control-Allow-Origin"] == "*"
    again = Client().get(f"/i/{mine.profile.key}/keys/{key.kid}", headers={"If-None-Match": first["ETag"]})
    assert again.status_code == 304
