"""What an earlier version had reserved and not signed goes with the way in which it was kept."""

import pytest
from django.core.management import call_command
from django.db import connection

from credentials.issuing import services
from credentials.issuing.models import Credential, SigningChunk
from tests.credentials.issuing.samples import NOW, make_draft, make_signed, people, person

RESERVED_BEFORE = """
    INSERT INTO issuing_credential (id, urn, subject_urn, row_id, status_index, document, digest, state,
        award_key, batch_id, recipient_id, achievement_version_id, org_unit_id, profile_id, status_list_id, salt,
        language, awarded_on, valid_from, content_digest, revocation_code, revocation_note)
    SELECT gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), line.id, 100 + line.line, '', NULL,
        CASE WHEN line.line = 2 THEN 'reserved' ELSE 'voided' END,
        line.award_key, line.batch_id, recipient_id, credential.achievement_version_id, org_unit_id, profile_id,
        status_list_id, salt, language, credential.awarded_on, valid_from, line.digest, '', ''
    FROM issuing_batchrow AS line, issuing_credential AS credential WHERE line.batch_id = %s
"""


@pytest.mark.django_db(transaction=True)
def test_what_was_reserved_is_forgotten_and_signed_anew(issuer):
    make_signed(issuer, [person(9)])
    batch = services.confirm_batch(make_draft(issuer, people(2)), actor=issuer.registrar, now=NOW)
    call_command("migrate", "issuing", "0008", verbosity=0)
    try:
        with connection.cursor() as cursor:
            cursor.execute(RESERVED_BEFORE, [batch.pk])
            cursor.execute(
                "UPDATE issuing_signingchunk SET reserved_at = now() WHERE batch_id = %s", [batch.pk]
            )
    finally:
        call_command("migrate", "issuing", verbosity=0)
    assert Credential.objects.count() == 1
    assert SigningChunk.objects.get(batch=batch).reserved_at is None
    assert services.sign_chunk(batch.pk, now=NOW) == 2
    assert services.finish_batch(batch.pk, now=NOW)
