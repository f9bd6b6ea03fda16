"""Who is next: clients take turns, first who has used least; each one's own queries keep their order."""

import time
from collections import OrderedDict, deque
from collections.abc import Callable, Collection, Iterator

from regiograph.service.job import Job

_HALVED = 10.0  # seconds after which half of what a client used is forgotten
_MATTERS = 0.02  # seconds of use below which nobody counts


class Turns:
    """The queries that wait. Never more than `most`; when it is full, whoever takes most gives way."""

    def __init__(self, most: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._most = most
        self._clock = clock
        self._size = 0
        self._of: OrderedDict[str, deque[Job]] = OrderedDict()
        self._used: dict[str, tuple[float, float]] = {}  # seconds, and when

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Job]:
        for jobs in self._of.values():
            yield from jobs

    def charge(self, client: str, seconds: float) -> None:
        """Notes what a client has used of a worker."""
        if seconds < _MATTERS:
            return
        self._used[client] = self.used(client) + seconds, self._clock()
        if len(self._used) > 2 * self._most + 100:
            self._used = {one: used for one, used in self._used.items() if self.used(one) > _MATTERS}

    def used(self, client: str) -> float:
        """Seconds of workers that a client has used of late."""
        seconds, then = self._used.get(client, (0.0, 0.0))
        return seconds * 0.5 ** ((self._clock() - then) / _HALVED) if seconds else 0.0

    def add(self, job: Job) -> Job | None:
        """Lets a query wait; says which one has to leave for it, if any: perhaps that very one."""
        if self._size < self._most:
            self._put(job)
            return None
        greedy = max(self._of, key=lambda one: (len(self._of[one]), self.used(one)), default=None)
        if greedy is None or not self._takes_more(greedy, job.client):
            return job
        leaving = self._of[greedy][-1]
        self.remove(leaving)
        self._put(job)
        return leaving

    def again(self, job: Job) -> None:
        """Takes back a query that had begun; it is its client's next."""
        self._put(job, first=True)

    def take(self, *, heavy: bool, served: Collection[str] = ()) -> Job | None:
        """The next query, of the client whose turn it is; only where `heavy`, one known to be so.

        Clients that are being `served` come after those that are not.
        """
        for client in sorted(self._of, key=lambda one: (one in served, self.used(one))):
            for job in self._of[client]:
                if heavy or not job.heavy:
                    self.remove(job)
                    if client in self._of:
                        self._of.move_to_end(client)
                    return job
        return None

    def remove(self, job: Job) -> bool:
        """Lets a query leave; says whether it was there."""
        jobs = self._of.get(job.client)
        if jobs is None or job not in jobs:
            return False
        jobs.remove(job)
        self._size -= 1
        if not jobs:
            del self._of[job.client]
        return True

    def _takes_more(self, greedy: str, client: str) -> bool:
        waiting, mine = len(self._of[greedy]), len(self._of.get(client, ()))
        return waiting > mine + 1 or (waiting > mine and self.used(greedy) > self.used(client) + 1)

    def _put(self, job: Job, *, first: bool = False) -> None:
        jobs = self._of.setdefault(job.client, deque())
        if first:
            jobs.appendleft(job)
        else:
            jobs.append(job)
        self._size += 1
