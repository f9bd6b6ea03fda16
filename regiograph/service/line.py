"""What one worker has in hand: the query it answers, and those it will answer next."""

from collections import deque
from collections.abc import Iterator
from itertools import islice

from regiograph.service.job import Job

_FEW = 4  # queries in hand, however long they take
_MOST = 16  # queries in hand, however quick they are
_AHEAD = 0.01  # seconds of work in hand beyond the few


class Line:
    """Queries that went to one worker, in their order, each by its number. A place stays when its query is
    taken back: the worker answers it all the same, but to nobody."""

    def __init__(self) -> None:
        self._places: deque[tuple[int, Job | None]] = deque()
        self._pace = _AHEAD  # seconds for a query of late
        self.begun = 0.0  # when the worker came to the first

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Job]:
        return (job for _, job in self._places if job is not None)

    @property
    def first(self) -> Job | None:
        """The query it answers, if anybody still wants to know."""
        return self._places[0][1] if self._places else None

    @property
    def is_heavy(self) -> bool:
        """Whether that query is heavy."""
        return self.first is not None and self.first.heavy

    @property
    def has_room(self) -> bool:
        """Whether one more may wait here; the quicker the last ones were answered, the more may."""
        size = len(self._places)
        return size < _FEW or (size < _MOST and size * self._pace < _AHEAD)

    def put(self, number: int, job: Job, now: float) -> None:
        """One more goes to the worker."""
        if not self._places:
            self.begun = now
        self._places.append((number, job))

    def answered(self, number: int, now: float) -> Job | None:
        """The first is answered, and has to bear this number; the worker has come to the next.

        Raises:
            ValueError: that is not what the worker was asked.
        """
        if not self._places or self._places[0][0] != number:
            raise ValueError("an answer to another question")
        self._pace += (now - self.begun - self._pace) / 8
        self.begun = now
        return self._places.popleft()[1]

    def take_back(self) -> list[Job]:
        """Those the worker has not come to, the last first; they can go elsewhere."""
        waiting = [job for _, job in islice(self._places, 1, None) if job is not None]
        for place in range(1, len(self._places)):
            self._places[place] = self._places[place][0], None
        return waiting[::-1]

    def leave(self, job: Job) -> bool:
        """Nobody wants to know of a query any more; says whether the worker had not come to it."""
        for place, (number, one) in enumerate(self._places):
            if one is job and place > 0:
                self._places[place] = number, None
                return True
        return False
