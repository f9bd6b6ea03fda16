"""The tests of the W3C documents: SPARQL 1.1 Protocol, Service Description, Graph Store Protocol (reading).

Protocol: the query operations of the SPARQL 1.1 test suite's folder `protocol`, with its data; its update
operations are refused here, each and every one. The suite's names are kept.
"""

import csv
import json
from collections.abc import Iterator
from io import BytesIO
from urllib.parse import quote, urlencode

import httpx
import pytest
from pyoxigraph import (
    Literal,
    NamedNode,
    Quad,
    QueryResultsFormat,
    Triple,
    parse_query_results,
)
from rdflib import Dataset, Graph, Namespace, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import RDF

from regiograph.archive import Archive
from regiograph.editions import Change, Publisher
from regiograph.store.embedded import EmbeddedReader
from regiograph.store.formats import Format
from tests.api.serving import serving

SUITE = "http://kasei.us/2009/09/sparql/data/data{}.rdf"
XSD = "http://www.w3.org/2001/XMLSchema#"
SD = Namespace("http://www.w3.org/ns/sparql-service-description#")
VOID = Namespace("http://rdfs.org/ns/void#")
FORMATS = Namespace("http://www.w3.org/ns/formats/")
FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
ALL_KINDS = "http://example.org/kinds"
LITERALS = [
    Literal("plain"),
    Literal("Bretagne", language="fr"),
    Literal("Αττική", language="el"),
    Literal("en-gb", language="en-GB"),
    Literal("42", datatype=NamedNode(XSD + "integer")),
    Literal("1.5", datatype=NamedNode(XSD + "decimal")),
    Literal("1.0E3", datatype=NamedNode(XSD + "double")),
    Literal("true", datatype=NamedNode(XSD + "boolean")),
    Literal("2020-11-30", datatype=NamedNode(XSD + "date")),
    Literal("2020-11-30T12:00:00Z", datatype=NamedNode(XSD + "dateTime")),
    Literal("2020", datatype=NamedNode(XSD + "gYear")),
    Literal("P6M", datatype=NamedNode(XSD + "duration")),
    Literal("FRH0", datatype=NamedNode("http://example.org/nuts")),
    Literal(' two  spaces, "quotes", \\ back \t tab \n line \r return, <&> é €'),
    Literal(""),
]


def suite_graph(number: int) -> list[Triple]:
    name = NamedNode(SUITE.format(number))
    document = NamedNode("http://xmlns.com/foaf/0.1/Document")
    return [Triple(name, NamedNode(str(RDF.type)), document)]


def kinds() -> list[Triple]:
    thing, says = NamedNode("http://example.org/thing"), NamedNode("http://example.org/says")
    return [Triple(thing, says, literal) for literal in LITERALS]


@pytest.fixture(scope="module")
def server(tmp_path_factory, queries) -> Iterator[httpx.Client]:
    data = tmp_path_factory.mktemp("w3c")
    graphs = {SUITE.format(number): suite_graph(number) for number in range(4)}
    Publisher(Archive(data)).publish(Change(public={**graphs, ALL_KINDS: kinds()}, full=True))
    with serving(data, queries, workers=1) as client:
        yield client


def post(server: httpx.Client, fields: list[tuple[str, str]]) -> httpx.Response:
    return server.post("/sparql", content=urlencode(fields), headers={"content-type": FORM})


def assert_refused(response: httpx.Response, *statuses: int) -> None:
    assert response.status_code in statuses, response.text
    content = response.json()
    assert response.headers["content-type"] == "application/problem+json"
    assert content["status"] == response.status_code and content["title"] and content["detail"]


# --- SPARQL 1.1 Protocol: queries ---


def test_query_get(server):
    response = server.get("/sparql?query=ASK%20%7B%7D")
    assert response.json()["boolean"] is True


def test_query_post_form(server):
    assert post(server, [("query", "ASK {}")]).json()["boolean"] is True


def test_query_post_direct(server):
    response = server.post("/sparql", content="ASK {}", headers={"content-type": QUERY})
    assert response.json()["boolean"] is True


