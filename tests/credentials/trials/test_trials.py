"""A trial: what it says, what a verifier says of it, and that nothing else changes by it."""

import io
import json
import re
from datetime import timedelta

import pytest
from django.apps import apps
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from credentials.documents.baking.png import extract_png
from credentials.issuing.models import Credential
from credentials.keys.errors import SecondPersonNeeded
from credentials.keys.models import SigningKey
from credentials.keys.published import did_document
from credentials.keys.services import confirm_key, propose_key, retire_key
from credentials.trials.documents import TRIAL_DAYS
from credentials.trials.errors import NothingToTry, NoTrialKey
from credentials.trials.models import Trial, TrialDocument
from credentials.trials.services import MOST_ROWS, remove_ended, try_batch
from credentials.verification import services as verifier
from credentials.verification.rows import overview
from credentials.verification.sources import InternalSource
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from tests.credentials.issuing.samples import NOW, make_draft, make_released, people, person, sign
from tests.credentials.keys.samples import make_key

pytestmark = pytest.mark.django_db
END = NOW + timedelta(days=TRIAL_DAYS)
TAG, WORDS = re.compile(r"<[^>]*>"), re.compile(r"\w+")  # what is read, without tokens in tags
OWN = {"trials.Trial", "trials.TrialDocument", "events.Event"}


@pytest.fixture
def ready(issuer):
    """A college with a key for trials."""
    issuer.trial_key = make_key(issuer, issuer.profile, purpose="trial")
    return issuer


def tried(college, rows=None, *, now=NOW):
    return try_batch(make_draft(college, rows), actor=college.registrar, now=now)


def first(trial):
    return trial.documents.order_by("line")[0]


def check(text, *, now=NOW, **how):
    return verifier.verify(text, now=now, source=InternalSource(), **how)


def all_rows():
    """Return every row of every table but those of trials and the audit trail."""
    models = [model for model in apps.get_models() if model._meta.label not in OWN]
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in models}


class TestKey:
    def test_stands_in_no_public_document_of_the_issuer(self, issuer, client):
        before = did_document(issuer.profile)
        key = make_key(issuer, issuer.profile, purpose="trial")
        assert did_document(issuer.profile) == before
        assert key not in SigningKey.objects.published()
        assert client.get(reverse("keys:jwk", args=[issuer.profile.key, key.kid])).status_code == 404

    def test_signs_as_a_did_key_and_leaves_the_issuers_key_signing(self, ready):
        key = ready.trial_key
        assert key.verification_method == f"did:key:{key.public_multibase}#{key.public_multibase}"
        assert SigningKey.objects.active().get() == ready.key

    def test_needs_a_second_administrator(self, issuer):
        key = propose_key(issuer.profile, purpose="trial", actor=issuer.administrator, now=NOW)
        with pytest.raises(SecondPersonNeeded):
            confirm_key(key, actor=issuer.administrator, now=NOW)
        with pytest.raises(NoTrialKey):
            tried(issuer)

    @pytest.mark.parametrize("kind", ["p256", "rsa2048"])
    def test_is_ed25519(self, issuer, kind):
        with pytest.raises(InvalidInput):
            propose_key(issuer.profile, purpose="trial", kind=kind, actor=issuer.administrator, now=NOW)

    def test_comes_by_command_too(self, issuer, capsys):
        call_command("propose_key", "--profile", issuer.profile.key, "--as", issuer.administrator.email,
                     "--purpose", "trial")  # fmt: skip
        assert capsys.readouterr().out.startswith("did:key:z6Mk")

    def test_its_page_says_that_it_is_never_published(self, issuer, client):
        key = propose_key(issuer.profile, purpose="trial", actor=issuer.administrator, now=NOW)
        client.force_login(issuer.second_administrator)
        text = client.get(reverse("keys:step", args=[key.pk, "confirm"])).content.decode()
        assert "public document never names it" in text

    def test_alone_lets_nobody_issue(self, ready, client):
        retire_key(ready.key, actor=ready.administrator, now=NOW)
        client.force_login(ready.administrator)
        assert "No key signs for this issuer" in client.get(reverse("keys:list")).content.decode()


