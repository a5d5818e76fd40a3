"""What can be the case with people and roles."""

from django.utils.translation import gettext_lazy as _

from institution.errors import RegistryError


class SubstituteIsOneself(RegistryError):
    code = "substitute-is-oneself"
    title = _("A substitute is somebody else.")
    remedy = _("Choose another person of your unit.")


class SubstitutionHasNoEnd(RegistryError):
    code = "substitution-has-no-end"
    title = _("A substitution ends on a day to come.")
    remedy = _("Choose a later day.")


class WorkNeedsAHeir(RegistryError):
    code = "work-needs-a-heir"
    title = _("This person still holds work ({count} items).")
    remedy = _("Choose who takes it over.")
