"""The list of changes: complete, in one order, cut to what a partner may know."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from credentials.catalog import services as catalog
from institution.events.services import record
from registry.partners import changes
from registry.partners.errors import CursorUnknown
from registry.partners.models import Change
from tests.credentials.catalog.factory import LATER, make_approved
from tests.registry.partners.factory import NOW, caller_for
from tests.support.people import lay_college

CHANGES = "/api/v1/changes"


def read(caller, **query):
    """Return one page of changes."""
    answer = caller.get(CHANGES, query)
    assert answer.status_code == 200, answer.content
    return answer.json()


class TestList:
    def test_names_what_changed_and_what_is_gone(self, college):
        kept, gone = make_approved(college, "KEPT"), make_approved(college, "GONE")
        catalog.retire_offering(gone, rationale="Old", actor=college.dean, now=LATER)
        body = read(caller_for(college, "catalog.read"))
        lines = [(line["type"], line["id"], line["action"]) for line in body["results"]]
        assert lines == [
            ("offering", str(kept.pk), "changed"),
            ("achievement", str(kept.achievements.get().pk), "changed"),
            ("offering", str(gone.pk), "changed"),
            ("achievement", str(gone.achievements.get().pk), "changed"),
            ("offering", str(gone.pk), "deleted"),
            ("achievement", str(gone.achievements.get().pk), "deleted"),
        ]
        assert body["more"] is False
        assert body["results"][-1]["url"] is None

    def test_leads_to_the_thing(self, college):
        make_approved(college)
        caller = caller_for(college)
        for line in read(caller)["results"]:
            assert caller.get(line["url"]).json()["id"] == line["id"]

    def test_goes_on_after_a_cursor_page_by_page(self, college):
        for number in range(3):
            make_approved(college, f"N-{number}")
        caller, cursor, seen = caller_for(college), "", []
        while True:
            body = read(caller, page_size=2, **({"cursor": cursor} if cursor else {}))
            seen += [(line["type"], line["id"]) for line in body["results"]]
            cursor = body["cursor"]
            if not body["more"]:
                break
        assert len(seen) == len(set(seen)) == 6
        assert read(caller, cursor=cursor)["results"] == []
        make_approved(college, "NEW")
        assert len(read(caller, cursor=cursor)["results"]) == 2

    def test_names_the_next_page_in_a_header(self, college):
        make_approved(college)
        caller = caller_for(college)
        address, counts = f"{CHANGES}?page_size=1", []
        for _page in range(3):
            answer = caller.get(address)
            counts.append(len(answer.json()["results"]))
            address = answer["Link"].split(";")[0].strip("<>")
        assert counts == [1, 1, 0]  # as many to a page as were asked for

    def test_begins_from_a_moment(self, college):
        make_approved(college, "OLD")
        caller = caller_for(college)
        read(caller)
        moment = timezone.now()
        new = make_approved(college, "NEW")
        ids = {line["id"] for line in read(caller, since=moment.isoformat())["results"]}
        assert ids == {str(new.pk), str(new.achievements.get().pk)}

    def test_lists_an_event_once(self, college):
        make_approved(college)
        assert changes.list_new(now=NOW) == 2
        assert changes.list_new(now=NOW) == 0

    @pytest.mark.parametrize("cursor", ["nonsense", "MTox", "!!", "OTk5OTk5OTphYmM", "ä" * 9])
    def test_refuses_a_cursor_of_nowhere(self, college, cursor):
        answer = caller_for(college).get(CHANGES, {"cursor": cursor})
        assert (answer.status_code, answer.json()["type"]) == (410, "/problems/cursor-unknown")

    def test_notices_that_another_line_took_the_place(self, college):
        make_approved(college)
        caller = caller_for(college)
        cursor = read(caller)["cursor"]
        last = Change.objects.order_by("-position").first()
        Change.objects.filter(pk=last.pk).update(listed_at=last.listed_at + timedelta(seconds=1))
        with pytest.raises(CursorUnknown):
            changes.read_changes(
                caller.partner.service_user, ["catalog.read"], cursor=cursor, limit=1, now=NOW
            )

    def test_takes_few_queries_whatever_their_number(self, college, django_assert_max_num_queries):
        caller = caller_for(college)
        make_approved(college, "FIRST")
        read(caller)
        with django_assert_max_num_queries(20) as few:
            read(caller)
        for number in range(5):
            make_approved(college, f"N-{number}")
        changes.list_new(now=timezone.now())
        with django_assert_max_num_queries(len(few.captured_queries)):
            assert len(read(caller)["results"]) == 12


class TestScopes:
    def test_a_token_for_batches_sees_no_offering(self, college):
        make_approved(college)
        assert read(caller_for(college, "batches.read"))["results"] == []

    def test_a_batch_is_told_to_who_sent_it_and_to_nobody_else(self, college):
        from credentials.issuing.models import IssuanceBatch

        sender, twin = caller_for(college), caller_for(college, name="Twin")
        batch = IssuanceBatch.objects.create(
            org_unit=college.nursing,
            title="x",
            origin="api",
            created_by=sender.partner.service_user,
            created_at=NOW,
        )
        record("batch.read", actor=sender.partner.service_user, target=batch, at=NOW)
        assert [line["id"] for line in read(sender)["results"]] == [str(batch.pk)]
        assert read(twin)["results"] == []


@pytest.mark.django_db(transaction=True)
class TestLateCommits:
    def test_are_not_lost(self):
        """An event whose transaction began first and ended last comes after the cursor, not before it."""
        college = lay_college()
        early, late = make_approved(college, "EARLY"), make_approved(college, "LATE")
        caller = caller_for(college, "catalog.read")
        cursor = read(caller)["cursor"]
        written, read_on = threading.Event(), threading.Event()

        def slow():
            with transaction.atomic():
                record("offering.retired", actor=college.dean, target=late, at=NOW)
                written.set()
                read_on.wait(20)
            connection.close()

        thread = threading.Thread(target=slow)
        thread.start()
        assert written.wait(20)
        record("offering.retired", actor=college.dean, target=early, at=NOW)
        first = read(caller, cursor=cursor)
        read_on.set()
        thread.join()
        second = read(caller, cursor=first["cursor"])
        assert {line["id"] for line in first["results"] if line["type"] == "offering"} == {str(early.pk)}
        assert {line["id"] for line in second["results"] if line["type"] == "offering"} == {str(late.pk)}

    def test_two_readers_at_once_list_each_event_once(self):
        college = lay_college()
        make_approved(college)

        def work():
            changes.list_new(now=timezone.now())
            connection.close()

        threads = [threading.Thread(target=work) for _number in range(4)]
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        assert Change.objects.count() == 2
