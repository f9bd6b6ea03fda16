"""Probes: small queries the doctor asks of the same edition and dataset, bounded in number and in time.

They run through the query service as any public query does, so they see nothing that a public query does not.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from regiograph.errors import RegiographError

Ask = Callable[[str], Awaitable[Mapping[str, Any]]]
"""Asks the query service: SPARQL results JSON of a SELECT or ASK."""

Row = Mapping[str, Mapping[str, str]]


class Probes:
    """Asks, and counts. What is not known in time is `None`: neither yes nor no."""

    def __init__(self, ask: Ask, *, most: int, seconds: float, each: float) -> None:
        self._ask = ask
        self._most = most
        self._until = time.monotonic() + seconds
        self._each = each
        self.asked = 0
        self.complete = True  # no probe was refused or cut off

    async def rows(self, text: str) -> list[Row] | None:
        """The rows of a SELECT."""
        found = await self._results(text)
        return None if found is None else list(found["results"]["bindings"])

    async def any(self, text: str) -> bool | None:
        """The answer to an ASK."""
        found = await self._results(text)
        return None if found is None else bool(found["boolean"])

    async def count(self, text: str) -> int | None:
        """How many rows any query has; a truth or a graph that is there counts as one."""
        found = await self._results(text)
        if found is None:
            return None
        return len(found["results"]["bindings"]) if "results" in found else int(bool(found["boolean"]))

    async def _results(self, text: str) -> Mapping[str, Any] | None:
        left = self._until - time.monotonic()
        if self.asked >= self._most or left <= 0:
            self.complete = False
            return None
        self.asked += 1
        try:
            async with asyncio.timeout(min(left, self._each)):
                return await self._ask(text)
        except (RegiographError, TimeoutError):
            self.complete = False
            return None
