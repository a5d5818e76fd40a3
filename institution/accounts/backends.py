"""Django's permission questions, answered by roles on units."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from institution.accounts.authz import allowed


class RoleBackend(BaseBackend):
    """`user.has_perm("catalog.approve_offering", offering)`; without an object: anywhere at all."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return bool(user_obj.is_active) and allowed(user_obj, perm, obj, now=timezone.now())
