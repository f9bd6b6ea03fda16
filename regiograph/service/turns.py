"""Who is next: clients take turns, and each client's own queries keep their order."""

from collections import OrderedDict, deque
from collections.abc import Iterator

from regiograph.service.job import Job


class Turns:
    """The queries that wait. Never more than `most`; when it is full, whoever has most there gives way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._size = 0
        self._of: OrderedDict[str, deque[Job]] = OrderedDict()

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[Job]:
        for jobs in self._of.values():
            yield from jobs

    def add(self, job: Job) -> Job | None:
        """Lets a query wait; says which one has to leave for it, if any: perhaps that very one."""
        if self._size < self._most:
            self._put(job)
            return None
        greedy = max(self._of.values(), key=len, default=None)
        mine = len(self._of.get(job.client, ()))
        if greedy is None or len(greedy) <= mine + 1:
            return job
        leaving = greedy[-1]
        self.remove(leaving)
        self._put(job)
        return leaving

    def again(self, job: Job) -> None:
        """Takes back a query that had begun; it is its client's next."""
        self._put(job, first=True)

    def take(self, *, heavy: bool) -> Job | None:
        """The next query, of the client whose turn it is; only where `heavy`, one known to be so."""
        for jobs in self._of.values():
            for job in jobs:
                if heavy or not job.heavy:
                    self.remove(job)
                    if job.client in self._of:
                        self._of.move_to_end(job.client)
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

    def _put(self, job: Job, *, first: bool = False) -> None:
        jobs = self._of.setdefault(job.client, deque())
        if first:
            jobs.appendleft(job)
        else:
            jobs.append(job)
        self._size += 1
