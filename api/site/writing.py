"""An edition as a folder of files that any file server can show, for good: pages, data, tables, SPARQL.

Pages are those that the service shows, asked of it in this process, with their links made relative. What has
no page of its own is told by a page that reads the data in the browser, as does the SPARQL page, on
Oxigraph's WebAssembly. Nothing comes from another address; the same edition gives the same bytes.
"""

import asyncio
import gzip
import hashlib
import json
import shutil
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from fastapi import FastAPI
from starlette.requests import Request

from api.app import create_app
from api.linked.listing import Thing, grouped, listed
from api.pages import Look
from api.site.relinking import BROWSE, HOME, QUERY, Relinking
from regiograph.errors import BadSettings, Damaged
from regiograph.examples import example_text
from regiograph.iris import Iris
from regiograph.linked.addresses import SUFFIXES, Addresses
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.service.front import Front
from regiograph.settings import Settings
from regiograph.store.files import write_whole

MARK = "site.json"
"""What the pages read: edition, questions, which pages there are. A folder that has it is a site."""

_STATIC = Path(__file__).parents[1] / "static"
_AT_ONCE = 8
_WHOLE = "dumps/whole.nq.gz"
_DATA = "data.nq.gz"
_FILES = ("site.css", "mark.svg", "site.js")
_BESIDE = (_WHOLE, *(f"static/{name}" for name in _FILES))
_WORDS = ("ns", "code", "shapes", "alignments")
Told = Callable[[str], None]


def write_site(
    settings: Settings, folder: Path, dumps: Callable[[Path], Iterable[Path]], told: Told = lambda _: None
) -> int:
    """Writes the site of the current edition; how many files it has.

    `dumps` writes the files of all datasets into a folder.

    Raises:
        BadSettings: the folder holds something else.
        NotReady: nothing is published yet.
    """
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).is_file():
        raise BadSettings(
            "This folder holds something else.", where=folder.name, way_out="Give a new or an empty folder."
        )
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    asyncio.run(_Site(settings, folder, told).write())
    told("Writing the dumps")
    for _ in dumps(folder / "dumps"):
        pass
    _repack(folder / _WHOLE, folder / _DATA)
    return _sums(folder)


