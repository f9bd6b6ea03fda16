"""What a query answers: rows, a truth or triples; read one by one, or written whole in a format."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import IO, cast

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    RdfFormat,
    Triple,
    serialize,
)

from regiograph.iris import PREFIXES
from regiograph.store.formats import GRAPHS, TABLES, Format
from regiograph.store.xml import fitting, nameable


@dataclass(frozen=True, slots=True)
class Rows:
    """The answer to SELECT."""

    solutions: QuerySolutions

    @property
    def variables(self) -> tuple[str, ...]:
        """The columns, in order."""
        return tuple(variable.value for variable in self.solutions.variables)

    def __iter__(self) -> Iterator[dict[str, NamedNode | BlankNode | Literal | Triple]]:
        """Each row by variable name; what is unbound is left out."""
        variables = self.variables
        for solution in self.solutions:
            pairs = zip(variables, solution, strict=True)
            yield {name: term for name, term in pairs if term is not None}

    def write(self, output: IO[bytes], format: Format) -> None:
        """All rows, in one of the table formats.

        Raises:
            NotAcceptable: this format cannot hold one of them.
        """
        self.solutions.serialize(fitting(output, format), _table(format))


@dataclass(frozen=True, slots=True)
class Truth:
    """The answer to ASK."""

    value: QueryBoolean

    def __bool__(self) -> bool:
        return bool(self.value)

    def write(self, output: IO[bytes], format: Format) -> None:
        """True or false, in one of the table formats."""
        self.value.serialize(output, _table(format))


@dataclass(frozen=True, slots=True)
class Triples:
    """The answer to CONSTRUCT or DESCRIBE. The same triple may come twice."""

    triples: Iterable[Triple]

    def __iter__(self) -> Iterator[Triple]:
        return iter(self.triples)

    def write(self, output: IO[bytes], format: Format) -> None:
        """All triples, in one of the graph formats.

        Raises:
            NotAcceptable: this format cannot hold one of them.
        """
        if format not in GRAPHS:
            raise ValueError(f"{format.short} cannot hold triples.")
        triples = nameable(self.triples) if format is Format.RDF_XML else self.triples
        serialize(triples, fitting(output, format), cast(RdfFormat, format.engine), prefixes=PREFIXES)


Answer = Rows | Truth | Triples


def _table(format: Format) -> QueryResultsFormat:
    if format not in TABLES:
        raise ValueError(f"{format.short} cannot hold rows.")
    return cast(QueryResultsFormat, format.engine)
