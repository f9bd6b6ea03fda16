"""An edition and its SPARQL service in their own words: VoID with counts, SPARQL 1.1 Service Description.

What is counted is asked in SPARQL, so any store can be asked; what is counted of a large edition may be left
out. Nodes have names made from the edition's address: no blank nodes.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from regiograph.editions import Manifest
from regiograph.examples import GRAPH as EXAMPLES
from regiograph.iris import DCTERMS, RDF, RDFS, RG, XSD
from regiograph.store.formats import Format

VOID = "http://rdfs.org/ns/void#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
PAV = "http://purl.org/pav/"
LICENCE = "https://creativecommons.org/licenses/by/4.0/"
MOST_GRAPHS = 1000  # that a description lists one by one

_FORMAT_NAMES = {
    Format.JSON: "SPARQL_Results_JSON",
    Format.XML: "SPARQL_Results_XML",
    Format.CSV: "SPARQL_Results_CSV",
    Format.TSV: "SPARQL_Results_TSV",
    Format.TURTLE: "Turtle",
    Format.N_TRIPLES: "N-Triples",
    Format.N_QUADS: "N-Quads",
    Format.TRIG: "TriG",
    Format.RDF_XML: "RDF_XML",
    Format.JSON_LD: "JSON-LD",
}

COUNTING = {
    "classes": "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { ?s a ?name } GROUP BY ?name ORDER BY ?name",
    "properties": "SELECT ?name (COUNT(*) AS ?n) { ?s ?name ?o } GROUP BY ?name ORDER BY ?name",
    "subjects": "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }",
    "objects": "SELECT (COUNT(DISTINCT ?o) AS ?n) { ?s ?p ?o }",
}
"""What is counted of an edition: for classes and properties, a count by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What was counted of an edition; what took too long is empty, or nothing."""

    classes: Mapping[str, int] = field(default_factory=dict)
    properties: Mapping[str, int] = field(default_factory=dict)
    subjects: int | None = None
    objects: int | None = None


def void(manifest: Manifest, counts: Counts, *, base: str, endpoint: str) -> Iterator[Triple]:
    """An edition as a void:Dataset, with the sizes of its graphs, classes and properties."""
    dataset = dataset_iri(manifest, base)
    yield from _node(dataset, VOID + "Dataset")
    yield _text(dataset, DCTERMS + "title", f"Regiograph, edition {manifest.number}")
    yield _typed(dataset, DCTERMS + "issued", manifest.created, "dateTime")
    yield _text(dataset, DCTERMS + "identifier", manifest.hash, language="")
    yield _text(dataset, PAV + "version", str(manifest.number), language="")
    yield _link(dataset, DCTERMS + "license", LICENCE)
    yield _link(dataset, VOID + "sparqlEndpoint", endpoint)
    yield _text(dataset, VOID + "uriSpace", f"{base}/id/", language="")
    yield _link(dataset, VOID + "vocabulary", RG)
    yield _count(dataset, "triples", manifest.quads)
    for name, number in (("distinctSubjects", counts.subjects), ("distinctObjects", counts.objects)):
        if number is not None:
            yield _count(dataset, name, number)
    if counts.properties:
        yield _count(dataset, "properties", len(counts.properties))
    if counts.classes:
        yield _count(dataset, "classes", len(counts.classes))
    yield from _partitions(dataset, "class", counts.classes, "entities")
    yield from _partitions(dataset, "property", counts.properties, "triples")


def service(
    manifest: Manifest,
    counts: Counts,
    *,
    base: str,
    endpoint: str,
    tables: Iterable[Format],
    graphs: Iterable[Format],
    asks: Collection[str] = (),
) -> Iterator[Triple]:
    """The service at an endpoint: what it speaks, what it answers from, and what its SERVICE `asks`."""
    node = f"{endpoint}#service"
    yield from _node(node, SD + "Service")
    yield _link(node, SD + "endpoint", endpoint)
    yield _link(node, SD + "supportedLanguage", SD + "SPARQL11Query")
    yield _link(node, SD + "feature", SD + "UnionDefaultGraph")
    if asks:
        yield _link(node, SD + "feature", SD + "BasicFederatedQuery")
    for address in sorted(asks):
        yield _link(node, DCTERMS + "requires", address)
    yield _link(node, RDFS + "seeAlso", f"{base}/graph/{EXAMPLES}")
    for format in (*tables, *graphs):
        yield _link(node, SD + "resultFormat", FORMATS + _FORMAT_NAMES[format])
    yield from _dataset(node, manifest, dataset_iri(manifest, base), endpoint)
    yield from void(manifest, counts, base=base, endpoint=endpoint)


def dataset_iri(manifest: Manifest, base: str) -> str:
    """The address of an edition."""
    return f"{base}/edition/{manifest.number}"


def _dataset(node: str, manifest: Manifest, dataset: str, endpoint: str) -> Iterator[Triple]:
    default = f"{endpoint}#default-graph"
    yield _link(node, SD + "defaultDataset", dataset)
    yield _link(node, SD + "availableGraphs", dataset)
    yield from _node(dataset, SD + "Dataset", SD + "GraphCollection")
    yield _link(dataset, SD + "defaultGraph", default)
    yield from _node(default, SD + "Graph")
    yield _count(default, "triples", manifest.quads)
    named = sorted(name for name in manifest.graphs if name)
    for name in named[:MOST_GRAPHS]:
        entry = f"{dataset}#graph-{quote(name, safe='')}"
        yield _link(dataset, SD + "namedGraph", entry)
        yield from _node(entry, SD + "NamedGraph")
        yield _link(entry, SD + "name", name)
        yield _link(entry, SD + "graph", name)
        yield from _node(name, SD + "Graph")
        yield _count(name, "triples", manifest.graphs[name].quads)


def _partitions(dataset: str, kind: str, counts: Mapping[str, int], unit: str) -> Iterator[Triple]:
    for name, number in counts.items():
        part = f"{dataset}#{kind}-{quote(name, safe='')}"
        yield _link(dataset, f"{VOID}{kind}Partition", part)
        yield _link(part, VOID + kind, name)
        yield _count(part, unit, number)


def _node(node: str, *kinds: str) -> Iterator[Triple]:
    for kind in kinds:
        yield _link(node, RDF + "type", kind)


def _link(node: str, name: str, target: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), NamedNode(target))


def _text(node: str, name: str, text: str, *, language: str = "en") -> Triple:
    literal = Literal(text, language=language) if language else Literal(text)
    return Triple(NamedNode(node), NamedNode(name), literal)


def _typed(node: str, name: str, text: str, kind: str) -> Triple:
    return Triple(NamedNode(node), NamedNode(name), Literal(text, datatype=NamedNode(XSD + kind)))


def _count(node: str, name: str, number: int) -> Triple:
    return _typed(node, VOID + name, str(number), "integer")
