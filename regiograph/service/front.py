"""The front of the query service: guards, names the edition, remembers answers. Never blocks.

A query is first planned, which says its format and its tag (edition, query, format), then answered.
"""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass

from regiograph.editions import Editions, Manifest
from regiograph.errors import NotAcceptable
from regiograph.service.guard import check
from regiograph.service.pool import Pool
from regiograph.settings import Settings
from regiograph.store.formats import GRAPHS, TABLES, Format, accepted, named

_LARGEST_KEPT = 1_000_000  # bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query that is allowed, the edition it is asked of and the format of its answer."""

    text: str
    edition: int
    format: Format
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    tag: str | None  # none where the same query may answer differently

    @property
    def header(self) -> dict[str, object]:
        """What a worker needs to know besides the text."""
        return {
            "edition": self.edition,
            "format": self.format.name,
            "default_graphs": self.default_graphs,
            "named_graphs": self.named_graphs,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whole."""

    body: bytes
    plan: Plan


class Front:
    """Answers public queries. Owns the workers and the memory of answers."""

    def __init__(self, settings: Settings) -> None:
        self.editions = Editions(settings.data)
        self.pool = Pool(settings)
        self._settings = settings
        self._pointer = settings.data / "public" / "current"
        self._seen: tuple[int, int] = (0, 0)
        self._current: Manifest | None = None
        self._kept = _Kept(settings.cache_megabytes * 1_000_000)

    async def start(self) -> None:
        """Starts the workers; serve only after this."""
        await self.pool.start()

    async def close(self) -> None:
        """Stops the workers."""
        await self.pool.close()

    def plan(
        self,
        text: str,
        *,
        accept: str = "",
        format: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        edition: int | None = None,
    ) -> Plan:
        """How a query will be answered; `format` (a short or media-type name) goes before `accept`.

        Without `edition` it is the current one that is asked.

        Raises:
            NoSuchThing: no such edition.
            QueryRefused, BadQuery: see `guard`.
            NotAcceptable: no format on offer suits.
            NotReady: nothing is published yet.
        """
        limits = self._settings
        checked = check(text, characters=limits.query_characters, nesting=limits.query_nesting)
        offered = TABLES if checked.kind == "table" else GRAPHS
        chosen = named(format, offered) if format else accepted(accept, offered)
        if chosen is None:
            raise NotAcceptable(
                "This query cannot be answered in the format asked for.",
                where=f"format {format}" if format else "the Accept header",
                way_out=f"Ask for one of: {', '.join(one.names[0] for one in offered)}.",
            )
        dataset = bool(default_graphs or named_graphs)
        asked = self.manifest(edition)
        defaults = tuple(default_graphs) if dataset else None
        names = tuple(named_graphs) if dataset else None
        content = json.dumps([asked.number, asked.hash, chosen.name, defaults, names, text])
        return Plan(
            text=text,
            edition=asked.number,
            format=chosen,
            default_graphs=defaults,
            named_graphs=names,
            tag=None if checked.volatile else hashlib.sha256(content.encode()).hexdigest()[:32],
        )

    def remembered(self, plan: Plan) -> Reply | None:
        """The answer, if it was given before."""
        body = self._kept.get(plan.tag)
        return None if body is None else Reply(body=body, plan=plan)

    async def answer(self, plan: Plan) -> Reply:
        """The answer. Cancelling this frees the worker.

        Raises:
            RegiographError: see `Pool.run`.
        """
        if (known := self.remembered(plan)) is not None:
            return known
        body = await self.pool.run(plan.header, plan.text)
        self._kept.put(plan.tag, body)
        return Reply(body=body, plan=plan)

    def manifest(self, edition: int | None = None) -> Manifest:
        """The manifest of an edition, the current one where none is named.

        Raises:
            NoSuchThing: no such edition.
            NotReady: nothing is published yet.
        """
        current = self.current()
        if edition is None or edition == current.number:
            return current
        return self.editions.edition(edition).manifest

    def current(self) -> Manifest:
        """The manifest of the current edition; re-read only when the pointer has been replaced.

        Raises:
            NotReady: nothing is published yet.
        """
        try:
            status = self._pointer.stat()
        except FileNotFoundError:
            self._current = None
            return self.editions.current().manifest  # raises NotReady
        seen = (status.st_ino, status.st_mtime_ns)
        if self._current is None or seen != self._seen:
            self._current = self.editions.current().manifest
            self._seen = seen
        return self._current


class _Kept:
    """Answers by tag, the least recently asked leave first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._size = 0
        self._bodies: OrderedDict[str, bytes] = OrderedDict()

    def get(self, tag: str | None) -> bytes | None:
        if tag is None or tag not in self._bodies:
            return None
        self._bodies.move_to_end(tag)
        return self._bodies[tag]

    def put(self, tag: str | None, body: bytes) -> None:
        if tag is None or tag in self._bodies or len(body) > min(_LARGEST_KEPT, self._limit):
            return
        self._bodies[tag] = body
        self._size += len(body)
        while self._size > self._limit:
            self._size -= len(self._bodies.popitem(last=False)[1])
