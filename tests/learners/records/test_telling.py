"""One message per learner per batch, whatever happens in between."""

from datetime import timedelta
from zlib import crc32

import polib
import psycopg
import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.utils.translation import trans_real

from credentials.issuing.models import Credential, Recipient
from credentials.issuing.services import revoke_credentials, undo_batch
from institution.events.models import EventDelivery
from institution.notices.models import Notice
from learners.records import services
from learners.records.models import ClaimLink
from learners.records.services import telling
from tests.credentials.issuing.samples import NOW, make_released, make_signed, people, person
from tests.support.people import make_person
from tests.support.records import LINK, SOON, recipient, tell, token_of


@pytest.fixture
def spanish(settings, tmp_path):
    """A small Spanish catalogue, so that both halves of a message can be told apart."""
    folder = tmp_path / "es" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    words = polib.POFile()
    words.metadata = {
        "Content-Type": "text/plain; charset=utf-8",
        "Plural-Forms": "nplurals=2; plural=n != 1;",
    }
    pairs = {
        "Hello %(name)s,": "Hola, %(name)s:",
        "%(college)s: your record is ready": "%(college)s: tu registro",
    }
    words.extend(polib.POEntry(msgid=english, msgstr=said) for english, said in pairs.items())
    words.save_as_mofile(str(folder / "django.mo"))
    settings.LOCALE_PATHS = [str(tmp_path)]
    trans_real._translations = {}
    yield
    trans_real._translations = {}


class TestTellBatch:
    def test_writes_one_message_to_each_learner(self, issuer):
        batch = make_released(issuer, [*people(3), person(1, code="WELD-109", result="")])
        assert services.tell_batch(batch.pk, now=NOW) == 3
        body = Notice.objects.get(about_id=str(recipient(1).pk)).body
        assert "Clinical Skills II" in body
        assert "Welding I" in body

    def test_twice_is_once(self, issuer):
        batch = make_released(issuer)
        services.tell_batch(batch.pk, now=NOW)
        assert services.tell_batch(batch.pk, now=SOON) == 0
        assert Notice.objects.filter(kind="record.claim").count() == 3
        assert ClaimLink.objects.count() == 3

    def test_nobody_hears_of_a_batch_that_was_undone(self, issuer):
        batch = make_signed(issuer)
        undo_batch(batch, actor=issuer.registrar, now=NOW)
        assert services.tell_released_batches(now=NOW) == 0
        assert services.tell_batch(batch.pk, now=NOW) == 0

    def test_who_has_a_record_hears_the_news_without_a_link(self, issuer):
        tell(issuer, [person(1)])
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        tell(issuer, [person(1, code="WELD-109", result="")], now=SOON)
        news = Notice.objects.get(kind="record.news")
        assert "Welding I" in news.body
        assert "/record/" in news.body
        assert not LINK.search(news.body)
        assert news.user == recipient(1).claims.get().learner.user

    def test_news_go_once_to_the_account_however_many_recipients_it_holds(self, issuer):
        tell(issuer, people(2))
        me = make_person("me@home.example", "Me")
        for number in (1, 2):
            services.claim(token_of(recipient(number)), user=me, now=SOON)
        tell(issuer, [person(number, code="WELD-109", result="") for number in (1, 2, 3)], now=SOON)
        news = Notice.objects.get(kind="record.news")
        assert (news.address, news.user) == ("me@home.example", me)
        assert news.body.split("—")[0].count("Welding I") == 2
        assert Notice.objects.filter(kind="record.claim", about_id=str(recipient(3).pk)).count() == 1

    def test_who_said_it_is_not_them_hears_nothing_more(self, issuer):
        tell(issuer, [person(1)])
        services.say_not_me(recipient(1), learner=None, now=SOON)
        tell(issuer, [person(1, code="WELD-109", result="")], now=SOON)
        assert Notice.objects.filter(about_id=str(recipient(1).pk)).count() == 1

    def test_who_has_no_address_is_noted_as_not_sent(self, issuer):
        tell(issuer, [person(1, email="")])
        assert Notice.objects.get(about_id=str(recipient(1).pk)).state == "failed"

    def test_the_queries_do_not_grow_with_the_learners(self, issuer, django_assert_max_num_queries):
        batch = make_released(issuer, people(60))
        with django_assert_max_num_queries(30):
            assert services.tell_batch(batch.pk, now=NOW) == 60


