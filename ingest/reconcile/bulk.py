"""A whole table of names → the same table with candidates: part by part, each name looked for once."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass

from ingest.reconcile.lists import PeoplesTable, Writer
from ingest.reconcile.matching import Candidate, Query
from ingest.reconcile.pool import find_all
from ingest.reconcile.schema import Schema

PART = 100
"""Names that are looked for together."""

_CANDIDATES = 2  # of a name: the best, and the next
_Found = list[tuple[Candidate, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """Which column holds names of what, and which columns hold values of properties."""

    column: str = ""
    types: tuple[str, ...] = ()
    values: Mapping[str, str] | None = None  # property → column


def asked(table: PeoplesTable, wish: Wish, schema: Schema) -> list[Query | None]:
    """The query of each row; none where the cell is empty.

    Raises:
        BadParameter: a column, type or property that there is not.
    """
    place = table.column(wish.column)
    types = tuple(schema.known_type(each).id for each in wish.types)
    columns = {
        schema.known_property(pid).id: table.column(column) for pid, column in (wish.values or {}).items()
    }
    return [_query(row, place, types, columns) for row in table.rows]


def _query(
    row: Sequence[str], place: int, types: tuple[str, ...], columns: Mapping[str, int]
) -> Query | None:
    text = row[place].strip()
    values = tuple((pid, (row[at].strip(),)) for pid, at in columns.items() if row[at].strip())
    return Query(text=text, types=types, limit=_CANDIDATES, values=values) if text else None


def parts(queries: Sequence[Query | None]) -> Iterator[tuple[slice, list[Query]]]:
    """The rows, some at a time, each with the queries that did not occur before."""
    seen: set[Query | None] = {None}
    fresh: list[Query] = []
    begun = 0
    for at, query in enumerate(queries):
        if query is not None and query not in seen:
            seen.add(query)
            fresh.append(query)
        if len(fresh) == PART:
            yield slice(begun, at + 1), fresh
            begun, fresh = at + 1, []
    yield slice(begun, len(queries)), fresh


class _Lines:
    """The lines of the table, as candidates come in."""

    def __init__(self, table: PeoplesTable, queries: Sequence[Query | None]) -> None:
        self._table, self._queries = table, queries
        self._writer = Writer(table)
        self._known: dict[Query | None, tuple[Candidate, ...]] = {None: ()}

    def header(self) -> str:
        return self._writer.header()

    def of(self, rows: slice, fresh: Sequence[Query], found: _Found) -> str:
        """The lines of some rows."""
        self._known.update(zip(fresh, found, strict=True))
        pairs = zip(self._table.rows[rows], self._queries[rows], strict=True)
        return "".join(self._writer.row(row, self._known[query] if query else None) for row, query in pairs)

    def sure(self, rows: slice) -> int:
        """How many of some rows need nobody to decide."""
        return sum(any(each.match for each in self._known[query]) for query in self._queries[rows])


def reconciled(
    table: PeoplesTable, queries: Sequence[Query | None], executor: Executor, at_once: int
) -> Iterator[tuple[str, int, int]]:
    """The lines of the table, how many rows they are, and how many of those are sure.

    `executor` is one of `pool.processes`.
    """
    lines = _Lines(table, queries)
    yield lines.header(), 0, 0
    waiting: deque[tuple[slice, list[Query], Future[_Found]]] = deque()
    for rows, fresh in parts(queries):
        waiting.append((rows, fresh, executor.submit(find_all, fresh)))
        if len(waiting) > at_once:
            yield _taken(lines, *waiting.popleft())
    for each in waiting:
        yield _taken(lines, *each)


def _taken(lines: _Lines, rows: slice, names: list[Query], job: Future[_Found]) -> tuple[str, int, int]:
    text = lines.of(rows, names, job.result())
    return text, rows.stop - rows.start, lines.sure(rows)


async def streamed(
    table: PeoplesTable,
    queries: Sequence[Query | None],
    find: Callable[[Sequence[Query]], Coroutine[None, None, _Found]],
    at_once: int,
) -> AsyncIterator[str]:
    """The lines of the table, for whoever waits in an event loop."""
    lines = _Lines(table, queries)
    yield lines.header()
    waiting: deque[tuple[slice, list[Query], asyncio.Task[_Found]]] = deque()
    try:
        for rows, fresh in parts(queries):
            waiting.append((rows, fresh, asyncio.create_task(find(fresh))))
            if len(waiting) >= at_once:
                first, names, job = waiting.popleft()
                yield lines.of(first, names, await job)
        while waiting:
            first, names, job = waiting.popleft()
            yield lines.of(first, names, await job)
    finally:
        for _, _, job in waiting:
            job.cancel()
