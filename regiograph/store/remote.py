"""An edition on a SPARQL engine somewhere else, read so that its answers are those of the embedded store.

What a query means is settled here before the engine sees it: the embedded engine's parser reads it (what
parses is the same everywhere, and no engine's own extensions are reached), its dataset is written out, and
what comes back is put into canonical form. Every format is then written here.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pyoxigraph import (
    BlankNode,
    Literal,
    NamedNode,
    Quad,
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    Triple,
    parse_query_results,
    serialize,
)

from regiograph.errors import BadQuery, QueryRefused
from regiograph.store.address import Address
from regiograph.store.answers import Answer, Rows, Triples, Truth
from regiograph.store.base import Term
from regiograph.store.embedded import EmbeddedReader
from regiograph.store.engine import Engine, Table
from regiograph.store.rewrite import Dataset, Reading, variables_in
from regiograph.store.terms import term_of, written
from regiograph.store.tokens import tokens

_SORTED = 100_000  # rows that are put in order here


@dataclass(frozen=True, slots=True)
class Placing:
    """Where the graphs of an edition are on an engine: each under its name, and their merge in one more.

    Together they are what a query without a dataset asks, since hundreds of FROM clauses make engines slow.
    """

    base: str

    @property
    def all(self) -> str:
        """The graph of all triples, the default graph of the edition: some engines have none of their own."""
        return f"{self.base}/engine/all"

    @property
    def status(self) -> str:
        """The graph that says which edition is there."""
        return f"{self.base}/engine/status"

    @property
    def trial(self) -> str:
        """The graph where literals are tried that an engine may not keep."""
        return f"{self.base}/engine/trial"


class RemoteReader:
    """Reads the edition an engine serves. `still` is called after each answer, and raises if it moved on."""

    def __init__(
        self,
        engine: Engine,
        placing: Placing,
        counts: Mapping[str, int],
        still: Callable[[], None] = lambda: None,
    ) -> None:
        self._engine = engine
        self._placing = placing
        self._counts = dict(counts)
        self._still = still
        self._parser = EmbeddedReader.of(())

    def query(
        self,
        text: str,
        *,
        substitutions: Mapping[str, Term] | None = None,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
    ) -> Answer:
        """The answer to a SPARQL query, whole. See `base.Readable.query`.

        Raises:
            BadQuery: it does not parse, or the engine does not take it.
            Unreachable, QueryTooSlow, QueryTooLarge: the engine gives no whole answer.
        """
        if any(token.kind == "word" and token.text.upper() == "SERVICE" for token in tokens(text)):
            raise QueryRefused(
                "SERVICE is not run where the editions are on an engine elsewhere.",
                where="the query",
                way_out="Ask the other endpoint yourself, and give what it says in VALUES.",
            )
        parsed = self._parser.query(  # of nothing: says whether it is SPARQL, and of which form
            text,
            substitutions=substitutions,
            default_graphs=default_graphs,
            named_graphs=named_graphs,
        )
        reading = Reading(_substituted(text, substitutions or {}))
        given = default_graphs is not None or named_graphs is not None
        own = Dataset(tuple(default_graphs or ()), tuple(named_graphs or ())) if given else reading.dataset
        dataset = self._everything(reading) if own is None else self._known(own)
        answer = self._answer(parsed, reading, dataset)
        self._still()
        return answer

    def quads(self, *graphs: str) -> Iterator[Quad]:
        """All quads, or those of the graphs named, in no particular order."""
        for graph in graphs or self._counts:
            name = NamedNode(graph)
            for triple in self.triples(graph):
                yield Quad(triple.subject, triple.predicate, triple.object, name)

    def triples(self, place: str) -> Iterator[Triple]:
        """The triples of one of the engine's graphs, in canonical form."""
        table = self._engine.select(f"SELECT ?s ?p ?o {Dataset((place,), ()).clauses}{{ ?s ?p ?o }}")
        for row in table.bindings:
            subject, predicate = term_of(row["s"]), term_of(row["p"])
            if isinstance(subject, NamedNode | BlankNode) and isinstance(predicate, NamedNode):
                yield Triple(subject, predicate, term_of(row["o"]))

    def graphs(self) -> dict[str, int]:
        """How many quads each graph holds; empty graphs are not there."""
        return dict(self._counts)

    def names(self) -> list[str]:
        """The graphs there are."""
        return [*self._counts]

    def holds(self, triple: Triple) -> bool:
        """Whether a graph has this triple."""
        return self._engine.ask(
            f"ASK {Dataset((self._placing.all,), ()).clauses}"
            f"{{ VALUES ?s {{ {triple.subject} }} VALUES ?p {{ {triple.predicate} }} "
            f"VALUES ?o {{ {_value(triple.object)} }} ?s ?p ?o }}"
        )

    def dump(self, path: Path) -> None:
        """All quads as N-Quads, each in canonical form, in no particular order."""
        serialize(self.quads(), str(path), RdfFormat.N_QUADS)

    def dump_graph(self, output: IO[bytes], graph: str) -> None:
        """The triples of one graph as N-Triples, each in canonical form, in no particular order."""
        serialize(self.triples(graph), output, RdfFormat.N_TRIPLES)

    def close(self) -> None:
        """Nothing is held open."""

    def _everything(self, reading: Reading) -> Dataset:
        return Dataset((self._placing.all,), tuple(self._counts) if reading.names_graphs else ())

    def _known(self, dataset: Dataset) -> Dataset:
        """The graphs of a dataset that the edition has: the engine may hold others."""
        default, named = (
            tuple(name for name in names if name in self._counts)
            for names in (dataset.default, dataset.named)
        )
        return Dataset(default, named)

    def _answer(self, parsed: Answer, reading: Reading, dataset: Dataset) -> Answer:
        if isinstance(parsed, Truth):
            return _truth(self._engine.ask(reading.asked(dataset)))
        if isinstance(parsed, Rows):
            rows = self._rows(reading.asked(dataset), reading.truths)
            return self._ordered(reading, parsed.variables, rows)
        if reading.form == "CONSTRUCT":
            return Triples(self._constructed(reading, dataset))
        return Triples(self._described(reading, dataset))

    def _rows(self, text: str, truths: frozenset[str]) -> list[dict[str, NamedNode | BlankNode | Literal]]:
        table = self._engine.select(text)
        return [
            {name: term_of(binding, truth=name in truths) for name, binding in row.items()}
            for row in table.bindings
        ]

    def _ordered(
        self,
        reading: Reading,
        variables: tuple[str, ...],
        rows: list[dict[str, NamedNode | BlankNode | Literal]],
    ) -> Rows:
        """In the embedded engine's order, where the rows tell it: others sort long texts oddly."""
        order = reading.order
        tellable = 1 < len(rows) <= _SORTED and {*variables_in(order)} <= {*variables}
        if (
            not order
            or not tellable
            or any(isinstance(term, BlankNode) for row in rows for term in row.values())
        ):
            return _rows(variables, rows)
        head = " ".join(f"?{name}" for name in variables)
        found = Store().query(f"{reading.prologue}SELECT {head} {{ {_values(variables, rows)} }} {order}")
        return Rows(found) if isinstance(found, QuerySolutions) else _rows(variables, rows)

    def _constructed(self, reading: Reading, dataset: Dataset) -> list[Triple]:
        """The template, filled by the embedded engine with the rows of the other."""
        names = variables_in(reading.template)
        rows = self._rows(reading.solutions(dataset, names), reading.truths)
        return self._evaluated(f"{reading.prologue}CONSTRUCT {reading.template} WHERE", names, rows)

    def _described(self, reading: Reading, dataset: Dataset) -> list[Triple]:
        """All that is said of what is named, as the embedded engine does it."""
        terms = [term for term in reading.described if term[0] not in "?$*"]
        names = [term[1:] for term in reading.described if term[0] in "?$"]
        if reading.has_body and len(terms) < len(reading.described):
            head = reading.solutions(dataset, names) if names else reading.every_solution(dataset)
            found = [term for row in self._rows(head, frozenset()) for term in row.values()]
            terms += [str(term) for term in dict.fromkeys(found) if isinstance(term, NamedNode)]
        if not terms:
            return []
        rows = self._rows(
            f"{reading.prologue}SELECT ?s ?p ?o\n{dataset.clauses}"
            f"{{ VALUES ?s {{ {' '.join(terms)} }} ?s ?p ?o }}",
            frozenset(),
        )
        return self._evaluated("CONSTRUCT { ?s ?p ?o } WHERE", ("s", "p", "o"), rows)

    def _evaluated(
        self, head: str, names: Sequence[str], rows: Sequence[Mapping[str, NamedNode | BlankNode | Literal]]
    ) -> list[Triple]:
        found = Store().query(f"{head} {{ {_values(names, rows)} }}")
        return list(dict.fromkeys(found)) if isinstance(found, QueryTriples) else []


