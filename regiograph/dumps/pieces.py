"""Pieces: one graph, or what it says of one thing, in each format; kept by content, compressed.

    <folder>/<ab>/<key>.<ending>.gz      the key is of the graph's name and the digest of its content

Editions share the pieces of graphs that stay as they are, so a new edition writes only what changed. A file
is its pieces one after the other: several gzip members are one gzip file, and their contents one content.
"""

import gzip
import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import IO, cast

from regiograph.dumps.formats import FORMATS, DumpFormat, Triples

_BLOCK = 256 * 1024
_LEVEL = 6
_MOST_LINES = 50_000  # of a piece that is made in memory


@dataclass(frozen=True, slots=True, order=True)
class Piece:
    """A part of one graph."""

    graph: str
    hash: str  # SHA-256 of its N-Triples, sorted, one a line: as in regiograph.contents
    quads: int

    @property
    def key(self) -> str:
        """What its files are called."""
        return hashlib.sha256(f"{self.hash} {self.graph}".encode()).hexdigest()


class Pieces:
    """The pieces in a folder. A piece once there never changes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, piece: Piece, format: DumpFormat) -> Path:
        """Where the file of a piece is."""
        return self._folder / piece.key[:2] / f"{piece.key}.{format.ending}.gz"

    def holds(self, piece: Piece) -> bool:
        """Whether a piece is there, in all formats."""
        return all(self.path(piece, each).is_file() for each in FORMATS)

    def keep(self, graph: str, lines: Iterable[bytes]) -> Piece:
        """The piece of these N-Triples, sorted and each once; written where it is not there yet."""
        waiting = iter(lines)
        first = b"".join(islice(waiting, _MOST_LINES))
        if (following := next(waiting, None)) is None:
            piece = Piece(graph, hashlib.sha256(first).hexdigest(), first.count(b"\n"))
            return self._kept(piece, Triples(first))
        self._folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=self._folder, prefix=".new-") as scratch:
            path = Path(scratch) / "sorted.nt"
            digest, count = _write_lines(chain([first, following], waiting), path)
            return self._kept(Piece(graph, digest, count + _MOST_LINES - 1), Triples(path))

    def _kept(self, piece: Piece, triples: Triples) -> Piece:
        if not self.holds(piece):
            self.path(piece, FORMATS[0]).parent.mkdir(parents=True, exist_ok=True)
            for format in FORMATS:
                self._write(piece, triples, format)
        return piece

    def _write(self, piece: Piece, triples: Triples, format: DumpFormat) -> None:
        target = self.path(piece, format)
        made = target.with_name(f".new-{target.name}")
        with (
            made.open("wb") as file,
            _packed(file) as packed,
            io.BufferedWriter(cast(io.RawIOBase, packed), _BLOCK) as output,
        ):
            format.write(piece.graph, triples, output)
        made.replace(target)

    def forget(self, kept: Iterable[Piece]) -> None:
        """Removes all other pieces, and what a stopped run left."""
        keys = {piece.key for piece in kept}
        for path in self._folder.glob("??/*.gz"):
            if path.name.split(".")[0] not in keys:
                path.unlink()
        for path in self._folder.glob(".new-*"):
            shutil.rmtree(path, ignore_errors=True)
        for path in self._folder.glob("??/.new-*"):
            path.unlink()

    def packed(self, pieces: Iterable[Piece], format: DumpFormat) -> "Concatenation":
        """A compressed file made of pieces."""
        parts: list[Path | bytes] = [_member(format.opening)] if format.opening else []
        for number, piece in enumerate(pieces):
            if number and format.between:
                parts.append(_member(format.between))
            parts.append(self.path(piece, format))
        if format.closing:
            parts.append(_member(format.closing))
        return Concatenation(tuple(parts))

    def plain(self, pieces: Iterable[Piece], format: DumpFormat) -> Iterator[bytes]:
        """The content of the same file, in blocks."""
        for part in self.packed(pieces, format).parts:
            if isinstance(part, bytes):
                yield gzip.decompress(part)
                continue
            with gzip.open(part) as file:
                while block := file.read(_BLOCK):
                    yield block


@dataclass(frozen=True, slots=True)
class Concatenation:
    """A file that is several, one after the other."""

    parts: tuple[Path | bytes, ...]

    @property
    def size(self) -> int:
        """In bytes."""
        return sum(_size(part) for part in self.parts)

    def blocks(self, first: int = 0, last: int | None = None) -> Iterator[bytes]:
        """The bytes from the first to the last, that one included."""
        at = 0
        for part in self.parts:
            size = _size(part)
            if at + size > first and (last is None or at <= last):
                end = size if last is None else min(size, last - at + 1)
                yield from _blocks(part, max(0, first - at), end)
            at += size


def cut(blocks: Iterable[bytes], first: int, last: int | None) -> Iterator[bytes]:
    """The bytes from the first to the last of a content that comes in blocks.

    >>> b"".join(cut([b"abc", b"def", b"gh"], 2, 4))
    b'cde'
    """
    at = 0
    for block in blocks:
        if last is not None and at > last:
            return
        piece = block[max(0, first - at) : None if last is None else last - at + 1]
        at += len(block)
        if piece:
            yield piece


def digest_of(blocks: Iterable[bytes]) -> tuple[str, int]:
    """SHA-256 and length."""
    digest, size = hashlib.sha256(), 0
    for block in blocks:
        digest.update(block)
        size += len(block)
    return digest.hexdigest(), size


def _write_lines(lines: Iterable[bytes], path: Path) -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    with path.open("wb") as file:
        for line in lines:
            file.write(line)
            digest.update(line)
            count += 1
    return digest.hexdigest(), count


def _packed(file: IO[bytes]) -> gzip.GzipFile:
    """Compresses, with neither time nor name in it: the same content has the same bytes."""
    return gzip.GzipFile(filename="", mode="wb", compresslevel=_LEVEL, fileobj=file, mtime=0)


def _member(data: bytes) -> bytes:
    return gzip.compress(data, _LEVEL, mtime=0)


def _size(part: Path | bytes) -> int:
    return len(part) if isinstance(part, bytes) else part.stat().st_size


def _blocks(part: Path | bytes, start: int, end: int) -> Iterator[bytes]:
    if isinstance(part, bytes):
        yield part[start:end]
        return
    with part.open("rb") as file:
        file.seek(start)
        while start < end and (block := file.read(min(_BLOCK, end - start))):
            start += len(block)
            yield block
