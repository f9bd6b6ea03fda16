import pytest
import rdflib
from hypothesis import example, given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad

from regiograph.errors import BadParameter, NoSuchThing
from regiograph.iris import Iris
from regiograph.questions import Questions, read_question
from regiograph.store import EmbeddedReader
from regiograph.store.terms import written

IRIS = Iris("https://example.org/rg")
XSD = "http://www.w3.org/2001/XMLSchema#"


def question(body: str, params: str = "{x: {type: text}}", head: str = ""):
    return read_question("q", f"#+ summary: A question\n#+ params: {params}\n{head}{body}\n", IRIS)


def typed(kind: str):
    return question("SELECT ?x { VALUES ?x { UNDEF } }", f"{{x: {{type: '{kind}'}}}}")


def test_a_header_becomes_a_question(tmp_path):
    (tmp_path / "leading-regions.rq").write_text(
        "#+ summary: Regions that lead\n"
        "#+ description: >\n#+   Who leads,\n#+   with the role.\n"
        "#+ params:\n"
        "#+   topic: {type: text, required: true, example: cyber range, description: A topic}\n"
        "#+   role: {type: 'code:role', default: lead}\n"
        "#+ example: {region: Brittany}\n"
        "#+ tags: [researchers]\n"
        "SELECT ?region { VALUES ?topic { UNDEF } VALUES ?role { UNDEF } ?region ?topic ?role }\n"
    )
    questions = Questions.read(tmp_path, IRIS)
    found = questions.named("leading-regions")
    assert (found.summary, found.description) == ("Regions that lead", "Who leads, with the role.")
    assert [(one.name, one.type, one.required, one.default) for one in found.params] == [
        ("topic", "text", True, None),
        ("role", "code:role", False, "lead"),
    ]
    assert found.example == {"region": "Brittany"} and found.tags == ("researchers",)
    with pytest.raises(NoSuchThing, match="Ask one of: leading-regions"):
        questions.named("leading")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("SELECT * {}", "needs a summary"),
        ("#+ summary: s\n#+ sumary: s\nSELECT * {}", "unknown in the header: sumary"),
        ("#+ summary: s\n#+ params: {x: {typ: text}}\nSELECT * {}", "parameter x: unknown: typ"),
        ("#+ summary: s\n#+ params: {x: {type: colour}}\nSELECT * {}", "unknown type colour"),
        ("#+ summary: s\n#+ params: {x: {type: code}}\nSELECT * {}", "unknown type code"),
        ("#+ summary: s\n#+ params: {format: {}}\nSELECT * {}", "format cannot be the name"),
        ("#+ summary: s\n#+ params: {x: {}}\nSELECT * { ?s ?p ?x }", "parameters without VALUES"),
        ("#+ summary: s\nSELECT * { VALUES ?x { UNDEF } }", "slots without a parameter: x"),
        (
            "#+ summary: s\n#+ params: {x: {type: date, default: soon}}\nSELECT * { VALUES ?x { UNDEF } }",
            "Give a date",
        ),
        (
            "#+ summary: s\n#+ params: {x: {}}\nSELECT * {\n VALUES ?x { UNDEF }\n"
            " { ?s ?p ?o } UNION\n { ?x ?p ?s } }",
            "line 6: the group that begins here names .x; give it its own",
        ),
    ],
)
def test_a_file_that_would_not_do_what_it_says_is_refused(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        read_question("q", text, IRIS)


@pytest.mark.parametrize(
    "body",
    [
        "SELECT ?x { { SELECT ?x (COUNT(*) AS ?n) { VALUES ?x { UNDEF } ?s ?p ?x } GROUP BY ?x } }",
        "CONSTRUCT { ?s ?p ?x } WHERE { VALUES ?x { UNDEF } ?s ?p ?x }",
        "SELECT ?s { VALUES ?x {UNDEF} ?s ?p ?o FILTER EXISTS { VALUES ?x { UNDEF } ?s ?p ?x } } ORDER BY ?x",
        "SELECT ?s { VALUES ?x { UNDEF } ?s ?p ?o FILTER(?o = '?x }') } # ?x",
    ],
)
def test_heads_templates_strings_and_comments_need_no_slot(body):
    assert question(body).name == "q"


@pytest.mark.parametrize(
    ("kind", "words", "term"),
    [
        ("text", " cyber range ", Literal("cyber range")),
        ("partnership", "Cybersecurity", Literal("Cybersecurity")),
        ("integer", "+2020", Literal("2020", datatype=NamedNode(f"{XSD}integer"))),
        ("date", "2020-11-30", Literal("2020-11-30", datatype=NamedNode(f"{XSD}date"))),
        ("region", "frh0", NamedNode("https://example.org/rg/id/region/FRH0")),
        ("period", "2020-H2", Literal("2020-h2")),
        ("language", "EN", Literal("en")),
        ("iri", "https://e.org/é", NamedNode("https://e.org/é")),
        ("code:role", "co-lead", NamedNode("https://w3id.org/regiograph/code/role/co-lead")),
    ],
)
def test_words_become_terms(kind, words, term):
    assert typed(kind).bind({"x": words}) == {"x": term}


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("text", "two\nlines"),
        ("text", "x" * 501),
        ("text", "\ud800"),
        ("integer", "many"),
        ("integer", "9" * 30),
        ("date", "2020-02-30"),
        ("region", "Bretagne"),
        ("period", "2020-H3"),
        ("iri", "javascript:alert(1)"),
        ("iri", "http://a b"),
        ("code:role", "../lead"),
    ],
)
def test_words_that_do_not_fit_are_named_with_the_way_out(kind, words):
    with pytest.raises(BadParameter) as caught:
        typed(kind).bind({"x": words})
    assert caught.value.where == "parameter x" and caught.value.way_out.startswith("Give ")
    assert words not in str(caught.value)


