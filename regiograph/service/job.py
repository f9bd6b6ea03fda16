"""A query on its way through the pool."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from regiograph.service.spool import Spool

Content = bytes | Spool
"""An answer, whole."""


class Job:
    """One query: what is asked, for whom, and what becomes of it. Waits, runs, and is settled once."""

    __slots__ = (
        "asked",
        "begun",
        "client",
        "header",
        "heavy",
        "left",
        "left_at",
        "outcome",
        "retried",
        "seconds",
        "text",
        "watcher",
    )

    def __init__(
        self,
        header: dict[str, Any],
        text: str,
        client: str,
        seconds: float,
        left: Callable[[], Awaitable[None]] | None,
    ) -> None:
        loop = asyncio.get_running_loop()
        self.header = header
        self.text = text
        self.client = client
        self.seconds = seconds  # how long it may run
        self.left = left  # returns once the client has left
        self.left_at: float | None = None
        self.watcher: asyncio.Future[None] | None = None
        self.outcome: asyncio.Future[Content] = loop.create_future()
        self.asked = self.begun = loop.time()
        self.heavy = False
        self.retried = False

    @property
    def key(self) -> int:
        """The same for the same query of the same edition."""
        return hash((self.header.get("edition"), self.text))

    def fail(self, error: BaseException) -> None:
        """There will be no answer."""
        if not self.outcome.done():
            self.outcome.set_exception(error)

    def succeed(self, content: Content) -> None:
        """The answer is there."""
        if not self.outcome.done():
            self.outcome.set_result(content)

    def close(self) -> None:
        """Nobody needs to watch its client any more."""
        if self.watcher is not None:
            self.watcher.cancel()
