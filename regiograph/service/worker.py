"""A worker: a process that answers one query after the other from the public editions, and nothing else.

It opens stores read-only, has a memory limit, writes no file, and while it answers it can open neither a file
nor a connection: the number of descriptors it may have is the number it has. Whatever a query does to it, the
front only loses a worker. Started as `python -m regiograph.service.worker <socket> <data directory>`; all it
needs to know comes first over the socket.
"""

import contextlib
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from regiograph.errors import RegiographError
from regiograph.service.frames import frame, receive_blocking
from regiograph.service.limits import Bounded, out_of_memory
from regiograph.service.stores import Sources, Stores, stores_of
from regiograph.store.base import Readable
from regiograph.store.formats import Format

_KEPT_OPEN = 2  # editions: the current one, and the one before for those still asking it


class Worker:
    """Answers queries. Owns the stores it has open."""

    def __init__(self, stores: Stores, result_bytes: int) -> None:
        self._stores = stores
        self._result_bytes = result_bytes
        self._open: dict[int, Readable] = {}

    def warm(self) -> None:
        """Opens the current edition, if there is one."""
        with contextlib.suppress(RegiographError, OSError):
            self._store(self._stores.current())

    def answer(self, header: dict[str, Any], text: str) -> bytes:
        """The message that answers a query's message."""
        output = Bounded(self._result_bytes)
        try:
            answer = self._store(header["edition"]).query(
                text, default_graphs=header["default_graphs"], named_graphs=header["named_graphs"]
            )
            answer.write(output, Format[header["format"]])
        except RegiographError as error:
            return _refusal(error)
        except MemoryError:
            return _refusal(out_of_memory())
        return frame({}, output.getvalue())

    def _store(self, edition: int) -> Readable:
        if edition not in self._open:
            while len(self._open) >= _KEPT_OPEN:
                self._open.pop(next(iter(self._open))).close()
            _allow_descriptors(True)
            try:
                self._open[edition] = self._stores.store(edition)
            finally:
                _allow_descriptors(self._stores.needs_network)
        return self._open[edition]


def _refusal(error: RegiographError) -> bytes:
    return frame(
        {
            "error": type(error).__name__,
            "problem": error.problem,
            "where": error.where,
            "way_out": error.way_out,
        }
    )


def _allow_descriptors(more: bool) -> None:
    """Lets this process open files, or nothing at all."""
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    if not more:
        lowest_free = os.dup(0)
        os.close(lowest_free)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest_free, most))


def _limit(megabytes: int) -> None:
    memory = megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("500")


def main(descriptor: str) -> None:
    """Answers until the front is gone. The alarm ends a query that outlives a front that was killed."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front
    with socket.socket(fileno=int(descriptor)) as connection:
        told = receive_blocking(connection)
        if told is None:
            return
        limits = told[0]
        stores = stores_of(Sources(**limits["sources"]))
        worker = Worker(stores, limits["result_megabytes"] * 1_000_000)
        _limit(limits["worker_megabytes"])
        _allow_descriptors(stores.needs_network)
        worker.warm()
        connection.sendall(frame({}))
        while message := receive_blocking(connection):
            signal.setitimer(signal.ITIMER_REAL, limits["query_seconds"] + 1)
            reply = worker.answer(message[0], message[1].decode())
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.sendall(reply)


if __name__ == "__main__":
    main(sys.argv[1])
