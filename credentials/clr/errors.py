"""What can be the case with a composed record."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class NothingToCompose(RegistryError):
    code = "nothing-to-compose"
    title = _("There is no valid credential to put into a record.")
    remedy = _("Choose at least one that is valid now.")


class TooManyMembers(RegistryError):
    code = "too-many-members"
    title = _("A signed record holds at most {most} credentials.")
    remedy = _("Choose fewer, or keep all files instead.")
