"""The graphs that the validator walks: what rdflib's own would answer, and the same findings."""

import pyshacl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import SH, Graph, Literal, URIRef

from ingest.shacl import JudgedGraph, Rules
from regiograph.iris import RG
from regiograph.rooms import room

NAMES = [URIRef(f"https://example.org/{letter}") for letter in "abcd"]
TERMS = st.sampled_from(NAMES)
VALUES = st.one_of(TERMS, st.sampled_from([Literal("1"), Literal(1), Literal("1", lang="en")]))
TRIPLES = st.lists(st.tuples(TERMS, TERMS, VALUES), max_size=25)


def maybe(terms):
    return st.one_of(st.none(), terms)


@given(TRIPLES, maybe(TERMS), maybe(TERMS), maybe(VALUES))
def test_every_pattern_finds_what_rdflib_finds(triples, subject, predicate, value):
    plain, ours = Graph(), JudgedGraph(triples)
    for triple in triples:
        plain.add(triple)
    pattern = (subject, predicate, value)
    assert sorted(ours.triples(pattern)) == sorted(plain.triples(pattern))
    assert (pattern in ours, len(ours)) == (pattern in plain, len(plain))


def test_queries_with_paths_and_bindings_are_answered():
    a, b, c, d = NAMES
    graph = JudgedGraph([(a, b, c), (c, b, d), (d, b, Literal(3))])
    query = f"SELECT ?x {{ $this <{b}>+ ?x FILTER NOT EXISTS {{ ?x <{c}> ?y }} }}"
    for _ in range(2):  # the second time it is not parsed again
        found = graph.query(query, initBindings={"this": a})
        assert {row.x for row in found} == {c, d, Literal(3)}


@pytest.mark.parametrize("removed", [(), ("reportedStart", "hasLead"), ("evidence",), ("role", "field")])
def test_the_validator_finds_the_same_as_in_plain_graphs(walked, removed):
    name = next(name for name in walked.graphs if "derived" not in name)
    gone = {RG + each for each in removed}
    text = "\n".join(f"{quad.triple} ." for quad in walked.graphs[name] if quad.predicate.value not in gone)
    plain, shapes = Graph().parse(data=text, format="nt"), Graph()
    for file in room("shapes").glob("*.ttl"):
        shapes.parse(file)

    def found(data, rules):
        _, report, _ = pyshacl.validate(data, shacl_graph=rules, inplace=True, do_owl_imports=False)
        keys = (SH.focusNode, SH.sourceShape, SH.value, SH.resultPath, SH.resultSeverity)
        results = report.objects(None, SH.result)
        return sorted([tuple(str(report.value(each, key)) for key in keys) for each in results])

    ours = found(JudgedGraph(plain), Rules.read(shapes))
    assert ours == found(plain, shapes)
    assert len(ours) > 10