class TestDocument:
    def test_is_signed_marked_and_ends(self, ready):
        said = json.loads(first(tried(ready)).document)
        assert said["issuer"]["id"] == ready.trial_key.did
        assert said["issuer"]["name"] == "Riverbend College (trial)"
        assert said["name"] == said["credentialSubject"]["achievement"]["name"]
        assert said["name"].startswith("TRIAL: ")
        assert "Trial, not a credential" in said["credentialSubject"]["achievement"]["tag"]
        assert said["validUntil"] == END.strftime("%Y-%m-%dT%H:%M:%SZ")
        assert "credentialStatus" not in said
        assert said["proof"][0]["cryptosuite"] == "eddsa-rdfc-2022"

    def test_of_a_row_that_ends_sooner_ends_with_it(self, ready):
        said = json.loads(first(tried(ready, [person(expires_on="2026-05-25")])).document)
        assert said["validUntil"].startswith("2026-05-2")
        assert said["validUntil"] < END.isoformat()

    def test_takes_rows_in_turn_from_each_achievement_up_to_a_number(self, ready, monkeypatch, client):
        monkeypatch.setattr("credentials.trials.services.MOST_ROWS", 3)
        rows = [*people(4, code="NURS-120", result=""), person(9, code="WELD-109", result="")]
        trial = tried(ready, rows)
        lines = list(trial.documents.order_by("line").values_list("line", flat=True))
        assert lines == [
            list(trial.batch.rows.order_by("line").values_list("line", flat=True))[n] for n in (0, 1, 4)
        ]
        client.force_login(ready.registrar)
        shown = client.get(reverse("trials:detail", args=[trial.pk])).content.decode()
        assert "2 further rows were not tried" in shown
        asked = client.get(reverse("trials:new", args=[trial.batch_id])).content.decode()
        assert "3 of the 5 rows, in turn from each achievement" in asked

    def test_of_a_small_batch_takes_all_and_says_so(self, ready, client):
        trial = tried(ready, people(3))
        assert trial.documents.count() == 3
        client.force_login(ready.registrar)
        asked = client.get(reverse("trials:new", args=[trial.batch_id])).content.decode()
        assert "all 3 rows" in asked
        assert "further row" not in client.get(reverse("trials:detail", args=[trial.pk])).content.decode()

    def test_takes_no_more_than_somebody_can_look_through(self, ready):
        assert tried(ready, people(MOST_ROWS + 2)).documents.count() == MOST_ROWS

    def test_that_breaks_a_rule_says_which(self, ready):
        batch = make_draft(ready, [person()])
        batch.rows.update(result=[{"description": "nosuch", "value": "x"}])
        one = first(try_batch(batch, actor=ready.registrar, now=NOW))
        assert (one.document, [fault["rule"] for fault in one.faults]) == ("", ["result-description-unknown"])


