"""Who acts: people, service clients and the system itself, and the roles they wear."""

import uuid
from datetime import datetime
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from institution.accounts.models.units import OrgUnit
from institution.accounts.roles import Role, roles_with


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a person who signs in with this address; without a password, by code or passkey."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def system(self) -> "User":
        """Return the one user in whose name sweeps act."""
        user, _created = self.get_or_create(
            kind=User.Kind.SYSTEM,
            defaults={"email": "system@localhost", "name": "System", "is_active": False},
        )
        return user


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody or something that acts here: a person, a partner's client, or the system.

    PII: email and name, kept while the account lives; erased by closing the account.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        SERVICE = "service", _("Service")
        SYSTEM = "system", _("System")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField(_("email address"), unique=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PERSON)
    language = models.CharField(_("language"), max_length=8, blank=True)
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    left_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()
    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_user_per_address"),
            models.UniqueConstraint(fields=["kind"], name="one_system_user", condition=Q(kind="system")),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Whether Django's own admin opens: for administrators and registrars (superusers too)."""
        if not hasattr(self, "_opens_admin"):
            from django.utils import timezone  # a doorway property: the admin offers no other place

            roles = [Role.ADMINISTRATOR, Role.REGISTRAR]
            held = RoleAssignment.objects.of(self).in_force(timezone.now()).filter(role__in=roles)
            self._opens_admin = self.is_active and (self.is_superuser or held.exists())
        return self._opens_admin

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name or self.email


class RoleAssignmentQuerySet(models.QuerySet["RoleAssignment"]):
    def of(self, user: Any) -> Self:
        """The assignments of a user; none for an anonymous one."""
        return self.filter(user_id=user.pk) if user is not None and user.pk else self.none()

    def in_force(self, now: datetime) -> Self:
        return self.filter(
            Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now, user__is_active=True
        )

    def not_over(self, now: datetime) -> Self:
        """Those in force, and those that begin later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now))

    def granting(self, permission: str) -> Self:
        return self.filter(role__in=roles_with(permission))

    def covering(self, path: Any) -> Self:
        """Those whose unit is at or above a path: a string, or an expression such as OuterRef."""
        whole = Value(path) if isinstance(path, str) else path
        return self.alias(covered=models.ExpressionWrapper(whole, models.CharField())).filter(
            covered__startswith=F("unit__path")
        )


class RoleAssignment(models.Model):
    """A role somebody wears at a unit, and so at all units below it, from one moment until another.

    A substitute wears the role for somebody else (`substitute_for`), for a stated time.
    PII: who held which role when; kept as the audit of decisions.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, models.PROTECT, related_name="assignments")
    role = models.CharField(max_length=20, choices=Role)
    unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="assignments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    granted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    substitute_for = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="substitutes"
    )
    objects = RoleAssignmentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="role_ends_after_it_starts",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
            ),
            models.CheckConstraint(
                name="a_substitute_has_an_end",
                condition=Q(substitute_for__isnull=True) | Q(ends_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_open_assignment_per_role_and_unit",
                fields=["user", "role", "unit"],
                condition=Q(ends_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} · {self.unit}"
