"""The doctor, on the demo's graph: each mistake people make, and the way out that was seen to help."""

import asyncio
import io
import json

import pytest

from regiograph.doctor import Doctor
from regiograph.doctor.culprits import culprits
from regiograph.doctor.doctor import unreadable
from regiograph.doctor.outline import NotUnderstood, outline
from regiograph.doctor.probes import Probes
from regiograph.editions import Editions
from regiograph.errors import QueryTooSlow
from regiograph.iris import Iris
from regiograph.questions import Questions, unquoted, without_header
from regiograph.rooms import room
from regiograph.store import Format

QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))
PROLOGUE = """\
PREFIX rg: <https://w3id.org/regiograph/ns#>
PREFIX role: <https://w3id.org/regiograph/code/role/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
PREFIX region: <https://w3id.org/regiograph/id/region/>
"""
AREA = "Inter regional Cyber Range Platform"


@pytest.fixture(scope="module")
def ask(demo_data):
    store = Editions(demo_data).current().store

    async def asking(text):
        output = io.BytesIO()
        store.query(text).write(output, Format.JSON)
        return json.loads(output.getvalue())

    return asking


@pytest.fixture(scope="module")
def doctor():
    return Doctor()


@pytest.fixture
def diagnose(doctor, ask):
    def diagnosing(text):
        return asyncio.run(Doctor().diagnose(text, 0, 1, None, ask))

    return diagnosing


@pytest.mark.parametrize(
    ("body", "kind", "word", "line"),
    [
        ("?p rg:participants ?x ; rg:role role:lead", "unknown-term", "rg:participant ", 7),
        ("?p rg:participant ?x ;\n rg:role role:leader", "unknown-term", "role:lead", 8),
        ("?x a rg:WorkingAreas", "unknown-term", "rg:WorkingArea ", 7),
        (
            "GRAPH <https://w3id.org/regiograph/graph/region> { ?x a rg:NutsRegion }",
            "unknown-term",
            "/regions>",
            7,
        ),
        (f'?x rdfs:label "{AREA}"@en', "language-tag", f'"{AREA}" ', 7),
        (f'?x a rg:WorkingArea ; rdfs:label "{AREA.lower()}"', "case", f'"{AREA}"', 7),
        (
            '?x a rg:WorkingArea ; rdfs:label ?l FILTER(CONTAINS(?l, "cyber range"))',
            "case",
            '"Cyber Range"',
            7,
        ),
        (
            '?x a rg:WorkingArea ; rdfs:label ?l FILTER(CONTAINS(?l, "Syber Ragne"))',
            "spelling",
            '"Cyber Range"',
            7,
        ),
        ('?x skos:prefLabel ?l FILTER(LANG(?l) = "EN" && ?x = role:lead)', "language-tag", '"en"', 7),
        ("region:FR52 rg:leads ?x", "retired-code", "region:FRH0", 7),
        ("region:FRH rg:leads ?x", "retired-code", "region:FRH0", 7),
        ('?r rg:nutsCode "FRH" ; rg:leads ?x', "retired-code", '"FRH0"', 7),
        ('?x rg:lineStart "85"', "datatype", '"85"^^<http://www.w3.org/2001/XMLSchema#integer>', 7),
        ("?x rg:lineStart ?n FILTER(?n > 5000)", "range", "?x rg:lineStart ?n", 7),
        ("?x rg:participant ?p . ?x a rg:Region", "direction", "?p rg:participant ?x", 7),
        ("region:EE rg:leads ?x . ?x a rg:WorkingArea", "predicate", "rg:involvedIn", 7),
        ('?x rdfs:label "Bretagne"', "predicate", 'skos:prefLabel "Bretagne"@', 7),
        ("?x a rg:WorkingArea ; rg:nutsCode ?c", "no-match", "OPTIONAL", 7),
        ("?x a rg:WorkingArea FILTER NOT EXISTS { ?x rdfs:label ?l }", "no-match", "?x a rg:WorkingArea", 7),
        ("{ ?x rg:leeds ?w } UNION { ?x rg:coLead ?w }", "unknown-term", "rg:leads ", 7),
    ],
)
def test_each_mistake_is_named_with_a_query_that_has_rows(diagnose, ask, body, kind, word, line):
    found = diagnose(f"{PROLOGUE}SELECT ?x {{ {body} }}")
    finding = found.findings[-1]
    assert found.findings[0].kind == kind and found.complete and found.probes < 60
    assert finding.where.startswith(f"line {line}, column ")
    assert word in finding.query
    assert len(asyncio.run(ask(finding.query))["results"]["bindings"]) == finding.rows > 0


def test_two_mistakes_are_found_one_after_the_other(diagnose):
    body = f'?p rg:participants ?x ; rg:participatesIn ?w . ?w rdfs:label "{AREA}"@fr'
    first, second = diagnose(f"{PROLOGUE}SELECT ?x {{ {body} }}").findings
    assert (first.kind, second.kind) == ("unknown-term", "language-tag")
    assert first.query is None and "rg:participant ?x" in second.query and second.rows == 8


