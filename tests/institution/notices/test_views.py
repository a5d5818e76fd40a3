from datetime import UTC, datetime

import pytest
from django.urls import reverse

from institution.notices.models import MailboxMessage, Notice
from institution.notices.services import Message, notify, notify_many

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def messages_of(count, college):
    return [
        Message(
            kind="t",
            address=f"a{n}@example.org",
            subject=f"S{n}",
            body="B",
            dedupe_key=str(n),
            unit_id=college.nursing.pk,
        )
        for n in range(count)
    ]


class TestOutbox:
    def test_every_figure_opens_its_list(self, client, college):
        notify_many(messages_of(3, college), now=NOW)
        client.force_login(college.registrar)
        answer = client.get(reverse("notices:outbox"), {"state": "queued"})
        assert answer.context["page"].paginator.count == 3

    def test_a_figure_counts_what_its_list_shows_while_words_are_searched(self, client, college):
        notify_many(messages_of(3, college), now=NOW)
        client.force_login(college.registrar)
        client.post(reverse("notices:outbox"), {"q": "S1", "state": ""})
        answer = client.get(reverse("notices:outbox"), {"state": "queued"})
        counts = {value: count for value, _label, count in answer.context["states"]}
        assert counts["queued"] == answer.context["page"].paginator.count == 1
        assert "Clear the search" in answer.content.decode()

    def test_a_text_that_was_erased_says_so_and_cannot_go_out_again(self, client, college):
        notify_many(messages_of(1, college), now=NOW)
        Notice.objects.update(subject="", body="", address="")
        client.force_login(college.registrar)
        page = client.get(reverse("notices:outbox")).content.decode()
        assert "The text is erased" in page
        assert "Send again" not in page

    def test_refuses_a_stranger(self, client, college):
        client.force_login(college.stranger)
        assert client.get(reverse("notices:outbox")).status_code == 403

    def test_a_neighbor_sees_none_of_another_department(self, client, college):
        notify_many(messages_of(3, college), now=NOW)
        client.force_login(college.neighbor)
        answer = client.get(reverse("notices:outbox"))
        assert answer.context["page"].paginator.count == 0
        assert all(count == 0 for _value, _label, count in answer.context["states"])

    def test_queries_do_not_grow_with_the_rows(self, client, college, django_assert_max_num_queries):
        notify_many(messages_of(80, college), now=NOW)
        client.force_login(college.registrar)
        client.get(reverse("notices:outbox"))
        with django_assert_max_num_queries(10):
            client.get(reverse("notices:outbox"))


class TestResend:
    def test_one_tap(self, client, college):
        notice = notify(messages_of(1, college)[0], now=NOW)
        client.force_login(college.adviser)
        client.post(reverse("notices:resend", args=[notice.pk]))
        assert Notice.objects.filter(resend_of=notice).count() == 1

    @pytest.mark.parametrize(("who", "status"), [("stranger", 403), ("neighbor", 404)])
    def test_refuses(self, client, college, who, status):
        notice = notify(messages_of(1, college)[0], now=NOW)
        client.force_login(getattr(college, who))
        assert client.post(reverse("notices:resend", args=[notice.pk])).status_code == status


class TestMine:
    def test_shows_only_ones_own(self, client, college):
        notify(
            Message(
                kind="t",
                address="d@x.example",
                subject="For the dean",
                body="B",
                dedupe_key="d",
                user_id=college.dean.pk,
            ),
            now=NOW,
        )
        client.force_login(college.dean)
        assert b"For the dean" in client.get(reverse("notices:mine")).content
        client.force_login(college.neighbor)
        assert b"For the dean" not in client.get(reverse("notices:mine")).content


class TestMailbox:
    def test_does_not_exist_outside_the_demo(self, client, college):
        message = MailboxMessage.objects.create(
            message_id="x", to="a@x.example", sender="s", subject="S", body="B"
        )
        for address in (reverse("notices:mailbox"), reverse("notices:mailbox_message", args=[message.pk])):
            assert client.get(address).status_code == 404

    def test_shows_mail_in_the_demo(self, client, college, settings):
        settings.DEMO = True
        MailboxMessage.objects.create(message_id="x", to="a@x.example", sender="s", subject="Hello", body="B")
        assert b"Hello" in client.get(reverse("notices:mailbox")).content
