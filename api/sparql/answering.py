"""Planned queries → responses; a client that leaves meanwhile frees its worker."""

import asyncio
import json
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope

from api.rows import count
from api.sparql.sending import sent, unchanged
from regiograph.service.front import Front, Reply
from regiograph.service.plan import Plan

_ASKING = ContextVar("client", default="")
_LARGE = 200_000  # bytes from which on an answer is worked on beside the loop


async def answered(front: Front, plan: Plan, headers: Headers, receive: Receive) -> Response:
    """The response to a planned query: the answer, or 304 where the client has it already.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: see `Front.answer`.
    """
    if (same := unchanged(plan, headers)) is not None:
        return same
    reply = await answer(front, plan, receive)
    return sent(front, reply, headers.get("accept-encoding", ""))


async def answer(front: Front, plan: Plan, receive: Receive) -> Reply:
    """The answer to a planned query; a client that leaves meanwhile frees the worker.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: see `Front.answer`.
    """
    return await front.answer(plan, client=_ASKING.get(), left=partial(_left, receive))


async def read_results(front: Front, plan: Plan, request: Request) -> dict[str, Any]:
    """The answer to a query planned as JSON.

    Raises:
        ClientLeft: nobody is waiting any more.
        RegiographError: see `Front.answer`.
    """
    body = (await answer(front, plan, request.receive)).body
    found: dict[str, Any] = await beside_the_loop(json.loads, body)
    return found


async def beside_the_loop(work: Callable[..., Any], what: Any, *more: Any) -> Any:
    """Work on an answer; a large one does not hold up other clients."""
    size = len(what) if isinstance(what, bytes) else 200 * count(what)
    return work(what, *more) if size < _LARGE else await asyncio.to_thread(work, what, *more)


def note_client(scope: Scope) -> None:
    """Notes who asks, for the sake of fairness, for as long as this request is worked on."""
    _ASKING.set(scope["client"][0] if scope.get("client") else "")


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
