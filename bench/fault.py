"""Hostile queries among honest ones, from many clients: all honest ones right, memory back where it was.

    python bench/fault.py [--hostile 1000] [--honest 1000] [--clients 20] [--seconds 2]

Half of the clients are honest, the others are not; each has an address of its own (127.0.0.x).
"""

import argparse
import asyncio
import os
import random
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.editions import Change, Publisher

ROOT = Path(__file__).resolve().parents[1]
THINGS = 500
_PATIENCE = 300.0  # seconds for what takes two where nothing else runs
PREFIX = "PREFIX e: <http://e/> "
HOSTILE: dict[str, Callable[[int], str]] = {
    "cartesian": lambda n: (
        f"SELECT (COUNT(*) AS ?n) {{ {' . '.join(f'?a{i} ?b{i} ?c{i}' for i in range(4))} }} #{n}"
    ),
    "deep": lambda n: f"SELECT * {{ {'{' * (250 + n % 5000)} ?s ?p ?o {'}' * (250 + n % 5000)} }}",
    "deep unary": lambda n: f"ASK {{ FILTER({'!' * (20_000 + n)}true) }}",
    "order": lambda n: f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} ORDER BY ?i ?f ?c #{n}",
    "concat": lambda n: f"SELECT (GROUP_CONCAT(?all) AS ?x) {{ ?a ?b ?all . ?d ?e ?f . ?g ?h ?i }} #{n}",
    "rows": lambda n: f"SELECT * {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }} #{n}",
    "long": lambda n: f"SELECT * {{ ?s ?p '{'x' * 10_000_000}' }} #{n}",
    "path": lambda n: f"SELECT * {{ ?a (e:next|^e:next)* ?b . ?b (e:next|^e:next)* ?c . ?c !e:x* ?d }} #{n}",
    "regex": lambda n: f"SELECT * {{ ?s ?p ?o FILTER(REGEX(STR(?o), '{'(a|b|ab)*' * 300}c')) }} #{n}",
}


