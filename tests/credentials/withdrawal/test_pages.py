"""Withdraw many from the screen: one order however often it is sent, its progress for every viewer."""

from uuid import uuid4

import pytest
from django.db import transaction
from django.urls import reverse
from kombu.exceptions import OperationalError

from credentials.issuing.models import Credential
from credentials.withdrawal import services, tasks
from credentials.withdrawal.models import Withdrawal
from tests.credentials.issuing.samples import NOW, make_released, people


@pytest.fixture
def made(issuer):
    make_released(issuer, people(3))
    return services.order_withdrawal(
        Credential.objects.all(), pk=uuid4(), code="withdrawn", note="x", actor=issuer.registrar, now=NOW
    )


class TestOrder:
    def form(self, client, **chosen):
        page = client.get(reverse("issuing:revoke_many"), chosen)
        return {name: str(value) for name, value in page.context["kept"]} | {
            "count": str(page.context["count"]),
            "code": "withdrawn",
            "note": "decided by the dean",
        }

    def test_sent_twice_is_one_order(self, client, issuer):
        make_released(issuer, people(3))
        client.force_login(issuer.registrar)
        form = self.form(client, state="released")
        answers = [client.post(reverse("issuing:revoke_many"), form) for _press in range(2)]
        made = Withdrawal.objects.get()
        assert (made.total, made.note) == (3, "decided by the dean")
        assert {answer.url for answer in answers} == {reverse("issuing:withdrawal", args=[made.pk])}

    def test_without_a_choice_nothing_is_revoked(self, client, issuer):
        client.force_login(issuer.registrar)
        assert client.get(reverse("issuing:revoke_many")).status_code == 404

    def test_shows_progress_to_a_second_viewer_until_it_is_done(self, client, issuer, made):
        client.force_login(issuer.auditor)
        page = reverse("issuing:withdrawal", args=[made.pk])
        moving = reverse("issuing:withdrawal_progress", args=[made.pk])
        assert "0 credentials are withdrawn." in client.get(page).content.decode()
        assert "HX-Refresh" not in client.get(moving).headers
        assert page in client.get(reverse("issuing:credentials")).content.decode()
        Withdrawal.objects.update(seen_count=3, withdrawn_count=3, parts_done=1, finished_at=NOW)
        assert client.get(moving)["HX-Refresh"] == "true"
        assert "3 credentials are withdrawn." in client.get(page).content.decode()
        assert page not in client.get(reverse("issuing:credentials")).content.decode()

    def test_a_neighbor_does_not_see_it(self, client, issuer, made):
        for who, status in ((issuer.neighbor, 404), (issuer.stranger, 403)):
            client.force_login(who)
            for name in ("withdrawal", "withdrawal_progress"):
                assert client.get(reverse(f"issuing:{name}", args=[made.pk])).status_code == status


class TestSweep:
    def test_finds_orders_whose_message_was_lost(self, made, monkeypatch):
        sent: list[str] = []
        monkeypatch.setattr(tasks.carry_out, "delay", lambda order_id: sent.append(order_id))
        assert tasks.sweep() == 1
        assert sent == [str(made.pk)]


@pytest.mark.django_db(transaction=True)
class TestBrokerAway:
    def test_the_page_answers_all_the_same(self, client, issuer, monkeypatch):
        """Redis is down: the order stands, and the next sweep finds it."""

        def refuse(*args, **options):
            raise OperationalError("Error 111 connecting")

        make_released(issuer, people(2))
        client.force_login(issuer.registrar)
        form = TestOrder().form(client, state="released")
        monkeypatch.setattr(tasks.carry_out, "apply_async", refuse)
        assert client.post(reverse("issuing:revoke_many"), form).status_code == 302
        assert services.unfinished() == [Withdrawal.objects.get().pk]
        with transaction.atomic():
            tasks.carry_out.delay_on_commit(order_id="x")  # and nothing is raised
