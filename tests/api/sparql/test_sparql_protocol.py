"""The SPARQL protocol, spoken to a real server."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.api.serving import ROOT, publish, serving

ONE = "SELECT ?s ?label { ?s ?p ?label } ORDER BY ?s LIMIT 1"
BUILD = "CONSTRUCT { ?s ?p ?o } { ?s ?p ?o FILTER(?o = 'thing 7') }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = CONCAT(STR(?f), STR(?i))) }"
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def ask(server: httpx.Client, query: str, **headers: str) -> httpx.Response:
    return server.get("/sparql", params={"query": query}, headers=headers)


def assert_problem(response: httpx.Response, status: int, slug: str) -> dict:
    content = response.json()
    assert (response.status_code, content["status"]) == (status, status)
    assert response.headers["content-type"] == "application/problem+json"
    assert content["type"].endswith(f"/problem/{slug}")
    assert content["title"] and content["detail"] and content["where"] and content["way_out"]
    return content


def counted(server: httpx.Client, query: str = COUNT) -> int:
    return int(ask(server, query, accept="text/csv").text.split()[1])


@pytest.mark.parametrize(
    "send",
    [
        lambda server: server.get("/sparql", params={"query": ONE}),
        lambda server: server.post("/sparql", data={"query": ONE}),
        lambda server: server.post(
            "/sparql", content=ONE, headers={"content-type": "application/sparql-query; charset=utf-8"}
        ),
    ],
    ids=["GET", "form", "body"],
)
def test_a_query_may_be_sent_in_three_ways(server, send):
    response = send(server)
    assert response.status_code == 200
    assert response.headers["content-type"] == "application/sparql-results+json"
    (row,) = response.json()["results"]["bindings"]
    assert row["label"] == {"type": "literal", "value": "thing 0"}


@pytest.mark.parametrize(
    ("query", "accept", "media", "beginning"),
    [
        (ONE, "text/csv", "text/csv; charset=utf-8", "s,label\r\n"),
        (ONE, "text/tab-separated-values", "text/tab-separated-values; charset=utf-8", "?s\t?label\n"),
        (ONE, "application/sparql-results+xml", "application/sparql-results+xml", "<?xml"),
        (ONE, "text/csv;q=0.1, application/json", "application/sparql-results+json", '{"head"'),
        ("ASK {}", "*/*", "application/sparql-results+json", '{"head":{},"boolean":true}'),
        (BUILD, "*/*", "text/turtle; charset=utf-8", "@prefix"),
        (BUILD, "application/n-triples", "application/n-triples", "<http://e/0007>"),
        (BUILD, "application/rdf+xml", "application/rdf+xml", "<?xml"),
        (BUILD, "application/ld+json", "application/ld+json", '[{"@id":"http://e/0007"'),
    ],
)
def test_the_format_is_negotiated(server, query, accept, media, beginning):
    response = ask(server, query, accept=accept)
    assert response.headers["content-type"] == media
    assert response.text.startswith(beginning)
    assert response.headers["vary"] == "Accept, Accept-Encoding"


def test_the_format_may_be_a_parameter(server):
    response = server.get("/sparql", params={"query": ONE, "format": "csv"}, headers={"accept": "image/png"})
    assert response.text.startswith("s,label")


@pytest.mark.parametrize(
    ("query", "accept"),
    [(ONE, "image/png"), (ONE, "text/turtle"), (BUILD, "text/csv"), (ONE, "text/csv;q=0")],
)
def test_a_format_that_is_not_on_offer_is_406(server, query, accept):
    assert_problem(ask(server, query, accept=accept), 406, "not-acceptable")


def test_the_dataset_may_be_given_with_the_request(server):
    def count(**graphs: str | list[str]) -> int:
        parameters = {"query": COUNT, "format": "csv", **{k.replace("_", "-"): v for k, v in graphs.items()}}
        return int(server.get("/sparql", params=parameters).text.split()[1])

    assert count() == 301
    assert count(default_graph_uri="http://g/other") == 1
    assert count(default_graph_uri=["http://g/other", "http://g/things"]) == 301
    assert count(named_graph_uri="http://g/other") == 0
    assert count(default_graph_uri="http://127.0.0.1:1/elsewhere") == 0


@pytest.mark.parametrize(
    ("query", "status", "slug"),
    [
        ("SELECT * { ?s ?p", 400, "bad-query"),
        ("Who leads?", 400, "bad-query"),
        ("SELECT * { ?s ?p ?o FILTER(e:f()) }", 400, "bad-query"),
        ("INSERT DATA { <a:b> <a:c> 1 }", 403, "query-refused"),
        ("SELECT * { SERVICE <http://e.org/> { ?s ?p ?o } }", 403, "query-refused"),
        ("SELECT * " + "{" * 5000 + "}" * 5000, 403, "query-refused"),
        ("SELECT * { ?a ?b ?c . ?d ?e ?f }", 413, "query-too-large"),
    ],
)
def test_what_is_not_answered_is_a_problem_document(server, query, status, slug):
    assert_problem(server.post("/sparql", data={"query": query}), status, slug)
    assert counted(server) == 301


@pytest.mark.parametrize(
    "request_of",
    [
        {"method": "POST", "data": {"update": "CLEAR ALL"}},
        {"method": "POST", "content": "CLEAR ALL", "headers": {"content-type": "application/sparql-update"}},
        {"method": "GET", "params": {"update": "CLEAR ALL"}},
    ],
)
def test_updates_are_403(server, request_of):
    assert_problem(server.request(url="/sparql", **request_of), 403, "query-refused")


@pytest.mark.parametrize(
    ("request_of", "status", "slug"),
    [
        ({"method": "GET", "params": {"asof": "2020"}}, 400, "bad-query"),
        ({"method": "GET", "headers": {"accept": "text/csv"}}, 406, "not-acceptable"),
        ({"method": "POST", "data": {}}, 415, "unsupported-media-type"),
        ({"method": "POST", "data": {"q": "x"}}, 400, "bad-query"),
        ({"method": "GET", "params": [("query", ONE), ("query", ONE)]}, 400, "bad-query"),
        ({"method": "GET", "params": b"query=%ff"}, 400, "bad-query"),
        ({"method": "POST", "json": {"query": ONE}}, 415, "unsupported-media-type"),
        ({"method": "PUT", "data": {"query": ONE}}, 405, "method-not-allowed"),
        ({"method": "GET", "params": {"query": "ASK {}", "default-graph-uri": "no iri"}}, 400, "bad-query"),
        (
            {"method": "POST", "content": b"\xff", "headers": {"content-type": "application/sparql-query"}},
            400,
            "bad-query",
        ),
        ({"method": "POST", "data": {"query": "x" * 1_300_000}}, 403, "query-refused"),
    ],
)
def test_a_request_that_is_not_of_the_protocol_is_told_so(server, request_of, status, slug):
    assert_problem(server.request(url="/sparql", **request_of), status, slug)


def test_a_browser_without_a_query_is_sent_to_the_start_page(server):
    response = server.get("/sparql", headers={"accept": "text/html,application/xhtml+xml,*/*;q=0.8"})
    assert (response.status_code, response.headers["location"]) == (303, "/")


def test_the_same_answer_is_not_sent_twice(server):
    first = ask(server, ONE)
    tag = first.headers["etag"]
    assert first.headers["regiograph-edition"] == "1"
    again = ask(server, ONE, **{"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    assert ask(server, ONE, accept="text/csv").headers["etag"] != tag
    assert "etag" not in ask(server, "SELECT (NOW() AS ?now) {}").headers


def test_head_says_what_get_would(server):
    get = ask(server, ONE)
    head = server.head("/sparql", params={"query": ONE})
    assert head.content == b"" and head.headers["content-length"] == get.headers["content-length"]


def test_pages_of_any_origin_may_ask(server):
    assert ask(server, ONE, origin="https://e.org").headers["access-control-allow-origin"] == "*"
    preflight = server.options("/sparql", headers={"access-control-request-method": "POST"})
    assert preflight.status_code == 204
    assert "POST" in preflight.headers["access-control-allow-methods"]
    problem = ask(server, "SELECT", origin="https://e.org")
    assert problem.status_code == 400 and problem.headers["access-control-allow-origin"] == "*"


def test_a_slow_query_ends_at_its_deadline_and_slows_no_other(server):
    outcome: list[httpx.Response] = []

    def slow() -> None:
        outcome.append(httpx.post(f"{server.base_url}/sparql", data={"query": SLOW}, timeout=30))

    thread = threading.Thread(target=slow)
    thread.start()
    time.sleep(0.2)
    for number in range(20):
        assert ask(server, f"ASK {{}} # {number}").json()["boolean"] is True
    assert thread.is_alive()  # all others were answered while it went on
    thread.join()
    (response,) = outcome
    content = assert_problem(response, 504, "query-too-slow")
    assert content["detail"].startswith("This query was stopped after 2 seconds.")


def workers(server: httpx.Client) -> set[int]:
    named = pgrep("-f", f"regiograph.service.nursery .*{server.headers['x-test-data']}")
    return {worker for each in named for worker in pgrep("-P", str(each))}


def pgrep(*how: str) -> set[int]:
    found = subprocess.run(["pgrep", *how], capture_output=True, text=True)
    return {int(pid) for pid in found.stdout.split()}


@pytest.fixture
def alone(tmp_path, queries):
    """A server of one test's own, with one worker."""
    publish(tmp_path / "data", 300)
    with serving(tmp_path / "data", queries, workers=1, query_seconds=20) as client:
        client.headers["x-test-data"] = str(tmp_path / "data")
        yield client


