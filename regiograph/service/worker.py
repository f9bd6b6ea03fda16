"""A worker: a process that answers one query after the other from the public editions, and nothing else.

It opens stores read-only, has a memory limit, writes no file, and while it answers it can open neither a file
nor a connection: the number of descriptors it may have is the number it has. Whatever a query does to it, the
front only loses a worker. Started as `python -m regiograph.service.worker <socket> <limits as JSON>`.
"""

import contextlib
import json
import os
import resource
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from regiograph.editions import Editions
from regiograph.errors import RegiographError
from regiograph.service.frames import frame, receive_blocking
from regiograph.service.limits import Bounded, out_of_memory
from regiograph.store.embedded import EmbeddedReader
from regiograph.store.formats import Format

_KEPT_OPEN = 2  # editions: the current one, and the one before for those still asking it


class Worker:
    """Answers queries. Owns the stores it has open."""

    def __init__(self, data: Path, result_bytes: int) -> None:
        self._editions = Editions(data)
        self._result_bytes = result_bytes
        self._open: dict[int, EmbeddedReader] = {}

    def warm(self) -> None:
        """Opens the current edition, if there is one."""
        with contextlib.suppress(RegiographError, OSError):
            self._store(self._editions.current_number())

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

    def _store(self, number: int) -> EmbeddedReader:
        if number not in self._open:
            while len(self._open) >= _KEPT_OPEN:
                self._open.pop(next(iter(self._open))).close()
            _allow_descriptors(True)
            try:
                self._open[number] = self._editions.edition(number).store
            finally:
                _allow_descriptors(False)
        return self._open[number]


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


def main(descriptor: str, limits: str) -> None:
    """Answers until the front is gone. The alarm ends a query that outlives a front that was killed."""
    given = json.loads(limits)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front
    worker = Worker(Path(given["data"]), given["result_megabytes"] * 1_000_000)
    with socket.socket(fileno=int(descriptor)) as connection:
        _limit(given["worker_megabytes"])
        _allow_descriptors(False)
        worker.warm()
        connection.sendall(frame({}))
        while message := receive_blocking(connection):
            signal.setitimer(signal.ITIMER_REAL, given["query_seconds"] + 1)
            reply = worker.answer(message[0], message[1].decode())
            signal.setitimer(signal.ITIMER_REAL, 0)
            connection.sendall(reply)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
