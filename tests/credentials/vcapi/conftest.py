from typing import Any

import pytest

from tests.support.issuers import Saved


@pytest.fixture(autouse=True)
def switched_on(settings: Any, monkeypatch: Any) -> Any:
    """The VC-API as an administrator switches it on, with no network."""
    from credentials.vcapi import services
    from tests.credentials.vcapi.samples import SECRETS

    settings.VC_API, settings.VC_API_KEYS, settings.VC_API_OPEN = True, SECRETS, True
    settings.VC_API_CONFORMANCE = False
    monkeypatch.setattr(services, "default_source", Saved)
    monkeypatch.setattr(services, "resource_source", Saved)
    return settings
