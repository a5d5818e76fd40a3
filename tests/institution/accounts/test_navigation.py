import pytest
from django.urls import reverse

from tests.credentials.catalog.factory import make_submitted


class TestNavFor:
    @pytest.mark.parametrize("name", ["catalog:list", "intake:new", "desk:home"])
    def test_marks_one_room_the_nearest(self, client, college, name):
        client.force_login(college.registrar)
        nav = client.get(reverse(name)).context["nav"]
        assert [room["url"] for room in nav if room["current"]] == [reverse(name)]

    def test_a_review_belongs_to_the_approvals_it_came_from(self, client, college):
        offering = make_submitted(college).offering_id
        client.force_login(college.dean)
        nav = client.get(reverse("catalog:review", args=[offering])).context["nav"]
        assert [room["url"] for room in nav if room["current"]] == [reverse("catalog:approvals")]

    def test_shows_no_room_to_somebody_without_a_role(self, client, college):
        client.force_login(college.stranger)
        assert client.get(reverse("accounts:my_roles")).context["nav"] == []
