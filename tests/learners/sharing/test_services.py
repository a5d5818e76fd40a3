"""Sharing: only what is one's own, only to whom and until when it was said, and never after it was taken back."""

import uuid
from datetime import timedelta

import pytest

from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.issuing.states import RevocationCode
from institution.accounts.models import User
from institution.errors import InvalidInput, NotAllowed
from institution.events.models import Event
from learners.records.models import IdentityClaim
from learners.sharing import errors, sealing, services
from learners.sharing.models import AccessLog, Consent, ShareLink
from tests.support.records import SOON, credentials_of, make_learner

LATER = SOON + timedelta(hours=1)
MONTH = SOON + timedelta(days=30)
PHRASE = "blue heron 42"


@pytest.fixture
def amara(issuer):
    return make_learner(issuer, 1)


@pytest.fixture
def neighbor(issuer, amara):
    return make_learner(issuer, 2)


def share(learner, **changes):
    """Share all of a learner's credentials with a hospital for thirty days."""
    words = {"audience": "Riverbend Hospital", "expires_at": MONTH, "now": SOON} | changes
    return services.create_link(learner, words.pop("credentials", credentials_of(learner)), **words)


def opened(link, **how):
    return services.open_link(services.token_of(link), **({"now": LATER, "visitor": "Firefox"} | how))


class TestCreateLink:
    def test_writes_link_consent_and_event_together(self, amara):
        link = share(amara)
        assert link.consent.until == MONTH
        assert list(link.credentials.all()) == credentials_of(amara)
        event = Event.objects.get(kind="share.created")
        assert event.actor == amara.user
        assert "Hospital" not in str(event.data)

    def test_keeps_neither_token_nor_passphrase_in_the_open(self, amara):
        link = share(amara, passphrase=PHRASE)
        token = services.token_of(link)
        assert len(token) == 32
        row = ShareLink.objects.filter(pk=link.pk).values().get()
        assert token not in str(row)
        assert PHRASE not in str(row)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"credentials": []}, "credentials"),
            ({"audience": "  "}, "audience"),
            ({"audience": "x" * 201}, "audience"),
            ({"audience": "a\x07b"}, "audience"),
            ({"expires_at": SOON}, "expires_at"),
            ({"expires_at": SOON + timedelta(days=400)}, "expires_at"),
            ({"passphrase": "short"}, "passphrase"),
        ],
    )
    def test_refuses_terms_that_make_no_sense(self, amara, changes, field):
        with pytest.raises(InvalidInput) as refused:
            share(amara, **changes)
        assert field in refused.value.faults
        assert not ShareLink.objects.exists()

    def test_refuses_what_is_somebody_elses(self, amara, neighbor):
        with pytest.raises(errors.CredentialNotYours):
            share(amara, credentials=[*credentials_of(amara), *credentials_of(neighbor)])
        assert not Consent.objects.exists()

    def test_refuses_what_was_claimed_and_given_back(self, amara):
        mine = credentials_of(amara)
        IdentityClaim.objects.filter(learner=amara).update(ended_at=SOON)
        with pytest.raises(errors.CredentialNotYours):
            share(amara, credentials=mine)

    def test_refuses_what_was_withdrawn(self, amara, issuer):
        withdraw(issuer, amara)
        with pytest.raises(errors.CredentialNotShareable):
            share(amara)

    def test_the_same_form_twice_makes_one_link(self, amara, neighbor):
        pk = uuid.uuid4()
        assert share(amara, link_id=pk) == share(amara, link_id=pk)
        assert Consent.objects.count() == 1
        with pytest.raises(NotAllowed):
            share(neighbor, link_id=pk)


def withdraw(issuer, learner):
    """Withdraw all credentials of a learner."""
    mine = Credential.objects.filter(pk__in=[one.pk for one in credentials_of(learner)])
    revoke_credentials(mine, code=RevocationCode.WITHDRAWN, note="", actor=issuer.registrar, now=LATER)


