"""Named questions over HTTP: `/queries`, `/queries/<name>`, and `.json`, `.csv`, `.xlsx` of it.

The same below `/edition/<number>`. Pages are plugged in: whoever gives `Pages` answers browsers, everybody
else gets data.
"""

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from io import BytesIO
from typing import Any, Protocol

from fastapi import APIRouter
from pyoxigraph import QueryBoolean, QueryResultsFormat, parse_query_results
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from api.answers.asked import Asked, read_asked
from api.answers.mending import explained_question
from api.answers.operations import describe, generic_operation, operation
from api.negotiation import wants_html
from api.rows import count
from api.sparql.answering import answered, beside_the_loop, read_results
from api.sparql.explain import CUT_OFF, Explainer
from regiograph import labels, paging, spreadsheet
from regiograph.doctor import Finding
from regiograph.errors import NoSuchThing, NotAcceptable, RegiographError
from regiograph.questions import Question, Questions, without_header
from regiograph.service.front import Front
from regiograph.service.pool import ClientLeft
from regiograph.store.answers import Rows, Truth
from regiograph.store.formats import TABLES, Format, accepted, named
from regiograph.things import with_things

SUFFIXES = ("json", "csv", "xlsx")
EDITION = "/edition/{edition:int}"


class Pages(Protocol):
    """Answers browsers in HTML."""

    def questions(self, request: Request, questions: Questions) -> Response:
        """The page of all questions."""

    def answer(
        self,
        request: Request,
        asked: Asked,
        outcome: Mapping[str, Any] | RegiographError,
        findings: Sequence[Finding] = (),
    ) -> Response:
        """The page of one question: `outcome` is its answer as SPARQL results JSON, or why there is none."""


def questions_router(front: Front, questions: Questions, pages: Pages | None = None) -> APIRouter:
    """The routes of all questions, each an operation of its own."""
    router = APIRouter()
    explainer = Explainer(front)
    router.add_api_route(
        "/queries",
        _listing(questions, pages),
        summary="All named questions",
        tags=["questions"],
        operation_id="list_questions",
    )
    for question in questions.values():
        path = f"/queries/{question.name}"
        router.add_api_route(path, _asking(front, explainer, question, None, pages), **operation(question))
        router.add_api_route(
            EDITION + path, _asking(front, explainer, question, None, pages), include_in_schema=False
        )
        for suffix in SUFFIXES:
            for prefix in ("", EDITION):
                asking = _asking(front, explainer, question, suffix, None)
                router.add_api_route(f"{prefix}{path}.{suffix}", asking, include_in_schema=False)
    for path, more in generic_operation(questions, SUFFIXES).items():
        router.add_api_route(path, _unknown(questions), **more)
    router.add_api_route("/queries/{name}", _unknown(questions), include_in_schema=False)
    router.add_api_route(EDITION + "/queries/{name}", _unknown(questions), include_in_schema=False)
    return router


def _listing(questions: Questions, pages: Pages | None) -> Callable[[Request], Awaitable[Response]]:
    async def listing(request: Request) -> Response:
        if pages is not None and wants_html(request):
            return pages.questions(request, questions)
        return JSONResponse({"questions": [describe(question) for question in questions.values()]})

    return listing


def _asking(
    front: Front, explainer: Explainer, question: Question, suffix: str | None, pages: Pages | None
) -> Callable[[Request], Awaitable[Response]]:
    async def asking(request: Request) -> Response:
        asked = read_asked(question, request, suffix)
        try:
            if pages is not None and asked.format is None and wants_html(request):
                return await _page(front, explainer, asked, pages, request)
            if asked.explain:
                return explained_question(
                    await explainer.diagnosis(without_header(asked.text), asked.scope(front)), asked
                )
            return await _data(front, explainer, asked, request)
        except ClientLeft:
            return Response(status_code=499)

    return asking


async def _data(front: Front, explainer: Explainer, asked: Asked, request: Request) -> Response:
    """The answer for a program: as the engine writes it, unless something is added to it."""
    accept = ",".join(request.headers.getlist("accept"))
    format = _format(asked.format, accept)
    plan = front.plan(asked.text, format=(format or Format.JSON).short, **asked.scope(front))
    try:
        if format and not asked.changes_the_answer:
            response = await answered(front, plan, request.headers, request.receive)
        else:
            response = await _made(front, asked, format, request)
    except CUT_OFF as error:
        await explainer.add_findings(error, plan)
        raise
    response.headers["vary"] = "Accept, Accept-Encoding, Accept-Language"
    return response