class TestOneAddressForSeveral:
    """Two source ids with one address: one message, two links, and nothing is merged (decisions 8, 15)."""

    MAIL = {"email": "both@students.example", "name": "Ana Ruiz"}

    def rows(self, **second):
        other = person(2, code="WELD-109", result="", **{**self.MAIL, **second})
        return [person(1, **self.MAIL), other, person(3)]

    def test_one_message_lists_both_with_a_link_each(self, issuer):
        batch = make_released(issuer, self.rows())
        assert services.tell_batch(batch.pk, now=NOW) == 2
        first, second = sorted([recipient(1), recipient(2)], key=lambda one: one.pk)
        said = Notice.objects.get(about_id=str(first.pk))
        part = Notice.objects.get(about_id=str(second.pk))
        assert (part.state, part.said_in, part.body) == ("joined", said, "")
        for words in ("Clinical Skills II", "Welding I", "Hello Ana Ruiz,", "under 2 numbers"):
            assert words in said.body
        assert len(set(LINK.findall(said.body))) == 2
        assert ClaimLink.objects.count() == 3
        assert services.tell_batch(batch.pk, now=SOON) == 0
        assert ClaimLink.objects.count() == 3

    def test_each_link_claims_its_own_number_only(self, issuer):
        tell(issuer, self.rows())
        tokens = set(LINK.findall(Notice.objects.get(body__contains="under 2 numbers").body))
        services.claim(tokens.pop(), user=None, now=SOON)
        claimed = [recipient(n).claims.count() for n in (1, 2)]
        assert sorted(claimed) == [0, 1]

    def test_names_that_differ_stand_with_their_own_titles(self, issuer):
        tell(issuer, self.rows(name="Luis Ruiz"))
        body = Notice.objects.get(body__contains="under 2 numbers").body
        assert "Hello,\n" in body
        assert body.index("For Ana Ruiz:\n  · Clinical Skills II") > 0
        assert body.index("For Luis Ruiz:\n  · Welding I") > 0

    def test_an_address_is_never_cut_in_two(self, issuer, monkeypatch):
        monkeypatch.setattr(telling, "CHUNK", 1)
        tell(issuer, self.rows())
        assert Notice.objects.filter(state="joined").count() == 1

    def test_whose_shared_message_was_withdrawn_is_told_alone(self, issuer):
        tell(issuer, self.rows())
        for wrong, other in ((recipient(1), recipient(2)), (recipient(2), recipient(1))):
            services.correct_address(
                wrong, address=f"right{wrong.source_id}@students.example", actor=issuer.adviser, now=SOON
            )
            alone = Notice.objects.filter(about_id=str(other.pk), state="queued").latest("created_at")
            assert "under 2 numbers" not in alone.body
        assert not Notice.objects.filter(state="queued", body__contains="under 2 numbers").exists()


class TestTellReleasedBatches:
    def test_takes_each_event_once(self, issuer):
        make_released(issuer)
        assert services.tell_released_batches(now=NOW) == 3
        assert services.tell_released_batches(now=SOON) == 0

    def test_leaves_the_event_to_the_teller_who_holds_the_lock(self, issuer):
        make_released(issuer)
        address = connection.get_connection_params()
        with psycopg.connect(
            host=address["host"], port=address["port"], user=address["user"],
            password=address["password"], dbname=address["dbname"],
        ) as other:  # fmt: skip
            numbers = [crc32(one.encode()) - (1 << 31) for one in (telling.CONSUMER, "")]
            other.execute("select pg_advisory_lock(%s, %s)", numbers)
            assert services.tell_released_batches(now=NOW) == 0
            assert not EventDelivery.objects.filter(consumer=telling.CONSUMER).exists()
        assert services.tell_released_batches(now=SOON) == 3

    def test_after_a_crash_in_the_middle_only_the_missing_are_told(self, issuer, monkeypatch):
        make_released(issuer, people(5))
        monkeypatch.setattr(telling, "CHUNK", 2)
        told = telling._tell
        calls = []

        def crash(*args, **rest):
            calls.append(args)
            if len(calls) == 2:
                raise ConnectionError("the worker was killed")
            return told(*args, **rest)

        monkeypatch.setattr(telling, "_tell", crash)
        with pytest.raises(ConnectionError):
            services.tell_released_batches(now=NOW)
        assert Notice.objects.filter(kind="record.claim").count() == 2
        monkeypatch.setattr(telling, "_tell", told)
        assert services.tell_released_batches(now=SOON) == 3
        assert Notice.objects.filter(kind="record.claim").values("about_id").distinct().count() == 5
        assert ClaimLink.objects.count() == 5


