"""Queries per second through the service, beside the native `oxigraph` server on the same store, in one run.

    python bench/query.py [quads] [seconds]

A row says how many requests are answered each second and how that compares: above 1 is faster than native.
"""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.editions import Change, Editions, Publisher

ROOT = Path(__file__).resolve().parents[1]
SERVE = """
import sys
import uvicorn
from pathlib import Path
from api.app import create_app
from regiograph.settings import Settings
settings = Settings(data=Path(sys.argv[1]), port=int(sys.argv[2]), queue=200)
uvicorn.run(create_app(settings), port=settings.port, log_level="warning", access_log=False)
"""
QUERIES = {
    "one thing": "SELECT ?p ?o { <http://e/%d> ?p ?o }",
    "a join": "SELECT ?s ?o { ?s <http://e/kind> <http://e/kind/%d> ; <http://e/label> ?o } LIMIT 50",
    "a count": "SELECT (COUNT(*) AS ?n) { ?s <http://e/kind> <http://e/kind/%d> }",
}


def triples(quads: int) -> Iterator[Triple]:
    for number in range(quads // 2):
        thing = NamedNode(f"http://e/{number}")
        yield Triple(thing, NamedNode("http://e/kind"), NamedNode(f"http://e/kind/{number % 1000}"))
        yield Triple(thing, NamedNode("http://e/label"), Literal(f"thing {number}"))


@contextmanager
def running(*command: str) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [part.replace("PORT", str(port)) for part in command],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=subprocess.DEVNULL,
    )
    try:
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait()


async def client(port: int, path: str, query: str, repeat: bool, until: float, offset: int) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    done = 0
    while time.perf_counter() < until:
        text = query % (0 if repeat else (offset + done) % 1000)
        fresh = "" if repeat else f"#{offset + done}"
        writer.write(f"GET {path}?query={quote(text + fresh)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        head = (await reader.readuntil(b"\r\n\r\n")).lower()
        if not head.startswith(b"http/1.1 200"):
            raise SystemExit(head.decode())
        if b"content-length: " in head:
            await reader.readexactly(int(head.split(b"content-length: ")[1].split(b"\r\n")[0]))
        else:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        done += 1
    writer.close()
    return done


async def rate(port: int, path: str, query: str, repeat: bool, clients: int, seconds: float) -> float:
    until = time.perf_counter() + seconds
    jobs = (client(port, path, query, repeat, until, number * 1_000_000) for number in range(clients))
    return sum(await asyncio.gather(*jobs)) / seconds


def main(quads: int, seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        began = time.perf_counter()
        Publisher(Archive(data)).publish(Change(public={"http://e/g": triples(quads)}))
        print(f"published {quads} quads in {time.perf_counter() - began:.1f} s")
        store = str(Editions(data).directory(1) / "store")
        native = ("oxigraph", "serve-read-only", "-l", store, "--union-default-graph", "-b", "127.0.0.1:PORT")
        ours = (sys.executable, "-c", SERVE, str(data), "PORT")
        print(f"{'query':10} {'asked':6} {'clients':>7} {'native/s':>9} {'ours/s':>9} {'ratio':>6}")
        with running(*native) as native_port, running(*ours) as our_port:
            for name, query in QUERIES.items():
                for repeat in (False, True):
                    for clients in (1, 8, 32):
                        theirs = asyncio.run(rate(native_port, "/query", query, repeat, clients, seconds))
                        mine = asyncio.run(rate(our_port, "/sparql", query, repeat, clients, seconds))
                        asked = "again" if repeat else "first"
                        print(
                            f"{name:10} {asked:6} {clients:7} {theirs:9.0f} {mine:9.0f} {mine / theirs:6.2f}"
                        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200_000, float(sys.argv[2]) if len(sys.argv) > 2 else 2)