class TestVerifier:
    def test_says_trial_and_is_honest_besides(self, ready):
        report = check(first(tried(ready)).document)
        assert report.verdict == "valid"
        assert report.tone == "unknown"
        assert set(report.reasons) == {"trial", "issuer-unknown"}
        assert report.headline.startswith("This is a trial, not a credential.")
        assert "Nobody earned anything" in report.advice
        assert report.summary.issuer.listing == ""

    def test_is_not_enough_where_a_known_issuer_is_demanded(self, ready):
        report = check(first(tried(ready)).document, demand_known=True)
        assert (report.ok, report.verdict) == (False, "issuer-unknown")
        assert report.headline.startswith("This is a trial")

    def test_says_expired_after_its_end(self, ready):
        report = check(first(tried(ready)).document, now=END + timedelta(seconds=1))
        assert report.verdict == "expired"
        assert report.headline.startswith("This is a trial")

    def test_says_invalid_when_the_marks_are_taken_off(self, ready):
        said = json.loads(first(tried(ready)).document)
        said["credentialSubject"]["achievement"]["tag"].remove("Trial, not a credential")
        assert check(json.dumps(said)).verdict == "signature-invalid"

    def test_knows_a_trial_by_its_signed_mark_where_the_key_is_not_known(self, ready):
        text = first(tried(ready)).document
        SigningKey.objects.filter(pk=ready.trial_key.pk).update(public_multibase="z6MkGone")
        assert "trial" in check(text).reasons

    def test_knows_a_trial_by_its_key_where_the_mark_is_not_there(self, ready, monkeypatch):
        monkeypatch.setattr("credentials.trials.documents.TRIAL_TAG", "welding")
        assert "trial" in check(first(tried(ready)).document).reasons

    def test_says_nothing_of_the_kind_of_a_real_one(self, ready):
        make_released(ready, people(1))
        report = check(Credential.objects.get().document)
        assert report.ok
        assert "trial" not in report.reasons

    @pytest.mark.parametrize(
        ("language", "words"),
        [
            ("en", ("TRIAL", "This is a trial, not a credential.")),
            ("es", ("PRUEBA", "Esto es una prueba, no una credencial.")),
        ],
    )
    def test_page_of_anybody_says_so_and_marks_it(self, ready, client, language, words):
        text = first(tried(ready, now=timezone.now().replace(microsecond=0))).document
        answer = client.post(
            reverse("verification:verify"), {"text": text}, follow=True, headers={"Accept-Language": language}
        )
        page = answer.content.decode()
        assert words[1] in page
        assert f'<p class="trial-word">{words[0]}</p>' in page
        assert f'data-word="{words[0]}"' in page

    def test_page_of_several_calls_each_by_its_word(self, ready):
        trial = tried(ready)
        rows = overview([check(one.document) for one in trial.documents.all()])["rows"]
        assert {(row.label, row.mark) for row in rows} == {("Trial", "unknown")}

    def test_page_of_a_real_one_has_no_such_word(self, ready, client):
        make_released(ready, people(1))
        answer = client.post(
            reverse("verification:verify"), {"text": Credential.objects.get().document}, follow=True
        )
        assert "trial-word" not in answer.content.decode()

    def test_interface_says_so(self, ready, client):
        make_released(ready, people(1))
        texts = [Credential.objects.get().document, first(tried(ready, now=timezone.now())).document]
        answer = client.post(
            "/api/v1/credentials/verify", {"documents": texts}, content_type="application/json"
        ).json()
        assert [(one["trial"], "trial" in one["reasons"]) for one in answer["results"]] == [
            (False, False),
            (True, True),
        ]

    def test_command_says_so_also_without_our_register(self, ready, tmp_path, capsys):
        path = tmp_path / "trial.json"
        path.write_text(first(tried(ready)).document)
        call_command("verify", str(path), "--json", "--at", NOW.isoformat())
        [line] = capsys.readouterr().out.splitlines()
        said = json.loads(line)
        assert (said["verdict"], said["trial"]) == ("valid", True)
        assert "trial" in said["reasons"]
        call_command("verify", str(path), "--at", NOW.isoformat())
        assert "This is a trial, not a credential." in capsys.readouterr().out


class TestNothingElseChanges:
    def test_in_any_table(self, ready):
        make_released(ready, people(2))
        batch = make_draft(ready, people(3, awarded_on="2026-05-15"))
        before = all_rows()
        try_batch(batch, actor=ready.registrar, now=NOW)
        assert all_rows() == before
        assert before["issuing.Credential"]
        assert TrialDocument.objects.count() == 3

    @pytest.mark.parametrize(
        ("who", "page"),
        [
            ("registrar", "issuing:list"),
            ("registrar", "issuing:credentials"),
            ("registrar", "status:lists"),
            ("registrar", "notices:outbox"),
            ("dean", "desk:home"),
            ("faculty", "desk:home"),
            ("adviser", "desk:home"),
        ],
    )
    def test_on_desks_and_lists(self, ready, client, who, page):
        make_released(ready, people(1))
        batch = make_draft(ready, people(1, awarded_on="2026-05-15"))
        client.force_login(getattr(ready, who))

        def seen():
            answer = client.get(reverse(page))
            assert answer.status_code == 200
            return WORDS.findall(TAG.sub(" ", answer.content.decode().split("<main")[-1]))

        before = seen()
        try_batch(batch, actor=ready.registrar, now=NOW)
        assert seen() == before

    def test_for_the_batch_which_is_issued_afterwards_as_if_there_had_been_none(self, ready):
        batch = make_draft(ready, people(2))
        try_batch(batch, actor=ready.registrar, now=NOW)
        batch = sign(ready, batch)
        assert (batch.signed_count, batch.correction_count) == (2, 0)
        assert Credential.objects.exclude(supersedes=None).count() == 0


