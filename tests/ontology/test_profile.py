"""The vocabulary stays in OWL 2 RL and OWL 2 DL, and the check that says so can fail."""

from pathlib import Path

import pytest
from owl_profile import violations
from rdflib import Graph

ONTOLOGY = Path(__file__).parents[2] / "ontology"

PREFIXES = """
@prefix rg: <https://w3id.org/regiograph/ns#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""

PLANTED = {
    "rg:Region rdfs:subClassOf [ a owl:Restriction ; owl:onProperty rg:country ; "
    "owl:someValuesFrom rg:Region ] .": "restriction not allowed as superclass",
    "[ owl:unionOf ( rg:Region rg:Claim ) ] a owl:Class . rg:Candidate rdfs:subClassOf "
    "[ a owl:Class ; owl:unionOf ( rg:Region rg:Claim ) ] .": "class expression not allowed as superclass",
    "rg:Region rdfs:subClassOf [ a owl:Restriction ; owl:onProperty rg:country ; "
    "owl:maxCardinality 2 ] .": "restriction not allowed as superclass",
    "[ a owl:Restriction ; owl:onProperty rg:country ; owl:allValuesFrom rg:Region ] "
    "rdfs:subClassOf rg:Region .": "restriction not allowed as subclass",
    "rg:Region owl:disjointUnionOf ( rg:NutsRegion rg:Place ) .": "construct outside OWL 2 RL",
    "rg:worksWith a owl:ReflexiveProperty .": "type outside OWL 2 RL",
    "owl:Thing rdfs:subClassOf rg:Region .": "owl:Thing",
    "rg:Regoin rdfs:subClassOf rg:Region .": "undeclared class",
    "rg:someone a rg:Regoin .": "undeclared class",
    "rg:someone rg:leedz rg:something .": "undeclared property",
    "rg:leads rdfs:subPropertyOf rg:leedz .": "undeclared property",
    "rg:leads a owl:DatatypeProperty .": "property of two kinds",
    "rg:leads rdfs:subPropertyOf rg:started .": "sub-property of another kind",
    "rg:Region a rdfs:Datatype .": "both class and datatype",
    "rdfs:label rdfs:subPropertyOf rg:aboutField .": "reserved vocabulary redefined",
    "rg:started rdfs:range xsd:date .": "datatype outside OWL 2 RL",
    "rg:someone rg:started '2018-02-01'^^xsd:date .": "literal of a datatype outside OWL 2 RL",
    "rg:someone rg:leads 'the partnership' .": "literal as value of an object property",
    "rg:someone rg:started rg:then .": "node as value of a datatype property",
    "rg:worksWith a owl:TransitiveProperty , owl:AsymmetricProperty .": "composite property",
    "rg:coLeadsWith a owl:TransitiveProperty . rg:worksWith a owl:FunctionalProperty .": "composite property",
}
ALLOWED = [
    "[ a owl:Restriction ; owl:onProperty rg:country ; owl:someValuesFrom rg:Region ] "
    "rdfs:subClassOf rg:Region .",
    "rg:Region rdfs:subClassOf [ a owl:Restriction ; owl:onProperty rg:country ; owl:maxCardinality 1 ] .",
    "rg:Region rdfs:subClassOf [ a owl:Class ; owl:complementOf rg:Claim ] .",
    "rg:worksWith a owl:SymmetricProperty .",
    "[] a owl:AllDisjointClasses ; owl:members ( rg:Region rg:Claim ) .",
]


@pytest.fixture
def vocabulary() -> Graph:
    graph = Graph()
    for file in sorted(ONTOLOGY.glob("*.ttl")):
        graph.parse(file)
    return graph


def test_the_vocabulary_is_in_the_profile(vocabulary):
    assert violations(vocabulary) == []


def test_the_ontology_stands_alone():
    assert violations(Graph().parse(ONTOLOGY / "regiograph.ttl")) == []


@pytest.mark.parametrize(("turtle", "expected"), PLANTED.items(), ids=range(len(PLANTED)))
def test_a_planted_violation_is_found(vocabulary, turtle, expected):
    vocabulary.parse(data=PREFIXES + turtle, format="turtle")
    found = violations(vocabulary)
    assert any(violation.startswith(expected) for violation in found), found


@pytest.mark.parametrize("turtle", ALLOWED)
def test_what_the_profile_permits_passes(vocabulary, turtle):
    vocabulary.parse(data=PREFIXES + turtle, format="turtle")
    assert violations(vocabulary) == []


def test_the_ontology_has_no_blank_node(vocabulary):
    assert not [node for node in vocabulary.all_nodes() if not node.n3().startswith(("<", '"'))]
