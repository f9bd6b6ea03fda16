"""The OpenAPI document: what all operations share, such as the shape of a problem."""

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from api import problems
from regiograph.errors import RegiographError

_FINDING: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "what", "where", "way_out"],
    "properties": {
        **{name: {"type": "string"} for name in ("kind", "what", "where", "way_out")},
        "pattern": {"type": "string", "description": "As it stands in the query."},
        "query": {"type": "string", "description": "Mended, and seen to have rows."},
        "rows": {"type": "integer", "description": "How many the mended query has."},
        "words": {"type": "object", "additionalProperties": {"type": "string"}},
        "parameters": {"type": "object", "additionalProperties": {"type": "string"}},
        "href": {"type": "string", "description": "Where the question can be asked with mended words."},
    },
}
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
            "findings": {"type": "array", "items": _FINDING},
        },
    },
    "Diagnosis": {
        "type": "object",
        "description": "Why an answer is empty (explain=1): each finding with its place and the way out.",
        "required": ["rows", "edition", "findings", "probes", "complete"],
        "properties": {
            "rows": {"type": "integer", "description": "Of the query as it is."},
            "edition": {"type": "integer"},
            "findings": {"type": "array", "items": _FINDING},
            "probes": {"type": "integer", "description": "Queries that were asked to find this out."},
            "complete": {"type": "boolean", "description": "false: time or the number of probes ran out."},
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
