"""The reference validator, pyshacl, on graphs that it walks fast: three indexes, queries parsed once."""

from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from typing import Any

import pyoxigraph as ox
import pyshacl
from pyshacl.constraints import ALL_CONSTRAINT_PARAMETERS
from rdflib import SH, XSD, BNode, Graph, Literal, URIRef
from rdflib.graph import _TriplePatternType, _TripleType
from rdflib.namespace import NamespaceManager
from rdflib.paths import Path
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result as Answer
from rdflib.store import Store
from rdflib.term import Node

from ingest.validators import Judged, Result, Shapes, Term

Triple = tuple[Node, Node, Node]
_Index = dict[Node, dict[Node, dict[Node, None]]]


class Reference:
    """The reference validator, on graphs that it walks fast."""

    def __init__(self, shapes: Shapes) -> None:
        self._rules = Rules.read(_triples(shapes.for_validators()))
        self._queries = Queries()

    def results(self, graph: Judged, shapes: Collection[str] = ()) -> set[Result]:
        """Where the graph breaks a rule: any, or one of some shapes."""
        rules = self._rules.of(map(URIRef, shapes)) if shapes else self._rules
        data = JudgedGraph(_triples(graph), self._queries)
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inplace=True, do_owl_imports=False)
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


class Queries:
    """The queries of the shapes, each parsed once: parsing one takes longer than asking it."""

    def __init__(self) -> None:
        self._prepared: dict[str, Query] = {}

    def prepared(self, text: str) -> Query:
        """The query of a text."""
        if text not in self._prepared:
            self._prepared[text] = prepareQuery(text)
        return self._prepared[text]


class JudgedGraph(Graph):
    """Triples of one default graph, read far more often than written. Removes nothing, binds no prefix."""

    def __init__(self, triples: Iterable[Triple] = (), queries: Queries | None = None) -> None:
        self._indexes = _Indexes()
        self._queries = queries or Queries()
        super().__init__(store=self._indexes, bind_namespaces="none")
        self.namespace_manager = _NoPrefixes(self, bind_namespaces="none")
        for triple in triples:
            self._indexes.put(*triple)

    def add(self, triple: _TripleType) -> "JudgedGraph":
        """Put one triple in."""
        self._indexes.put(*triple)
        return self

    def triples(self, triple: _TriplePatternType) -> Iterator[Any]:  # type: ignore[override]
        """The triples that fit a pattern."""
        subject, predicate, value = triple
        if isinstance(predicate, Path):
            return super().triples(triple)
        return self._indexes.find(subject, predicate, value)

    def __contains__(self, triple: Any) -> bool:
        return next(self.triples(triple), None) is not None

    def query(self, query_object: str | Query, *rest: Any, **named: Any) -> Answer:
        """The answer to a query; see `rdflib.Graph.query`."""
        if isinstance(query_object, str):
            query_object = self._queries.prepared(query_object)
        return super().query(query_object, *rest, **named)


class Rules(JudgedGraph):
    """The shapes, as the validator walks them fastest; the findings are the same.

    Which constraints a shape has is asked again at every node that is judged, so it is kept.
    """

    _PARAMETERS = frozenset(ALL_CONSTRAINT_PARAMETERS)

    @classmethod
    def read(cls, shapes: Iterable[Triple]) -> "Rules":
        """The rules of shapes.

        A property shape of a node shape would be judged once a node; one with a target of its own is judged
        once for all nodes. So it is given one.
        """
        return cls(_flat(list(shapes)))

    def __init__(self, triples: Iterable[Triple]) -> None:
        self._constraints: dict[Node, tuple[tuple[Node, Node], ...]] = {}
        super().__init__(triples)

    def of(self, shapes: Iterable[Node]) -> "Rules":
        """Some of the shapes alone, with all that they build on."""
        found: dict[Node, None] = {}
        wanted = list(shapes)
        while wanted:
            node = wanted.pop()
            if node not in found:
                found[node] = None
                wanted += self.objects(node)
        return Rules(triple for node in found for triple in self.triples((node, None, None)))

    def predicate_objects(self, subject: Any = None, unique: bool = False) -> Generator[Any, None, None]:
        """The constraints of a shape, and nothing else that is said of it."""
        if subject not in self._constraints:
            stated = super().predicate_objects(subject, unique)
            self._constraints[subject] = tuple(each for each in stated if each[0] in self._PARAMETERS)
        yield from self._constraints[subject]


