"""Nothing is fetched: what the guard lets pass, the engine must not read as SERVICE."""

import pytest

from regiograph.errors import BadQuery, QueryRefused
from regiograph.service.guard import _at_a_glance, _read, check
from regiograph.store.embedded import EmbeddedReader


def guard(text: str):
    return check(text, characters=10_000, nesting=20)


ELSEWHERE = "<http://e.org/sparql>"
FETCHING = [
    f"SELECT * {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ service silent {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE#x\n{ELSEWHERE} {{ ?s ?p ?o }} }}",
    "SELECT * { BIND(<http://e.org> AS ?u) SERVICE ?u { ?s ?p ?o } }",
    "PREFIX : <http://e.org/> SELECT * { SERVICE:x { ?s ?p ?o } }",
    "PREFIX : <http://e.org/> SELECT * {?s ?p 1SERVICE:x{?s ?p ?o}}",
    f'SELECT * {{ ?s ?p "x"SERVICE{ELSEWHERE}{{ ?s ?p ?o }} }}',
    f"SELECT * {{ ?s ?p trueSERVICE{ELSEWHERE}{{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p 1e5SERVICE{ELSEWHERE}{{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p 1.SERVICE{ELSEWHERE}{{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p <http://e/\\u0041#x> SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"PREFIX e: <http://e/> SELECT * {{ ?s ?p e:a\\# . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"PREFIX e: <http://e/> SELECT * {{ ?s ?p e:a%23 . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f'SELECT * {{ ?s ?p "a\\"#" SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}',
    f"SELECT * {{ ?s ?p 'a\\'#' SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p ?o FILTER(?s<?p)SERVICE {ELSEWHERE} {{ ?s ?p ?o }} FILTER(?s>?p) }}",
    f"PREFIX SERVICE: <http://e/> SELECT * {{ ?s SERVICE:p ?o . SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p ?o # to the end\rSERVICE {ELSEWHERE} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ FILTER EXISTS {{ SERVICE {ELSEWHERE} {{ ?s ?p ?o }} }} }}",
]


@pytest.mark.parametrize("text", FETCHING)
def test_service_is_refused_however_it_is_written(text):
    with pytest.raises(QueryRefused, match="SERVICE is not run here"):
        guard(text)


@pytest.mark.parametrize(
    "text",
    [
        'SELECT * { ?s ?p "SERVICE <http://e.org> { ?s ?p ?o }" }',
        "SELECT * { ?s ?p '''SERVICE ' <x> {''' } # SERVICE <x> {",
        "SELECT ?service $SERVICE { ?service <http://e/SERVICE> ?o }",
        "PREFIX service: <http://e/> SELECT * { service:a service:b e:service, service: }",
        "PREFIX service: <http://e/> SELECT * { GRAPH service:g { ?s ?p ?o } }",
    ],
)
def test_the_word_alone_is_no_service(text):
    assert guard(text).kind == "table"


@pytest.mark.parametrize("word", ["AS\N{KELVIN SIGN}", "\N{LATIN SMALL LETTER LONG S}elect *"])
@pytest.mark.parametrize("space", [" ", "\n"])
def test_letters_that_only_look_like_those_of_a_keyword_are_no_query(word, space):
    with pytest.raises(BadQuery):
        text = f"{word}{space}{{ ?s ?p ?o }}"
        guard(text)
        EmbeddedReader.of([]).query(text)


@pytest.mark.parametrize(
    "word", ["INSERT DATA", "delete where", "LOAD <x>; SELECT *", "CLEAR ALL", "WITH <g> INSERT"]
)
def test_updates_are_refused(word):
    with pytest.raises(QueryRefused, match="Updates are not accepted here"):
        guard(f"PREFIX insert: <http://e/>\n{word} {{ <a:b> <a:c> 1 }}")


@pytest.mark.parametrize(
    "bomb", ["{" * 21 + "}" * 21, "{ FILTER" + "(" * 20 + "1" + ")" * 20 + "}", "{ ?s ?p " + "[ ?p " * 20]
)
def test_deep_nesting_is_refused_before_an_engine_sees_it(bomb):
    with pytest.raises(QueryRefused, match="more than 20 deep"):
        guard(f"SELECT * {bomb}")


def test_brackets_in_strings_and_iris_are_not_nesting():
    assert guard('SELECT * { ?s ?p "' + "{" * 50 + '" , <http://e/' + "(" * 50 + "> }").kind == "table"


ROWS = {
    "!": "ASK { FILTER(" + "!" * 1001 + "true) }",
    "||": "ASK { FILTER(1" + "||1" * 1001 + ") }",
    "&&": "ASK { FILTER(1" + "&&1" * 1001 + ") }",
    "+": "ASK { FILTER(1" + "+1" * 1001 + ") }",
    "paths": "ASK { ?s a" + "/a" * 1001 + " ?o }",
    "choices": "ASK { ?s a" + "|a" * 1001 + " ?o }",
    "UNION": "ASK { {}" + "UNION{}" * 1001 + " }",
    "MINUS": "ASK { " + "MINUS{}" * 1001 + " }",
    "BIND": "ASK { " + "".join(f"BIND(1 AS ?{n})" for n in range(1001)) + " }",
    "FILTER": "ASK { " + "FILTER(1)" * 1001 + " }",
    "VALUES": "ASK { " + "VALUES?s{1}" * 1001 + " }",
    "AS": "SELECT " + "".join(f"(1AS?{n})" for n in range(1001)) + " {}",
    "HAVING": "SELECT (1 AS ?n) {} GROUP BY ?s HAVING " + "(1)" * 1001,
    "between": "ASK { FILTER(1<" + "!" * 1001 + "1) FILTER(2>1) }",
    "nested": "ASK { FILTER(1" + "||1" * 400 + "||(1" + "||1" * 400 + "||(1" + "||1" * 400 + "))) }",
}
"""Each ends or stalls a worker when it is some times as long, see regiograph/service/depth.py."""


