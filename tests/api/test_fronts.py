"""Several front processes over one data directory, started as a user starts them."""

import os
import socket
import subprocess
import sys
import time

import httpx

from tests.api.serving import ROOT, publish

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def fronts(server: int) -> set[int]:
    """The processes below a server that have a nursery of their own."""
    return {child for child in children(server) if children(child)}


def children(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return {int(one) for one in found.stdout.split()}


def answers(port: int, count: int = 30) -> list[str]:
    """One query over as many connections; each may meet another front."""
    found = []
    for _ in range(count):
        response = httpx.get(
            f"http://127.0.0.1:{port}/sparql", params={"query": COUNT, "format": "csv"}, timeout=20
        )
        found.append(response.text.split()[1])
    return found


def test_two_fronts_answer_and_both_come_to_a_new_edition(tmp_path):
    publish(tmp_path, 10)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {"DATA": tmp_path, "PORT": port, "WORKERS": 1}
    process = subprocess.Popen(
        [sys.executable, "-m", "regiograph", "serve", "--fronts", "2"],
        env={
            **os.environ,
            **{f"REGIOGRAPH_{name}": str(value) for name, value in settings.items()},
            "PYTHONPATH": str(ROOT),
        },
        stdout=subprocess.DEVNULL,
    )
    try:
        until = time.monotonic() + 60
        while len(fronts(process.pid)) < 2 and time.monotonic() < until:
            time.sleep(0.1)
        assert len(fronts(process.pid)) == 2
        assert set(answers(port)) == {"11"}
        publish(tmp_path, 20)
        assert set(answers(port)) == {"21"}
        head = httpx.head(f"http://127.0.0.1:{port}/sparql", params={"query": COUNT})
        assert (head.status_code, head.content) == (200, b"")
    finally:
        process.terminate()
        process.wait(20)
