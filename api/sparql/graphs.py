"""SPARQL 1.1 Graph Store HTTP Protocol, the reading half: a graph by `?graph=IRI`, all of them by `?default`.

The default graph is the merge of all graphs, as for queries. Each graph is asked of the service as a query,
so that limits, formats, packing and entity tags are the same. Direct identification, a graph at its own
address, is in `api/identities.py`.
"""

from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from api.problems import http_problem, problem, response
from api.sparql.answering import answer
from api.sparql.sending import opening, sent, unchanged
from regiograph.errors import BadQuery, NoSuchThing, RegiographError
from regiograph.service.front import Front
from regiograph.service.plan import Plan
from regiograph.service.pool import ClientLeft

METHODS = "GET, HEAD, OPTIONS"
_WHOLE = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"


class GraphStore:
    """Answers `/graphs`; with a path parameter `{edition:int}`, of that edition."""

    def __init__(self, front: Front, base: str) -> None:
        self._front = front
        self._base = base

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        try:
            reply = await self._reply(scope, receive)
        except ClientLeft:
            return
        except RegiographError as error:
            reply = response(problem(error), self._base)
        await reply(scope, receive, opening(send, scope["method"]))

    async def _reply(self, scope: Scope, receive: Receive) -> Response:
        if scope["method"] not in METHODS.split(", "):
            return response(http_problem(405, {"allow": METHODS}), self._base)
        if scope["method"] == "OPTIONS":
            return Response(status_code=204, headers={"allow": METHODS})
        headers = Headers(scope=scope)
        plan = self._plan(scope, headers)
        if (same := unchanged(plan, headers)) is not None:
            return same
        reply = await answer(self._front, plan, receive)
        return sent(self._front, reply, headers.get("accept-encoding", ""))

    def _plan(self, scope: Scope, headers: Headers) -> Plan:
        fields = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
        graph = _graph(fields)
        edition = scope.get("path_params", {}).get("edition")
        if graph is not None and graph not in self._front.manifest(edition).graphs:
            raise NoSuchThing(
                "This edition has no such graph.",
                where="graph",
                way_out="SELECT DISTINCT ?g { GRAPH ?g { ?s ?p ?o } } lists those there are.",
            )
        return self._front.plan(
            _WHOLE,
            accept=",".join(headers.getlist("accept")),
            format=fields.get("format"),
            edition=edition,
            default_graphs=[graph] if graph else (),
        )


def _graph(fields: dict[str, str]) -> str | None:
    """The graph that is asked for; none for the union of all.

    Raises:
        BadQuery: neither one nor the other is asked for, or both are.
    """
    if ("graph" in fields) == ("default" in fields) or not fields.get("graph", "x"):
        raise BadQuery(
            "It is not said which graph is asked for.",
            where="graph",
            way_out="Give its address as `graph`, or `default` for all graphs together.",
        )
    return fields.get("graph")
