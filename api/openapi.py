"""The OpenAPI document: what all operations share, such as the shape of a problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems
from regiograph.errors import RegiographError

_COMPONENTS: dict[str, Any] = {
    "Problem": {
        "type": "object",
        "description": "What went wrong, where, and the way out (RFC 9457).",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "format": "uri"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "where": {"type": "string"},
            "way_out": {"type": "string"},
            "findings": {"type": "array", "items": {"type": "object"}},
        },
    },
    "SparqlResults": {
        "type": "object",
        "description": "SPARQL 1.1 Query Results JSON Format.",
        "required": ["head"],
        "properties": {
            "head": {
                "type": "object",
                "properties": {"vars": {"type": "array", "items": {"type": "string"}}},
            },
            "results": {
                "type": "object",
                "properties": {
                    "bindings": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "additionalProperties": {"$ref": "#/components/schemas/Term"},
                        },
                    }
                },
            },
            "boolean": {"type": "boolean"},
        },
    },
    "Term": {
        "type": "object",
        "required": ["type", "value"],
        "properties": {
            "type": {"type": "string", "enum": ["uri", "literal", "bnode", "triple"]},
            "value": {"type": "string"},
            "datatype": {"type": "string"},
            "xml:lang": {"type": "string"},
        },
    },
}


def install(app: FastAPI) -> None:
    """Adds to an app's OpenAPI document what its operations refer to."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            made = get_openapi(
                title=app.title,
                version=app.version,
                summary="Reports of EU interregional partnerships as an open, citable knowledge graph.",
                routes=app.routes,
            )
            schemas = made.setdefault("components", {}).setdefault("schemas", {})
            schemas |= _COMPONENTS
            app.openapi_schema = made
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def problem_response(*kinds: type[RegiographError]) -> dict[int | str, dict[str, Any]]:
    """The responses that errors become, for a route."""
    found: dict[int | str, dict[str, Any]] = {}
    for kind in kinds:
        status, title = problems.STATUS[kind]
        found[status] = {"content": {problems.MEDIA: {"schema": ref("Problem")}}, "description": title}
    return found


def ref(name: str) -> dict[str, str]:
    """The place of a schema."""
    return {"$ref": f"#/components/schemas/{name}"}
