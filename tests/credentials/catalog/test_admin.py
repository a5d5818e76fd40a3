import pytest
from django.contrib.admin import AdminSite
from django.test import RequestFactory

from credentials.catalog import services
from credentials.catalog.admin import ADMIN, OfferingAdmin
from credentials.catalog.models import Offering
from tests.credentials.catalog.factory import LATER, make_approved


@pytest.fixture
def ask(college):
    def request_of(user):
        request = RequestFactory().get("/")
        request.user = user
        return request

    return request_of


class TestCatalogAdmin:
    @pytest.mark.parametrize(("model", "page"), ADMIN)
    def test_shows_rows_of_ones_own_units_and_lets_nobody_type(self, college, ask, model, page):
        make_approved(college)
        shown = page(model, AdminSite())
        assert shown.get_queryset(ask(college.registrar)).count() == 1
        assert shown.get_queryset(ask(college.neighbor)).count() == 0
        assert shown.has_view_permission(ask(college.registrar))
        assert not shown.has_view_permission(ask(college.stranger))
        for verb in ("add", "change", "delete"):
            assert not getattr(shown, f"has_{verb}_permission")(ask(college.administrator))

    def test_restores_through_the_service(self, college, ask):
        offering = make_approved(college)
        services.retire_offering(offering, rationale="Old", actor=college.dean, now=LATER)
        page = OfferingAdmin(Offering, AdminSite())
        page.restore(ask(college.registrar), Offering.objects.all())
        assert Offering.objects.get().retired_at is None
