"""Registry files: what is taken over, what is refused, and who may do it."""

import io
import json

import pytest
from django.urls import reverse

from credentials.verification import registries, services
from credentials.verification.models import TrustedIssuer
from credentials.verification.selectors import known_issuer
from institution.errors import InvalidInput, NotAllowed
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW

GUILD, UNION = "did:web:guild.example", "did:key:z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"


def file(**names: str) -> bytes:
    dids = {"guild": GUILD, "union": UNION}
    listed = {dids[key]: {"name": name, "url": "https://www.example/"} for key, name in names.items()}
    return json.dumps({"meta": {"created": "2026"}, "registry": listed}).encode()


def take(college, who: str = "administrator", **names: str):
    entries = registries.read_registry(file(**names))
    return registries.take_over(entries, source="Guild Registry", actor=getattr(college, who), now=NOW)


class TestTakeOver:
    def test_makes_the_list_what_the_file_says(self, college):
        assert vars(take(college, guild="Guild", union="Union")) == {
            "added": 2,
            "changed": 0,
            "removed": 0,
            "kept": 0,
        }
        found = known_issuer(GUILD)
        assert found is not None
        assert (found.name, found.provenance, found.source) == ("Guild", "registry", "Guild Registry")
        again = take(college, guild="The Guild")
        assert (again.added, again.changed, again.removed) == (0, 1, 1)
        assert known_issuer(UNION) is None
        assert vars(take(college, guild="The Guild"))["changed"] == 0
        assert Event.objects.filter(kind="issuers.imported").count() == 2

    def test_leaves_alone_what_an_administrator_added(self, college):
        services.add_issuer(GUILD, "Our Guild", actor=college.administrator, now=NOW)
        assert take(college, guild="Guild", union="Union").kept == 1
        assert TrustedIssuer.objects.get(did=GUILD).name == "Our Guild"
        assert registries.forget_registry("Guild Registry", actor=college.administrator, now=NOW) == 1
        assert registries.forget_registry("Guild Registry", actor=college.administrator, now=NOW) == 0
        assert known_issuer(GUILD) is not None

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar", "dean", "auditor"])
    def test_others_are_refused(self, college, who):
        with pytest.raises(NotAllowed):
            take(college, who, guild="Guild")
        with pytest.raises(NotAllowed):
            registries.forget_registry("Guild Registry", actor=getattr(college, who), now=NOW)

    @pytest.mark.parametrize(
        "data",
        [
            b"",
            b"[]",
            b"{}",
            b'{"registry": {}}',
            b'{"registry": {"guild.example": {"name": "Guild"}}}',
            b'{"registry": {"did:web:10.0.0.1": {"name": "Guild"}}}',
            b'{"registry": {"did:web:guild.example": {"name": " "}}}',
            b'{"registry": {"did:web:guild.example": "Guild"}}',
            b'{"registry": {"did:web:a.example": {"name": "A"}, "did:web:a.example": {"name": "B"}}}',
        ],
    )
    def test_refuses_what_is_no_registry(self, data):
        with pytest.raises(InvalidInput):
            registries.read_registry(data)

    def test_refuses_too_many(self):
        many = {f"did:web:a{number}.example": {"name": "A"} for number in range(5_001)}
        with pytest.raises(InvalidInput):
            registries.read_registry(json.dumps({"registry": many}).encode())


class TestPage:
    def test_takes_a_file_and_says_what_changed(self, client, college):
        client.force_login(college.administrator)
        address = reverse("verification:issuers")
        sent = {"source": "Guild Registry", "file": io.BytesIO(file(guild="Guild", union="Union"))}
        page = client.post(address, sent, follow=True).content.decode()
        assert "Issuers: 2 added" in page
        assert "Guild Registry" in page
        page = client.post(reverse("verification:forget"), {"source": "Guild Registry"}, follow=True)
        assert "2 issuers are no longer on the list" in page.content.decode()
        client.post(address, {"source": "One", "file": io.BytesIO(file(guild="Guild"))})
        page = client.post(reverse("verification:forget"), {"source": "One"}, follow=True)
        assert "1 issuer is no longer on the list" in page.content.decode()

    def test_asks_once_before_a_registry_goes(self, client, college):
        client.force_login(college.administrator)
        sent = {"source": "Guild & Sons", "file": io.BytesIO(file(guild="Guild", union="Union"))}
        page = client.post(reverse("verification:issuers"), sent, follow=True).text
        assert f"{reverse('verification:forget')}?source=Guild%20%26%20Sons" in page
        asked = client.get(reverse("verification:forget"), {"source": "Guild & Sons"}).text
        assert "Take 2 issuers off the list" in asked
        assert TrustedIssuer.objects.count() == 2
        assert client.get(reverse("verification:forget"), {"source": "Nobody"}).status_code == 302

    def test_says_what_is_wrong_with_a_file(self, client, college):
        client.force_login(college.administrator)
        sent = {"source": "Guild Registry", "file": io.BytesIO(b"{}")}
        answer = client.post(reverse("verification:issuers"), sent)
        assert (answer.status_code, "it lists none" in answer.content.decode()) == (400, True)

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar", "dean"])
    def test_opens_for_administrators_only(self, client, college, who):
        client.force_login(getattr(college, who))
        assert client.get(reverse("verification:issuers")).status_code == 403
        assert client.get(reverse("verification:forget"), {"source": "x"}).status_code == 403
        assert client.post(reverse("verification:forget"), {"source": "x"}).status_code == 403

    def test_queries_do_not_grow_with_issuers(self, client, college, django_assert_max_num_queries):
        take(college, guild="Guild", union="Union")
        client.force_login(college.administrator)
        with django_assert_max_num_queries(12):
            client.get(reverse("verification:issuers"))