ONE_DEFAULT = (f"ASK {{ <{SUITE.format(1)}> ?p ?o }}", [("default-graph-uri", SUITE.format(1))])
TWO_DEFAULT = (
    f"ASK {{ <{SUITE.format(1)}> a ?type . <{SUITE.format(2)}> a ?type }}",
    [("default-graph-uri", SUITE.format(1)), ("default-graph-uri", SUITE.format(2))],
)
NAMED = (
    f"ASK {{ GRAPH ?g {{ <{SUITE.format(2)}> ?p ?o }} }}",
    [("named-graph-uri", SUITE.format(1)), ("named-graph-uri", SUITE.format(2))],
)
FULL = (
    f"ASK {{ <{SUITE.format(3)}> a ?type GRAPH ?g {{ <{SUITE.format(1)}> a ?type }} }}",
    [("default-graph-uri", SUITE.format(3)), ("named-graph-uri", SUITE.format(1))],
)


@pytest.mark.parametrize(
    ("query", "dataset"),
    [ONE_DEFAULT, TWO_DEFAULT, NAMED, FULL],
    ids=["default_graph", "default_graphs", "named_graphs", "full"],
)
def test_query_dataset(server, query, dataset):
    fields = [("query", query), *dataset]
    direct = server.post(f"/sparql?{urlencode(dataset)}", content=query, headers={"content-type": QUERY})
    for response in (server.get(f"/sparql?{urlencode(fields)}"), post(server, fields), direct):
        assert response.json()["boolean"] is True
    other = [(name, SUITE.format(0)) for name, _ in dataset]
    assert post(server, [("query", query), *other]).json()["boolean"] is False


def test_query_multiple_dataset(server):
    """The protocol's dataset goes before the query's own."""
    query = f"ASK FROM <{SUITE.format(1)}> {{ <{SUITE.format(1)}> ?p ?o }}"
    assert post(server, [("query", query)]).json()["boolean"] is True
    other = [("query", query), ("default-graph-uri", SUITE.format(2))]
    assert post(server, other).json()["boolean"] is False


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("SELECT (1 AS ?value) {}", {"application/sparql-results+json", "application/sparql-results+xml"}),
        ("ASK {}", {"application/sparql-results+json", "application/sparql-results+xml"}),
        (f"DESCRIBE <{SUITE.format(1)}>", {"application/rdf+xml", "text/turtle; charset=utf-8"}),
        (
            "CONSTRUCT { <s> <p> 1 } WHERE {}".replace("<s> <p>", "<a:s> <a:p>"),
            {"text/turtle; charset=utf-8"},
        ),
    ],
    ids=["select", "ask", "describe", "construct"],
)
def test_query_content_type(server, query, types):
    response = post(server, [("query", query)])
    assert response.status_code == 200 and response.headers["content-type"] in types


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE"])
def test_bad_query_method(server, method):
    response = server.request(method, "/sparql?query=ASK%20%7B%7D")
    assert_refused(response, 405)
    assert response.headers["allow"] == "GET, HEAD, POST, OPTIONS"


def test_bad_multiple_queries(server):
    two = [("query", "ASK {}"), ("query", "SELECT * {}")]
    assert_refused(post(server, two), 400)
    assert_refused(server.get(f"/sparql?{urlencode(two)}"), 400)
    direct = server.post("/sparql?query=ASK%7B%7D", content="ASK {}", headers={"content-type": QUERY})
    assert_refused(direct, 400)


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        ("ASK {}", "text/plain"),  # bad_query_wrong_media_type
        ("query=ASK%20%7B%7D", None),  # bad_query_missing_form_type
        ("ASK {}", None),  # bad_query_missing_direct_type
        ("ASK {}", f"{QUERY}; charset=utf-16"),
    ],
)
def test_bad_query_media_type(server, content, kind):
    headers = {"content-type": kind} if kind else {}
    assert_refused(server.post("/sparql", content=content.encode(), headers=headers), 415)


