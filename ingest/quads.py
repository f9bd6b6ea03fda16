"""Building quads: terms from plain values, in one named graph, in a fixed order, without blank nodes."""

from datetime import date, time
from functools import cache, lru_cache

from pyoxigraph import Literal, NamedNode, Quad

from regiograph import iris

Node = str  # an IRI


class Graph:
    """The quads of one named graph, each once, in the order they were added."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._node = cache(NamedNode)  # most come many times
        self._literal = lru_cache(maxsize=None, typed=True)(literal)
        self._graph = NamedNode(name)
        self._quads: dict[Quad, None] = {}

    def type(self, subject: Node, *classes: str) -> None:
        """State what a node is; classes by full IRI."""
        for each in classes:
            self.link(subject, iris.RDF + "type", each)

    def link(self, subject: Node, predicate: str, target: Node | None) -> None:
        """An object property; nothing where there is no target."""
        if target is not None:
            self._add(subject, predicate, self._node(target))

    def say(self, subject: Node, predicate: str, value: str | None, language: str = "") -> None:
        """A text, verbatim; nothing where it is None."""
        if value is not None:
            self._add(subject, predicate, Literal(value, language=language) if language else Literal(value))

    def value(self, subject: Node, predicate: str, value: object) -> None:
        """A typed value in its canonical form; nothing where it is None.

        Raises:
            TypeError: a type that the graph does not use.
        """
        if value is not None:
            self._add(subject, predicate, self._literal(value))

    def typed(self, subject: Node, predicate: str, lexical: str, datatype: str) -> None:
        """A literal given by its lexical form and the full IRI of its datatype."""
        self._add(subject, predicate, Literal(lexical, datatype=NamedNode(datatype)))

    def quads(self) -> tuple[Quad, ...]:
        """All quads."""
        return tuple(self._quads)

    def _add(self, subject: Node, predicate: str, target: NamedNode | Literal) -> None:
        self._quads[Quad(self._node(subject), self._node(predicate), target, self._graph)] = None


def literal(value: object) -> Literal:
    """A canonical literal: bool, int, float (as xsd:decimal, two places), date or time.

    >>> str(literal(0.90))
    '"0.9"^^<http://www.w3.org/2001/XMLSchema#decimal>'

    Raises:
        TypeError: another type.
    """
    match value:
        case bool():
            return Literal(value)
        case int():
            return Literal(value)
        case float():
            text = f"{value:.2f}".rstrip("0").rstrip(".")
            return Literal(text, datatype=NamedNode(iris.XSD + "decimal"))
        case date():
            return Literal(value.isoformat(), datatype=NamedNode(iris.XSD + "date"))
        case time():
            return Literal(value.isoformat(), datatype=NamedNode(iris.XSD + "time"))
    raise TypeError(f"No literal for {type(value).__name__}.")