def test_a_killed_worker_is_replaced_and_nobody_notices(alone):
    before = workers(alone)
    assert len(before) == 2  # one that answers, one that stands ready
    for pid in before:
        os.kill(pid, signal.SIGKILL)
    assert counted(alone) == 301
    assert not before & workers(alone)


def test_a_client_that_leaves_frees_the_only_worker(alone):
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(f"{alone.base_url}/sparql", data={"query": SLOW}, timeout=0.5)
    began = time.perf_counter()
    assert counted(alone) == 301
    assert time.perf_counter() - began < 3  # its deadline is 20 seconds


def test_a_client_may_say_how_long_it_waits(server):
    began = time.perf_counter()
    response = server.get("/sparql", params={"query": SLOW, "timeout": "0.3"})
    content = assert_problem(response, 504, "query-too-slow")
    assert content["detail"].startswith("This query was stopped after 0.3 seconds.")
    assert "timeout=60 at most" in content["way_out"] and time.perf_counter() - began < 2
    for wrong in ("soon", "0", "-1", "nan"):
        assert_problem(server.get("/sparql", params={"query": ONE, "timeout": wrong}), 400, "bad-query")


def test_an_answer_may_be_asked_as_of_a_period(server):
    assert counted(server) == 301  # no report's graph among them: all stay
    response = server.get("/sparql", params={"query": COUNT, "asof": "2020-H2", "format": "csv"})
    assert response.text.split()[1] == "301"
    assert server.get("/sparql", params={"query": COUNT, "asof": "soon"}).status_code == 422
    both = {"query": COUNT, "asof": "2020", "default-graph-uri": "http://g/other"}
    assert_problem(server.get("/sparql", params=both), 400, "bad-query")


