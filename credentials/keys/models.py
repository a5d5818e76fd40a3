"""Issuer profiles and the keys that sign in their name."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, Self
from urllib.parse import urlsplit

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

from credentials.keys.states import KeyKind, KeyPurpose, KeyState, KeyStore
from institution.accounts.authz import where_allowed

CRYPTOSUITES: dict[str, str] = {KeyKind.ED25519: "eddsa-rdfc-2022", KeyKind.P256: "ecdsa-rdfc-2019"}
KEY_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def opaque_key() -> str:
    """Return ten random letters for an issuer's addresses: chosen once, says nothing."""
    return "".join(secrets.choice(KEY_ALPHABET) for _ in range(10))


class IssuerProfileQuerySet(models.QuerySet["IssuerProfile"]):
    def nearest_above(self, unit: Any) -> "IssuerProfile | None":
        """The profile of the unit itself, else of the nearest unit above it."""
        found = self.filter(org_unit__path__in=unit.ancestor_paths()).select_related("org_unit")
        return found.order_by(Length("org_unit__path").desc()).first()

    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Profiles at or below a unit where the user's role may see keys."""
        return self.filter(where_allowed(user, "keys.view_keys", "org_unit__path", now=now))


class IssuerProfile(models.Model):
    """Who issues, as documents show it (Open Badges 3.0, Profile), at a unit and for those below it.

    PII: none; the address is an office's.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    org_unit = models.OneToOneField("accounts.OrgUnit", models.PROTECT, related_name="issuer_profile")
    key = models.CharField(max_length=10, unique=True, default=opaque_key, editable=False)
    name = models.CharField(max_length=200)
    url = models.URLField()
    email = models.EmailField(blank=True)
    description = models.TextField(blank=True)
    revision = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    objects = IssuerProfileQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name

    @property
    def did(self) -> str:
        """`did:web:<host>:i:<key>` at the issuer origin (decisions 2)."""
        return f"did:web:{urlsplit(settings.ISSUER_ORIGIN).netloc.replace(':', '%3A')}:i:{self.key}"

    @property
    def base_url(self) -> str:
        """The address under which this issuer's did.json, keys and lists stand."""
        return f"{settings.ISSUER_ORIGIN}/i/{self.key}"


class IssuerProfileRevision(models.Model):
    """What an issuer profile said, each time it changed.

    PII: who changed it.
    """

    profile = models.ForeignKey(IssuerProfile, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    content = models.JSONField()
    changed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(name="one_revision_per_number", fields=["profile", "number"])]

    def __str__(self) -> str:
        return f"{self.profile_id} {self.number}"


class SigningKeyQuerySet(models.QuerySet["SigningKey"]):
    def published(self) -> Self:
        """Keys that did.json names: confirmed ones, for ever. A key for trials never stands there."""
        return self.filter(confirmed_at__isnull=False).exclude(purpose=KeyPurpose.TRIAL)

    def for_trials(self) -> Self:
        """Confirmed keys that sign trials, now or once."""
        return self.filter(confirmed_at__isnull=False, purpose=KeyPurpose.TRIAL)

    def active(self, purpose: str = KeyPurpose.DATA_INTEGRITY) -> Self:
        return self.filter(state=KeyState.ACTIVE, purpose=purpose)

    def visible_to(self, user: Any, *, now: datetime) -> Self:
        """Keys of profiles at or below a unit where the user's role may see keys."""
        return self.filter(where_allowed(user, "keys.view_keys", "profile__org_unit__path", now=now))


class SigningKey(models.Model):
    """A key pair. `store` says where the private part lives, `handle` how that place names it.

    `kid` is the fragment in did.json, never reused. In the database the private part is encrypted with a
    data key that a key encryption key wraps: `sealed` and `wrapped_key` are AES-256-GCM with the row's id
    as associated data; `wrapped_by` names the key encryption key by its digest.
    PII: who proposed and who confirmed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    profile = models.ForeignKey(IssuerProfile, models.PROTECT, related_name="keys")
    purpose = models.CharField(max_length=16, choices=KeyPurpose, default=KeyPurpose.DATA_INTEGRITY)
    kind = models.CharField(max_length=8, choices=KeyKind, default=KeyKind.ED25519)
    kid = models.CharField(max_length=60)
    public_key = models.BinaryField()  # raw (Ed25519), compressed point (P-256) or DER (RSA)
    public_multibase = models.CharField(max_length=120, blank=True)
    store = models.CharField(max_length=16, default=KeyStore.DATABASE, db_default="database")
    handle = models.CharField(max_length=255, blank=True, db_default="")
    sealed = models.BinaryField(null=True)  # null once destroyed, and for a key that lives elsewhere
    wrapped_key = models.BinaryField(null=True)
    wrapped_by = models.CharField(max_length=16, blank=True)
    state = models.CharField(max_length=12, choices=KeyState, default=KeyState.PROPOSED)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    confirmed_at = models.DateTimeField(null=True)
    signs_from = models.DateTimeField(null=True)  # when a waiting key takes over
    activated_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)
    compromised_at = models.DateTimeField(null=True)  # when somebody said so
    distrusted_since = models.DateTimeField(null=True)  # from when on nothing it signed is to be believed
    destroyed_at = models.DateTimeField(null=True)
    objects = SigningKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(name="one_key_per_fragment", fields=["profile", "kid"]),
            models.UniqueConstraint(
                name="one_active_key_per_purpose", fields=["profile", "purpose"], condition=Q(state="active")
            ),
            models.UniqueConstraint(
                name="one_waiting_key_per_purpose",
                fields=["profile", "purpose"],
                condition=Q(state="confirmed"),
            ),
            models.CheckConstraint(
                name="a_second_person_confirms",
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="an_active_key_is_confirmed",
                condition=~Q(state="active") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="a_waiting_key_is_confirmed",
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="distrust_begins_no_later_than_it_is_told",
                condition=Q(distrusted_since__isnull=True)
                | Q(distrusted_since__lte=models.F("compromised_at")),
            ),
        ]

    def __str__(self) -> str:
        return self.kid

    @property
    def org_unit(self) -> "models.Model":
        """The unit whose administrators decide about this key."""
        return self.profile.org_unit

    @property
    def revoked_at(self) -> datetime | None:
        """What did.json says as `revoked`: since when the key is not to be trusted; None for a good key."""
        return self.distrusted_since or self.compromised_at

    def due_for_rotation(self, now: datetime) -> bool:
        """Whether the key has signed for longer than `KEY_MAX_AGE_DAYS`."""
        oldest = now - timedelta(days=settings.KEY_MAX_AGE_DAYS)
        return self.state == KeyState.ACTIVE and (self.activated_at or now) <= oldest

    @property
    def store_label(self) -> str:
        """Where the private part lives, in words; the name of a store that is not of this portal."""
        return str(KeyStore(self.store).label) if self.store in KeyStore.values else self.store

    @property
    def did(self) -> str:
        """In whose name it signs: the issuer's, for trials a did:key of its own (docs/decisions/0014)."""
        return f"did:key:{self.public_multibase}" if self.purpose == KeyPurpose.TRIAL else self.profile.did

    @property
    def verification_method(self) -> str:
        """The DID URL that a proof names."""
        fragment = self.public_multibase if self.purpose == KeyPurpose.TRIAL else self.kid
        return f"{self.did}#{fragment}"

    @property
    def cryptosuite(self) -> str:
        """The cryptosuite of embedded proofs that this key makes; "" for an RSA key."""
        return CRYPTOSUITES.get(self.kind, "")
