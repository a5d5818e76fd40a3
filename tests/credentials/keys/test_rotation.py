"""From one key to the next: published first, then signing; retired, and at last destroyed."""

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from credentials.keys import services
from credentials.keys.errors import NoActiveKey
from credentials.keys.models import SigningKey
from credentials.keys.published import did_document
from credentials.keys.securing import active_key
from credentials.keys.signers import signer_for
from institution.events.models import Event
from institution.events.services import history_of
from tests.credentials.keys.samples import NOW, make_key, make_profile

TTL = services.ceremony.PUBLISHED_FIRST


@pytest.fixture
def pair(college):
    """The key that signs, and the next one, confirmed a moment ago."""
    first = make_key(college)
    return first, make_key(college, first.profile)


def state_of(*keys: SigningKey) -> list[str]:
    return [SigningKey.objects.get(pk=key.pk).state for key in keys]


class TestTakeOver:
    def test_the_first_key_signs_at_once(self, college):
        key = make_key(college)
        assert (key.state, key.activated_at) == ("active", NOW)

    def test_the_next_key_is_published_before_it_signs(self, college, pair):
        first, second = pair
        assert state_of(*pair) == ["active", "confirmed"]
        assert active_key(first.profile) == first
        listed = json.loads(did_document(first.profile))
        assert second.verification_method in listed["assertionMethod"]
        with pytest.raises(NoActiveKey):
            signer_for(second)

    def test_it_takes_over_once_everybody_can_know_it(self, pair):
        first, second = pair
        assert services.sweep(now=NOW + TTL - timedelta(seconds=1)) == 0
        assert [services.sweep(now=NOW + TTL), services.sweep(now=NOW + TTL)] == [1, 0]
        assert state_of(*pair) == ["retired", "active"]
        assert active_key(first.profile) == second
        with pytest.raises(NoActiveKey):
            signer_for(SigningKey.objects.get(pk=first.pk))

    def test_what_the_old_key_signed_stays_good(self, pair):
        services.sweep(now=NOW + TTL)
        assert pair[0].verification_method in json.loads(did_document(pair[0].profile))["assertionMethod"]

    def test_a_planned_day_is_waited_for(self, college):
        first = make_key(college)
        day = NOW + timedelta(days=30)
        second = services.propose_next_key(
            first.profile, signs_from=day, actor=college.administrator, now=NOW
        )
        services.confirm_key(second, actor=college.second_administrator, now=NOW)
        services.sweep(now=day - timedelta(seconds=1))
        assert state_of(first, second) == ["active", "confirmed"]
        services.sweep(now=day)
        assert state_of(first, second) == ["retired", "active"]

    def test_a_waiting_key_can_be_withdrawn(self, college, pair):
        services.retire_key(pair[1], actor=college.administrator, now=NOW)
        services.sweep(now=NOW + TTL)
        assert state_of(*pair) == ["active", "retired"]

    def test_the_history_says_what_happened_and_who_did_it(self, college, pair):
        services.sweep(now=NOW + TTL)
        told = [(event.kind, event.actor.kind) for event in history_of(pair[1])]
        assert told == [("key.activated", "system"), ("key.confirmed", "person"), ("key.proposed", "person")]
        assert Event.objects.filter(kind="key.retired", target_id=str(pair[0].pk)).count() == 1

    def test_there_is_no_next_key_where_none_signs(self, college):
        with pytest.raises(NoActiveKey):
            services.propose_next_key(make_profile(college), actor=college.administrator, now=NOW)


class TestDestruction:
    def test_the_private_part_goes_after_the_set_time_and_the_public_one_stays(self, college, settings):
        settings.KEY_DESTROY_DAYS = 10
        key = services.retire_key(make_key(college), actor=college.administrator, now=NOW)
        assert services.sweep(now=NOW + timedelta(days=10, seconds=-1)) == 0
        assert services.sweep(now=NOW + timedelta(days=10)) == 1
        key.refresh_from_db()
        assert (key.state, key.sealed, key.wrapped_key) == ("destroyed", None, None)
        assert key.verification_method in json.loads(did_document(key.profile))["assertionMethod"]


class TestCommands:
    def test_a_rotation_by_command(self, college):
        first, out = make_key(college), StringIO()
        call_command("rotate_key", profile=first.profile.key, email=college.administrator.email, stdout=out)
        proposed = SigningKey.objects.get(state="proposed")
        assert str(proposed.pk) in out.getvalue()
        call_command(
            "confirm_key", key=str(proposed.pk), email=college.second_administrator.email, stdout=out
        )
        assert state_of(first, proposed) == ["active", "confirmed"]

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses_everybody_but_administrators(self, college, who):
        first = make_key(college)
        with pytest.raises(CommandError):
            call_command("rotate_key", profile=first.profile.key, email=getattr(college, who).email)