def test_bad_query_packed(server):
    headers = {"content-type": QUERY, "content-encoding": "gzip"}
    assert_refused(server.post("/sparql", content=b"\x1f\x8b", headers=headers), 415)


def test_bad_query_non_utf8(server):
    for content in ("ASK {}".encode("utf-16"), b'ASK { ?s ?p "\xe9" }'):
        assert_refused(server.post("/sparql", content=content, headers={"content-type": QUERY}), 400)
    assert_refused(server.get("/sparql?query=ASK%7B%3Fs%20%3Fp%20%22%E9%22%7D"), 400)


def test_bad_query_syntax(server):
    assert_refused(post(server, [("query", "ASK {")]), 400)
    assert_refused(post(server, [("query", "")]), 400)


# --- SPARQL 1.1 Protocol: updates, which are all refused, and change nothing ---


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (urlencode({"update": "CLEAR NAMED"}), FORM),  # update_post_form
        ("CLEAR NAMED", UPDATE),  # update_post_direct
        ("CLEAR NAMED", QUERY),
        (urlencode({"update": "CLEAR ALL", "using-graph-uri": SUITE.format(1)}), FORM),
        (urlencode([("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")]), FORM),  # bad_multiple_updates
        ("CLEAR XYZ", UPDATE),  # bad_update_syntax
        ("CLEAR NAMED".encode("utf-16"), UPDATE),  # bad_update_non_utf8
    ],
)
def test_updates(server, content, kind):
    response = server.post("/sparql", content=content, headers={"content-type": kind})
    assert_refused(response, 403)
    assert "Updates are not accepted here" in response.json()["detail"]
    assert post(server, [("query", ONE_DEFAULT[0])]).json()["boolean"] is True


# --- Formats: datatypes and language tags survive in every one ---


def wanted() -> set[tuple[str, str, str]]:
    return {_canon(one.value, one.datatype.value, one.language) for one in LITERALS}


def _canon(value: str, datatype: str, language: str | None) -> tuple[str, str, str]:
    if datatype == XSD + "double":
        value = str(float(value))
    if datatype == XSD + "dateTime":
        value = value.replace("+00:00", "Z")  # rdflib writes it so
    return value, datatype, (language or "").lower()


@pytest.mark.parametrize("format", ["json", "xml"])
def test_rows_keep_datatypes_and_languages(server, format):
    response = server.get(
        "/sparql", params={"query": f"SELECT ?o {{ GRAPH <{ALL_KINDS}> {{ ?s ?p ?o }} }}", "format": format}
    )
    kind = {"json": QueryResultsFormat.JSON, "xml": QueryResultsFormat.XML}[format]
    found = {
        _canon(row["o"].value, row["o"].datatype.value, row["o"].language)
        for row in parse_query_results(response.content, kind)
    }
    assert found == wanted()


def test_tsv_keeps_datatypes_and_languages(server):
    query = f"SELECT ?o {{ GRAPH <{ALL_KINDS}> {{ ?s ?p ?o }} }}"
    content = server.get("/sparql", params={"query": query, "format": "tsv"}).content
    rows = parse_query_results(content, QueryResultsFormat.TSV)
    assert {_canon(row["o"].value, row["o"].datatype.value, row["o"].language) for row in rows} == wanted()


def test_csv_keeps_values(server):
    query = f"SELECT ?o {{ GRAPH <{ALL_KINDS}> {{ ?s ?p ?o }} }}"
    text = server.get("/sparql", params={"query": query, "format": "csv"}).content.decode()
    rows = list(csv.reader(text.removeprefix("o\r\n").splitlines(keepends=True)))
    found = {row[0] if row else "" for row in rows}
    assert {one.value for one in LITERALS if "\n" not in one.value and one.value != "1.0E3"} <= found


