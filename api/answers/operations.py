"""Named questions as OpenAPI operations: typed parameters, examples, answers and errors."""

from collections.abc import Collection, Mapping
from typing import Any

from api.answers.asked import MOST_ROWS
from api.openapi import problem_response, ref
from api.sparql.protocol import NO, YES
from regiograph import errors, spreadsheet
from regiograph.errors import RegiographError
from regiograph.questions import Param, Question
from regiograph.store.formats import TABLES, Format

_TEXT = {"type": "string", "minLength": 1, "maxLength": 500}
_SCHEMAS: dict[str, dict[str, Any]] = {
    "text": _TEXT,
    "partnership": _TEXT,
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "iri": {"type": "string", "format": "uri", "pattern": "^https?://"},
    "region": {"type": "string", "pattern": "^[A-Za-z]{2}[A-Za-z0-9]{0,3}$"},
    "period": {"type": "string", "pattern": "^[0-9]{4}-[hH][12]$"},
    "language": {"type": "string", "pattern": "^[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*$"},
    "code": {"type": "string", "pattern": "^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$"},
}
_ERRORS: tuple[type[RegiographError], ...] = (
    errors.BadQuery,
    errors.NoSuchThing,
    errors.NotAcceptable,
    errors.Gone,
    errors.QueryTooLarge,
    errors.BadParameter,
    errors.TooBusy,
    errors.QueryTooSlow,
)
_ANSWER = "The answer; with explain=1, why it is empty, as application/json"
_HEADERS = {
    "Regiograph-Edition": ("The number of the edition that answers.", "integer"),
    "ETag": ("Names this answer of this edition in this format.", "string"),
    "Link": ("Where the other parts of an answer are; given with limit or offset.", "string"),
    "Regiograph-Rows": ("How many rows the whole answer has; given with limit or offset.", "integer"),
}


def operation(question: Question) -> dict[str, Any]:
    """A question as an OpenAPI operation: the arguments of its route."""
    return {
        "summary": question.summary,
        "description": question.description,
        "operation_id": f"ask_{question.name.replace('-', '_')}",
        "tags": list(question.tags) or ["questions"],
        "responses": _responses(question),
        "openapi_extra": {"parameters": [*map(_documented, question.params), *_options()]},
    }


def generic_operation(questions: Collection[str], suffixes: Collection[str]) -> dict[str, dict[str, Any]]:
    """The addresses with a suffix, and of an edition, told once for all questions."""
    name = _path("name", "A question.", {"type": "string", "enum": sorted(questions)})
    suffix = _path("suffix", "The format.", {"type": "string", "enum": list(suffixes)})
    edition = _path("edition", "The number of an edition.", {"type": "integer", "minimum": 1})
    about = "The parameters are those of the question; see the operation that has its name."
    shared = {"tags": ["questions"], "responses": _responses(None), "description": about}
    return {
        "/queries/{name}.{suffix}": {
            **shared,
            "summary": "A named question, as a file",
            "operation_id": "download_answer",
            "openapi_extra": {"parameters": [name, suffix, *_options()[1:]]},
        },
        "/edition/{edition}/queries/{name}.{suffix}": {
            **shared,
            "summary": "A named question, asked of one edition",
            "operation_id": "download_answer_of_edition",
            "openapi_extra": {"parameters": [edition, name, suffix, *_options()[1:]]},
        },
    }


def describe(question: Question) -> dict[str, Any]:
    """What a client needs to know to ask a question."""
    return {
        "name": question.name,
        "summary": question.summary,
        "description": question.description,
        "tags": list(question.tags),
        "parameters": [
            {
                "name": param.name,
                "type": param.type,
                "required": param.required,
                "default": param.default,
                "example": param.example,
                "description": param.description,
            }
            for param in question.params
        ],
        "href": f"/queries/{question.name}",
    }


def _responses(question: Question | None) -> dict[int | str, dict[str, Any]]:
    content: dict[str, Any] = {one.names[0]: {"schema": {"type": "string"}} for one in TABLES}
    content[Format.JSON.names[0]] = {"schema": ref("SparqlResults")}
    if question is not None and question.example:
        content[Format.JSON.names[0]]["example"] = _example(question)
    content["application/json"] = {"schema": ref("Diagnosis")}
    content[spreadsheet.MEDIA] = {"schema": {"type": "string", "format": "binary"}}
    headers = {
        name: {"description": about, "schema": {"type": kind}} for name, (about, kind) in _HEADERS.items()
    }
    answer = {
        "content": content,
        "headers": headers,
        "description": "The answer; with explain=1 why it is empty, as application/json",
    }
    return {
        200: answer,
        304: {"description": "The client has this answer already."},
        **problem_response(*_ERRORS),
    }


def _example(question: Question) -> dict[str, Any]:
    """One row that the demo's answer to the example has; it may have more columns."""
    row = {name: {"type": "literal", "value": _text(value)} for name, value in question.example.items()}
    return {"head": {"vars": list(row)}, "results": {"bindings": [row]}}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _documented(param: Param) -> dict[str, Any]:
    kind = param.type.split(":")[0]
    schema = dict(_SCHEMAS[kind])
    if param.default is not None:
        schema["default"] = _typed(kind, param.default)
    documented: dict[str, Any] = {
        "name": param.name,
        "in": "query",
        "required": param.required and param.default is None,
        "description": param.description,
        "schema": schema,
    }
    return documented if param.example is None else {**documented, "example": _typed(kind, param.example)}


def _typed(kind: str, value: str) -> str | int:
    return int(value) if kind == "integer" else value


def _options() -> list[dict[str, Any]]:
    """What may be asked of every question; the format stands first."""
    formats = [*(one.short for one in TABLES), "xlsx"]
    return [
        _option("format", "Goes before the Accept header.", {"type": "string", "enum": formats}),
        _option(
            "lang",
            "Names beside IRIs in this language, English where there are none; goes before Accept-Language.",
            _SCHEMAS["language"],
        ),
        _option("limit", "At most so many rows.", {"type": "integer", "minimum": 1, "maximum": MOST_ROWS}),
        _option("offset", "Rows to leave out before.", {"type": "integer", "minimum": 0}),
        _option(
            "asof",
            "Only what was reported up to the end of this period, such as 2020-H2.",
            {"type": "string", "pattern": "^[0-9]{4}(-[hH][12]|-[0-9]{2}(-[0-9]{2})?)?$"},
        ),
        _option(
            "explain",
            "1: instead of the answer, why it is empty, and the way out, as application/json.",
            {"type": "string", "enum": [*NO, *YES]},
        ),
    ]


def _option(name: str, about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "description": about, "schema": schema}


def _path(name: str, about: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema}
