"""What can go wrong in the catalogue, in words for the person who meets it."""

from django.utils.translation import gettext_lazy as _

from institution.errors import InvalidInput, RegistryError


class OfferingNotApproved(RegistryError):
    code = "offering-not-approved"
    title = _("This offering has no approved version for that date, so nothing can be issued for it.")
    remedy = _("Ask the dean of its unit to approve a version that holds on that date.")


class OfferingRetired(RegistryError):
    code = "offering-retired"
    title = _("This offering was retired before that date.")
    remedy = _("Check the date, or restore the offering.")


class AchievementRetired(RegistryError):
    """An achievement that the offering's version in force no longer holds."""

    code = "achievement-retired"
    title = _("This achievement is no longer given at its offering.")
    remedy = _("Use the code of another achievement of the offering, or an earlier date.")


class UnknownCode(RegistryError):
    """`suggestions`: codes that look alike, the likeliest first."""

    code = "unknown-code"
    title = _("No offering here has the code “{value}”.")
    status = 422

    def __init__(self, *, value: str, suggestions: list[str]) -> None:
        super().__init__(value=value, suggestions=suggestions)
        if suggestions:
            self.remedy = _("Did you mean %(codes)s?") % {"codes": ", ".join(suggestions)}  # type: ignore[misc]
        else:
            self.remedy = _("Look the code up in the list of offerings.")  # type: ignore[misc]


class AmbiguousCode(RegistryError):
    code = "ambiguous-code"
    title = _("Several units have an offering with the code “{value}”.")
    remedy = _("Name the unit, or use the identifier of the offering.")
    status = 422


class CodeTaken(InvalidInput):
    code = "code-taken"
    title = _("This unit has an offering with that code already.")
    remedy = _("Open that offering, or choose another code.")
    status = 409


class EditedMeanwhile(RegistryError):
    """Somebody saved after the page was opened. Facts: `edited_by` (user id), `edited_at` (ISO)."""

    code = "edited-meanwhile"
    title = _("Somebody saved this draft after you opened it.")
    remedy = _("Compare both texts, then save again.")


class OwnSubmission(RegistryError):
    code = "own-submission"
    title = _("You submitted this version, or stand in for who did, so somebody else approves it.")
    remedy = _("Ask another dean of the unit, or an administrator to name one.")
    status = 403


class CannotBePublished(RegistryError):
    """The approved text would break the standard. `findings`: [[path, rule], …]."""

    code = "cannot-be-published"
    title = _("This version cannot be published as a valid Open Badges achievement ({where}).")
    remedy = _("Return it with a comment on that field.")
    status = 422
