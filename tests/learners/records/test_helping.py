"""This is not me, my name is wrong, a corrected address, and who may do something about it."""

from datetime import timedelta

import pytest

from credentials.issuing.models import Credential
from institution.errors import InvalidInput, NotAllowed
from institution.events.models import Event
from institution.notices.models import Notice
from learners.records import services
from learners.records.errors import AddressDisputed, AlreadyClaimed, ClaimLinkUnknown
from learners.records.models import ClaimLink, HelpRequest, IdentityClaim
from tests.credentials.issuing.samples import NOW, people, person
from tests.support.people import make_person
from tests.support.records import SOON, make_learner, recipient, tell, token_of

LATER = SOON + timedelta(hours=2)
OTHERS = ["stranger", "neighbor", "faculty", "auditor"]


def ask(learner, number=1, **changed):
    values = {"kind": "wrong_name", "text": "It is Müller.", "credential": None, "now": LATER}
    return services.ask_for_help(recipient(number), learner=learner, **(values | changed))


class TestSayNotMe:
    def test_closes_the_links_and_calls_for_help(self, issuer):
        tell(issuer, people(1))
        token = token_of(recipient(1))
        request = services.say_not_me(recipient(1), learner=None, now=SOON)
        assert (request.kind, request.org_unit) == ("not_me", issuer.nursing)
        assert recipient(1).disputed_at == SOON
        with pytest.raises(ClaimLinkUnknown):
            services.open_claim_link(token, now=SOON)

    def test_calls_those_who_help_there_and_nobody_else(self, issuer):
        tell(issuer, people(1))
        services.say_not_me(recipient(1), learner=None, now=SOON)
        asked = set(Notice.objects.filter(kind="help.asked").values_list("user__email", flat=True))
        assert {issuer.registrar.email, issuer.adviser.email, issuer.administrator.email} <= asked
        assert not asked & {issuer.neighbor.email, issuer.faculty.email}

    def test_twice_is_once(self, issuer):
        tell(issuer, people(1))
        first = services.say_not_me(recipient(1), learner=None, now=SOON)
        assert services.say_not_me(recipient(1), learner=None, now=LATER) == first
        assert Event.objects.filter(kind="help.asked").count() == 1

    def test_ends_the_claim_of_who_says_it(self, issuer):
        learner = make_learner(issuer)
        services.say_not_me(recipient(1), learner=learner, now=LATER)
        assert IdentityClaim.objects.get().ended_at == LATER
        assert services.say_not_me(recipient(1), learner=learner, now=LATER) == HelpRequest.objects.get()

    def test_a_message_that_has_not_left_stays_here(self, issuer):
        tell(issuer, people(1))
        services.say_not_me(recipient(1), learner=None, now=SOON)
        assert Notice.objects.get(kind="record.claim").state == "voided"

    def test_a_stranger_is_refused(self, issuer):
        make_learner(issuer, 1)
        other = make_learner(issuer, 2)
        with pytest.raises(NotAllowed):
            services.say_not_me(recipient(1), learner=other, now=LATER)
        assert not IdentityClaim.objects.filter(ended_at__isnull=False).exists()


class TestAskForHelp:
    def test_opens_a_request(self, issuer):
        learner = make_learner(issuer)
        request = ask(learner, credential=Credential.objects.get())
        assert (request.kind, request.text, request.closed_at) == ("wrong_name", "It is Müller.", None)

    def test_twice_is_once(self, issuer):
        learner = make_learner(issuer)
        assert ask(learner) == ask(learner, text="Again")

    def test_a_stranger_is_refused(self, issuer):
        make_learner(issuer, 1)
        with pytest.raises(NotAllowed):
            ask(make_learner(issuer, 2), number=1)

    def test_another_persons_credential_is_refused(self, issuer):
        mine = make_learner(issuer, 1)
        make_learner(issuer, 2)
        with pytest.raises(NotAllowed):
            ask(mine, credential=Credential.objects.get(recipient=recipient(2)))

    def test_a_kind_nobody_knows_is_refused(self, issuer):
        with pytest.raises(InvalidInput):
            ask(make_learner(issuer), kind="gossip")


class TestCloseHelp:
    def test_closes_and_twice_is_once(self, issuer):
        request = ask(make_learner(issuer))
        services.close_help(request, actor=issuer.adviser, now=LATER)
        again = services.close_help(request, actor=issuer.registrar, now=LATER + timedelta(days=1))
        assert (again.closed_by, again.closed_at) == (issuer.adviser, LATER)

    def test_the_last_dispute_closed_lets_messages_go_out_again(self, issuer):
        tell(issuer, people(1))
        request = services.say_not_me(recipient(1), learner=None, now=SOON)
        services.close_help(request, actor=issuer.adviser, now=LATER)
        assert recipient(1).disputed_at is None
        assert services.send_again(recipient(1), actor=issuer.adviser, now=LATER)

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_are_refused(self, issuer, who):
        request = ask(make_learner(issuer))
        with pytest.raises(NotAllowed):
            services.close_help(request, actor=getattr(issuer, who), now=LATER)

    def test_a_request_can_be_asked_again_after_it_was_closed(self, issuer):
        learner = make_learner(issuer)
        first = ask(learner)
        services.close_help(first, actor=issuer.adviser, now=LATER)
        assert ask(learner) != first