class TestSealing:
    def test_a_token_moved_to_another_row_does_not_open(self):
        sealed = sealing.seal("a token", uuid.uuid4())
        assert sealing.unseal(sealed, uuid.uuid4()) == ""

    def test_an_older_key_still_opens_and_a_strange_one_does_not(self, settings):
        row, first, second = uuid.uuid4(), "A" * 43, "B" * 43
        settings.KEY_ENCRYPTION_KEYS = [first]
        sealed = sealing.seal("a token", row)
        settings.KEY_ENCRYPTION_KEYS = [second, first]
        assert sealing.unseal(sealed, row) == "a token"
        settings.KEY_ENCRYPTION_KEYS = [second]
        assert sealing.unseal(sealed, row) == ""


class TestOpenLink:
    def test_shows_what_was_shared_and_notes_who_looked(self, amara):
        found = opened(share(amara))
        assert found.credentials == credentials_of(amara)
        assert found.lost == 0
        line = AccessLog.objects.get()
        assert (line.what, line.visitor, line.at) == ("opened", "Firefox", LATER)

    def test_a_reload_is_one_access_and_a_later_visit_another(self, amara):
        link = share(amara)
        opened(link)
        opened(link, now=LATER + timedelta(seconds=20))
        assert AccessLog.objects.count() == 1
        opened(link, now=LATER + timedelta(hours=1))
        assert AccessLog.objects.count() == 2

    @pytest.mark.parametrize("token", ["", "nowhere", "x" * 5000, "ü\ud800"])
    def test_refuses_a_token_that_nobody_made(self, amara, token):
        share(amara)
        with pytest.raises(errors.ShareLinkUnknown):
            services.open_link(token, now=LATER, visitor="Firefox")
        assert not AccessLog.objects.exists()

    def test_refuses_from_the_second_in_which_it_ends(self, amara):
        link = share(amara)
        opened(link, now=MONTH - timedelta(seconds=1))
        with pytest.raises(errors.ShareLinkExpired):
            opened(link, now=MONTH)

    def test_asks_for_the_passphrase(self, amara):
        link = share(amara, passphrase=PHRASE)
        with pytest.raises(errors.PassphraseNeeded):
            opened(link)
        with pytest.raises(errors.PassphraseWrong):
            opened(link, passphrase=PHRASE.upper())
        assert AccessLog.objects.get().what == "passphrase_refused"
        assert opened(link, passphrase=f" {PHRASE} ").link == link
        assert opened(link, unlocked=frozenset([str(link.pk)])).link == link

    def test_another_links_unlocking_opens_nothing(self, amara):
        link, other = share(amara, passphrase=PHRASE), share(amara)
        with pytest.raises(errors.PassphraseNeeded):
            opened(link, unlocked=frozenset([str(other.pk)]))

    def test_ten_wrong_passphrases_close_it_even_to_the_right_one(self, amara):
        link, other = share(amara, passphrase=PHRASE), share(amara, passphrase=PHRASE)
        for number in range(10):
            with pytest.raises(errors.PassphraseWrong):
                opened(link, passphrase=f"wrong guess {number}")
        with pytest.raises(errors.TooManyPassphrases):
            opened(link, passphrase=PHRASE)
        assert opened(other, passphrase=PHRASE).link == other

    def test_shows_nothing_that_left_the_learners_record(self, amara):
        link = share(amara)
        IdentityClaim.objects.filter(learner=amara).update(ended_at=SOON)
        found = opened(link)
        assert found.credentials == []
        assert found.lost == 1

    def test_still_shows_what_was_withdrawn_since(self, amara, issuer):
        link = share(amara)
        withdraw(issuer, amara)
        assert [one.state for one in opened(link).credentials] == ["revoked"]


class TestRevokeLink:
    def test_shows_nothing_from_then_on(self, amara):
        link = services.revoke_link(share(amara), learner=amara, now=LATER)
        assert link.consent.withdrawn_at == LATER
        with pytest.raises(errors.ShareLinkRevoked):
            opened(link)

    def test_twice_is_once(self, amara):
        link = share(amara)
        services.revoke_link(link, learner=amara, now=LATER)
        again = services.revoke_link(link, learner=amara, now=LATER + timedelta(days=1))
        assert again.revoked_at == LATER
        assert Event.objects.filter(kind="share.revoked").count() == 1

    def test_refuses_a_stranger(self, amara, neighbor):
        link = share(amara)
        with pytest.raises(NotAllowed):
            services.revoke_link(link, learner=neighbor, now=LATER)
        assert opened(link).link == link


