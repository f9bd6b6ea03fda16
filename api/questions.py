"""Named questions over HTTP: `/queries`, `/queries/<name>`, `/queries/<name>.csv`, `/queries/<name>.json`.

Pages are plugged in: whoever gives `Pages` answers browsers, everybody else gets data.
"""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.sparql import ClientLeft, answer, answered
from regiograph.errors import BadParameter, RegiographError
from regiograph.questions import Param, Question, Questions
from regiograph.service.front import Front
from regiograph.store.formats import TABLES, Format, prefers_html

SUFFIXES = (Format.JSON, Format.CSV)

_SCHEMAS: dict[str, dict[str, str]] = {
    "integer": {"type": "integer"},
    "date": {"type": "string", "format": "date"},
    "iri": {"type": "string", "format": "uri"},
}


class Pages(Protocol):
    """Answers browsers in HTML."""

    def questions(self, request: Request, questions: Questions) -> Response:
        """The page of all questions."""

    def answer(
        self,
        request: Request,
        question: Question,
        given: Mapping[str, str],
        outcome: Mapping[str, Any] | RegiographError,
    ) -> Response:
        """The page of one question: `outcome` is its answer as SPARQL results JSON, or why there is none."""


def questions_router(front: Front, questions: Questions, pages: Pages | None = None) -> APIRouter:
    """The routes of all questions, each an operation of its own."""
    router = APIRouter()
    router.add_api_route(
        "/queries",
        _listing(questions, pages),
        summary="All named questions",
        tags=["questions"],
        operation_id="list_questions",
    )
    for question in questions.values():
        asking = _asking(front, question, None, pages)
        router.add_api_route(f"/queries/{question.name}", asking, **_operation(question))
        for suffix in SUFFIXES:
            asking = _asking(front, question, suffix, None)
            path = f"/queries/{question.name}.{suffix.short}"
            router.add_api_route(path, asking, include_in_schema=False)
    router.add_api_route("/queries/{name}", _unknown(questions), include_in_schema=False)
    return router


def _listing(questions: Questions, pages: Pages | None) -> Callable[[Request], Awaitable[Response]]:
    async def listing(request: Request) -> Response:
        if pages is not None and wants_html(request):
            return pages.questions(request, questions)
        return JSONResponse({"questions": [describe(question) for question in questions.values()]})

    return listing


def _asking(
    front: Front, question: Question, format: Format | None, pages: Pages | None
) -> Callable[[Request], Awaitable[Response]]:
    async def asking(request: Request) -> Response:
        given, wanted = _given(request)
        short = format.short if format else wanted
        try:
            if pages is not None and short is None and wants_html(request):
                return await _page(front, question, given, pages, request)
            accept = ",".join(request.headers.getlist("accept"))
            plan = front.plan(question.asked(given), accept=accept, format=short)
            return await answered(front, plan, request.headers, request.receive)
        except ClientLeft:
            return Response(status_code=499)

    return asking


async def _page(
    front: Front, question: Question, given: Mapping[str, str], pages: Pages, request: Request
) -> Response:
    try:
        outcome: Any = await ask(front, question, given, request)
    except RegiographError as error:
        outcome = error
    return pages.answer(request, question, given, outcome)


async def ask(front: Front, question: Question, given: Mapping[str, str], request: Request) -> dict[str, Any]:
    """The answer to a question, as SPARQL results JSON.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: a parameter cannot be used, or see `Front.answer`.
    """
    plan = front.plan(question.asked(given), format=Format.JSON.short)
    found: dict[str, Any] = json.loads((await answer(front, plan, request.receive)).body)
    return found


def _unknown(questions: Questions) -> Callable[[str], Awaitable[Response]]:
    async def unknown(name: str) -> Response:
        return JSONResponse(describe(questions.named(name)))  # raises NoSuchThing, with the names there are

    return unknown


def _given(request: Request) -> tuple[dict[str, str], str | None]:
    """The parameters, and the format among them. A parameter given twice is a mistake, not a list."""
    given: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name in given:
            raise BadParameter(
                "This parameter is given twice.", where=f"parameter {name}", way_out="Give it once."
            )
        given[name] = value
    return given, given.pop("format", None)


def wants_html(request: Request) -> bool:
    """Whether a request would rather have a page than data."""
    return prefers_html(",".join(request.headers.getlist("accept")))


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


def _operation(question: Question) -> dict[str, Any]:
    """A question as an OpenAPI operation."""
    return {
        "summary": question.summary,
        "description": question.description,
        "operation_id": f"ask_{question.name.replace('-', '_')}",
        "tags": list(question.tags) or ["questions"],
        "responses": {
            200: {"content": {one.names[0]: {} for one in TABLES}, "description": "The answer"},
            422: {"content": {"application/problem+json": {}}, "description": "A parameter cannot be used"},
        },
        "openapi_extra": {"parameters": [*(_documented(param) for param in question.params), _FORMAT]},
    }


def _documented(param: Param) -> dict[str, Any]:
    schema: dict[str, Any] = dict(_SCHEMAS.get(param.type, {"type": "string"}))
    if param.default is not None:
        schema["default"] = param.default
    documented: dict[str, Any] = {
        "name": param.name,
        "in": "query",
        "required": param.required and param.default is None,
        "description": param.description,
        "schema": schema,
    }
    return documented if param.example is None else {**documented, "example": param.example}


_FORMAT = {
    "name": "format",
    "in": "query",
    "required": False,
    "description": "The format of the answer; goes before the Accept header.",
    "schema": {"type": "string", "enum": [one.short for one in TABLES]},
}