@dataclass
class Tally:
    """What came of it."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    refused: int = 0  # honest queries that were told to try again, and then were answered
    waits: list[float] = field(default_factory=list)
    before: int = 0  # megabytes of all processes
    after: int = 0

    def line(self) -> str:
        """The figures of a run."""
        waits = sorted(self.waits)
        share = {p: waits[min(len(waits) - 1, int(len(waits) * p / 100))] for p in (50, 95, 99)}
        return (
            f"{len(waits)} honest answers, {len(self.wrong)} wrong, {self.refused} told to try again; "
            f"p50 {share[50]:.3f} s, p95 {share[95]:.3f} s, p99 {share[99]:.3f} s, most {waits[-1]:.3f} s; "
            f"memory {self.before} MB before, {self.after} MB after"
        )


def things() -> Iterator[Triple]:
    for number in range(THINGS):
        thing = NamedNode(f"http://e/{number}")
        yield Triple(thing, NamedNode("http://e/label"), Literal(f"thing {number} {'ab' * 20}"))
        yield Triple(thing, NamedNode("http://e/next"), NamedNode(f"http://e/{(number + 1) % THINGS}"))


def honest(number: int) -> tuple[str, str]:
    """A query, and what answers it as CSV."""
    key = number % THINGS
    kinds = (
        (f"SELECT ?x {{ e:{key} e:next ?x }}", f"x\r\nhttp://e/{(key + 1) % THINGS}\r\n"),
        ("SELECT (COUNT(?s) AS ?n) { ?s e:next ?o }", f"n\r\n{THINGS}\r\n"),
        (
            f"SELECT ?l {{ ?s e:next e:{key} ; e:label ?l }}",
            f"l\r\nthing {(key - 1) % THINGS} {'ab' * 20}\r\n",
        ),
    )
    query, answer = kinds[number % len(kinds)]
    return f"{PREFIX}{query} #{number}", answer


async def run(port: int, tally: Tally, *, hostiles: int, honests: int, clients: int, seconds: float) -> None:
    """Sends all of them."""
    todo = iter(range(honests))
    attacks = iter(range(hostiles))
    half = max(1, clients // 2)
    async with asyncio.TaskGroup() as group:
        for client in range(half):
            group.create_task(_honest(port, f"127.0.0.{10 + client}", todo, tally))
        for client in range(clients - half):
            group.create_task(_hostile(port, f"127.0.0.{100 + client}", attacks, tally, seconds))


async def _honest(port: int, address: str, todo: Iterator[int], tally: Tally) -> None:
    async with _client(port, address) as client:
        for number in todo:
            query, expected = honest(number)
            began = time.perf_counter()
            response = await _patiently(client, query, tally)
            tally.waits.append(time.perf_counter() - began)
            tally.statuses["honest", response.status_code] += 1
            if response.text != expected:
                tally.wrong.append(f"{response.status_code}: {query}")


async def _patiently(client: httpx.AsyncClient, query: str, tally: Tally) -> httpx.Response:
    """The answer, perhaps after some tries where the service says that it is busy."""
    for _ in range(20):
        response = await client.post("/sparql", data={"query": query, "format": "csv"})
        if response.status_code != 503:
            break
        tally.refused += 1
        await asyncio.sleep(0.5)
    return response


async def _hostile(port: int, address: str, attacks: Iterator[int], tally: Tally, seconds: float) -> None:
    names = list(HOSTILE)
    async with _client(port, address) as client:
        for number in attacks:
            name = names[number % len(names)]
            leaves = random.Random(number).random() < 0.1
            try:
                response = await client.post(
                    "/sparql",
                    data={"query": PREFIX + HOSTILE[name](number)},
                    timeout=seconds / 2 if leaves else 120,
                )
                tally.statuses[name, response.status_code] += 1
                if response.status_code == 200 and name not in ("regex", "path"):
                    tally.wrong.append(f"200 for {name}")
            except httpx.TimeoutException:
                tally.statuses[name, 0] += 1
            except httpx.TransportError:  # a body that is too long is not read to its end
                tally.statuses[name, -1] += 1


def _client(port: int, address: str) -> httpx.AsyncClient:
    transport = httpx.AsyncHTTPTransport(local_address=address)
    return httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", transport=transport, timeout=120)


def megabytes(pid: int) -> int:
    """What a process holds, and all that it started."""
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split()
    return _resident(pid) + sum(megabytes(int(child)) for child in found)


def prepared(log: Path) -> None:
    """Waits until the server has prepared what it prepares after its start, which it keeps in memory.

    Raises:
        TimeoutError: it has not said so.
    """
    until = time.monotonic() + _PATIENCE
    while b"prepared" not in log.read_bytes():
        if time.monotonic() > until:
            raise TimeoutError(f"{log} does not say that the server has prepared its edition")
        time.sleep(0.1)


def _resident(pid: int) -> int:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    size = next((line.split()[1] for line in status.split("\n") if line.startswith("VmRSS")), "0")
    return int(size) // 1024


def _log(data: Path) -> Path:
    return data.parent / "server.log"


@contextmanager
def served(data: Path, seconds: float) -> Iterator[tuple[int, int]]:
    """A server of its own: its port and process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {
        "DATA": data,
        "PORT": port,
        "QUERY_SECONDS": seconds,
        "WORKER_MEGABYTES": 1024,
        "QUEUE": 64,
        "QUEUE_SECONDS": 30,
    }
    log = _log(data).open("wb")
    process = subprocess.Popen(
        [sys.executable, "-m", "regiograph", "serve"],
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith("REGIOGRAPH_")},
            **{f"REGIOGRAPH_{name}": str(value) for name, value in settings.items()},
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.DEVNULL,
        stderr=log,
    )
    try:
        for _ in range(600):
            try:
                httpx.get(f"http://127.0.0.1:{port}/sparql", params={"query": "ASK {}"})
                break
            except httpx.TransportError:
                assert process.poll() is None, "the server ended"
                time.sleep(0.05)
        yield port, process.pid
    finally:
        if process.poll() is not None:
            print(f"The server has ended: {process.returncode}")
            print(_log(data).read_text()[-3000:])
        log.close()
        process.terminate()
        process.wait(20)


def attack(folder: Path, *, hostiles: int, honests: int, clients: int, seconds: float) -> Tally:
    """A whole run against a server of its own."""
    tally = Tally()
    Publisher(Archive(folder)).publish(Change(public={"http://e/g": things()}))
    with served(folder, seconds) as (port, pid):
        warm = Tally()
        asyncio.run(run(port, warm, hostiles=0, honests=30, clients=4, seconds=seconds))
        prepared(_log(folder))
        tally.before = megabytes(pid)
        asyncio.run(run(port, tally, hostiles=hostiles, honests=honests, clients=clients, seconds=seconds))
        time.sleep(1.5)  # workers that were stopped are replaced
        tally.after = megabytes(pid)
    return tally


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--hostile", type=int, default=1000)
    parser.add_argument("--honest", type=int, default=1000)
    parser.add_argument("--clients", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=2, help="deadline of a query")
    given = parser.parse_args()
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        tally = attack(
            Path(folder) / "data",
            hostiles=given.hostile,
            honests=given.honest,
            clients=given.clients,
            seconds=given.seconds,
        )
    print(
        f"{given.hostile} hostile, {given.honest} honest, {given.clients} clients, "
        f"{time.perf_counter() - began:.0f} s"
    )
    for (name, status), number in sorted(tally.statuses.items()):
        print(f"  {name:12} {status:4} {number:6}")
    print(tally.line())
    print(*tally.wrong[:10], sep="\n")


if __name__ == "__main__":
    main()
