"""Real SPARQL engines, started by the tests on free ports, in directories of their own."""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.error import URLError
from urllib.parse import quote
from urllib.request import urlopen

from regiograph.contents import contents_of, edition_hash
from regiograph.editions import Manifest
from regiograph.mirror import Mirror
from regiograph.served import Served
from regiograph.settings import Settings
from regiograph.store import EmbeddedReader
from regiograph.store.address import address_of
from regiograph.store.engine import Engine

VIRTUOSO = """
[Database]
DatabaseFile=virtuoso.db
ErrorLogFile=virtuoso.log
LockFile=virtuoso.lck
TransactionFile=virtuoso.trx
xa_persistent_file=virtuoso.pxa
[TempDatabase]
DatabaseFile=virtuoso-temp.db
TransactionFile=virtuoso-temp.trx
[Parameters]
ServerPort=127.0.0.1:{sql}
ServerThreads=20
NumberOfBuffers={buffers}
MaxDirtyBuffers={dirty}
DirsAllowed=.
[HTTPServer]
ServerPort=127.0.0.1:{http}
ServerRoot=.
ServerThreads=10
[SPARQL]
ResultSetMaxRows={rows}
MaxQueryExecutionTime=60
"""


@dataclass(frozen=True)
class Running:
    """An engine that answers."""

    name: str
    settings: dict[str, object] = field(default_factory=dict)  # as regiograph is told of it
    pid: int = 0


def missing(name: str) -> str:
    """What to install for an engine; empty where it is there."""
    if name == "oxigraph":
        return "" if _oxigraph().exists() else "pip install oxigraph"
    return "" if shutil.which("virtuoso-t") else "apt-get install virtuoso-opensource-7"


@contextmanager
def oxigraph(folder: Path) -> Iterator[Running]:
    """The oxigraph server, empty."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [str(_oxigraph()), "serve", "--location", str(folder / "db"), "--bind", f"127.0.0.1:{port}"]
    with _process(command, folder, f"{address}/query") as pid:
        yield Running("oxigraph", {"store": f"{address}/query", "store_update": f"{address}/update"}, pid)


@contextmanager
def virtuoso(folder: Path, *, rows: int = 1_000_000, buffers: int = 40_000) -> Iterator[Running]:
    """Virtuoso, empty; its updates want a password."""
    http, sql = free_port(), free_port()
    folder.mkdir(parents=True, exist_ok=True)
    ini = VIRTUOSO.format(http=http, sql=sql, rows=rows, buffers=buffers, dirty=buffers * 3 // 4)
    (folder / "virtuoso.ini").write_text(ini)
    address = f"http://127.0.0.1:{http}"
    command = ["virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"]
    settings = {
        "store": f"{address}/sparql",
        "store_update": f"{address}/sparql-auth",
        "store_user": "dba",
        "store_password": "dba",
        "store_auth": "digest",
    }
    with _process(command, folder, f"{address}/sparql") as pid:
        yield Running("virtuoso", settings, pid)


@dataclass(frozen=True)
class Held:
    """Quads in memory, as an edition."""

    manifest: Manifest
    store: EmbeddedReader
    documents: dict[str, bytes] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)

    def document(self, name: str) -> bytes:
        """One of its documents."""
        return self.documents[name]


def held(store: EmbeddedReader, number: int = 1, documents: dict[str, bytes] | None = None) -> Held:
    """A store as an edition of that number."""
    graphs = contents_of(store)
    given = documents or {}
    manifest = Manifest(
        number=number,
        hash=edition_hash(graphs),
        quads=sum(one.quads for one in graphs.values()),
        created="2026-11-25T00:00:00Z",
        graphs=graphs,
        documents={name: hashlib.sha256(data).hexdigest() for name, data in given.items()},
    )
    return Held(manifest, store, given)


def put(running: Running, store: EmbeddedReader, base: str = "") -> Served:
    """Makes an engine serve a store, under a base of its own where none is given."""
    base = base or f"http://base/{next(_numbers)}"
    Mirror(engine(running), base).follow(held(store))
    return Served(engine(running), base)


def engine(running: Running) -> Engine:
    """As regiograph speaks to it."""
    address = address_of(Settings(**running.settings))
    assert address is not None
    return Engine(address)


_numbers = count()


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def _process(command: list[str], folder: Path, address: str) -> Iterator[int]:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
    try:
        _until_ready(process, address, folder / "log")
        yield process.pid
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            raise RuntimeError(f"{process.args} ended: {log.read_text()[-2000:]}")
        try:
            with urlopen(f"{address}?query={quote('ASK{}')}", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    raise RuntimeError(f"{process.args} does not answer")


def _oxigraph() -> Path:
    beside = Path(sys.executable).with_name("oxigraph")
    found = shutil.which("oxigraph", path=os.environ.get("PATH"))
    return beside if beside.exists() or found is None else Path(found)
