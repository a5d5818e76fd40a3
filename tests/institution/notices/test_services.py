from datetime import UTC, datetime, timedelta
from smtplib import SMTPRecipientsRefused

import pytest
from django.core.mail.backends.base import BaseEmailBackend

from institution.errors import NotAllowed, NotInThisState
from institution.notices.errors import NoAddress, TextErased
from institution.notices.models import MailboxMessage, Notice
from institution.notices.services import (
    Message,
    counts_of_group,
    erase_old_texts,
    mark_bounced,
    mark_unsure,
    notify,
    notify_many,
    resend,
    send_due,
    void_waiting,
)
from tests.support import mailhost

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def message(key="k1", address="amara@example.org", college=None, **more):
    unit = college.nursing.pk if college else None
    return Message(
        kind="test", address=address, subject="Hello", body="Text", dedupe_key=key, unit_id=unit, **more
    )


class RefusingBackend(BaseEmailBackend):
    """A mail host that knows nobody."""

    def send_messages(self, email_messages):
        raise SMTPRecipientsRefused({"amara@example.org": (550, b"amara@example.org is unknown here")})


class TestNotify:
    def test_the_same_reason_tells_once(self, college):
        assert notify(message(), now=NOW) == notify(message(), now=NOW)
        assert Notice.objects.count() == 1

    def test_counts_only_new_ones(self, college):
        notify(message("a"), now=NOW)
        assert notify_many([message("a"), message("b"), message("b")], now=NOW) == 1

    def test_without_an_address_it_is_shown_as_not_sent(self, college):
        assert notify(message(address=""), now=NOW).state == "failed"


class TestSendDue:
    def test_sends_each_once_with_the_colleges_name(self, college, settings):
        settings.EMAIL_BACKEND = "institution.notices.mailbox.MailboxBackend"
        notify_many(
            [message("a"), message("b")],
            now=NOW,
        )
        assert send_due(now=NOW, limit=10) == 2
        assert send_due(now=NOW, limit=10) == 0
        assert MailboxMessage.objects.count() == 2
        first = MailboxMessage.objects.first()
        assert first.sender == '"Riverbend Community College District" <credentials@riverbend.example>'
        assert first.message_id == Notice.objects.get(pk=first.message_id[1:37]).message_id

    def test_keeps_to_the_limit(self, college):
        notify_many([message(str(n)) for n in range(5)], now=NOW)
        assert send_due(now=NOW, limit=3) == 3
        assert Notice.objects.filter(state="queued").count() == 2

    def test_a_refusing_host_leaves_no_address_in_the_trouble(self, college, settings):
        settings.EMAIL_BACKEND = "tests.institution.notices.test_services.RefusingBackend"
        notify(message(), now=NOW)
        assert send_due(now=NOW, limit=10) == 0
        notice = Notice.objects.get()
        assert (notice.state, notice.trouble) == ("failed", "SMTPRecipientsRefused 550")


@pytest.fixture
def host(settings):
    """A real mail host."""
    with mailhost.host() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = running.server_address
        yield running


class TestSendDueOverSmtp:
    def test_each_message_arrives_once_under_its_own_id(self, college, host):
        notify_many([message("a"), message("b")], now=NOW)
        assert send_due(now=NOW, limit=10) == 2
        assert sorted(host.ids()) == sorted(Notice.objects.values_list("message_id", flat=True))

    def test_a_host_that_hangs_up_leaves_one_unsure_and_the_others_waiting(self, college, host):
        host.hang_up_after_data = True
        notify_many([message("a"), message("b")], now=NOW)
        assert send_due(now=NOW, limit=10) == 0
        assert dict(Notice.objects.order_by("state").values_list("state", "trouble")) == {
            "queued": "",
            "unsure": "SMTPServerDisconnected",
        }

    def test_while_the_host_is_away_notices_wait(self, college, host):
        host.shutdown()
        host.server_close()
        notify(message(), now=NOW)
        assert send_due(now=NOW, limit=10) == 0
        assert Notice.objects.get().state == "queued"


