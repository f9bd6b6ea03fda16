"""The shapes themselves: readable by people, forms and documentation."""

import re
from pathlib import Path

import pyshacl
import pytest
from rdflib import RDF, RDFS, SH, SKOS, XSD, Graph, Namespace, URIRef

ROOT = Path(__file__).parents[2]
RG = Namespace("https://w3id.org/regiograph/ns#")
RGS = Namespace("https://w3id.org/regiograph/shapes#")
CODE = Namespace("https://w3id.org/regiograph/code/")

SHAPES = Graph()
for file in sorted((ROOT / "shapes").glob("*.ttl")):
    SHAPES.parse(file)
CODES = Graph().parse(ROOT / "ontology" / "codes.ttl")
RULES = sorted({rule for rule in SHAPES.subjects(SH.message) if isinstance(rule, URIRef)})
FIELDS = {field: mandatory.toPython() for field, mandatory in CODES.subject_objects(RG.mandatory)}
FOR_PEOPLE = [rule for rule in RULES if SHAPES.value(rule, SH.group) != RGS["group-graph"]]
JARGON = re.compile(r"\b(SHACL|IRI|URI|RDF|xsd|node|nœud|literal|triple|graph|class|datatype|shape)\b", re.I)


def languages(rule, predicate):
    return sorted(text.language for text in SHAPES.objects(rule, predicate))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.removeprefix(RGS))
def test_every_rule_can_be_read(rule):
    assert rule.startswith(RGS)
    for predicate in (SH.name, SH.description, SH.message):
        assert languages(rule, predicate) == ["en", "fr"]
    assert all(str(text).endswith(".") for text in SHAPES.objects(rule, SH.message))
    order = SHAPES.value(rule, SH.order)
    assert order.datatype in (XSD.integer, XSD.decimal)
    assert SHAPES.value(rule, SH.severity) in (SH.Violation, SH.Warning, SH.Info)
    assert (SHAPES.value(rule, SH.group), RDF.type, SH.PropertyGroup) in SHAPES


@pytest.mark.parametrize("rule", FOR_PEOPLE, ids=lambda rule: rule.removeprefix(RGS))
def test_messages_speak_plainly(rule):
    for message in SHAPES.objects(rule, SH.message):
        if message.language == "en" and "our mistake" not in message:
            assert not JARGON.search(message)


def test_no_two_rules_of_a_group_stand_in_one_place():
    places = [(SHAPES.value(rule, SH.group), SHAPES.value(rule, SH.order)) for rule in RULES]
    assert len(set(places)) == len(places)


def test_every_field_is_spoken_of():
    assert set(SHAPES.objects(None, RG.aboutField)) == set(FIELDS)


def test_only_mandatory_fields_and_secrets_are_violations():
    severe = {rule for rule in FOR_PEOPLE if SHAPES.value(rule, SH.severity) == SH.Violation}
    about = {field for rule in severe for field in SHAPES.objects(rule, RG.aboutField)}
    mandatory = {field for field, needed in FIELDS.items() if needed}
    assert about == mandatory | {CODE["field/self-assessment"]}


def test_every_mandatory_field_is_required_by_one_shape():
    required = [
        field
        for rule in SHAPES.objects(RGS.Report, SH.property)
        if (rule, SH.minCount, None) in SHAPES
        for field in SHAPES.objects(rule, RG.aboutField)
    ]
    assert sorted(required) == sorted(field for field, needed in FIELDS.items() if needed)


def test_paths_go_forward_and_targets_are_classes():
    assert not set(SHAPES.subjects(SH.inversePath))
    for target in (SH.target, SH.targetNode, SH.targetSubjectsOf, SH.targetObjectsOf):
        assert not set(SHAPES.subjects(target))


def test_no_shape_asks_for_properties_it_does_not_name():
    """The fast validator is given only what the shapes name."""
    assert not set(SHAPES.subjects(SH.closed))
    for query in SHAPES.objects(None, SH.select):
        assert "!" not in str(query)  # a negated path
        assert not re.search(r"[{.;]\s*[?$]\w+\s+\?\w+\s+\S", str(query))  # a variable


def test_sparql_only_where_nothing_else_can_say_it():
    rules = {str(rule).removeprefix(RGS) for rule in SHAPES.subjects(SH.sparql)}
    assert rules == {
        *("EU13-justification", "Blank-eu13-involvement"),  # reads the list of countries
        *("WorkingAreas-lead", "WorkingAreas-all-or-names", "WorkingAreas-listed"),  # participations point in
        *("Events-past-in-period", "Events-planned-after-period", "Report-start-plausible"),  # two nodes
    }


def test_property_shapes_have_iris_and_belong_to_a_node_shape():
    held = set(SHAPES.objects(None, SH.property))
    for shape in SHAPES.subjects(RDF.type, SH.PropertyShape):
        assert shape.startswith(RGS)
        assert shape in held


def test_the_shapes_are_valid_shacl():
    conforms, _, text = pyshacl.validate(Graph(), shacl_graph=SHAPES, meta_shacl=True)
    assert conforms, text


def test_classes_and_codes_that_shapes_name_exist():
    known = set(CODES.subjects()) | set(Graph().parse(ROOT / "ontology" / "regiograph.ttl").subjects())
    for node in SHAPES.all_nodes():
        if str(node).startswith((str(RG), str(CODE))) and isinstance(node, URIRef):
            assert node in known


def test_names_of_fields_are_the_questions_own():
    for rule in FOR_PEOPLE:
        for field in SHAPES.objects(rule, RG.aboutField):
            assert list(CODES.objects(field, SKOS.prefLabel))
    assert set(languages(RGS["group-report"], RDFS.label)) == {"en", "fr"}
