"""A key found compromised: since when, told to everybody, moved back but never forward, by page and by command."""

import io
import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.urls import reverse

from credentials.issuing.models import Credential
from credentials.keys import services
from credentials.keys.counting import signed_with
from credentials.keys.models import SigningKey
from credentials.keys.published import did_document
from credentials.verification.services import verify
from credentials.verification.sources import InternalSource
from institution.accounts.services import institution_now
from institution.errors import InvalidInput, NotInThisState
from institution.events.models import Event
from tests.credentials.issuing.samples import lay_issuer, make_draft, make_released, people, person, sign
from tests.credentials.keys.samples import NOW, make_key

FOUND = NOW + timedelta(days=3)
LEAKED = NOW + timedelta(days=1)


def mark(college, key, since=None, now=FOUND):
    return services.mark_compromised(key, since=since, actor=college.administrator, now=now)


def revoked_in_public(key):
    """Return what did.json says of the key."""
    return json.loads(did_document(key.profile))["verificationMethod"][0]["revoked"]


@pytest.fixture
def key(college):
    return make_key(college)


@pytest.fixture
def used(college):
    """Two credentials of one key from before the leak and one from after it."""
    lay_issuer(college)
    make_released(college, people(2))
    sign(college, make_draft(college, [person(3)]), now=FOUND)
    return college


class TestSince:
    def test_is_now_if_nothing_else_is_said(self, college, key):
        marked = mark(college, key)
        assert (marked.distrusted_since, marked.compromised_at) == (FOUND, FOUND)
        assert revoked_in_public(key) == "2026-05-23T15:30:00Z"

    def test_may_lie_in_the_past(self, college, key):
        marked = mark(college, key, LEAKED + timedelta(microseconds=7))
        assert (marked.distrusted_since, marked.compromised_at) == (LEAKED, FOUND)
        assert revoked_in_public(key) == "2026-05-21T15:30:00Z"
        assert Event.objects.get(kind="key.compromised").data == {"since": "2026-05-21T15:30:00Z"}

    def test_never_in_the_future(self, college, key):
        with pytest.raises(InvalidInput):
            mark(college, key, FOUND + timedelta(seconds=1))
        key.refresh_from_db()
        assert key.state == "active"

    def test_before_the_key_was_made_is_from_its_first_day_on(self, college, key):
        assert mark(college, key, NOW - timedelta(days=900)).distrusted_since == NOW

    def test_moves_back_and_never_forward(self, college, key):
        mark(college, key)
        assert mark(college, key, LEAKED).distrusted_since == LEAKED
        with pytest.raises(InvalidInput):
            mark(college, key, LEAKED + timedelta(hours=1))
        again = mark(college, key, now=FOUND + timedelta(days=1))
        assert (again.distrusted_since, again.compromised_at) == (LEAKED, FOUND)
        assert Event.objects.get(kind="key.distrusted_earlier").data == {
            "since": "2026-05-21T15:30:00Z",
            "before": "2026-05-23T15:30:00Z",
        }

    def test_of_a_key_marked_by_an_earlier_release_is_when_it_was_marked(self, college, key):
        mark(college, key)
        SigningKey.objects.filter(pk=key.pk).update(distrusted_since=None)
        assert revoked_in_public(key) == "2026-05-23T15:30:00Z"
        assert mark(college, SigningKey.objects.get(), LEAKED).revoked_at == LEAKED

    def test_the_database_knows_that_nobody_tells_the_future(self, college, key):
        mark(college, key)
        late = FOUND + timedelta(seconds=1)
        with pytest.raises(IntegrityError), transaction.atomic():
            SigningKey.objects.filter(pk=key.pk).update(distrusted_since=late)

    def test_a_key_that_was_thrown_away_is_not_marked(self, college, key):
        thrown = services.propose_key(key.profile, actor=college.administrator, now=NOW)
        services.decline_key(thrown, actor=college.administrator, now=NOW)
        with pytest.raises(NotInThisState):
            mark(college, thrown)


