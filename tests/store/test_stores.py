"""One behaviour suite, run over every store."""

from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from regiograph.errors import BadQuery
from regiograph.store import EmbeddedReader, EmbeddedWriter, Format, Readable, Rows, Triples, Truth, canonical

XSD = "http://www.w3.org/2001/XMLSchema#"


def node(name: str) -> NamedNode:
    return NamedNode(f"http://e/{name}")


def fact(name: str, value: str) -> Triple:
    return Triple(node(name), node("p"), Literal(value))


GRAPHS = {"http://e/g1": [fact("a", "1")], "http://e/g2": [fact("b", "2")], None: [fact("d", "0")]}


def on_disk(folder: Path, graphs: dict[str | None, Iterable[Triple]]) -> Readable:
    writer = EmbeddedWriter(folder / "store")
    writer.replace(graphs)
    writer.close()
    return EmbeddedReader.open(folder / "store")


def in_memory(_folder: Path, graphs: dict[str | None, Iterable[Triple]]) -> Readable:
    return EmbeddedReader.of(
        Quad(one.subject, one.predicate, one.object, NamedNode(name) if name else None)
        for name, triples in graphs.items()
        for one in triples
    )


@pytest.fixture(params=[on_disk, in_memory], ids=["on disk", "in memory"])
def build(request, tmp_path) -> Callable[[dict], Readable]:
    return lambda graphs: request.param(tmp_path, graphs)


@pytest.fixture
def store(build) -> Readable:
    return build(GRAPHS)


def values(store: Readable, text: str, **dataset) -> list[str]:
    return sorted(row["o"].value for row in store.query(text, **dataset))


ALL = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"


def test_without_a_dataset_the_default_graph_is_the_union_of_all(store):
    assert values(store, ALL) == ["0", "1", "2"]
    assert values(store, NAMED) == ["1", "2"]


@pytest.mark.parametrize(
    ("text", "dataset", "expected"),
    [
        ("SELECT ?o FROM <http://e/g1> { ?s ?p ?o }", {}, ["1"]),
        ("SELECT ?o FROM NAMED <http://e/g1> { ?s ?p ?o }", {}, []),
        ("SELECT ?o FROM NAMED <http://e/g1> { GRAPH ?g { ?s ?p ?o } }", {}, ["1"]),
        ("SELECT ?o FROM <http://127.0.0.1:1/elsewhere> { ?s ?p ?o }", {}, []),
        (ALL, {"default_graphs": ["http://e/g2"]}, ["2"]),
        (ALL, {"named_graphs": ["http://e/g2"]}, []),
        (NAMED, {"default_graphs": ["http://e/g2"]}, []),
        (NAMED, {"default_graphs": ["http://e/g2"], "named_graphs": ["http://e/g1"]}, ["1"]),
        ("SELECT ?o FROM <http://e/g1> { ?s ?p ?o }", {"default_graphs": ["http://e/g2"]}, ["2"]),
        ('SELECT ?o { ?s ?p ?o FILTER(?o != "from") }', {}, ["0", "1", "2"]),
    ],
)
def test_a_dataset_is_what_the_protocol_says(store, text, dataset, expected):
    assert values(store, text, **dataset) == expected


def test_answers_come_as_rows_a_truth_or_triples(store):
    rows = store.query('SELECT ?o ?x { ?s ?p ?o FILTER(?o = "1") }')
    assert isinstance(rows, Rows) and rows.variables == ("o", "x")
    assert list(rows) == [{"o": Literal("1")}]
    truth = store.query("ASK { <http://e/a> ?p ?o }")
    assert isinstance(truth, Truth) and truth
    triples = store.query("CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }")
    assert isinstance(triples, Triples) and set(triples) == {fact("a", "1"), fact("b", "2"), fact("d", "0")}


