"""Check every signed document of a database in a process of its own: `python -m tests.support.verify_all`.

Prints one JSON object: how many, by the credential's state, the verdict and what was found of the signature.
"""

import json
import os
from collections import Counter

import django


def main() -> None:
    """Verify the stored texts with the portal's own verification; print the counts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "registry.settings")
    django.setup()
    from django.utils import timezone

    from credentials.issuing.models import Credential
    from credentials.verification.services import verify_many

    signed = list(Credential.objects.exclude(document="").order_by("id").values_list("state", "document"))
    reports = verify_many([(state, document) for state, document in signed], now=timezone.now())
    found: Counter[str] = Counter()
    for (state, _document), report in zip(signed, reports, strict=True):
        outcome = {check.code: str(check.outcome) for check in report.checks}.get("signature", "missing")
        found[f"{state} {report.verdict} signature {outcome}"] += 1
    print(json.dumps(found))


if __name__ == "__main__":
    main()
