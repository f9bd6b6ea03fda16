"""The query service beside other servers, on the same data in the same run: requests a second, and waits.

    python bench/serve.py [--quads 200000] [--seconds 1] [--analytic 1000000] [--fronts 1]

The project's own questions on the bundled data, and the smallest queries there are, asked for the first time
and again, by 1, 8 and 32 clients: ours, the native `oxigraph` server and rdflib-endpoint (`pip install
'.[bench]'`; left out where it is not installed). `wrk` asks where it is installed, for it takes less of the
processors than a client in Python. Analytic questions: ours over HTTP beside the same engine in this process.
Waits of a ping while a cartesian product runs. A ratio above 1 is faster than the other.
"""

import argparse
import asyncio
import importlib.util
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

if Path(sys.path[0]) == Path(__file__).parent:  # bench/ingest.py would hide the package
    del sys.path[0]

import httpx
import uvloop
from pyoxigraph import Literal, NamedNode, Triple

from ingest.intake import Intake
from ingest.pipeline import Pipeline
from regiograph.archive import Archive
from regiograph.editions import Change, Editions, Publisher
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.store.formats import Format

BASE = "https://w3id.org/regiograph"
ROOT = Path(__file__).resolve().parents[1]
KIND, LABEL, NEXT = (NamedNode(f"http://e/{name}") for name in ("kind", "label", "next"))
SMALL = {
    "one thing": "SELECT ?p ?o {{ <http://e/{n}> ?p ?o }}",
    "a join": "SELECT ?s ?o {{ ?s <http://e/kind> <http://e/kind/{n}> ; <http://e/label> ?o }} LIMIT 50",
    "a count": "SELECT (COUNT(*) AS ?n) {{ ?s <http://e/kind> <http://e/kind/{n}> }}",
}
ANALYTIC = {
    "count by kind": "SELECT ?k (COUNT(*) AS ?n) { ?s <http://e/kind> ?k } GROUP BY ?k ORDER BY DESC(?n) ?k",
    "two steps": "SELECT (COUNT(*) AS ?n) { ?a <http://e/next>/<http://e/next> ?c . ?c <http://e/kind> ?k }",
    "search in labels": "SELECT ?s { ?s <http://e/label> ?l FILTER(CONTAINS(?l, '42')) } ORDER BY ?s LIMIT 9",
    "100 000 rows": "SELECT ?s ?l { ?s <http://e/label> ?l } LIMIT 100000",
}
CARTESIAN = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?c != ?f) }"
RDFLIB = """
import sys, uvicorn
from rdflib import Dataset
from rdflib_endpoint import SparqlEndpoint
graph = Dataset(default_union=True)
graph.parse(sys.argv[1], format="nquads")
uvicorn.run(SparqlEndpoint(graph=graph, path="/sparql"), port=int(sys.argv[2]), log_level="critical")
"""
QUICK = 0.005  # seconds within which native oxigraph answers a question of ours that counts as small here
# What wrk runs: each line of a file is what stands before and after a number; a comment makes a query new.
SCRIPT = """
local id, made, threads = 0, 0, 0
function setup(thread) thread:set("id", threads); threads = threads + 1 end
local before, after = {}, {}
for line in io.lines(os.getenv("QUERIES")) do
  local one, other = line:match("^(.-)\t(.*)$")
  before[#before + 1], after[#after + 1] = one, other
end
local again, begun = os.getenv("AGAIN") == "1", tonumber(os.getenv("BEGUN"))
request = function()
  made = made + 1
  local kind = made % #before + 1
  local number = again and 7 or (begun + made) % 1000
  local fresh = again and "" or "%20%23" .. begun + made * 10 + id
  return wrk.format("GET", before[kind] .. number .. after[kind] .. fresh)
end
"""


@dataclass(frozen=True)
class Running:
    """A server that answers."""

    name: str
    port: int
    path: str


