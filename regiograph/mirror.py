"""Puts an edition on an engine: what differs, in one request where it is little; readers see old or new.

    trial    literals an engine may not keep are tried first: nothing is written before all came back right
    little   one request: what goes, what comes, the documents, and last the edition's number
    much     (a first load) blocks in several requests, while `publishing` says that nothing is ready
    after    each graph that was written is read again, its count and digest compared; until then the engine
             says `unverified`, and which graphs, so that the next run does it where this one was stopped

DATA operations may be repeated: a stop at any moment is mended by doing it all again. After one, what the
engine says of itself is not believed, and every graph is read.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Protocol

from pyoxigraph import Literal, NamedNode, Triple

from regiograph.contents import Contents, content_of_triples
from regiograph.editions import Manifest
from regiograph.errors import Damaged, NoSuchThing, NotStorable, RegiographError
from regiograph.iris import XSD
from regiograph.served import Served
from regiograph.store.answers import Rows
from regiograph.store.base import Readable
from regiograph.store.engine import Engine
from regiograph.store.remote import RemoteReader
from regiograph.store.rewrite import Dataset
from regiograph.store.terms import in_sparql

_BLOCK = 2_000  # triples in one operation; Virtuoso's parser ends near 5 000
_AT_ONCE = 20_000  # triples in one request; Virtuoso ends updates after 10 s, and takes 6 for 100 000
_REQUEST = 30_000_000  # characters in one request: an operation larger than _AT_ONCE is parted here
_SUBJECT = NamedNode("urn:regiograph:trial")
_PLAN = "plan"  # the text that names the graphs which are being written, or not yet verified

_SURE = {  # datatype → lexical forms that every engine is known to keep
    "string": r".*",
    "boolean": r"true|false",
    "integer": r"-?\d{1,17}",
    "decimal": r"-?(?=[\d.]{1,15}$)\d+(\.\d+)?",
    "date": r"[12]\d{3}-\d\d-\d\d",
    "dateTime": r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\dZ?",
    "time": r"\d\d:\d\d:\d\d",
    "gYear": r"[12]\d{3}",
    "gYearMonth": r"[12]\d{3}-\d\d",
    "anyURI": r".*",
}
_PATTERNS = {XSD + name: re.compile(pattern, re.DOTALL) for name, pattern in _SURE.items()}


class Edition(Protocol):
    """What is put on an engine."""

    @property
    def manifest(self) -> Manifest:
        """What it says of itself."""

    @property
    def store(self) -> Readable:
        """Its quads."""

    @property
    def gone(self) -> Mapping[str, int]:
        """What earlier ones told of and this one does not."""

    def document(self, name: str) -> bytes:
        """One of its documents."""


@dataclass(frozen=True, slots=True)
class Operation:
    """Triples that go from one of the engine's graphs, or come to it."""

    keyword: str  # INSERT or DELETE
    place: str
    triples: tuple[Triple, ...]

    def blocks(self) -> Iterator[str]:
        """As operations of an update, none of them too long."""
        for begin in range(0, len(self.triples), _BLOCK):
            data = "".join(map(in_sparql, self.triples[begin : begin + _BLOCK]))
            yield f"{self.keyword} DATA {{ GRAPH <{self.place}> {{\n{data}}} }}"


@dataclass(slots=True)
class _Held:
    """What the engine holds before; `sure` where what it says of itself can be believed."""

    number: int | None = None
    graphs: Contents = field(default_factory=dict)
    documents: Mapping[str, str] = field(default_factory=dict)
    hash: str = ""
    sure: bool = True
    planned: Collection[str] = ()  # graphs that an earlier run wrote, or began to, and did not read again
    verified: bool = True


