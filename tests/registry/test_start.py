"""What web and workers look at before they take any work."""

import importlib

import pytest

from credentials.canon import contexts
from credentials.canon.errors import ProofError
from registry import celery, wsgi


@pytest.fixture
def changed_context(monkeypatch):
    """The file of a pinned context, with other bytes than it should have."""
    loaded = (contexts.default_loader, contexts.pinned_documents)
    pinned = contexts.PINNED[contexts.OPEN_BADGES]._replace(sha256="0" * 64)
    monkeypatch.setitem(contexts.PINNED, contexts.OPEN_BADGES, pinned)
    for one in loaded:
        one.cache_clear()
    yield
    for one in loaded:
        one.cache_clear()


class TestPinnedContexts:
    def test_a_worker_does_not_start_with_a_changed_one(self, changed_context):
        with pytest.raises(ProofError, match="was changed"):
            celery.read_contexts()

    def test_the_web_does_not_start_with_a_changed_one(self, changed_context):
        with pytest.raises(ProofError, match="was changed"):
            importlib.reload(wsgi)
