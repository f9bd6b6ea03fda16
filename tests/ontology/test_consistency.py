"""Ontology, codes and a whole report fit together; a clash is found."""

from pathlib import Path

import pytest
from owlrl import DeductiveClosure, OWLRL_Semantics
from rdflib import RDF, RDFS, BNode, Dataset, Graph, Namespace, URIRef

ROOT = Path(__file__).parents[2]
REPORT = Path(__file__).parent / "data" / "report.trig"
RG = Namespace("https://w3id.org/regiograph/ns#")
ERROR = URIRef("http://www.daml.org/2002/03/agents/agent-ont#error")


def closure(graph: Graph) -> tuple[Graph, list[str]]:
    """The OWL 2 RL closure, and what the rules found inconsistent."""
    closed = Graph()
    for triple in graph:
        closed.add(triple)
    DeductiveClosure(OWLRL_Semantics).expand(closed)
    errors = [str(message) for _, predicate, message in closed if predicate == ERROR]
    return closed, errors


@pytest.fixture(scope="module")
def vocabulary() -> Graph:
    graph = Graph()
    for file in sorted((ROOT / "ontology").glob("*.ttl")):
        graph.parse(file)
    return graph


@pytest.fixture(scope="module")
def report() -> Graph:
    """A report in the form of docs/model.md, with all it refers to.

    Replaced by the pipeline's own quads, this is the test of the pipeline's data.
    """
    graph = Graph()
    dataset = Dataset()
    dataset.parse(REPORT, format="trig")
    for subject, predicate, value, _ in dataset.quads():
        graph.add((subject, predicate, value))
    return graph


def test_a_report_is_consistent_with_the_ontology(vocabulary, report):
    closed, errors = closure(vocabulary + report)
    assert errors == []
    brittany = URIRef("https://w3id.org/regiograph/id/region/FRH0")
    assert (brittany, RDF.type, RG.Region) in closed


def test_a_report_uses_declared_terms_only(vocabulary, report):
    own = {str(term) for term in vocabulary.subjects() if str(term).startswith(RG)}
    used = {str(node) for triple in report for node in triple if str(node).startswith(RG)}
    assert used <= own


def test_a_report_has_no_blank_node(report):
    assert not [node for node in report.all_nodes() if isinstance(node, BNode)]


@pytest.mark.parametrize(
    "triples",
    [
        [("x", RDF.type, "Region"), ("x", RDF.type, "ProgressReport")],
        [("x", RDF.type, "NutsRegion"), ("x", RDF.type, "MentionInDoubt")],
        [("x", "leads", "y"), ("p", "participant", "x"), ("p", RDF.type, "WorkingArea")],
    ],
    ids=["two types", "a sub-type", "by domain"],
)
def test_a_clash_is_found(vocabulary, triples):
    graph = Graph()
    for triple in triples:
        graph.add(tuple(RG[term] if not isinstance(term, URIRef) else term for term in triple))
    _, errors = closure(vocabulary + graph)
    assert errors


def test_whoever_co_leads_leads(vocabulary):
    graph = Graph()
    graph.add((RG.someone, RG.coLeads, RG.something))
    closed, _ = closure(vocabulary + graph)
    assert (RG.someone, RG.leads, RG.something) in closed


def test_supertypes_reach_the_reused_vocabularies(vocabulary):
    organization = URIRef("http://www.w3.org/ns/org#Organization")
    assert (RG.DigitalInnovationHub, RDFS.subClassOf, organization) in vocabulary
