import pytest


@pytest.fixture(autouse=True)
def _journal(settings, tmp_path):
    settings.REVOCATION_JOURNAL = str(tmp_path / "revocations.jsonl")


@pytest.fixture
def issuer(college):
    """A college that can issue."""
    from tests.credentials.issuing.samples import lay_issuer  # models: only once Django is set up

    return lay_issuer(college)
