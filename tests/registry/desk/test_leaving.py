"""When somebody leaves, nothing stays in the hands of a person without a role."""

from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.urls import reverse

from credentials.catalog.models import OfferingVersion
from credentials.catalog.services import create_offering, return_offering
from credentials.issuing.models import IssuanceBatch
from credentials.issuing.states import BatchState
from credentials.keys.services import propose_key
from institution.accounts.models import RoleAssignment, User
from institution.accounts.roles import Role
from institution.accounts.services import invite_person, person_leaves, work_held_by
from institution.accounts.work import holders
from institution.errors import NotAllowed
from institution.events.models import Event
from institution.imports.models import Upload
from institution.memory.models import Pilot
from learners.records.models import Learner
from skills.frameworks.models import ImportRun
from tests.credentials.catalog.factory import make_submitted
from tests.credentials.issuing.samples import lay_issuer, make_draft, people
from tests.support.people import give

NOW = datetime(2026, 5, 21, 12, tzinfo=UTC)
DAY = timedelta(days=1)

# Every key to a person that does not move, and why it stays.
STAYS = {
    "events.Event.actor": "who did it",
    "notices.Notice.user": "whom a message went to",
    "memory.Decision.decided_by": "who decided",
    "accounts.RoleAssignment.user": "ended; passed on when wanted",
    "accounts.RoleAssignment.granted_by": "who gave it",
    "catalog.Offering.created_by": "who began it",
    "catalog.OfferingVersion.edited_by": "who saved last",
    "catalog.OfferingVersion.submitted_by": "who submitted; four eyes look at it",
    "catalog.OfferingVersion.approved_by": "who approved",
    "catalog.ReviewComment.author": "who said it",
    "catalog.ReviewDecision.decided_by": "who decided",
    "issuing.IssuanceBatch.confirmed_by": "who confirmed",
    "issuing.IssuanceBatch.released_by": "who released",
    "issuing.Credential.revoked_by": "who revoked",
    "keys.IssuerProfileRevision.changed_by": "who changed it",
    "keys.SigningKey.confirmed_by": "who confirmed",
    "verification.TrustedIssuer.added_by": "who added it",
    "verification.ContextFile.added_by": "who added it",
    "clr.ComposedRecord.asked_by": "their own record",
    "withdrawal.Withdrawal.ordered_by": "who ordered it; workers carry it out",
    "reissues.Reissue.started_by": "who started it; workers carry it out",
    "trials.Trial.made_by": "who made it; it ends by itself",
    "records.Learner.user": "their own record; the account stays open for it",
    "records.HelpRequest.closed_by": "who closed it",
    "sharing.Consent.partner": "a program",
    "partners.PartnerClient.user": "not used: a client acts as its own program",
    "partners.PartnerClient.service_user": "a program",
}
FOREIGN = {"account", "mfa", "admin", "oauth2_provider"}  # own sign-in, own history, tokens of programs


def leave(college, who, heir, **rest):
    return person_leaves(who, heir=heir, unit=college.main, actor=college.administrator, now=NOW, **rest)


def keys_to_people() -> set[str]:
    """Return every key to a person of our tables, as app.Model.field."""
    return {
        f"{model._meta.app_label}.{model.__name__}.{field.name}"
        for model in apps.get_models()
        if model._meta.app_label not in FOREIGN
        for field in model._meta.get_fields(include_hidden=True)
        if field.concrete and field.is_relation and field.related_model is User and not field.many_to_many
        if not model._meta.auto_created
    }


class TestEveryKeyToAPerson:
    def test_moves_or_stays_for_a_reason(self):
        moves = {
            f"{one.rows().model._meta.app_label}.{one.rows().model.__name__}.{one.field}" for one in holders()
        }
        assert moves & set(STAYS) == set()
        assert sorted(keys_to_people() - moves - set(STAYS)) == [], "say in STAYS why, or register a holder"
        assert sorted((moves | set(STAYS)) - keys_to_people()) == [], "no such key"


