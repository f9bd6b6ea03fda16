"""The graph for those without RDF: `/tables`, each as CSV and Excel; and `/org`, in the words of ORG.

A table is the answer to a query of `queries/tables/`, whose header says what each column holds. Beside each
CSV stands its description in CSVW (`.csv-metadata.json`).
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from api.linked.identities import METHODS
from api.linked.things import Things
from api.negotiation import VARY, asked_language, wanted_of, wants_html
from api.pages import Look
from api.sparql.answering import answered, read_results
from regiograph import spreadsheet
from regiograph.errors import BadParameter
from regiograph.linked.addresses import SUFFIXES
from regiograph.linked.description import LICENCE
from regiograph.questions import Question
from regiograph.service.pool import ClientLeft
from regiograph.store.formats import GRAPHS, Format

_CSVW = "http://www.w3.org/ns/csvw"
_CSVW_MEDIA = "application/csvm+json"


class Tables:
    """Answers for tables."""

    def __init__(self, look: Look, things: Things) -> None:
        self._look = look
        self._things = things
        self._front = look.front

    def router(self) -> APIRouter:
        """The routes of all tables."""
        router = APIRouter(tags=["tables"])
        self._add(router, "/tables", self._listing, "list_tables", "All tables, and what their columns hold")
        for question in self._things.tables.values():
            path = f"/tables/{question.name}"
            name = question.name.replace("-", "_")
            self._add(router, f"{path}.csv", self._csv(question), f"table_{name}_csv", question.summary)
            self._add(router, f"{path}.xlsx", self._excel(question), f"table_{name}_xlsx", question.summary)
            about = self._described(question)
            router.add_api_route(f"{path}.csv-metadata.json", about, methods=METHODS, include_in_schema=False)
            moved = _moved(f"{path}.csv")
            router.add_api_route(path, moved, methods=METHODS, include_in_schema=False)
        self._add(router, "/org", self._organizations, "org_view", self._things.question("org").summary)
        for suffix in (each for each, format in SUFFIXES.items() if format):
            router.add_api_route(
                f"/org.{suffix}", self._organizations, methods=METHODS, include_in_schema=False
            )
        return router

    @staticmethod
    def _add(router: APIRouter, path: str, route: Callable[..., Any], name: str, summary: str) -> None:
        router.add_api_route(
            path, route, methods=["GET"], operation_id=name, summary=summary, response_class=Response
        )
        router.add_api_route(path, route, methods=["HEAD"], include_in_schema=False)

    async def _listing(self, request: Request) -> Response:
        questions = list(self._things.tables.values())
        if wants_html(request):
            return self._look.page(request, "tables.html", tables=questions)
        return JSONResponse({"tables": [described(question) for question in questions]})

    def _csv(self, question: Question) -> Callable[[Request], Awaitable[Response]]:
        async def csv(request: Request) -> Response:
            text = question.asked(_given(question, request))
            plan = self._front.plan(text, format=Format.CSV.short)
            try:
                response = await answered(self._front, plan, request.headers, request.receive)
            except ClientLeft:
                return Response(status_code=499)
            about = f'</tables/{question.name}.csv-metadata.json>; rel="describedby"; type="{_CSVW_MEDIA}"'
            response.headers["link"] = f'{about}, <{LICENCE}>; rel="license"'
            response.headers["vary"] = VARY
            return response

        return csv

    def _excel(self, question: Question) -> Callable[[Request], Awaitable[Response]]:
        async def excel(request: Request) -> Response:
            try:
                return await self._workbook(question, _given(question, request), request)
            except ClientLeft:
                return Response(status_code=499)

        return excel

    async def _workbook(self, question: Question, given: Mapping[str, str], request: Request) -> Response:
        plan = self._front.plan(question.asked(given), format=Format.JSON.short)
        tag = hashlib.sha256(f"xlsx {plan.tag}".encode()).hexdigest()[:32]
        headers = {"etag": f'"{tag}"', "cache-control": "no-cache", "vary": VARY}
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        results = await read_results(self._front, plan, request)
        edition = self._front.current()
        about = {
            "table": question.summary,
            **{f"only {name}": word for name, word in given.items()},
            **{f"column {name}": told for name, told in question.columns.items()},
            "edition": f"{edition.number}, sha256 {edition.hash}",
            "licence": LICENCE,
        }
        body = await asyncio.to_thread(spreadsheet.workbook, results, about, edition.created)
        headers["content-disposition"] = f'attachment; filename="{question.name}.xlsx"'
        return Response(body, headers=headers, media_type=spreadsheet.MEDIA)

    def _described(self, question: Question) -> Callable[[], Awaitable[Response]]:
        async def metadata() -> Response:
            return Response(json.dumps(csvw(question), ensure_ascii=False), media_type=_CSVW_MEDIA)

        return metadata

    async def _organizations(self, request: Request) -> Response:
        suffix = request.url.path.removeprefix("/org").lstrip(".")
        format = SUFFIXES.get(suffix) or wanted_of(request, GRAPHS)
        question = self._things.question("org")
        plan = self._front.plan(question.asked(_words(question, request)), format=format.short)
        try:
            return await answered(self._front, plan, request.headers, request.receive)
        except ClientLeft:
            return Response(status_code=499)


def described(question: Question) -> dict[str, Any]:
    """What a client needs to know of a table."""
    return {
        "name": question.name,
        "summary": question.summary,
        "columns": dict(question.columns),
        "parameters": {param.name: param.description for param in question.params},
        "csv": f"/tables/{question.name}.csv",
        "xlsx": f"/tables/{question.name}.xlsx",
    }


def csvw(question: Question) -> dict[str, Any]:
    """The description of a CSV file, for programs that read tables."""
    columns = [
        {"name": name, "titles": name, "dc:description": {"@value": told, "@language": "en"}}
        for name, told in question.columns.items()
    ]
    return {
        "@context": _CSVW,
        "url": f"{question.name}.csv",
        "dc:title": {"@value": question.summary, "@language": "en"},
        "dc:license": {"@id": LICENCE},
        "tableSchema": {"columns": columns},
    }


def _given(question: Question, request: Request) -> dict[str, str]:
    """The words for the parameters of a table; names in the language that a client accepts."""
    given = _words(question, request)
    if any(param.name == "language" for param in question.params):
        given["language"] = asked_language(request)
    return given


def _words(question: Question, request: Request) -> dict[str, str]:
    given = {name: word for name, word in request.query_params.multi_items() if name != "lang"}
    if len(given) < len(request.query_params.multi_items()) - ("lang" in request.query_params):
        raise BadParameter("This parameter is given twice.", where=question.name, way_out="Give each once.")
    return given


def _moved(path: str) -> Callable[[Request], Awaitable[Response]]:
    async def moved(request: Request) -> Response:
        asked = f"?{request.url.query}" if request.url.query else ""
        return RedirectResponse(f"{path}{asked}", 303)

    return moved
