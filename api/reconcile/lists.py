"""Whole lists of names: `/reconcile/list` is a page to paste them into, `/reconcile/csv` for programs."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from api.pages import Look
from api.problems import STATUS, http_problem, response
from api.reconcile.bodies import body_of, form_of, kind_of
from api.reconcile.reconciliation import Reconciliation
from api.reconcile.service import ROOT, Fields, address_of
from api.sparql.protocol import FORM
from ingest.reconcile.bulk import Wish, asked, streamed
from ingest.reconcile.lists import PeoplesTable, read_table, table_of_names
from ingest.reconcile.matching import Candidate, Query
from regiograph.errors import BadParameter, QueryTooLarge, RegiographError
from regiograph.service.pool import ClientLeft

_CSV = frozenset({"text/csv", "text/plain", "text/tab-separated-values", "application/csv", ""})
_CSV |= {"application/octet-stream"}
_MOST_SHOWN = 300  # names on a page
_CANDIDATES = 3
_NO = frozenset({"no", "false", "0"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One name of a list, and whom it may mean."""

    text: str
    candidates: tuple[Candidate, ...]


def lists_router(service: Reconciliation, look: Look) -> APIRouter:
    """The routes for lists."""
    router = APIRouter(tags=["reconciliation"])
    lists = _Lists(service, look)
    router.add_api_route(f"{ROOT}/list", lists.page, methods=["GET", "HEAD"], include_in_schema=False)
    router.add_api_route(f"{ROOT}/list", lists.answer, methods=["POST"], include_in_schema=False)
    router.add_api_route(
        f"{ROOT}/csv",
        lists.csv,
        methods=["POST"],
        operation_id="reconcile_csv",
        summary="A CSV table, with columns added that say whom its names mean",
        response_class=Response,
        responses={
            200: {"content": {"text/csv": {}}, "description": "The table, its own columns as they were"},
            413: {"content": {"application/problem+json": {}}, "description": "Too large"},
            415: {"content": {"application/problem+json": {}}, "description": "Not CSV"},
            422: {
                "content": {"application/problem+json": {}},
                "description": "What is wrong, and in which line",
            },
            503: {
                "content": {"application/problem+json": {}},
                "description": "Busy, or nothing published yet",
            },
        },
        openapi_extra={
            "parameters": [_parameter(name, about) for name, about in _PARAMETERS.items()],
            "requestBody": {"content": {"text/csv": {"schema": {"type": "string"}}}, "required": True},
        },
    )
    return router


_PARAMETERS = {
    "column": "The column with the names: its name, or its number from 1; not needed where there is only one",
    "type": "What the names are of, such as region or organisation; may be repeated",
    "property": "PROPERTY=COLUMN: a column that helps, such as country=Land; may be repeated",
    "encoding": "The encoding, where it is not to be guessed",
    "header": "no: the first row holds names already",
}


class _Lists:
    """Answers each route."""

    def __init__(self, service: Reconciliation, look: Look) -> None:
        self._service = service
        self._look = look

    async def page(self, request: Request) -> Response:
        """The page, empty."""
        return self._page(request, names="", type="")

    async def answer(self, request: Request) -> Response:
        """The page, with the names that were pasted and whom they mean."""
        try:
            fields = form_of(await body_of(request, self._most_bytes))
        except ClientLeft:
            return Response(status_code=499)
        names, type = _first(fields, "names"), _first(fields, "type")
        try:
            texts = [line.strip() for line in names.splitlines() if line.strip()]
            if len(texts) > _MOST_SHOWN:
                raise QueryTooLarge(
                    f"These are {len(texts)} names.",
                    where="the list",
                    way_out=f"A page shows at most {_MOST_SHOWN}: take them as CSV.",
                )
            types = (self._service.schema.known_type(type).id,) if type else ()
            lines = await self._found(texts, types)
        except RegiographError as error:
            return self._page(request, names=names, type=type, error=error)
        return self._page(request, names=names, type=type, lines=lines)

    async def _found(self, texts: Sequence[str], types: tuple[str, ...]) -> list[Line]:
        queries = [Query(text=text, types=types, limit=_CANDIDATES) for text in texts]
        found = await self._service.pool.find(self._service.edition(), queries) if queries else []
        return [Line(text=text, candidates=each) for text, each in zip(texts, found, strict=True)]

    def _page(
        self,
        request: Request,
        *,
        names: str,
        type: str,
        lines: Sequence[Line] | None = None,
        error: RegiographError | None = None,
    ) -> Response:
        schema = self._service.schema
        return self._look.page(
            request,
            "reconcile.html",
            status=STATUS[error.__class__][0] if error else 200,
            names=names,
            type=type,
            types=schema.types.values(),
            features=schema.features,
            properties=schema.properties.values(),
            address=str(request.base_url).rstrip("/") + ROOT,
            lines=lines,
            error=error,
            address_of=address_of,
        )

    async def csv(self, request: Request) -> Response:
        """The table that was sent, with columns added."""
        kind = kind_of(request)
        if kind != FORM and kind not in _CSV:
            return response(http_problem(415), self._service.settings.base)
        try:
            body = await body_of(request, self._most_bytes)
        except ClientLeft:
            return Response(status_code=499)
        fields = form_of(request.url.query)
        if kind == FORM:
            fields = {**fields, **form_of(body)}
        table, queries = await asyncio.to_thread(self._read, body, fields, kind == FORM)
        return await self._streamed(table, queries)

    @property
    def _most_bytes(self) -> int:
        return self._service.settings.reconcile_megabytes * 1_000_000

    def _read(self, body: bytes, fields: Fields, pasted: bool) -> tuple[PeoplesTable, list[Query | None]]:
        most = self._service.settings.reconcile_rows
        if pasted:
            table = table_of_names(_first(fields, "names"), most=most)
        else:
            table = read_table(
                body,
                header=_first(fields, "header").casefold() not in _NO,
                encoding=_first(fields, "encoding"),
                most=most,
            )
        wish = Wish(
            column=_first(fields, "column"),
            types=tuple(each for each in fields.get("type", ()) if each),
            values=dict(map(_pair, fields.get("property", ()))),
        )
        return table, asked(table, wish, self._service.schema)

    async def _streamed(self, table: PeoplesTable, queries: list[Query | None]) -> Response:
        """Sent as it is found; the first part before the status, so that what fails early is a problem."""
        async with AsyncExitStack() as stack:
            find, at_once = await stack.enter_async_context(self._service.pool.list(self._service.edition()))
            lines = streamed(table, queries, find, at_once)
            begun = [await anext(lines), await anext(lines)]
            held = stack.pop_all()

        async def sent() -> AsyncIterator[bytes]:
            async with held:
                for line in begun:
                    yield line.encode()
                async for line in lines:
                    yield line.encode()

        headers = {
            "content-disposition": 'attachment; filename="reconciled.csv"',
            "cache-control": "no-store",
            "x-content-type-options": "nosniff",
        }
        return StreamingResponse(sent(), headers=headers, media_type="text/csv")


def _first(fields: Fields, name: str) -> str:
    return fields.get(name, [""])[0]


def _pair(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not sign:
        raise BadParameter(
            "This is not PROPERTY=COLUMN.",
            where="parameter property",
            way_out="Example: property=country=Land.",
        )
    return name, column


def _parameter(name: str, about: str) -> dict[str, Any]:
    kind: dict[str, Any] = {"type": "string"}
    several = name in ("type", "property")
    schema = {"type": "array", "items": kind} if several else kind
    return {"name": name, "in": "query", "description": about, "schema": schema}