def triples(quads: int) -> Iterator[Triple]:
    """Things with a kind, a label and a next one."""
    things = quads // 3
    for number in range(things):
        thing = NamedNode(f"http://e/{number}")
        yield Triple(thing, KIND, NamedNode(f"http://e/kind/{number % 1000}"))
        yield Triple(thing, LABEL, Literal(f"thing {number}"))
        yield Triple(thing, NEXT, NamedNode(f"http://e/{(number * 7 + 1) % things}"))


def published(folder: Path, quads: int) -> Path:
    """A data directory with one edition of so many quads."""
    Publisher(Archive(folder)).publish(Change(public={"http://e/g": triples(quads)}))
    return folder


@contextmanager
def running(name: str, path: str, *command: str, **settings: object) -> Iterator[Running]:
    """A server, once it answers; PORT in its command is a free one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    plain = {key: value for key, value in os.environ.items() if not key.startswith("REGIOGRAPH_")}
    given = {f"REGIOGRAPH_{key.upper()}": str(value) for key, value in settings.items()}
    process = subprocess.Popen(
        [part.replace("PORT", str(port)) for part in command],
        env={**plain, **given, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                httpx.get(f"http://127.0.0.1:{port}{path}", params={"query": "ASK {}"}, timeout=60)
                break
            except httpx.TransportError:
                if process.poll() is not None:
                    raise SystemExit(f"{name} did not start") from None
                time.sleep(0.1)
        yield Running(name, port, path)
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:  # rdflib-endpoint answers to the end what it was asked
            process.kill()
            process.wait()


def ours(stack: ExitStack, data: Path, **settings: object) -> Running:
    """Our server, as a user starts it."""
    command = (sys.executable, "-m", "regiograph", "serve", "--port", "PORT")
    return stack.enter_context(running("ours", "/sparql", *command, data=data, queue=200, **settings))


class Client(asyncio.Protocol):
    """Asks one query after the other on one connection."""

    def __init__(self, request: Callable[[int], bytes], until: float) -> None:
        self._request, self._until = request, until
        self._received = b""
        self._asked = 0.0
        self.waits: list[float] = []
        self.done = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        if self._is_whole():
            self._received = b""
            self.waits.append(time.perf_counter() - self._asked)
            self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server has closed"))

    def _ask(self) -> None:
        self._asked = time.perf_counter()
        if self._asked >= self._until:
            self.done.set_result(len(self.waits))
            self._transport.close()
        else:
            self._transport.write(self._request(len(self.waits)))

    def _is_whole(self) -> bool:
        end = self._received.find(b"\r\n\r\n")
        if end < 0:
            return False
        head = self._received[:end].lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(self._received[:500].decode())
        if (place := head.find(b"content-length: ")) >= 0:
            length = int(head[place + 16 :].split(b"\r\n", 1)[0])
            return len(self._received) >= end + 4 + length
        return self._received.endswith(b"0\r\n\r\n")


def asking(server: Running, query: str, *, again: bool, offset: int) -> Callable[[int], bytes]:
    """Makes requests: the same ever again, or each for the first time."""

    def request(number: int) -> bytes:
        text = query.format(n=7 if again else (offset + number) % 1000)
        fresh = "" if again else f" #{offset + number}"
        target = f"{server.path}?query={quote(text + fresh)}"
        return f"GET {target} HTTP/1.1\r\nHost: x\r\nAccept: {Format.JSON.media}\r\n\r\n".encode()

    return request


async def load(server: Running, query: str, *, again: bool, clients: int, seconds: float) -> list[float]:
    """The waits of all requests in so many seconds."""
    until = time.perf_counter() + seconds
    loop = asyncio.get_running_loop()
    begun = int(time.time() * 1000) % 1_000_000_000 * 1000
    made = []
    for number in range(clients):
        request = asking(server, query, again=again, offset=begun + number * 1_000_003)
        make: Callable[[], Client] = lambda request=request: Client(request, until)  # noqa: E731
        made.append((await loop.create_connection(make, "127.0.0.1", server.port))[1])
    await asyncio.gather(*(client.done for client in made))
    return [wait for client in made for wait in client.waits]


def small_queries(servers: list[Running], kinds: dict[str, list[str]], seconds: float) -> Iterator[str]:
    """A row for each kind of queries, way of asking and number of clients."""
    names = [server.name for server in servers]
    heads = [f"{name}/s" for name in names] + [f"ratio to {name}" for name in names[1:]]
    yield row("query", "asked", "clients", *heads)
    for name, queries in kinds.items():
        for again in (False, True):
            for clients in (1, 8, 32):
                rates = [rate(server, queries, again, clients, seconds) for server in servers]
                ratios = [f"{rates[0] / max(other, 1 / seconds):.2f}" for other in rates[1:]]
                asked = "again" if again else "first time"
                yield row(name, asked, clients, *(f"{each:.0f}" for each in rates), *ratios)


def rate(server: Running, queries: list[str], again: bool, clients: int, seconds: float) -> float:
    """Requests a second: all these queries in turn."""
    if shutil.which("wrk") is None:
        shares = [
            len(uvloop.run(load(server, query, again=again, clients=clients, seconds=seconds / len(queries))))
            for query in queries
        ]
        return sum(shares) / seconds
    with tempfile.TemporaryDirectory() as folder:
        script, texts = Path(folder) / "ask.lua", Path(folder) / "queries"
        script.write_text(SCRIPT)
        texts.write_text("".join(f"{wrk_line(server, query)}\n" for query in queries))
        found = subprocess.run(
            [
                *("wrk", "-t", "1", "-c", str(clients), "-d", f"{seconds:.0f}s", "-s", str(script)),
                *("-H", f"Accept: {Format.JSON.media}", f"http://127.0.0.1:{server.port}"),
            ],
            env={
                **os.environ,
                "QUERIES": str(texts),
                "AGAIN": str(int(again)),
                "BEGUN": str(int(time.time() * 1000) % 1_000_000_000 * 1000),
            },
            capture_output=True,
            text=True,
        ).stdout
    if "Non-2xx" in found:
        raise SystemExit(f"{server.name} refused some of its queries:\n{found}")
    return float(re.search(r"Requests/sec:\s*([\d.]+)", found)[1])  # type: ignore[index]


def wrk_line(server: Running, query: str) -> str:
    """The target of a request, and a tab where the number belongs; beyond the query where none does."""
    before, _, after = query.partition("{n}")
    plain = [part.replace("{{", "{").replace("}}", "}") for part in (before, after)]
    marked = plain if after else [plain[0] + " #", ""]
    return f"{server.path}?query={quote(marked[0], safe='')}\t{quote(marked[1], safe='')}"


def own_questions(data: Path) -> list[str]:
    """The questions in queries/ that the engine answers quickly, of the edition of the bundled report."""
    pipeline = Pipeline(BASE)
    list(Intake(data, pipeline).take_files([room("reference") / "reports" / "cybersecurity_2020H2.md"]))
    store = Editions(data).current().store
    found = []
    for question in Questions.read(room("queries"), Iris(BASE)).values():
        given = {one.name: one.example for one in question.params if one.required and one.example}
        text = question.asked(given)
        times = []
        for _ in range(3):
            began = time.perf_counter()
            store.query(text).write(BytesIO(), Format.JSON)
            times.append(time.perf_counter() - began)
        if min(times) < QUICK:
            found.append(text.replace("{", "{{").replace("}", "}}"))
    return found


def analytic_questions(data: Path, server: Running) -> Iterator[str]:
    """A row for each question: the median of five, each asked for the first time."""
    yield row("question", "in this process, s", "ours over HTTP, s", "times as long")
    store = Editions(data).current().store
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", timeout=120) as client:
        for name, query in ANALYTIC.items():
            alone, served = [], []
            for number in range(6):
                text = f"{query} #{number}"
                began = time.perf_counter()
                output = BytesIO()
                store.query(text).write(output, Format.JSON)
                between = time.perf_counter()
                answer = client.post("/sparql", data={"query": text}, headers={"accept-encoding": "identity"})
                alone.append(between - began)
                served.append(time.perf_counter() - between)
                assert answer.content == output.getvalue(), name
            alone, served = alone[1:], served[1:]  # the first warms up
            a, b = statistics.median(alone), statistics.median(served)
            yield row(name, f"{a:.3f}", f"{b:.3f}", f"{b / a:.2f}")


def pings(server: Running, seconds: float) -> Iterator[str]:
    """How long a ping waits, alone and while a cartesian product runs."""
    yield row("ping", "p50, ms", "p99, ms", "times idle p99")
    idle = sorted(uvloop.run(load(server, "ASK {{}}", again=False, clients=1, seconds=seconds)))
    program = "import sys, httpx; httpx.post(sys.argv[1], data={'query': sys.argv[2]}, timeout=60)"
    heavy = subprocess.Popen(
        [sys.executable, "-c", program, f"http://127.0.0.1:{server.port}/sparql", CARTESIAN]
    )
    try:
        time.sleep(1.5)
        busy = sorted(uvloop.run(load(server, "ASK {{}}", again=False, clients=1, seconds=seconds)))
    finally:
        heavy.kill()
        heavy.wait()
    base = idle[int(len(idle) * 0.99)]
    for name, waits in (("idle", idle), ("beside a cartesian product", busy)):
        p99 = waits[int(len(waits) * 0.99)]
        yield row(name, f"{waits[len(waits) // 2] * 1000:.2f}", f"{p99 * 1000:.2f}", f"{p99 / base:.2f}")


def row(*cells: object) -> str:
    """A row of a table in Markdown."""
    return f"| {' | '.join(str(cell) for cell in cells)} |"


def others(stack: ExitStack, data: Path, *, rdflib: bool) -> Iterator[Running]:
    """The servers we compare with, on the same data."""
    native = shutil.which("oxigraph", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if native:
        store = str(Editions(data).directory(Editions(data).current_number()) / "store")
        command = (native, "serve-read-only", "-l", store, "-b", "127.0.0.1:PORT")
        yield stack.enter_context(running("oxigraph", "/query", *command))
    if rdflib and importlib.util.find_spec("rdflib_endpoint"):
        path = data / "all.nq"
        Editions(data).current().store.dump(path)
        command = (sys.executable, "-c", RDFLIB, str(path), "PORT")
        yield stack.enter_context(running("rdflib-endpoint", "/sparql", *command))


def main() -> None:
    """Prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--quads", type=int, default=200_000)
    parser.add_argument("--seconds", type=float, default=1.0, help="of each measurement")
    parser.add_argument("--analytic", type=int, default=1_000_000, help="quads; 0: left out")
    parser.add_argument("--fronts", type=int, default=1)
    parser.add_argument("--no-rdflib", action="store_true")
    given = parser.parse_args()
    client = "wrk" if shutil.which("wrk") else "a client in Python"
    print(f"{os.cpu_count()} cores, load before: {os.getloadavg()[0]:.1f}; {client} asks\n", flush=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        data = published(Path(folder), given.quads)
        servers = [
            ours(stack, data, fronts=given.fronts),
            *others(stack, data, rdflib=not given.no_rdflib),
        ]
        for line in small_queries(servers, {name: [query] for name, query in SMALL.items()}, given.seconds):
            print(line, flush=True)
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        own = own_questions(Path(folder))
        data = Path(folder)
        servers = [
            ours(stack, data, fronts=given.fronts),
            *others(stack, data, rdflib=not given.no_rdflib),
        ]
        print()
        for line in small_queries(servers, {f"{len(own)} of our questions": own}, 2 * given.seconds):
            print(line, flush=True)
    if given.analytic:
        with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
            data = published(Path(folder), given.analytic)
            us = ours(stack, data, query_seconds=30)
            for table in (analytic_questions(data, us), pings(us, max(2.0, given.seconds))):
                print()
                for line in table:
                    print(line, flush=True)


if __name__ == "__main__":
    main()
