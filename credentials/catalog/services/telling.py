"""Who is told when a version is handed in or decided: a notice each, in the language of the reader."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from credentials.catalog.models import OfferingVersion
from institution.accounts.authz import people_with
from institution.accounts.services import institution_now
from institution.notices.services import Message, notify_many


def tell_deans(version: OfferingVersion, *, now: datetime) -> None:
    """Tell those who decide at the unit that a version waits: each once per submission."""
    deans = people_with("catalog.approve_offering", version.org_unit, now=now)
    notify_many([_message(dean, version, "catalog.submitted", now) for dean in deans], now=now)


def tell_writer(version: OfferingVersion, kind: str, *, now: datetime) -> None:
    """Tell the one who submitted a version what became of it. kind: catalog.returned, catalog.approved."""
    writer = version.submitted_by
    if writer and writer.left_at:
        writer = version.created_by  # whoever took the work over
    if writer and writer.kind == "person":
        notify_many([_message(writer, version, kind, now)], now=now)


def _message(user: Any, version: OfferingVersion, kind: str, now: datetime) -> Message:
    language = user.language or institution_now().default_language
    page = "review" if kind == "catalog.submitted" else "edit" if kind == "catalog.returned" else ""
    link = "/".join(filter(None, [settings.PORTAL_ORIGIN, "offerings", str(version.offering_id), page])) + "/"
    with translation.override(language):
        facts = {"title": version.title, "number": version.number, "link": link}
        words = {
            "catalog.submitted": (
                _("Waiting for you: %(title)s, version %(number)s"),
                _("Version %(number)s of “%(title)s” waits for your decision.\n\nReview it: %(link)s"),
            ),
            "catalog.returned": (
                _("Returned: %(title)s, version %(number)s"),
                _("Version %(number)s of “%(title)s” came back with comments.\n\nRead them: %(link)s"),
            ),
            "catalog.approved": (
                _("Approved: %(title)s, version %(number)s"),
                _("Version %(number)s of “%(title)s” is approved and public.\n\nSee it: %(link)s"),
            ),
        }
        subject, body = words[kind]
        return Message(
            kind=kind,
            address=user.email,
            subject=subject % facts,
            body=body % facts,
            dedupe_key=f"{kind}:{version.pk}:{user.pk}:{now.isoformat()}",
            user_id=user.pk,
            language=language,
            about=version.offering,
            unit_id=version.offering.org_unit_id,
        )
