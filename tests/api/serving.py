"""A server for the tests, and something to serve."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.editions import Change, Publisher

ROOT = Path(__file__).resolve().parents[2]
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")

QUESTION = """\
#+ summary: Things by label
#+ description: Everything that carries a label, or one label only.
#+ params:
#+   label: {type: text, example: thing 1, description: A whole label}
#+   most: {type: integer, default: 1000, description: Highest number}
#+ tags: [researchers]
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?thing ?label WHERE {
  VALUES ?label { UNDEF }
  VALUES ?most { UNDEF }
  ?thing rdfs:label ?label .
  FILTER(STRLEN(?label) <= ?most)
} ORDER BY ?thing
"""


def thing(number: int) -> Triple:
    return Triple(NamedNode(f"http://e/{number:04d}"), LABEL, Literal(f"thing {number}"))


def publish(data: Path, things: int) -> None:
    graphs = {"http://g/things": [thing(i) for i in range(things)], "http://g/other": [thing(9999)]}
    Publisher(Archive(data)).publish(Change(public=graphs, full=True))


@contextmanager
def serving(
    data: Path, queries: Path, *, output: int | None = None, **settings: object
) -> Iterator[httpx.Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"data": data, **settings}
    environment = {f"REGIOGRAPH_{name.upper()}": str(value) for name, value in given.items()}
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).parent / "serve.py"), str(port), str(queries)],
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        stdout=output,
        stderr=output,
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            for _ in range(1200):  # a busy machine takes its time
                try:
                    client.get("/queries")
                    break
                except httpx.ConnectError:
                    assert process.poll() is None, "the server ended"
                    time.sleep(0.05)
            yield client
    finally:
        process.terminate()
        process.wait(10)
