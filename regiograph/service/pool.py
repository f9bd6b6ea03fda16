"""The worker processes, and which query each answers when. Nobody waits for ever, nobody starves.

Clients take turns, those first who have used least of late. A query is taken for quick until it has run for
`_QUICK` seconds; then it is heavy, and all workers but one may be heavy at once. When more turn out heavy
while others wait, the surplus begins again later: so there is always a worker that is soon free. One process
more than may be busy stands ready, so that stopping a query costs nobody a start.

A worker that has just begun is given a few more to answer next, so that it need not sleep between two of them
(half of the time of small queries, measured), and the more the quicker it is: what is in hand need not be
given its turn. If the first one takes long, they are taken back.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Coroutine, Hashable
from functools import partial
from itertools import count
from typing import Any

import structlog

from regiograph.errors import RegiographError
from regiograph.service.frames import NUMBERS, Found, packed, question
from regiograph.service.job import Content, Job
from regiograph.service.limits import out_of_memory, too_busy, too_slow
from regiograph.service.line import Line
from regiograph.service.nursery import Nursery
from regiograph.service.process import WorkerGone, WorkerProcess
from regiograph.service.turns import Turns
from regiograph.settings import Settings

_TICK = 0.05  # seconds between two looks at what is going on
_QUICK = 0.5  # seconds after which a query is heavy
_SHORT = 0.1  # seconds after which it is so where its client takes more than those who wait
_GRACE = 0.05  # seconds a query whose client has left may still take before its worker is stopped
_RETRY = 1.0  # seconds before another try at starting a worker
_PROVEN = 1000  # heavy queries remembered
_GROWTH = 4  # a worker that has ever had this part of its memory is replaced when it is free

log = structlog.get_logger()


class ClientLeft(Exception):
    """The client closed the connection: there is nobody to answer."""


class Pool:
    """Owns the workers. Its invariant: each is free, answers what it has in hand, or is being replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._nursery = Nursery(settings.data.resolve())
        self._loop: asyncio.AbstractEventLoop  # known once started: looking it up is a system call
        self._most = settings.workers
        self._heavy_most = max(1, settings.workers - 1)
        self._workers: set[WorkerProcess] = set()
        self._free: list[WorkerProcess] = []
        self._busy: dict[WorkerProcess, Line] = {}
        self._numbers = count(1)
        self._turns = Turns(settings.queue)
        self._proven: OrderedDict[Hashable, None] = OrderedDict()
        self._tasks: set[asyncio.Task[None]] = set()
        self._ticking: asyncio.TimerHandle | None = None
        self._closed = False

    async def start(self) -> None:
        """Starts the workers.

        Raises:
            OSError, TimeoutError, WorkerGone: one did not start.
        """
        self._loop = asyncio.get_running_loop()
        await asyncio.gather(*(self._add() for _ in range(self._most + 1)))

    async def close(self) -> None:
        """Stops the workers and whatever they are answering."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        for job in [*self._turns, *(job for line in self._busy.values() for job in line)]:
            job.fail(asyncio.CancelledError())
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for worker in self._workers:
            worker.stop()
        await asyncio.to_thread(self._nursery.close)

    @property
    def pids(self) -> list[int]:
        """The processes that answer, and the one that stands ready."""
        return [worker.pid for worker in self._workers]

    async def run(
        self,
        header: dict[str, Any],
        text: str,
        *,
        client: str = "",
        left: Callable[[], Awaitable[None]] | None = None,
    ) -> Content:
        """What answers a query. A caller that is cancelled, or whose client has `left`, frees the worker.

        Raises:
            ClientLeft: nobody is waiting any more.
            TooBusy: too many are waiting, or for too long.
            QueryTooSlow: stopped at the deadline.
            QueryTooLarge: too large an answer, or too much memory.
            RegiographError: as the worker says.
        """
        outcome: asyncio.Future[Content] = self._loop.create_future()
        job = Job(
            question(packed(header), text.encode()),
            (header["edition"], text),
            partial(_settle, outcome),
            seconds=header["seconds"],
            client=client,
            left=left,
            fetches=header["fetches"],
        )
        self.begin(job)
        try:
            return await outcome
        except (asyncio.CancelledError, ClientLeft):
            self.abandon(job)
            raise
        finally:
            job.close()

    def begin(self, job: Job) -> None:
        """Lets a query be answered, now or when its turn comes. It may be settled at once: refused."""
        job.asked = self._loop.time()
        if self._proven and job.key in self._proven:
            job.heavy = True
        worker = None if self._turns or job.heavy else self._place()
        if worker is None:
            self._wait(job)
        else:
            self._begin(job, worker)
        if self._ticking is None:
            self._ticking = self._loop.call_later(_TICK, self._tick)

    def abandon(self, job: Job) -> None:
        """Nobody waits for a query any more: its worker, if it has one, is soon freed."""
        if not self._turns.remove(job) and not any(line.leave(job) for line in self._busy.values()):
            job.left_at = self._loop.time()

    def answered(
        self, worker: WorkerProcess, number: int, outcome: Content | RegiographError, found: Found | None
    ) -> None:
        """A worker has come to the next query it has in hand, or is free again."""
        line = self._busy[worker]
        now = self._loop.time()
        took = now - line.begun
        job = line.answered(number, now)
        if worker.grown * _GROWTH > self._settings.worker_megabytes or (job and job.fetches):
            self._drop(worker)  # it may keep a connection that the next query could use
            if line.first is not None:
                self._turns.again(line.first)
        elif not line:
            del self._busy[worker]
            self._free.append(worker)
        if self._turns:
            self._dispatch()
        if job is not None:
            self._turns.charge(job.client, took)
            job.found = found
            if isinstance(outcome, RegiographError):
                job.fail(outcome)
            else:
                job.succeed(outcome)

    def lost(self, worker: WorkerProcess, *, unread: bool) -> None:
        """A worker has ended. Its query may not be why: it is tried once more, elsewhere. If it was alone in
        hand, and unread, it is not why, and has its turn again."""
        line = self._busy.get(worker)
        job = line.first if line else None
        is_innocent = unread and line is not None and len(line) == 1
        log.warning("a worker has ended", pid=worker.pid, answering=job is not None)
        for gone in [worker, *(other for other in self._free if not other.alive)]:
            self._drop(gone)
        if job is not None and not job.is_settled:
            if job.retried and not is_innocent:
                job.fail(out_of_memory(self._settings.worker_megabytes))
            else:
                job.retried = job.retried or not is_innocent
                self._turns.again(job)
        self._dispatch()

    def _place(self, *, soon: bool = True) -> WorkerProcess | None:
        """A worker that is free; where none is, and a query need not be alone, one that is `soon`."""
        while self._free and self._free[-1].is_gone:
            self._free.pop()  # `lost` is about to be told, and replaces it
        if self._free and len(self._busy) < self._most:
            return self._free[-1]
        if not soon:
            return None
        since = self._loop.time() - _TICK
        ready = [
            (len(line), worker.pid, worker)
            for worker, line in self._busy.items()
            if line.has_room and line.begun > since and line.first is not None and not line.is_heavy
        ]
        return min(ready)[2] if ready else None

    def _begin(self, job: Job, worker: WorkerProcess) -> None:
        line = self._busy.get(worker)
        if line is None:
            self._free.remove(worker)
            line = self._busy[worker] = Line()
        number = next(self._numbers) % NUMBERS
        line.put(number, job, self._loop.time())
        worker.ask(number, job.message)

    def _wait(self, job: Job) -> None:
        leaving = self._turns.add(job)
        self._dispatch()
        if leaving is not None and (leaving is not job or not self._begun(job)):
            leaving.fail(too_busy(len(self._turns)))

    def _begun(self, job: Job) -> bool:
        """A queue that takes nobody still lets one through where there is a place."""
        worker = self._place(soon=not job.heavy)
        if worker is None or (job.heavy and self._heavies() >= self._heavy_most):
            return False
        self._begin(job, worker)
        return True

    def _dispatch(self) -> None:
        while self._turns:
            free = self._place(soon=False)
            worker = free or self._place()
            if worker is None:
                return
            served = {line.first.client for line in self._busy.values() if line.first is not None}
            heavy = free is not None and self._heavies() < self._heavy_most
            job = self._turns.take(heavy=heavy, served=served)
            if job is None:
                return
            self._begin(job, worker)

    def _heavies(self) -> int:
        return sum(line.is_heavy for line in self._busy.values())

    def _tick(self) -> None:
        """Looks again as long as something goes on, even where one look fails."""
        try:
            self._look_around(self._loop.time())
        finally:
            again = not self._closed and (self._busy or self._turns)
            self._ticking = self._loop.call_later(_TICK, self._tick) if again else None

    def _look_around(self, now: float) -> None:
        for worker, line in list(self._busy.items()):
            self._look(worker, line, now)
        for job in list(self._turns):
            if now - job.asked >= self._settings.queue_seconds and self._turns.remove(job):
                job.fail(too_busy(len(self._turns)))
        for job in [*(job for line in self._busy.values() for job in line), *self._turns]:
            if job.left is not None and job.watcher is None and now - job.asked >= _TICK:
                job.watcher = asyncio.ensure_future(_watch(job))
        self._dispatch()

    def _look(self, worker: WorkerProcess, line: Line, now: float) -> None:
        job, took = line.first, now - line.begun
        if took >= _TICK:
            self._take_back(line)
        if job is None or job.left_at is not None:
            if now - max(line.begun, job.left_at if job and job.left_at else 0) >= _GRACE:
                self._stop(worker)
        elif took >= job.seconds:
            job.fail(too_slow(job.seconds, self._settings.longest_seconds))
            self._stop(worker)
        elif took >= _SHORT and not job.heavy and (took >= _QUICK or self._is_greedy(job)):
            self._prove(worker, job)

    def _take_back(self, line: Line) -> None:
        """What waits behind a query that takes long can go elsewhere."""
        for job in line.take_back():
            if len(self._turns) < max(1, self._settings.queue):
                self._turns.again(job)
            else:
                job.fail(too_busy(len(self._turns)))

    def _is_greedy(self, job: Job) -> bool:
        """Whether its client takes more than those who wait: other workers now, or much of them of late."""
        used = (
            sum(line.first is not None and line.first.client == job.client for line in self._busy.values())
            - 1
            + self._turns.used(job.client)
        )
        others = {other.client for other in self._turns} - {job.client}
        return used > _QUICK and any(self._turns.used(other) < used / 2 for other in others)

    def _prove(self, worker: WorkerProcess, job: Job) -> None:
        """A query is heavy. With too many of them, and others waiting, it has to begin again later."""
        self._proven[job.key] = None
        if len(self._proven) > _PROVEN:
            self._proven.popitem(last=False)
        if self._heavies() < self._heavy_most:
            job.heavy = True
        elif len(self._busy) >= self._most and any(not other.heavy for other in self._turns):
            job.heavy = True
            job.asked = self._loop.time()
            self._turns.again(job)
            self._stop(worker)

    def _stop(self, worker: WorkerProcess) -> None:
        line = self._busy[worker]
        if line.first is not None:
            self._turns.charge(line.first.client, self._loop.time() - line.begun)
        self._drop(worker)

    def _drop(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
        if worker in self._free:
            self._free.remove(worker)
        if (line := self._busy.pop(worker, None)) is not None:
            self._take_back(line)
        worker.stop()
        self._later(self._replace())

    async def _replace(self) -> None:
        while not self._closed:
            try:
                await self._add()
                return
            except (OSError, TimeoutError, WorkerGone):
                log.exception("a worker did not start")
                await asyncio.sleep(_RETRY)

    async def _add(self) -> None:
        worker = await WorkerProcess.start(self._nursery, self._settings, self)
        self._workers.add(worker)
        self._free.append(worker)
        self._dispatch()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _settle(outcome: asyncio.Future[Content], job: Job) -> None:
    """Tells whoever awaits a query what became of it."""
    if outcome.done():
        return
    if isinstance(job.error, asyncio.CancelledError):
        outcome.cancel()
    elif job.error is not None:
        outcome.set_exception(job.error)
    elif job.content is not None:
        outcome.set_result(job.content)


async def _watch(job: Job) -> None:
    if job.left is not None:
        await job.left()
        job.fail(ClientLeft())
