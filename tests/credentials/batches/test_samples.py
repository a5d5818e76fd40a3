"""The sample files are what they say: good rows are good, and each kind of fault is found."""

import csv
import io

import pytest
from django.core.management import CommandError, call_command

from credentials.batches.samples import FAULTS
from credentials.issuing import services
from tests.credentials.issuing.samples import NOW, upload_file


def read(issuer, path):
    upload = upload_file(issuer, path.read_bytes(), name=path.name)
    batch = services.batch_from_upload(upload, actor=issuer.registrar, now=NOW)
    return services.read_batch(batch.pk, now=NOW)


@pytest.fixture
def _may_2026(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.mark.usefixtures("_may_2026")
class TestSampleCompletions:
    def test_good_rows_are_good(self, issuer, tmp_path):
        out = tmp_path / "term.csv"
        call_command("sample_completions", rows=200, out=out, stdout=io.StringIO())
        batch = read(issuer, out)
        assert (batch.row_count, batch.issue_count, batch.refused_count) == (200, 200, 0)

    def test_the_same_seed_gives_the_same_file(self, issuer, tmp_path):
        for name in ("a.csv", "b.csv"):
            call_command("sample_completions", rows=50, out=tmp_path / name, stdout=io.StringIO())
        assert (tmp_path / "a.csv").read_bytes() == (tmp_path / "b.csv").read_bytes()

    def test_each_of_forty_faults_is_found_and_only_those(self, issuer, tmp_path):
        assert len(FAULTS) == 40
        out = tmp_path / "messy.csv"
        call_command("sample_completions", messy=True, out=out, stdout=io.StringIO())
        states = list(read(issuer, out).rows.order_by("line").values_list("state", flat=True))
        missed = [name for name, state in zip(FAULTS, states[::2], strict=True) if state != "refused"]
        assert missed == []
        assert set(states[1::2]) == {"pending"}

    def test_the_corrected_twin_has_no_fault(self, issuer, tmp_path):
        out = tmp_path / "messy.csv"
        call_command("sample_completions", messy=True, out=out, stdout=io.StringIO())
        batch = read(issuer, tmp_path / "messy-corrected.csv")
        assert (batch.row_count, batch.refused_count) == (80, 0)

    def test_without_an_approved_offering_there_is_no_file(self, college, tmp_path):
        with pytest.raises(CommandError):
            call_command("sample_completions", out=tmp_path / "x.csv")

    def test_has_a_header_and_as_many_lines(self, issuer, tmp_path):
        out = tmp_path / "term.csv"
        call_command("sample_completions", rows=7, out=out, stdout=io.StringIO())
        with out.open(encoding="utf-8", newline="") as file:
            assert len(list(csv.reader(file))) == 8