class _Site:
    """Writes pages. Asks the service in this process."""

    def __init__(self, settings: Settings, folder: Path, told: Told) -> None:
        self._settings = settings
        self._folder = folder
        self._told = told
        self._app = create_app(settings)
        self._front: Front = self._app.state.front
        self._addresses = Addresses(settings.base)
        self._links = Relinking(settings.base, ())

    async def write(self) -> None:
        """All but the dumps."""
        async with self._app.router.lifespan_context(self._app):
            things = await self._things()
            paths = [*self._always(), *(self._of(thing) for thing in things)]
            files = {file: path for group in paths for file, path in group.items()}
            self._links = Relinking(self._settings.base, {*files, BROWSE, QUERY, HOME, *_BESIDE})
            gate = asyncio.Semaphore(_AT_ONCE)
            self._told(f"Writing {len(files)} files")
            await asyncio.gather(*(self._file(gate, file, path) for file, path in files.items()))
            self._own_pages(things)
        self._mark(things)
        for name in _FILES:
            write_whole(self._folder / "static" / name, (_STATIC / name).read_bytes())
        shutil.copytree(_STATIC / "vendor", self._folder / "static" / "vendor")

    async def _things(self) -> list[Thing]:
        asked = Questions.read(room("queries") / "linked", Iris(self._settings.base))["site"]
        reply = await self._front.answer(self._front.plan(asked.asked({}), format="json"))
        found: dict[str, Thing] = {}
        for row in json.loads(reply.body)["results"]["bindings"]:
            if thing := listed(self._addresses, row):
                found.setdefault(thing["path"], thing)
        return list(found.values())

    def _always(self) -> Sequence[dict[str, str]]:
        """Files by name, each with the address that has its content."""
        words = {f"{name}.{suffix}": f"/{name}.{suffix}" for name in _WORDS for suffix in SUFFIXES}
        tables = Questions.read(room("queries") / "tables", Iris(self._settings.base))
        endings = ("csv", "xlsx", "csv-metadata.json")
        rows = {f"tables/{name}.{end}": f"/tables/{name}.{end}" for name in tables for end in endings}
        documents: dict[str, str] = {}
        for name in self._front.current().documents:
            if name.startswith("reports/") and name.endswith(".txt"):
                own = name.removeprefix("reports/").removesuffix(".txt")
                documents |= {
                    f"documents/{own}.html": f"/documents/{own}",
                    f"documents/{own}.txt": f"/documents/{own}.txt",
                }
        org = {f"org.{suffix}": f"/org.{suffix}" for suffix, format in SUFFIXES.items() if format}
        more = {"tables.html": "/tables", "ns/diagram.svg": "/ns/diagram.svg"}
        return [words, rows, documents, org, more]

    @staticmethod
    def _of(thing: Thing) -> dict[str, str]:
        return {f"{thing['path']}.{suffix}": f"/{thing['path']}.{suffix}" for suffix in SUFFIXES}

    async def _file(self, gate: asyncio.Semaphore, file: str, path: str) -> None:
        async with gate:
            body = await _asked(self._app, path, html=file.endswith(".html"))
        if file.endswith(".html"):
            body = self._links.page(body.decode(), file).encode()
        target = self._folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(body)

    def _own_pages(self, things: Sequence[Thing]) -> None:
        """The pages that only a site has: its start, SPARQL, and what tells of all else."""
        look = Look(self._front, self._settings.base)
        request = Request({"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b""})
        groups = grouped(things)
        for file, template in ((HOME, "index"), (QUERY, "sparql"), (BROWSE, "browse")):
            page = look.page(request, f"site/{template}.html", groups=groups)
            text = self._links.page(bytes(page.body).decode(), file)
            (self._folder / file).write_text(text, encoding="utf-8")

    def _mark(self, things: Sequence[Thing]) -> None:
        edition = self._front.current()
        questions = Questions.read(room("queries"), Iris(self._settings.base))
        content: dict[str, Any] = {
            "base": self._settings.base,
            "edition": {"number": edition.number, "hash": edition.hash, "created": edition.created},
            "dump": _DATA,
            "pages": sorted(each["path"] for each in things),
            "questions": [
                {"name": each.name, "summary": each.summary, "query": example_text(each)}
                for each in questions.values()
            ],
        }
        write_whole(self._folder / MARK, json.dumps(content, ensure_ascii=False, indent=0).encode())


async def _asked(app: FastAPI, address: str, *, html: bool) -> bytes:
    """What the service answers at an address.

    Raises:
        Damaged: not with 200.
    """
    status, body = 0, bytearray()
    parts = urlsplit(address)
    accept = b"text/html" if html else b"*/*"
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": parts.path,
        "raw_path": parts.path.encode(),
        "query_string": parts.query.encode(),
        "root_path": "",
        "headers": [(b"host", b"localhost"), (b"accept", accept)],
        "client": ("127.0.0.1", 0),
        "server": ("localhost", 80),
    }
    asked = iter([{"type": "http.request", "body": b"", "more_body": False}])

    async def receive() -> dict[str, Any]:
        if (first := next(asked, None)) is not None:
            return first
        await asyncio.Event().wait()  # this client never leaves
        raise AssertionError

    async def send(message: Any) -> None:
        nonlocal status
        status = message.get("status", status)
        body.extend(message.get("body", b""))

    await app(scope, receive, send)
    if status != 200:
        raise Damaged(
            f"A page could not be made: status {status}.",
            where=address,
            way_out="See the log of the service.",
        )
    return bytes(body)


def _repack(source: Path, target: Path) -> None:
    """The same content as one piece: browsers unpack no file that is several, one after the other."""
    with (
        gzip.open(source) as packed,
        target.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0) as made,
    ):
        shutil.copyfileobj(packed, made, 1 << 20)


def _sums(folder: Path) -> int:
    """Writes SHA256SUMS, for `sha256sum --check`; how many files there are."""
    sums = folder / "SHA256SUMS"
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path != sums)
    lines = (
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(folder).as_posix()}\n"
        for path in files
    )
    write_whole(sums, "".join(lines).encode())
    return len(files)
