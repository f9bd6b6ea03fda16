"""One writer at a time on a data directory, across processes."""

import fcntl
import os
from pathlib import Path
from threading import RLock
from types import TracebackType

from regiograph.errors import Busy


class DataLock:
    """A lock on a data directory; the kernel lets go of it when the process ends, however it ends.

    Re-entrant: whoever holds it may take it again through the same object.
    """

    def __init__(self, data: Path) -> None:
        self._path = data / "lock"
        self._thread = RLock()
        self._depth = 0
        self._descriptor = -1

    def __enter__(self) -> "DataLock":
        self._thread.acquire()
        try:
            if self._depth == 0:
                self._take()
            self._depth += 1
        except BaseException:
            self._thread.release()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._depth -= 1
        if self._depth == 0:
            os.close(self._descriptor)
        self._thread.release()

    def _take(self) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise Busy(
                "Another process is writing to this data directory.",
                where=self._path.parent.name or "data directory",
                way_out="Wait until it has finished, then try again.",
            ) from None
        self._descriptor = descriptor
