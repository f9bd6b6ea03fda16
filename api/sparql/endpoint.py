"""SPARQL 1.1 Protocol, query operation: one plain ASGI callable on the hot path.

Nothing is sent before the answer is certain, so a status is never taken back. A client that leaves frees its
worker. The same request again is answered from what was sent before, without being read.
"""

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.problems import http_problem, problem, response
from api.sparql.answering import answer
from api.sparql.describing import service_description
from api.sparql.explain import Explainer, explained, scope_of
from api.sparql.protocol import Asked, WrongMedia, asked
from api.sparql.sending import METHODS, Sent, knows, open_to_all, opening, sent, unchanged
from regiograph.asof import both_given, dataset_until
from regiograph.errors import BadQuery, RegiographError
from regiograph.service.front import Front, Plan
from regiograph.service.kept import Kept
from regiograph.service.pool import ClientLeft
from regiograph.settings import Settings
from regiograph.store.formats import prefers_html

_LONGEST_REQUEST = 4000  # bytes of a request worth knowing again
_ALLOWED = METHODS.split(", ")

_Key = tuple[int, str, bytes, bytes, bytes]
_Ready = tuple[str, tuple[tuple[bytes, bytes], ...], bytes]
"""An answer that was sent: its tag, headers and body. Tuples of bytes, so that no collector walks them."""


class SparqlEndpoint:
    """Answers `/sparql`; mounted with a path parameter `{edition:int}`, the queries asked of that edition."""

    def __init__(self, front: Front, settings: Settings) -> None:
        self._front = front
        self._base = settings.base
        self._explainer = Explainer(front)
        self._characters = settings.query_characters
        self._ready = Kept[_Key, _Ready](settings.cache_megabytes * 250_000)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            key = self._key(scope)
            if key is not None and (ready := self._ready.get(key)) is not None:
                await _resend(ready, scope, send)
                return
            reply = await self._reply(scope, receive, key)
        except ClientLeft:
            return
        except WrongMedia:
            reply = response(http_problem(415), self._base)
        except RegiographError as error:
            reply = response(problem(error), self._base)
        await reply(scope, receive, opening(send, scope["method"]))

    async def _reply(self, scope: Scope, receive: Receive, key: _Key | None) -> Response:
        if scope["method"] not in _ALLOWED:
            return response(http_problem(405, {"allow": METHODS}), self._base)
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers={"allow": METHODS})
        request = await asked(scope, receive, self._characters)
        headers = Headers(scope=scope)
        if request.query is None:
            return await self._without_query(request, scope, headers)
        plan = self._plan(request, request.query, scope, headers)
        if request.explain:
            return explained(await self._explainer.diagnosis(request.query, scope_of(plan)))
        if (same := unchanged(plan, headers)) is not None:
            return same
        try:
            reply = await answer(self._front, plan, receive)
        except RegiographError as error:
            await self._explainer.add_findings(error, plan)
            raise
        whole = sent(self._front, reply, headers.get("accept-encoding", ""))
        if key is not None and reply.plan.edition == plan.edition:
            self._keep(key, plan, whole)
        return whole

    def _plan(self, request: Asked, query: str, scope: Scope, headers: Headers) -> Plan:
        return self._front.plan(
            query,
            accept=",".join(headers.getlist("accept")),
            format=request.format,
            edition=_edition(scope),
            seconds=request.seconds,
            **self._dataset(request, query, _edition(scope)),
        )

    def _dataset(self, request: Asked, query: str, edition: int | None) -> dict[str, tuple[str, ...]]:
        """The graphs that are asked: those named, those reported by a period, or all."""
        if request.asof is None:
            return {"default_graphs": request.default_graphs, "named_graphs": request.named_graphs}
        if request.default_graphs or request.named_graphs:
            raise both_given()
        graphs = dataset_until(query, self._front.manifest(edition).graphs, request.asof, self._base)
        return {"default_graphs": graphs, "named_graphs": graphs}

    async def _without_query(self, request: Asked, scope: Scope, headers: Headers) -> Response:
        if scope["method"] != "POST" and request.is_empty:
            if prefers_html(headers.get("accept", "")) and not request.format:
                return RedirectResponse("/", 303)
            return await service_description(self._front, self._base, scope, request.format, _edition(scope))
        raise BadQuery(
            "There is no query in this request.",
            where="query",
            way_out="Give it as the parameter `query`.",
        )

    def _key(self, scope: Scope) -> _Key | None:
        """What makes a GET the same as another; none where it is not worth knowing again."""
        if scope["method"] not in ("GET", "HEAD") or len(scope["query_string"]) > _LONGEST_REQUEST:
            return None
        manifest = self._front.manifest(_edition(scope))
        accept = encoding = b""
        for name, value in scope["headers"]:
            if name == b"accept":
                accept += value
            elif name == b"accept-encoding":
                encoding += value
        return manifest.number, manifest.hash, scope["query_string"], accept, encoding

    def _keep(self, key: _Key, plan: Plan, whole: Sent) -> None:
        body = whole.only
        if plan.tag is None or body is None:
            return
        ready = plan.tag, tuple(open_to_all(whole.raw_headers, "GET")), body
        self._ready.put(key, ready, len(body) + len(key[2]) + 1000)


def _edition(scope: Scope) -> int | None:
    found: int | None = scope.get("path_params", {}).get("edition")
    return found


async def _resend(ready: _Ready, scope: Scope, send: Send) -> None:
    tag, headers, body = ready
    status, head = 200, list(headers)
    for name, value in scope["headers"]:
        if name == b"if-none-match" and knows(value.decode("latin-1"), tag):
            status, head = 304, [pair for pair in headers if not pair[0].startswith(b"content-")]
    await send({"type": "http.response.start", "status": status, "headers": head})
    await send(
        {"type": "http.response.body", "body": body if status == 200 and scope["method"] == "GET" else b""}
    )
