"""Where workers come from: a process that has loaded all they need, and forks one whenever it is asked.

A new worker costs milliseconds, not the quarter of a second that loading takes; so stopping one costs little.
The nursery opens no store and answers no query. Started as `python -m regiograph.service.nursery <socket>
<data directory>`; over the socket comes, for each worker, the descriptor of its own.
"""

import contextlib
import gc
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from pathlib import Path

from regiograph.service import worker

_PID = struct.Struct("!I")


class Child:
    """A worker process, as long as it lives. Never signals another that has got its number since."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._handle = os.pidfd_open(pid) if hasattr(os, "pidfd_open") else None

    @property
    def alive(self) -> bool:
        """Whether the process runs."""
        return self._signal(0)

    def kill(self) -> None:
        """Ends it at once."""
        self._signal(signal.SIGKILL)
        if self._handle is not None and self._handle >= 0:
            os.close(self._handle)
            self._handle = -1  # never signals again; ended twice is ended

    def _signal(self, number: int) -> bool:
        try:
            if self._handle is None:
                os.kill(self.pid, number)
            else:
                signal.pidfd_send_signal(self._handle, number)
        except OSError:
            return False
        return True


class Nursery:
    """The front's side. Owns the process; begins another if that one has ended."""

    def __init__(self, data: Path) -> None:
        self._data = data
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket

    def fork(self) -> tuple[Child, socket.socket]:
        """A new worker, and the socket to it. Blocks for some milliseconds, the first time for longer.

        Raises:
            OSError: there is none to be had.
        """
        ours, theirs = socket.socketpair()
        with theirs, self._lock:
            try:
                return Child(self._ask(theirs)), ours
            except BaseException:
                ours.close()
                self._end()
                raise

    def close(self) -> None:
        """Ends it; workers end when their sockets do."""
        with self._lock:
            self._end()

    def _ask(self, theirs: socket.socket) -> int:
        if self._process is None or self._process.poll() is not None:
            self._end()
            self._begin()
        socket.send_fds(self._control, [b"w"], [theirs.fileno()])
        said = self._control.recv(_PID.size)
        if len(said) < _PID.size:
            raise ConnectionError
        return int(_PID.unpack(said)[0])

    def _begin(self) -> None:
        self._control, theirs = socket.socketpair()
        packages = Path(__file__).resolve().parents[2]
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "regiograph.service.nursery", str(theirs.fileno()), str(self._data)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                env={
                    "PATH": os.environ.get("PATH", ""),
                    "PYTHONPATH": str(packages),
                    "MALLOC_ARENA_MAX": "2",
                    "GLIBC_TUNABLES": "glibc.malloc.tcache_count=1000",  # a tenth faster, measured
                },
            )

    def _end(self) -> None:
        if self._process is not None:
            self._control.close()
            self._process.kill()
            self._process.wait()
            self._process = None


def main(descriptor: str) -> None:
    """Forks workers until the front is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the front
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for workers
    gc.collect()
    gc.freeze()
    with socket.socket(fileno=int(descriptor)) as control, contextlib.suppress(ConnectionError):
        while True:
            said, received, _, _ = socket.recv_fds(control, 1, 1)
            if not said:
                return
            pid = os.fork()
            if pid == 0:
                control.close()
                _live(received[0])
            os.close(received[0])
            control.sendall(_PID.pack(pid))


def _live(descriptor: int) -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    try:
        worker.main(descriptor)
    finally:
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
