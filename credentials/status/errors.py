"""What can be the case with a request for a status list."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NotSoAccepted(RegistryError):
    code = "not-acceptable"
    title = _("A status list is served as application/vc only.")
    remedy = _("Ask with “Accept: application/vc”, or without Accept.")
    status = 406


class TimestampUnreadable(RegistryError):
    code = "timestamp-unreadable"
    title = _("This timestamp cannot be read.")
    remedy = _("Write date, time and zone: 2026-05-20T18:30:00Z.")
    status = 400


class NoListThen(RegistryError):
    code = "no-list-then"
    title = _("This list was first published later.")
    remedy = _("Ask for a later moment, or leave the timestamp out.")
    status = 404
