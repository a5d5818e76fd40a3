"""Profiles and keys: who may do what, in which order, and what stands in the database."""

import json
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, transaction

from credentials.keys import services
from credentials.keys.errors import (
    KeyWaitsAlready,
    NoActiveKey,
    NoKeyEncryption,
    NoPrivatePart,
    SecondPersonNeeded,
    WrongKeyEncryption,
)
from credentials.keys.models import IssuerProfile, SigningKey
from credentials.keys.securing import active_key
from credentials.keys.signers import _opened, signer_for
from credentials.proofs.public_key import PublicKey
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from tests.credentials.keys.samples import NOW, make_key, make_profile

KEK_1, KEK_2 = "MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI", "YWJjZGVmZ2hpamtsbW5vcHFyc3R1dnd4eXphYmNkZWY"


@pytest.fixture(autouse=True)
def _nothing_opened() -> None:
    _opened.clear()


class TestCreateProfile:
    def test_writes_the_first_revision_and_an_event(self, college):
        profile = make_profile(college)
        assert profile.did == f"did:web:credentials.riverbend.example:i:{profile.key}"
        assert profile.revisions.get().content["name"] == "Riverbend College"
        assert Event.objects.filter(kind="profile.created", target_id=str(profile.pk)).count() == 1

    def test_twice_returns_the_first(self, college):
        assert make_profile(college) == make_profile(college)
        assert IssuerProfile.objects.count() == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses_everybody_but_administrators(self, college, who):
        with pytest.raises(NotAllowed):
            services.create_profile(
                college.main, name="X", url="https://x.example", actor=getattr(college, who), now=NOW
            )

    def test_units_below_inherit_it(self, college):
        profile = make_profile(college)
        assert IssuerProfile.objects.nearest_above(college.nursing) == profile
        assert IssuerProfile.objects.nearest_above(college.district) is None


class TestReviseProfile:
    def test_keeps_what_was_said_before(self, college):
        profile = make_profile(college)
        services.revise_profile(profile, content={"name": "New"}, actor=college.administrator, now=NOW)
        assert [r.content["name"] for r in profile.revisions.order_by("number")] == [
            "Riverbend College",
            "New",
        ]

    def test_nothing_changed_is_no_revision(self, college):
        profile = make_profile(college)
        services.revise_profile(profile, content={"name": profile.name}, actor=college.administrator, now=NOW)
        assert profile.revisions.count() == 1

    def test_refuses_a_field_nobody_may_change(self, college):
        with pytest.raises(InvalidInput):
            services.revise_profile(
                make_profile(college), content={"key": "abc"}, actor=college.administrator, now=NOW
            )

    def test_a_stranger_is_refused(self, college):
        with pytest.raises(NotAllowed):
            services.revise_profile(
                make_profile(college), content={"name": "X"}, actor=college.stranger, now=NOW
            )


class TestProposeKey:
    def test_a_proposed_key_neither_signs_nor_is_published(self, college):
        profile = make_profile(college)
        key = services.propose_key(profile, actor=college.administrator, now=NOW)
        with pytest.raises(NoActiveKey):
            signer_for(key)
        with pytest.raises(NoActiveKey):
            active_key(profile)
        assert not SigningKey.objects.published().exists()

    def test_rsa_makes_no_embedded_proofs(self, college):
        with pytest.raises(InvalidInput):
            services.propose_key(make_profile(college), kind="rsa2048", actor=college.administrator, now=NOW)

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses_everybody_but_administrators(self, college, who):
        with pytest.raises(NotAllowed):
            services.propose_key(make_profile(college), actor=getattr(college, who), now=NOW)


class TestConfirmKey:
    def test_the_signature_holds_under_the_published_key(self, college):
        key = make_key(college)
        signatures = signer_for(key).sign_many([b"one", b"two"])
        public = PublicKey.from_multikey(key.public_multibase)
        assert public.verify(signatures[0], b"one")
        assert public.verify(signatures[1], b"two")
        assert not public.verify(signatures[0], b"two")

    def test_p256_signs_too(self, college):
        key = make_key(college, kind="p256")
        public = PublicKey.from_multikey(key.public_multibase)
        assert public.verify(signer_for(key).sign_many([b"one"])[0], b"one")

    def test_who_proposed_cannot_confirm(self, college):
        key = services.propose_key(make_profile(college), actor=college.administrator, now=NOW)
        with pytest.raises(SecondPersonNeeded):
            services.confirm_key(key, actor=college.administrator, now=NOW)

    def test_the_database_says_so_too(self, college):
        key = services.propose_key(make_profile(college), actor=college.administrator, now=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            SigningKey.objects.filter(pk=key.pk).update(confirmed_by=college.administrator)

    def test_one_key_waits_at_a_time(self, college):
        profile = make_key(college).profile
        make_key(college, profile)
        with pytest.raises(KeyWaitsAlready):
            make_key(college, profile)

    def test_twice_is_once(self, college):
        key = make_key(college)
        services.confirm_key(key, actor=college.second_administrator, now=NOW + timedelta(days=1))
        key.refresh_from_db()
        assert key.confirmed_at == NOW

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "registrar"])
    def test_refuses_everybody_but_administrators(self, college, who):
        key = services.propose_key(make_profile(college), actor=college.administrator, now=NOW)
        with pytest.raises(NotAllowed):
            services.confirm_key(key, actor=getattr(college, who), now=NOW)


