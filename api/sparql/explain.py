"""`explain=1`: the doctor says why an answer is empty. What cost too much is told in the problem document."""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from starlette.responses import JSONResponse, Response

from regiograph.doctor import Diagnosis, Doctor
from regiograph.doctor.doctor import unreadable
from regiograph.errors import (
    BadQuery,
    NotAcceptable,
    QueryTooLarge,
    QueryTooSlow,
    RegiographError,
)
from regiograph.service.front import Front
from regiograph.service.plan import Plan
from regiograph.store.formats import Format

CUT_OFF = (QueryTooSlow, QueryTooLarge)


class Explainer:
    """Brings queries to the doctor. The probes are queries like any other, of the same edition and graphs."""

    def __init__(self, front: Front) -> None:
        self._front = front
        self._doctor = Doctor()

    async def diagnosis(self, text: str, scope: Mapping[str, Any]) -> Diagnosis:
        """Why a query has no rows, or that it has some.

        Raises:
            RegiographError: the query cannot be run; findings tell of prefixes and of costly patterns.
        """
        plan = planned(self._front, text, scope)
        try:
            rows = _count((await self._front.answer(plan)).body, plan.format)
        except RegiographError as error:
            await self.add_findings(error, plan)
            raise
        graphs = plan.dataset.default_graphs
        return await self._doctor.diagnose(text, rows, plan.edition, graphs, self._ask(plan))

    async def add_findings(self, error: RegiographError, plan: Plan) -> None:
        """Says in an error what the doctor finds in the query, without running it again."""
        if isinstance(error, CUT_OFF):
            found = await self._doctor.expensive(
                plan.text, plan.edition, plan.dataset.default_graphs, self._ask(plan)
            )
            error.findings = [finding.as_dict() for finding in found]
        elif isinstance(error, BadQuery):
            error.findings = [finding.as_dict() for finding in unreadable(plan.text)]

    def _ask(self, plan: Plan) -> Callable[[str], Awaitable[Mapping[str, Any]]]:
        scope = scope_of(plan)

        async def ask(text: str) -> Mapping[str, Any]:
            reply = await self._front.answer(planned(self._front, text, scope))
            if reply.plan.format is not Format.JSON:
                return {"boolean": bool(reply.body)}
            found: Mapping[str, Any] = json.loads(reply.body)
            return found

        return ask


def scope_of(plan: Plan) -> dict[str, Any]:
    """The edition and the graphs that a plan asks."""
    return {
        "edition": plan.edition,
        "default_graphs": plan.dataset.default_graphs or (),
        "named_graphs": plan.dataset.named_graphs or (),
    }


def planned(front: Front, text: str, scope: Mapping[str, Any]) -> Plan:
    """A query in the format in which its answer is read here: JSON of rows, N-Triples of triples.

    Raises:
        RegiographError: see `Front.plan`.
    """
    try:
        plan = front.plan(text, format=Format.JSON.short, **scope)
    except NotAcceptable:
        return front.plan(text, format=Format.N_TRIPLES.short, **scope)
    if plan.format is Format.JSON:
        return plan
    return front.plan(text, format=Format.N_TRIPLES.short, **scope)


def explained(diagnosis: Diagnosis, findings: Sequence[Mapping[str, Any]] | None = None) -> Response:
    """A diagnosis as JSON; `findings` where more is to be said of each than the doctor does."""
    content = diagnosis.as_dict()
    if findings is not None:
        content["findings"] = list(findings)
    headers = {"regiograph-edition": str(diagnosis.edition), "cache-control": "no-store"}
    return JSONResponse(content, headers=headers)


def _count(body: bytes, format: Format) -> int:
    if format is not Format.JSON:
        return body.count(b"\n")
    found = json.loads(body)
    return len(found["results"]["bindings"]) if "results" in found else int(found["boolean"])
