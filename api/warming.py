"""Does once, in the background, what the first to ask for an edition would wait for."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence

import structlog

from regiograph.errors import RegiographError
from regiograph.service.front import Front

_PAUSE = 2.0  # seconds between looks; an edition is prepared for once it has been current for two of them

log = structlog.get_logger()


class Warming:
    """Prepares for each edition that becomes current and stays it, one thing at a time. Owns the task."""

    def __init__(self, front: Front, works: Sequence[Callable[[], Awaitable[object]]]) -> None:
        self._front = front
        self._works = works
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begins to look; returns at once."""
        if self._works:
            self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Looks no more, and leaves what it is at."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _watch(self) -> None:
        seen = done = ""
        while True:
            await asyncio.sleep(_PAUSE)
            now = self._edition()
            if now and now == seen and now != done:
                await self._prepare()
                done = now
                log.info("prepared", edition=now[:12])
            seen = now

    def _edition(self) -> str:
        """The hash of the current edition; empty where there is none."""
        with contextlib.suppress(RegiographError):
            return self._front.current().hash
        return ""

    async def _prepare(self) -> None:
        for work in self._works:
            (outcome,) = await asyncio.gather(work(), return_exceptions=True)
            if isinstance(outcome, Exception):  # whoever asks is told, and it is tried again then
                log.warning("could not prepare", error=type(outcome).__name__)
