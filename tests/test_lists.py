"""Queries of lists that no other test counts."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from institution.notices.models import MailboxMessage
from institution.notices.services import Message, notify_many

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


def tell(user, count: int) -> None:
    notify_many(
        [
            Message(kind="t", address="", subject=f"S{n}", body="B", dedupe_key=f"{user.pk}-{n}", user_id=user.pk)
            for n in range(count)
        ],
        now=NOW,
    )  # fmt: skip


@pytest.mark.django_db
class TestMine:
    def test_queries_do_not_grow_with_the_rows(self, client, college, django_assert_max_num_queries):
        tell(college.dean, 45)
        client.force_login(college.dean)
        client.get(reverse("notices:mine"))
        with django_assert_max_num_queries(8):
            page = client.get(reverse("notices:mine")).context["page"]
        assert len(page) == 45


@pytest.mark.django_db
class TestMailbox:
    def test_queries_do_not_grow_with_the_rows(
        self, client, college, settings, django_assert_max_num_queries
    ):
        settings.DEMO = True
        for n in range(45):
            MailboxMessage.objects.create(
                message_id=str(n), to="a@x.example", sender="s", subject="S", body="B"
            )
        client.get(reverse("notices:mailbox"))
        with django_assert_max_num_queries(5):
            page = client.get(reverse("notices:mailbox")).context["page"]
        assert len(page) == 45
