"""The embedded engine: pyoxigraph, on disk (RocksDB) or in memory.

Its own union of graphs gives a triple once for each graph that has it (measured, 0.5.13): what 34 reports say
alike would count 34 times, and join 34 × 34 times. So the merge of all graphs is stored as the default graph.
"""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, cast

from pyoxigraph import (
    BlankNode,
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    RdfFormat,
    Store,
    Triple,
    Variable,
    parse,
    serialize,
)

from regiograph.errors import BadQuery
from regiograph.store.answers import Answer, Rows, Triples, Truth
from regiograph.store.base import Term

_AT_ONCE = 100_000  # quads written together
_BYTES_AT_ONCE = 16 * 1024 * 1024  # of files

_MERGE = "INSERT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"
# What is said in one graph only goes from the merge of all when that graph does.
_UNMERGE = """
DELETE { ?s ?p ?o } WHERE {
  GRAPH GOING { ?s ?p ?o }
  FILTER NOT EXISTS { GRAPH ?other { ?s ?p ?o } FILTER(?other != GOING) }
}"""
_NAMED_COUNTS = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"


class EmbeddedReader:
    """Reads one store. On disk, nobody may write the same directory meanwhile."""

    def __init__(self, store: Store) -> None:
        self._store: Store | None = store

    @classmethod
    def open(cls, directory: Path) -> "EmbeddedReader":
        """The store of a directory, read-only.

        Raises:
            OSError: no store there, or a damaged one.
        """
        try:
            return cls(Store.read_only(str(directory)))
        except RuntimeError as error:  # how the engine says that files are missing
            raise OSError(str(error)) from None

    @classmethod
    def of(cls, quads: Iterable[Quad]) -> "EmbeddedReader":
        """A store in memory that holds these quads; those without a graph stand in the merge of all only."""
        store = Store()
        store.bulk_extend(quads)
        store.update(_MERGE)
        return cls(store)

    def query(
        self,
        text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a SPARQL query, computed as it is read. See `base.Readable.query`."""
        given = default_graphs is not None or named_graphs is not None
        try:
            result = self._open.query(
                text,
                default_graph=[*_named(default_graphs)] if given else None,
                named_graphs=[*_named(named_graphs)] if given else None,
                substitutions=_bound(substitutions) if substitutions else None,
            )
        except SyntaxError as error:
            raise _unparsable(error) from None
        except RuntimeError:
            raise BadQuery(
                "This query cannot be evaluated as it stands.",
                where="the query",
                way_out="Bind only variables that the query projects, and give SERVICE no variable.",
            ) from None
        if isinstance(result, QuerySolutions):
            return Rows(result)
        return Truth(result) if isinstance(result, QueryBoolean) else Triples(result)

    def quads(self, *graphs: str) -> Iterator[Quad]:
        """All quads, or those of the graphs named, in no particular order."""
        for graph in graphs or self.names():
            yield from self._open.quads_for_pattern(None, None, None, NamedNode(graph))

    def graphs(self) -> dict[str, int]:
        """How many quads each graph holds; empty graphs are not there."""
        named = cast(QuerySolutions, self._open.query(_NAMED_COUNTS))
        return {row["g"].value: int(row["n"].value) for row in named}

    def holds(self, triple: Triple) -> bool:
        """Whether a graph has this triple."""
        return Quad(triple.subject, triple.predicate, triple.object) in self._open

    def names(self) -> list[str]:
        """The graphs there are; one may hold nothing."""
        return [graph.value for graph in self._open.named_graphs() if isinstance(graph, NamedNode)]

    def dump(self, path: Path) -> None:
        """All quads as N-Quads, each in canonical form, in no particular order."""
        serialize(self.quads(), str(path), RdfFormat.N_QUADS)

    def dump_graph(self, output: IO[bytes], graph: str) -> None:
        """The triples of one graph as N-Triples, each in canonical form, in no particular order."""
        self._open.dump(output, RdfFormat.N_TRIPLES, from_graph=NamedNode(graph))

    def checkpoint(self, directory: Path) -> None:
        """The same store once more in another directory; files are shared, so it costs little."""
        self._open.backup(str(directory))

    def close(self) -> None:
        """Lets go of the files. Answers not read by then keep them open until they are."""
        self._store = None

    @property
    def _open(self) -> Store:
        if self._store is None:
            raise ValueError("This store is closed.")
        return self._store


@dataclass(frozen=True, slots=True, kw_only=True)
class Filed:
    """The quads of one graph in an N-Quads file, without a blank node; read as they are asked for."""

    graph: str
    path: Path

    def __iter__(self) -> Iterator[Quad]:
        yield from parse(path=str(self.path), format=RdfFormat.N_QUADS)


class EmbeddedWriter:
    """Writes one store directory that nobody reads yet."""

    def __init__(self, directory: Path) -> None:
        directory.parent.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._store: Store | None = Store(str(directory))

    @classmethod
    def starting_from(cls, earlier: Path, directory: Path) -> "EmbeddedWriter":
        """A new store that begins as a copy of an earlier one."""
        directory.parent.mkdir(parents=True, exist_ok=True)
        reader = EmbeddedReader.open(earlier)
        reader.checkpoint(directory)
        reader.close()
        return cls(directory)

    def replace(self, graphs: Mapping[str, Iterable[Quad | Triple]]) -> None:
        """Makes each graph hold exactly these statements, whatever graph they name themselves."""
        self.remove(graphs.keys())
        files = {graph: one for graph, one in graphs.items() if isinstance(one, Filed) and one.graph == graph}
        for texts in _texts(files.values()):
            self._open.bulk_load(texts, format=RdfFormat.N_QUADS)
        others = ((graph, one) for graph, one in graphs.items() if graph not in files)
        quads = (quad for graph, statements in others for quad in _placed(statements, NamedNode(graph)))
        while some := list(islice(quads, _AT_ONCE)):  # the engine keeps all it is given at once in memory
            self._open.bulk_extend(some)
            merged = serialize((quad.triple for quad in some), format=RdfFormat.N_TRIPLES)
            self._open.bulk_load(merged, RdfFormat.N_TRIPLES)

    def remove(self, graphs: Collection[str]) -> None:
        """Removes whole graphs; one that is not there is no error."""
        for graph in map(NamedNode, graphs):
            if self._open.contains_named_graph(graph):
                self._open.update(_UNMERGE.replace("GOING", str(graph)))
                self._open.remove_graph(graph)

    def reader(self) -> EmbeddedReader:
        """What is written so far, for asking; not to be closed, nor used once this is."""
        return EmbeddedReader(self._open)

    def close(self) -> None:
        """Writes everything to disk and lets go of the files."""
        if self._store is not None:
            self._store.flush()
            self._store = None

    def discard(self) -> None:
        """Lets go of the files and removes them."""
        self._store = None
        shutil.rmtree(self._directory, ignore_errors=True)

    @property
    def _open(self) -> Store:
        if self._store is None:
            raise ValueError("This store is closed.")
        return self._store


def canonical(quads: Iterable[Quad]) -> Iterator[Quad]:
    """The quads as a store returns them: `0.50` is `0.5`, nonNegativeInteger is integer, `+00:00` is `Z`.

    >>> from pyoxigraph import Literal
    >>> half = Literal("0.50", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal"))
    >>> [quad.object.value for quad in canonical([Quad(NamedNode("a:b"), NamedNode("a:c"), half)])]
    ['0.5']
    """
    store = Store()
    store.bulk_extend(quads)
    return iter(store)


def _bound(terms: Mapping[str, Term]) -> dict[Variable, Term]:
    return {Variable(name): term for name, term in terms.items()}


def _named(iris: Sequence[str] | None) -> list[NamedNode]:
    try:
        return [NamedNode(iri) for iri in iris or ()]
    except ValueError:
        raise BadQuery(
            "A graph of the dataset is not named by an IRI.",
            where="the dataset",
            way_out="Give whole IRIs, such as https://example.org/graph.",
        ) from None


def _texts(files: Iterable[Filed]) -> Iterator[bytes]:
    """The files, one after the other, in portions; each once more without its graph, for the merge of all."""
    portion = bytearray()
    for one in files:
        quads = one.path.read_bytes()
        portion += quads
        portion += quads.replace(f" {NamedNode(one.graph)} .\n".encode(), b" .\n")
        if len(portion) >= _BYTES_AT_ONCE:
            yield bytes(portion)
            portion.clear()
    if portion:
        yield bytes(portion)


def _placed(statements: Iterable[Quad | Triple], graph: NamedNode) -> Iterator[Quad]:
    for one in statements:
        if isinstance(one.subject, BlankNode) or isinstance(one.object, BlankNode):
            raise ValueError(f"A blank node in {graph}: every node of an edition has a name.")
        if isinstance(one, Quad) and one.graph_name == graph:
            yield one
        else:
            yield Quad(one.subject, one.predicate, one.object, graph)


def _unparsable(error: SyntaxError) -> BadQuery:
    """The engine's place in the query, in our words: its own text may quote anything."""
    place = re.match(r"error at (\d+):(\d+)", str(error))
    return BadQuery(
        "This is not SPARQL 1.1 as we can read it.",
        where=f"line {place[1]}, column {place[2]} of the query" if place else "the query",
        way_out="Look just before that place: a bracket, a dot, or a prefix that is not declared.",
    )
