"""What changed from one edition to the next, statement by statement: edition and change give the next.

    data/public/dumps/changes/000007/{change.json, added.nq.gz, removed.nq.gz}

Lines are canonical N-Quads, by graph and then by their bytes; only graphs whose digests differ are read. Made
from two editions that stand; the lines go when one of the two is dropped, `change.json` stays.
"""

import gzip
import json
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, cast

from regiograph.contents import sorted_lines
from regiograph.dumps.pieces import digest_of
from regiograph.editions import Editions, Manifest, PublicEdition
from regiograph.errors import Gone, NoSuchThing
from regiograph.store.files import make_last, write_whole

ADDED, REMOVED = "added.nq.gz", "removed.nq.gz"
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedLines:
    """The statements that came, or those that went, as a file."""

    name: str
    quads: int
    size: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedGraph:
    """How much of one graph changed."""

    graph: str
    added: int
    removed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionChange:
    """How an edition differs from the one before it that stood when this was made; 0: from nothing."""

    edition: int
    created: str
    hash: str
    before: int
    hash_before: str
    graphs: tuple[ChangedGraph, ...]
    files: tuple[ChangedLines, ...]

    @classmethod
    def read(cls, path: Path) -> "EditionChange":
        """From its JSON."""
        content = json.loads(path.read_bytes())
        content["graphs"] = tuple(ChangedGraph(**one) for one in content["graphs"])
        content["files"] = tuple(ChangedLines(**one) for one in content["files"])
        return cls(**content)

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


class Changes:
    """The changes between the editions of one data directory. What is written once stays as it is."""

    def __init__(self, data: Path) -> None:
        self._folder = data / "public" / "dumps" / "changes"
        self._editions = Editions(data)

    def known(self) -> list[EditionChange]:
        """All changes made so far, oldest first."""
        return [EditionChange.read(path) for path in sorted(self._folder.glob("*/change.json"))]

    def file(self, edition: int, name: str) -> Path:
        """The lines of a change.

        Raises:
            NoSuchThing: there is no such change.
            Gone: one of its two editions was dropped.
        """
        home = self._home(edition)
        if name not in (ADDED, REMOVED) or not (home / "change.json").is_file():
            raise NoSuchThing(
                "There is no such change.", where=f"edition {edition}", way_out="See the changes at /feed."
            )
        if not (home / name).is_file():
            raise Gone(
                "The edition was dropped, or the one before it: so are the statements that changed.",
                where=f"edition {edition}",
                way_out="Load a later edition from /dumps.",
            )
        return home / name

    def make(self) -> None:
        """Makes those that are not made yet, between editions that stand; removes what a stopped run left."""
        for path in self._folder.glob(".new-*"):
            shutil.rmtree(path, ignore_errors=True)
        numbers = self._editions.numbers()
        for number in numbers:
            if not (self._home(number) / "change.json").is_file():
                self._make(number, max((one for one in numbers if one < number), default=0))

    def forget(self, edition: int) -> None:
        """Removes the lines that an edition has a part in."""
        for change in self.known():
            if edition in (change.edition, change.before):
                for name in (ADDED, REMOVED):
                    (self._home(change.edition) / name).unlink(missing_ok=True)

    def _make(self, number: int, before: int) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        with ExitStack() as opened:
            scratch = Path(
                opened.enter_context(
                    tempfile.TemporaryDirectory(dir=self._folder, prefix=".new-", ignore_cleanup_errors=True)
                )
            )
            new = self._opened(opened, number)
            old = self._opened(opened, before) if before else None
            with _Lines(scratch / ADDED) as added, _Lines(scratch / REMOVED) as removed:
                graphs = tuple(_differences(old, new, added, removed, scratch))
            change = EditionChange(
                edition=number,
                created=new.manifest.created,
                hash=new.manifest.hash,
                before=before,
                hash_before=old.manifest.hash if old else "",
                graphs=graphs,
                files=(added.told(), removed.told()),
            )
            text = json.dumps(change.plain(), ensure_ascii=False, indent=1).encode()
            write_whole(scratch / "change.json", text)
            scratch.chmod(0o755)
            scratch.rename(self._home(number))
        make_last(self._folder)

    def _opened(self, opened: ExitStack, number: int) -> PublicEdition:
        edition = self._editions.edition(number)
        opened.callback(edition.store.close)
        return edition

    def _home(self, edition: int) -> Path:
        return self._folder / f"{edition:06d}"


def patch(change: EditionChange, removed: Path, added: Path) -> Iterator[bytes]:
    """A change as RDF Patch: one header, one transaction, `D` and `A` lines."""
    yield f'H regiograph-from "{change.hash_before}" .\nH regiograph-to "{change.hash}" .\nTX .\n'.encode()
    for mark, path in ((b"D ", removed), (b"A ", added)):
        with gzip.open(path) as lines:
            while block := lines.readlines(_BLOCK):
                yield b"".join(mark + line for line in block)
    yield b"TC .\n"


class _Lines:
    """A compressed file of lines, being written; the same lines give the same bytes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("wb")
        self._packed = gzip.GzipFile("", "wb", 6, cast(IO[bytes], self._file), mtime=0)
        self.quads = 0

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *error: object) -> None:
        self._packed.close()
        self._file.close()

    def add(self, line: bytes) -> None:
        self._packed.write(line)
        self.quads += 1

    def told(self) -> ChangedLines:
        with self._path.open("rb") as file:
            digest, size = digest_of(iter(lambda: file.read(_BLOCK), b""))
        return ChangedLines(name=self._path.name, quads=self.quads, size=size, sha256=digest)


def _differences(
    old: PublicEdition | None, new: PublicEdition, added: _Lines, removed: _Lines, scratch: Path
) -> Iterator[ChangedGraph]:
    for graph in _changed(old.manifest if old else None, new.manifest):
        end = f"<{graph}> .\n".encode() if graph else b".\n"
        came = went = 0
        earlier = _sorted(old, graph, scratch) if old and graph in old.manifest.graphs else ()
        later = _sorted(new, graph, scratch) if graph in new.manifest.graphs else ()
        for line, is_new in _compared(earlier, later):
            (added if is_new else removed).add(line[:-2] + end)
            came, went = came + is_new, went + (not is_new)
        yield ChangedGraph(graph=graph, added=came, removed=went)


def _changed(old: Manifest | None, new: Manifest) -> Sequence[str]:
    earlier = old.graphs if old else {}
    return sorted(name for name in {*earlier, *new.graphs} if earlier.get(name) != new.graphs.get(name))


def _sorted(edition: PublicEdition, graph: str, scratch: Path) -> Iterator[bytes]:
    with tempfile.TemporaryFile(dir=scratch) as file:
        edition.store.dump_graph(file, graph)
        file.seek(0)
        yield from sorted_lines(file, scratch)


def _compared(earlier: Iterable[bytes], later: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """Lines that only one of two sorted series has, and whether it is the later one.

    >>> list(_compared([b"a", b"b"], [b"b", b"c"]))
    [(b'a', False), (b'c', True)]
    """
    left, right = iter(earlier), iter(later)
    one, other = next(left, None), next(right, None)
    while one is not None or other is not None:
        if one == other:
            one, other = next(left, None), next(right, None)
        elif other is None or (one is not None and one < other):
            yield cast(bytes, one), False
            one = next(left, None)
        else:
            yield other, True
            other = next(right, None)
