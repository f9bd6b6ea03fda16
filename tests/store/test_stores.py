"""One behaviour suite, run over every store: on disk, in memory, and on two real engines."""

import tempfile
from collections.abc import Callable, Iterable
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from regiograph.errors import BadQuery
from regiograph.store import EmbeddedReader, EmbeddedWriter, Format, Readable, Rows, Triples, Truth, canonical
from tests.store.engines import Running, put

XSD = "http://www.w3.org/2001/XMLSchema#"


def node(name: str) -> NamedNode:
    return NamedNode(f"http://e/{name}")


def fact(name: str, value: str) -> Triple:
    return Triple(node(name), node("p"), Literal(value))


GRAPHS = {"http://e/g1": [fact("a", "1")], "http://e/g2": [fact("b", "2")], "http://e/g0": [fact("d", "0")]}


def on_disk(folder: Path, graphs: dict[str, Iterable[Triple]]) -> Readable:
    writer = EmbeddedWriter(folder / "store")
    writer.replace(graphs)
    writer.close()
    return EmbeddedReader.open(folder / "store")


def in_memory(_folder: Path, graphs: dict[str, Iterable[Triple]]) -> Readable:
    return EmbeddedReader.of(
        Quad(one.subject, one.predicate, one.object, NamedNode(name))
        for name, triples in graphs.items()
        for one in triples
    )


def on_engine(running: Running) -> Callable[[Path, dict], Readable]:
    """Each time under another base; graphs of one name would be the same graph."""

    def placed(folder: Path, graphs: dict[str, Iterable[Triple]]) -> Readable:
        served = put(running, in_memory(folder, graphs))
        return served.reader(served.manifest())

    return placed


@pytest.fixture(scope="module", params=["on disk", "in memory", "oxigraph", "virtuoso"])
def build(request) -> Callable[[Path, dict], Readable]:
    if request.param in ("on disk", "in memory"):
        return {"on disk": on_disk, "in memory": in_memory}[request.param]
    return on_engine(request.getfixturevalue(request.param))


@pytest.fixture(scope="module")
def store(build, tmp_path_factory) -> Readable:
    return build(tmp_path_factory.mktemp("store"), GRAPHS)


def values(store: Readable, text: str, **dataset) -> list[str]:
    return sorted(row["o"].value for row in store.query(text, **dataset))


ALL = "SELECT ?o { ?s ?p ?o }"
NAMED = "SELECT ?o { GRAPH ?g { ?s ?p ?o } }"


def test_without_a_dataset_the_default_graph_is_the_merge_of_all(store):
    assert values(store, ALL) == ["0", "1", "2"]
    assert values(store, NAMED) == ["0", "1", "2"]


def test_what_many_graphs_say_alike_counts_once(build, tmp_path):
    kind = [Triple(node("a"), node("type"), node("Area")), Triple(node("a"), node("label"), Literal("A"))]
    alike = build(tmp_path, {f"http://a/{number}": kind for number in range(30)})
    pair = "{ ?s <http://e/type> <http://e/Area> ; <http://e/label> ?o }"
    assert values(alike, f"SELECT ?o {pair}") == ["A"]
    assert [row["n"].value for row in alike.query(f"SELECT (COUNT(*) AS ?n) {pair}")] == ["1"]
    assert len(values(alike, f"SELECT ?o {{ GRAPH ?g {pair} }}")) == 30


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
    assert store.graphs() == {"http://e/g0": 1, "http://e/g1": 1, "http://e/g2": 1}
    assert [quad.object.value for quad in store.quads("http://e/g2", "http://e/g0")] == ["2", "0"]
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


def test_canonical_is_what_the_store_returns(build, tmp_path):
    def typed(number: int, value: str, kind: str) -> Triple:
        return Triple(node(str(number)), node("p"), Literal(value, datatype=NamedNode(XSD + kind)))

    triples = [typed(number, one[0], one[1]) for number, one in enumerate(LITERALS)]
    expected = {typed(number, one[2], one[3]) for number, one in enumerate(LITERALS)}
    assert {quad.triple for quad in build(tmp_path, {"http://c/g": triples}).quads()} == expected
    quads = [Quad(one.subject, one.predicate, one.object) for one in triples]
    assert {one.triple for one in canonical(quads)} == expected


