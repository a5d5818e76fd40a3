"""The sample partner of the demo: made once, its secret printed once."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from institution.accounts.models import OrgUnit
from institution.accounts.roles import Role
from registry.partners.models import PartnerClient
from tests.registry.partners.factory import ask_token
from tests.support.people import give, make_unit


def run(**options):
    """Run the command; return what it prints as {label: value}."""
    out = StringIO()
    call_command("demo_client", stdout=out, **options)
    return dict(line.split(": ", 1) for line in out.getvalue().splitlines() if ": " in line)


@pytest.fixture
def district(college):
    give(college.administrator, Role.ADMINISTRATOR, college.district)
    return college


class TestDemoClient:
    def test_prints_a_secret_that_works_once(self, district):
        first = run()
        client = PartnerClient.objects.get(client_id=first["client id"])
        assert ask_token(client, first["client secret"]).status_code == 200
        assert first["unit"] == str(client.org_unit_id)
        assert run() == {"client id": client.client_id}
        assert PartnerClient.objects.count() == 1

    def test_renews_the_secret_if_asked(self, district):
        first, second = run(), run(renew=True)
        client = PartnerClient.objects.get()
        assert ask_token(client, first["client secret"]).status_code == 401
        assert ask_token(client, second["client secret"]).status_code == 200

    def test_writes_the_secret_into_no_log(self, district, caplog):
        with caplog.at_level("DEBUG"):
            secret = run()["client secret"]
        assert secret not in caplog.text

    def test_is_not_for_production(self, district, settings):
        settings.PRODUCTION = True
        with pytest.raises(CommandError):
            run()
        assert not PartnerClient.objects.exists()

    def test_needs_an_administrator(self, db):
        with pytest.raises(CommandError):
            run()
        make_unit("District", "district")
        with pytest.raises(CommandError):
            run()
        assert OrgUnit.objects.count() == 1
