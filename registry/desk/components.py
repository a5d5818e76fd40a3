"""The page that shows every part in every state, for demo and tests: nothing here is stored."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, cast

from django import forms
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from institution.accounts.templatetags.ui import STATES

LONG_TITLE = (
    "Supporting Multilingual Families through Early Childhood Transitions: Practicum, Reflection and "
    "Community Partnership II"
)
NAMES = [
    "Amara Nwosu",
    "فاطمة الزهراء بنت عبد الرحمن الإدريسي",
    "Wolfeschlegelsteinhausenbergerdorff-Montgomery Aguinaldo de los Santos III",
    "李",
    "Nguyễn Thị Minh Khai",
]
CAN = ["take vital signs", "give medication safely", "write a care plan", "hand over a shift"]


class SampleFilter(forms.Form):
    q = forms.CharField(label=_("Words in title or code"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), required=False, choices=[("", _("All kinds")), ("credit", _("Credit"))]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All states"))])


class SampleForm(forms.Form):
    """One field of each sort, bound so that errors show."""

    title = forms.CharField(label=_("Title"), max_length=200, help_text=_("As it stands in the catalog."))
    description = forms.CharField(
        label=_("Description"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Two or three sentences that a learner's cousin would understand."),
    )
    credits = forms.DecimalField(label=_("Credits"), max_value=20)
    unit = forms.ChoiceField(label=_("Credit unit"), choices=[("semester", _("semester hours"))])
    kind = forms.ChoiceField(
        label=_("Kind"),
        widget=forms.RadioSelect,
        choices=[
            ("credit", _("Credit")),
            ("noncredit", _("Non-credit")),
            ("cocurricular", _("Co-curricular")),
        ],
    )
    tags = forms.MultipleChoiceField(
        label=_("Tags"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[("evening", _("In the evening")), ("free", _("Free of charge"))],
    )
    public = forms.BooleanField(label=_("Show this in the public catalog"), required=False)
    file = forms.FileField(label=_("File"), required=False, help_text=_("CSV or XLSX, up to 60 MB."))


@dataclass(frozen=True)
class Variant:
    """One way in which all parts are shown: theme, density, direction, size of text."""

    key: str
    name: Any
    theme: str
    density: str
    direction: str = "ltr"
    large: bool = False
    form: SampleForm = field(init=False)
    filter_form: SampleFilter = field(init=False)

    def __post_init__(self) -> None:
        data = {"title": LONG_TITLE, "description": "", "credits": "99", "kind": "credit"}
        object.__setattr__(self, "form", SampleForm(data, auto_id=f"{self.key}_%s"))
        object.__setattr__(self, "filter_form", SampleFilter(auto_id=f"{self.key}_filter_%s"))


VARIANTS = [
    ("staff-light", _("Staff, light"), "light", "staff"),
    ("staff-dark", _("Staff, dark"), "dark", "staff"),
    ("learner-light", _("Learner, light"), "light", "learner"),
    ("learner-dark", _("Learner, dark"), "dark", "learner"),
    ("rtl", _("Right to left"), "light", "learner", "rtl"),
    ("large", _("Text at 200 %"), "light", "learner", "ltr", True),
]


def components(request: HttpRequest) -> HttpResponse:
    """Show every part; the address is mounted in demo and tests only."""
    return render(request, "components/page.html", samples(now=timezone.now()))


def samples(*, now: datetime) -> dict[str, Any]:
    """Return what the page shows, with times counted back from now."""
    rows = list(range(1, 1001))
    return {
        "variants": [Variant(*row) for row in cast("list[tuple[Any, ...]]", VARIANTS)],
        "names": NAMES,
        "long_title": LONG_TITLE,
        "states": list(STATES),
        "page_obj": _page(rows),
        "kind_help": {
            "credit": _("Counts toward a degree or certificate."),
            "noncredit": _("Does not count toward a degree; may lead to one."),
            "cocurricular": _("Learned beside the courses: tutoring, leading, service."),
        },
        **_histories(now),
        **_lists(),
        **_trees_and_checks(),
        **_cards(now),
    }


def _page(rows: list[int]) -> Page:
    return Paginator(rows, 25).page(7)


def _histories(now: datetime) -> dict[str, Any]:
    return {
        "events": [
            _event("check", _("Approved version 3"), NAMES[4], now - timedelta(hours=3)),
            _event("undo", _("Returned with one comment"), NAMES[2], now - timedelta(days=6))
            | {"said": _("The criteria say what is taught, not what the learner has to show.")},
            _event("draft", _("Submitted version 3"), NAMES[1], now - timedelta(days=9)),
        ],
        "changes": [
            {"label": _("Title"), "old": "Welding 2", "new": "Welding II: Structural Steel"},
            {
                "label": _("Criteria"),
                "old": "Learns to read a weld symbol and joins plate in the flat position.",
                "new": "Reads every weld symbol of AWS A2.4 and joins plate in flat and vertical position.",
            },
            {"label": _("Cost"), "old": "", "new": "$ 120 for materials"},
            {"label": _("Level"), "old": "Introductory", "new": ""},
        ],
    }


def _event(icon: str, words: Any, who: str, at: datetime) -> dict[str, Any]:
    return {"icon": icon, "words": words, "who": who, "at": at}


def _lists() -> dict[str, Any]:
    return {
        "tabs": [
            {"label": _("What it says"), "url": "#tabs", "current": True},
            {"label": _("Skills"), "url": "#tabs", "count": 12},
            {"label": _("Versions"), "url": "#tabs", "count": 3},
        ],
        "steps": [
            {"label": _("Choose the file"), "done": True, "url": "#steps"},
            {"label": _("Name the columns"), "done": True, "url": "#steps"},
            {"label": _("Read the report"), "current": True},
            {"label": _("Confirm"), "done": False},
        ],
        "bars": [
            {"label": _("Nursing"), "value": 1312, "percent": 100, "url": "#chart"},
            {"label": _("Welding and fabrication"), "value": 640, "percent": 48.8, "url": "#chart"},
            {"label": _("Culinary arts"), "value": 3, "percent": 0.2},
        ],
        "picked": [{"id": 1, "label": CAN[0], "line": "NP.1 · Nursing practice"}],
        "found": [
            {"id": 2, "label": CAN[2], "line": "NP.4 · Nursing practice"},
            {"id": 3, "label": LONG_TITLE, "line": "HC.12 · Health care"},
        ],
        "weeks": [3, 4, 9, 7, 12, 11, 18],
    }


def _trees_and_checks() -> dict[str, Any]:
    return {
        "nodes": [
            {
                "label": "Nursing practice",
                "code": "NP",
                "count": 41,
                "open": True,
                "children": [
                    {"label": "Takes and records vital signs", "code": "NP.1", "url": "#tree", "count": 7},
                    {"label": LONG_TITLE, "code": "NP.2", "count": 3, "children": [{"label": "Hands over"}]},
                ],
            },
            {"label": "Communication", "code": "CO", "count": 0},
        ],
        "checks": [
            _check("pass", _("passed"), _("Signature unchanged since it was signed"), ""),
            _check("pass", _("passed"), _("Not revoked, checked a minute ago"), ""),
            _check(
                "fail",
                _("failed"),
                _("It was changed after it was signed"),
                _("Do not rely on it. Ask the college for a new copy."),
            ),
            _check(
                "unknown",
                _("could not be checked"),
                _("Person: we cannot tell who holds this page"),
                _("Ask for a second proof if it matters."),
            ),
        ],
    }


def _check(outcome: str, label: Any, sentence: Any, advice: Any) -> dict[str, Any]:
    return {"outcome": outcome, "outcome_label": label, "sentence": sentence, "next": advice}


def _cards(now: datetime) -> dict[str, Any]:
    day = now.date()
    assessed = {
        "title": "Clinical Skills II",
        "url": "#card",
        "kind": "credit",
        "kind_label": _("Credit, assessed"),
        "by": _("Assessed by Nursing, Riverbend East College"),
        "on": day - timedelta(days=40),
        "can": CAN,
        "can_more": 4,
        "state": "valid",
        "verified": True,
    }
    took_part = {"kind": "cocurricular", "kind_label": _("Co-curricular, took part"), "title": LONG_TITLE}
    ended = {"state": "revoked", "state_label": _("Withdrawn"), "kind": "noncredit", "title": "Welding II"}
    return {
        "cards": [assessed, assessed | took_part | {"can_more": 0}, assessed | ended | {"verified": False}]
    }
