from datetime import UTC, datetime

import pytest
from django.urls import reverse

from institution.accounts.roles import Role
from tests.credentials.catalog.factory import make_submitted
from tests.credentials.issuing.samples import lay_issuer, make_draft, people, person
from tests.support.people import give

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
STAFF = [role.value for role in Role if role != Role.PARTNER]


class TestHome:
    @pytest.mark.parametrize("role", STAFF)
    def test_each_role_gets_one_sentence(self, client, college, role):
        client.force_login(getattr(college, role))
        answer = client.get(reverse("desk:home"))
        assert answer.status_code == 200
        sentence = answer.context["desk"].sentence
        assert sentence.endswith(".")
        assert len(sentence) < 140

    @pytest.mark.parametrize("role", STAFF)
    def test_an_empty_house_says_what_will_be_here(self, client, college, role):
        client.force_login(getattr(college, role))
        desk = client.get(reverse("desk:home")).context["desk"]
        assert desk.cards or desk.events or desk.steps or desk.empty

    def test_what_is_not_safe_is_counted_as_it_is_shown(self, client, college):
        client.force_login(college.administrator)
        desk = client.get(reverse("desk:home")).context["desk"]
        assert desk.figures[0].number > 0
        assert desk.figures[0].url in [card.url for card in desk.cards]
        assert desk.sentence.startswith(f"{len(desk.cards) + len(desk.steps)} ")

    def test_the_registrar_reads_in_how_many_batches_rows_wait(self, client, college):
        issuer = lay_issuer(college)
        make_draft(issuer, [person(1), person(2, code="NOWHERE-1")])
        make_draft(issuer, people(1_200, code="WELD-109", result=""))
        client.force_login(college.registrar)
        answer = client.get(reverse("desk:home"))
        assert answer.context["desk"].sentence == "1 row needs you in 1 batch."
        assert "1,200 rows" in answer.text
        assert f'href="{reverse("issuing:upload")}"' in answer.text

    def test_the_dean_reads_what_it_is_and_who_sent_it(self, client, college):
        make_submitted(college, "NURS-120")
        client.force_login(college.dean)
        [card] = client.get(reverse("desk:home")).context["desk"].cards
        assert card.meta == f"NURS-120 · {college.nursing.name}"
        assert str(college.faculty) in card.line

    def test_a_learner_is_led_to_the_record(self, client, college):
        client.force_login(college.stranger)
        assert client.get(reverse("desk:home"))["Location"] == reverse("records:record")

    def test_somebody_unknown_is_led_to_sign_in(self, client, college):
        assert "/accounts/login/" in client.get(reverse("desk:home"))["Location"]

    def test_wearing_another_role_changes_the_desk(self, client, college):
        second = give(college.dean, Role.AUDITOR, college.main, starts_at=NOW)
        client.force_login(college.dean)
        before = client.get(reverse("desk:home")).context["desk"].title
        client.post(reverse("accounts:wear"), {"assignment": str(second.pk)})
        assert client.get(reverse("desk:home")).context["desk"].title != before


class TestAudit:
    @pytest.mark.parametrize("who", ["stranger", "neighbor", "dean"])
    def test_refuses(self, client, college, who):
        client.force_login(getattr(college, who))
        assert client.get(reverse("desk:audit")).status_code == 403

    def test_queries_do_not_grow_with_the_rows(self, client, college, django_assert_max_num_queries):
        from institution.events.services import record

        for _number in range(120):
            record("role.assigned", actor=college.dean, target=college.nursing, at=NOW, unit=college.nursing)
        client.force_login(college.auditor)
        client.get(reverse("desk:audit"))
        with django_assert_max_num_queries(10):
            answer = client.get(reverse("desk:audit"))
        assert answer.context["page"].paginator.count == 120


class TestDoor:
    def test_is_not_there_without_the_demo(self, client, college):
        assert client.post(reverse("desk:demo_sign_in"), {"account": "dean"}).status_code == 404

    def test_opens_nothing_for_a_name_it_does_not_know(self, client, college, settings):
        settings.DEMO = True
        assert client.post(reverse("desk:demo_sign_in"), {"account": "somebody"}).status_code == 404


class TestSearch:
    def ask(self, client, who, words):
        client.force_login(who)
        answer = client.post(reverse("desk:search"), {"q": words})
        assert words not in answer["Location"]
        return client.get(answer["Location"])

    def test_finds_people_of_staff_for_who_may_see_them(self, client, college):
        found = self.ask(client, college.administrator, "registrar").context["found"]
        assert [group.count for group in found] == [1]

    def test_shows_a_stranger_nobody(self, client, college):
        assert self.ask(client, college.stranger, "registrar").context["found"] == []

    def test_shows_a_neighbor_nothing_of_the_college(self, client, college):
        from credentials.catalog.services import create_offering

        create_offering(
            college.nursing, "NURS-1", content={"title": "Wound care", "kind": "credit"},
            actor=college.faculty, now=NOW,
        )  # fmt: skip
        assert self.ask(client, college.dean, "Wound").context["count"] == 1
        assert self.ask(client, college.neighbor, "Wound").context["count"] == 0
