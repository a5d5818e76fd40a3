"""Every address of the portal. Each room mounts its own list; nothing else happens here."""

from django.urls import URLPattern, URLResolver, include, path

from institution.accounts import views as accounts
from registry.adminsite import admin_site

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("registry.desk.urls")),
    path("", include("institution.accounts.urls")),
    path("", include("institution.notices.urls")),
    path("", include("institution.memory.urls")),
    path("", include("institution.imports.urls")),
    path("", include("skills.frameworks.urls")),
    path("", include("credentials.intake.urls")),
    path("", include("credentials.authoring.urls")),
    path("", include("credentials.keys.urls")),
    path("", include("credentials.status.urls")),
    path("", include("credentials.batches.urls")),
    path("", include("credentials.clr.urls")),
    path("", include("credentials.reissues.urls")),
    path("", include("credentials.trials.urls")),
    path("", include("credentials.verification.urls")),
    path("", include("learners.helpdesk.urls")),
    path("", include("learners.sharing.urls")),
    path("", include("registry.partners.urls")),
    path("", include("registry.health")),
    path("institution.css", accounts.institution_css, name="institution_css"),
    path("institution-logo.svg", accounts.institution_logo, name="institution_logo"),
    path("api/v1/", include("registry.api")),
    path("vc-api/", include("credentials.vcapi.urls")),
    path("accounts/", include("allauth.urls")),
    path("language/", include("django.conf.urls.i18n")),
    path("admin/", admin_site.urls),
]
handler500 = "registry.problems.server_error"