class TestService:
    def test_refuses_strangers_and_neighbors(self, ready):
        batch = make_draft(ready)
        for nobody in (ready.stranger, ready.neighbor, ready.dean, ready.administrator):
            with pytest.raises(NotAllowed):
                try_batch(batch, actor=nobody, now=NOW)

    def test_refuses_a_batch_that_is_confirmed(self, ready):
        batch = sign(ready, make_draft(ready))
        with pytest.raises(NotInThisState):
            try_batch(batch, actor=ready.registrar, now=NOW)

    def test_refuses_a_batch_without_a_good_row(self, ready):
        with pytest.raises(NothingToTry):
            tried(ready, [person(code="NONE-1")])

    def test_makes_one_at_a_time(self, ready):
        old = tried(ready)
        new = try_batch(old.batch, actor=ready.registrar, now=NOW)
        old.refresh_from_db()
        assert (old.removed_at, old.documents.count()) == (NOW, 0)
        assert Trial.objects.standing().get() == new
        assert [event.data["signed"] for event in Event.objects.filter(kind="batch.tried")] == [3, 3]

    def test_takes_away_what_ended(self, ready):
        trial = tried(ready)
        assert remove_ended(now=END - timedelta(seconds=1)) == 0
        assert remove_ended(now=END) == 1
        assert remove_ended(now=END) == 0
        trial.refresh_from_db()
        assert trial.removed_at == END
        assert not TrialDocument.objects.exists()

    def test_takes_it_away_with_the_draft(self, ready):
        trial = tried(ready)
        sign(ready, trial.batch)
        assert remove_ended(now=NOW) == 1
        assert not TrialDocument.objects.exists()


class TestPages:
    def test_lead_from_the_batch_to_the_files(self, ready, client):
        batch = make_draft(ready)
        client.force_login(ready.registrar)
        url = reverse("trials:new", args=[batch.pk])
        assert url in client.get(reverse("issuing:detail", args=[batch.pk])).content.decode()
        assert "Nobody is told" in client.get(url).content.decode()
        text = client.post(url, follow=True).content.decode()
        assert "3 rows became documents" in text
        assert "TRIAL: " in text
        assert 'data-label="Line"' in text  # a card on a phone says what the number counts
        assert "trial__mark" in text
        shown = client.get(reverse("issuing:detail", args=[batch.pk])).content.decode()
        assert reverse("trials:detail", args=[Trial.objects.get().pk]) in shown

    def test_paper_and_picture_carry_the_mark_and_the_text(self, ready, client):
        one = first(tried(ready))
        client.force_login(ready.registrar)
        get = {
            kind: client.get(reverse("trials:file", args=[one.trial_id, one.line, kind])).content
            for kind in ("json", "pdf", "png")
        }
        assert get["json"].decode() == one.document
        paper = PdfReader(io.BytesIO(get["pdf"]))
        assert "TRIAL" in paper.pages[0].extract_text().replace("TRIAL:", "")
        assert paper.attachments["trial.json"] == [get["json"]]
        assert extract_png(get["png"]).text == one.document

    def test_say_when_it_is_over(self, ready, client):
        trial = tried(ready)
        remove_ended(now=END)
        client.force_login(ready.registrar)
        assert "This trial is over" in client.get(reverse("trials:detail", args=[trial.pk])).content.decode()

    @pytest.mark.parametrize("name", ["new", "detail", "file"])
    def test_refuse_strangers_and_hide_from_neighbors(self, client, ready, name):
        trial = tried(ready)
        args = {"new": [trial.batch_id], "detail": [trial.pk], "file": [trial.pk, first(trial).line, "json"]}
        url = reverse(f"trials:{name}", args=args[name])
        assert client.get(url).status_code == 302
        client.force_login(ready.stranger)
        assert client.get(url).status_code == 403
        client.force_login(ready.neighbor)
        assert client.get(url).status_code == 404
