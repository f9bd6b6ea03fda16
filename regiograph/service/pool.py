"""The worker processes: started before serving, given one query at a time, stopped and replaced at need."""

import asyncio
import os
import socket
import subprocess
import sys
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, cast

import structlog

from regiograph import errors
from regiograph.errors import QueryTooSlow, RegiographError, TooBusy
from regiograph.service.frames import frame, whole
from regiograph.service.limits import out_of_memory
from regiograph.service.stores import Sources
from regiograph.settings import Settings

_GRACE = 0.05  # seconds a query whose client has left may still take before its worker is stopped
_START = 30.0  # seconds a worker may take to start
_RETRY = 1.0  # seconds before another try at starting one

log = structlog.get_logger()


class WorkerGone(Exception):
    """A worker ended instead of answering."""


class WorkerProcess(asyncio.Protocol):
    """One worker, as the front sees it. Owns the process and its socket; awaits one reply at a time."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._transport: asyncio.WriteTransport
        self._received = bytearray()
        self._reply = asyncio.get_running_loop().create_future()  # the first says that it is ready

    @classmethod
    async def start(cls, settings: Settings) -> "WorkerProcess":
        """A worker that is ready to answer.

        Raises:
            OSError, TimeoutError, WorkerGone: it did not start.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            process = await asyncio.to_thread(_spawn, settings, theirs.fileno())
        worker = cls(process)
        await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
        worker._transport.write(frame(_limits(settings)))
        try:
            async with asyncio.timeout(_START):
                await worker._reply
        except BaseException:
            await worker.stop()
            raise
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process still runs."""
        return self._process.poll() is None

    def ask(self, header: dict[str, Any], text: str) -> asyncio.Future[bytes]:
        """The answer's bytes, later; or the error the worker names, or WorkerGone."""
        self._received.clear()
        self._reply = asyncio.get_running_loop().create_future()
        self._transport.write(frame(header, text.encode()))
        return self._reply

    async def stop(self) -> None:
        """Ends the process at once, whatever it is doing."""
        self._reply.cancel()
        self._process.kill()
        self._transport.close()
        await asyncio.to_thread(self._process.wait)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ready."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """A part of a reply."""
        self._received += data
        if not self._reply.done() and (message := whole(self._received)) is not None:
            self._settle(*message)

    def connection_lost(self, _error: Exception | None) -> None:
        """The process is gone."""
        if not self._reply.done():
            self._reply.set_exception(WorkerGone())

    def _settle(self, header: dict[str, Any], body: bytes) -> None:
        if "error" in header:
            kind: type[RegiographError] = getattr(errors, header["error"])
            self._reply.set_exception(
                kind(header["problem"], where=header["where"], way_out=header["way_out"])
            )
        else:
            self._reply.set_result(body)


class Pool:
    """A fixed number of workers. Its invariant: each is idle, answering one query, or being replaced."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._idle: asyncio.Queue[WorkerProcess] = asyncio.Queue()
        self._workers: set[WorkerProcess] = set()
        self._waiting = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._closed = False

    async def start(self) -> None:
        """Starts the workers.

        Raises:
            OSError, TimeoutError, WorkerGone: one did not start.
        """
        await asyncio.gather(*(self._add() for _ in range(self._settings.workers)))

    async def close(self) -> None:
        """Stops the workers and whatever they are answering."""
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.gather(*(worker.stop() for worker in self._workers))

    @property
    def pids(self) -> list[int]:
        """The processes that answer."""
        return [worker.pid for worker in self._workers]

    async def run(self, header: dict[str, Any], text: str) -> bytes:
        """The bytes that answer a query. If the caller is cancelled, the worker is freed.

        Raises:
            TooBusy: too many are waiting, or for too long.
            QueryTooSlow: stopped at the deadline.
            QueryTooLarge: too large an answer, or too much memory.
            RegiographError: as the worker says.
        """
        worker = await self._free()
        job = worker.ask(header, text)
        try:
            done, _ = await asyncio.wait({job}, timeout=self._settings.query_seconds)
        except asyncio.CancelledError:
            self._later(self._release(worker, job, _GRACE))
            raise
        if not done:
            self._later(self._release(worker, job, 0))
            raise QueryTooSlow(
                f"This query was stopped after {self._settings.query_seconds:g} seconds.",
                where="the query",
                way_out="Make it more specific, begin with the rarest pattern, or add LIMIT.",
            )
        try:
            body = job.result()
        except RegiographError:
            self._idle.put_nowait(worker)
            raise
        except WorkerGone:
            log.warning("a query ended its worker", pid=worker.pid)
            self._later(self._replace(worker))
            raise out_of_memory() from None
        self._idle.put_nowait(worker)
        return body

    async def _free(self) -> WorkerProcess:
        """An idle worker that is alive."""
        while True:
            worker = await self._next()
            if worker.alive:
                return worker
            log.warning("an idle worker had ended", pid=worker.pid)
            self._later(self._replace(worker))

    async def _next(self) -> WorkerProcess:
        if not self._idle.empty():
            return self._idle.get_nowait()
        if self._waiting >= self._settings.queue:
            raise _too_busy()
        self._waiting += 1
        try:
            async with asyncio.timeout(self._settings.query_seconds):
                return await self._idle.get()
        except TimeoutError:
            raise _too_busy() from None
        finally:
            self._waiting -= 1

    async def _release(self, worker: WorkerProcess, job: asyncio.Future[bytes], grace: float) -> None:
        """Takes back a worker whose answer nobody wants any more: as it is if it is quick, else a new one."""
        await asyncio.wait({job}, timeout=grace)
        if job.done() and isinstance(job.exception(), RegiographError | None):
            self._idle.put_nowait(worker)
            return
        await self._replace(worker)

    async def _replace(self, worker: WorkerProcess) -> None:
        self._workers.discard(worker)
        await worker.stop()
        while not self._closed:
            try:
                await self._add()
                return
            except (OSError, TimeoutError, WorkerGone):
                log.exception("a worker did not start")
                await asyncio.sleep(_RETRY)

    async def _add(self) -> None:
        worker = await WorkerProcess.start(self._settings)
        self._workers.add(worker)
        self._idle.put_nowait(worker)

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _limits(settings: Settings) -> dict[str, Any]:
    return {
        "sources": Sources.of(settings).message,
        "query_seconds": settings.query_seconds,
        "result_megabytes": settings.result_megabytes,
        "worker_megabytes": settings.worker_megabytes,
    }


def _spawn(settings: Settings, descriptor: int) -> subprocess.Popen[bytes]:
    packages = Path(__file__).resolve().parents[2]
    return subprocess.Popen(
        [sys.executable, "-m", "regiograph.service.worker", str(descriptor), str(settings.data.resolve())],
        pass_fds=[descriptor],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(packages), "MALLOC_ARENA_MAX": "2"},
    )


def _too_busy() -> TooBusy:
    return TooBusy(
        "More queries are waiting than this service takes.",
        where="the service",
        way_out="Try again in some seconds.",
    )
