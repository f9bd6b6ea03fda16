"""The front of the query service: guards, names the edition, remembers answers. Never blocks.

A query is first planned, which says its format and its tag (edition, query, format), then answered.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from regiograph.editions import Manifest
from regiograph.elsewhere import editions_of
from regiograph.errors import Moved
from regiograph.service import frames
from regiograph.service.coding import Coding
from regiograph.service.current import current_of
from regiograph.service.job import Content, Job
from regiograph.service.kept import Kept
from regiograph.service.plan import Dataset, Plan, Planner
from regiograph.service.pool import Pool
from regiograph.service.spool import Spool
from regiograph.settings import Settings

_MOVES = 2  # how often a query is asked again because an engine moved on to another edition
_EARLIER = 8  # manifests of earlier editions that are remembered
_HEADERS = 100  # of messages to workers that are made only once


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
        self._planner = Planner(
            characters=settings.query_characters, nesting=settings.query_nesting, services=self.services
        )
        self._current = current_of(settings)
        self._manifests = Kept[int, Manifest](_EARLIER)
        self._unread = lru_cache(_HEADERS)(_unread)
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
        named_here = bool(default_graphs or named_graphs)
        asked = self.manifest(edition)
        dataset = Dataset(
            edition=asked.number,
            hash=asked.hash,
            pinned=edition is not None,
            default_graphs=tuple(default_graphs) if named_here else None,
            named_graphs=tuple(named_graphs) if named_here else None,
        )
        most = max(self._settings.longest_seconds, self._settings.query_seconds)
        return self._planner.plan(
            text,
            dataset,
            accept=accept,
            format=format,
            seconds=min(seconds or self._settings.query_seconds, most),
        )

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
            return self.pool.run(plan.header, plan.text, client=client, left=left)

        plan, content = await self._answered(plan, ask)
        self.remember(plan.tag, content)
        return Reply(content=content, plan=plan)

    def remember(self, tag: str | None, content: Content) -> None:
        """Keeps an answer, if it is one that stays."""
        if tag and isinstance(content, bytes):
            self._kept.put((tag, None), content, len(content))

    def begin(
        self, query: bytes, dataset: Dataset, accept: str, client: str, then: Callable[[Job], None]
    ) -> Job:
        """Begins to answer a query that nobody has read, percent-encoded as it came; `then` hears of its end.

        A worker reads it, and finds out what it is. It may not ask services.
        """
        seconds = self._settings.query_seconds
        head = self._unread(dataset.edition, dataset.hash, accept, seconds)
        key = dataset.edition, query
        job = Job(frames.question(head, query), key, then, seconds=seconds, client=client)
        self.pool.begin(job)
        return job

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
                if plan.dataset.pinned:
                    raise
                plan = plan.of(await self._current.again())
        return plan, await ask(plan)


def _unread(edition: int, hash: str, accept: str, seconds: float) -> bytes:
    """The header of a message to a worker that brings a query nobody has read."""
    return frames.packed({"edition": edition, "hash": hash, "accept": accept, "seconds": seconds})
