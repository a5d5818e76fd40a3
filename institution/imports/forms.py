"""Forms of the three screens every import has: choose a file, say what is what, read it differently."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from institution.accounts.models import OrgUnit
from institution.imports import mapping
from institution.imports.fields import Field, Question
from institution.imports.models import Upload

ACCEPTED = ".csv,.tsv,.txt,.xlsx,.xlsm"
NO_HEADER = "0"


class UploadForm(forms.Form):
    """A file, and the unit its rows belong to or below."""

    org_unit = forms.ModelChoiceField(OrgUnit.objects.none(), label=gettext_lazy("Unit"))
    file = forms.FileField(label=gettext_lazy("File"), allow_empty_file=True)

    def __init__(self, *args: Any, units: Iterable[OrgUnit], accept: str = ACCEPTED, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [unit.pk for unit in units]
        unit_field: Any = self.fields["org_unit"]
        unit_field.queryset = OrgUnit.objects.filter(pk__in=ids).order_by("path")
        unit_field.empty_label = None
        unit_field.label_from_instance = _indented
        self.fields["file"].widget.attrs["accept"] = accept
        if len(ids) == 1:
            unit_field.initial = ids[0]


def _indented(unit: OrgUnit) -> str:
    return "\u2003" * (len(unit.ancestor_paths()) - 1) + unit.name


class ReadingForm(forms.Form):
    """Which sheet, and which line holds the header, where we read the file wrongly."""

    sheet = forms.ChoiceField(label=gettext_lazy("Sheet"), required=False)
    header_line = forms.IntegerField(
        label=gettext_lazy("Line of the header"),
        help_text=gettext_lazy("0 if the file has none"),
        min_value=0,
        max_value=200,
    )

    def __init__(self, *args: Any, upload: Upload, **kwargs: Any) -> None:
        initial = {"sheet": upload.sheet, "header_line": upload.header_line or 0}
        super().__init__(*args, **{"initial": initial, "prefix": "reading", **kwargs})
        if len(upload.sheets) > 1:
            self.fields["sheet"].choices = [(name, name) for name in upload.sheets]  # type: ignore[attr-defined]
        else:
            del self.fields["sheet"]

    def header(self) -> int | None:
        """Return the line chosen, None for a file without header."""
        return self.cleaned_data["header_line"] or None


class MappingForm(forms.Form):
    """One choice of column per field, and the questions the file leaves open."""

    def __init__(
        self,
        *args: Any,
        upload: Upload,
        fields: Sequence[Field],
        questions: Sequence[Question] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.upload, self.wanted, self.questions = upload, fields, questions
        known = mapping.remembered(upload)
        self.remembered = known is not None
        chosen = upload.mapping or mapping.guess(upload, fields)
        answers = upload.answers or (known.answers if known else {})
        options = [("", _("Not in the file")), *self._columns()]
        for one in fields:
            self.fields[f"column_{one.name}"] = forms.ChoiceField(
                label=one.label,
                choices=options,
                required=False,
                help_text=one.help,
                initial=str(chosen.get(one.name, "")),
            )
        for asked in questions:
            self.fields[f"answer_{asked.name}"] = forms.ChoiceField(
                label=asked.label,
                choices=asked.choices,
                required=False,
                help_text=asked.help,
                widget=forms.RadioSelect,
                initial=answers.get(asked.name, ""),
            )

    def _columns(self) -> list[tuple[str, str]]:
        out = []
        for index, name in enumerate(self.upload.columns):
            texts = [row[index] for row in self.upload.sample[:20] if index < len(row) and row[index]]
            example = f" · {texts[0][:30]}" if texts else ""
            out.append((str(index), (name or _("Column %(n)s") % {"n": index + 1}) + example))
        return out

    def mapping(self) -> dict[str, int]:
        """Return {field: column index} as chosen."""
        chosen = {one.name: self.cleaned_data.get(f"column_{one.name}", "") for one in self.wanted}
        return {name: int(value) for name, value in chosen.items() if value}

    def answers(self) -> dict[str, str]:
        """Return {question: answer} as chosen."""
        return {one.name: self.cleaned_data.get(f"answer_{one.name}", "") for one in self.questions}

    def blame(self, faults: dict[str, str]) -> None:
        """Show the sentences of an InvalidInput at their fields."""
        for name, sentence in faults.items():
            column, answer = f"column_{name}", f"answer_{name}"
            asked = answer in self.fields and not self.cleaned_data.get(column)
            at = answer if asked else column
            self.add_error(at if at in self.fields else None, sentence)

    def lines(self) -> list[dict[str, Any]]:
        """Return for each field its bound choice and what stands in that column; the absent ones last."""
        out = []
        for one in self.wanted:
            bound = self[f"column_{one.name}"]
            value = str(bound.value() or "")
            index = int(value) if value.isdigit() else -1
            texts = [row[index] for row in self.upload.sample if 0 <= index < len(row) and row[index]]
            samples = list(dict.fromkeys(texts))[:3]
            out.append({"field": bound, "required": one.required, "samples": samples, "found": bool(value)})
        return sorted(out, key=lambda line: not (line["found"] or line["required"]))

    def absent_from(self) -> int:
        """Return the place, from 1, of the first field that the file does not have; 0 if it has all."""
        lines = self.lines()
        return next((n for n, one in enumerate(lines, 1) if not (one["found"] or one["required"])), 0)

    def asked(self) -> list[Any]:
        """Return the bound questions."""
        return [self[f"answer_{one.name}"] for one in self.questions]