TEXTS = [
    Literal("Noord-Brabant", language="nl"),
    Literal("Κρήτη", language="el"),
    Literal("", language="en"),
    Literal("x" * 200_000),
    Literal('say "hi" \\ \\u0041 \n\t\r \u0001 \U0001f600'),
    Literal("<b>é</b>", datatype=NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML")),
    Literal("a thing", datatype=NamedNode("http://e/own-type")),
    Literal("2020-06", datatype=NamedNode(XSD + "gYearMonth")),
    Literal("10:30:00", datatype=NamedNode(XSD + "time")),
    NamedNode("http://e/a%20b/é?x=1&y=2#z"),
]


def test_every_text_comes_back_as_it_was(build, tmp_path):
    triples = [Triple(node(str(number)), node("p"), text) for number, text in enumerate(TEXTS)]
    store = build(tmp_path, {"http://t/g": triples, "http://t/h": triples[:3]})
    assert {quad.triple for quad in store.quads("http://t/g")} == set(triples)
    found = {row["s"].value: row["o"] for row in store.query("SELECT ?s ?o { ?s <http://e/p> ?o }")}
    assert found == {triple.subject.value: triple.object for triple in triples}
    count = next(iter(store.query("SELECT (COUNT(*) AS ?n) { ?s <http://e/p> ?o }")))
    assert count["n"].value == "10"  # three stand in two graphs
    constructed = store.query("CONSTRUCT { ?s <http://e/q> ?o } { GRAPH ?g { ?s <http://e/p> ?o } }")
    assert {triple.object for triple in constructed} == set(TEXTS)
    output = BytesIO()
    store.dump_graph(output, "http://t/g")
    assert len(output.getvalue().splitlines()) == len(TEXTS)
    assert [store.holds(one) for one in (triples[0], triples[4], fact("4", "other"))] == [True, True, False]


NUMBERS = {
    "http://n/g": [
        Triple(node("a"), node("n"), Literal(5)),
        Triple(node("a"), node("d"), Literal("0.50", datatype=NamedNode(XSD + "decimal"))),
        Triple(node("a"), node("d"), Literal("0.25", datatype=NamedNode(XSD + "decimal"))),
        Triple(node("a"), node("yes"), Literal(True)),
        Triple(node("b"), node("n"), Literal(3)),
        Triple(node("b"), node("yes"), Literal(False)),
        Triple(node("b"), node("day"), Literal("2020-11-30", datatype=NamedNode(XSD + "date"))),
        Triple(node("b"), node("name"), Literal("Été", language="fr")),
    ],
    "http://n/h": [Triple(node("a"), node("n"), Literal(5)), Triple(node("a"), node("to"), node("b"))],
}

ALIKE = [  # any engine answers these as the embedded store does, byte for byte
    "SELECT ?s (?n > 4 AS ?big) (BOUND(?n) AS ?there) (!?big AS ?small) (?big AS ?same) (?n + 1 AS ?more)"
    " { ?s e:n ?n } ORDER BY ?s",
    "SELECT ?s (IF(?n IN (5, 6), true, false) AS ?x) (COALESCE(?none, ?n = 3) AS ?y) { ?s e:n ?n } ORDER BY ?s",
    "SELECT ?s ?day { ?s e:n ?n BIND(EXISTS { ?s e:day ?any } AS ?day) } ORDER BY ?s",
    "SELECT ?day (COUNT(*) AS ?c) { ?s e:n ?n BIND(EXISTS { ?s e:day ?any } AS ?day) } GROUP BY ?day ORDER BY ?day",
    "SELECT (COUNT(*) AS ?c) (SUM(?d) AS ?sum) (AVG(?d) AS ?avg) (MAX(?d) AS ?max) { ?s e:d ?d }",
    "SELECT ?s ?yes { ?s e:yes ?yes } ORDER BY ?s",
    "SELECT ?s { ?s e:yes true }",
    "SELECT * { ?s e:n ?n } ORDER BY ?s ?n",
    "SELECT (COUNT(*) AS ?c) (COUNT(DISTINCT ?s) AS ?d) { ?s ?p ?o }",
    "SELECT ?g ?s { GRAPH ?g { ?s e:n 5 } } ORDER BY ?g",
    "SELECT ?s FROM n:g FROM n:h { ?s e:n 5 } ORDER BY ?s",
    "SELECT ?s ?g FROM n:h FROM NAMED n:g { ?s e:to ?b GRAPH ?g { ?b e:n 3 } }",
    "SELECT ?s FROM <http://n/other> { ?s e:n ?n }",
    "SELECT (YEAR(?day) AS ?y) (LCASE(?name) AS ?low) (STRLEN(?name) AS ?l) (LANG(?name) AS ?tag)"
    " { ?s e:day ?day ; e:name ?name }",
    'SELECT (GROUP_CONCAT(STR(?n); separator="|") AS ?all) { SELECT DISTINCT ?n { ?s e:n ?n } ORDER BY ?n }',
    "SELECT ?s ?x { VALUES ?s { e:a e:b } OPTIONAL { ?s e:day ?x } } ORDER BY ?s",
    "SELECT ?b { ?a e:to|^e:to ?b } ORDER BY ?b",
    "SELECT ?b { e:a (e:to)+ ?b }",
    "SELECT ?s { ?s e:n ?n MINUS { ?s e:day ?d } }",
    "ASK { ?s e:yes false }",
    "ASK FROM <http://n/h> { ?s e:yes false }",
    "CONSTRUCT { ?s e:is ?big } { ?s e:n ?n BIND(?n > 4 AS ?big) }",
    "CONSTRUCT WHERE { ?s e:to ?o }",
    'CONSTRUCT { e:x e:y "z" } WHERE { ?s e:n ?n }',
    "DESCRIBE e:a",
    "DESCRIBE ?s { ?s e:n 3 }",
    "DESCRIBE * { ?s e:to ?b }",
    "DESCRIBE e:b ?s FROM n:h { ?s e:n ?n }",
    "PREFIX bif: <bif:> SELECT (bif:sys_stat('st_dbms_ver') AS ?x) { ?s ?p ?o }",
    "SELECT (bif:sys_stat('st_dbms_ver') AS ?x) { ?s ?p ?o }",
    'define get:soft "replace" SELECT ?o FROM <http://127.0.0.1:1/x> { ?s ?p ?o }',
    "SELECT ?s WHERE { ?s e:n ?n",
]


@pytest.fixture(scope="module")
def numbers(build, tmp_path_factory) -> Readable:
    return build(tmp_path_factory.mktemp("numbers"), NUMBERS)


@pytest.mark.parametrize("text", ALIKE, ids=range(len(ALIKE)))
def test_every_engine_answers_alike(numbers, tmp_path, text):
    whole = (
        text
        if text.startswith(("PREFIX", "define"))
        else f"PREFIX e: <http://e/> PREFIX n: <http://n/> {text}"
    )
    expected = written(in_memory(tmp_path, NUMBERS), whole)
    assert written(numbers, whole) == expected


def written(store: Readable, text: str) -> object:
    try:
        answer = store.query(text)
    except BadQuery as error:
        return str(error)
    if isinstance(answer, Triples):
        return set(answer)
    output = BytesIO()
    answer.write(output, Format.JSON)
    return output.getvalue()


def test_a_writer_replaces_and_removes_whole_graphs_and_leaves_the_earlier_store_alone(tmp_path):
    earlier = on_disk(tmp_path, GRAPHS)
    writer = EmbeddedWriter.starting_from(tmp_path / "store", tmp_path / "later")
    writer.replace({"http://e/g1": [fact("a", "9")], "http://e/new": [fact("n", "5")]})
    writer.remove(["http://e/g2", "http://e/never-there"])
    writer.close()
    later = EmbeddedReader.open(tmp_path / "later")
    assert later.graphs() == {"http://e/g0": 1, "http://e/g1": 1, "http://e/new": 1}
    assert values(later, ALL) == ["0", "5", "9"]
    assert values(earlier, ALL) == ["0", "1", "2"]


CONTENTS = st.dictionaries(
    st.sampled_from(["http://e/g1", "http://e/g2", "http://e/g3"]),
    st.lists(st.sampled_from([fact(name, "1") for name in "abcd"])),
)
STEPS = st.lists(st.tuples(st.sampled_from(["replace", "remove"]), CONTENTS), max_size=6)


@given(steps=STEPS)
@settings(max_examples=20, deadline=None)
def test_the_merge_is_all_that_stands_in_graphs_whatever_came_and_went(steps):
    with tempfile.TemporaryDirectory() as folder:
        writer = EmbeddedWriter(Path(folder) / "store")
        held: dict[str, set[Triple]] = {}
        for step, graphs in steps:
            if step == "replace":
                writer.replace(graphs)
                held |= {name: set(triples) for name, triples in graphs.items()}
            else:
                writer.remove(graphs)
                held = {name: triples for name, triples in held.items() if name not in graphs}
        writer.close()
        store = EmbeddedReader.open(Path(folder) / "store")
        merged = values(store, "SELECT (STR(?s) AS ?o) { ?s ?p ?v }")
        counts = store.graphs()
        store.close()
    assert merged == sorted(triple.subject.value for triple in set().union(*held.values()))
    assert counts == {name: len(triples) for name, triples in held.items() if triples}


def test_a_blank_node_never_enters_a_store(tmp_path):
    writer = EmbeddedWriter(tmp_path / "store")
    with pytest.raises(ValueError, match="blank node"):
        writer.replace({"http://e/g": [Triple(BlankNode(), node("p"), Literal("1"))]})