def test_a_prefix_that_is_declared_otherwise_is_mended_where_it_is_declared(diagnose):
    text = "PREFIX rg: <https://w3id.org/regiograph/ns/>\nSELECT ?x { ?p rg:participant ?x }"
    (finding,) = diagnose(text).findings
    assert finding.query.startswith("PREFIX rg: <https://w3id.org/regiograph/ns#>") and finding.rows > 100


def test_what_stands_behind_the_pattern_may_be_the_cause(diagnose):
    counted = "SELECT ?x (COUNT(*) AS ?n) { ?p rg:participant ?x } GROUP BY ?x HAVING(COUNT(*) > 9999)"
    for text, word in ((counted, "HAVING"), ("SELECT ?x { ?p rg:participant ?x } OFFSET 99999", "OFFSET")):
        (finding,) = diagnose(PROLOGUE + text).findings
        assert finding.kind == "modifier" and word in finding.what


def test_the_culprits_are_the_smallest_set(ask):
    body = "?x rdfs:label ?l . ?x a rg:WorkingArea . ?x rg:rowNumber ?n . ?x a rg:NutsRegion . OPTIONAL { ?x ?p ?o }"
    query = outline(f"{PROLOGUE}SELECT ?x {{ {body} }}")
    found = asyncio.run(culprits(query, query.where, Probes(ask, most=40, seconds=20, each=5)))
    assert [one.text for one in found] in (
        ["?x a rg:WorkingArea .", "?x a rg:NutsRegion ."],
        ["?x rg:rowNumber ?n .", "?x a rg:NutsRegion ."],
    )


@pytest.mark.parametrize(
    ("name", "asked", "mended"),
    [
        ("co-leads", {"topic": "cyber rnage"}, {"topic": "Cyber Range"}),
        ("members", {"partnership": "Cyber security"}, {"partnership": "Cybersecurity"}),
        ("closest-partners", {"region": "ES2"}, {"region": "ES21"}),
    ],
)
def test_of_a_named_question_the_words_are_mended(diagnose, name, asked, mended):
    question = QUESTIONS[name]
    finding = diagnose(without_header(question.asked(asked))).findings[-1]
    assert {key: question.words_in(finding.query)[key] for key in mended} == mended and finding.rows


def test_probes_are_bounded_and_what_is_not_known_is_not_claimed(ask):
    async def slow(text):
        raise QueryTooSlow("Stopped.", where="the query", way_out="Wait.")

    text = f"{PROLOGUE}SELECT ?x {{ ?x a rg:Nothing ; rdfs:label ?l }}"
    found = asyncio.run(Doctor().diagnose(text, 0, 1, None, slow))
    assert not found.complete and found.findings == () and found.probes < 20


@pytest.mark.parametrize(
    "text", ["", "{", "SELECT", "SELECT * {" + "{" * 150, "ASK { SERVICE <http://e> {} }", "😀" * 50]
)
def test_what_cannot_be_taken_apart_does_no_harm(diagnose, text):
    with pytest.raises(NotUnderstood):
        outline(text)
    assert [finding.kind for finding in diagnose(text).findings] == ["not-understood"]


def test_every_query_of_the_house_can_be_taken_apart():
    for question in QUESTIONS.values():
        taken = outline(question.text)
        assert taken.where.elements and taken.tail is not None, question.name


def test_a_prefix_that_is_not_declared_is_told_with_its_declaration(ask):
    text = "SELECT ?x {\n ?x skos:prefLabel ?l ; nope:x ?y }"
    known, unknown = unreadable(text)
    assert known.where == "line 2, column 5 of the query" and unknown.query is None
    assert known.query.startswith("PREFIX skos: <http://www.w3.org/2004/02/skos/core#>\nSELECT")


@pytest.mark.parametrize("body, kind, word", [
    ("?a a ?b . ?c rdfs:label ?d", "cartesian-product", "share no variable"),
    ("?a ?p ?b . OPTIONAL { ?c rdfs:label ?d } ?b ?q ?c", "wide-pattern", "?a ?p ?b"),
    ("?a rdfs:label ?b . { ?c rdfs:label ?d }", "cartesian-product", "×"),
    ("?a <http://www.w3.org/2004/02/skos/core#broader>* ?b", "endless-path", "any number of times"),
    ("?a skos:altLabel ?b", "no-limit", "LIMIT"),
])  # fmt: skip
def test_the_expensive_pattern_is_named_without_running_the_query(ask, body, kind, word):
    asked = []

    async def counting(text):
        asked.append(text)
        return await ask(text)

    text = f"{PROLOGUE}SELECT * {{ {body} }}"
    first, *_ = asyncio.run(Doctor().expensive(text, 1, None, counting))
    assert first.kind == kind and word in f"{first.what} {first.pattern}"
    assert len(asked) == 2 and text not in asked


@pytest.mark.parametrize(
    ("quoted", "text"),
    [('"a"', "a"), (r'"a\"b\n\u00e9\U0001F600\\u0041"', 'a"b\né😀\\u0041'), ("'''it's'''", "it's")],
)
def test_strings_are_read_as_the_engine_reads_them(ask, quoted, text):
    assert unquoted(quoted) == text
    (row,) = asyncio.run(ask(f"SELECT ?x {{ BIND({quoted} AS ?x) }}"))["results"]["bindings"]
    assert row["x"]["value"] == text