class TestWords:
    def test_both_languages_stand_in_one_message_the_learners_own_first(self, issuer, spanish):
        batch = make_released(issuer, people(2))
        Recipient.objects.filter(pk=recipient(2).pk).update(language="es")
        services.tell_batch(batch.pk, now=NOW)
        english = Notice.objects.get(about_id=str(recipient(1).pk))
        other = Notice.objects.get(about_id=str(recipient(2).pk))
        assert english.body.index("Hello Learner 1") < english.body.index("Hola, Learner 1")
        assert other.body.index("Hola, Learner 2") < other.body.index("Hello Learner 2")
        assert other.subject == "Riverbend: tu registro / Riverbend: your record is ready"
        assert len(LINK.findall(other.body)) == 2

    def test_the_colleges_own_reason_stands_only_in_its_language(self, issuer, spanish):
        from institution.accounts.models import Institution

        Institution.objects.update(why_you_get_mail="You took a class with us.", default_language="en")
        batch = make_released(issuer, people(1))
        services.tell_batch(batch.pk, now=NOW)
        assert Notice.objects.get(kind="record.claim").body.count("You took a class with us.") == 1

    def test_many_titles_are_counted(self, issuer):
        from institution.accounts.services import institution_now
        from learners.records.wording import claim_words

        tell(issuer, [person(1)])
        titles = [f"Course {number}" for number in range(11)]
        words = claim_words(recipient(1), titles, institution_now(), "https://portal.example/claim/x/")
        assert "and 3 more" in words.body
        assert "Course 9" not in words.body

    def test_the_token_stands_nowhere_but_in_the_body(self, issuer):
        from institution.events.models import Event

        tell(issuer, [person(1)])
        token, notice = token_of(recipient(1)), Notice.objects.get(kind="record.claim")
        link = ClaimLink.objects.get()
        assert token not in {link.token_digest, notice.subject, notice.dedupe_key, notice.trouble}
        assert token not in str(list(Event.objects.values_list("data", flat=True)))
        assert "learner1" not in notice.dedupe_key


class TestTellWithdrawals:
    def test_tells_what_was_withdrawn_and_why(self, issuer):
        tell(issuer, people(2))
        gone = Credential.objects.filter(recipient=recipient(1))
        revoke_credentials(gone, code="issued_in_error", note="secret", actor=issuer.registrar, now=SOON)
        assert services.tell_withdrawals(now=SOON) == 1
        said = Notice.objects.get(kind="record.withdrawn")
        assert said.about_id == str(recipient(1).pk)
        assert "Clinical Skills II" in said.body
        assert "It was issued in error." in said.body
        assert "secret" not in said.body
        assert services.tell_withdrawals(now=SOON) == 0

    def test_what_was_never_released_is_taken_back_quietly(self, issuer):
        make_signed(issuer)
        revoke_credentials(Credential.objects.all(), code="withdrawn", actor=issuer.registrar, now=SOON)
        assert services.tell_withdrawals(now=SOON) == 0
        assert not Notice.objects.filter(kind="record.withdrawn").exists()


