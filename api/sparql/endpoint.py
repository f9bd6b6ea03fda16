"""SPARQL 1.1 Protocol, query operation: one plain ASGI callable on the hot path.

Nothing is sent before the answer is certain, so a status is never taken back. A client that leaves frees its
worker. Most requests of programs never come here: see `express`.
"""

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from api.problems import http_problem, problem, response
from api.sparql.answering import answer
from api.sparql.describing import service_description
from api.sparql.explain import Explainer, explained, scope_of
from api.sparql.express import OUTCOME, REQUEST, Express, Outcome
from api.sparql.protocol import Asked, WrongMedia, asked
from api.sparql.sending import METHODS, opening, sent, unchanged
from regiograph.asof import both_given, dataset_until
from regiograph.errors import BadQuery, RegiographError
from regiograph.service.front import Front, Reply
from regiograph.service.plan import Plan
from regiograph.service.pool import ClientLeft
from regiograph.settings import Settings
from regiograph.store.formats import prefers_html

_ALLOWED = METHODS.split(", ")


class SparqlEndpoint:
    """Answers `/sparql`; mounted with a path parameter `{edition:int}`, the queries asked of that edition."""

    def __init__(self, front: Front, settings: Settings, express: Express) -> None:
        self._front = front
        self._express = express
        self._base = settings.base
        self._explainer = Explainer(front)
        self._characters = settings.query_characters

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            reply = await self._reply(scope, receive)
        except ClientLeft:
            return
        except WrongMedia:
            reply = response(http_problem(415), self._base)
        except RegiographError as error:
            reply = response(problem(error), self._base)
        await reply(scope, receive, opening(send, scope["method"]))

    async def _reply(self, scope: Scope, receive: Receive) -> Response:
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
            reply = _come_of(scope, plan) or await answer(self._front, plan, receive)
        except RegiographError as error:
            await self._explainer.add_findings(error, plan)
            raise
        whole = sent(self._front, reply, headers.get("accept-encoding", ""))
        plain = scope.get(REQUEST)
        if plain is not None and whole.only is not None and not plan.dataset.pinned:
            self._express.keep(plain, reply.plan, whole)
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


def _come_of(scope: Scope, plan: Plan) -> Reply | None:
    """The answer to a plain query that was asked before it came here.

    Raises:
        RegiographError: there is none, for this reason.
    """
    outcome: Outcome | None = scope.get(OUTCOME)
    if outcome is None or outcome.edition != plan.edition:
        return None
    if isinstance(outcome.content, RegiographError):
        raise outcome.content
    return Reply(content=outcome.content, plan=plan)


def _edition(scope: Scope) -> int | None:
    found: int | None = scope.get("path_params", {}).get("edition")
    return found
