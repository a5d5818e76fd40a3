"""The REST API at /api/v1/: each room's own list, mounted. No address of it ends in a slash."""

from django.urls import URLPattern, URLResolver, include, path, re_path
from rest_framework.routers import SimpleRouter

from credentials.batches.api import router_entries as issuing
from credentials.showcase.api import router_entries as showcase
from credentials.verification.api import api_urlpatterns as verification
from learners.sharing.api import router_entries as sharing
from registry.partners.api import ChangesView
from registry.partners.doors import door
from registry.partners.schema import SchemaView
from registry.problems import NoSuchEndpoint
from skills.frameworks.api import router_entries as frameworks

router = SimpleRouter(trailing_slash=False)
for prefix, viewset, basename in [*showcase, *frameworks, *issuing, *sharing]:
    router.register(prefix, door(viewset), basename)

urlpatterns: list[URLPattern | URLResolver] = [
    *verification,  # before credentials/<pk>
    path("changes", ChangesView.as_view(), name="changes"),
    path("schema", SchemaView.as_view(), name="schema"),
    path("", include(router.urls)),
    re_path(r"", NoSuchEndpoint.as_view(), name="no-such-endpoint"),
]
