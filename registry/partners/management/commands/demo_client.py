"""Let a sample partner in, for the demo and for trying the API out."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from institution.accounts.authz import people_with
from institution.accounts.models import OrgUnit
from registry.partners import services
from registry.partners.models import PartnerClient
from registry.partners.scopes import all_scopes

NAME = "Riverbend Workforce Board"
PURPOSE = "Compares what colleges offer, and reads what learners show to employers."


class Command(BaseCommand):
    """Create the sample partner once. Its id and secret are printed then, and never again."""

    help = "Create a sample partner client; print its id, secret and unit if it is new."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", default=NAME)
        parser.add_argument("--renew", action="store_true", help="give a known client a new secret")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Sample partners are not made in production.")
        unit = OrgUnit.objects.filter(parent__isnull=True).first()
        if unit is None:
            raise CommandError("There is no unit yet. Lay the sample college first.")
        now = timezone.now()
        people = people_with(services.MANAGE, unit, now=now)
        if not people:
            raise CommandError("Nobody may let partners in yet. Give somebody the role of administrator.")
        known = PartnerClient.objects.filter(name=options["name"], org_unit=unit).first()
        if known is not None and not options["renew"]:
            self.stdout.write(f"client id: {known.client_id}\nThe secret was shown when it was made.")
            return
        if known is not None:
            client, secret = known, services.rotate_secret(known, actor=people[0], now=now)
        else:
            client, secret = services.create_client(
                options["name"],
                org_unit=unit,
                scopes=all_scopes(),
                purpose=PURPOSE,
                contact="api@workforce.example",
                client_uri="https://workforce.example/",
                policy_uri="https://workforce.example/privacy",
                actor=people[0],
                now=now,
            )
        self.stdout.write(f"client id: {client.client_id}\nclient secret: {secret}\nunit: {unit.pk}")