def test_missing_unknown_and_default_parameters():
    asked = question(
        "SELECT * { VALUES ?x { UNDEF } VALUES ?y { UNDEF } VALUES ?z { UNDEF } }",
        "{x: {required: true}, y: {default: why}, z: {}}",
    )
    assert asked.bind({"x": "1", "z": ""}) == {"x": Literal("1"), "y": Literal("why")}
    with pytest.raises(BadParameter, match="parameter x: This parameter is missing"):
        asked.bind({"y": "1"})
    with pytest.raises(BadParameter, match=r"parameter w: .* It takes: x, y, z"):
        asked.bind({"x": "1", "w": "1"})


# The same text on two engines


def node(name: str) -> NamedNode:
    return NamedNode(f"https://e.org/{name}")


QUADS = [
    Quad(node(f"s{number}"), node(predicate), Literal(value), node("g"))
    for number in range(6)
    for predicate, value in (("p", f"v{number % 2}"), ("q", f"w{number % 3}"))
]
PREFIX = "PREFIX : <https://e.org/>\n"
FILTER = "FILTER(!BOUND(?x) || ?v = ?x)"
NESTED = {
    "filter": "SELECT ?s { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " }",
    "pattern": "SELECT ?s { VALUES ?x { UNDEF } ?s :p ?x }",
    "optional": "SELECT ?s ?v { ?s :q ?w OPTIONAL { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " } }",
    "exists": "SELECT ?s { ?s :q ?w FILTER EXISTS { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " } }",
    "not exists": "SELECT ?s { ?s :q ?w FILTER NOT EXISTS { VALUES ?x { UNDEF } ?s :p ?x } }",
    "union": "SELECT ?s ?w { { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " } UNION { ?s :q ?w } }",
    "sub-select": "SELECT ?s ?n { { SELECT ?s (COUNT(*) AS ?n) { VALUES ?x { UNDEF } ?s :p ?v "
    + FILTER
    + " } GROUP BY ?s } }",
    "minus": "SELECT ?s { ?s :q ?w MINUS { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " } }",
    "bind": "SELECT ?s ?y { VALUES ?x { UNDEF } ?s :p ?v BIND(COALESCE(?x, 'none') AS ?y) " + FILTER + " }",
    "count": "SELECT (COUNT(*) AS ?n) { VALUES ?x { UNDEF } ?s :p ?v " + FILTER + " }",
}


def embedded(text: str) -> list:
    rows = EmbeddedReader.of(QUADS).query(text)
    return sorted(sorted((name, str(term)) for name, term in row.items()) for row in rows)


def with_rdflib(text: str) -> list:
    graph = rdflib.Dataset(default_union=True)
    graph.parse(data="\n".join(f"{quad} ." for quad in QUADS), format="nquads")
    return sorted(
        sorted((str(name), term.n3()) for name, term in row.asdict().items()) for row in graph.query(text)
    )


@pytest.mark.parametrize("words", [None, "v0", "v1", "none such"])
@pytest.mark.parametrize("body", NESTED.values(), ids=NESTED.keys())
def test_a_parameter_reaches_every_place_with_a_slot_on_every_engine(body, words):
    text = question(PREFIX + body).asked({} if words is None else {"x": words})
    answer = embedded(text)
    assert answer == with_rdflib(text)
    if words == "v0":
        assert answer != embedded(question(PREFIX + body).asked({}))


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40))
@example('"} SERVICE <http://e.org> {} #')
@example("\\u0022 } #")
@example("\\\\u005C\\U00000022")
@example("a\\")
@example("'''\"\"\"\n\r\t\0")
def test_whatever_is_typed_stays_a_text(words):
    text = f"SELECT ?x {{ VALUES ?x {{ {written(Literal(words))} }} }}"
    (row,) = EmbeddedReader.of([]).query(text)
    assert row == {"x": Literal(words)}
    if "\r" not in words and "\0" not in words:
        assert [one[0].value for one in rdflib.Graph().query(text)] == [words]
