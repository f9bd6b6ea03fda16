"""Every term is explained, every term in use is declared, and the ontology says where it comes from."""

import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, RDFS, SKOS, Graph, Namespace, URIRef
from rdflib.namespace import DCTERMS, VANN

ROOT = Path(__file__).parents[2]
RG = Namespace("https://w3id.org/regiograph/ns#")
CODE = Namespace("https://w3id.org/regiograph/code/")
ONTOLOGY = URIRef("https://w3id.org/regiograph/ns")
BIBO_STATUS = URIRef("http://purl.org/ontology/bibo/status")

VOCABULARY = Graph().parse(ROOT / "ontology" / "regiograph.ttl")
CODES = Graph().parse(ROOT / "ontology" / "codes.ttl")
OWN = sorted({term for term in VOCABULARY.subjects() if term.startswith(RG)})
CONCEPTS = sorted(set(CODES.subjects(RDF.type, SKOS.Concept)))

# Labels that questions and expected answers depend on.
LABELS = {
    "role/lead": "lead",
    "role/co-lead": "co-lead",
    "role/lead-support": "supports the lead",
    "role/involved": "involved",
    "role/interested": "interested",
    "role/participating": "participating",
    "status/past": "past",
    "status/not-in-export": "not in export",
    "status/blank": "blank",
    "status/achieved": "achieved",
    "status/ongoing": "ongoing",
    "helix/public": "Public authorities",
    "helix/academia": "Academia and research",
    "helix/business": "Business and industry",
    "helix/intermediary": "Clusters, networks and intermediaries",
    "field/reporting-period": "Reporting period",
    "field/webpage": "Partnership's webpage",
}
MANDATORY = {
    *("reporting-period", "partnership-name", "start-date", "webpage", "executive-summary"),
    *("leading-regions", "participating-regions"),
}


def texts(graph, subject, predicate):
    return {(text.language, str(text)) for text in graph.objects(subject, predicate)}


def languages(graph, subject, predicate):
    return sorted(text.language for text in graph.objects(subject, predicate))


@pytest.mark.parametrize("term", OWN, ids=lambda term: term.split("#")[-1])
def test_every_own_term_is_explained(term):
    assert languages(VOCABULARY, term, RDFS.label) == ["en", "fr"]
    assert languages(VOCABULARY, term, SKOS.definition) == ["en", "fr"]
    assert all(text.endswith(".") for _, text in texts(VOCABULARY, term, SKOS.definition))
    assert list(VOCABULARY.objects(term, RDFS.isDefinedBy)) == [ONTOLOGY]


def test_no_two_terms_of_one_kind_share_a_label():
    seen: dict[tuple[str, str], str] = {}
    for term in OWN:
        kind = str(VOCABULARY.value(term, RDF.type))
        label = next(text for language, text in texts(VOCABULARY, term, RDFS.label) if language == "en")
        assert seen.setdefault((kind, label), term) == term


@pytest.mark.parametrize("page", ["docs/model.md", "ontology/codes.ttl", "ontology/alignments.ttl"])
def test_every_term_in_use_is_declared(page):
    used = set(re.findall(r"\brg:(\w+)", (ROOT / page).read_text()))
    assert used
    assert used <= {term.removeprefix(RG) for term in OWN}


def test_every_term_that_shapes_use_is_declared():
    shapes = "".join(file.read_text() for file in (ROOT / "shapes").glob("*.ttl"))
    assert set(re.findall(r"\brg:(\w+)", shapes)) <= {term.removeprefix(RG) for term in OWN}


@pytest.mark.parametrize(
    "predicate",
    [
        *(DCTERMS.title, DCTERMS.description, DCTERMS.abstract, DCTERMS.license, DCTERMS.creator),
        *(DCTERMS.publisher, DCTERMS.created, DCTERMS.issued, DCTERMS.modified),
        *(DCTERMS.bibliographicCitation, DCTERMS.source, OWL.versionIRI, OWL.versionInfo, BIBO_STATUS),
        *(VANN.preferredNamespacePrefix, VANN.preferredNamespaceUri),
    ],
)
def test_the_metadata_is_complete(predicate):
    assert (ONTOLOGY, predicate, None) in VOCABULARY


def test_version_licence_and_namespace_are_what_they_should_be():
    version = str(VOCABULARY.value(ONTOLOGY, OWL.versionInfo))
    assert VOCABULARY.value(ONTOLOGY, OWL.versionIRI) == URIRef(f"{ONTOLOGY}/{version}")
    licence = URIRef("https://creativecommons.org/licenses/by/4.0/")
    assert VOCABULARY.value(ONTOLOGY, DCTERMS.license) == licence
    assert str(VOCABULARY.value(ONTOLOGY, VANN.preferredNamespaceUri)) == str(RG)


@pytest.mark.parametrize("concept", CONCEPTS, ids=lambda concept: concept.removeprefix(CODE))
def test_every_code_is_explained(concept):
    assert languages(CODES, concept, SKOS.prefLabel) == ["en", "fr"]
    assert languages(CODES, concept, SKOS.definition) == ["en", "fr"]
    english = {text for language, text in texts(CODES, concept, SKOS.prefLabel) if language == "en"}
    assert {str(label) for label in CODES.objects(concept, RDFS.label)} == english
    assert str(CODES.value(concept, SKOS.notation)) == concept.rsplit("/", 1)[1]
    scheme = CODES.value(concept, SKOS.inScheme)
    assert (scheme, RDF.type, SKOS.ConceptScheme) in CODES


@pytest.mark.parametrize(("code", "label"), LABELS.items())
def test_labels_that_answers_depend_on(code, label):
    english = [text for text in CODES.objects(CODE[code], SKOS.prefLabel) if text.language == "en"]
    assert [str(text) for text in english] == [label]


def test_seven_fields_are_mandatory():
    fields = {field: mandatory.toPython() for field, mandatory in CODES.subject_objects(RG.mandatory)}
    assert len(fields) == 22
    assert {field.rsplit("/", 1)[1] for field, mandatory in fields.items() if mandatory} == MANDATORY


def test_codes_agree_with_the_states_and_roles_that_reports_use():
    from ingest.report import Role, State

    for scheme, members in (("status", State), ("role", Role)):
        known = {concept.rsplit("/", 1)[1] for concept in CODES.subjects(SKOS.inScheme, CODE[scheme])}
        assert {str(member) for member in members} <= known


def test_eu13_has_thirteen_members():
    assert len(set(CODES.objects(CODE.eu13, SKOS.member))) == 13
