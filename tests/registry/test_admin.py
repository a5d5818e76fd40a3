import pytest
from django.urls import reverse

from registry.adminsite import admin_site

LISTS = sorted(f"admin:{m._meta.app_label}_{m._meta.model_name}_changelist" for m in admin_site._registry)


class TestAdmin:
    @pytest.mark.parametrize("name", LISTS)
    def test_an_administrator_opens_every_list(self, client, college, name):
        client.force_login(college.administrator)
        assert client.get(reverse(name)).status_code == 200

    @pytest.mark.parametrize("name", LISTS)
    @pytest.mark.parametrize("who", ["stranger", "dean", "faculty"])
    def test_turns_others_away(self, client, college, name, who):
        client.force_login(getattr(college, who))
        assert client.get(reverse(name)).status_code == 302

    def test_a_neighbor_sees_nothing_of_the_college(self, client, college):
        client.force_login(college.neighbor)
        answer = client.get(reverse("admin:catalog_offering_changelist"))
        assert answer.status_code == 200
        assert answer.context["cl"].result_count == 0

    @pytest.mark.parametrize("name", ["admin:accounts_roleassignment_add", "admin:issuing_credential_add"])
    def test_nothing_is_added_past_a_service(self, client, college, name):
        client.force_login(college.administrator)
        assert client.get(reverse(name)).status_code == 403
