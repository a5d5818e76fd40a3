"""How the server reads for a batch among many others: by the lines of a chunk, never the whole table."""

import pytest
from django.db import connection

from credentials.issuing import selectors, services
from credentials.issuing.models import BatchRow, Credential, SigningChunk
from tests.credentials.issuing.samples import NOW, make_draft, people

MANY = 4_000
OTHERS = """
    INSERT INTO issuing_batchrow (batch_id, line, source_id, name, email, result, narrative, evidence_url,
        award_key, digest, act, state, faults, values)
    SELECT %s, line, '', 'Somebody Else', '', '[]', '', '', line::text, '', 'nothing',
        CASE WHEN line %% 1000 = 0 THEN 'refused' ELSE 'nothing' END, '[]', '{}'
    FROM generate_series(1, %s) AS line
"""
BULK = ("SELECT id, source_id, email", "INSERT INTO issuing_recipient", "UPDATE issuing_batchrow")


@pytest.fixture
def among_many(issuer):
    """A draft of forty rows beside another of thousands, as the server's statistics know them."""
    other = make_draft(issuer, people(2, source_id="other"))
    BatchRow.objects.filter(batch=other).delete()
    with connection.cursor() as cursor:
        cursor.execute(OTHERS, [other.pk, MANY])
        cursor.execute("ANALYZE issuing_batchrow")
    return make_draft(issuer, people(40)), other


def planned(act):
    """Return by its first words how each bulk statement of an act is carried out."""
    plans = {}

    def explained(execute, sql, params, many, context):
        for words in BULK:
            if sql.strip().startswith(words):
                rows = connection.connection.execute(f"EXPLAIN {sql}", params).fetchall()
                plans[words] = "\n".join(row[0] for row in rows)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explained):
        act()
    return plans


class TestBulkStatements:
    def test_read_the_lines_of_their_chunk(self, issuer, among_many):
        draft, _other = among_many
        batch = services.confirm_batch(draft, actor=issuer.registrar, now=NOW)
        plans = planned(lambda: services.sign_chunk(batch.pk, now=NOW))
        assert plans.keys() == set(BULK)
        for plan in plans.values():
            assert "one_row_per_line" in plan, plan
            assert "Seq Scan on issuing_batchrow" not in plan, plan
        assert SigningChunk.objects.get(batch=batch).signed_count == 40

    def test_look_for_an_award_by_the_index_that_keeps_it_single(self, issuer, among_many):
        draft, _other = among_many
        batch = services.confirm_batch(draft, actor=issuer.registrar, now=NOW)
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is empty
        plans = planned(lambda: services.sign_chunk(batch.pk, now=NOW))
        assert "one_live_credential_per_award" in plans[BULK[0]]


class TestIndexes:
    def test_rows_that_need_somebody_are_found_among_thousands(self, among_many):
        _draft, other = among_many
        found = selectors.rows_needing_you(other)
        assert [row.line for row in found] == [1_000, 2_000, 3_000, 4_000]
        assert "rows_needing_you" in found.explain()

    def test_a_page_of_rows_comes_in_the_order_of_the_file(self, among_many):
        _draft, other = among_many
        page = other.rows.filter(state="nothing").order_by("line")[:50]
        assert "one_row_per_line" in page.explain()

    def test_a_signed_text_is_found_by_its_digest(self, issuer):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")  # the table is empty
        assert "signed_by_digest" in Credential.objects.filter(digest__in=[bytes(32)]).explain()
        assert "signed_by_digest" in Credential.objects.exclude(digest=None).order_by("digest").explain()
