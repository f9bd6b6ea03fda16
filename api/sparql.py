"""SPARQL 1.1 Protocol, query operation: one plain ASGI callable on the hot path.

Nothing is sent before the answer is certain, so a status is never taken back. A client that leaves frees its
worker.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.problems import http_problem, problem, response
from regiograph.errors import BadQuery, QueryRefused, RegiographError
from regiograph.service.front import Front, Plan, Reply
from regiograph.store.formats import prefers_html

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
_METHODS = "GET, HEAD, POST, OPTIONS"
_MOST_PARAMETERS = 1000
_QUICK = 0.05  # seconds after which an answer is slow enough to watch whether the client still waits
_BYTES_PER_CHARACTER = 12  # four bytes of UTF-8, percent-encoded


class ClientLeft(Exception):
    """The client closed the connection: there is nobody to answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A query operation as the protocol sends it, GET and POST alike."""

    query: str | None
    format: str | None
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


class SparqlEndpoint:
    """Answers `/sparql`; mounted with a path parameter `{edition:int}`, the queries asked of that edition."""

    def __init__(self, front: Front, base: str, query_characters: int) -> None:
        self._front = front
        self._base = base
        self._most_bytes = query_characters * _BYTES_PER_CHARACTER

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            reply = await self._reply(scope, receive)
        except ClientLeft:
            return
        except RegiographError as error:
            reply = response(problem(error), self._base)
        await reply(scope, receive, send)

    async def _reply(self, scope: Scope, receive: Receive) -> Response:
        headers = Headers(scope=scope)
        if scope["method"] not in _METHODS.split(", "):
            return response(http_problem(405, {"allow": _METHODS}), self._base)
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers={"allow": _METHODS})
        kind = headers.get("content-type", "").split(";")[0].strip().lower()
        if scope["method"] == "POST" and kind not in {FORM, QUERY, UPDATE}:
            return response(http_problem(415), self._base)
        asked = await self._asked(scope, receive, kind)
        accept = ",".join(headers.getlist("accept"))
        if asked.query is None:
            if scope["method"] != "POST" and prefers_html(accept):
                return RedirectResponse("/", 303)
            raise BadQuery(
                "There is no query in this request.",
                where="query",
                way_out="Give it as the parameter `query`.",
            )
        plan = self._front.plan(
            asked.query,
            accept=accept,
            format=asked.format,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            edition=scope.get("path_params", {}).get("edition"),
        )
        return await answered(self._front, plan, headers, receive)

    async def _asked(self, scope: Scope, receive: Receive, kind: str) -> Asked:
        fields = _fields(scope["query_string"])
        if scope["method"] == "POST":
            body = await self._body(receive)
            if kind == UPDATE:
                raise _no_updates()
            fields += _fields(body) if kind == FORM else [("query", _text(body))]
        if any(name == "update" for name, _ in fields):
            raise _no_updates()
        values: dict[str, tuple[str, ...]] = {}
        for name, value in fields:
            values[name] = (*values.get(name, ()), value)
        return Asked(
            query=_single(values, "query"),
            format=_single(values, "format"),
            default_graphs=values.get("default-graph-uri", ()),
            named_graphs=values.get("named-graph-uri", ()),
        )

    async def _body(self, receive: Receive) -> bytes:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ClientLeft
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._most_bytes:
                raise QueryRefused(
                    "This request is too long.",
                    where="the request",
                    way_out="Ask in parts, or shorten the query.",
                )
        return bytes(body)


async def answered(front: Front, plan: Plan, headers: Headers, receive: Receive) -> Response:
    """The response to a planned query: the answer, or 304 where the client has it already.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: see `Front.answer`.
    """
    if plan.tag and plan.tag in _tags(headers):
        return Response(status_code=304, headers=head(plan))
    reply = await answer(front, plan, receive)
    return Response(reply.body, headers=head(plan), media_type=plan.format.media)


async def answer(front: Front, plan: Plan, receive: Receive) -> Reply:
    """The answer to a planned query; a client that leaves meanwhile frees the worker.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: see `Front.answer`.
    """
    if (known := front.remembered(plan)) is not None:
        return known
    job = asyncio.ensure_future(front.answer(plan))
    try:
        await asyncio.wait({job}, timeout=_QUICK)
        if not job.done() and await _left_before(job, receive):
            raise ClientLeft
        return job.result()
    finally:
        job.cancel()


def head(plan: Plan) -> dict[str, str]:
    """What the header of an answer says of it."""
    tag = (
        {"etag": f'"{plan.tag}"', "cache-control": "no-cache"} if plan.tag else {"cache-control": "no-store"}
    )
    return {**tag, "vary": "Accept", "regiograph-edition": str(plan.edition)}


async def _left_before(job: asyncio.Future[Reply], receive: Receive) -> bool:
    """Whether the client leaves before the answer is there."""
    leaving = asyncio.ensure_future(_left(receive))
    try:
        either: set[asyncio.Future[Any]] = {job, leaving}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        return not job.done()
    finally:
        leaving.cancel()


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


def _tags(headers: Headers) -> set[str]:
    given = headers.get("if-none-match", "")
    return {part.strip().removeprefix("W/").strip('"') for part in given.split(",")}


def _fields(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(
            encoded.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS
        )
    except ValueError:
        raise BadQuery(
            "The parameters cannot be decoded.", where="the request", way_out="Percent-encode them as UTF-8."
        ) from None


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise BadQuery("The query is not UTF-8.", where="the query", way_out="Send it as UTF-8.") from None


def _single(values: dict[str, tuple[str, ...]], name: str) -> str | None:
    found = values.get(name, ())
    if len(found) > 1:
        raise BadQuery("This parameter may be given once.", where=name, way_out="Send one request each.")
    return found[0] if found else None


def _no_updates() -> QueryRefused:
    return QueryRefused(
        "Updates are not accepted here.",
        where="the request",
        way_out="Send reports and RDF files to the archive instead; new editions are made from it.",
    )