class TestOtherSteps:
    @pytest.mark.parametrize(
        "verb", ["decline_key", "retire_key", "mark_compromised", "destroy_private_part"]
    )
    def test_a_stranger_and_a_neighbor_are_refused(self, college, verb):
        key = make_key(college)
        for actor in (college.stranger, college.neighbor):
            with pytest.raises(NotAllowed):
                getattr(services, verb)(key, actor=actor, now=NOW)

    def test_a_declined_key_is_gone_for_ever(self, college):
        key = services.propose_key(make_profile(college), actor=college.administrator, now=NOW)
        for _ in range(2):
            key = services.decline_key(key, actor=college.administrator, now=NOW)
        assert (key.state, key.sealed, key.wrapped_key) == ("destroyed", None, None)
        with pytest.raises(NotInThisState):
            services.confirm_key(key, actor=college.second_administrator, now=NOW)

    def test_a_confirmed_key_cannot_be_declined(self, college):
        with pytest.raises(NotInThisState):
            services.decline_key(make_key(college), actor=college.administrator, now=NOW)

    def test_retire_then_destroy_keeps_the_public_part(self, college):
        key = make_key(college)
        for _ in range(2):
            key = services.retire_key(key, actor=college.administrator, now=NOW)
        for _ in range(2):
            key = services.destroy_private_part(key, actor=college.administrator, now=NOW)
        assert key.sealed is None
        assert SigningKey.objects.published().get() == key

    def test_an_active_key_is_not_destroyed(self, college):
        with pytest.raises(NotInThisState):
            services.destroy_private_part(make_key(college), actor=college.administrator, now=NOW)

    def test_a_compromised_key_signs_no_more(self, college):
        key = make_key(college)
        signer_for(key)
        for _ in range(2):
            key = services.mark_compromised(key, actor=college.administrator, now=NOW)
        assert key.sealed is None
        with pytest.raises(NoActiveKey):
            signer_for(key)
        SigningKey.objects.filter(pk=key.pk).update(compromised_at=NOW)
        with pytest.raises(NoActiveKey):
            active_key(key.profile)


class TestAtRest:
    def test_a_stolen_database_gives_no_key(self, college, settings):
        """All that every table holds, and one guess at the settings: no signature comes out of it."""
        settings.KEY_ENCRYPTION_KEYS = [KEK_1]
        key = make_key(college)
        settings.KEY_ENCRYPTION_KEYS = [KEK_2]
        _opened.clear()
        with pytest.raises(WrongKeyEncryption):
            signer_for(SigningKey.objects.get(pk=key.pk))

    def test_a_sealed_key_cannot_move_to_another_row(self, college):
        first = make_key(college)
        second = make_key(college, first.profile, purpose="jwt")
        second.sealed, second.wrapped_key = first.sealed, first.wrapped_key
        with pytest.raises(WrongKeyEncryption):
            signer_for(second)

    def test_nothing_signs_without_a_private_part(self, college):
        key = make_key(college)
        key.sealed = None
        with pytest.raises(NoPrivatePart):
            signer_for(key)

    def test_production_has_no_key_encryption_key_by_default(self, college, settings):
        settings.PRODUCTION, settings.KEY_ENCRYPTION_KEYS = True, []
        with pytest.raises(NoKeyEncryption):
            make_key(college)

    def test_is_never_shown_by_repr_or_errors(self, college):
        key = make_key(college)
        shown = repr(key) + str(key) + repr(signer_for(key)) + str(WrongKeyEncryption(key=str(key.pk)))
        assert bytes(key.sealed).hex() not in shown
        assert "PRIVATE" not in shown


class TestRewrapKeys:
    def test_the_old_key_encryption_key_can_go_afterwards(self, college, settings):
        settings.KEY_ENCRYPTION_KEYS = [KEK_1]
        key = make_key(college)
        settings.KEY_ENCRYPTION_KEYS = [KEK_2, KEK_1]
        assert services.rewrap_keys(actor=college.administrator, now=NOW) == 1
        assert services.rewrap_keys(actor=college.administrator, now=NOW) == 0
        settings.KEY_ENCRYPTION_KEYS = [KEK_2]
        assert len(signer_for(SigningKey.objects.get(pk=key.pk)).sign_many([b"x"])[0]) == 64

    def test_a_stranger_is_refused(self, college):
        with pytest.raises(NotAllowed):
            services.rewrap_keys(actor=college.stranger, now=NOW)


class TestEvents:
    def test_hold_ids_and_words_only(self, college: SimpleNamespace):
        make_key(college)
        for event in Event.objects.all():
            assert "@" not in json.dumps(event.data)
