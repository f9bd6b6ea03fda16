"""The models that suggestions are made by.

The model of an edition is read by SPARQL, through the same front as all queries, and built beside the event
loop; the two newest are kept.
"""

import asyncio
import threading
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any, TypeVar

from starlette.concurrency import run_in_threadpool

from regiograph.service.front import Front
from regiograph.settings import Settings
from regiograph.store.formats import Format

if TYPE_CHECKING:
    from regiograph.matching.answer import Document
    from regiograph.matching.matches import Matches

_Result = TypeVar("_Result")
_KEPT = 2  # editions
_AT_ONCE = 2  # answers being made


class Matchmaker:
    """The models of the newest editions. Owns them, and how many answers are made at once."""

    def __init__(self, front: Front, settings: Settings) -> None:
        self.front = front
        self._base = settings.base
        self._kept: OrderedDict[str, asyncio.Task[Matches]] = OrderedDict()
        self._turns = asyncio.Semaphore(_AT_ONCE)

    async def answer(self, make: "Callable[[Matches], Document]") -> "Document":
        """What the current edition answers.

        Raises:
            RegiographError: the question cannot be understood, or see `Front.answer`.
        """
        matches = await self.warm()
        async with self._turns:
            return await run_in_threadpool(make, matches)

    async def warm(self) -> "Matches":
        """The model of the current edition, built where there is none yet.

        Raises:
            RegiographError: see `Front.answer`.
        """
        edition = self.front.current()
        if edition.hash not in self._kept or _failed(self._kept[edition.hash]):
            self._kept[edition.hash] = asyncio.create_task(self._build(edition.number, edition.hash))
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return await asyncio.shield(self._kept[edition.hash])

    async def _build(self, number: int, hash: str) -> "Matches":
        reading = await _beside(_reading, self._base)
        answers: dict[str, bytes] = {}
        for name, text in reading.items():
            plan = self.front.plan(text, format=Format.JSON.short, edition=number)
            answers[name] = (await self.front.answer(plan)).body
        return await _beside(_built, answers, self._base, {"number": number, "hash": hash})

    async def close(self) -> None:
        """Stops what is being built."""
        for task in self._kept.values():
            task.cancel()
        await asyncio.gather(*self._kept.values(), return_exceptions=True)


async def _beside(work: Callable[..., _Result], *given: Any) -> _Result:
    """The result of work in a thread that nobody waits for once it is not wanted any more."""
    result: Future[_Result] = Future()

    def run() -> None:
        result.set_running_or_notify_cancel()
        try:
            result.set_result(work(*given))
        except Exception as error:  # the thread's edge: whoever waits gets it
            result.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return await asyncio.wrap_future(result)


def _failed(task: "asyncio.Task[Matches]") -> bool:
    return task.done() and (task.cancelled() or task.exception() is not None)


def _reading(base: str) -> dict[str, str]:
    """The queries to read an edition by. The library is loaded here, when first asked."""
    from regiograph.matching.facts import reading
    from regiograph.matching.matches import queries

    return reading(queries(base))


def _built(answers: dict[str, bytes], base: str, edition: dict[str, Any]) -> "Matches":
    from regiograph.matching.facts import rows
    from regiograph.matching.matches import Matches, queries

    return Matches.of({name: rows(body) for name, body in answers.items()}, queries(base), edition)
