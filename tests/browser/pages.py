"""Every page of every role, and how to get there in the sample college.

`finds` is a query for each part of the address; SHARED stands for a secret that only its owner's
page tells. A page is opened as `who`, an account of the demo.
"""

import re
from dataclasses import dataclass, field

from django.urls import reverse

from tests.support.college import College
from tests.support.http import Caller

SHARED = "the token of a share link"
OFFERING = "select id from catalog_offering where code = '{}'"
FURTHER = (
    "select a.id from catalog_achievement a join catalog_offering o on o.id = a.offering_id"
    " where a.position = 2 and o.code = '{}'"
)
BATCH = "select id from issuing_issuancebatch where title = '{}'"
CREDENTIAL = (
    "select c.id from issuing_credential c join issuing_recipient r on r.id = c.recipient_id"
    " where c.state = '{}' and ('{}' in ('', r.source_id)) order by c.id limit 1"
)
UNIT = "select id from accounts_orgunit where code = '{}'"
ROLE_OF = (
    "select a.id from accounts_roleassignment a join accounts_user u on u.id = a.user_id"
    " where u.name = '{}' order by a.id limit 1"
)
PERSON = "select id from accounts_user where name = '{}'"
SHARED_LINK = "select id from sharing_sharelink where audience like 'Riverbend General%'"
KEY = "select id from keys_signingkey where state = '{}' and purpose = 'data_integrity' limit 1"


@dataclass(frozen=True)
class Page:
    """A page: url name, who opens it, what its address needs; which looks are checked beyond the desktop."""

    url: str
    who: str
    finds: dict[str, str] = field(default_factory=dict)
    note: str = ""  # tells two rows of one url name apart
    query: str = ""
    asks: str = ""  # a query whose value stands in the address's `query` as {}
    phone_axe: bool = False
    dark: bool = False

    @property
    def name(self) -> str:
        """The row's name: url name, or url name and note."""
        return f"{self.url} {self.note}".strip()

    def path(self, college: College) -> str:
        """Return the address of the page in this college."""
        parts = {key: _found(college, find) for key, find in self.finds.items()}
        query = self.query.format(_found(college, self.asks)) if self.asks else self.query
        return reverse(self.url, kwargs=parts) + query


def _found(college: College, find: str) -> str:
    if find == SHARED:
        college.environment.setdefault("shared", share_token(college))
        return college.environment["shared"]
    return str(college.value(find)) if find.startswith("select") else find


def share_token(college: College) -> str:
    """Read the address of a share link from the page of the learner who made it."""
    learner = Caller(college.origin)
    learner.open("/")
    form = next(one for one in learner.forms() if one.values.get("account") == ["learner"])
    learner.send(form)
    page = learner.open(reverse("sharing:detail", args=[college.value(SHARED_LINK)]))
    return re.findall(r"/s/([\w-]+)/", page)[0]


def _pk(query: str, *words: str) -> dict[str, str]:
    return {"pk": query.format(*words)}


DESKS = [
    Page("desk:home", who, note=who, phone_axe=who in {"registrar", "dean"}, dark=who in {"dean", "administrator"})
    for who in (
        "registrar", "dean", "faculty", "evaluator", "career", "adviser", "program", "auditor", "administrator",
    )
]  # fmt: skip

