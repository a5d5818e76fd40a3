"""What the page of one batch shows while others work on it too."""

from django.urls import reverse

from credentials.batches.views import batches
from credentials.issuing import services
from tests.credentials.issuing.samples import NOW, make_draft


class TestBatchPage:
    def test_many_achievements_are_folded_so_that_the_rows_are_near(self, client, issuer, monkeypatch):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        url = reverse("issuing:detail", args=[batch.pk])
        assert '<details class="disclose"><summary>' not in client.get(url).text
        monkeypatch.setattr(batches, "SHOWN", 0)
        assert "Show all 1 achievements" in client.get(url).text

    def test_canceling_is_named_by_what_it_does(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        url = reverse("issuing:step", args=[batch.pk, "cancel"])
        assert "Cancel the batch" in client.get(url).text
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        assert "Cancel what is not signed" in client.get(url).text

    def test_a_second_window_hears_of_a_pause_and_of_its_end(self, client, issuer):
        batch = make_draft(issuer)
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        client.force_login(issuer.auditor)
        url = reverse("issuing:progress", args=[batch.pk]) + "?seen="
        services.pause_batch(batch, actor=issuer.registrar, now=NOW)
        assert client.get(url + "queued")["HX-Refresh"] == "true"
        assert f'hx-get="{url}paused"' in client.get(reverse("issuing:detail", args=[batch.pk])).text
        assert "HX-Refresh" not in client.get(url + "paused")
        services.resume_batch(batch, actor=issuer.registrar, now=NOW)
        assert client.get(url + "paused")["HX-Refresh"] == "true"

    def test_a_cancel_answers_at_once_and_says_what_is_still_finished(self, client, issuer):
        batch = make_draft(issuer)
        client.force_login(issuer.registrar)
        services.confirm_batch(batch, actor=issuer.registrar, now=NOW)
        url = reverse("issuing:step", args=[batch.pk, "cancel"])
        said = client.post(url, follow=True).text
        assert "Canceling. Rows that are being signed this moment are finished first." in said
        assert "Cancel what is not signed" not in said
        watched = reverse("issuing:progress", args=[batch.pk]) + "?seen=canceling"
        assert f'hx-get="{watched}"' in said
        assert "HX-Refresh" not in client.get(watched)
        services.finish_batch(batch.pk, now=NOW)
        assert client.get(watched)["HX-Refresh"] == "true"
        assert "Canceled. Nothing was signed." in client.get(reverse("issuing:detail", args=[batch.pk])).text
