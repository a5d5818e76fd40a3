"""Forms of the catalogue. They know shapes and labels; the services know the rules."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from credentials.authoring import rubrics
from credentials.catalog.models import AchievementVersion, OfferingVersion
from credentials.catalog.selectors.differences import LABELS, PART_LABELS
from credentials.catalog.selectors.picking import find_offerings_by_code
from credentials.catalog.states import AchievementType, Basis, CreditUnit, Kind, Modality, VersionState
from credentials.documents.vocabulary import RESULT_TYPES
from institution.accounts.models import OrgUnit

KIND_HELP = {
    "credit": gettext_lazy("Counts toward a degree or certificate at this college."),
    "noncredit": gettext_lazy("Workforce, community or continuing education."),
    "cocurricular": gettext_lazy("Learning beside the classroom: tutoring, leadership, service."),
}
BASIS_HELP = {
    "assessed": gettext_lazy("Somebody judged what the learner can do."),
    "participation": gettext_lazy("The learner took part; nobody judged the result."),
}
UNITS = [
    ("W", gettext_lazy("weeks")),
    ("D", gettext_lazy("days")),
    ("M", gettext_lazy("months")),
    ("Y", gettext_lazy("years")),
    ("H", gettext_lazy("hours")),
]
RESULT_TYPE_CHOICES: list[tuple[str, Any]] = [
    ("RubricCriterionLevel", gettext_lazy("Level of a rubric")),
    ("LetterGrade", gettext_lazy("Letter grade")),
    ("Percent", gettext_lazy("Percent")),
    ("RawScore", gettext_lazy("Points")),
    ("GradePointAverage", gettext_lazy("Grade point average")),
    ("PerformanceLevel", gettext_lazy("Performance level")),
    ("Status", gettext_lazy("Passed or not")),
    ("Result", gettext_lazy("Something else")),
]
_KNOWN = {kind for kind, _label in RESULT_TYPE_CHOICES}
RESULT_TYPE_CHOICES += [(kind, kind) for kind in sorted(RESULT_TYPES - _KNOWN)]
_EARNED = ("achievement_type", "basis", "criteria", "assessed_by_role", "image_caption")
LANGUAGES = [("en", "English"), ("es", "Español")]


def _blank(choices: Any) -> list[tuple[str, Any]]:
    return [("", gettext_lazy("Not said yet")), *choices]


def _text(name: str, help_text: Any = "", *, rows: int = 0, limit: int | None = None) -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput()
    return forms.CharField(
        label=LABELS[name], help_text=help_text, required=False, widget=widget, max_length=limit, strip=True
    )


class EarnedForm(forms.Form):
    """What an achievement says about itself, the offering's own or a further one."""

    achievement_type = forms.ChoiceField(
        label=LABELS["achievement_type"],
        choices=_blank(AchievementType.choices),
        required=False,
        help_text=gettext_lazy("Course or Certificate of completion fits most offerings."),
    )
    basis = forms.ChoiceField(
        label=LABELS["basis"], choices=Basis.choices, required=False, widget=forms.RadioSelect
    )
    criteria = _text(
        "criteria",
        gettext_lazy(
            "What somebody has to do to earn it. Employers read this first. You may use Markdown: "
            "a line that starts with a hyphen becomes a list item, **two stars** make bold."
        ),
        rows=7,
    )
    assessed_by_role = _text(
        "assessed_by_role", gettext_lazy("A role, not a name: “Clinical instructor”."), limit=120
    )
    tags = _text("tags", gettext_lazy("Words people may search for, with commas."))
    image = forms.FileField(
        label=LABELS["image"],
        required=False,
        help_text=gettext_lazy(
            "PNG only, 90 to 2,000 pixels, at most 1 MB. A square looks best. SVG is not taken."
        ),
        widget=forms.FileInput(attrs={"accept": "image/png"}),
    )
    drop_image = forms.BooleanField(label=gettext_lazy("Take the picture away"), required=False)
    image_caption = _text("image_caption", gettext_lazy("For people who cannot see it."), limit=200)

    def content(self) -> dict[str, Any]:
        """Return what the form says as a content for the services."""
        said = dict(self.cleaned_data)
        said["tags"] = said.get("tags", "").split(",")
        upload, drop = said.pop("image", None), said.pop("drop_image", False)
        if upload:
            said["image"] = upload.read()
        elif drop:
            said["image"] = None
        return said