STAFF = [
    *DESKS,
    Page("desk:audit", "auditor"),
    Page("accounts:people", "administrator"),
    Page("accounts:invite", "administrator"),
    Page("accounts:person", "administrator", _pk(PERSON, "Marisol Etxeberria")),
    Page("accounts:leave", "administrator", _pk(PERSON, "Marisol Etxeberria")),
    Page("accounts:my_roles", "dean", phone_axe=True),
    Page("accounts:substitute", "dean", _pk(ROLE_OF, "Benedikt Oyelaran"), phone_axe=True),
    Page("accounts:institution", "administrator"),
    Page("notices:outbox", "adviser"),
    Page("notices:mine", "dean"),
    Page("memory:decisions", "program"),
    Page("memory:systems", "program"),
    Page("catalog:list", "dean", dark=True, phone_axe=True),
    Page("catalog:list", "faculty", note="drafts", query="?state=draft"),
    Page("catalog:list", "faculty", note="nothing", query="?q=zzzzzz"),
    Page("catalog:create", "faculty"),
    Page("catalog:detail", "dean", _pk(OFFERING, "NURS-102"), dark=True),
    Page("catalog:detail", "registrar", _pk(OFFERING, "CPR-10"), note="approved once"),
    Page("catalog:edit", "faculty", _pk(OFFERING, "NURS-210"), note="submitted"),
    Page("catalog:add_achievement", "faculty", _pk(OFFERING, "HLTH-120")),
    Page("catalog:edit_achievement", "faculty", _pk(OFFERING, "HLTH-120") | {"achievement": FURTHER.format("HLTH-120")}, phone_axe=True, dark=True),
    Page("catalog:retire", "dean", _pk(OFFERING, "NURS-102")),
    Page("catalog:preview", "dean", _pk(OFFERING, "NURS-102") | {"audience": "employers"}),
    Page("catalog:approvals", "dean", phone_axe=True),
    Page("catalog:review", "dean", _pk(OFFERING, "NURS-210"), phone_axe=True, dark=True),
    Page("desk:search", "registrar", query="?q=nurs"),
    Page("catalog:approve_several", "dean", query="?version={}", asks="select v.id from catalog_offeringversion v join catalog_offering o on o.id = v.offering_id where v.state = 'submitted' and o.code = 'NURS-210'"),
    Page("intake:new", "registrar"),
    Page("intake:detail", "registrar", _pk("select id from imports_upload where kind = 'catalog.offerings' and state = 'previewed'")),
    Page("intake:columns", "registrar", _pk("select id from imports_upload where kind = 'catalog.offerings' and state <> 'previewed'")),
    Page("frameworks:list", "faculty"),
    Page("frameworks:search", "faculty", query="?q=patient"),
    Page("frameworks:framework", "faculty", _pk("select id from frameworks_framework where kind = 'case'")),
    Page("frameworks:skill", "faculty", _pk("select id from frameworks_skill where name = 'Vital Signs Measurement'")),
    Page("frameworks:import_new", "program"),
    Page("frameworks:import_detail", "program", _pk("select id from frameworks_importrun limit 1")),
    Page("issuing:list", "registrar", phone_axe=True),
    Page("issuing:upload", "registrar"),
    Page("issuing:columns", "registrar", _pk("select upload_id from issuing_issuancebatch where state = 'draft' and upload_id is not null limit 1")),
    Page("issuing:detail", "registrar", _pk(BATCH, "Fall term, first file"), note="report", phone_axe=True, dark=True),
    Page("issuing:detail", "registrar", _pk(BATCH, "Weekend workshops"), note="signed"),
    Page("issuing:detail", "registrar", _pk(BATCH, "Summer term completions"), note="released"),
    Page("issuing:detail", "registrar", _pk(BATCH, "Simulation lab volunteers"), note="roster"),
    Page("trials:new", "registrar", _pk(BATCH, "Fall term, first file")),
    Page("trials:detail", "registrar", _pk("select id from trials_trial where removed_at is null limit 1")),
    Page("issuing:step", "registrar", _pk(BATCH, "Weekend workshops") | {"step": "release"}),
    Page("issuing:roster", "faculty", _pk(OFFERING, "NURS-SIM")),
    Page("issuing:credentials", "registrar"),
    Page("issuing:credential", "registrar", _pk(CREDENTIAL, "released", "R100001")),
    Page("issuing:credential", "registrar", _pk(CREDENTIAL, "revoked", ""), note="revoked"),
    Page("issuing:credential", "registrar", _pk(CREDENTIAL, "superseded", ""), note="superseded"),
    Page("issuing:revoke", "registrar", _pk(CREDENTIAL, "released", "R100001")),
    Page("issuing:revoke_many", "registrar", query="?ids={}", asks=CREDENTIAL.format("released", "R100001")),
    Page("issuing:withdrawal", "registrar", _pk("select id from withdrawal_withdrawal limit 1")),
    Page("status:lists", "auditor"),
    Page("status:history", "auditor", _pk("select id from status_statuslist order by taken desc limit 1")),
    Page("issuing:roster_choose", "faculty"),
    Page("partners:list", "administrator"),
    Page("partners:create", "administrator"),
    Page("verification:issuers", "administrator"),
    Page(
        "verification:forget", "administrator", query="?source={}",
        asks="select replace(source, ' ', '+') from verification_trustedissuer where provenance = 'registry' limit 1",
    ),  # fmt: skip
    Page("keys:list", "administrator"),
    Page("keys:detail", "administrator", _pk(KEY, "active")),
    Page("keys:detail", "administrator", _pk(KEY, "proposed"), note="proposed"),
    Page("keys:step", "administrator", _pk(KEY, "proposed") | {"step": "confirm"}),
    Page("reissues:guide", "administrator", _pk(KEY, "active")),
    Page("reissues:start", "registrar", _pk(KEY, "active")),
    Page("keys:propose", "administrator", _pk("select id from keys_issuerprofile limit 1")),
    Page("keys:profile", "administrator", {"unit": UNIT.format("NUR")}),
]  # fmt: skip

