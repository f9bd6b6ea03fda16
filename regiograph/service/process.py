"""One worker process, as the front sees it."""

import asyncio
import json
from typing import Any, Protocol, cast

from regiograph import errors
from regiograph.errors import RegiographError
from regiograph.service.frames import Found, Kind, found, hear, numbered, packed, question, whole
from regiograph.service.job import Content
from regiograph.service.nursery import Child, Nursery
from regiograph.service.spool import Spool
from regiograph.service.stores import Sources
from regiograph.settings import Settings

_START = 30.0  # seconds a worker may take to start


class WorkerGone(Exception):
    """A worker ended before it was ready."""


class Owner(Protocol):
    """Who is told what becomes of a worker."""

    def answered(
        self, worker: "WorkerProcess", number: int, outcome: Content | RegiographError, found: Found | None
    ) -> None:
        """It has answered what bore this number. What came to it unread, it has `found` to be something."""

    def lost(self, worker: "WorkerProcess", *, unread: bool) -> None:
        """It has ended, and not because it was stopped. Something sent to it was never read, or all was."""


class WorkerProcess(asyncio.Protocol):
    """Owns a process and its socket; answers one query at a time."""

    def __init__(self, process: Child, owner: Owner) -> None:
        self._process = process
        self._owner = owner
        self._transport: asyncio.WriteTransport
        self._received = bytearray()
        self._spool: Spool | None = None
        self._ready: asyncio.Future[None] | None = asyncio.get_running_loop().create_future()
        self._stopped = False
        self._megabytes_at_start = 0
        self.megabytes = 0  # the most memory it has ever had

    @classmethod
    async def start(cls, nursery: Nursery, settings: Settings, owner: Owner) -> "WorkerProcess":
        """A worker that is ready to answer.

        Raises:
            OSError, TimeoutError, WorkerGone: it did not start.
        """
        process, ours = await asyncio.to_thread(nursery.fork)
        worker = cls(process, owner)
        try:
            await asyncio.get_running_loop().create_unix_connection(lambda: worker, sock=ours)
            worker.ask(0, question(packed(_told(settings))))
            async with asyncio.timeout(_START):
                await cast(asyncio.Future[None], worker._ready)
        except BaseException:
            worker.stop()
            raise
        worker._ready = None
        worker._megabytes_at_start = worker.megabytes
        return worker

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """Whether the process runs; costs a system call."""
        return self._process.alive

    @property
    def is_gone(self) -> bool:
        """Whether it can be asked no more."""
        return self._transport.is_closing()

    @property
    def grown(self) -> int:
        """How many megabytes more it has ever had than when it started."""
        return self.megabytes - self._megabytes_at_start

    def ask(self, number: int, message: bytes) -> None:
        """Sends a query; the owner hears what comes of it."""
        self._transport.write(numbered(number, message))

    def stop(self) -> None:
        """Ends the process at once, whatever it is doing."""
        self._stopped = True
        self._process.kill()
        if hasattr(self, "_transport"):
            self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is ready."""
        self._transport = cast(asyncio.WriteTransport, transport)

    def data_received(self, data: bytes) -> None:
        """A part of a reply."""
        if self._stopped:
            return
        if not self._received and (short := whole(data)) is not None:
            self._heard(*short)
            return
        self._received += data
        for message in hear(self._received):
            self._heard(*message)

    def connection_lost(self, error: Exception | None) -> None:
        """The process is gone. The system calls that an error only where something was left unread."""
        if self._stopped:
            return
        if self._ready is not None:
            if not self._ready.done():
                self._ready.set_exception(WorkerGone())
        else:
            self._owner.lost(self, unread=error is not None)

    def _heard(self, kind: int, number: int, megabytes: int, content: bytes) -> None:
        if kind == Kind.PART:
            self._spool = self._spool or Spool()
            self._spool.add(content)
        elif kind == Kind.ERROR:
            self._settle(number, _error(content))
        else:
            self._end(kind, number, megabytes, content)

    def _end(self, kind: int, number: int, megabytes: int, content: bytes) -> None:
        self.megabytes = megabytes
        if self._ready is not None:
            if not self._ready.done():
                self._ready.set_result(None)
            return
        what = None
        if kind == Kind.FOUND:
            what, content = found(content)
        if self._spool is not None:
            self._spool.add(content)
        self._settle(number, self._spool or content, what)

    def _settle(self, number: int, outcome: Content | RegiographError, found: Found | None = None) -> None:
        self._spool = None
        self._owner.answered(self, number, outcome, found)


def _error(content: bytes) -> RegiographError:
    said = json.loads(content)
    kind: type[RegiographError] = getattr(errors, said["error"])
    return kind(said["problem"], where=said["where"], way_out=said["way_out"])


def _told(settings: Settings) -> dict[str, Any]:
    return {
        "sources": Sources.of(settings).message,
        "result_megabytes": settings.result_megabytes,
        "worker_megabytes": settings.worker_megabytes,
        "query_characters": settings.query_characters,
        "query_nesting": settings.query_nesting,
    }
