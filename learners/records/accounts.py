"""The account behind an address that somebody has just proven to be theirs."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from credentials.issuing.models import Recipient
from institution.accounts.models import User
from learners.records.errors import SignInFirst


def account_of(recipient: Recipient) -> User:
    """Return the account of a recipient's address, made if there is none. Raises SignInFirst.

    Somebody may have opened an account for the address without ever proving it, with a password only
    they know. That password ends here, or it would open the record of the person who was told.
    """
    address = recipient.email.strip().lower()
    proven = EmailAddress.objects.filter(email=address, verified=True).select_related("user").first()
    if proven is not None:
        return _without_a_door(proven.user)
    user, new = User.objects.get_or_create(
        email=address, defaults={"name": recipient.name, "language": recipient.language}
    )
    _without_a_door(user)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    EmailAddress.objects.filter(user=user).exclude(email=address).delete()
    EmailAddress.objects.update_or_create(
        user=user, email=address, defaults={"verified": True, "primary": True}
    )
    return user


def _without_a_door(user: User) -> User:
    """Return the user if a link may open it: a person without a role and without a second factor."""
    guarded = user.kind != User.Kind.PERSON or not user.is_active or user.is_superuser
    if guarded or user.assignments.exists() or Authenticator.objects.filter(user=user).exists():
        raise SignInFirst()
    return user