class Mirror:
    """Makes one engine hold what the current edition holds. One writer at a time: who holds the data lock."""

    def __init__(self, engine: Engine, base: str, told: Callable[[str], None] = lambda _: None) -> None:
        self._engine = engine
        self._served = Served(engine, base)
        self._placing = self._served.placing
        self._terms = self._served.terms
        self._told = told

    def follow(self, edition: Edition) -> None:
        """Makes the engine serve an edition. Where it does already, nothing is written.

        Raises:
            Unreachable, QueryTooSlow: the engine does not answer, or refuses; do it again later.
            NotStorable: a literal that this engine cannot keep; nothing was written.
            Damaged: afterwards the engine does not hold what was written.
        """
        held = self._held()
        wanted = edition.manifest
        if held.sure and (held.number, held.hash) == (wanted.number, wanted.hash):
            if not held.verified:
                self._verify(held.planned or sorted(wanted.graphs), wanted)
            return
        names = self._differing(held, wanted)
        self._told("Trying what the engine may not keep")
        self._try(edition.store, [name for name in names if name in wanted.graphs])
        self._told(f"Writing {len(names)} graphs to the engine")
        self._write(self._operations(held, edition, names), edition, names)
        self._verify(names, wanted)

    def check(self, edition: Edition) -> None:
        """Reads all that the engine serves, and compares it with the edition.

        Raises:
            Damaged: something differs.
            NotReady, Unreachable: it does not serve an edition, or does not answer.
        """
        number = self._served.number()
        if number != edition.manifest.number:
            raise _differs(f"it serves edition {number}", f"edition {edition.manifest.number}")
        for name, content in edition.manifest.graphs.items():
            self._compare(name, content.quads, content.hash)
        if self._count(self._placing.all) != _merged(edition.store):
            raise _differs("it has more triples than it should, or fewer", "the graph of all")

    def clear(self) -> None:
        """Takes away all that was ever put on the engine for this base, the edition's number first."""
        held = self._held()
        graphs = {*held.graphs, *held.planned}
        for place in (self._placing.status, self._placing.all, *sorted(graphs)):
            self._told(f"Removing {place}")
            self._send([Operation("DELETE", place, tuple(self._reader().triples(place)))])

    def _held(self) -> _Held:
        status = self._served.status()
        if not status.editions and not status.publishing:
            return _Held()
        manifest = self._served.stored_manifest()
        return _Held(
            number=max(status.editions, default=None),
            graphs=manifest.graphs if manifest else {},
            documents=manifest.documents if manifest else {},
            hash=manifest.hash if manifest else "",
            sure=manifest is not None and not status.publishing,
            planned=self._planned(),
            verified=not status.unverified,
        )

    def _planned(self) -> list[str]:
        try:
            return [str(name) for name in json.loads(self._served.text(_PLAN))]
        except NoSuchThing:
            return []

    def _differing(self, held: _Held, wanted: Manifest) -> list[str]:
        names = {*held.graphs, *wanted.graphs, *held.planned}
        if not held.sure:
            return sorted(names)
        differing = {name for name in names if held.graphs.get(name) != wanted.graphs.get(name)}
        return sorted(differing.union(held.planned))

    def _operations(self, held: _Held, edition: Edition, names: Iterable[str]) -> Iterator[Operation]:
        """What goes and comes: graph by graph, each triple in the graph of all, too."""
        everything = self._placing.all
        gone: set[Triple] = set()
        for name in names:
            empty = held.sure and name not in held.graphs
            before = set() if empty else set(self._reader().triples(name))
            after = {quad.triple for quad in edition.store.quads(name)}
            gone |= before - after
            yield Operation("INSERT", everything, tuple(after - before if held.sure else after))
            yield Operation("DELETE", name, tuple(before - after))
            yield Operation("INSERT", name, tuple(after - before))
        # After a stop, only reading all of it tells what is there too much.
        doubtful = gone if held.sure else self._reader().triples(everything)
        yield Operation("DELETE", everything, tuple(one for one in doubtful if not edition.store.holds(one)))
        yield from self._document_operations(held, edition)

    def _document_operations(self, held: _Held, edition: Edition) -> Iterator[Operation]:
        before, after = set(held.documents.values()), dict[str, str]()
        for name, digest in edition.manifest.documents.items():
            after[digest] = name
        for digest in before - after.keys():
            gone = self._served.parts_of(f"document/{digest}")
            yield Operation("DELETE", self._placing.status, tuple(gone))
        for digest in after.keys() - before:
            come = self._terms.text(f"document/{digest}", edition.document(after[digest]))
            yield Operation("INSERT", self._placing.status, tuple(come))

    def _write(self, operations: Iterator[Operation], edition: Edition, names: list[str]) -> None:
        """One request where that is enough; else several, while the engine says that nothing is ready."""
        batch: list[Operation] = []
        begun = False
        for operation in operations:
            batch.append(operation)
            if sum(len(each.triples) for each in batch) > _AT_ONCE:
                if not begun:
                    self._begin(edition.manifest.number, names)
                begun = True
                self._send(batch)
                batch = []
        self._send([*batch, *self._last(edition, names)])

    def _begin(self, number: int, names: list[str]) -> None:
        """Says that nothing is ready, and which graphs are being written, for whoever has to go on."""
        plan = self._terms.text(_PLAN, _plan(names))
        self._send([Operation("INSERT", self._placing.status, (self._terms.publishing(number), *plan))])

    def _last(self, edition: Edition, names: list[str]) -> Iterator[Operation]:
        """The manifest and what is gone, what is to be verified, and the number last."""
        status, number = self._placing.status, edition.manifest.number
        said = self._served.status()
        old = [
            *(self._terms.publishing(one) for one in said.publishing),
            *(self._terms.number(one) for one in said.editions if one != number),
            *(self._terms.unverified(one) for one in said.unverified if one != number),
        ]
        texts = {
            "manifest": edition.manifest.text(),
            "gone": json.dumps(dict(edition.gone), sort_keys=True).encode(),
            _PLAN: _plan(names),
        }
        come = [part for name, data in texts.items() for part in self._terms.text(name, data)]
        there = (part for name in texts for part in self._served.parts_of(name))
        yield Operation("DELETE", status, tuple(part for part in there if part not in come))
        yield Operation("INSERT", status, (*come, self._terms.unverified(number)))
        yield Operation("DELETE", status, tuple(old))
        yield Operation("INSERT", status, (self._terms.number(number),))

    def _send(self, operations: Iterable[Operation]) -> None:
        """One request, or several where an operation is larger than a request may be."""
        pieces: list[str] = []
        size = 0
        for operation in operations:
            for block in operation.blocks():
                if pieces and size + len(block) > _REQUEST:
                    self._engine.update(" ;\n".join(pieces))
                    pieces, size = [], 0
                pieces.append(block)
                size += len(block)
        if pieces:
            self._engine.update(" ;\n".join(pieces))

    def _try(self, store: Readable, names: Iterable[str]) -> None:
        """Writes doubtful literals to a graph of trial, and reads them again.

        Raises:
            NotStorable: one did not come back as it was.
        """
        doubtful = {
            quad.object: name
            for name in names
            for quad in store.quads(name)
            if isinstance(quad.object, Literal) and not _sure(quad.object)
        }
        waiting = iter(doubtful)
        while batch := list(islice(waiting, _BLOCK)):
            for literal in self._lost(batch):
                raise NotStorable(
                    f"This engine does not keep a literal of type <{literal.datatype.value}>.",
                    where=f"graph {doubtful[literal]}",
                    way_out="Write it as text, or use an engine that keeps it; see docs/engines.md.",
                )

    def _lost(self, literals: Collection[Literal]) -> list[Literal]:
        """Those the engine does not keep."""
        place = self._placing.trial
        triples = [
            Triple(_SUBJECT, NamedNode(f"{_SUBJECT.value}:{number}"), literal)
            for number, literal in enumerate(literals)
        ]
        try:
            self._send([Operation("INSERT", place, tuple(triples))])
            kept = {triple.object for triple in self._reader().triples(place)}
        except RegiographError:
            if len(triples) == 1:
                return list(literals)
            half = len(triples) // 2
            ordered = list(literals)
            return self._lost(ordered[:half]) or self._lost(ordered[half:])
        finally:
            self._engine.update(f"DELETE WHERE {{ GRAPH <{place}> {{ ?s ?p ?o }} }}")
        return [literal for literal in literals if literal not in kept]

    def _verify(self, names: Iterable[str], wanted: Manifest) -> None:
        """Reads graphs again that were written, and says that the edition is verified.

        Raises:
            Damaged: one is not as it was written.
        """
        self._told("Reading again what was written")
        status = self._placing.status
        try:
            for name in names:
                content = wanted.graphs.get(name)
                self._compare(name, content.quads if content else 0, content.hash if content else "")
        except Damaged:
            mark = Operation("INSERT", status, (self._terms.publishing(wanted.number),))
            self._send([mark])  # so that nobody reads it, and the next run believes nothing
            raise
        done = (self._terms.unverified(wanted.number), *self._served.parts_of(_PLAN))
        self._send([Operation("DELETE", status, done)])

    def _compare(self, name: str, quads: int, digest: str) -> None:
        if self._count(name) != quads:
            raise _differs("its number of quads differs", name)
        if quads and content_of_triples(self._reader().triples(name)).hash != digest:
            raise _differs("its quads differ", name)

    def _count(self, place: str) -> int:
        table = self._engine.select(f"SELECT (COUNT(*) AS ?n) {Dataset((place,), ()).clauses}{{ ?s ?p ?o }}")
        return int(table.bindings[0]["n"]["value"])

    def _reader(self) -> RemoteReader:
        return RemoteReader(self._engine, self._placing, {})


def _merged(store: Readable) -> int:
    """How many triples the graphs of a store have together, each counted once."""
    answer = store.query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")
    return next(int(getattr(row["n"], "value", 0)) for row in answer) if isinstance(answer, Rows) else 0


def _plan(names: list[str]) -> bytes:
    return json.dumps(names).encode()


def _sure(literal: Literal) -> bool:
    if literal.language:
        return True
    pattern = _PATTERNS.get(literal.datatype.value)
    return pattern is not None and pattern.fullmatch(literal.value) is not None


def _differs(how: str, where: str) -> Damaged:
    return Damaged(
        f"The engine does not hold what was put there: {how}.",
        where=where,
        way_out="Run: regiograph engine push --afresh.",
    )