MINE = (
    "select c.id from issuing_credential c join records_identityclaim i on i.recipient_id = c.recipient_id"
    " join records_learner l on l.id = i.learner_id join accounts_user u on u.id = l.user_id"
    " where u.name = '{}' and c.state = '{}' order by c.id limit 1"
)
AMARA = "Amara Nwosu"
LINK = (
    "select substring(body from '/claim/([A-Za-z0-9_-]+)/') from notices_notice n"
    " where kind in ('record.claim', 'record.reminder') and exists (select 1 from records_claimlink k"
    " where k.recipient_id::text = n.about_id and k.used_at is null and k.voided_at is null"
    " and k.expires_at > now()) order by created_at desc limit 1"
)

HELP_DESK = [
    Page("records:help_desk", "adviser", phone_axe=True),
    Page("records:unclaimed", "adviser", phone_axe=True, dark=True),
    Page(
        "records:person", "adviser", _pk("select recipient_id from records_helprequest limit 1"), note="asked"
    ),
    Page("records:person", "registrar", _pk("select id from issuing_recipient where source_id = 'R100001'")),
    Page("records:forget", "registrar", _pk("select id from issuing_recipient where source_id = 'R100001'")),
]

LEARNER = [
    Page("sharing:list", "learner", phone_axe=True, dark=True),
    Page("sharing:create", "learner", query="?all=1", phone_axe=True),
    Page("sharing:detail", "learner", _pk(SHARED_LINK), phone_axe=True, dark=True),
    Page("sharing:revoke", "learner", _pk(SHARED_LINK)),
    Page("sharing:consents", "learner"),
    Page("records:record", "learner", phone_axe=True, dark=True),
    Page("records:record", "learner2", note="arabic", phone_axe=True),
    Page("records:record", "learner", note="nothing", query="?q=zzzzzz"),
    Page("records:clr", "learner", phone_axe=True),
    Page("records:skills", "learner", phone_axe=True, dark=True),
    Page("records:credential", "learner", _pk(MINE, AMARA, "released"), phone_axe=True, dark=True),
    Page("records:credential", "learner", _pk(MINE, AMARA, "released"), note="checked", query="?check=1"),
    Page("records:help", "learner", _pk(MINE, AMARA, "released"), phone_axe=True),
    Page("records:settings", "learner", phone_axe=True),
]

PUBLIC = [
    Page("sharing:shared", "", {"token": SHARED}, phone_axe=True, dark=True),
    Page("partners:reference", ""),
    Page("partners:problems", ""),
    Page("partners:problem", "", {"code": "not-allowed"}),
    Page("desk:welcome", "", phone_axe=True, dark=True),
    Page("catalog:public_list", "", phone_axe=True, dark=True),
    Page("catalog:public_list", "", note="nothing", query="?q=zzzzzz"),
    Page("catalog:public_detail", "", _pk(OFFERING, "NURS-102"), phone_axe=True),
    Page("catalog:achievement", "", _pk("select achievement_id from catalog_achievementversion v join issuing_credential c on c.achievement_version_id = v.id limit 1")),
    Page("verification:verify", "", phone_axe=True, dark=True),
    Page("records:claim", "", {"token": LINK}, phone_axe=True, dark=True),
    Page("records:claim_not_me", "", {"token": LINK}, phone_axe=True),
    Page("memory:glossary", ""),
    Page("notices:mailbox", ""),
    Page("notices:mailbox_message", "", _pk("select id from notices_mailboxmessage order by id limit 1"), phone_axe=True),
    Page("desk:components", ""),
]  # fmt: skip

PAGES = [*STAFF, *HELP_DESK, *LEARNER, *PUBLIC]