@pytest.mark.parametrize("format", ["turtle", "nt", "nquads", "trig", "rdf", "jsonld"])
def test_triples_keep_datatypes_and_languages(server, format):
    query = f"CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH <{ALL_KINDS}> {{ ?s ?p ?o }} }}"
    response = server.get("/sparql", params={"query": query, "format": format})
    names = {"rdf": "xml", "jsonld": "json-ld"}
    graph = Dataset(default_union=True)
    graph.parse(data=response.content, format=names.get(format, format))
    found = {
        _canon(str(o), str(o.datatype or (RDF.langString if o.language else XSD + "string")), o.language)
        for o in graph.objects()
    }
    assert found == wanted()


@pytest.mark.parametrize("format", ["xml", "rdf"])
def test_what_xml_cannot_hold_is_refused_not_sent_broken(server, format):
    literal = '"\\u0001"'
    rows, triples = f"SELECT ({literal} AS ?x) {{}}", f"CONSTRUCT {{ <a:b> <a:c> {literal} }} {{}}"
    response = server.get("/sparql", params={"query": rows if format == "xml" else triples, "format": format})
    assert_refused(response, 406)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_large_answers_are_packed_as_the_client_likes(server, coding):
    query = "SELECT ?a ?b { ?a ?p ?x . ?b ?q ?y }"
    plain = server.get("/sparql", params={"query": query}, headers={"accept-encoding": "identity"})
    for _ in range(2):  # the second comes from memory
        packed = server.get("/sparql", params={"query": query}, headers={"accept-encoding": coding})
        assert packed.headers["content-encoding"] == coding and packed.content == plain.content
        assert packed.headers["etag"] != plain.headers["etag"]
        assert int(packed.headers["content-length"]) * 3 < len(plain.content)
    tag = packed.headers["etag"]
    again = server.get("/sparql", params={"query": query}, headers={"if-none-match": tag})
    assert again.status_code == 304 and again.content == b""


# --- SPARQL 1.1 Service Description, and VoID ---


@pytest.mark.parametrize(
    ("accept", "media", "parser"),
    [
        ("*/*", "text/turtle; charset=utf-8", "turtle"),
        ("application/rdf+xml", "application/rdf+xml", "xml"),
        ("application/ld+json", "application/ld+json", "json-ld"),
        ("application/n-triples", "application/n-triples", "nt"),
    ],
)
def test_the_service_describes_itself(server, accept, media, parser):
    response = server.get("/sparql", headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    graph = Graph().parse(data=response.content, format=parser)
    (service,) = graph.subjects(RDF.type, SD.Service)
    assert graph.value(service, SD.endpoint) == URIRef(f"{server.base_url}/sparql")
    assert (service, SD.supportedLanguage, SD.SPARQL11Query) in graph
    assert (service, SD.supportedLanguage, SD.SPARQL11Update) not in graph
    assert (service, SD.feature, SD.UnionDefaultGraph) in graph
    assert (service, SD.feature, SD.BasicFederatedQuery) not in graph
    offered = set(graph.objects(service, SD.resultFormat))
    names = ("SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV")
    names += ("Turtle", "N-Triples", "RDF_XML", "N-Quads", "TriG", "JSON-LD")
    assert offered == {FORMATS[name] for name in names}


def test_the_description_counts_the_dataset(server):
    graph = Graph().parse(data=server.get("/sparql").content, format="turtle")
    (dataset,) = graph.objects(None, SD.defaultDataset)
    assert (dataset, RDF.type, SD.Dataset) in graph and (dataset, RDF.type, VOID.Dataset) in graph
    assert int(graph.value(dataset, VOID.triples)) == 4 + len(LITERALS)
    assert int(graph.value(dataset, VOID.distinctSubjects)) == 5
    named = {graph.value(one, SD.name) for one in graph.objects(dataset, SD.namedGraph)}
    assert named == {URIRef(SUITE.format(n)) for n in range(4)} | {URIRef(ALL_KINDS)}
    assert int(graph.value(URIRef(ALL_KINDS), VOID.triples)) == len(LITERALS)
    (part,) = graph.objects(dataset, VOID.classPartition)
    assert graph.value(part, VOID["class"]) == URIRef("http://xmlns.com/foaf/0.1/Document")
    assert int(graph.value(part, VOID.entities)) == 4
    parts = {
        str(graph.value(one, VOID.property)): int(graph.value(one, VOID.triples))
        for one in graph.objects(dataset, VOID.propertyPartition)
    }
    assert parts == {str(RDF.type): 4, "http://example.org/says": len(LITERALS)}


def test_the_description_is_not_sent_twice_and_is_rdf_only(server):
    tag = server.get("/sparql").headers["etag"]
    assert server.get("/sparql", headers={"if-none-match": tag}).status_code == 304
    assert_refused(server.get("/sparql", headers={"accept": "application/sparql-results+json"}), 406)


# --- SPARQL 1.1 Graph Store HTTP Protocol, reading ---


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("text/turtle", "text/turtle; charset=utf-8"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("*/*", "text/turtle; charset=utf-8"),
    ],
)
def test_a_graph_is_read_by_its_name(server, accept, media):
    response = server.get("/graphs", params={"graph": ALL_KINDS}, headers={"accept": accept})
    assert (response.status_code, response.headers["content-type"]) == (200, media)
    found = Graph().parse(data=response.content, format="xml" if "xml" in media else "turtle")
    expected = Graph()
    expected.parse(data="\n".join(f"{one} ." for one in kinds()), format="nt")
    assert isomorphic(found, expected)


