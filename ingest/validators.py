"""Which rules a graph breaks: judged by a fast validator, and in grave matters by the reference one too.

The fast one (shacl, in Rust) compiles the shapes once. Where no build of it fits the machine, the reference
(pyshacl) judges alone: the results are the same, and take ten times as long.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import pyoxigraph as ox
import pyshacl
import structlog
from rdflib import RDF, RDFS, SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from ingest.shacl import JudgedGraph, Queries, Rules, Triple
from regiograph.iris import RG

try:
    import shacl
except ImportError:  # no wheel for this machine
    shacl = None  # type: ignore[assignment]

# What of the shapes is for people, not for a validator: it would read it again for each node.
_FOR_PEOPLE = frozenset(
    (SH.name, SH.description, SH.message, SH.group, SH.order, RDFS.label, URIRef(RG + "aboutField"))
)
_NAME_IN_QUERY = re.compile(r"\b(?P<prefix>\w+):(?P<name>[\w-]+)|<(?P<iri>[^<>\s]+)>")

Term = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One rule broken in one place."""

    focus: Term
    shape: str  # IRI
    value: Term | None


class Validator(Protocol):
    """Judges graphs by the shapes it was made with."""

    def results(self, data: Sequence[ox.Quad]) -> set[Result]:
        """Where the graph breaks a rule."""
        ...


def validator(shapes: Graph) -> Validator:
    """The fastest one that this machine has."""
    reference = Reference(shapes)
    return reference if shacl is None else Confirmed(Compiled(shapes), reference, _light(shapes))


class Confirmed:
    """Believes the fast validator, except that something must be fixed: that is for the reference to say."""

    def __init__(self, fast: Validator, reference: "Reference", light: Collection[str]) -> None:
        self._fast, self._reference, self._light = fast, reference, light

    def results(self, data: Sequence[ox.Quad]) -> set[Result]:
        """Where the graph breaks a rule."""
        found = self._fast.results(data)
        grave = {result for result in found if result.shape not in self._light}
        if not grave:
            return found
        confirmed = self._reference.results(data, {result.shape for result in grave})
        if confirmed != grave:
            log.warning("validators disagree", shapes=sorted({each.shape for each in confirmed ^ grave}))
        return found - grave | confirmed


class Compiled:
    """The fast validator. It is given only what some shape asks for."""

    def __init__(self, shapes: Graph) -> None:
        self._asked_for = frozenset(_named(shapes))
        text = Graph()
        for triple in _for_validators(shapes):
            text.add(triple)
        self._shapes = shacl.Shapes.from_text(text.serialize(format="nt"), format="ntriples")

    def results(self, data: Sequence[ox.Quad]) -> set[Result]:
        """Where the graph breaks a rule."""
        asked_for = self._asked_for
        triples = (quad.triple for quad in data if quad.predicate.value in asked_for)
        text = (ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        return {
            Result(
                focus=_read(each.focus_node),
                shape=str(each.root_shape)[1:-1],
                value=None if each.value is None else _read(each.value),
            )
            for each in self._shapes.validate_text(text, format="ntriples").results
        }


class Reference:
    """The reference validator, on graphs that it walks fast."""

    def __init__(self, shapes: Graph) -> None:
        self._rules = Rules.read(_for_validators(shapes))
        self._queries = Queries()

    def results(self, data: Sequence[ox.Quad], shapes: Collection[str] = ()) -> set[Result]:
        """Where the graph breaks a rule: any, or one of some shapes."""
        rules = self._rules.of(map(URIRef, shapes)) if shapes else self._rules
        graph = JudgedGraph(_triples(data), self._queries)
        _, report, _ = pyshacl.validate(graph, shacl_graph=rules, inplace=True, do_owl_imports=False)
        return {
            Result(
                focus=_ox_term(report.value(each, SH.focusNode)),
                shape=str(shape),
                value=None if value is None else _ox_term(value),
            )
            for each in report.objects(None, SH.result)
            for shape in report.objects(each, SH.sourceShape)
            for value in (report.value(each, SH.value),)
        }


def _light(shapes: Graph) -> frozenset[str]:
    return frozenset(
        str(shape) for each in (SH.Warning, SH.Info) for shape in shapes.subjects(SH.severity, each)
    )


def _for_validators(shapes: Graph) -> Iterator[Triple]:
    return (triple for triple in shapes if triple[1] not in _FOR_PEOPLE)


def _named(shapes: Graph) -> Iterator[str]:
    """Every IRI that the shapes name, in their queries too."""
    yield from (str(RDF.type), str(RDFS.subClassOf))
    yield from (str(node) for node in shapes.objects() if isinstance(node, URIRef))
    prefixes = {
        str(shapes.value(each, SH.prefix)): str(shapes.value(each, SH.namespace))
        for each in shapes.objects(None, SH.declare)
    }
    for query in shapes.objects(None, SH.select):
        for found in _NAME_IN_QUERY.finditer(str(query)):
            yield found["iri"] or prefixes.get(found["prefix"], "") + found["name"]


def _read(text: str) -> Term:
    """A term in N-Triples."""
    quads: list[ox.Quad] = list(ox.parse(f"<x:x> <x:x> {text} .", format=ox.RdfFormat.N_TRIPLES))
    return quads[0].object


def _triples(quads: Iterable[ox.Quad]) -> Iterator[Triple]:
    known: dict[Term, Node] = {}  # most terms come many times

    def term(each: Term) -> Node:
        if each not in known:
            known[each] = _rdflib_term(each)
        return known[each]

    for quad in quads:
        yield term(quad.subject), term(quad.predicate), term(quad.object)


def _rdflib_term(term: Term) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, lang=term.language)
        return Literal(term.value, datatype=URIRef(term.datatype.value), normalize=False)
    if isinstance(term, ox.BlankNode):
        return BNode(term.value)
    raise ValueError("A report holds plain triples only.")


def _ox_term(node: Node) -> Term:
    if isinstance(node, Literal):
        if node.language:
            return ox.Literal(str(node), language=node.language)
        return ox.Literal(str(node), datatype=ox.NamedNode(str(node.datatype or XSD.string)))
    return ox.BlankNode(str(node)) if isinstance(node, BNode) else ox.NamedNode(str(node))