@pytest.fixture
def hands_full(college, settings, tmp_path):
    """One person who holds one of everything that can be held; what of it the registry must move."""
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    issuer, who = lay_issuer(college), college.faculty
    content = {"title": "Wound care", "kind": "credit"}
    create_offering(college.nursing, "NURS-9", content=content, actor=who, now=NOW)
    make_submitted(college, "N-1")
    returned = make_submitted(college, "N-2")
    return_offering(returned, rationale="Say more", comments={}, actor=college.dean, now=NOW)
    for state in (BatchState.DRAFT, BatchState.QUEUED, BatchState.PAUSED, BatchState.SIGNED):
        batch = make_draft(issuer, people(1))
        IssuanceBatch.objects.filter(pk=batch.pk).update(created_by=who, state=state, confirmed_at=NOW)
    Upload.objects.create(
        kind="catalog.offerings", org_unit=college.main, uploaded_by=who, uploaded_at=NOW, file_name="f.csv",
        sha256="0", size=1,
    )  # fmt: skip
    ImportRun.objects.create(org_unit=college.main, actor=who, file_name="rsd.csv", sha256="0", read_at=NOW)
    Pilot.objects.create(
        org_unit=college.main, name="Badges", question="?", owner=who, starts_on=NOW, decide_on=NOW
    )
    give(who, Role.ADMINISTRATOR, college.main)
    propose_key(college.profile, actor=who, now=NOW)
    return who


class TestSomebodyLeaves:
    def test_one_confirmation_moves_everything(self, college, client, hands_full):
        client.force_login(college.administrator)
        page = client.get(reverse("accounts:leave", args=[hands_full.pk]))
        assert {name for name, _items in page.context["held"]} == {str(one.name) for one in holders()}
        count = page.context["count"]
        assert count == 3 + 4 + 1 + 1 + 1 + 1
        data = {"heir": str(college.dean.pk), "with_roles": "on"}
        client.post(reverse("accounts:leave", args=[hands_full.pk]), data)
        assert work_held_by(hands_full) == []
        assert sum(len(items) for _name, items in work_held_by(college.dean)) == count
        assert not RoleAssignment.objects.of(hands_full).not_over(NOW + DAY * 3650).exists()
        assert set(college.dean.assignments.values_list("role", flat=True)) == {
            Role.DEAN,
            Role.FACULTY,
            Role.ADMINISTRATOR,
        }
        assert Event.objects.get(kind="person.left").data == {"moved": count}
        assert Event.objects.get(kind="batches.handed_over").data["count"] == 4
        hands_full.refresh_from_db()
        assert not hands_full.is_active

    def test_leaves_nothing_where_the_heir_may_not(self, college, hands_full):
        with pytest.raises(NotAllowed):
            person_leaves(
                hands_full, heir=college.neighbor, unit=college.main, actor=college.neighbor, now=NOW
            )
        assert OfferingVersion.objects.filter(created_by=hands_full).count() >= 3

    def test_roles_that_begin_later_end_too(self, college):
        give(college.adviser, Role.REGISTRAR, college.main, starts_at=NOW + DAY)
        leave(college, college.adviser, None)
        assert not RoleAssignment.objects.of(college.adviser).in_force(NOW + DAY * 2).exists()

    def test_who_they_stood_in_for_has_the_heir_instead(self, college):
        mine = college.dean.assignments.get()
        give(college.adviser, Role.DEAN, college.main, ends_at=NOW + DAY * 9, substitute_for=mine)
        leave(college, college.adviser, college.evaluator, with_roles=True)
        assert mine.substitutes.get(user=college.evaluator).ends_at == NOW + DAY * 9

    def test_a_record_of_their_own_keeps_the_account_open(self, college):
        Learner.objects.create(user=college.adviser, created_at=NOW)
        leave(college, college.adviser, None)
        college.adviser.refresh_from_db()
        assert college.adviser.is_active
        assert college.adviser.left_at == NOW
        assert not RoleAssignment.objects.of(college.adviser).in_force(NOW + DAY).exists()

    def test_who_comes_back_gets_in_again(self, college):
        leave(college, college.adviser, None)
        invite_person(
            college.adviser.email, name="", role=Role.ADVISER, unit=college.main,
            actor=college.administrator, now=NOW + DAY,
        )  # fmt: skip
        college.adviser.refresh_from_db()
        assert (college.adviser.is_active, college.adviser.left_at) == (True, None)
