"""A query on its way through the pool."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from regiograph.service.frames import Found
from regiograph.service.spool import Spool

Content = bytes | Spool
"""An answer, whole."""


class Job:
    """One query: what is asked, for whom, and what becomes of it. Waits, runs, and is settled once: then it
    has its content or an error, and calls back."""

    asked = 0.0  # when it came to the pool
    content: Content | None = None
    error: BaseException | None = None
    found: Found | None = None  # what a worker found it to be, where it went unread
    left_at: float | None = None
    watcher: asyncio.Future[None] | None = None
    heavy = False
    retried = False

    def __init__(
        self,
        message: bytes,
        key: Hashable,
        then: Callable[["Job"], None],
        *,
        seconds: float,
        client: str = "",
        left: Callable[[], Awaitable[None]] | None = None,
        fetches: bool = False,
    ) -> None:
        self._then: Callable[[Job], None] | None = then
        self.message = message  # as it goes to a worker
        self.key = key  # the same for the same query of the same edition
        self.client = client
        self.fetches = fetches  # it asks a service elsewhere
        self.seconds = seconds  # how long it may run
        self.left = left  # returns once the client has left

    @property
    def is_settled(self) -> bool:
        """Whether it is known what became of it."""
        return self._then is None

    def fail(self, error: BaseException) -> None:
        """There will be no answer."""
        if (then := self._then) is not None:
            self._then, self.error = None, error
            then(self)

    def succeed(self, content: Content) -> None:
        """The answer is there."""
        if (then := self._then) is not None:
            self._then, self.content = None, content
            then(self)

    def close(self) -> None:
        """Nobody needs to watch its client any more."""
        if self.watcher is not None:
            self.watcher.cancel()
