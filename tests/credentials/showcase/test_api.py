from datetime import timedelta

import pytest
from django.urls import include, path
from django.utils import timezone
from oauth2_provider.models import AccessToken
from rest_framework.routers import SimpleRouter
from rest_framework.test import APIClient

from credentials.catalog import services
from credentials.showcase.api import router_entries
from tests.credentials.catalog.factory import LATER, NOW, approve_next, make_approved, make_draft, make_skill

router = SimpleRouter()
for prefix, viewset, basename in router_entries:
    router.register(prefix, viewset, basename)
urlpatterns = [path("api/v1/", include(router.urls)), path("", include("registry.urls"))]
pytestmark = pytest.mark.urls(__name__)
OFFERINGS, ACHIEVEMENTS = "/api/v1/offerings/", "/api/v1/achievements/"


def client_with(user, scope):
    token = AccessToken.objects.create(
        user=user, scope=scope, expires=timezone.now() + timedelta(hours=1), token=f"token-{scope}"
    )
    client = APIClient()
    client.credentials(HTTP_AUTHORIZATION=f"Bearer {token.token}")
    return client


@pytest.fixture
def partner(college):
    return client_with(college.stranger, "catalog.read")


class TestOfferings:
    def test_show_the_current_version_with_achievements_and_alignments(self, college, partner):
        skill, onward = make_skill(college), make_approved(college, "NURS-130")
        offering = make_approved(college, skills=[skill.pk], leads_to=[onward.pk])
        row = partner.get(f"{OFFERINGS}{offering.pk}/").data
        assert (row["code"], row["version"], row["kind"], row["credits"]) == ("NURS-120", 1, "credit", "5.00")
        assert row["ctid"] == offering.ctid
        assert row["leads_to"] == [str(onward.pk)]
        assert row["achievements"][0]["alignments"][0]["target_url"] == skill.uri
        assert row["achievements"][0]["url"].endswith("/1")

    def test_leave_out_drafts(self, college, partner):
        draft = make_draft(college).offering
        assert partner.get(OFFERINGS).data["results"] == []
        assert partner.get(f"{OFFERINGS}{draft.pk}/").status_code == 404

    def test_filter(self, college, partner):
        make_approved(college, "A-1", cip_code="51.3801")
        make_approved(college, "A-2", kind="noncredit", unit=college.welding)
        for query, codes in {
            "kind=noncredit": ["A-2"],
            "code=a-1": ["A-1"],
            "cip_code=51": ["A-1"],
            f"org_unit={college.welding.pk}": ["A-2"],
        }.items():
            assert [row["code"] for row in partner.get(f"{OFFERINGS}?{query}").data["results"]] == codes

    def test_changes_since_a_moment_come_with_deletions(self, college, partner):
        old, gone = make_approved(college, "OLD"), make_approved(college, "GONE")
        changed = make_approved(college, "CHANGED")
        approve_next(college, changed, now=LATER, title="New title")
        services.retire_offering(gone, rationale="Old", actor=college.dean, now=LATER)
        answer = partner.get(OFFERINGS, {"changed_since": (NOW + timedelta(hours=1)).isoformat()}).data
        assert [row["title"] for row in answer["results"]] == ["New title"]
        assert [row["id"] for row in answer["deleted"]] == [gone.pk]
        assert "deleted" not in partner.get(OFFERINGS).data
        assert {row["id"] for row in partner.get(OFFERINGS).data["results"]} == {str(old.pk), str(changed.pk)}

    def test_refuse_a_moment_without_zone(self, college, partner):
        answer = partner.get(OFFERINGS, {"changed_since": "2026-01-01T00:00:00"})
        assert answer.status_code == 400
        assert "changed_since" in answer.data["errors"]

    def test_take_as_many_queries_for_ten_as_for_one(self, college, partner, django_assert_max_num_queries):
        make_approved(college, "N-0", skills=[make_skill(college).pk])
        with django_assert_max_num_queries(15) as few:
            partner.get(OFFERINGS)
        for number in range(1, 10):
            make_approved(college, f"N-{number}")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert partner.get(OFFERINGS).data["count"] == 10

    def test_come_in_pages_whose_order_is_unique(self, college, partner):
        for number in range(5):
            make_approved(college, f"N-{number}")
        seen = []
        for number in (1, 2, 3):
            seen += [
                row["id"] for row in partner.get(OFFERINGS, {"page_size": 2, "page": number}).data["results"]
            ]
        assert len(seen) == len(set(seen)) == 5


class TestAchievements:
    def test_show_the_document_that_credentials_carry(self, college, partner):
        offering = make_approved(college)
        row = partner.get(ACHIEVEMENTS).data["results"][0]
        assert row["document"]["id"] == row["url"]
        assert row["offering"] == str(offering.pk)
        assert partner.get(f"{ACHIEVEMENTS}{row['id']}/").data["name"] == "Clinical Skills II"

    def test_show_the_newest_version_only(self, college, partner):
        offering = make_approved(college)
        approve_next(college, offering, now=LATER, title="New")
        assert [row["version"] for row in partner.get(ACHIEVEMENTS).data["results"]] == [2]

    def test_list_every_frozen_version_also_when_retired(self, college, partner):
        offering = make_approved(college)
        approve_next(college, offering, now=LATER, title="New")
        url = f"{ACHIEVEMENTS}{offering.achievements.get().pk}/versions/"
        rows = partner.get(url).data["results"]
        assert [(row["version"], row["current"]) for row in rows] == [(2, True), (1, False)]
        assert rows[1]["url"].endswith("/1")
        services.retire_offering(offering, rationale="Old", actor=college.dean, now=LATER)
        assert [row["current"] for row in partner.get(url).data["results"]] == [False, False]
        for nothing in (make_draft(college, "DRAFT").offering.achievements.get().pk, "nonsense"):
            assert partner.get(f"{ACHIEVEMENTS}{nothing}/versions/").status_code == 404

    def test_deletions_name_the_achievement(self, college, partner):
        gone = make_approved(college)
        services.retire_offering(gone, rationale="Old", actor=college.dean, now=LATER)
        answer = partner.get(ACHIEVEMENTS, {"changed_since": NOW.isoformat()}).data
        assert answer["results"] == []
        assert [row["id"] for row in answer["deleted"]] == [gone.achievements.get().pk]


class TestDoors:
    @pytest.mark.parametrize("url", [OFFERINGS, ACHIEVEMENTS])
    def test_are_closed_without_a_token_or_the_scope(self, college, url):
        assert APIClient().get(url).status_code == 401
        assert client_with(college.stranger, "batches.read").get(url).status_code == 403

    def test_take_no_changes(self, partner):
        assert partner.post(OFFERINGS, {}, format="json").status_code == 405
