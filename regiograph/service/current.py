"""Which edition is current, said at once: a front may ask with every request, and never waits."""

import asyncio
import contextlib
import os
from pathlib import Path
from typing import Protocol

from regiograph.editions import Editions, Manifest
from regiograph.elsewhere import editions_of
from regiograph.errors import NotReady, RegiographError
from regiograph.settings import Settings

_PAUSE = 1.0  # seconds between looks at an engine


class Current(Protocol):
    """Knows the manifest of the current edition."""

    async def start(self) -> None:
        """Begins to look."""

    async def close(self) -> None:
        """Looks no more."""

    def manifest(self) -> Manifest:
        """The manifest, without waiting.

        Raises:
            NotReady: nothing is published yet.
            Unreachable: the engine does not answer.
        """

    async def again(self) -> Manifest:
        """The manifest, looked for now.

        Raises:
            NotReady, Unreachable: see `manifest`.
        """


class CurrentHere:
    """In the data directory: re-read only when the pointer has been replaced."""

    def __init__(self, data: Path) -> None:
        self._editions = Editions(data)
        self._pointer = str(data / "public" / "current")
        self._seen: tuple[int, int] = (0, 0)
        self._known: Manifest | None = None

    async def start(self) -> None:
        """Nothing to begin."""

    async def close(self) -> None:
        """Nothing to end."""

    def manifest(self) -> Manifest:
        """The manifest, without waiting."""
        try:
            status = os.stat(self._pointer)  # noqa: PTH116  (with every request: a third of the time of a path)
        except FileNotFoundError:
            self._known = None
            return self._editions.current().manifest  # raises NotReady
        seen = (status.st_ino, status.st_mtime_ns)
        if self._known is None or seen != self._seen:
            self._known = self._editions.current().manifest
            self._seen = seen
        return self._known

    async def again(self) -> Manifest:
        """The manifest, looked for now."""
        return self.manifest()


class CurrentOnEngine:
    """On an engine: a task looks every second; between two looks the last one holds."""

    def __init__(self, editions: Editions) -> None:
        self._editions = editions
        self._known: Manifest | None = None
        self._error: RegiographError | None = None
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Looks once, then every second."""
        with contextlib.suppress(RegiographError):
            await self.again()
        self._task = asyncio.create_task(self._watch())

    async def close(self) -> None:
        """Looks no more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def manifest(self) -> Manifest:
        """The manifest as of the last look."""
        if self._known is None:
            raise self._error or NotReady(
                "The engine has not been asked yet.", where="the engine", way_out="Try again in a moment."
            )
        return self._known

    async def again(self) -> Manifest:
        """The manifest, looked for now."""
        try:
            self._known = (await asyncio.to_thread(self._editions.current)).manifest
        except RegiographError as error:
            self._known, self._error = None, error
            raise
        return self._known

    async def _watch(self) -> None:
        while True:
            await asyncio.sleep(_PAUSE)
            with contextlib.suppress(RegiographError):
                await self.again()


def current_of(settings: Settings) -> Current:
    """Where the settings say."""
    return CurrentOnEngine(editions_of(settings)) if settings.store else CurrentHere(settings.data)
