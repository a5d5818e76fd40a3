"""What tests begin with, laid once and brought back: the same rows as the services wrote, or laid afresh."""

import pytest
from django.db import transaction

from institution.accounts.models import OrgUnit, User
from tests.credentials.issuing.samples import lay_issuer, make_signed
from tests.support import laid
from tests.support.people import lay_college, make_person


@pytest.fixture(autouse=True)
def _nothing_laid(db, monkeypatch):
    monkeypatch.setattr(laid, "_laid", {})


def undone(lay):
    """Return what `lay` returns and the rows of every table, and undo it."""
    with transaction.atomic():
        found = lay(), laid._rows()
        transaction.set_rollback(True)
    return found


class TestRelaid:
    def test_brings_back_every_row_and_what_was_returned(self):
        first, written = undone(lambda: lay_issuer(lay_college()))
        assert User.objects.count() == 0
        again, brought = undone(lambda: lay_issuer(lay_college()))
        assert brought == written
        assert vars(again) == vars(first)
        assert again.clinical is not first.clinical

    def test_what_was_brought_back_can_issue(self):
        undone(lambda: lay_issuer(lay_college()))
        batch = make_signed(lay_issuer(lay_college()))
        assert batch.signed_count == 3

    def test_lays_afresh_where_it_finds_more_than_before(self):
        first, _rows = undone(lay_college)
        make_person("somebody@elsewhere.example")
        assert lay_college().district.pk != first.district.pk
        assert OrgUnit.objects.filter(name="Riverbend District").count() == 1

    @pytest.mark.django_db(transaction=True)
    def test_lays_afresh_what_others_see(self):
        lay_college()
        assert laid._laid == {}