@pytest.mark.parametrize("row", ROWS)
def test_long_rows_of_operators_are_refused_before_an_engine_sees_them(row):
    with pytest.raises(QueryRefused, match="More than 1000 operators and clauses"):
        check(ROWS[row], characters=100_000, nesting=200)


HONEST = {
    "values": "SELECT * { VALUES ?s { "
    + " ".join(f"<https://e.org/id/a-b/{n}>" for n in range(2000))
    + " } }",
    "numbers": "SELECT * { VALUES (?x ?y) { " + "(-1 +2.5) " * 1500 + "} ?s ?p ?x }",
    "in": "SELECT * { ?s ?p ?o FILTER(?o NOT IN (" + ", ".join(f"<a:b/{n}>" for n in range(3000)) + ")) }",
    "alternatives": "SELECT * { ?s ?p ?o FILTER(" + " || ".join(f"?o != {n}" for n in range(900)) + ") }",
    "many short rows": "ASK { "
    + " . ".join("?s a/(a|a)/a ?o FILTER(?o*2 > 1-?s)" for _ in range(150))
    + " }",
    "calls": "ASK { " + "FILTER(REGEX(?a, '!!!') || (STRLEN(?b) + 1) * 2 > 3) " * 300 + "}",
    "text": "ASK { ?s ?p '''" + "- | + ! /\n" * 2000 + "''' # " + "!" * 2000 + "\n}",
}


@pytest.mark.parametrize("honest", HONEST)
def test_what_is_long_but_not_deep_may_be_asked(honest):
    assert check(HONEST[honest], characters=100_000, nesting=200).kind == "table"


def test_long_queries_are_refused():
    with pytest.raises(QueryRefused, match="Keep it within 10000 characters"):
        guard("SELECT * { }" + " " * 10_000)


def test_what_is_no_query_is_said_to_be_none():
    with pytest.raises(BadQuery, match="Begin with SELECT"):
        guard("Who leads cyber ranges?")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p ?o }",
        "# a comment\nprefix e: <http://e/>\nPREFIX : <http://f/>\nask { e:a :b ?c }",
        "BASE <http://e/> CONSTRUCT { <a> <b> ?c } { ?c ?d 'SELECT' }",
        "PREFIX ask: <http://e/> DESCRIBE ask:select",
        "SELECT ?x { ?x ?y [] FILTER(?x IN (1, 2)) }",
        "SELECT ?x { VALUES ?x { " + "<https://e.org/id/a/b> " * 500 + "} ?x ?y [] }",
    ],
)
def test_a_glance_sees_what_reading_sees(text):
    seen = _at_a_glance(text, 20)
    assert seen is not None and seen == _read(text, 20, ())


@pytest.mark.parametrize(
    "text",
    [
        "ASK {} # SERVICE",
        "ASK { ?brand ?p ?o } # rand()",
        "INSERT DATA {}",
        "ASK { \\u0041 }",
        "nothing",
        "{" * 21,
    ],
)
def test_a_glance_leaves_what_is_doubtful_to_reading(text):
    assert _at_a_glance(text, 20) is None


@pytest.mark.parametrize(
    ("text", "kind", "volatile"),
    [
        ("PREFIX select: <http://e/> CONSTRUCT { ?s ?p ?o } { ?s ?p ?o }", "graph", False),
        ("DESCRIBE <http://e>", "graph", False),
        ("ask { FILTER(NOW() > 1) }", "table", True),
        ('SELECT ("NOW" AS ?now) {}', "table", False),
    ],
)
def test_what_kind_of_query_it_is(text, kind, volatile):
    checked = guard(text)
    assert (checked.kind, checked.volatile) == (kind, volatile)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (NOW() AS ?n) {}",
        "SELECT * { FILTERNOW() }",  # the engine needs no space
        "SELECT * {} ORDER BYRAND ( )",
        "SELECT (struuid\t# here\n() AS ?u) {}",
        "SELECT (UUID#()\r() AS ?u) {}",
    ],
)
def test_what_may_answer_differently_is_told(text):
    assert guard(text).volatile


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?known { ?known <http://e/now> 'rand()' }",
        "# with care: load, move or clear\nSELECT ?added { ?s ?with ?added } # insert, delete",
        "PREFIX insert: <http://e/> ASK { ?s insert:delete ?drop }",
    ],
)
def test_a_query_with_words_of_other_kinds_is_a_query(text):
    assert guard(text).kind == "table" and not guard(text).volatile