class TestRemindUnclaimed:
    LATER = NOW + timedelta(days=15)

    def test_reminds_with_a_fresh_link(self, issuer):
        tell(issuer, people(3))
        first = token_of(recipient(1))
        waiting = list(Recipient.objects.all())
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=self.LATER) == 3
        assert token_of(recipient(1)) != first

    def test_nobody_is_reminded_twice_in_two_weeks(self, issuer):
        tell(issuer, people(1))
        waiting = list(Recipient.objects.all())
        early = NOW + timedelta(days=13)
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=early) == 0
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=self.LATER) == 1
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=self.LATER) == 0

    def test_who_claimed_or_disputed_or_has_no_address_is_left_alone(self, issuer):
        tell(issuer, [person(1), person(2), person(3, email="")])
        services.claim(token_of(recipient(1)), user=None, now=SOON)
        services.say_not_me(recipient(2), learner=None, now=SOON)
        assert (
            services.remind_unclaimed(list(Recipient.objects.all()), actor=issuer.adviser, now=self.LATER)
            == 0
        )

    @pytest.mark.parametrize("chunk", [1, 500])
    def test_one_address_is_reminded_once_with_a_link_for_each_number(self, issuer, monkeypatch, chunk):
        monkeypatch.setattr("learners.records.services.sending.CHUNK", chunk)
        both = {"email": "both@students.example", "name": "Ana Ruiz"}
        tell(issuer, [person(1, **both), person(2), person(3, **both | {"email": "Both@Students.example"})])
        waiting = list(Recipient.objects.order_by("source_id"))
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=self.LATER) == 3
        reminders = Notice.objects.filter(kind="record.reminder")
        assert sorted(reminders.filter(state="queued").values_list("address", flat=True)) == sorted(
            ["both@students.example", recipient(2).email]
        )
        said = reminders.get(state="queued", address="both@students.example")
        assert "under 2 numbers" in said.body
        assert "still waits" in said.subject
        assert len(set(LINK.findall(said.body))) == 2
        assert reminders.get(state="joined").said_in == said
        assert services.remind_unclaimed(waiting, actor=issuer.adviser, now=self.LATER) == 0

    def test_a_second_number_at_an_address_brings_no_second_mail_in_two_weeks(self, issuer):
        both = {"email": "both@students.example", "name": "Ana Ruiz"}
        tell(issuer, [person(1, **both), person(2, **both)])
        for day, number, written in ((15, 1, 1), (16, 2, 0), (28, 2, 0), (30, 2, 1)):
            now = NOW + timedelta(days=day)
            assert services.remind_unclaimed([recipient(number)], actor=issuer.adviser, now=now) == written
        assert Notice.objects.filter(kind="record.reminder", state="queued").count() == 2

    def test_what_went_to_an_account_elsewhere_does_not_keep_an_address_from_its_reminder(self, issuer):
        both = {"email": "both@students.example", "name": "Ana Ruiz"}
        tell(issuer, [person(1, **both), person(2, **both)])
        holder = make_person("ana@mail.example")
        services.claim(token_of(recipient(1)), user=holder, now=SOON)
        tell(issuer, [person(1, code="WELD-109", result="", **both)], now=NOW + timedelta(days=10))
        assert services.remind_unclaimed([recipient(2)], actor=issuer.adviser, now=self.LATER) == 1

    @pytest.mark.parametrize("who", ["stranger", "neighbor", "faculty"])
    def test_others_are_refused_and_nobody_is_reminded(self, issuer, who):
        from institution.errors import NotAllowed

        tell(issuer, people(2))
        with pytest.raises(NotAllowed):
            services.remind_unclaimed(
                list(Recipient.objects.all()), actor=getattr(issuer, who), now=self.LATER
            )
        assert not Notice.objects.filter(kind="record.reminder").exists()

    def test_the_queries_do_not_grow_with_the_people(self, issuer, django_assert_max_num_queries):
        tell(issuer, people(40))
        with django_assert_max_num_queries(16):
            services.remind_unclaimed(list(Recipient.objects.all()), actor=issuer.adviser, now=self.LATER)


def test_the_languages_of_messages_are_those_of_the_portal():
    from learners.records.wording import LANGUAGES

    assert list(LANGUAGES) == [code for code, _name in django_settings.LANGUAGES]
