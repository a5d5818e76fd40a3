"""Partners send completions: once per key, refused row by row, and nothing is issued without a registrar."""

import threading

import pytest
from django.db import connection
from django.utils import timezone

from credentials.issuing import services as issuing
from credentials.issuing.models import Credential, IssuanceBatch
from institution.accounts.roles import Role
from registry.partners import idempotency
from registry.partners.models import IdempotencyKey
from tests.credentials.issuing.samples import lay_issuer, people, person, sign
from tests.registry.partners.factory import NOW, caller_for
from tests.support.people import give

BATCHES = "/api/v1/batches"


@pytest.fixture
def issuer(college, settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    give(college.administrator, Role.ADMINISTRATOR, college.district)
    return lay_issuer(college)


@pytest.fixture
def caller(issuer):
    return caller_for(issuer, unit=issuer.main)


def send(caller, issuer, rows=None, key="k-1", unit=None, **values):
    """Send a batch."""
    body = {"title": "Spring", "org_unit": str((unit or issuer.main).pk), "rows": rows or people(2)} | values
    headers = {"Idempotency-Key": key} if key else {}
    return caller.post(BATCHES, body, format="json", headers=headers)


class TestSend:
    def test_makes_a_draft_that_waits_for_the_registrar(self, issuer, caller):
        answer = send(caller, issuer, source="crm-7")
        assert answer.status_code == 201
        body = answer.json()
        assert (body["state"], body["row_count"], body["issue_count"]) == ("draft", 2, 2)
        assert answer["Location"] == f"{BATCHES}/{body['id']}"
        batch = IssuanceBatch.objects.get()
        assert (batch.origin, batch.source, batch.created_by) == ("api", "crm-7", caller.partner.service_user)
        assert not Credential.objects.exists()

    def test_is_read_until_it_is_released(self, issuer, caller):
        url = f"{BATCHES}/{send(caller, issuer).json()['id']}"
        batch = sign(issuer, IssuanceBatch.objects.get())
        assert caller.get(url).json()["state"] == "signed"
        issuing.release_batch(batch, actor=issuer.registrar, now=NOW)
        assert caller.get(url).json()["released_at"]
        rows = caller.get(f"{url}/rows").json()["results"]
        assert [(row["line"], row["source_id"], row["state"]) for row in rows] == [
            (1, "S00001", "signed"),
            (2, "S00002", "signed"),
        ]
        assert rows[0]["credential"] == f"urn:uuid:{Credential.objects.get(row__line=1).urn}"

    def test_says_row_by_row_what_is_wrong(self, issuer, caller):
        wrong = [
            person(1, email="not an address"),
            person(2, awarded_on="someday"),
            person(3, code="NURS-12O"),
            person(4, name=""),
            person(5),
        ]
        made = send(caller, issuer, wrong).json()
        assert (made["refused_count"], made["issue_count"]) == (4, 1)
        answer = caller.get(f"{BATCHES}/{made['id']}/rows?state=refused")
        found = {row["line"]: row["faults"][0] for row in answer.json()["results"]}
        assert {line: fault["column"] for line, fault in found.items()} == {
            1: "email",
            2: "awarded_on",
            3: "code",
            4: "name",
        }
        assert "NURS-120" in found[3]["remedy"]
        assert answer["X-Total-Count"] == "4"
        wrong = caller.get(f"{BATCHES}/{made['id']}/rows?state=refuse")
        assert (wrong.status_code, list(wrong.json()["errors"])) == (400, ["state"])

    def test_sends_no_names_and_addresses_back(self, issuer, caller):
        made = send(caller, issuer).json()
        text = caller.get(f"{BATCHES}/{made['id']}/rows").content.decode()
        assert "Learner 1" not in text
        assert "@" not in text

    def test_matches_a_person_by_source_and_number(self, issuer, caller):
        first = sign(issuer, IssuanceBatch.objects.get(pk=send(caller, issuer).json()["id"]))
        issuing.release_batch(first, actor=issuer.registrar, now=NOW)
        same = send(caller, issuer, people(2, email="new@students.example"), key="k-2").json()
        other = send(caller, issuer, key="k-3", source="another").json()
        assert (same["issue_count"], other["issue_count"]) == (0, 2)

    @pytest.mark.parametrize(
        ("values", "place"),
        [
            ({"rows": []}, "rows"),
            ({"rows": [person(1) | {"grade": "A"}]}, "rows.0.grade"),
            ({"rows": [person(1) | {"name": ["a"]}]}, "rows.0.name"),
            ({"rows": ["x"]}, "rows.0"),
            ({"title": ""}, "title"),
            ({"org_unit": "00000000-0000-4000-8000-000000000000"}, "org_unit"),
            ({"source": "Not a word"}, "source"),
        ],
    )
    def test_refuses_what_has_the_wrong_shape(self, issuer, caller, values, place):
        answer = (
            send(caller, issuer, **values)
            if values.get("rows") != []
            else caller.post(
                BATCHES,
                {"title": "x", "org_unit": str(issuer.main.pk), "rows": []},
                format="json",
                headers={"Idempotency-Key": "k"},
            )
        )
        assert answer.status_code == 400
        assert place in answer.json()["errors"]
        assert not IssuanceBatch.objects.exists()

    def test_refuses_too_many_rows(self, issuer, caller):
        answer = send(caller, issuer, [person(1)] * 2_001)
        assert answer.status_code == 400
        assert "rows" in answer.json()["errors"]


class TestNeighbors:
    def test_may_not_send_for_a_unit_that_is_not_theirs(self, issuer):
        neighbor = caller_for(issuer, unit=issuer.welding)
        answer = send(neighbor, issuer, unit=issuer.nursing)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/not-allowed")
        assert not IssuanceBatch.objects.exists()
        assert not IdempotencyKey.objects.exists()

    def test_see_nothing_of_anothers_batch(self, issuer, caller):
        made = send(caller, issuer).json()["id"]
        for unit, name in ((issuer.welding, "Neighbor"), (issuer.main, "Twin")):
            other = caller_for(issuer, name=name, unit=unit)
            assert other.get(BATCHES).json()["count"] == 0
            assert other.get(f"{BATCHES}/{made}").status_code == 404
            assert other.get(f"{BATCHES}/{made}/rows").status_code == 404


class TestIdempotency:
    def test_needs_a_key(self, issuer, caller):
        for key in ("", "x" * 121):
            answer = send(caller, issuer, key=key)
            assert (answer.status_code, answer.json()["type"]) == (400, "/problems/idempotency-key-needed")

    def test_the_same_request_is_done_once(self, issuer, caller):
        first, second = send(caller, issuer), send(caller, issuer)
        assert first.json() == second.json()
        assert (first.status_code, second.status_code) == (201, 201)
        assert second["Idempotent-Replayed"] == "true"
        assert second["Location"] == first["Location"]
        assert IssuanceBatch.objects.count() == 1

    def test_spaces_and_order_do_not_make_another_request(self):
        one, two = b'{"a": 1, "b": [2]}', b'{"b":[2],"a":1}'
        assert idempotency.digest_of("POST", "/x", one) == idempotency.digest_of("POST", "/x", two)
        assert idempotency.digest_of("POST", "/x", one) != idempotency.digest_of("POST", "/y", one)

    def test_another_request_under_the_same_key_is_refused(self, issuer, caller):
        send(caller, issuer)
        answer = send(caller, issuer, title="Other")
        assert (answer.status_code, answer.json()["type"]) == (422, "/problems/idempotency-key-reused")
        assert IssuanceBatch.objects.count() == 1

    def test_a_refused_request_leaves_the_key_free(self, issuer, caller):
        assert send(caller, issuer, title="").status_code == 400
        assert send(caller, issuer).status_code == 201

    def test_keys_of_two_partners_do_not_meet(self, issuer, caller):
        other = caller_for(issuer, name="Other", unit=issuer.main)
        assert send(caller, issuer).json()["id"] != send(other, issuer).json()["id"]

    def test_keys_are_forgotten_after_a_day(self, issuer, caller):
        send(caller, issuer)
        IdempotencyKey.objects.update(created_at=timezone.now() - idempotency.KEEP * 2)
        assert idempotency.forget_old(now=timezone.now()) == 1

    def test_what_is_kept_holds_no_personal_data(self, issuer, caller):
        send(caller, issuer)
        kept = str(IdempotencyKey.objects.values().get())
        assert "Learner" not in kept
        assert "@" not in kept


@pytest.mark.django_db(transaction=True)
def test_two_at_the_same_moment_make_one_batch(db, settings, tmp_path):
    from tests.support.people import lay_college

    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")
    college = lay_college()
    give(college.administrator, Role.ADMINISTRATOR, college.district)
    issuer = lay_issuer(college)
    caller = caller_for(issuer, unit=issuer.main)
    answers = []

    def work():
        answers.append(send(caller, issuer))
        connection.close()

    threads = [threading.Thread(target=work) for _number in range(3)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert IssuanceBatch.objects.count() == 1
