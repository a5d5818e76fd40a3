"""Frameworks and skills as partners read them: filters, retired ones, constant queries."""

import pytest
from django.utils import timezone

from skills.frameworks.models import Framework
from tests.credentials.catalog.factory import make_skill
from tests.registry.partners.factory import caller_for
from tests.registry.partners.test_batches import people, send
from tests.support.people import give

SKILLS, FRAMEWORKS = "/api/v1/skills", "/api/v1/frameworks"


@pytest.fixture
def caller(college):
    return caller_for(college)


class TestSkills:
    def test_are_found_by_words_address_and_framework(self, college, caller):
        vital, weld = make_skill(college), make_skill(college, "Weld pipes", code="W-1", kind="rsd")
        for query, found in {
            "q=VITAL signs": [vital],
            "code=w-1": [weld],
            f"uri={vital.uri}": [vital],
            f"framework={weld.framework_id}": [weld],
            "q=nothing": [],
        }.items():
            rows = caller.get(f"{SKILLS}?{query}").json()["results"]
            assert [row["id"] for row in rows] == [str(skill.pk) for skill in found], query

    def test_that_are_retired_stay_and_say_so(self, college, caller):
        skill = make_skill(college)
        skill.retired_at = timezone.now()
        skill.save()
        assert caller.get(f"{SKILLS}/{skill.pk}").json()["retired_at"]
        assert caller.get(f"{SKILLS}?retired=false").json()["count"] == 0
        assert caller.get(f"{SKILLS}?retired=true").json()["count"] == 1
        assert caller.get(FRAMEWORKS).json()["results"][0]["skill_count"] == 0

    def test_refuse_filters_that_are_none(self, caller):
        answer = caller.get(f"{SKILLS}?framework=x")
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["framework"])


class TestQueries:
    @pytest.mark.parametrize("url", [SKILLS, FRAMEWORKS])
    def test_are_as_many_for_ten_as_for_one(self, college, caller, django_assert_max_num_queries, url):
        make_skill(college)
        with django_assert_max_num_queries(12) as few:
            caller.get(url)
        for number in range(9):
            make_skill(college, f"Skill {number}")
            Framework.objects.create(
                kind="own",
                source_id=f"f-{number}",
                title="More",
                org_unit=college.main,
                created_at=timezone.now(),
            )
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert caller.get(url).json()["count"] == 10

    def test_of_rows_are_as_many_for_ten_as_for_one(
        self, college, settings, tmp_path, django_assert_max_num_queries
    ):
        from institution.accounts.roles import Role
        from tests.credentials.issuing.samples import lay_issuer

        settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
        give(college.administrator, Role.ADMINISTRATOR, college.district)
        issuer = lay_issuer(college)
        caller = caller_for(issuer, unit=issuer.main)
        one, ten = (send(caller, issuer, people(n), key=str(n)).json()["id"] for n in (1, 10))
        with django_assert_max_num_queries(12) as few:
            caller.get(f"/api/v1/batches/{one}/rows")
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert caller.get(f"/api/v1/batches/{ten}/rows").json()["count"] == 10
