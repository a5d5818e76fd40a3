"""Who may come in at every address of the portal, and which tests show it. `test_doors.py` checks both."""

from dataclasses import dataclass
from enum import StrEnum


class Who(StrEnum):
    """For whom a door opens."""

    PUBLIC = "public"  # everybody, also without an account
    SELF = "self"  # whoever is signed in, and shows only what is theirs
    STAFF = "staff"  # who wears a role that grants it
    PARTNER = "partner"  # a program with a token of its own
    MACHINE = "machine"  # this machine, or who knows the metrics token


@dataclass(frozen=True)
class Door:
    """One address. neighbor: the test in which the neighbouring department, or another person, is refused.

    axe: the row of `tests/browser/pages.py` if it is not of the same name, the browser test that scans it, or
    a sentence on why there is no page.
    """

    who: Who
    neighbor: str = ""
    axe: str = ""


STAFF, SELF, PUBLIC, PARTNER = Who.STAFF, Who.SELF, Who.PUBLIC, Who.PARTNER
BUTTON = "No page of its own: a button posts here and leads on to a page."
FILE = "No page: a file."
PART = "No page of its own: a part that a page swaps in."
JSON = "No page: a document for programs."

AUTHORING = "tests/credentials/authoring/test_views_staff.py"
REVIEW = "tests/credentials/authoring/test_views_review.py"
NEXT_DOOR = f"{AUTHORING}::TestDoors::test_hide_another_department_from_a_neighbor"
NO_ORDER = f"{AUTHORING}::TestDoors::test_take_no_order_from_a_neighbor_or_a_stranger"
_FURTHER = "tests/credentials/authoring/test_views_achievements.py::TestDoors"
FURTHER = f"{_FURTHER}::test_hide_another_department_and_refuse_a_stranger"
FURTHER_ORDER = f"{_FURTHER}::test_take_no_order_from_a_neighbor_or_a_stranger"
BATCHES = "tests/credentials/batches/test_views.py"
ROSTER = "tests/credentials/batches/test_roster.py"
BATCH_DOORS = f"{BATCHES}::TestDoors::test_a_neighbor_finds_nothing_next_door"
CREDENTIALS = f"{BATCHES}::TestCredentialPages::test_a_neighbor_sees_only_their_department"
WITHDRAWALS = "tests/credentials/withdrawal/test_pages.py::TestOrder::test_a_neighbor_does_not_see_it"
STATUS_LISTS = "tests/credentials/status/test_pages.py::TestPages"
STATUS_PAGES = f"{STATUS_LISTS}::test_a_neighbor_sees_no_list_of_the_college"
INTAKE = "tests/credentials/intake/test_views.py::TestRefusals"
INTAKE_PAGE = f"{INTAKE}::test_pages_refuse_strangers_and_hide_from_neighbors"
INTAKE_POST = f"{INTAKE}::test_posts_refuse_strangers_and_hide_from_neighbors"
KEYS = "tests/credentials/keys/test_views.py::TestKeyPages::test_a_neighbor_does_not_see_the_college_key"
REISSUES = (
    "tests/credentials/reissues/test_reissues.py::TestPages::test_refuse_strangers_and_hide_from_neighbors"
)
TRIALS = "tests/credentials/trials/test_trials.py::TestPages::test_refuse_strangers_and_hide_from_neighbors"
NEW_KEYS = "tests/credentials/keys/test_services.py"
FRAMEWORKS = "tests/skills/frameworks/test_views.py::TestRefusals"
SHARED_SKILLS = f"{FRAMEWORKS}::test_pages_are_for_staff"
SKILL_IMPORT = f"{FRAMEWORKS}::test_imports_are_for_the_program_office_and_the_registrar_of_the_unit"
PEOPLE = "tests/institution/accounts/test_views.py"
MEMORY = "tests/institution/memory/test_memory.py::TestPages::test_a_neighbor_sees_none_of_the_colleges"
NOTICES = "tests/institution/notices/test_views.py"
DESK = "tests/registry/desk/test_desks.py"
NOT_MINE = (
    "tests/learners/records/test_record_pages.py::TestCredential::test_is_not_there_for_another_learner"
)
CLR = "tests/learners/records/test_clr_pages.py::TestSignedRecord::test_another_learner_has_neither_the_file_nor_the_credentials"
HELP = "tests/learners/helpdesk/test_help_pages.py"
MINE = "tests/learners/records/test_my_pages.py"
PERSON = f"{HELP}::TestPerson::test_a_neighbor_finds_nobody_and_changes_nothing"
SHARING = "tests/learners/sharing/test_views.py"
LINK = f"{SHARING}::TestDetail::test_another_learner_finds_nothing"
PARTNERS = "tests/registry/partners/test_views.py"
PARTNER_PAGES = "tests/registry/partners/test_pages_browser.py::test_every_page"
CLIENTS = f"{PARTNERS}::TestDoors::test_hide_partners_from_the_administrator_of_another_unit"
API = "tests/registry/partners/test_api.py::TestEveryEndpoint::test_is_closed_with_the_wrong_scope"
OWN_BATCHES = "tests/registry/partners/test_batches.py::TestNeighbors::test_see_nothing_of_anothers_batch"
UNDER_CONSENT = (
    "tests/registry/partners/test_consent.py::TestReading::test_only_by_the_partner_it_was_said_to"
)
TOKENS = "tests/registry/partners/test_oauth.py"
VC_API = "tests/credentials/vcapi/test_api.py::TestDoor::test_refuses_a_partner_without_the_scope"


