"""The demo's mail host: every message lands in a table that the mailbox page shows."""

from collections.abc import Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from institution.notices.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """Deliver into `MailboxMessage`, as a mail host would into a mailbox."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        rows = []
        for message in email_messages:
            html = next(
                (body for body, kind in getattr(message, "alternatives", []) if kind == "text/html"), ""
            )
            message_id = message.extra_headers.get("Message-ID", "")
            rows += [
                MailboxMessage(
                    message_id=message_id,
                    to=to,
                    sender=message.from_email,
                    subject=str(message.subject),
                    body=str(message.body),
                    html=str(html),
                )
                for to in message.recipients()
            ]
        return len(MailboxMessage.objects.bulk_create(rows))