@pytest.mark.parametrize("clause", ["FROM <http://g/other>", "from named <http://g/other>"])
@pytest.mark.parametrize("place", ["/sparql", "/edition/1/sparql"])
def test_a_period_and_a_dataset_in_the_query_are_not_both_taken(server, place, clause):
    text = f"SELECT * {clause} {{ ?s ?p ?o }}"
    content = assert_problem(server.get(place, params={"query": text, "asof": "2020-H2"}), 400, "bad-query")
    assert content["where"] == "asof" and "FROM" in content["way_out"]
    innocent = f"SELECT * {{ ?from ?p '{clause}' }} # {clause}"
    assert server.get(place, params={"query": innocent, "asof": "2020-H2"}).status_code == 200


@pytest.mark.parametrize(("given", "explains"), [("", 0), ("0", 0), ("false", 0), ("1", 1), ("true", 1)])
def test_explain_is_yes_or_no(server, given, explains):
    found = server.get("/sparql", params={"query": COUNT, "explain": given}).json()
    assert ("findings" in found) == bool(explains)


@pytest.mark.parametrize("given", ["2", "yes", "01", "findings"])
def test_another_word_for_explain_is_refused(server, given):
    content = assert_problem(
        server.get("/sparql", params={"query": COUNT, "explain": given}), 400, "bad-query"
    )
    assert content["where"] == "explain" and "explain=1" in content["way_out"]


PUBLISH_AND_DIE = """
import os, signal, sys
from pathlib import Path
from regiograph import editions
from tests.api.serving import publish

def die(*arguments):
    os.kill(os.getpid(), signal.SIGKILL)

editions._move = die
publish(Path(sys.argv[1]), 5)
"""


def test_publishing_that_is_killed_leaves_the_old_edition_answering(alone):
    data = alone.headers["x-test-data"]
    ended = subprocess.run([sys.executable, "-c", PUBLISH_AND_DIE, data], cwd=ROOT)
    assert ended.returncode == -signal.SIGKILL
    assert counted(alone, f"{COUNT} # again") == 301
    publish(Path(data), 10)
    assert counted(alone) == 11


def test_before_the_first_edition_the_service_says_so(tmp_path, queries):
    with serving(tmp_path / "data", queries, workers=1) as client:
        assert_problem(ask(client, ONE), 503, "not-ready")
        publish(tmp_path / "data", 3)
        assert counted(client) == 4
