"""What every store promises. Reading and writing are two types.

Statements stand in graphs that are named by their IRI. A query that names no dataset, neither by FROM nor by
`default_graphs`/`named_graphs`, has each of them by its name, and as its default graph their RDF merge: every
triple once, in however many graphs it stands. The store keeps that merge itself; nobody else writes to it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from regiograph.store.answers import Answer

Term = NamedNode | BlankNode | Literal | Triple


class Readable(Protocol):
    """A store one may ask. Nothing it does changes it, and it fetches nothing from elsewhere."""

    def query(
        self,
        text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a SPARQL query, computed as it is read.

        `substitutions` bind variables that the query projects (SELECT) and nothing else: for parameters used
        anywhere, see `regiograph.questions`. `default_graphs` or `named_graphs`, once given, are the whole
        dataset and override FROM, as in the SPARQL protocol.

        Raises:
            BadQuery: the query does not parse, or its substitutions do not fit.
        """

    def quads(self, *graphs: str) -> Iterator[Quad]:
        """All quads, or those of the graphs named, in no particular order."""

    def graphs(self) -> dict[str, int]:
        """How many quads each graph holds; empty graphs are not there."""

    def names(self) -> list[str]:
        """The graphs there are; one may hold nothing."""

    def holds(self, triple: Triple) -> bool:
        """Whether a graph has this triple."""

    def dump(self, path: Path) -> None:
        """All quads as N-Quads, each in canonical form, in no particular order."""

    def dump_graph(self, output: IO[bytes], graph: str) -> None:
        """The triples of one graph as N-Triples, each in canonical form, in no particular order."""

    def close(self) -> None:
        """Lets go of the files. Answers not read by then are lost."""


class Writable(Protocol):
    """A store being written: one owner, nobody reads it yet."""

    def replace(self, graphs: Mapping[str, Iterable[Quad | Triple]]) -> None:
        """Makes each graph hold exactly these statements, whatever graph they name themselves.

        Raises:
            ValueError: a blank node.
        """

    def remove(self, graphs: Collection[str]) -> None:
        """Removes whole graphs; one that is not there is no error."""

    def close(self) -> None:
        """Writes everything to disk and lets go of the files."""