class PartForm(EarnedForm):
    """A further achievement of an offering. Results and skills are rows beside it."""

    name = forms.CharField(
        label=PART_LABELS["name"],
        max_length=300,
        help_text=gettext_lazy("As a learner would say it. It stands on the credential."),
    )
    code = forms.CharField(
        label=PART_LABELS["code"],
        max_length=60,
        help_text=gettext_lazy("Completions name it. It stays once a dean has approved it."),
    )
    description = _text("description", gettext_lazy("What it is about, in two or three sentences."), rows=4)
    needs = ("name", "description", "achievement_type", "basis", "criteria")


class NewPartForm(forms.Form):
    """What a further achievement begins with."""

    name = forms.CharField(
        label=PART_LABELS["name"], max_length=300, help_text=gettext_lazy("For example: Safe lifting badge.")
    )
    code = forms.CharField(
        label=PART_LABELS["code"], max_length=60, help_text=gettext_lazy("For example: WELD-109-SAFE.")
    )


class OfferingForm(EarnedForm):
    """All that a version says, the four things a dean needs first. Results and skills are rows beside it."""

    title = forms.CharField(
        label=LABELS["title"],
        max_length=300,
        help_text=gettext_lazy("As a learner would say it. It stands on every credential."),
    )
    description = _text("description", gettext_lazy("What it is about, in two or three sentences."), rows=4)
    kind = forms.ChoiceField(label=LABELS["kind"], choices=Kind.choices, widget=forms.RadioSelect)
    credits = forms.DecimalField(label=LABELS["credits"], required=False, min_value=0, decimal_places=2)
    credit_unit = forms.ChoiceField(
        label=LABELS["credit_unit"], choices=_blank(CreditUnit.choices), required=False
    )
    level = _text("level", gettext_lazy("For example: lower division."), limit=60)
    modality = forms.ChoiceField(label=LABELS["modality"], choices=_blank(Modality.choices), required=False)
    language = forms.ChoiceField(
        label=LABELS["language"], choices=LANGUAGES, help_text=gettext_lazy("Of the text on this page.")
    )
    duration_amount = forms.IntegerField(
        label=LABELS["duration"], required=False, min_value=1, max_value=9999
    )
    duration_unit = forms.ChoiceField(label=gettext_lazy("Counted in"), choices=UNITS, required=False)
    cost = forms.DecimalField(
        label=LABELS["cost"],
        required=False,
        min_value=0,
        decimal_places=2,
        help_text=gettext_lazy("In dollars. Write 0 if it is free."),
    )
    prerequisites = _text("prerequisites", gettext_lazy("What somebody needs before."), rows=2)
    leads_to = _text(
        "leads_to", gettext_lazy("Codes of offerings that may follow, with commas: NURS-130, NURS-140.")
    )
    cip_code = _text("cip_code", gettext_lazy("Six digits, such as 51.3801. State reports use it."), limit=7)
    needs = ("title", "description", "kind", "achievement_type", "basis", "criteria")

    def __init__(self, *args: Any, version: OfferingVersion | None = None, **rest: Any) -> None:
        super().__init__(*args, **rest)
        tag = version.language if version else ""
        if tag and tag not in dict(LANGUAGES):
            self.fields["language"].choices = [*LANGUAGES, (tag, tag)]  # type: ignore[attr-defined]
        self.kept_duration = version.duration if version else ""

    def clean_leads_to(self) -> list[str]:
        """Return the ids of the codes; name the unknown ones with likely codes."""
        found, unknown = find_offerings_by_code(self.cleaned_data["leads_to"])
        for code, near in unknown.items():
            hint = _(" Did you mean %(codes)s?") % {"codes": ", ".join(near)} if near else ""
            self.add_error("leads_to", _("There is no offering “%(code)s”.") % {"code": code} + hint)
        return [str(offering.pk) for offering in found]

    def content(self) -> dict[str, Any]:
        """Return what the form says as a content for the services."""
        said = super().content()
        amount, unit = said.pop("duration_amount", None), said.pop("duration_unit", "")
        if amount:
            said["duration"] = f"PT{amount}H" if unit == "H" else f"P{amount}{unit or 'W'}"
        elif amount_of(self.kept_duration)[0]:
            said["duration"] = ""
        return said


