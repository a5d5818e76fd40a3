"""What an import does to offerings that are there, and what it refuses."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from credentials.catalog.models import Offering, OfferingVersion
from credentials.catalog.states import VersionState
from credentials.intake import services
from credentials.intake.staging import Decider
from credentials.intake.units import UnitFinder
from institution.accounts.models import OrgUnit
from institution.errors import InvalidInput, NotAllowed, NotInThisState
from institution.events.models import Event
from institution.imports import selectors
from institution.imports.models import Upload
from institution.imports.states import UploadState
from tests.credentials.intake.samples import SEATTLE, as_csv, seattle_like
from tests.institution.imports.files import named

NOW = datetime(2026, 5, 14, 10, tzinfo=UTC)
HEADER = ["Code", "Title", "Credits", "Tags"]
FIRST = [["A1", "One", "3", "x"], ["A2", "Two", "4", ""], ["A3", "Three", "5", "y"]]


@pytest.fixture
def first(send, take):
    return take(send(as_csv([HEADER, *FIRST])))


def approve(code: str) -> OfferingVersion:
    """Approve a version by hand, as the review does."""
    version = OfferingVersion.objects.get(offering__code=code, number=1)
    version.state, version.approved_at, version.effective_on = VersionState.APPROVED, NOW, NOW.date()
    version.save()
    Offering.objects.filter(pk=version.offering_id).update(current_version=version)
    return version


class TestChanges:
    def test_are_shown_field_by_field(self, first, send):
        upload = send(
            as_csv([HEADER, ["A1", "One, anew", "3.5", "x"], FIRST[1], ["A3", "Three", "5", "y,z"]])
        )
        assert selectors.counts(upload) == {"added": 0, "changed": 2, "unchanged": 1, "faulty": 0, "asked": 0}
        rows = selectors.rows_of(upload, "changed")
        assert [(c["field"], c["old"], c["new"]) for c in rows[0].changes] == [
            ("title", "One", "One, anew"),
            ("credits", "3", "3.5"),
        ]
        assert [(c["field"], c["old"], c["new"]) for c in rows[1].changes] == [("tags", "y", "y, z")]

    def test_go_into_the_open_draft(self, first, send, take):
        take(send(as_csv([HEADER, ["A1", "One, anew", "3.5", "x"]])))
        version = OfferingVersion.objects.get(offering__code="A1")
        assert (version.title, version.credits, version.number) == ("One, anew", Decimal("3.50"), 1)
        assert version.achievement_versions.get().name == "One, anew"

    def test_open_a_draft_where_a_version_is_approved(self, first, send, take):
        old = approve("A1")
        take(send(as_csv([HEADER, ["A1", "One, anew", "3", "x"], *FIRST[1:]])))
        draft = OfferingVersion.objects.get(offering__code="A1", number=2)
        old.refresh_from_db()
        assert (draft.state, draft.title, draft.credits) == ("draft", "One, anew", Decimal("3.00"))
        assert draft.achievement_versions.get().tags == ["x"]
        assert (old.title, old.offering.current_version_id) == ("One", old.pk)
        assert OfferingVersion.objects.count() == 4

    def test_wait_while_the_dean_decides(self, first, send):
        OfferingVersion.objects.filter(offering__code="A1").update(state=VersionState.SUBMITTED)
        upload = send(as_csv([HEADER, ["A1", "One, anew", "3", "x"]]))
        assert "dean" in selectors.rows_of(upload, "faulty").get().faults[0]["message"]

    def test_do_not_touch_what_is_retired(self, first, send):
        Offering.objects.filter(code="A1").update(retired_at=NOW)
        upload = send(as_csv([HEADER, ["A1", "One, anew", "3", "x"], FIRST[1]]))
        assert selectors.counts(upload)["faulty"] == 1

    def test_an_empty_cell_takes_nothing_away(self, first, send):
        upload = send(as_csv([HEADER, ["A1", "One", "", ""]]))
        assert selectors.counts(upload)["unchanged"] == 1

    def test_a_draft_handed_in_after_the_preview_is_left_alone(self, first, send, take):
        upload = send(as_csv([HEADER, ["A1", "One, anew", "3", "x"]]))
        OfferingVersion.objects.filter(offering__code="A1").update(state=VersionState.SUBMITTED)
        take(upload)
        assert OfferingVersion.objects.get(offering__code="A1").title == "One"


class TestFaults:
    def test_of_content_stand_at_their_column(self, send):
        header = ["Code", "Title", "CIP", "Kind", "Credits"]
        rows = [
            ["A1", "One", "99x", "credit", "3"],
            ["A2", "Two", "", "seminar", "3"],
            ["A3", "Three", "", "", "3"],
            ["A4", "Four", "", "Non-credit", "3"],
        ]
        upload = send(as_csv([header, *rows]), answers={"credit_unit": "quarter"})
        faulty = list(selectors.rows_of(upload, "faulty"))
        assert [(row.line, row.faults[0]["column"]) for row in faulty] == [
            (2, "CIP"),
            (3, "Kind"),
            (4, "Kind"),
        ]
        assert selectors.counts(upload)["added"] == 1

    def test_the_same_code_twice_in_a_unit_is_one(self, send):
        upload = send(as_csv([HEADER, FIRST[0], FIRST[0]]))
        assert selectors.counts(upload)["faulty"] == 1


class TestOddRows:
    def test_are_grouped_and_wait(self, send, registrar, college):
        rows = [
            ["A1", "No credits", "0", ""],
            ["A2", "ESL reading", "5", ""],
            ["A3", "Long", "40", ""],
            ["A4", "Plain", "5", ""],
        ]
        upload = send(as_csv([HEADER, *rows]))
        assert {(one.question, one.count) for one in selectors.groups(upload)} == {
            ("no_credits", 1),
            ("basic_skills", 1),
            ("many_credits", 1),
        }
        with pytest.raises(InvalidInput):
            services.begin_apply(upload, actor=college.registrar, now=NOW)

    def test_non_credit_files_are_not_asked_about_credits(self, send):
        upload = send(
            as_csv([HEADER, ["A1", "ESL", "0", ""]]), answers={"kind": "noncredit", "credit_unit": "clock"}
        )
        assert selectors.counts(upload)["asked"] == 0


class TestRunImport:
    def test_writes_one_event_and_drafts_only(self, first, college):
        event = Event.objects.get(kind="offerings.imported")
        assert event.data == {"added": 3, "changed": 0, "first_line": 2, "last_line": 4}
        assert set(OfferingVersion.objects.values_list("state", flat=True)) == {"draft"}
        assert not Offering.objects.filter(current_version__isnull=False).exists()

    def test_twice_is_refused_and_adds_nothing(self, first, college):
        with pytest.raises(NotInThisState):
            services.run_import(first, actor=college.registrar, now=NOW)
        assert Offering.objects.count() == 3

    def test_goes_on_after_a_worker_was_lost(self, send, college):
        upload = send(as_csv([HEADER, *FIRST]))
        begun = services.begin_apply(upload, actor=college.registrar, now=NOW)
        begun.rows.filter(line=2).update(applied_at=NOW)
        assert services.lost(now=NOW + timedelta(minutes=1)) == []
        assert [one.pk for one in services.lost(now=NOW + timedelta(minutes=6))] == [upload.pk]
        assert services.take_over(begun, actor=college.registrar, now=NOW) == 2
        begun.refresh_from_db()
        assert begun.state == UploadState.APPLIED


class TestUnits:
    def test_are_found_by_code_or_name_whatever_the_case(self, college):
        finder = UnitFinder(college.district)
        assert finder.find(("riverbend", "NURSING")) == college.nursing
        assert finder.find(("Riverbend College",)) == college.main
        assert finder.find(()) == college.district

    def test_that_differ_by_a_sign_are_two(self, college):
        finder = UnitFinder(college.main)
        finder.create(
            [(("ENGL",), "department"), (("ENGL&",), "department")], actor=college.registrar, now=NOW
        )
        assert UnitFinder(college.main).find(("engl",)) != UnitFinder(college.main).find(("engl&",))

    def test_are_created_once_with_one_event(self, college):
        wanted = [(("East",), "college"), (("East", "ART"), "department")]
        assert UnitFinder(college.district).create(wanted, actor=college.registrar, now=NOW) == 2
        assert UnitFinder(college.district).create(wanted, actor=college.registrar, now=NOW) == 0
        assert Event.objects.filter(kind="units.created").count() == 1
        art = OrgUnit.objects.get(name="ART")
        assert (art.parent.name, art.kind, art.path.startswith(art.parent.path)) == (
            "East",
            "department",
            True,
        )

    def test_missing_ones_get_a_kind(self, college):
        finder = UnitFinder(college.district)
        finder.find(("East", "ART"))
        assert finder.missing == {("East",): "college", ("East", "ART"): "department"}


class TestPermission:
    @pytest.mark.parametrize("who", ["stranger", "dean", "faculty", "auditor"])
    def test_strangers_and_other_roles_are_refused(self, college, who):
        with pytest.raises(NotAllowed):
            services.start_import(
                named(b"Code,Title\nA,B\n"), college.main, actor=getattr(college, who), now=NOW
            )

    def test_a_neighbor_may_not_import_into_our_unit(self, college):
        with pytest.raises(NotAllowed):
            services.start_import(
                named(b"Code,Title\nA,B\n"), college.nursing, actor=college.neighbor, now=NOW
            )
        assert services.start_import(
            named(b"Code,Title\nA,B\n"), college.welding, actor=college.neighbor, now=NOW
        )

    def test_every_verb_refuses_a_neighbor(self, send, college):
        upload = send(as_csv([HEADER, *FIRST]))
        who = {"actor": college.neighbor, "now": NOW}
        for verb in (
            lambda: services.read_again(upload, sheet="", header_line=1, **who),
            lambda: services.confirm_columns(upload, {"code": 0, "title": 1}, {}, **who),
            lambda: services.begin_preview(upload, **who),
            lambda: services.answer_units(upload, "create", **who),
            lambda: services.answer_group(upload, "no_credits", "keep", **who),
            lambda: services.run_import(upload, **who),
            lambda: services.abandon_import(upload, **who),
        ):
            with pytest.raises(NotAllowed):
                verb()
        assert Upload.objects.get(pk=upload.pk).state == UploadState.PREVIEWED


class TestDecider:
    def test_asks_the_database_a_fixed_number_of_times(self, send, college, django_assert_num_queries):
        upload = send(as_csv([SEATTLE, *seattle_like(30)]), unit=college.district)
        upload = Upload.objects.select_related("org_unit").get(pk=upload.pk)
        with django_assert_num_queries(3):
            decider = Decider(upload)
            for row in upload.sample:
                decider(1, dict(zip(["unit1", "unit2", "code", "title"], row, strict=False)), [])
