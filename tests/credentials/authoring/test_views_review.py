import pytest
from django.urls import reverse

from credentials.catalog import services
from credentials.catalog.models import Offering, OfferingVersion
from institution.accounts.roles import Role
from tests.credentials.catalog.factory import LATER, make_approved, make_submitted
from tests.support.people import give


@pytest.fixture
def dean(college, client):
    client.force_login(college.dean)
    return client


def review_url(version):
    return reverse("catalog:review", args=[version.offering_id])


class TestApprovals:
    def test_shows_what_waits_the_oldest_first(self, college, dean):
        first = make_submitted(college, "N-1")
        offering = make_approved(college, "N-2")
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        services.edit_version(draft, content={"cost": "10"}, actor=college.faculty, now=LATER)
        services.submit_offering(draft, actor=college.faculty, now=LATER)
        cards = dean.get(reverse("catalog:approvals")).context["cards"]
        assert [card["version"] for card in cards] == [first, draft]
        assert cards[1]["changed"] == ["Cost"]

    def test_shows_a_neighbor_only_their_own(self, college, client):
        make_submitted(college, "N-1")
        mine = make_submitted(college, "W-1", unit=college.welding)
        client.force_login(college.neighbor)
        cards = client.get(reverse("catalog:approvals")).context["cards"]
        assert [card["version"] for card in cards] == [mine]

    def test_takes_as_many_queries_for_twenty_as_for_two(self, college, dean, django_assert_max_num_queries):
        for number in range(2):
            make_submitted(college, f"N-{number}")
        with django_assert_max_num_queries(20) as few:
            dean.get(reverse("catalog:approvals"))
        for number in range(2, 20):
            make_submitted(college, f"N-{number}")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(dean.get(reverse("catalog:approvals")).context["cards"]) == 20

    def test_is_calm_when_nothing_waits(self, college, dean):
        assert b"No offering waits for you" in dean.get(reverse("catalog:approvals")).content


class TestFourEyes:
    def test_says_why_and_who_can_instead(self, college, client):
        give(college.faculty, Role.DEAN, college.main)
        version = make_submitted(college)
        client.force_login(college.faculty)
        answer = client.get(review_url(version))
        assert "Somebody else approves this version" in answer.text
        assert str(college.dean) in answer.text
        assert 'value="approve"' not in answer.text
        refused = client.post(review_url(version), {"decision": "approve"})
        assert refused.status_code == 422
        assert "somebody else approves it" in refused.text

    def test_says_what_to_do_where_nobody_else_can(self, college, client):
        give(college.faculty, Role.DEAN, college.main)
        college.dean.assignments.update(ends_at=LATER)
        version = make_submitted(college)
        client.force_login(college.faculty)
        assert "Nobody else can yet" in client.get(review_url(version)).text


class TestReview:
    def test_shows_the_difference_to_the_approved_version(self, college, dean):
        offering = make_approved(college)
        draft = services.draft_offering(offering, actor=college.faculty, now=LATER)
        content = {"criteria": "Pass the **skills check** with two nurses present."}
        services.edit_version(draft, content=content, actor=college.faculty, now=LATER)
        services.submit_offering(draft, actor=college.faculty, now=LATER)
        answer = dean.get(review_url(draft))
        assert [one["change"].field for one in answer.context["changes"]] == ["criteria"]
        assert b"<ins>" in answer.content
        assert b"<del>" in answer.content

    def test_approves(self, college, dean):
        version = make_submitted(college)
        answer = dean.post(review_url(version), {"decision": "approve", "effective_on": "2026-01-05"})
        assert answer.url == reverse("catalog:approvals")
        current = Offering.objects.get().current_version
        assert (current, str(current.effective_on)) == (version, "2026-01-05")

    def test_returns_with_comments_by_field(self, college, dean):
        version = make_submitted(college)
        said = {"decision": "return", "rationale": "Thin", "comment-criteria": "Which?", "comment-title": " "}
        dean.post(review_url(version), said)
        assert [(c.field, c.text) for c in version.comments.all()] == [("criteria", "Which?")]
        assert OfferingVersion.objects.get().state == "draft"

    def test_a_return_without_reason_keeps_what_was_typed(self, college, dean):
        version = make_submitted(college)
        answer = dean.post(review_url(version), {"decision": "return", "comment-criteria": "Which check?"})
        assert answer.status_code == 422
        assert b"Which check?" in answer.content
        assert OfferingVersion.objects.get().state == "submitted"

    def test_a_bad_date_is_said(self, college, dean):
        version = make_submitted(college)
        answer = dean.post(review_url(version), {"decision": "approve", "effective_on": "soon"})
        assert "effective_on" in answer.context["faults"]

    def test_what_is_decided_already_leads_to_the_offering(self, college, dean):
        offering = make_approved(college)
        assert dean.get(review_url(offering.current_version)).url == reverse(
            "catalog:detail", args=[offering.pk]
        )

    def test_is_refused_to_the_writer(self, college, client):
        version = make_submitted(college)
        client.force_login(college.faculty)
        assert client.post(review_url(version), {"decision": "approve"}).status_code == 403


class TestApproveSeveral:
    url = "/approvals/several/"

    def test_shows_them_once_more_and_then_approves_all(self, college, dean):
        versions = [make_submitted(college, f"N-{n}") for n in range(3)]
        chosen = {"version": [str(version.pk) for version in versions[:2]]}
        assert len(dean.get(self.url, chosen).context["cards"]) == 2
        assert Offering.objects.public().count() == 0
        dean.post(self.url, chosen | {"rationale": "Read together"})
        assert Offering.objects.public().count() == 2

    def test_asks_for_the_reason(self, college, dean):
        version = make_submitted(college)
        answer = dean.post(self.url, {"version": str(version.pk), "rationale": ""})
        assert answer.status_code == 422
        assert answer.context["fault"]

    @pytest.mark.parametrize("chosen", [{}, {"version": "nonsense"}])
    def test_nothing_chosen_leads_back(self, college, dean, chosen):
        assert dean.get(self.url, chosen).url == reverse("catalog:approvals")

    def test_leaves_out_what_belongs_to_another_dean(self, college, client):
        version = make_submitted(college)
        client.force_login(college.neighbor)
        client.post(self.url, {"version": str(version.pk), "rationale": "Mine now"})
        assert OfferingVersion.objects.get().state == "submitted"
