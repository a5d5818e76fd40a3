"""A record is claimed by a button, once, by the person whom the link was sent to."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from credentials.issuing.models import Recipient
from institution.accounts.models import User
from institution.events.models import Event
from institution.notices.models import Notice
from learners.records import services
from learners.records.errors import (
    ClaimedBySomebodyElse,
    ClaimLinkExpired,
    ClaimLinkUnknown,
    ClaimLinkUsed,
    SignInFirst,
)
from learners.records.models import ClaimLink, IdentityClaim, Learner
from tests.credentials.issuing.samples import NOW, people, person
from tests.support.people import make_person
from tests.support.records import SOON, make_learner, recipient, tell, token_of

LATE = NOW + timedelta(days=61)


def tied(learner):
    return set(Recipient.objects.filter(claims__learner=learner, claims__ended_at__isnull=True))


class TestClaim:
    def test_ties_the_recipient_to_an_account_of_the_address(self, issuer):
        tell(issuer, people(1))
        learner = services.claim(token_of(recipient(1)), user=None, now=SOON)
        assert learner.preferred_name == "Learner 1"
        assert not learner.user.has_usable_password()
        assert EmailAddress.objects.get(user=learner.user).verified
        assert tied(learner) == {recipient(1)}
        assert Event.objects.get(kind="record.claimed").data == {"proof": "link"}

    def test_opening_the_link_claims_nothing(self, issuer):
        tell(issuer, people(1))
        assert services.open_claim_link(token_of(recipient(1)), now=SOON).used_at is None
        assert not Learner.objects.exists()

    def test_works_once(self, issuer):
        tell(issuer, people(1))
        token = token_of(recipient(1))
        services.claim(token, user=None, now=SOON)
        with pytest.raises(ClaimLinkUsed):
            services.claim(token, user=None, now=SOON)

    def test_one_used_link_closes_the_others(self, issuer):
        tell(issuer, people(1))
        first = token_of(recipient(1))
        tell(issuer, [person(1, code="WELD-109", result="")], now=SOON)
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        with pytest.raises(ClaimLinkUsed):
            services.claim(first, user=None, now=SOON)

    def test_an_old_link_is_refused(self, issuer):
        tell(issuer, people(1))
        with pytest.raises(ClaimLinkExpired):
            services.claim(token_of(recipient(1)), user=None, now=LATE)

    def test_a_stranger_who_guesses_is_refused(self, issuer):
        tell(issuer, people(1))
        with pytest.raises(ClaimLinkUnknown):
            services.claim("guess", user=None, now=SOON)

    def test_somebody_signed_in_claims_for_their_own_account(self, issuer):
        tell(issuer, people(1))
        me = make_person("me@home.example", "Me")
        learner = services.claim(token_of(recipient(1)), user=me, now=SOON)
        assert learner.user == me
        assert not User.objects.filter(email="learner1@students.example").exists()

    def test_a_corrected_address_voids_the_link(self, issuer):
        tell(issuer, people(1))
        token = token_of(recipient(1))
        services.correct_address(recipient(1), address="new@home.example", actor=issuer.registrar, now=SOON)
        with pytest.raises(ClaimLinkUnknown):
            services.claim(token, user=None, now=SOON)

    def test_a_link_never_opens_another_address_than_it_was_sent_to(self, issuer):
        tell(issuer, people(1))
        Recipient.objects.update(email="moved@students.example")
        with pytest.raises(ClaimLinkUnknown):
            services.open_claim_link(token_of(recipient(1)), now=SOON)

    def test_what_another_learner_holds_is_refused(self, issuer):
        tell(issuer, people(1))
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        ClaimLink.objects.update(used_at=None)
        with pytest.raises(ClaimedBySomebodyElse):
            services.claim(token_of(recipient(1)), user=make_person("me@home.example"), now=SOON)


class TestWhoseAccount:
    @pytest.mark.parametrize("trait", ["role", "superuser", "inactive", "service", "second factor"])
    def test_a_link_is_no_way_into_a_guarded_account(self, issuer, trait):
        tell(issuer, [person(1, email="guarded@riverbend.example")])
        user = make_person("guarded@riverbend.example")
        if trait == "role":
            User.objects.filter(pk=user.pk).delete()
            User.objects.filter(pk=issuer.registrar.pk).update(email="guarded@riverbend.example")
        elif trait == "second factor":
            Authenticator.objects.create(user=user, type="totp", data={})
        else:
            changed = {"superuser": {"is_superuser": True}, "inactive": {"is_active": False}}
            User.objects.filter(pk=user.pk).update(**changed.get(trait, {"kind": "service"}))
        with pytest.raises(SignInFirst):
            services.claim(token_of(recipient(1)), user=None, now=SOON)
        assert not IdentityClaim.objects.exists()

    def test_who_signed_up_with_the_address_and_never_proved_it_is_shut_out(self, issuer):
        tell(issuer, people(1))
        thief = User.objects.create_user("learner1@students.example", "a password only they know")
        EmailAddress.objects.create(user=thief, email=thief.email, verified=False, primary=True)
        EmailAddress.objects.create(user=thief, email="thief@home.example", verified=False)
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        thief.refresh_from_db()
        assert not thief.has_usable_password()
        assert list(EmailAddress.objects.filter(user=thief).values_list("email", flat=True)) == [thief.email]

    def test_a_proven_account_keeps_its_password(self, issuer):
        tell(issuer, people(1))
        user = User.objects.create_user("learner1@students.example", "a long password of theirs")
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        user.refresh_from_db()
        assert user.check_password("a long password of theirs")

    def test_a_second_proven_address_leads_to_the_same_account(self, issuer):
        tell(issuer, people(1))
        user = make_person("home@home.example")
        EmailAddress.objects.create(user=user, email="learner1@students.example", verified=True)
        assert services.claim(token_of(recipient(1)), user=None, now=SOON).user == user

    def test_people_known_by_address_alone_join_others_do_not(self, issuer):
        same = "shared@home.example"
        tell(issuer, [
            person(1, email=same),
            person(2, email=same),
            {"name": "L", "email": same, "code": "WELD-109", "awarded_on": "2026-05-14"},
        ])  # fmt: skip
        learner = services.claim(token_of(recipient(1)), user=None, now=SOON)
        assert tied(learner) == {recipient(1), Recipient.objects.get(source_id="")}


class TestClaimProvenAddress:
    def test_ties_what_was_issued_before_the_proof(self, issuer):
        tell(issuer, people(2))
        user = make_person("learner1@students.example", "One")
        done = services.claim_proven_address(user, user.email, proven_at=SOON, now=SOON)
        assert done == 1
        assert tied(user.learner) == {recipient(1)}

    def test_twice_is_once(self, issuer):
        tell(issuer, people(1))
        user = make_person("learner1@students.example", "One")
        services.claim_proven_address(user, user.email, proven_at=SOON, now=SOON)
        assert services.claim_proven_address(user, user.email, proven_at=SOON, now=SOON) == 0

    def test_a_proof_older_than_the_credential_proves_nothing(self, issuer):
        tell(issuer, people(1))
        user = make_person("learner1@students.example")
        early = NOW - timedelta(days=1)
        assert services.claim_proven_address(user, user.email, proven_at=early, now=SOON) == 0

    def test_two_people_of_one_source_never_merge_by_themselves(self, issuer):
        same = "shared@home.example"
        tell(issuer, [person(1, email=same), person(2, email=same)])
        user = make_person(same)
        assert services.claim_proven_address(user, same, proven_at=SOON, now=SOON) == 0

    def test_who_is_known_under_another_source_id_is_not_joined(self, issuer):
        learner = make_learner(issuer, 1)
        tell(issuer, [person(2, email=learner.user.email)], now=SOON)
        late = SOON + timedelta(hours=1)
        assert services.claim_proven_address(learner.user, learner.user.email, proven_at=late, now=late) == 0

    def test_a_disputed_or_claimed_recipient_is_left_alone(self, issuer):
        make_learner(issuer, 1)
        tell(issuer, [person(2)], now=SOON)
        services.say_not_me(recipient(2), learner=None, now=SOON)
        late = SOON + timedelta(hours=1)
        for number in (1, 2):
            stranger = make_person(f"other{number}@home.example")
            address = f"learner{number}@students.example"
            assert services.claim_proven_address(stranger, address, proven_at=late, now=late) == 0


class TestClaimBySource:
    def test_ties_exactly_the_person_single_sign_on_names(self, issuer):
        tell(issuer, people(2))
        user = make_person("sso@students.example", "One")
        assert services.claim_by_source(user, "sis", "S00001", now=SOON) == 1
        assert tied(user.learner) == {recipient(1)}
        assert IdentityClaim.objects.get().proof == "sso"
        assert services.claim_by_source(user, "sis", "S00001", now=SOON) == 0

    @pytest.mark.parametrize(("source", "source_id"), [("lms", "S00001"), ("sis", ""), ("sis", "S9")])
    def test_another_source_or_id_is_not_the_same_person(self, issuer, source, source_id):
        tell(issuer, people(2))
        assert services.claim_by_source(make_person("sso@students.example"), source, source_id, now=SOON) == 0


class TestRequestNewLink:
    def test_sends_a_fresh_link_for_an_old_one(self, issuer):
        tell(issuer, people(1))
        old = token_of(recipient(1))
        assert services.request_new_link(old, now=LATE)
        services.claim(token_of(recipient(1)), user=None, now=LATE)

    def test_once_an_hour(self, issuer):
        tell(issuer, people(1))
        old = token_of(recipient(1))
        services.request_new_link(old, now=LATE)
        assert not services.request_new_link(old, now=LATE)
        assert Notice.objects.filter(kind="record.claim").count() == 2

    def test_a_stranger_gets_nothing_sent(self, issuer):
        tell(issuer, people(1))
        assert not services.request_new_link("guess", now=LATE)

    def test_a_voided_link_sends_nothing(self, issuer):
        tell(issuer, people(1))
        token = token_of(recipient(1))
        services.say_not_me(recipient(1), learner=None, now=SOON)
        assert not services.request_new_link(token, now=LATE)
