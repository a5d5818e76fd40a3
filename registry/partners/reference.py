"""The page of the API, drawn by us from its schema: every endpoint, its parameters, a command to try it."""

import json
import shlex
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from registry.partners.schema import whole_schema

NEW_BATCH = {
    "title": "Spring completions",
    "org_unit": "$UNIT",
    "source": "sis",
    "rows": [
        {
            "source_id": "S00017",
            "name": "Amara Nwosu",
            "email": "amara@students.example",
            "code": "NURS-120",
            "awarded_on": "2026-05-14",
        }
    ],
}
BODIES: dict[str, list[Any]] = {"batches_create": [NEW_BATCH], "verify_credentials": ["@credential.json"]}
HEADERS = {"batches_create": ["Idempotency-Key: $KEY"]}
BOUND = {"ticket": "$TICKET"}
ASK = 'curl -s -u "$CLIENT_ID:$CLIENT_SECRET" -d grant_type=client_credentials "$PORTAL/oauth/token/"'


@dataclass(frozen=True)
class Parameter:
    """One value an endpoint takes beside its body."""

    name: str
    place: str
    kind: str
    words: str
    required: bool


@dataclass(frozen=True)
class Endpoint:
    """One method at one address."""

    id: str
    method: str
    path: str
    words: str
    scopes: list[str]
    public: bool
    curl: str
    parameters: list[Parameter] = field(default_factory=list)
    fields: list[Parameter] = field(default_factory=list)
    gives: list[Parameter] = field(default_factory=list)

    @property
    def steps(self) -> list[str]:
        """Return the parts of the path, between which a narrow page may break it."""
        return self.path.removeprefix("/").split("/")


@dataclass(frozen=True)
class Chapter:
    """The endpoints of one kind of thing."""

    name: str
    words: str
    endpoints: list[Endpoint]


@cache
def chapters() -> list[Chapter]:
    """Return the whole API by kind of thing, in the order of the schema's tags."""
    with translation.override("en"):
        schema = whole_schema()
    found: dict[str, list[Endpoint]] = {tag["name"]: [] for tag in schema["tags"]}
    for path, operations in schema["paths"].items():
        for method, operation in operations.items():
            found[operation["tags"][0]].append(_endpoint(schema, path, method, operation))
    return [Chapter(tag["name"], tag["description"], found[tag["name"]]) for tag in schema["tags"]]


def curl_of(path: str, method: str, operation: dict[str, Any]) -> str:
    """Return a command for a shell where PORTAL, TOKEN and ID are set."""
    for name in _names_in(path):
        path = path.replace("{" + name + "}", BOUND.get(name, "$ID"))
    words = ["curl -s"]
    if _needs_token(operation):
        words.append('-H "Authorization: Bearer $TOKEN"')
    words += [f'-H "{line}"' for line in HEADERS.get(operation["operationId"], ())]
    for body in BODIES.get(operation["operationId"], ()):
        words.append('-H "Content-Type: application/json"')
        words.append(f"--data-binary {_quoted(body)}")
    return " ".join([*words, f'"$PORTAL{path}"'])


def _quoted(body: Any) -> str:
    """Return a body as one word of a shell, in which $UNIT is still replaced."""
    if isinstance(body, str):
        return shlex.quote(body)
    return "'" + json.dumps(body).replace('"$UNIT"', "\"'$UNIT'\"") + "'"


def _endpoint(schema: dict[str, Any], path: str, method: str, operation: dict[str, Any]) -> Endpoint:
    asked = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    answers = operation["responses"].get("200") or operation["responses"].get("201") or {}
    given = answers.get("content", {}).get("application/json", {}).get("schema", {})
    return Endpoint(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        words=operation.get("description", ""),
        scopes=[scope for rule in operation.get("security", ()) for scope in rule.get("oauth2", ())],
        public=not _needs_token(operation),
        curl=curl_of(path, method, operation),
        parameters=[_parameter(one) for one in operation.get("parameters", ())],
        fields=_fields(schema, asked),
        gives=_fields(schema, given),
    )


def _needs_token(operation: dict[str, Any]) -> bool:
    return any("oauth2" in rule for rule in operation.get("security", ()))


def _names_in(path: str) -> list[str]:
    return [part[1:-1] for part in path.split("/") if part.startswith("{")]


def _parameter(one: dict[str, Any]) -> Parameter:
    kind = _kind(one.get("schema", {}))
    return Parameter(one["name"], one["in"], kind, _words(one), one.get("required", False))


def _words(one: dict[str, Any]) -> str:
    """Return what is said of a value: without the list of choices, which stands beside, and as a noun."""
    words = str(one.get("description", "")).split("* `")[0].strip().removeprefix("Return ")
    return words[:1].upper() + words[1:]


def _fields(schema: dict[str, Any], shape: dict[str, Any]) -> list[Parameter]:
    """Return the members of an object; of a page or a list, the members of what stands in it."""
    shape = _resolved(schema, shape)
    results = shape.get("properties", {}).get("results")
    if results is not None:
        return _fields(schema, results)
    if "items" in shape:
        return _fields(schema, shape["items"])
    needed = shape.get("required", ())
    return [
        Parameter(name, "", _kind(_resolved(schema, one)), _words(one), name in needed)
        for name, one in shape.get("properties", {}).items()
    ]


def _resolved(schema: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    reference = shape.get("$ref", "")
    if not reference:  # an enumeration, perhaps beside one of nothing
        choices = [*shape.get("allOf", ()), *shape.get("oneOf", ())]
        reference = choices[0].get("$ref", "") if choices else ""
    if not reference:
        return shape
    found: dict[str, Any] = schema["components"]["schemas"][reference.rsplit("/", 1)[-1]]
    return found


def _kind(shape: dict[str, Any]) -> str:
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"] if value not in ("", None))
    if shape.get("type") == "array":
        return "list"
    return str(shape.get("format") or shape.get("type") or "object")


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """Show the API to people who will use it."""
    context = {
        "chapters": chapters(),
        "token": ASK,
        "portal": f"export PORTAL={request.build_absolute_uri('/').rstrip('/')}",
    }
    return render(request, "partners/reference.html", context)
