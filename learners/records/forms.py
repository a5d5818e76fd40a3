"""What a learner writes about their record."""

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from learners.records.models import HelpRequest


class HelpForm(forms.Form):
    """What a learner finds wrong with a credential."""

    kind = forms.ChoiceField(
        label=_("What is wrong?"), choices=HelpRequest.Kind.choices, widget=forms.RadioSelect
    )
    text = forms.CharField(
        label=_("What should it say?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The college's help desk reads this. Leave it empty if there is nothing to add."),
    )


class SettingsForm(forms.Form):
    """The name a record shows, and the language of pages and messages."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        help_text=_("As you write it. Your record shows it; documents already signed keep theirs."),
    )
    language = forms.ChoiceField(
        label=_("Language"), choices=settings.LANGUAGES, help_text=_("Of your pages and messages.")
    )
