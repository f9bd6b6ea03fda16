"""What a worker takes of the machine, and the alarm that ends it where nobody else can.

A system call costs a small query a twentieth of its time (measured), so there are few.
"""

import resource
import signal
import sys
import time

_QUICK = 0.002  # seconds in which a query can take no more than a few megabytes
_UNSEEN = 16  # such queries in a row after which memory is looked at all the same
_STANDS = 1.0  # seconds for which an alarm, once set, serves all queries that begin


class Usage:
    """Follows one query after the other.

    The alarm ends a query that outlives a front that was killed. It counts the time of the processor, so it
    stands still while nothing is asked, and need not be set for each query.
    """

    def __init__(self) -> None:
        self._began = 0.0
        self._set = -_STANDS
        self._seconds = 0.0  # the longest query for which the alarm is set
        self._waits = False
        self._unseen = 0
        self._megabytes = most_megabytes()

    def begin(self, seconds: float, *, waits: bool) -> None:
        """A query begins that may take so long. While it `waits` for others, it takes no time that counts."""
        self._began = time.monotonic()
        if self._began >= self._set + _STANDS or seconds > self._seconds:
            self._set, self._seconds = self._began, seconds
            signal.setitimer(signal.ITIMER_PROF, seconds + 2 * _STANDS)
        self._waits = waits
        if waits:
            signal.setitimer(signal.ITIMER_REAL, seconds + _STANDS)

    def end(self) -> int:
        """It has ended. The most memory this process has ever had, in megabytes."""
        if self._waits:
            signal.setitimer(signal.ITIMER_REAL, 0)
        self._unseen += 1
        if self._unseen >= _UNSEEN or time.monotonic() - self._began > _QUICK:
            self._unseen, self._megabytes = 0, most_megabytes()
        return self._megabytes


def most_megabytes() -> int:
    """The most memory this process has ever had."""
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most // (1024 * 1024 if sys.platform == "darwin" else 1024)
