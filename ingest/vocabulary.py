"""The ontology and its code lists as quads, with names for the nodes that Turtle leaves blank."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, RdfFormat, parse

from regiograph.iris import Iris

T = TypeVar("T")

_GRAPHS = {"regiograph.ttl": "ontology", "alignments.ttl": "ontology", "codes.ttl": "codes"}


def vocabulary_quads(ontology: Path, iris: Iris) -> Iterator[Quad]:
    """`/graph/ontology` and `/graph/codes`, from the files of the data room `ontology/`."""
    for file, graph in _GRAPHS.items():
        quads = parse(path=str(ontology / file), format=RdfFormat.TURTLE)
        yield from named(quads, iris.graph(graph), f"{iris.base}/.well-known/genid/{file.split('.')[0]}")


def named(quads: Iterator[Quad], graph: str | None, prefix: str) -> Iterator[Quad]:
    """Quads in one graph (each in its own where none is given), blank nodes named in order of appearance.

    Source: RDF 1.1 Concepts, section 3.5, "Replacing Blank Nodes with IRIs".
    """
    names: dict[BlankNode, NamedNode] = {}

    def name(term: T) -> T | NamedNode:
        if isinstance(term, BlankNode):
            return names.setdefault(term, NamedNode(f"{prefix}/{len(names) + 1}"))
        return term

    for quad in quads:
        own = quad.graph_name
        target = NamedNode(graph) if graph else own if isinstance(own, DefaultGraph) else name(own)
        yield Quad(name(quad.subject), quad.predicate, name(quad.object), target)
