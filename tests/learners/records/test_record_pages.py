import io
import json
import zipfile
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from credentials.documents.baking.pdf import extract_pdf
from credentials.documents.baking.png import extract_png
from credentials.issuing.models import Credential
from credentials.issuing.services import revoke_credentials
from credentials.status.services import sweep
from institution.memory.services import lay_glossary
from tests.credentials.catalog.factory import make_approved
from tests.credentials.issuing.samples import person
from tests.support.people import make_person
from tests.support.records import SOON, make_learner, recipient, tell


@pytest.fixture
def learner(issuer, college):
    lay_glossary()
    return make_learner(college, 1)


@pytest.fixture
def mine(learner):
    return Credential.objects.get(recipient=recipient(1))


@pytest.fixture
def view(client, learner):
    """Open a page of the record as the learner."""
    client.force_login(learner.user)
    return lambda name, *args, **query: client.get(reverse(f"records:{name}", args=args), query)


class TestRecord:
    def test_says_what_was_earned_first(self, view):
        answer = view("record")
        assert b"You have earned 1 credential" in answer.content
        assert answer["Cache-Control"].find("no-store") >= 0

    def test_keeps_what_was_withdrawn_apart(self, view, mine, college):
        revoke_credentials([mine], code="withdrawn", actor=college.registrar, now=SOON)
        record = view("record").context["record"]
        assert (record.count, record.skill_count, len(record.ended)) == (0, 0, 1)
        assert record.ended[0]["state"] == "revoked"
        assert f'href="{reverse("sharing:create")}"' not in view("record").text  # nothing to share

    def test_filters_by_words_and_kind(self, view):
        assert view("record", q="zzz").context["record"].count == 0
        assert view("record", kind="cocurricular").context["record"].count == 0

    def test_somebody_without_a_claim_is_told_how(self, client, college):
        client.force_login(college.stranger)
        assert b"Nothing is on your record yet" in client.get(reverse("records:record")).content

    def test_speaks_spanish(self, client, learner):
        client.force_login(learner.user)
        client.cookies["django_language"] = "es"
        assert b'lang="es"' in client.get(reverse("records:record")).content

    def test_two_hundred_credentials_take_under_thirty_queries(
        self, view, learner, college, django_assert_max_num_queries
    ):
        rows = [person(1, award_id=f"many-{number}") for number in range(200)]
        tell(college, rows, now=SOON)
        view("record")
        with django_assert_max_num_queries(29):
            answer = view("record")
        assert answer.context["record"].count == 201


class TestCredential:
    def test_checks_itself_like_a_stranger_would(self, view, mine):
        sweep(now=timezone.now())  # the list of the spring has run out by now
        report = view("credential", mine.pk, check="1").context["report"]
        assert report.verdict == "valid"

    @pytest.mark.parametrize(
        "name", ["credential", "credential_json", "credential_jwt", "credential_png", "credential_pdf"]
    )
    def test_is_not_there_for_another_learner(self, client, college, mine, name):
        other = make_learner(college, 2)
        client.force_login(other.user)
        assert client.get(reverse(f"records:{name}", args=[mine.pk])).status_code == 404

    @pytest.mark.parametrize(
        "name", ["credential", "credential_json", "record", "skills", "record_pdf", "record_zip"]
    )
    def test_somebody_unknown_signs_in_first(self, client, mine, name):
        args = [mine.pk] if name.startswith("credential") else []
        assert "/accounts/login/" in client.get(reverse(f"records:{name}", args=args))["Location"]

    def test_staff_without_a_claim_see_nothing_of_it(self, client, college, mine):
        client.force_login(college.registrar)
        assert (
            b"Nothing is on your record yet"
            in client.get(reverse("records:credential", args=[mine.pk])).content
        )

    def test_credits_earned_are_said_where_they_are_fewer(self, view, issuer):
        make_approved(issuer, "PART-5", effective_on=date(2026, 3, 2), result_descriptions=[])
        tell(issuer, [person(1, code="PART-5", result="", credits="2.5")], now=SOON)
        one = Credential.objects.get(row__credits__isnull=False)
        text = view("credential", one.pk).content.decode()
        assert "2.5 quarter credits" in text
        assert "5 quarter credits" not in text.replace("2.5 quarter", "")

    def test_round_credits_are_said_in_full(self, view, issuer):
        make_approved(issuer, "LONG-20", effective_on=date(2026, 3, 2), credits="20", result_descriptions=[])
        tell(issuer, [person(1, code="LONG-20", result="")], now=SOON)
        one = Credential.objects.get(achievement_version__offering_version__offering__code="LONG-20")
        assert "20 quarter credits" in view("credential", one.pk).content.decode()

    def test_what_was_corrected_leads_to_its_successor(self, view, mine, issuer):
        tell(issuer, [person(1, result="Beginner")], now=SOON)
        newer = Credential.objects.get(supersedes=mine)
        page = view("credential", mine.pk).content.decode()
        assert "A newer one took its place." in page
        assert reverse("records:credential", args=[newer.pk]) in page
        assert "Beginner" in view("credential", newer.pk).content.decode()
        shown = view("record").context["record"]
        assert (shown.count, [card["pk"] for card in shown.ended]) == (1, [mine.pk])


class TestDownloads:
    def test_the_file_is_the_signed_text_byte_for_byte(self, view, mine):
        answer = view("credential_json", mine.pk)
        assert answer.content == mine.document.encode()
        assert json.loads(answer.content)["proof"]

    def test_the_picture_carries_it(self, view, mine):
        assert extract_png(view("credential_png", mine.pk).content).text == mine.document

    def test_the_paper_carries_it(self, view, mine):
        assert extract_pdf(view("credential_pdf", mine.pk).content)[0][1] == mine.document.encode()

    def test_the_whole_record_as_paper_and_bundle(self, view, mine):
        assert extract_pdf(view("record_pdf").content)[0][1] == mine.document.encode()
        with zipfile.ZipFile(io.BytesIO(view("record_zip").content)) as bundle:
            names = bundle.namelist()
            assert bundle.read(names[1]) == mine.document.encode()
            assert names[0] == "record.csv"

    def test_no_name_of_a_person_stands_in_a_file_name(self, view, mine):
        assert (
            recipient(1).name.split()[0].lower()
            not in view("credential_json", mine.pk)["Content-Disposition"].lower()
        )


class TestSkills:
    def test_each_skill_names_what_shows_it(self, view):
        answer = view("skills")
        held = [one for _title, group in answer.context["groups"] for one in group]
        assert len(held) == answer.context["count"]
        assert all(one.shown_by for one in held)

    def test_a_stranger_sees_an_empty_page(self, client, db):
        client.force_login(make_person("x@elsewhere.example"))
        assert client.get(reverse("records:skills")).status_code == 200
