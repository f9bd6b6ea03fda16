"""The front of the query service: guards, names the edition, remembers answers. Never blocks.

A query is first planned, which says its format and its tag (edition, query, format), then answered.
"""

import hashlib
import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace

from regiograph.editions import Manifest
from regiograph.elsewhere import editions_of
from regiograph.errors import Moved, NotAcceptable
from regiograph.service.coding import Coding
from regiograph.service.current import current_of
from regiograph.service.guard import Checked, check
from regiograph.service.job import Content
from regiograph.service.kept import Kept
from regiograph.service.pool import Pool
from regiograph.service.spool import Spool
from regiograph.settings import Settings
from regiograph.store.formats import GRAPHS, TABLES, Format, accepted, named

_MOVES = 2  # how often a query is asked again because an engine moved on to another edition
_EARLIER = 8  # manifests of earlier editions that are remembered


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query that is allowed, the edition it is asked of and the format of its answer."""

    text: str
    edition: int
    pinned: bool  # that very edition, not whichever is current
    format: Format
    default_graphs: tuple[str, ...] | None
    named_graphs: tuple[str, ...] | None
    tag: str | None  # none where the same query may answer differently
    seconds: float  # how long it may take
    fetches: bool = False  # it asks a service elsewhere, one that is allowed

    @property
    def header(self) -> dict[str, object]:
        """What a worker needs to know besides the text."""
        return {
            "edition": self.edition,
            "format": self.format.name,
            "default_graphs": self.default_graphs,
            "named_graphs": self.named_graphs,
            "fetches": self.fetches,
        }

    def of(self, edition: Manifest) -> "Plan":
        """The same query, asked of that edition."""
        asked = [
            edition.number,
            edition.hash,
            self.format.name,
            self.default_graphs,
            self.named_graphs,
            self.text,
        ]
        digest = hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:32]
        return replace(self, edition=edition.number, tag=None if self.tag is None else digest)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer, whole: bytes, or a spool where it is large."""

    content: Content
    plan: Plan

    @property
    def body(self) -> bytes:
        """All of it."""
        return self.content.whole() if isinstance(self.content, Spool) else self.content


class Front:
    """Answers public queries. Owns the workers and the memory of answers."""

    def __init__(self, settings: Settings) -> None:
        self.editions = editions_of(settings)
        self.pool = Pool(settings)
        self.services = frozenset(settings.service_allowed.split())
        self._settings = settings
        self._current = current_of(settings)
        self._manifests = Kept[int, Manifest](_EARLIER)
        self._kept = Kept[tuple[str, Coding | None], bytes](settings.cache_megabytes * 1_000_000)

    async def start(self) -> None:
        """Starts the workers; serve only after this."""
        await self._current.start()
        await self.pool.start()

    async def close(self) -> None:
        """Stops the workers."""
        await self.pool.close()
        await self._current.close()

    def plan(
        self,
        text: str,
        *,
        accept: str = "",
        format: str | None = None,
        default_graphs: Sequence[str] = (),
        named_graphs: Sequence[str] = (),
        edition: int | None = None,
        seconds: float | None = None,
    ) -> Plan:
        """How a query will be answered; `format` (a short or media-type name) goes before `accept`.

        Without `edition` it is the current one that is asked. `seconds` is how long the client would wait;
        there is a most.

        Raises:
            NoSuchThing: no such edition.
            QueryRefused, BadQuery: see `guard`.
            NotAcceptable: no format on offer suits.
            NotReady: nothing is published yet.
        """
        limits = self._settings
        checked = check(
            text,
            characters=limits.query_characters,
            nesting=limits.query_nesting,
            services=self.services,
        )
        chosen = _format(checked, accept, format)
        dataset = bool(default_graphs or named_graphs)
        asked = self.manifest(edition)
        defaults = tuple(default_graphs) if dataset else None
        names = tuple(named_graphs) if dataset else None
        most = max(limits.longest_seconds, limits.query_seconds)
        return Plan(
            text=text,
            edition=asked.number,
            pinned=edition is not None,
            format=chosen,
            default_graphs=defaults,
            named_graphs=names,
            tag=None if checked.volatile else "",
            seconds=min(seconds or limits.query_seconds, most),
            fetches=checked.fetches,
        ).of(asked)

    def remembered(self, plan: Plan) -> Reply | None:
        """The answer, if it was given before."""
        body = self._kept.get((plan.tag, None)) if plan.tag else None
        return None if body is None else Reply(content=body, plan=plan)

    async def answer(
        self, plan: Plan, *, client: str = "", left: Callable[[], Awaitable[None]] | None = None
    ) -> Reply:
        """The answer. Clients take turns; once one has `left`, its worker is freed, as on cancelling.

        Raises:
            ClientLeft: nobody is waiting any more.
            RegiographError: see `Pool.run`.
        """
        if (known := self.remembered(plan)) is not None:
            return known

        def ask(plan: Plan) -> Awaitable[Content]:
            return self.pool.run(plan.header, plan.text, client=client, seconds=plan.seconds, left=left)

        plan, content = await self._answered(plan, ask)
        if plan.tag and isinstance(content, bytes):
            self._kept.put((plan.tag, None), content, len(content))
        return Reply(content=content, plan=plan)

    def packed(self, plan: Plan, body: bytes, coding: Coding) -> bytes:
        """The answer to a plan, packed; remembered like the answer itself."""
        if plan.tag is None:
            return coding.packed(body)
        found = self._kept.get((plan.tag, coding))
        if found is None:
            found = coding.packed(body)
            self._kept.put((plan.tag, coding), found, len(found))
        return found

    def manifest(self, edition: int | None = None) -> Manifest:
        """The manifest of an edition, the current one where none is named.

        Raises:
            NoSuchThing: no such edition.
            NotReady: nothing is published yet.
        """
        current = self.current()
        if edition is None or edition == current.number:
            return current
        known = self._manifests.get(edition)
        if known is None or not self.editions.directory(edition).is_dir():
            known = self.editions.edition(edition).manifest  # raises where it is not, or not any more
            self._manifests.put(edition, known, 1)
        return known

    def current(self) -> Manifest:
        """The manifest of the current edition; re-read only when the pointer has been replaced.

        Raises:
            NotReady: nothing is published yet.
        """
        return self._current.manifest()

    async def _answered(self, plan: Plan, ask: Callable[[Plan], Awaitable[Content]]) -> tuple[Plan, Content]:
        """The answer, and of which edition it is: where an engine moved on meanwhile, of the new one."""
        for _ in range(_MOVES):
            try:
                return plan, await ask(plan)
            except Moved:
                if plan.pinned:
                    raise
                plan = plan.of(await self._current.again())
        return plan, await ask(plan)


def _format(checked: Checked, accept: str, format: str | None) -> Format:
    offered = TABLES if checked.kind == "table" else GRAPHS
    chosen = named(format, offered) if format else accepted(accept, offered)
    if chosen is None:
        raise NotAcceptable(
            "This query cannot be answered in the format asked for.",
            where=f"format {format}" if format else "the Accept header",
            way_out=f"Ask for one of: {', '.join(one.names[0] for one in offered)}.",
        )
    return chosen
