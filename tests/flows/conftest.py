"""A portal whose servers and workers may be killed, for the flows that must outlive it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from tests.support import fire, mailhost, siege


@pytest.fixture
def besieged(tmp_path_factory: Any, settings: Any, django_db_blocker: Any) -> Iterator[fire.Portal]:
    """A portal of its own whose servers may be killed, with this process's connection pointed at it."""
    from tests.credentials.issuing.samples import lay_issuer
    from tests.support.people import lay_college

    home = tmp_path_factory.mktemp("fire")
    kept = dict(connection.settings_dict)
    with mailhost.host() as host, django_db_blocker.unblock():
        running = fire.Portal(home)
        try:
            addresses = running.start_servers()
            settings.REVOCATION_JOURNAL = str(home / "revocations.jsonl")
            settings.CACHES = {"default": {**settings.CACHES["default"], "LOCATION": addresses["REDIS_URL"]}}
            siege.point_at(addresses["DATABASE_URL"])
            running.start_processes(
                {
                    "KEY_ENCRYPTION_KEYS": ",".join(settings.KEY_ENCRYPTION_KEYS),
                    "REVOCATION_JOURNAL": settings.REVOCATION_JOURNAL,
                    "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
                    "EMAIL_URL": host.url,
                    "NOTICES_PER_MINUTE": "60000",
                    "SWEEP_SECONDS": "3",
                }
            )
            running.mail = host
            running.issuer = lay_issuer(lay_college())
            yield running
        finally:
            connection.close()
            connection.settings_dict.update(kept)
            running.stop()
