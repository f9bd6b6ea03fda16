"""Plain queries go past the app; what a client sees is the same, whatever bytes come in whatever pieces."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import pytest

from tests.api.serving import publish, serving

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l FILTER(?c != ?f) }"


def get(query: str, *headers: str, path: str = "/sparql", more: str = "") -> bytes:
    """A plain request; CSV, unless `headers` say something else."""
    lines = [f"GET {path}?query={quote(query, safe='')}{more} HTTP/1.1", "Host: x"]
    lines += headers or ("Accept: text/csv",)
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


class Client:
    """One connection, and the responses that come over it."""

    def __init__(self, server: httpx.Client) -> None:
        self._socket = socket.create_connection(("127.0.0.1", server.base_url.port), timeout=20)
        self._received = b""

    def send(self, *pieces: bytes, pause: float = 0.05) -> "Client":
        for number, piece in enumerate(pieces):
            time.sleep(pause if number else 0)
            self._socket.sendall(piece)
        return self

    def response(self) -> tuple[int, dict[str, str], bytes]:
        while b"\r\n\r\n" not in self._received:
            self._more()
        head, _, rest = self._received.partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        size = int(headers.get("content-length", 0))
        while len(rest) < size:
            self._received = b""
            self._more()
            rest += self._received
        self._received = rest[size:]
        return int(first.split()[1]), headers, rest[:size]

    def is_closed(self) -> bool:
        return self._socket.recv(1) == b""

    def close(self) -> None:
        self._socket.close()

    def _more(self) -> None:
        part = self._socket.recv(65536)
        assert part, "the server has closed the connection"
        self._received += part


@contextmanager
def connected(server: httpx.Client) -> Iterator[Client]:
    client = Client(server)
    try:
        yield client
    finally:
        client.close()


def fresh() -> str:
    """A query that was never asked before."""
    return f"{COUNT} # {time.perf_counter_ns()}"


def test_the_first_and_the_second_answer_are_those_of_the_app(server):
    query = fresh()
    with connected(server) as client:
        first, second = (client.send(get(query)).response() for _ in range(2))
    by_app = server.post("/sparql", data={"query": query}, headers={"accept": "text/csv"})
    for status, headers, body in (first, second):
        assert (status, body) == (200, by_app.content)
        for name in ("etag", "content-type", "vary", "cache-control", "regiograph-edition", "server"):
            assert headers[name] == by_app.headers[name], name
        assert headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "accept", ["text/csv", "application/sparql-results+xml", "*/*", "text/tab-separated-values"]
)
def test_the_format_is_negotiated(server, accept):
    query = fresh()
    with connected(server) as client:
        status, headers, body = client.send(get(query, f"Accept: {accept}")).response()
    by_app = server.post("/sparql", data={"query": query}, headers={"accept": accept})
    assert (status, headers["content-type"], body) == (200, by_app.headers["content-type"], by_app.content)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("SELECT ?x { ?x", 400),
        ("DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", 403),
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", 403),
        (SLOW, 504),
    ],
)
def test_what_goes_wrong_is_told_as_by_the_app(server, query, status):
    asked = f"{query} # {time.perf_counter_ns()}"
    with connected(server) as client:
        found, headers, body = client.send(get(asked)).response()
        again = client.send(get(fresh())).response()
    by_app = server.post("/sparql", data={"query": f"{query} # app"})
    assert (found, headers["content-type"]) == (status, "application/problem+json")
    told = httpx.Response(found, content=body).json()
    assert told["type"] == by_app.json()["type"] and told["status"] == by_app.status_code
    assert again[0] == 200  # the connection goes on


def test_a_deadline_names_the_expensive_pattern(server):
    with connected(server) as client:
        _, _, body = client.send(get(f"{SLOW} # {time.perf_counter_ns()}")).response()
    assert httpx.Response(200, content=body).json()["findings"]


def test_a_request_may_come_in_pieces(server):
    request = get(fresh())
    with connected(server) as client:
        for size in (1, 5, 20, len(request) - 2):
            assert client.send(request[:size], request[size:]).response()[0] == 200


def test_what_looks_like_a_request_in_a_body_is_a_body(server):
    hidden = get(fresh())
    query = quote(COUNT).encode()
    head = (
        f"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n"
        f"Accept: text/csv\r\nContent-Length: {len(query) + 7 + len(hidden)}\r\n\r\n"
    ).encode()
    with connected(server) as client:
        # The rest of the body is a valid request; it belongs to the first one, which it spoils.
        status, _, _ = client.send(head, b"query=" + query + b"&", hidden).response()
        assert status in (200, 400)
        status, _, body = client.send(get(COUNT)).response()
        assert (status, body.split()[0]) == (200, b"n")


def test_a_body_with_a_get_is_not_taken_for_the_next_request(server):
    hidden = get("ASK {}")
    request = get(fresh(), "Accept: text/csv", f"Content-Length: {len(hidden)}")
    with connected(server) as client:
        assert client.send(request, hidden).response()[0] == 200
        status, _, body = client.send(get(COUNT)).response()
        assert (status, body.split()[0]) == (200, b"n")


def test_requests_sent_together_are_answered_in_their_order(server):
    marks = [f"SELECT ('{n}' AS ?x) {{}} # {time.perf_counter_ns()}" for n in range(6)]
    with connected(server) as client:
        client.send(b"".join(get(mark) for mark in marks))
        together = [client.response()[2].split()[1] for _ in marks]
        client.send(*(get(mark + "x") for mark in marks), pause=0)
        one_by_one = [client.response()[2].split()[1] for _ in marks]
    assert together == one_by_one == [str(n).encode() for n in range(6)]


def test_a_head_and_a_conditional_request_are_not_plain(server):
    query = fresh()
    with connected(server) as client:
        _, headers, _ = client.send(get(query)).response()
        status, known, body = client.send(
            get(query, "Accept: text/csv", f"If-None-Match: {headers['etag']}")
        ).response()
        assert (status, body, known["etag"]) == (304, b"", headers["etag"])
        head = client.send(get(query).replace(b"GET", b"HEAD", 1))
        time.sleep(0.3)
        assert b"200 OK" in head._socket.recv(65536)


def test_answers_are_packed_for_those_who_ask(server):
    query = f"SELECT * {{ ?s ?p ?o }} # {time.perf_counter_ns()}"
    for _ in range(2):
        packed = server.get("/sparql", params={"query": query}, headers={"accept-encoding": "gzip"})
        assert (
            packed.headers["content-encoding"] == "gzip" and len(packed.json()["results"]["bindings"]) > 100
        )
    with connected(server) as client:
        assert "content-encoding" not in client.send(get(query)).response()[1]


def test_what_may_change_is_asked_each_time(server):
    query = f"SELECT (UUID() AS ?u) {{}} # {time.perf_counter_ns()}"
    with connected(server) as client:
        first, second = (client.send(get(query)).response() for _ in range(2))
    assert first[2] != second[2] and first[1]["cache-control"] == "no-store" and "etag" not in first[1]


def test_a_browser_gets_what_the_app_gives_browsers(server):
    with connected(server) as client:
        status, headers, _ = client.send(get(fresh(), "Accept: text/html")).response()
    assert status == 406 or headers["content-type"].startswith("text/html")


@pytest.mark.parametrize("how", ["HTTP/1.0", "Connection: close"])
def test_who_wants_the_connection_closed_gets_it_closed(server, how):
    query = fresh()
    for _ in range(3):
        with connected(server) as client:
            if how == "HTTP/1.0":
                request = get(query).replace(b"HTTP/1.1", b"HTTP/1.0")
            else:
                request = get(query, "Accept: text/csv", how)
            assert client.send(request).response()[0] == 200
            answered = time.monotonic()
            assert client.is_closed() and time.monotonic() - answered < 3  # silence would end it after five


def test_a_large_answer_comes_whole(server):
    query = f"SELECT * {{ ?a ?b ?c . ?d ?e ?f }} LIMIT 6000 # {time.perf_counter_ns()}"
    with connected(server) as client:
        status, _, body = client.send(get(query)).response()
        assert status == 200 and len(body.splitlines()) == 6001 and len(body) > 300_000
        assert client.send(get(fresh())).response()[0] == 200


def test_a_new_edition_is_answered_at_once(tmp_path, queries):
    publish(tmp_path, 10)
    with serving(tmp_path, queries, workers=1) as server, connected(server) as client:
        before = [client.send(get(COUNT)).response() for _ in range(2)]
        publish(tmp_path, 20)
        after = [client.send(get(COUNT)).response() for _ in range(2)]
    assert [body.split()[1] for _, _, body in before] == [b"11", b"11"]
    assert [body.split()[1] for _, _, body in after] == [b"21", b"21"]
    assert before[0][1]["etag"] != after[0][1]["etag"]


def test_a_client_that_leaves_frees_the_only_worker(tmp_path, queries):
    publish(tmp_path, 300)
    with serving(tmp_path, queries, workers=1, query_seconds=20) as server:
        leaving = Client(server).send(get(SLOW))
        time.sleep(0.3)
        leaving.close()
        began = time.perf_counter()
        with connected(server) as client:
            assert client.send(get(fresh())).response()[0] == 200
        assert time.perf_counter() - began < 2


@pytest.mark.parametrize("first", [get(COUNT), b"GET /queries HTTP/1.1\r\nHost: x\r\n\r\n"])
def test_what_came_while_the_server_was_held_up_is_answered(tmp_path, queries, first):
    publish(tmp_path, 10)
    with serving(tmp_path, queries, workers=1) as server, connected(server) as client:
        assert client.send(first).response()[0] == 200
        found = subprocess.run(
            ["pgrep", "-f", f"serve.py {server.base_url.port}"], capture_output=True, text=True
        )
        (process,) = map(int, found.stdout.split())
        os.kill(process, signal.SIGSTOP)
        client.send(get(COUNT))
        time.sleep(5.5)  # it is time to close by then
        os.kill(process, signal.SIGCONT)
        assert client.response()[0] == 200


def test_a_silent_connection_is_closed_and_a_busy_one_is_not(tmp_path, queries):
    publish(tmp_path, 10)
    with (
        serving(tmp_path, queries, workers=1) as server,
        connected(server) as client,
        connected(server) as silent,
    ):
        silent.send(get(COUNT)).response()
        until = time.monotonic() + 8  # uvicorn closes after five silent seconds
        while time.monotonic() < until:
            assert client.send(get(COUNT)).response()[0] == 200
            time.sleep(0.5)
        assert silent.is_closed()
