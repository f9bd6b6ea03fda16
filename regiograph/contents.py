"""What graphs hold, as counts and digests that anybody can compute again from a dump.

The digest of a graph is SHA-256 over its triples as canonical N-Triples, one a line, each once, sorted by
their bytes. The hash of an edition is SHA-256 over one line a graph, `<digest> <name>`, sorted likewise. So
a changed graph costs what it holds, not what the edition holds, and a graph that one has downloaded can be
checked alone. docs/architecture.md has the same in shell.
"""

import hashlib
import heapq
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import groupby, islice
from pathlib import Path
from typing import IO

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from regiograph.store.embedded import EmbeddedReader, Filed

_CHUNK_BYTES = 64 * 1024 * 1024
_CHUNK_QUADS = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphContent:
    """How many quads a graph holds, and the digest of their content."""

    quads: int
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Spooled(Filed):
    """The quads of one graph in a file, and what the graph holds once they are stored."""

    content: GraphContent

    @classmethod
    def write(cls, graph: str, quads: Sequence[Quad], path: Path) -> "Spooled":
        """Puts the quads of a graph into a file.

        Raises:
            ValueError: they are of another graph, or there is a blank node.
        """
        if any(isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode) for quad in quads):
            raise ValueError(f"A blank node in {graph}: every node of an edition has a name.")
        serialize(quads, str(path), RdfFormat.N_QUADS)
        store = Store()
        store.bulk_extend(quads)
        text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=NamedNode(graph)) or b""
        content = _content(sorted(text.splitlines(keepends=True)))
        if content.quads != len(store):
            raise ValueError(f"Quads that are not of {graph}.")
        return cls(graph=graph, path=path, content=content)


Contents = Mapping[str, GraphContent]
"""By graph. Graphs that hold nothing are not there."""


def edition_hash(contents: Contents) -> str:
    """The hash of an edition that holds these graphs.

    >>> edition_hash({"": GraphContent(quads=1, hash="00ff")}) == hashlib.sha256(b"00ff \\n").hexdigest()
    True
    """
    lines = sorted(f"{content.hash} {name}\n".encode() for name, content in contents.items())
    return hashlib.sha256(b"".join(lines)).hexdigest()


def contents_of(store: EmbeddedReader, scratch: Path | None = None) -> dict[str, GraphContent]:
    """What all graphs of a store hold: reads all of it.

    Lines are written to `scratch` meanwhile: what is restricted never leaves its folder.
    """
    found = {name: content_of_graph(store, name, scratch) for name in store.names()}
    return _present(found)


def content_of_graph(store: EmbeddedReader, graph: str, scratch: Path | None = None) -> GraphContent:
    """What one graph of a store holds; costs as much as that graph."""
    with tempfile.TemporaryFile(dir=scratch) as file:
        store.dump_graph(file, graph)
        file.seek(0)
        return _content(sorted_lines(file, scratch))


def content_of_triples(triples: Iterable[Triple], scratch: Path | None = None) -> GraphContent:
    """What a graph of these triples holds, however they were written and wherever they come from."""
    quads = (Quad(one.subject, one.predicate, one.object) for one in triples)
    nothing = GraphContent(quads=0, hash=hashlib.sha256().hexdigest())
    return contents_of_quads(quads, scratch).get("", nothing)


def contents_of_quads(quads: Iterable[Quad], scratch: Path | None = None) -> dict[str, GraphContent]:
    """What the graphs hold that these quads are in, once a store has them; memory does not grow with them."""
    with tempfile.TemporaryFile(dir=scratch) as file:
        for line in _marked_lines(quads):
            file.write(line)
        file.seek(0)
        lines = (line for line, _ in groupby(sorted_lines(file, scratch)))
        return {
            graph.decode(): _content(line.partition(b"\t")[2] for line in same)
            for graph, same in groupby(lines, lambda line: line.partition(b"\t")[0])
        }


def hash_of_quads(quads: Iterable[Quad], scratch: Path | None = None) -> str:
    """The hash of an edition that holds these quads: of a dump, say."""
    return edition_hash(contents_of_quads(quads, scratch))


def read_contents(given: Mapping[str, Mapping[str, int | str]]) -> dict[str, GraphContent]:
    """Contents from their JSON.

    Raises:
        ValueError: they are none.
    """
    try:
        return {
            name: GraphContent(quads=int(one["quads"]), hash=str(one["hash"])) for name, one in given.items()
        }
    except (AttributeError, KeyError, TypeError):
        raise ValueError("no contents") from None


def write_contents(contents: Contents) -> dict[str, dict[str, int | str]]:
    """Contents for JSON."""
    return {name: {"quads": one.quads, "hash": one.hash} for name, one in contents.items()}


def changed(earlier: Contents, fresh: Contents) -> dict[str, GraphContent]:
    """The contents after some graphs were written anew, sorted by name."""
    return dict(sorted(_present({**earlier, **fresh}).items()))


def sorted_lines(file: IO[bytes], scratch: Path | None = None) -> Iterator[bytes]:
    """The lines of a file, sorted by their bytes; in memory are never more than some chunks of it."""
    with ExitStack() as files:
        parts: list[IO[bytes]] = []
        lines = _sorted_chunk(file)
        while following := _sorted_chunk(file):
            part = files.enter_context(tempfile.TemporaryFile(dir=scratch))
            part.writelines(lines)
            part.seek(0)
            parts.append(part)
            lines = following
        yield from heapq.merge(*parts, lines)


def _sorted_chunk(file: IO[bytes]) -> list[bytes]:
    lines = file.readlines(_CHUNK_BYTES)
    lines.sort()
    return lines


def _content(lines: Iterable[bytes]) -> GraphContent:
    digest = hashlib.sha256()
    count = 0
    for line in lines:
        digest.update(line)
        count += 1
    return GraphContent(quads=count, hash=digest.hexdigest())


def _present(contents: Contents) -> dict[str, GraphContent]:
    return {name: content for name, content in contents.items() if content.quads}


def _marked_lines(quads: Iterable[Quad]) -> Iterator[bytes]:
    """Each quad as a store returns it: the graph, a tab, the triple."""
    waiting = iter(quads)
    while chunk := list(islice(waiting, _CHUNK_QUADS)):
        store = Store()
        store.bulk_extend(chunk)
        for name in {quad.graph_name for quad in chunk}:
            if not isinstance(name, NamedNode | DefaultGraph):
                raise ValueError("A graph without a name.")
            mark = name.value.encode() if isinstance(name, NamedNode) else b""
            text = store.dump(format=RdfFormat.N_TRIPLES, from_graph=name) or b""
            yield from (b"%s\t%s" % (mark, line) for line in text.splitlines(keepends=True))
