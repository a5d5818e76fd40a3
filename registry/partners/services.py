"""Verbs of partner systems: let one in, change what it may do, renew its secret, switch it off."""

import uuid
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from institution.accounts.authz import require
from institution.accounts.models import OrgUnit, User
from institution.accounts.roles import Role
from institution.accounts.services import assign_role
from institution.errors import InvalidInput
from institution.events.services import record
from registry.partners.errors import ClientDisabled
from registry.partners.models import PartnerClient
from registry.partners.scopes import all_scopes

MANAGE = "partners.manage_clients"
WORDS = ("name", "purpose", "contact", "client_uri", "policy_uri", "system")


@transaction.atomic
def create_client(
    name: str, *, org_unit: OrgUnit, scopes: Iterable[str], actor: Any, now: datetime, **words: Any
) -> tuple[PartnerClient, str]:
    """Let a partner system in at a unit; return its client and its secret, which nobody can read again.

    words: purpose, contact, client_uri, policy_uri, system. Raises NotAllowed, InvalidInput.
    """
    require(actor, MANAGE, org_unit, now=now)
    asked = _known(scopes)
    if PartnerClient.objects.filter(name=name, org_unit=org_unit, disabled_at__isnull=True).exists():
        raise InvalidInput({"name": _("A partner of this name is here already, at this unit.")})
    number = uuid.uuid4()
    user = User.objects.create_user(
        f"{number}@service.invalid", None, name=name[:200], kind=User.Kind.SERVICE
    )
    secret: str = generate_client_secret()
    client = PartnerClient.objects.create(
        id=number,
        name=name,
        org_unit=org_unit,
        service_user=user,
        allowed_scopes=" ".join(asked),
        client_secret=secret,
        client_type=PartnerClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=PartnerClient.GRANT_CLIENT_CREDENTIALS,
        **{key: value for key, value in words.items() if key in WORDS},
    )
    assign_role(user, Role.PARTNER, org_unit, actor=actor, now=now)
    record("partner.created", actor=actor, target=client, at=now, data={"scopes": asked})
    return client, secret


@transaction.atomic
def change_client(
    client: PartnerClient, *, scopes: Iterable[str], actor: Any, now: datetime, **words: Any
) -> PartnerClient:
    """Change what a partner may do and what is said of it; tokens end if a scope is taken away.

    Raises NotAllowed, InvalidInput.
    """
    locked = _locked(client)
    require(actor, MANAGE, locked, now=now)
    before, asked = locked.scopes, _known(scopes)
    changed = sorted(key for key in WORDS if key in words and getattr(locked, key) != words[key])
    if asked != before:
        changed.append("scopes")
    if not changed:
        return locked
    for key in changed:
        setattr(locked, *(("allowed_scopes", " ".join(asked)) if key == "scopes" else (key, words[key])))
    locked.save()
    if "name" in changed and locked.service_user is not None:
        User.objects.filter(pk=locked.service_user_id).update(name=locked.name[:200])
    if set(before) - set(asked):
        _end_tokens(locked)
    record("partner.changed", actor=actor, target=locked, at=now, data={"fields": changed, "scopes": asked})
    return locked


@transaction.atomic
def rotate_secret(client: PartnerClient, *, actor: Any, now: datetime) -> str:
    """Give a client a new secret and return it; the old one and all tokens end. Raises NotAllowed."""
    locked = _locked(client)
    require(actor, MANAGE, locked, now=now)
    if locked.disabled_at is not None:
        raise ClientDisabled
    secret: str = generate_client_secret()
    locked.client_secret = secret
    locked.save(update_fields=["client_secret", "updated"])
    _end_tokens(locked)
    record("partner.secret_renewed", actor=actor, target=locked, at=now)
    return secret


@transaction.atomic
def disable_client(client: PartnerClient, *, actor: Any, now: datetime) -> PartnerClient:
    """Switch a partner off: its tokens end at once and it gets no more. Twice is once."""
    return _switch(client, now, False, actor=actor, now=now)


@transaction.atomic
def enable_client(client: PartnerClient, *, actor: Any, now: datetime) -> PartnerClient:
    """Switch a partner on again, with the secret it had. Twice is once."""
    return _switch(client, None, True, actor=actor, now=now)


def _switch(
    client: PartnerClient, since: datetime | None, active: bool, *, actor: Any, now: datetime
) -> PartnerClient:
    locked = _locked(client)
    require(actor, MANAGE, locked, now=now)
    if (locked.disabled_at is None) == active:
        return locked
    locked.disabled_at = since
    locked.save(update_fields=["disabled_at", "updated"])
    User.objects.filter(pk=locked.service_user_id).update(is_active=active)
    if not active:
        _end_tokens(locked)
    kind = "partner.enabled" if active else "partner.disabled"
    record(kind, actor=actor, target=locked, at=now)
    return locked


def _locked(client: PartnerClient) -> PartnerClient:
    found: PartnerClient = (
        PartnerClient.objects.select_for_update(of=("self",))
        .select_related("org_unit", "service_user")
        .get(pk=client.pk)
    )
    return found


def _known(scopes: Iterable[str]) -> list[str]:
    asked = sorted(set(scopes))
    if not asked or not set(asked) <= set(all_scopes()):
        raise InvalidInput({"scopes": _("Choose at least one of the scopes listed.")})
    return asked


def _end_tokens(client: PartnerClient) -> None:
    get_access_token_model().objects.filter(application=client).delete()