def test_the_default_graph_is_all_graphs_together_as_in_queries(server):
    found = Graph().parse(data=server.get("/graphs?default").content, format="turtle")
    assert len(found) == 4 + len(LITERALS)


def test_head_says_what_get_would(server):
    get = server.get("/graphs", params={"graph": ALL_KINDS})
    head = server.head("/graphs", params={"graph": ALL_KINDS})
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == get.headers["etag"]
    tag = {"if-none-match": get.headers["etag"]}
    assert server.get("/graphs", params={"graph": ALL_KINDS}, headers=tag).status_code == 304


def test_a_graph_that_is_not_there_is_404_and_no_format_406(server):
    assert_refused(server.get("/graphs", params={"graph": "http://example.org/none"}), 404)
    assert_refused(server.get("/graphs", params={"graph": ALL_KINDS}, headers={"accept": "image/png"}), 406)


@pytest.mark.parametrize("query", ["", "?graph=", f"?default&graph={quote(ALL_KINDS)}"])
def test_a_request_that_names_no_graph_or_two_is_400(server, query):
    assert_refused(server.get(f"/graphs{query}"), 400)


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
@pytest.mark.parametrize("query", ["?default", f"?graph={quote(ALL_KINDS)}"])
def test_nothing_is_written(server, method, query):
    response = server.request(method, f"/graphs{query}", content="<a:b> <a:c> 1 .")
    assert_refused(response, 405)
    assert response.headers["allow"] == "GET, HEAD, OPTIONS"
    assert len(Graph().parse(data=server.get("/graphs?default").content, format="turtle")) == 4 + len(
        LITERALS
    )


# --- Evaluation is the engine's own ---


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?o (STRLEN(STR(?o)) AS ?n) { ?s ?p ?o } ORDER BY ?n STR(?o)",
        "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g",
        "SELECT ?s ?x { ?s a ?t OPTIONAL { ?s <http://example.org/says> ?x } } ORDER BY ?s",
        "SELECT (GROUP_CONCAT(STR(?o); separator='|') AS ?all) { { SELECT ?o { ?s ?p ?o } ORDER BY STR(?o) } }",
    ],
)
def test_answers_equal_the_engines_own(server, query):
    graphs = {SUITE.format(n): suite_graph(n) for n in range(4)} | {ALL_KINDS: kinds()}
    quads = (
        Quad(one.subject, one.predicate, one.object, NamedNode(name))
        for name, triples in graphs.items()
        for one in triples
    )
    output = BytesIO()
    EmbeddedReader.of(quads).query(query).write(output, Format.JSON)
    assert post(server, [("query", query)]).json() == json.loads(output.getvalue())