class TestWhatTheKeySigned:
    def test_is_counted_before_and_since(self, used):
        mark(used, used.key, LEAKED, now=FOUND + timedelta(hours=1))
        told = {
            one.label: (one.count, one.early, one.late)
            for one in signed_with(SigningKey.objects.get(pk=used.key.pk))
        }
        assert told["Credentials"] == (3, 2, 1)

    def test_of_a_good_key_is_only_counted(self, used):
        assert {one.label: one.late for one in signed_with(used.key)}["Credentials"] == 0

    def test_since_then_nobody_believes(self, used):
        """Not even our own verifier, though the text stands in our register."""
        mark(used, used.key, LEAKED, now=FOUND + timedelta(hours=1))
        make_key(used, used.profile)
        keys = {}
        for one in Credential.objects.order_by("signed_at"):
            report = verify(one.document, now=FOUND + timedelta(hours=2), source=InternalSource())
            keys.setdefault(one.signed_at >= LEAKED, set()).update(
                check.outcome for check in report.checks if check.code == "key"
            )
        assert keys == {False: {"pass"}, True: {"fail"}}


class TestPage:
    def step(self, key):
        return reverse("keys:step", args=[key.pk, "compromise"])

    def test_asks_since_when_and_leads_to_the_guide(self, client, used):
        client.force_login(used.administrator)
        assert "Not to be trusted since" in client.get(self.step(used.key)).content.decode()
        answer = client.post(self.step(used.key), {"since": "2026-05-21T10:30"})
        guide = reverse("reissues:guide", args=[used.key.pk])
        assert answer["Location"] == guide
        zone = ZoneInfo(institution_now().time_zone)
        since = SigningKey.objects.get(pk=used.key.pk).distrusted_since
        assert since == datetime(2026, 5, 21, 10, 30, tzinfo=zone)
        row = client.get(guide).content.decode().split("<tbody>")[1].split("</tr>")[0]
        assert [row.count(f">{n}<") for n in (2, 1)] == [1, 1]

    def test_refuses_what_has_not_come_and_marks_nothing(self, client, college, key):
        client.force_login(college.administrator)
        answer = client.post(self.step(key), {"since": "2199-01-01T00:00"})
        assert answer.status_code == 400
        assert "This moment has not come yet." in answer.content.decode()
        assert SigningKey.objects.get().state == "active"

    def test_lets_the_moment_be_moved_back(self, client, college, key):
        mark(college, key)
        client.force_login(college.administrator)
        assert "Name an earlier moment" in client.get(self.step(key)).content.decode()
        client.post(self.step(key), {"since": "2026-05-20T12:00"})
        assert SigningKey.objects.get().revoked_at < LEAKED

    def test_the_list_behind_the_figure_shows_what_was_signed_since(self, client, used):
        mark(used, used.key, LEAKED, now=FOUND + timedelta(hours=1))
        client.force_login(used.registrar)
        page = client.get(reverse("reissues:guide", args=[used.key.pk]))
        shown = client.get(page.context["late_url"]).context["page"]
        assert [one.recipient.source_id for one in shown] == ["S00003"]


class TestCommand:
    def call(self, key, who, since=None):
        out = io.StringIO()
        call_command("compromise_key", key=str(key.pk), email=who.email, since=since, stdout=out)
        return out.getvalue()

    def test_does_what_the_page_does(self, used):
        said = self.call(used.key, used.administrator, "2026-05-21T15:30:00Z")
        assert SigningKey.objects.get(pk=used.key.pk).distrusted_since == LEAKED
        assert "not to be trusted since 2026-05-21 15:30:00+00:00: did:web:" in said
        assert "Credentials: 2 before, 1 since then" in said
        event = Event.objects.get(kind="key.compromised")
        assert (event.actor, event.data) == (used.administrator, {"since": "2026-05-21T15:30:00Z"})

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses_whom_the_page_refuses(self, client, college, key, who):
        with pytest.raises(CommandError):
            self.call(key, getattr(college, who))
        client.force_login(getattr(college, who))
        assert client.post(TestPage().step(key)).status_code in {403, 404}
        assert SigningKey.objects.get().state == "active"

    @pytest.mark.parametrize(
        "since", ["yesterday", "2026-05-21", "2026-05-21T15:30:00", "2199-01-01T00:00:00Z"]
    )
    def test_wants_a_moment_with_a_zone_that_has_come(self, college, key, since):
        with pytest.raises(CommandError):
            self.call(key, college.administrator, since)
        assert SigningKey.objects.get().state == "active"

    def test_a_key_that_waits_is_refused_by_both(self, client, college, key):
        """It signed nothing and nobody knows it: it is thrown away instead."""
        waits = services.propose_key(key.profile, actor=college.administrator, now=NOW)
        with pytest.raises(CommandError):
            self.call(waits, college.administrator)
        client.force_login(college.administrator)
        assert client.post(TestPage().step(waits)).status_code == 409
        waits.refresh_from_db()
        assert waits.state == "proposed"