def _flat(shapes: Sequence[Triple]) -> Iterator[Triple]:
    """The shapes, where the property shapes of a node shape have its target instead of being its own."""
    targets: dict[Node, list[Node]] = {}
    for shape, predicate, value in shapes:
        if predicate == SH.targetClass:
            targets.setdefault(shape, []).append(value)
    for shape, predicate, value in shapes:
        if predicate == SH.property and shape in targets:
            yield from ((value, SH.targetClass, target) for target in targets[shape])
        else:
            yield shape, predicate, value


class _Indexes(Store):
    """Triples by subject, by predicate and by value; insertion order is kept."""

    context_aware = graph_aware = True  # the validator wraps what it is given in a Dataset

    def __init__(self) -> None:
        super().__init__()
        self._subjects: _Index = {}
        self._predicates: _Index = {}
        self._values: _Index = {}
        self._count = 0

    def put(self, subject: Node, predicate: Node, value: Node) -> None:
        values = self._subjects.setdefault(subject, {}).setdefault(predicate, {})
        if value not in values:
            values[value] = None
            self._predicates.setdefault(predicate, {}).setdefault(value, {})[subject] = None
            self._values.setdefault(value, {}).setdefault(subject, {})[predicate] = None
            self._count += 1

    def find(self, subject: Node | None, predicate: Node | None, value: Node | None) -> Iterator[Triple]:
        if subject is not None:
            return self._from(subject, predicate, value)
        if predicate is not None:
            return self._by(predicate, value)
        if value is not None:
            known = self._values.get(value, {})
            return ((each, by, value) for each, predicates in known.items() for by in predicates)
        return (triple for each in self._subjects for triple in self._from(each, None, None))

    def _from(self, subject: Node, predicate: Node | None, value: Node | None) -> Iterator[Triple]:
        known = self._subjects.get(subject, {})
        if predicate is None:
            return (
                (subject, by, to)
                for by, values in known.items()
                for to in values
                if value is None or to == value
            )
        values = known.get(predicate, {})
        if value is None:
            return ((subject, predicate, to) for to in values)
        return iter([(subject, predicate, value)] if value in values else [])

    def _by(self, predicate: Node, value: Node | None) -> Iterator[Triple]:
        known = self._predicates.get(predicate, {})
        if value is not None:
            return ((subject, predicate, value) for subject in known.get(value, {}))
        return ((subject, predicate, to) for to, subjects in known.items() for subject in subjects)

    # --- what a Graph may ask of its Store

    def triples(self, triple_pattern: Any, context: Any = None) -> Iterator[Any]:
        return ((triple, iter(())) for triple in self.find(*triple_pattern))

    def __len__(self, context: Any = None) -> int:
        return self._count

    def bind(self, prefix: str, namespace: URIRef, override: bool = True) -> None:
        """No prefix is kept: nobody reads this graph's text."""

    def prefix(self, namespace: URIRef) -> None:
        return None

    def namespace(self, prefix: str) -> None:
        return None

    def namespaces(self) -> Iterator[tuple[str, URIRef]]:
        return iter(())


class _NoPrefixes(NamespaceManager):
    """Writes every IRI in full, for the validator's own text of its findings, which nobody reads."""

    def normalizeUri(self, rdfTerm: str) -> str:  # noqa: N802, N803  (rdflib's name)
        return f"<{rdfTerm}>"

    def bind(self, *_: Any, **__: Any) -> None:
        """No prefix is kept."""


def _triples(statements: Iterable[ox.Quad | ox.Triple]) -> Iterator[Triple]:
    known: dict[Term, Node] = {}  # most terms come many times

    def term(each: Term) -> Node:
        if each not in known:
            known[each] = _rdflib_term(each)
        return known[each]

    for each in statements:
        yield term(each.subject), term(each.predicate), term(each.object)


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