class TestExtendLink:
    def test_also_one_that_has_ended_opens_again(self, amara):
        link = share(amara)
        after = MONTH + timedelta(days=1)
        services.extend_link(link, expires_at=after + timedelta(days=7), learner=amara, now=after)
        assert opened(link, now=after).link == link
        assert Consent.objects.get(share_link=link).until == after + timedelta(days=7)

    def test_twice_is_once(self, amara):
        link, end = share(amara), MONTH + timedelta(days=1)
        for _time in range(2):
            services.extend_link(link, expires_at=end, learner=amara, now=LATER)
        assert Event.objects.filter(kind="share.extended").count() == 1

    @pytest.mark.parametrize("days", [1, 400])
    def test_refuses_an_end_that_is_earlier_or_too_far(self, amara, days):
        with pytest.raises(InvalidInput):
            services.extend_link(
                share(amara), expires_at=LATER + timedelta(days=days), learner=amara, now=LATER
            )

    def test_refuses_one_that_was_taken_back(self, amara):
        link = services.revoke_link(share(amara), learner=amara, now=LATER)
        with pytest.raises(errors.ShareLinkRevoked):
            services.extend_link(link, expires_at=MONTH + timedelta(days=1), learner=amara, now=LATER)

    def test_refuses_a_stranger(self, amara, neighbor):
        with pytest.raises(NotAllowed):
            services.extend_link(
                share(amara), expires_at=MONTH + timedelta(days=1), learner=neighbor, now=LATER
            )


@pytest.fixture
def agency(db):
    return User.objects.create(email="agency@service.invalid", name="State agency", kind=User.Kind.SERVICE)


def consent(learner, partner, **changes):
    words = {"purpose": "Wage records", "until": MONTH, "now": SOON} | changes
    return services.grant_consent(learner, partner, **words)


class TestGrantConsent:
    def test_opens_the_learners_credentials_to_this_partner(self, amara, agency):
        from learners.sharing.disclosure import credentials_open_to

        assert not credentials_open_to(agency, now=LATER).exists()
        consent(amara, agency)
        assert list(credentials_open_to(agency, now=LATER)) == credentials_of(amara)
        assert not credentials_open_to(agency, now=MONTH).exists()

    def test_twice_is_once_and_longer_is_longer(self, amara, agency):
        first = consent(amara, agency)
        assert consent(amara, agency) == first
        longer = consent(amara, agency, until=MONTH + timedelta(days=5), now=LATER)
        assert longer == first
        assert longer.until == MONTH + timedelta(days=5)
        assert Event.objects.filter(kind="consent.given").count() == 2

    @pytest.mark.parametrize(
        "changes", [{"purpose": " "}, {"until": SOON}, {"until": SOON + timedelta(days=999)}]
    )
    def test_refuses_terms_that_make_no_sense(self, amara, agency, changes):
        with pytest.raises(InvalidInput):
            consent(amara, agency, **changes)

    def test_refuses_a_person_as_partner(self, amara, issuer):
        with pytest.raises(InvalidInput):
            consent(amara, issuer.stranger)


class TestWithdrawConsent:
    def test_closes_what_it_opened(self, amara, agency):
        from learners.sharing.disclosure import credentials_open_to

        services.withdraw_consent(consent(amara, agency), learner=amara, now=LATER)
        assert not credentials_open_to(agency, now=LATER).exists()

    def test_twice_is_once(self, amara, agency):
        given = consent(amara, agency)
        services.withdraw_consent(given, learner=amara, now=LATER)
        again = services.withdraw_consent(given, learner=amara, now=MONTH)
        assert again.withdrawn_at == LATER
        assert Event.objects.filter(kind="consent.withdrawn").count() == 1

    def test_of_a_link_takes_the_link_back(self, amara):
        link = share(amara)
        services.withdraw_consent(link.consent, learner=amara, now=LATER)
        link.refresh_from_db()
        assert link.revoked_at == LATER

    def test_refuses_a_stranger(self, amara, neighbor, agency):
        with pytest.raises(NotAllowed):
            services.withdraw_consent(consent(amara, agency), learner=neighbor, now=LATER)
