"""The OpenAPI description of the API: served to machines, and read by our own page."""

from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView

from institution.asked import StrictParameters

PREFIX = "/api/v1"
TAGS = {
    "offerings": "What the college offers. Approved offerings only.",
    "achievements": "What is earned, as the document that credentials carry.",
    "frameworks": "Skills frameworks.",
    "skills": "Skills, with the address that alignments point to.",
    "changes": "One list of what changed and what is no more.",
    "batches": "Send completions to be awarded, and read what became of them.",
    "consents": "Who said yes to you, until when.",
    "credentials": "Credentials of learners who consented, and verification for everybody.",
}


class TokenScheme(OpenApiAuthenticationExtension):
    """Names the OAuth door with its scopes; replaces the library's, which knows no scopes per client."""

    target_class = "oauth2_provider.contrib.rest_framework.OAuth2Authentication"
    name = "oauth2"
    priority = 1

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the flow and every scope with its sentence."""
        from registry.partners.scopes import all_scopes

        scopes = {name: str(words) for name, words in all_scopes().items()}
        return {
            "type": "oauth2",
            "description": "Client credentials by HTTP Basic. `/oauth/introspect/` says what a token still opens, "
            "`/oauth/revoke/` gives it back.",
            "flows": {"clientCredentials": {"tokenUrl": "/oauth/token/", "scopes": scopes}},
        }

    def get_security_requirement(self, auto_schema: Any) -> dict[str, list[str]]:
        """Return the scopes of this endpoint and method."""
        view = auto_schema.view
        for permission in view.get_permissions():
            if hasattr(permission, "get_scopes"):
                return {self.name: permission.get_scopes(view.request, view)}
        return {self.name: []}


def name_problems(result: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
    """Add the problem document, as the answer to whatever goes wrong, and a sentence for each tag.

    Bodies are closed, as they are read.
    """
    text = {"type": "string"}
    for name, shape in result["components"]["schemas"].items():
        if name.endswith("Request"):
            shape["additionalProperties"] = False
    result["components"]["schemas"]["Problem"] = {
        "type": "object",
        "description": "RFC 9457. `type` is stable and leads to a page; the words may change.",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "errors": {
                "type": "object",
                "description": "A sentence for each field or parameter that needs a correction. A name that "
                "is not known here is one; the sentence names those that are.",
                "additionalProperties": text,
            },
            "scope": {"type": "string", "description": "What a token lacks, with 403."},
        },
        "required": ["type", "title", "status", "detail"],
    }
    shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for operations in result["paths"].values():
        for operation in operations.values():
            operation["responses"]["default"] = {"description": "What went wrong.", "content": shape}
    result["tags"] = [{"name": name, "description": words} for name, words in TAGS.items()]
    return result


@cache
def whole_schema() -> dict[str, Any]:
    """Return the schema of everything below /api/v1/, made once per process."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


class SchemaView(StrictParameters, SpectacularAPIView):
    """The schema as YAML, or as JSON for those who accept only that. Public, and the same for everybody."""

    renderer_classes = [OpenApiYamlRenderer, OpenApiJsonRenderer]
    authentication_classes = []
    permission_classes = []
    throttle_classes = []
    parameters = ("format", "lang")


def schema_text() -> str:
    """Return docs/openapi.yaml: the schema as it is served, with a line on how to write it anew."""
    head = b"# Written by `./run manage print_openapi`; a test keeps it fresh.\n"
    return (head + OpenApiYamlRenderer().render(whole_schema(), renderer_context={})).decode()