class TestMarkUnsure:
    def test_what_a_dead_sender_left_is_never_sent_again(self, college):
        notify(message(), now=NOW)
        Notice.objects.update(state="sending", sending_at=NOW)
        assert mark_unsure(now=NOW + timedelta(minutes=5)) == 0
        assert mark_unsure(now=NOW + timedelta(minutes=11)) == 1
        assert send_due(now=NOW + timedelta(minutes=12), limit=10) == 0
        assert Notice.objects.get().state == "unsure"


class TestResend:
    def test_sends_the_text_again_to_a_corrected_address(self, college):
        notice = notify(message(college=college), now=NOW)
        send_due(now=NOW, limit=1)
        again = resend(notice, address="A@Example.org", actor=college.adviser, now=NOW)
        assert (again.address, again.body, again.resend_of) == ("a@example.org", "Text", notice)

    def test_twice_while_it_waits_is_one(self, college):
        notice = notify(message(college=college), now=NOW)
        first = resend(notice, actor=college.adviser, now=NOW)
        assert resend(notice, actor=college.adviser, now=NOW) == first

    def test_needs_an_address(self, college):
        with pytest.raises(NoAddress):
            resend(notify(message(address="", college=college), now=NOW), actor=college.adviser, now=NOW)

    @pytest.mark.parametrize("who", ["stranger", "neighbor"])
    def test_refuses(self, college, who):
        with pytest.raises(NotAllowed):
            resend(notify(message(college=college), now=NOW), actor=getattr(college, who), now=NOW)


class TestMarkBounced:
    def test_twice_is_once(self, college):
        notice = notify(message(), now=NOW)
        send_due(now=NOW, limit=1)
        for _time in range(2):
            assert (
                mark_bounced(notice, trouble="550", actor=college.administrator, now=NOW).state == "bounced"
            )

    def test_only_what_was_sent_comes_back(self, college):
        with pytest.raises(NotInThisState):
            mark_bounced(notify(message(), now=NOW), trouble="550", actor=college.administrator, now=NOW)


class TestVoidWaiting:
    def test_withdraws_what_waits(self, college):
        notify_many([message("a", group="g"), message("b", group="g")], now=NOW)
        send_due(now=NOW, limit=1)
        assert void_waiting(["a", "b"]) == 1
        assert counts_of_group("g") == {"sent": 1, "voided": 1}


class TestSaidIn:
    def test_a_part_is_kept_and_never_sent(self, college):
        notify_many([message("part", said_in="whole"), message("whole")], now=NOW)
        assert send_due(now=NOW, limit=10) == 1
        part = Notice.objects.get(dedupe_key="part")
        assert (part.state, part.said_in.dedupe_key) == ("joined", "whole")
        assert notify_many([message("part", said_in="whole"), message("whole")], now=NOW) == 0

    def test_to_resend_a_part_is_to_resend_the_whole(self, college):
        pair = [message("part", college=college, said_in="whole"), message("whole", college=college)]
        notify_many(pair, now=NOW)
        send_due(now=NOW, limit=1)
        again = resend(Notice.objects.get(dedupe_key="part"), actor=college.adviser, now=NOW)
        assert again.resend_of.dedupe_key == "whole"


class TestEraseOldTexts:
    LATER = NOW + timedelta(days=181)

    def test_leaves_ids_states_and_times(self, college):
        notice = notify(message(college=college, user_id=college.dean.pk), now=NOW)
        send_due(now=NOW, limit=1)
        assert erase_old_texts(now=NOW + timedelta(days=179)) == 0
        assert erase_old_texts(now=self.LATER) == 1
        assert erase_old_texts(now=self.LATER) == 0
        notice.refresh_from_db()
        assert (notice.address, notice.subject, notice.body) == ("", "", "")
        assert (notice.state, notice.sent_at, notice.user) == ("sent", NOW, college.dean)
        assert notice.message_id
        with pytest.raises(TextErased):
            resend(notice, address="a@example.org", actor=college.adviser, now=self.LATER)

    def test_waits_for_what_is_on_its_way(self, college):
        notify_many([message("a"), message("b")], now=NOW)
        Notice.objects.filter(dedupe_key="a").update(state="sending")
        assert erase_old_texts(now=self.LATER) == 0

    def test_the_setting_says_how_long(self, college, settings):
        settings.NOTICE_DAYS = 30
        notify(message(), now=NOW)
        send_due(now=NOW, limit=1)
        assert erase_old_texts(now=NOW + timedelta(days=31)) == 1