DOORS: dict[str, Door] = {
    "desk:welcome": Door(PUBLIC),
    "desk:home": Door(SELF, f"{DESK}::TestHome::test_a_learner_is_led_to_the_record"),
    "desk:search": Door(SELF, f"{DESK}::TestSearch::test_shows_a_neighbor_nothing_of_the_college"),
    "desk:audit": Door(STAFF, f"{DESK}::TestAudit::test_refuses"),
    "desk:demo_sign_in": Door(PUBLIC, axe=BUTTON),
    "desk:components": Door(PUBLIC),
    "accounts:people": Door(STAFF, f"{PEOPLE}::TestPeople::test_refuses"),
    "accounts:invite": Door(STAFF, f"{PEOPLE}::TestInvite::test_refuses"),
    "accounts:person": Door(STAFF, f"{PEOPLE}::TestPerson::test_refuses"),
    "accounts:leave": Door(STAFF, f"{PEOPLE}::TestLeave::test_refuses"),
    "accounts:end_role": Door(SELF, f"{PEOPLE}::TestEndRole::test_refuses", BUTTON),
    "accounts:my_roles": Door(SELF, f"{PEOPLE}::TestSubstitute::test_a_role_of_somebody_else_is_not_there"),
    "accounts:substitute": Door(SELF, f"{PEOPLE}::TestSubstitute::test_a_role_of_somebody_else_is_not_there"),
    "accounts:wear": Door(SELF, f"{PEOPLE}::TestWear::test_only_roles_of_ones_own", BUTTON),
    "accounts:institution": Door(STAFF, f"{PEOPLE}::TestInstitution::test_refuses"),
    "notices:outbox": Door(STAFF, f"{NOTICES}::TestOutbox::test_a_neighbor_sees_none_of_another_department"),
    "notices:resend": Door(STAFF, f"{NOTICES}::TestResend::test_refuses", BUTTON),
    "notices:mine": Door(SELF, f"{NOTICES}::TestMine::test_shows_only_ones_own"),
    "notices:mailbox": Door(PUBLIC),
    "notices:mailbox_message": Door(PUBLIC),
    "memory:glossary": Door(PUBLIC),
    "memory:decisions": Door(STAFF, MEMORY),
    "memory:systems": Door(STAFF, MEMORY),
    "frameworks:list": Door(STAFF, SHARED_SKILLS),
    "frameworks:search": Door(STAFF, SHARED_SKILLS),
    "frameworks:framework": Door(STAFF, SHARED_SKILLS),
    "frameworks:below": Door(STAFF, SHARED_SKILLS, PART),
    "frameworks:skill": Door(STAFF, SHARED_SKILLS),
    "frameworks:import_new": Door(STAFF, SKILL_IMPORT),
    "frameworks:import_detail": Door(STAFF, SKILL_IMPORT),
    "frameworks:import_apply": Door(STAFF, SKILL_IMPORT, BUTTON),
    "intake:new": Door(STAFF, "tests/credentials/intake/test_views.py::TestNew::test_takes_no_unit_of_others"),
    "intake:detail": Door(STAFF, INTAKE_PAGE),
    "intake:columns": Door(STAFF, INTAKE_PAGE),
    "intake:faulty": Door(STAFF, INTAKE_PAGE, FILE),
    "intake:reading": Door(STAFF, INTAKE_POST, BUTTON),
    "intake:answer": Door(STAFF, INTAKE_POST, BUTTON),
    "intake:units": Door(STAFF, INTAKE_POST, BUTTON),
    "intake:apply": Door(STAFF, INTAKE_POST, BUTTON),
    "intake:abandon": Door(STAFF, INTAKE_POST, BUTTON),
    "catalog:public_list": Door(PUBLIC),
    "catalog:public_detail": Door(PUBLIC),
    "catalog:achievement": Door(PUBLIC),
    "catalog:achievement_image": Door(PUBLIC, axe=FILE),
    "catalog:list": Door(STAFF, f"{AUTHORING}::TestOfferingList::test_a_neighbor_sees_their_own_unit_only"),
    "catalog:create": Door(STAFF, f"{AUTHORING}::TestCreate::test_offers_the_units_of_the_writer_only"),
    "catalog:skills": Door(STAFF, f"{AUTHORING}::TestDoors::test_the_search_for_skills_is_for_writers", PART),
    "catalog:detail": Door(STAFF, NEXT_DOOR),
    "catalog:edit": Door(STAFF, NEXT_DOOR),
    "catalog:add_achievement": Door(STAFF, FURTHER),
    "catalog:edit_achievement": Door(STAFF, FURTHER),
    "catalog:draft_achievement_image": Door(STAFF, FURTHER, FILE),
    "catalog:restore_achievement": Door(STAFF, FURTHER_ORDER, BUTTON),
    "catalog:review": Door(STAFF, NEXT_DOOR),
    "catalog:preview": Door(STAFF, NEXT_DOOR),
    "catalog:retire": Door(STAFF, NEXT_DOOR),
    "catalog:draft_image": Door(STAFF, f"{AUTHORING}::TestPreview::test_the_picture_of_a_draft_is_for_its_staff", FILE),
    "catalog:draft": Door(STAFF, NO_ORDER, BUTTON),
    "catalog:submit": Door(STAFF, NO_ORDER, BUTTON),
    "catalog:withdraw": Door(STAFF, NO_ORDER, BUTTON),
    "catalog:restore": Door(STAFF, NO_ORDER, BUTTON),
    "catalog:approvals": Door(STAFF, f"{REVIEW}::TestApprovals::test_shows_a_neighbor_only_their_own"),
    "catalog:approve_several": Door(STAFF, f"{REVIEW}::TestApproveSeveral::test_leaves_out_what_belongs_to_another_dean"),
    "keys:list": Door(STAFF, KEYS),
    "keys:detail": Door(STAFF, KEYS),
    "keys:step": Door(STAFF, KEYS),
    "keys:propose": Door(STAFF, f"{NEW_KEYS}::TestProposeKey::test_refuses_everybody_but_administrators"),
    "keys:profile": Door(STAFF, f"{NEW_KEYS}::TestCreateProfile::test_refuses_everybody_but_administrators"),
    "trials:new": Door(STAFF, TRIALS),
    "trials:detail": Door(STAFF, TRIALS),
    "trials:file": Door(STAFF, TRIALS, FILE),
    "reissues:guide": Door(STAFF, REISSUES),
    "reissues:progress": Door(STAFF, REISSUES, PART),
    "reissues:start": Door(STAFF, REISSUES),
    "keys:did": Door(PUBLIC, axe=JSON),
    "keys:jwk": Door(PUBLIC, axe=JSON),
    "status:list": Door(PUBLIC, axe=JSON),
    "issuing:list": Door(STAFF, f"{BATCHES}::TestBatchList::test_a_neighbor_sees_none_of_them"),
    "issuing:upload": Door(STAFF, f"{BATCHES}::TestWizard::test_a_neighbor_does_not_see_the_file"),
    "issuing:columns": Door(STAFF, f"{BATCHES}::TestWizard::test_a_neighbor_does_not_see_the_file"),
    "issuing:reading": Door(STAFF, f"{BATCHES}::TestWizard::test_a_neighbor_does_not_see_the_file", BUTTON),
    "issuing:detail": Door(STAFF, BATCH_DOORS),
    "issuing:progress": Door(STAFF, BATCH_DOORS, PART),
    "issuing:faulty": Door(STAFF, BATCH_DOORS, FILE),
    "issuing:report": Door(STAFF, BATCH_DOORS, FILE),
    "issuing:step": Door(STAFF, BATCH_DOORS),
    "issuing:roster": Door(STAFF, BATCH_DOORS),
    "issuing:credentials": Door(STAFF, CREDENTIALS),
    "issuing:revoke_many": Door(STAFF, "tests/credentials/issuing/test_releasing.py::TestRevokeCredentials::test_a_neighbor_revokes_only_next_door"),
    "status:lists": Door(STAFF, STATUS_PAGES),
    "status:history": Door(STAFF, STATUS_PAGES),
    "issuing:withdrawal": Door(STAFF, WITHDRAWALS),
    "issuing:withdrawal_progress": Door(STAFF, WITHDRAWALS, PART),
    "issuing:credential": Door(STAFF, BATCH_DOORS),
    "issuing:document": Door(STAFF, BATCH_DOORS, FILE),
    "issuing:revoke": Door(STAFF, BATCH_DOORS),
    "issuing:roster_choose": Door(STAFF, f"{ROSTER}::TestRoster::test_the_offering_is_chosen_from_those_one_may_award"),
    "records:record": Door(SELF, NOT_MINE),
    "records:skills": Door(SELF, NOT_MINE),
    "records:record_pdf": Door(SELF, NOT_MINE, FILE),
    "records:record_zip": Door(SELF, NOT_MINE, FILE),
    "records:clr": Door(SELF, CLR),
    "records:clr_file": Door(SELF, CLR, FILE),
    "clr:refresh": Door(PUBLIC, axe=JSON),
    "records:credential": Door(SELF, NOT_MINE),
    "records:credential_json": Door(SELF, NOT_MINE, FILE),
    "records:credential_jwt": Door(SELF, NOT_MINE, FILE),
    "records:credential_png": Door(SELF, NOT_MINE, FILE),
    "records:credential_pdf": Door(SELF, NOT_MINE, FILE),
    "records:help": Door(SELF, f"{MINE}::TestHelp::test_somebody_elses_credential_is_not_there"),
    "records:settings": Door(SELF, f"{MINE}::TestSettings::test_changes_nobody_elses"),
    "records:send_link": Door(SELF, f"{MINE}::TestSendLink::test_sends_nothing_that_is_somebody_elses", BUTTON),
    "records:claim": Door(PUBLIC),
    "records:claim_not_me": Door(PUBLIC),
    "records:claim_again": Door(PUBLIC, axe=BUTTON),
    "records:help_desk": Door(STAFF, f"{HELP}::TestHelpDesk::test_a_neighbor_finds_only_their_department"),
    "records:unclaimed": Door(STAFF, f"{HELP}::TestUnclaimed::test_a_neighbor_sees_none_of_the_college"),
    "records:remind": Door(STAFF, f"{HELP}::TestUnclaimed::test_a_neighbor_cannot_remind_people_of_the_college", "No page to open: a form that posts here is asked once more."),
    "records:person": Door(STAFF, PERSON),
    "records:send_again": Door(STAFF, PERSON, BUTTON),
    "records:correct_address": Door(STAFF, PERSON, BUTTON),
    "records:forget": Door(STAFF, PERSON),
    "records:came_back": Door(STAFF, PERSON, BUTTON),
    "records:close_request": Door(STAFF, PERSON, BUTTON),
    "sharing:list": Door(SELF, LINK),
    "sharing:create": Door(SELF, f"{SHARING}::TestCreate::test_does_not_offer_what_is_somebody_elses"),
    "sharing:detail": Door(SELF, LINK),
    "sharing:revoke": Door(SELF, LINK),
    "sharing:extend": Door(SELF, LINK, BUTTON),
    "sharing:consents": Door(SELF, f"{SHARING}::TestConsents::test_another_learner_withdraws_nothing"),
    "sharing:shared": Door(PUBLIC),
    "sharing:shared_json": Door(PUBLIC, axe=JSON),
    "sharing:shared_document": Door(PUBLIC, axe=JSON),
    "partners:list": Door(STAFF, CLIENTS),
    "partners:create": Door(STAFF, f"{PARTNERS}::TestDoors::test_refuse_others"),
    "partners:detail": Door(STAFF, CLIENTS, PARTNER_PAGES),
    "partners:edit": Door(STAFF, CLIENTS, PARTNER_PAGES),
    "partners:step": Door(STAFF, CLIENTS, PARTNER_PAGES),
    "partners:consent": Door(SELF, UNDER_CONSENT, PARTNER_PAGES),
    "partners:token": Door(PARTNER, f"{TOKENS}::TestEnd::test_another_client_cannot_give_it_back", JSON),
    "partners:revoke": Door(PARTNER, f"{TOKENS}::TestEnd::test_another_client_cannot_give_it_back", JSON),
    "partners:introspect": Door(PARTNER, f"{TOKENS}::TestIntrospect::test_tells_nothing_about_anothers", JSON),
    "partners:reference": Door(PUBLIC),
    "partners:problems": Door(PUBLIC),
    "partners:problem": Door(PUBLIC),
    "verification-verify": Door(PUBLIC, axe=JSON),
    "verification-report": Door(PUBLIC, axe=JSON),
    "schema": Door(PUBLIC, axe=JSON),
    "no-such-endpoint": Door(PUBLIC, axe=JSON),
    "vcapi:issue": Door(PARTNER, VC_API, JSON),
    "vcapi:derive": Door(PARTNER, VC_API, JSON),
    "vcapi:status_list": Door(PUBLIC, axe=JSON),
    "vcapi:verify_credential": Door(PARTNER, VC_API, JSON),
    "vcapi:verify_presentation": Door(PARTNER, VC_API, JSON),
    "changes": Door(PARTNER, API, JSON),
    "offering-list": Door(PARTNER, API, JSON),
    "offering-detail": Door(PARTNER, API, JSON),
    "achievement-versions": Door(PARTNER, API, JSON),
    "achievement-list": Door(PARTNER, API, JSON),
    "achievement-detail": Door(PARTNER, API, JSON),
    "framework-list": Door(PARTNER, API, JSON),
    "framework-detail": Door(PARTNER, API, JSON),
    "skill-list": Door(PARTNER, API, JSON),
    "skill-detail": Door(PARTNER, API, JSON),
    "batch-list": Door(PARTNER, OWN_BATCHES, JSON),
    "batch-detail": Door(PARTNER, OWN_BATCHES, JSON),
    "batch-rows": Door(PARTNER, OWN_BATCHES, JSON),
    "credential-list": Door(PARTNER, UNDER_CONSENT, JSON),
    "credential-detail": Door(PARTNER, UNDER_CONSENT, JSON),
    "credential-document": Door(PARTNER, UNDER_CONSENT, JSON),
    "consent-list": Door(PARTNER, UNDER_CONSENT, JSON),
    "consent-detail": Door(PARTNER, UNDER_CONSENT, JSON),
    "verification:verify": Door(PUBLIC),
    "verification:issuers": Door(STAFF, "tests/credentials/verification/test_issuers.py::TestPage::test_opens_for_administrators_only"),
    "verification:forget": Door(STAFF, "tests/credentials/verification/test_issuers.py::TestPage::test_opens_for_administrators_only"),
    "verification:report": Door(PUBLIC, axe="No page until a worker has checked a large file; it is then the page of verification:verify."),
    "livez": Door(PUBLIC, axe=JSON),
    "readyz": Door(PUBLIC, axe=JSON),
    "metrics": Door(Who.MACHINE, "tests/registry/test_health.py::TestMetrics", JSON),
    "institution_css": Door(PUBLIC, axe=FILE),
    "institution_logo": Door(PUBLIC, axe=FILE),
    "set_language": Door(PUBLIC, axe=BUTTON),
}  # fmt: skip