class NewOfferingForm(forms.Form):
    """What a new offering begins with."""

    org_unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=gettext_lazy("Unit that offers it"))
    code = forms.CharField(
        label=gettext_lazy("Code"), max_length=40, help_text=gettext_lazy("As in your catalog: WELD-109.")
    )
    title = forms.CharField(label=LABELS["title"], max_length=300)
    kind = forms.ChoiceField(label=LABELS["kind"], choices=Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, units: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["org_unit"].queryset = units  # type: ignore[attr-defined]


class OfferingFilter(forms.Form):
    """Filters of the staff's list."""

    q = forms.CharField(label=gettext_lazy("Words or code"), required=False)
    unit = forms.ModelChoiceField(
        OrgUnit.objects.none(),
        label=gettext_lazy("Unit"),
        required=False,
        empty_label=gettext_lazy("Every unit"),
    )
    kind = forms.ChoiceField(
        label=LABELS["kind"], choices=[("", gettext_lazy("Every kind")), *Kind.choices], required=False
    )
    state = forms.ChoiceField(
        label=gettext_lazy("State"),
        choices=[
            ("", gettext_lazy("Every state")),
            *VersionState.choices,
            ("retired", gettext_lazy("Retired")),
        ],
        required=False,
    )
    complete = forms.ChoiceField(
        label=gettext_lazy("Completeness"),
        choices=[
            ("", gettext_lazy("Any")),
            ("low", gettext_lazy("Below 50 %")),
            ("middle", gettext_lazy("50 to 79 %")),
            ("high", gettext_lazy("80 % and more")),
        ],
        required=False,
    )
    skills = forms.ChoiceField(
        label=LABELS["skills"],
        choices=[
            ("", gettext_lazy("Any")),
            ("yes", gettext_lazy("With skills")),
            ("no", gettext_lazy("Without")),
        ],
        required=False,
    )

    skill = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, units: Any, **rest: Any) -> None:
        super().__init__(*args, **rest)
        self.fields["unit"].queryset = units  # type: ignore[attr-defined]

    def chosen(self) -> dict[str, str]:
        """Return the filters that are set, as texts; what cannot be read filters nothing."""
        self.is_valid()
        found = getattr(self, "cleaned_data", {})
        return {name: str(getattr(value, "pk", value)) for name, value in found.items() if value}


def amount_of(duration: str) -> tuple[int | None, str]:
    """Return a plain ISO 8601 duration as number and unit: P10W is (10, "W"); others are (None, "W")."""
    body = duration.removeprefix("PT") if duration.startswith("PT") else duration.removeprefix("P")
    unit = body[-1:]
    if (
        body[:-1].isdigit()
        and (unit in "WDY" or (unit == "H") == duration.startswith("PT"))
        and unit in "WDMYH"
    ):
        return int(body[:-1]), unit
    return None, "W"


def initial_of_part(part: AchievementVersion) -> dict[str, Any]:
    """Return what the form shows for a further achievement."""
    names = ("name", "description", *_EARNED)
    said = {name: getattr(part, name) for name in names}
    return said | {"code": part.achievement.code, "tags": ", ".join(part.tags)}


def initial_of(version: OfferingVersion, achieved: AchievementVersion) -> dict[str, Any]:
    """Return what the form shows for a version."""
    names = (
        "title",
        "description",
        "kind",
        "credits",
        "credit_unit",
        "level",
        "modality",
        "language",
        "cost",
    )
    said = {name: getattr(version, name) for name in (*names, "prerequisites", "cip_code")}
    said |= {name: getattr(achieved, name) for name in _EARNED}
    amount, unit = amount_of(version.duration)
    leads_to = sorted(offering.code for offering in version.leads_to.all())
    for name in ("credits", "cost"):
        said[name] = said[name].normalize() + 0 if said[name] is not None else None
    return said | {
        "duration_amount": amount,
        "duration_unit": unit,
        "leads_to": ", ".join(leads_to),
        "tags": ", ".join(achieved.tags),
    }


def rows_of(achieved: AchievementVersion) -> list[dict[str, Any]]:
    """Return the results of a version as rows of the form."""
    return rubrics.shown(achieved.result_descriptions)
