"""Verbs of people and units: who is here, where they sit, which roles they wear."""

from institution.accounts.models import Institution


def institution_now() -> Institution:
    """Return the institution's row; an unsaved one with plain defaults before the set-up."""
    return Institution.objects.first() or Institution(name="Credential Registry", short_name="Registry")