# Every list that is paged, by its template, and the test that counts its queries.
LISTS: dict[str, str] = {
    "accounts/people.html": f"{PEOPLE}::TestPeople::test_queries_do_not_grow_with_the_rows",
    "authoring/approvals.html": f"{REVIEW}::TestApprovals::test_takes_as_many_queries_for_twenty_as_for_two",
    "authoring/list.html": f"{AUTHORING}::TestOfferingList::test_takes_as_many_queries_for_forty_as_for_two",
    "desk/audit.html": f"{DESK}::TestAudit::test_queries_do_not_grow_with_the_rows",
    "frameworks/framework.html": "tests/skills/frameworks/test_views.py::TestTree::test_asks_the_database_as_often_for_many_skills",
    "frameworks/import_detail.html": "tests/skills/frameworks/test_views.py::TestTree::test_asks_the_database_as_often_for_many_skills",
    "frameworks/list.html": "tests/skills/frameworks/test_views.py::TestList::test_asks_the_database_as_often_for_many_frameworks",
    "status/history.html": f"{STATUS_LISTS}::test_queries_do_not_grow_with_versions_and_acts",
    "status/lists.html": f"{STATUS_LISTS}::test_show_how_full_each_list_is",
    "imports/_preview.html": "tests/credentials/intake/test_views.py::TestDetail::test_asks_the_database_as_often_for_many_rows",
    "intake/new.html": "tests/credentials/intake/test_views.py::TestNew::test_asks_the_database_as_often_for_many_files",
    "issuing/_rows.html": f"{BATCHES}::TestBatchPage::test_queries_do_not_grow_with_rows",
    "issuing/credentials.html": f"{BATCHES}::TestCredentialPages::test_queries_do_not_grow",
    "issuing/list.html": f"{BATCHES}::TestBatchList::test_queries_do_not_grow",
    "issuing/roster_choose.html": f"{ROSTER}::TestRoster::test_the_offering_is_chosen_from_those_one_may_award",
    "memory/decisions.html": "tests/institution/memory/test_memory.py::TestPages::test_queries_do_not_grow_with_the_rows",
    "memory/systems.html": "tests/institution/memory/test_memory.py::TestPages::test_queries_do_not_grow_with_the_rows",
    "notices/mailbox.html": "tests/test_lists.py::TestMailbox::test_queries_do_not_grow_with_the_rows",
    "notices/mine.html": "tests/test_lists.py::TestMine::test_queries_do_not_grow_with_the_rows",
    "notices/outbox.html": f"{NOTICES}::TestOutbox::test_queries_do_not_grow_with_the_rows",
    "helpdesk/help_desk.html": f"{HELP}::TestHelpDesk::test_takes_as_many_queries_for_forty_as_for_two",
    "helpdesk/unclaimed.html": f"{HELP}::TestUnclaimed::test_takes_as_many_queries_for_forty_as_for_three",
    "sharing/consents.html": f"{SHARING}::TestConsents::test_queries_do_not_grow_with_the_rows",
    "sharing/list.html": f"{SHARING}::TestList::test_queries_do_not_grow_with_the_rows",
    "partners/list.html": f"{PARTNERS}::TestList::test_takes_as_many_queries_for_many_as_for_one",
    "showcase/list.html": "tests/credentials/showcase/test_views_catalog.py::TestPublicList::test_takes_as_many_queries_for_twenty_as_for_three",
}  # fmt: skip
NOT_A_LIST = {"components/_work.html"}  # samples of parts
