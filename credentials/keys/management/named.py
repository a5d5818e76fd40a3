"""Who and what a command names, found or refused in words that say what to look for."""

from django.core.exceptions import ValidationError
from django.core.management.base import CommandError

from credentials.keys.models import IssuerProfile, SigningKey
from institution.accounts.models import User


def administrator(email: str) -> User:
    """Return who acts. Raises CommandError."""
    found = User.objects.filter(email=email.lower()).first()
    if found is None:
        raise CommandError(f"Nobody here has the address {email}.")
    return found


def issuer(key: str) -> IssuerProfile:
    """Return the issuer profile with that opaque key. Raises CommandError with those there are."""
    found = IssuerProfile.objects.filter(key=key).first()
    if found is None:
        known = ", ".join(IssuerProfile.objects.order_by("key").values_list("key", flat=True)[:20])
        raise CommandError(f"There is no issuer {key}. There is: {known or 'none'}.")
    return found


def signing_key(name: str) -> SigningKey:
    """Return the key of that id, or of that name in proofs. Raises CommandError."""
    try:
        return SigningKey.objects.get(pk=name)
    except (SigningKey.DoesNotExist, ValidationError):
        found = list(SigningKey.objects.filter(kid=name.rpartition("#")[2])[:2])
    if len(found) != 1:
        raise CommandError(f"There is no key {name}. The page of signing keys names them all.")
    return found[0]
