"""Several front processes over one data directory, started as a user starts them."""

import os
import socket
import subprocess
import sys
import time

import httpx

from tests.api.serving import ROOT, publish

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def is_up(server: int, port: int) -> bool:
    """Whether two fronts have workers of their own, and somebody answers."""
    nurseries = {nursery for front in children(server) for nursery in children(front)}
    try:
        httpx.head(f"http://127.0.0.1:{port}/sparql", params={"query": "ASK {}"}, timeout=60)
    except httpx.TransportError:
        return False
    return sum(len(children(nursery)) == 2 for nursery in nurseries) == 2


def children(pid: int) -> set[int]:
    found = subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True)
    return {int(one) for one in found.stdout.split()}


def answers(port: int, count: int = 30) -> list[str]:
    """One query over as many connections; each may meet another front."""
    found = []
    for _ in range(count):
        response = httpx.get(
            f"http://127.0.0.1:{port}/sparql", params={"query": COUNT, "format": "csv"}, timeout=60
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
        until = time.monotonic() + 120
        while not is_up(process.pid, port):
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.2)
        assert set(answers(port)) == {"11"}
        publish(tmp_path, 20)
        assert set(answers(port)) == {"21"}
        head = httpx.head(f"http://127.0.0.1:{port}/sparql", params={"query": COUNT})
        assert (head.status_code, head.content) == (200, b"")
    finally:
        process.terminate()
        process.wait(20)
