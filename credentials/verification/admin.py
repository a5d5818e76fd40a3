"""Issuers we vouch for, contexts we added, and the counts: for administrators, through the services."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from credentials.verification import services
from credentials.verification.models import ContextFile, TrustedIssuer, VerificationCount
from institution.accounts.authz import allowed
from institution.errors import InvalidInput, RegistryError


class _Guarded(admin.ModelAdmin):
    """Only who may manage issuers; rows are added and read, never edited."""

    def _may(self, request: HttpRequest) -> bool:
        return allowed(request.user, services.MANAGE, None, now=timezone.now())

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._may(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class _ServiceForm(forms.ModelForm):
    """A form whose row is made by a service; what the service refuses stands beside its field."""

    actor: Any = None
    make: Callable[[dict[str, Any]], Any]  # each form says which service makes its row

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        try:
            self.made = self.make(cleaned)
        except InvalidInput as error:
            for field, sentence in error.faults.items():
                self.add_error(field if field in self.fields else None, sentence)
        except RegistryError as error:
            self.add_error(None, str(error))
        return cleaned

    def _post_clean(self) -> None:
        """Leave the row alone: the service has made and checked it."""

    def save(self, commit: bool = True) -> Any:
        return self.made

    def _save_m2m(self) -> None:
        """Nothing is joined here."""

    save_m2m = _save_m2m


class TrustedIssuerForm(_ServiceForm):
    url = forms.URLField(label=_("Site"), required=False, assume_scheme="https")

    class Meta:
        model = TrustedIssuer
        fields = ["did", "name", "url", "source"]

    def make(self, cleaned: dict[str, Any]) -> TrustedIssuer:
        return services.add_issuer(**cleaned, actor=self.actor, now=timezone.now())


class ContextFileForm(_ServiceForm):
    url = forms.URLField(label=_("Address"), max_length=300, assume_scheme="https")
    file = forms.FileField(label=_("File"), help_text=_("The context as its publisher gives it."))

    class Meta:
        model = ContextFile
        fields = ["url", "sha256"]

    def make(self, cleaned: dict[str, Any]) -> ContextFile:
        try:
            text = cleaned["file"].read(1_000_000).decode()
        except UnicodeDecodeError:
            raise InvalidInput({"file": str(_("This file is not text."))}) from None
        return services.add_context(
            cleaned["url"], text, cleaned["sha256"], actor=self.actor, now=timezone.now()
        )


class _WithForm(_Guarded):
    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **how: Any) -> Any:
        form = super().get_form(request, obj, change, **how)
        return type(form.__name__, (form,), {"actor": request.user})

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the service has saved it."""


class TrustedIssuerAdmin(_WithForm):
    form = TrustedIssuerForm
    list_display = ["name", "did", "provenance", "added_by", "added_at"]
    list_select_related = ["added_by"]
    search_fields = ["name", "did"]
    ordering = ["name", "did"]
    actions = ["remove"]

    @admin.action(description=_("Take selected issuers off the list"))
    def remove(self, request: HttpRequest, queryset: Any) -> None:
        for issuer in queryset:
            services.remove_issuer(issuer, actor=request.user, now=timezone.now())


class ContextFileAdmin(_WithForm):
    form = ContextFileForm
    list_display = ["url", "sha256", "added_by", "added_at"]
    list_select_related = ["added_by"]
    ordering = ["url"]


class VerificationCountAdmin(_Guarded):
    list_display = ["day", "verdict", "count"]
    list_filter = ["verdict"]
    ordering = ["-day", "verdict"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


ADMIN = [
    (TrustedIssuer, TrustedIssuerAdmin),
    (ContextFile, ContextFileAdmin),
    (VerificationCount, VerificationCountAdmin),
]
