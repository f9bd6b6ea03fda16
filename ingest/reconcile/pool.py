"""Processes that reconcile, apart from those that answer queries: one matcher each, of one edition.

Started with the first request or before it, and again when the edition changes; behind every other process
in priority.
"""

import asyncio
import multiprocessing
import os
import signal
import threading
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog

from ingest.reconcile.extending import Asked, extended
from ingest.reconcile.matching import Candidate, Matcher, Query
from ingest.reconcile.things import Register, Thing, Value
from regiograph.errors import QueryTooSlow, TooBusy

Answers = Mapping[str, bytes]
"""What an engine answers to `things.queries()`, as SPARQL results JSON."""

_Result = TypeVar("_Result")
_START = 60.0  # seconds a first process may take to begin
_PATIENCE = 6  # how much longer a part of a long list may take: it waits for others
_GRACE = 5.0  # seconds beyond its own deadline after which work is given up, and the processes with it
_NICE = 10  # behind the processes that answer queries

log = structlog.get_logger()


def processes(
    count: int, base: str, answers: Answers, reference: Path, *, nice: int = 0
) -> ProcessPoolExecutor:
    """Processes that have a matcher of an edition; each starts when there is work for it."""
    return ProcessPoolExecutor(
        count,
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_begin,
        initargs=(base, answers, reference, nice),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which edition to reconcile to, and how to read it once it is needed."""

    key: str
    read: Callable[[], Awaitable[Answers]]


Find = Callable[[Sequence[Query]], Coroutine[None, None, list[tuple[Candidate, ...]]]]
"""Looks for the candidates of each query."""


@dataclass(slots=True)
class _Held:
    """The processes of one edition, and how many are using them."""

    edition: str
    executor: ProcessPoolExecutor
    users: int = 0


class ReconcilePool:
    """Reconciles without holding up an event loop. Owns the processes.

    Those of the edition asked for last are kept; those of an earlier one stay while they are used.
    """

    def __init__(self, base: str, reference: Path, *, count: int, waiting: int, seconds: float) -> None:
        self._base = base
        self._reference = reference
        self._count = count
        self._most = count + waiting
        self._seconds = seconds
        self._under_way = 0
        self._lists = 0
        self._held: _Held | None = None
        self._starting = asyncio.Lock()

    async def find(self, edition: Edition, asked: Sequence[Query]) -> list[tuple[Candidate, ...]]:
        """The candidates for each query.

        Raises:
            TooBusy: more is asked at once than is taken.
            QueryTooSlow: not done in time.
        """
        return await self._run(edition, _find, tuple(asked))

    async def start(self, edition: Edition) -> None:
        """Starts the processes of an edition, before anything is asked of them. Raises as `find`."""
        async with self._using(edition):
            return

    async def complete(self, edition: Edition, prefix: str, types: frozenset[str]) -> list[Thing]:
        """The things whose name begins so, or is written almost so. Raises as `find`."""
        return await self._run(edition, _complete, prefix, types)

    async def extend(self, edition: Edition, asked: Asked) -> dict[str, dict[str, tuple[Value, ...]]]:
        """The values of properties, by id. Raises as `find`."""
        return await self._run(edition, _extend, asked)

    async def thing(self, edition: Edition, id: str) -> Thing | None:
        """The thing of an id, or of what stands for it now. Raises as `find`."""
        return await self._run(edition, _thing, id)

    @asynccontextmanager
    async def list(self, edition: Edition) -> AsyncIterator[tuple[Find, int]]:
        """What looks for the names of a long list, of one edition throughout; and how many parts at once.

        Raises:
            TooBusy: as many lists are under way as there are processes.
        """
        if self._lists >= self._count:
            raise _too_busy()
        self._lists += 1
        try:
            async with self._using(edition) as held:

                async def find(asked: Sequence[Query]) -> list[tuple[Candidate, ...]]:
                    return await self._on(held, self._seconds * _PATIENCE, _find, tuple(asked))

                yield find, self._count
        finally:
            self._lists -= 1

    async def close(self) -> None:
        """Ends the processes, whatever they are doing."""
        held, self._held = self._held, None
        if held is not None:
            _end(held.executor)
            await asyncio.to_thread(held.executor.shutdown)

    async def _run(self, edition: Edition, work: Callable[..., _Result], *given: Any) -> _Result:
        if self._under_way >= self._most:
            raise _too_busy()
        self._under_way += 1
        try:
            async with self._using(edition) as held:
                return await self._on(held, self._seconds, work, *given)
        finally:
            self._under_way -= 1

    async def _on(self, held: _Held, seconds: float, work: Callable[..., _Result], *given: Any) -> _Result:
        try:
            until = time.monotonic() + seconds
            async with asyncio.timeout(seconds + _GRACE):
                return await asyncio.wrap_future(held.executor.submit(_in_time, until, work, *given))
        except TimeoutError:
            log.warning("reconciling was stopped")
            await self.close()
            raise _too_slow() from None
        except BrokenProcessPool:
            log.warning("a process that reconciles ended")
            await self.close()
            raise _too_busy() from None

    @asynccontextmanager
    async def _using(self, edition: Edition) -> AsyncIterator[_Held]:
        async with self._starting:
            held = await self._ready(edition)
        held.users += 1
        try:
            yield held
        finally:
            held.users -= 1
            self._let_go(held)

    async def _ready(self, edition: Edition) -> _Held:
        """The processes of an edition, the first of them ready."""
        if self._held is not None and self._held.edition == edition.key:
            return self._held
        answers = await edition.read()
        executor = processes(self._count, self._base, answers, self._reference, nice=_NICE)
        try:
            async with asyncio.timeout(_START):
                await asyncio.wrap_future(executor.submit(_nothing))
        except (TimeoutError, BrokenProcessPool):
            log.warning("a process that reconciles did not start")
            _end(executor)
            raise _too_busy() from None
        except asyncio.CancelledError:  # the service closes
            _end(executor)
            raise
        before, self._held = self._held, _Held(edition.key, executor)
        if before is not None:
            self._let_go(before)
        return self._held

    def _let_go(self, held: _Held) -> None:
        if held is not self._held and not held.users:
            held.executor.shutdown(wait=False)


def _end(executor: ProcessPoolExecutor) -> None:
    """Ends processes, whatever they are doing."""
    for process in list((executor._processes or {}).values()):
        process.kill()
    executor.shutdown(wait=False, cancel_futures=True)


def _too_busy() -> TooBusy:
    return TooBusy(
        "More names are being reconciled than this service takes at once.",
        where="the service",
        way_out="Try again in some seconds, with fewer names at a time.",
    )


def _too_slow() -> QueryTooSlow:
    return QueryTooSlow(
        "Reconciling took too long and was stopped.",
        where="the names sent",
        way_out="Send fewer names at a time, or shorter ones.",
    )


# --- in the processes ---------------------------------------------------------------------------------


class _Own:
    """What one process keeps."""

    matcher: Matcher
    register: Register
    until: float = 0.0  # when what it does must be done


def _begin(base: str, answers: Answers, reference: Path, nice: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front
    threading.Thread(target=_end_with_parent, daemon=True).start()
    os.nice(nice)
    _Own.register = Register.of(base, answers)
    _Own.matcher = Matcher.of(_Own.register, reference)


def _end_with_parent() -> None:
    """A process whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _nothing() -> None:
    """Done as soon as a process is ready."""


def _in_time(until: float, work: Callable[..., _Result], *given: Any) -> _Result:
    _Own.until = until
    if time.monotonic() > until:
        raise _too_slow()
    return work(*given)


def _find(asked: Sequence[Query]) -> list[tuple[Candidate, ...]]:
    known: dict[Query, tuple[Candidate, ...]] = {}
    _Own.matcher.prepare(asked)
    for query in asked:
        if query not in known:
            if time.monotonic() > _Own.until:
                raise _too_slow()
            known[query] = _Own.matcher.find(query)
    return [known[query] for query in asked]


def find_all(asked: Sequence[Query]) -> list[tuple[Candidate, ...]]:
    """The candidates for each query, however long it takes: for whoever owns the processes alone."""
    _Own.matcher.prepare(asked)
    return [_Own.matcher.find(query) for query in asked]


def _complete(prefix: str, types: frozenset[str]) -> list[Thing]:
    found = _Own.matcher.index.completions(prefix, types)
    return found or [each.thing for each in _Own.matcher.find(Query(text=prefix, types=tuple(types)))]


def _extend(asked: Asked) -> dict[str, dict[str, tuple[Value, ...]]]:
    return extended(_Own.register, asked)


def _thing(id: str) -> Thing | None:
    return _Own.register.thing(id)
