"""What one worker has in hand: the query it answers, and those it will answer next."""

from collections import deque
from collections.abc import Iterator

from regiograph.service.job import Job


class Line:
    """Queries that went to one worker, in their order. A place stays when its query is taken back: the worker
    answers it all the same, but to nobody."""

    def __init__(self) -> None:
        self._jobs: deque[Job | None] = deque()
        self.begun = 0.0  # when the worker came to the first

    def __len__(self) -> int:
        return len(self._jobs)

    @property
    def first(self) -> Job | None:
        """The query it answers, if anybody still wants to know."""
        return self._jobs[0] if self._jobs else None

    @property
    def is_heavy(self) -> bool:
        """Whether that query is heavy."""
        return self.first is not None and self.first.heavy

    def put(self, job: Job, now: float) -> None:
        """One more goes to the worker."""
        if not self._jobs:
            self.begun = now
        self._jobs.append(job)

    def answered(self, now: float) -> Job | None:
        """The first is answered; the worker has come to the next."""
        self.begun = now
        return self._jobs.popleft() if self._jobs else None

    def take_back(self) -> list[Job]:
        """Those the worker has not come to, the last first; they can go elsewhere."""
        waiting: list[Job] = []
        while len(self._jobs) > 1 and (job := self._jobs.pop()) is not None:
            waiting.append(job)
        for _ in waiting:
            self._jobs.append(None)
        return waiting

    def leave(self, job: Job) -> bool:
        """Nobody wants to know of a query any more; says whether the worker had not come to it."""
        for place, one in enumerate(self._jobs):
            if one is job and place > 0:
                self._jobs[place] = None
                return True
        return False

    def __iter__(self) -> Iterator[Job]:
        return (job for job in self._jobs if job is not None)