def _values(names: Sequence[str], rows: Sequence[Mapping[str, NamedNode | BlankNode | Literal]]) -> str:
    values = "\n".join(f"({' '.join(_value(row.get(name)) for name in names)})" for row in rows)
    return f"VALUES ({' '.join(f'?{name}' for name in names)}) {{ {values} }}"


def ask(endpoint: str, query: str, *, seconds: float = 60) -> Rows:
    """The answer of any endpoint to a SELECT query.

    Raises:
        Unreachable, QueryTooSlow, QueryTooLarge, BadQuery: it gives no whole answer.
    """
    return _answer_of(Engine(Address(query=endpoint, seconds=seconds)).select(query))


def _answer_of(table: Table) -> Rows:
    """A table of any endpoint as an answer."""
    rows = [{name: term_of(binding) for name, binding in row.items()} for row in table.bindings]
    return _rows(table.variables, rows)


def _value(term: Term | None) -> str:
    return written(term) if isinstance(term, NamedNode | Literal) else "UNDEF"


def _substituted(text: str, terms: Mapping[str, Term]) -> str:
    """The query with variables bound; that they are projected has been checked."""
    if not terms:
        return text
    if not all(isinstance(term, NamedNode | Literal) for term in terms.values()):
        raise BadQuery(
            "Only IRIs and literals can be bound here.", where="the query", way_out="Bind other terms."
        )
    names = " ".join(f"?{name}" for name in terms)
    values = " ".join(written(term) for term in terms.values() if isinstance(term, NamedNode | Literal))
    return f"{text}\nVALUES ({names}) {{ ({values}) }}"


def _truth(value: bool) -> Truth:
    body = json.dumps({"head": {}, "boolean": value}).encode()
    result = parse_query_results(body, QueryResultsFormat.JSON)
    assert isinstance(result, QueryBoolean)  # noqa: S101  (that is what was written)
    return Truth(result)


def _rows(variables: Sequence[str], rows: Sequence[Mapping[str, NamedNode | BlankNode | Literal]]) -> Rows:
    """Rows in the embedded engine's own type, so that the same code writes every format."""
    content = {
        "head": {"vars": list(variables)},
        "results": {"bindings": [{name: _json(term) for name, term in row.items()} for row in rows]},
    }
    result = parse_query_results(json.dumps(content).encode(), QueryResultsFormat.JSON)
    assert isinstance(result, QuerySolutions)  # noqa: S101  (that is what was written)
    return Rows(result)


def _json(term: NamedNode | BlankNode | Literal) -> dict[str, str]:
    if isinstance(term, NamedNode):
        return {"type": "uri", "value": term.value}
    if isinstance(term, BlankNode):
        return {"type": "bnode", "value": term.value}
    if term.language:
        return {"type": "literal", "value": term.value, "xml:lang": term.language}
    return {"type": "literal", "value": term.value, "datatype": term.datatype.value}
