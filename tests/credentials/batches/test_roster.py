"""The page on which faculty name who completed something."""

import pytest
from django.urls import reverse

from credentials.issuing.models import IssuanceBatch
from tests.credentials.issuing.samples import DAY


@pytest.fixture(autouse=True)
def _no_broker(monkeypatch):
    """Messages are sent on commit; a test that rolls back sends none. This guards against a slip."""
    monkeypatch.setattr("celery.app.task.Task.delay", lambda *args, **kwargs: pytest.fail("sent at once"))


def text_of(answer):
    return answer.content.decode()


class TestRoster:
    PASTED = (
        "Ann Lee, ann@students.example, S00001\nمحمد علي\tm@students.example\tS00002\nBo <bo@x.example>\n"
    )

    def test_faculty_name_people_and_see_the_report(self, client, issuer):
        client.force_login(issuer.faculty)
        url = reverse("issuing:roster", args=[issuer.clinical.pk])
        assert client.get(url).status_code == 200
        client.post(url, {"people": self.PASTED, "awarded_on": DAY.isoformat(), "result": "Beginner"})
        rows = IssuanceBatch.objects.get().rows.order_by("line")
        assert [(row.name, row.email, row.source_id, row.state) for row in rows] == [
            ("Ann Lee", "ann@students.example", "S00001", "pending"),
            ("محمد علي", "m@students.example", "S00002", "pending"),
            ("Bo", "bo@x.example", "", "pending"),
        ]

    def test_the_offering_is_chosen_from_those_one_may_award(
        self, client, issuer, django_assert_max_num_queries
    ):
        url = reverse("issuing:roster_choose")
        client.force_login(issuer.faculty)
        with django_assert_max_num_queries(14):
            page = text_of(client.get(url, {"q": "clinical"}))
        assert reverse("issuing:roster", args=[issuer.clinical.pk]) in page
        assert reverse("issuing:roster", args=[issuer.weld.pk]) not in page
        client.force_login(issuer.neighbor)
        assert reverse("issuing:roster", args=[issuer.clinical.pk]) not in text_of(client.get(url))
        client.force_login(issuer.stranger)
        assert client.get(url).status_code == 403

    def test_a_day_before_the_first_version_is_said_at_the_form(self, client, issuer):
        client.force_login(issuer.faculty)
        url = reverse("issuing:roster", args=[issuer.clinical.pk])
        answer = client.post(url, {"people": self.PASTED, "awarded_on": "2025-01-01"})
        assert answer.status_code == 400
        assert not IssuanceBatch.objects.exists()
