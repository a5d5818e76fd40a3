"""Plain words for what the audit trail keeps: acts, and the things they were done to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

ACTS: dict[str, tuple[str, Any]] = {
    "batch.cancel_asked": ("ban", _("Asked to cancel what is not signed")),
    "batch.canceled": ("ban", _("Canceled what was not signed")),
    "batch.chunk_signed": ("key", _("Signed a part of a batch")),
    "batch.confirmed": ("check", _("Confirmed a batch for signing")),
    "batch.created": ("upload", _("Opened a batch")),
    "batch.read": ("file", _("Read a file into a report")),
    "batch.released": ("mail", _("Released a batch")),
    "batch.signed": ("key", _("Signed a whole batch")),
    "batch.tried": ("eye", _("Tried a batch out")),
    "batch.undone": ("undo", _("Undid a batch before its release")),
    "batch.withheld": ("ban", _("Withheld corrections of what was withdrawn")),
    "batches.handed_over": ("swap", _("Handed over batches of somebody who left")),
    "clr.asked": ("draft", _("Asked for a signed record")),
    "clr.ended": ("ban", _("Ended a signed record")),
    "clr.signed": ("key", _("Signed a record")),
    "consent.given": ("lock", _("Gave a consent")),
    "consent.withdrawn": ("ban", _("Withdrew a consent")),
    "context.added": ("plus", _("Added a context file")),
    "credential.revoked": ("ban", _("Withdrew a credential")),
    "credential.superseded": ("swap", _("Replaced a credential by a corrected one")),
    "decision.noted": ("draft", _("Noted a decision")),
    "framework.imported": ("upload", _("Imported a skills framework")),
    "frameworks.handed_over": ("swap", _("Handed over frameworks of somebody who left")),
    "help.asked": ("question", _("Asked for help")),
    "help.closed": ("check", _("Closed a request for help")),
    "institution.changed": ("gear", _("Changed the institution’s details")),
    "issuer.trusted": ("shield", _("Put an issuer on the list")),
    "issuers.forgotten": ("shield", _("Took a registry of issuers off the list")),
    "issuers.imported": ("upload", _("Took a registry of issuers over")),
    "issuer.untrusted": ("shield", _("Took an issuer off the list")),
    "key.activated": ("key", _("Began to sign with a key")),
    "key.compromised": ("warn", _("Declared a key unsafe")),
    "key.confirmed": ("key", _("Confirmed a key")),
    "key.destroyed": ("ban", _("Destroyed a key")),
    "key.distrusted_earlier": ("warn", _("Named an earlier moment since when a key is unsafe")),
    "key.proposed": ("key", _("Proposed a key")),
    "key.retired": ("archive", _("Retired a key")),
    "key.rewrapped": ("lock", _("Sealed a key anew")),
    "keys.handed_over": ("swap", _("Handed over proposed keys of somebody who left")),
    "kit.made": ("archive", _("Made an exit kit")),
    "notice.bounced": ("warn", _("A message came back")),
    "notice.resent": ("mail", _("Sent a message again")),
    "offering.approved": ("check", _("Approved an offering")),
    "offering.created": ("plus", _("Created an offering")),
    "offering.drafted": ("draft", _("Began a new version")),
    "offering.edited": ("draft", _("Edited an offering")),
    "offering.restored": ("undo", _("Brought an offering back")),
    "offering.retired": ("archive", _("Retired an offering")),
    "offering.returned": ("undo", _("Returned an offering")),
    "offering.submitted": ("clock", _("Submitted an offering")),
    "offering.withdrawn": ("undo", _("Took back what was submitted")),
    "offerings.imported": ("upload", _("Imported offerings")),
    "offerings.handed_over": ("swap", _("Handed over drafts of somebody who left")),
    "partner.changed": ("link", _("Changed a partner")),
    "partner.created": ("link", _("Added a partner")),
    "partner.secret_renewed": ("lock", _("Gave a partner a new secret")),
    "person.invited": ("person", _("Invited a person")),
    "person.left": ("out", _("Closed the account of a person who left")),
    "person.returned": ("person", _("Opened the account of a person again")),
    "pilots.handed_over": ("swap", _("Handed over pilots of somebody who left")),
    "profile.created": ("award", _("Set up an issuer")),
    "profile.revised": ("award", _("Changed an issuer")),
    "recipient.address_corrected": ("mail", _("Corrected an address")),
    "recipient.erased": ("ban", _("Erased a person’s details")),
    "record.claimed": ("book", _("Claimed a record")),
    "record.link_sent": ("mail", _("Sent a link to a record")),
    "record.reminded": ("bell", _("Reminded people to claim")),
    "record.settings_changed": ("gear", _("Changed how a record is shown")),
    "reissue.finished": ("check", _("Issued anew all that a key had signed")),
    "reissue.started": ("swap", _("Began to issue anew what a key had signed")),
    "role.assigned": ("person", _("Gave a role")),
    "role.ended": ("person", _("Ended a role")),
    "role.substituted": ("people", _("Named a substitute")),
    "share.created": ("share", _("Made a share link")),
    "share.extended": ("clock", _("Extended a share link")),
    "share.revoked": ("ban", _("Took back a share link")),
    "system.noted": ("draft", _("Noted a system")),
    "unit.created": ("plus", _("Created a unit")),
    "units.created": ("plus", _("Created units")),
    "uploads.handed_over": ("swap", _("Handed over files of somebody who left")),
    "withdrawal.finished": ("check", _("Withdrew all credentials of an order")),
    "withdrawal.ordered": ("ban", _("Ordered many credentials withdrawn")),
}
THINGS: dict[str, Any] = {
    "accounts.institution": _("Institution"),
    "accounts.orgunit": _("Unit"),
    "accounts.roleassignment": _("Role"),
    "accounts.user": _("Person"),
    "catalog.offering": _("Offering"),
    "frameworks.framework": _("Skills framework"),
    "imports.upload": _("File"),
    "issuing.credential": _("Credential"),
    "issuing.issuancebatch": _("Batch"),
    "issuing.recipient": _("Recipient"),
    "keys.issuerprofile": _("Issuer"),
    "keys.signingkey": _("Signing key"),
    "memory.decision": _("Decision"),
    "memory.systemrecord": _("System"),
    "notices.notice": _("Message"),
    "partners.partnerclient": _("Partner"),
    "records.helprequest": _("Request for help"),
    "records.learner": _("Record"),
    "sharing.consent": _("Consent"),
    "sharing.sharelink": _("Share link"),
    "verification.contextfile": _("Context file"),
    "verification.trustedissuer": _("Issuer on the list"),
}
KINDS: tuple[tuple[str, Any], ...] = (
    ("role.", _("Roles")),
    ("person.", _("People")),
    ("key.", _("Keys")),
    ("offering.", _("Offerings")),
    ("batch.", _("Batches")),
    ("credential.", _("Credentials")),
    ("record.", _("Records")),
    ("help.", _("Requests for help")),
)


def icon_of(kind: str) -> str:
    """Return the icon of an act."""
    return ACTS.get(kind, ("dot", ""))[0]


def words_of(kind: str) -> str:
    """Return what was done, in words; an act we have no words for keeps its name."""
    return str(ACTS[kind][1]) if kind in ACTS else kind


def thing_of(target_type: str) -> str:
    """Return what it was done to, in words."""
    return str(THINGS.get(target_type, target_type))