async def _made(front: Front, asked: Asked, format: Format | None, request: Request) -> Response:
    """An answer with labels, a part of one, or a workbook; `None` is the format of workbooks."""
    text = with_things(asked.text) if asked.languages else asked.text
    text = paging.in_total_order(text) if asked.is_paged else text
    plan = front.plan(text, format=Format.JSON.short, **asked.scope(front))
    headers = {"cache-control": "no-cache", "regiograph-edition": str(plan.edition)}
    if plan.tag:
        kind = [plan.tag, format.short if format else "xlsx", asked.limit, asked.offset, asked.languages]
        tag = hashlib.sha256(json.dumps(kind).encode()).hexdigest()[:32]
        headers["etag"] = f'"{tag}"'
        if tag in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
    results = await read_results(front, plan, request)
    headers |= asked.links(plan.edition, count(results))
    results = paging.sliced(results, asked.limit, asked.offset)
    if asked.languages:
        results = await _labelled(front, asked, results, request)
    if format is None:
        about = asked.about(front.manifest(plan.edition))
        body = await asyncio.to_thread(spreadsheet.workbook, results, about, about["published"])
        name = f'attachment; filename="{asked.question.name}.xlsx"'
        return Response(body, headers={**headers, "content-disposition": name}, media_type=spreadsheet.MEDIA)
    body = await beside_the_loop(written, results, format)
    return Response(body, headers=headers, media_type=format.media)


def _format(short: str | None, accept: str) -> Format | None:
    """The format asked for; `None` is the format of workbooks.

    Raises:
        NotAcceptable: no format on offer suits.
    """
    if short == "xlsx" or (short is None and accept.split(";")[0].strip() == spreadsheet.MEDIA):
        return None
    chosen = named(short, TABLES) if short else accepted(accept, TABLES)
    if chosen is None:
        raise NotAcceptable(
            "This question cannot be answered in the format asked for.",
            where=f"format {short}" if short else "the Accept header",
            way_out=f"Ask for one of: {', '.join((*(one.short for one in TABLES), 'xlsx'))}.",
        )
    return chosen


async def _page(front: Front, explainer: Explainer, asked: Asked, pages: Pages, request: Request) -> Response:
    findings: Sequence[Finding] = ()
    try:
        plan = front.plan(asked.text, format=Format.JSON.short, **asked.scope(front))
        outcome: Any = await read_results(front, plan, request)
        outcome = await _labelled(front, asked, outcome, request)
        if asked.explain and not count(outcome):
            findings = (await explainer.diagnosis(without_header(asked.text), asked.scope(front))).findings
    except RegiographError as error:
        outcome = error
    return pages.answer(request, asked, outcome, findings)


async def ask(front: Front, question: Question, given: Mapping[str, str], request: Request) -> dict[str, Any]:
    """The answer to a question, as SPARQL results JSON.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: a parameter cannot be used, or see `Front.answer`.
    """
    plan = front.plan(question.asked(given), format=Format.JSON.short)
    return await read_results(front, plan, request)


async def _labelled(
    front: Front, asked: Asked, results: Mapping[str, Any], request: Request
) -> dict[str, Any]:
    wanted = asked.languages or labels.languages("", request.headers.get("accept-language", ""))
    found = []
    for text in labels.queries(labels.iris_of(results), wanted):
        plan = front.plan(text, format=Format.JSON.short, **asked.scope(front))
        found.append(await read_results(front, plan, request))
    return labels.labelled(results, labels.best(found, wanted))


def written(results: Mapping[str, Any], format: Format) -> bytes:
    """SPARQL results JSON in one of the table formats."""
    data = json.dumps(results, ensure_ascii=False, separators=(",", ":")).encode()
    if format is Format.JSON:
        return data
    parsed = parse_query_results(data, QueryResultsFormat.JSON)
    output = BytesIO()
    if isinstance(parsed, QueryBoolean):
        Truth(parsed).write(output, format)
    else:
        Rows(parsed).write(output, format)
    return output.getvalue()


def _unknown(questions: Questions) -> Callable[[Request], Awaitable[Response]]:
    async def unknown(request: Request) -> Response:
        name = request.path_params["name"]
        question = questions.named(name)  # raises NoSuchThing, with the names there are
        if suffix := request.path_params.get("suffix"):
            raise NoSuchThing(
                "There is no such format.",
                where=f"{name}.{suffix}",
                way_out=f"End the address in one of: .{', .'.join(SUFFIXES)}.",
            )
        return JSONResponse(describe(question))

    return unknown