class TestForgetOldWords:
    def test_empties_the_words_a_year_after_closing(self, issuer):
        request = ask(make_learner(issuer))
        services.close_help(request, actor=issuer.adviser, now=LATER)
        assert services.forget_old_words(now=LATER + timedelta(days=364)) == 0
        assert services.forget_old_words(now=LATER + timedelta(days=366)) == 1
        request.refresh_from_db()
        assert request.text == ""


class TestCorrectAddress:
    def correct(self, issuer, address="right@home.example", who="registrar"):
        return services.correct_address(recipient(1), address=address, actor=getattr(issuer, who), now=LATER)

    def test_sends_a_fresh_link_to_the_new_address(self, issuer):
        tell(issuer, people(1))
        self.correct(issuer, " Right@Home.example ")
        notice = Notice.objects.get(address="right@home.example")
        learner = services.claim(token_of(recipient(1)), user=None, now=LATER)
        assert learner.user.email == notice.address
        assert Event.objects.get(kind="recipient.address_corrected").data == {}

    def test_settles_a_dispute(self, issuer):
        tell(issuer, people(1))
        services.say_not_me(recipient(1), learner=None, now=SOON)
        self.correct(issuer)
        assert recipient(1).disputed_at is None
        assert Notice.objects.filter(address="right@home.example").exists()

    def test_the_same_address_changes_nothing(self, issuer):
        tell(issuer, people(1))
        self.correct(issuer, "learner1@students.example")
        assert ClaimLink.objects.filter(voided_at__isnull=True).count() == 1

    def test_a_claimed_record_gets_no_link(self, issuer):
        make_learner(issuer)
        self.correct(issuer)
        assert not Notice.objects.filter(address="right@home.example").exists()

    def test_what_is_no_address_is_refused(self, issuer):
        tell(issuer, people(1))
        with pytest.raises(InvalidInput):
            self.correct(issuer, "amara@")

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_are_refused(self, issuer, who):
        tell(issuer, people(1))
        with pytest.raises(NotAllowed):
            self.correct(issuer, who=who)


class TestSendAgain:
    def test_sends_a_fresh_link_once_a_minute(self, issuer):
        tell(issuer, people(1))
        assert services.send_again(recipient(1), actor=issuer.adviser, now=LATER)
        assert not services.send_again(recipient(1), actor=issuer.adviser, now=LATER)
        assert Notice.objects.filter(kind="record.claim").count() == 2

    def test_is_refused_while_disputed_and_once_claimed(self, issuer):
        tell(issuer, [person(1), person(2)])
        services.say_not_me(recipient(1), learner=None, now=SOON)
        services.claim(token_of(recipient(2)), user=None, now=SOON)
        with pytest.raises(AddressDisputed):
            services.send_again(recipient(1), actor=issuer.adviser, now=LATER)
        with pytest.raises(AlreadyClaimed):
            services.send_again(recipient(2), actor=issuer.adviser, now=LATER)

    @pytest.mark.parametrize("who", OTHERS)
    def test_others_are_refused(self, issuer, who):
        tell(issuer, people(1))
        with pytest.raises(NotAllowed):
            services.send_again(recipient(1), actor=getattr(issuer, who), now=LATER)


class TestChangeSettings:
    def test_keeps_name_and_language_for_pages_and_messages(self, issuer):
        learner = make_learner(issuer)
        services.change_settings(learner, name="  أمارا   نووسو ", language="es", now=NOW)
        learner.refresh_from_db()
        assert learner.preferred_name == "أمارا نووسو"
        assert (learner.user.language, recipient(1).language) == ("es", "es")
        assert recipient(1).name == "Learner 1"

    @pytest.mark.parametrize(("name", "language"), [("", "en"), ("x" * 201, "en"), ("Amara", "tlh")])
    def test_refuses(self, issuer, name, language):
        with pytest.raises(InvalidInput):
            services.change_settings(make_learner(issuer), name=name, language=language, now=NOW)

    def test_same_again_writes_no_event(self, issuer):
        learner = make_learner(issuer)
        for _time in range(2):
            services.change_settings(learner, name="Amara", language="es", now=NOW)
        assert Event.objects.filter(kind="record.settings_changed").count() == 1

    def test_nobody_elses_language_changes(self, issuer):
        learner = make_learner(issuer)
        tell(issuer, [person(2)])
        services.change_settings(learner, name="Amara", language="es", now=NOW)
        assert recipient(2).language == ""
        assert make_person("x@home.example").language == ""