@pytest.mark.parametrize(
    ("text", "format", "expected"),
    [
        ("SELECT ?o { <http://e/a> ?p ?o }", Format.CSV, b"o\r\n1\r\n"),
        ("SELECT ?o { <http://e/a> ?p ?o }", Format.TSV, b'?o\n"1"\n'),
        ("ASK { <http://e/a> ?p ?o }", Format.JSON, b'{"head":{},"boolean":true}'),
        ("DESCRIBE <http://e/a>", Format.N_TRIPLES, b'<http://e/a> <http://e/p> "1" .\n'),
    ],
)
def test_an_answer_is_written_in_the_format_asked_for(store, text, format, expected):
    output = BytesIO()
    store.query(text).write(output, format)
    assert output.getvalue() == expected


def test_an_answer_in_a_format_that_cannot_hold_it_is_refused(store):
    with pytest.raises(ValueError, match="ttl cannot hold rows"):
        store.query(ALL).write(BytesIO(), Format.TURTLE)
    with pytest.raises(ValueError, match="csv cannot hold triples"):
        store.query("DESCRIBE <http://e/a>").write(BytesIO(), Format.CSV)


def test_substitutions_bind_what_the_query_projects(store):
    found = list(store.query("SELECT ?s ?o { ?s ?p ?o }", substitutions={"s": node("a")}))
    assert [row["o"].value for row in found] == ["1"]
    with pytest.raises(BadQuery):
        store.query(ALL, substitutions={"s": node("a")})


def test_a_query_that_does_not_parse_says_where(store):
    with pytest.raises(BadQuery) as caught:
        store.query("SELECT *\n{ ?s ?p ?o ")
    assert caught.value.where.startswith("line 2, column ")
    assert "expected" not in str(caught.value)


def test_quads_are_counted_and_listed_by_graph(store):
    assert store.graphs() == {None: 1, "http://e/g1": 1, "http://e/g2": 1}
    assert [quad.object.value for quad in store.quads("http://e/g2", None)] == ["2", "0"]
    assert len(list(store.quads())) == 3


LITERALS = [
    ("0.50", "decimal", "0.5", "decimal"),
    ("01", "integer", "1", "integer"),
    ("5", "nonNegativeInteger", "5", "integer"),
    ("1", "boolean", "true", "boolean"),
    ("2020-11-30T10:00:00+00:00", "dateTime", "2020-11-30T10:00:00Z", "dateTime"),
    ("2020-11-30", "date", "2020-11-30", "date"),
    (" Noord-Brabant ", "string", " Noord-Brabant ", "string"),
]


@pytest.mark.parametrize(("written", "kind", "value", "returned"), LITERALS)
def test_canonical_is_what_the_store_returns(build, written, kind, value, returned):
    triple = Triple(node("a"), node("p"), Literal(written, datatype=NamedNode(XSD + kind)))
    expected = Literal(value, datatype=NamedNode(XSD + returned))
    assert [quad.object for quad in build({None: [triple]}).quads()] == [expected]
    quad = Quad(triple.subject, triple.predicate, triple.object)
    assert [one.object for one in canonical([quad])] == [expected]


def test_a_writer_replaces_and_removes_whole_graphs_and_leaves_the_earlier_store_alone(tmp_path):
    earlier = on_disk(tmp_path, GRAPHS)
    writer = EmbeddedWriter.starting_from(tmp_path / "store", tmp_path / "later")
    writer.replace({"http://e/g1": [fact("a", "9")], "http://e/new": [fact("n", "5")]})
    writer.remove(["http://e/g2", "http://e/never-there"])
    writer.close()
    later = EmbeddedReader.open(tmp_path / "later")
    assert later.graphs() == {None: 1, "http://e/g1": 1, "http://e/new": 1}
    assert values(later, ALL) == ["0", "5", "9"]
    assert values(earlier, ALL) == ["0", "1", "2"]


def test_a_blank_node_never_enters_a_store(tmp_path):
    writer = EmbeddedWriter(tmp_path / "store")
    with pytest.raises(ValueError, match="blank node"):
        writer.replace({None: [Triple(BlankNode(), node("p"), Literal("1"))]})
