"""Editions: numbered, hashed, never changed once published. Editions reads them, Publisher makes them.

    data/public/editions/000007/{store/, documents/, manifest.json, gone.tsv}
    data/public/current                          the number of the current edition, replaced atomically
    data/restricted/editions/000007/store/       the same number; see regiograph.store.restricted

A new edition is built beside the others, moved to its number, and only then named in `current`: a stop at any
moment leaves the old edition or the new one. What a stopped publication left behind is removed by the next.
"""

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Any

from pyoxigraph import Quad, Triple

from regiograph.archive import Archive, EditionRecord
from regiograph.contents import (
    Contents,
    GraphContent,
    Spooled,
    changed,
    content_of_graph,
    edition_hash,
    read_contents,
    write_contents,
)
from regiograph.errors import Damaged, Gone, NoSuchThing, NotReady
from regiograph.gone import note_gone, read_gone
from regiograph.store.embedded import EmbeddedReader, EmbeddedWriter
from regiograph.store.files import make_last, write_whole

_LAYOUT = 2  # of a store: from 2 on, its default graph is the merge of all

Statements = Mapping[str, Iterable[Quad | Triple]]
"""What named graphs are to hold."""

Documents = Mapping[str, bytes | Path | None]
"""Documents by name: their bytes, or the file these wait in; None takes a document away."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What an edition says of itself."""

    number: int
    hash: str  # of the public store; see regiograph.contents
    quads: int
    created: str
    graphs: Contents
    documents: Mapping[str, str]  # name → SHA-256
    layout: int = _LAYOUT

    @classmethod
    def read(cls, path: Path) -> "Manifest":
        """The manifest of an edition.

        Raises:
            Damaged: it is not one.
        """
        try:
            return cls.of(json.loads(path.read_bytes()))
        except (OSError, ValueError):
            raise Damaged(
                "The manifest of this edition cannot be read; it may be of an earlier version.",
                where=f"public/editions/{path.parent.name}/manifest.json",
                way_out="Move public/ and restricted/ away, then run: regiograph rebuild.",
            ) from None

    @classmethod
    def of(cls, content: Mapping[str, Any]) -> "Manifest":
        """A manifest from its JSON.

        Raises:
            ValueError: it is none, or that of a store with another layout.
        """
        try:
            manifest = cls(**{**content, "graphs": read_contents(content["graphs"])})
        except (TypeError, KeyError):
            raise ValueError("no manifest") from None
        if manifest.layout != _LAYOUT or "layout" not in content:
            raise ValueError("another layout")
        return manifest

    def text(self, indent: int | None = None) -> bytes:
        """The manifest as JSON, sorted, so that the same edition has the same bytes."""
        content = {name: getattr(self, name) for name in self.__slots__}
        content["graphs"] = write_contents(self.graphs)
        return json.dumps(content, indent=indent, sort_keys=True, ensure_ascii=False).encode()

    def write(self, path: Path) -> None:
        """Writes the manifest."""
        write_whole(path, self.text(indent=1) + b"\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tombstone:
    """What stays of an edition that was dropped: `public/dropped/000007.json`."""

    number: int
    hash: str
    created: str
    dropped: str
    why: str

    def write(self, path: Path) -> None:
        """Writes the tombstone."""
        write_whole(path, json.dumps(asdict(self), sort_keys=True, ensure_ascii=False).encode())


class PublicEdition:
    """One published edition, public part. Opened when first asked."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.manifest = Manifest.read(directory / "manifest.json")
        self.number = self.manifest.number

    @cached_property
    def store(self) -> EmbeddedReader:
        """Its store, read-only.

        Raises:
            Damaged: it cannot be opened.
        """
        try:
            return EmbeddedReader.open(self._directory / "store")
        except OSError:
            raise Damaged(
                "The store of this edition cannot be opened.",
                where=f"edition {self.number}",
                way_out="Publish again from the archive.",
            ) from None

    @cached_property
    def gone(self) -> Mapping[str, int]:
        """What earlier editions told of and this one does not: the last edition that did, by IRI."""
        return read_gone(self._directory)

    def document(self, name: str) -> bytes:
        """A public rendition of a report.

        Raises:
            NoSuchThing: not in this edition.
            Damaged: its bytes have changed.
        """
        if name not in self.manifest.documents:
            raise NoSuchThing(
                f"Edition {self.number} has no such document.",
                where=name,
                way_out="See the documents in the edition's manifest.",
            )
        data = (self._directory / "documents" / name).read_bytes()
        if hashlib.sha256(data).hexdigest() != self.manifest.documents[name]:
            raise Damaged(
                "This document does not match its digest.",
                where=name,
                way_out="Publish again from the archive.",
            )
        return data


class Editions:
    """The public editions of a data directory, for reading."""

    def __init__(self, data: Path) -> None:
        self._public = data / "public"

    def current_number(self) -> int:
        """The number of the current edition; one small read, so it may be asked often.

        Raises:
            NotReady: nothing is published yet.
        """
        try:
            return int((self._public / "current").read_bytes())
        except (FileNotFoundError, ValueError):
            raise NotReady(
                "No edition has been published in this data directory yet.",
                where=self._public.parent.name or "data directory",
                way_out="Publish one first: regiograph demo, or regiograph add <report>.",
            ) from None

    def current(self) -> PublicEdition:
        """The current edition.

        Raises:
            NotReady: nothing is published yet.
        """
        return self.edition(self.current_number())

    def edition(self, number: int) -> PublicEdition:
        """An edition by its number.

        Raises:
            NoSuchThing: never published, or not yet.
            Gone: it was dropped.
        """
        directory = self.directory(number)
        if self.tombstone(number).is_file():
            raise self._gone(number)
        if number > self.current_number() or not directory.is_dir():
            raise NoSuchThing(
                "There is no such edition.",
                where=f"edition {number}",
                way_out=f"Editions go up to {self.current_number()}.",
            )
        return PublicEdition(directory)

    def numbers(self) -> list[int]:
        """All published editions, oldest first."""
        try:
            current = self.current_number()
        except NotReady:
            return []
        found = (int(path.name) for path in (self._public / "editions").iterdir() if path.name.isdigit())
        return sorted(
            number for number in found if number <= current and not self.tombstone(number).is_file()
        )

    def directory(self, number: int) -> Path:
        """Where the files of an edition are."""
        return self._public / "editions" / f"{number:06d}"

    def tombstone(self, number: int) -> Path:
        """Where it is said that an edition was dropped."""
        return self._public / "dropped" / f"{number:06d}.json"

    def dropped(self) -> list[Tombstone]:
        """What stays of the editions that were dropped, oldest first."""
        paths = sorted((self._public / "dropped").glob("*.json"))
        return [Tombstone(**json.loads(path.read_bytes())) for path in paths]

    def _gone(self, number: int) -> Gone:
        stone = next(each for each in self.dropped() if each.number == number)
        return Gone(
            f"Edition {number} was dropped on {stone.dropped[:10]}: {stone.why}",
            where=f"edition {number}",
            way_out=f"Ask a later one; editions go up to {self.current_number()}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a new edition changes; `full` starts from nothing instead of from the current edition."""

    public: Statements = field(default_factory=dict)
    restricted: Statements = field(default_factory=dict)
    removed: Collection[str] = ()  # graphs, public and restricted alike
    documents: Documents = field(default_factory=dict)
    full: bool = False
    follows: Callable[[EmbeddedReader], Statements] | None = None
    """What follows from the whole edition, not from one graph: asked of its store once the rest is in it."""


class Publisher:
    """Makes editions. Its invariant: `current` names an edition that is whole, on both sides."""

    def __init__(self, archive: Archive, follow: Callable[[PublicEdition], None] = lambda _: None) -> None:
        self._archive = archive
        self._follow = (
            follow  # is told of each edition once it is current, and once more whenever it still is
        )
        self._editions = Editions(archive.data)
        self._public = archive.data / "public"
        self._restricted = archive.data / "restricted"

    def publish(self, change: Change, *, created: str | None = None) -> PublicEdition:
        """A new edition, or the current one where nothing differs.

        Raises:
            Busy: another process is writing to this data directory.
            ValueError: a blank node, or a document whose name leaves its folder.
        """
        with self._archive.lock:
            self._clean()
            numbers = self._editions.numbers()
            recorded = [record.number for record in self._archive.editions()]
            number = max([0, *numbers, *recorded]) + 1
            earlier = numbers[-1] if numbers and not change.full else None
            with ExitStack() as undo:
                public = self._new(self._public, undo)
                restricted = self._new(self._restricted, undo)
                manifest = self._build(public, change, number, earlier, created or _now())
                secret_hash = self._build_restricted(restricted, change, earlier)
                if numbers and self._nothing_new(numbers[-1], manifest, secret_hash):
                    return self.stay()
                if numbers:
                    self._note_gone(public, manifest, self._home(self._public, numbers[-1]))
                _move(restricted, self._home(self._restricted, number))
                _move(public, self._home(self._public, number))
            write_whole(self._public / "current", f"{number}\n".encode())
            self._record(manifest)
            return self.stay()

    def stay(self) -> PublicEdition:
        """The current edition, once whoever follows it does.

        Raises:
            NotReady: nothing is published yet.
        """
        edition = self._editions.current()
        self._follow(edition)
        return edition

    @staticmethod
    def _note_gone(home: Path, manifest: Manifest, before: Path) -> None:
        old, new = Manifest.read(before / "manifest.json").graphs, manifest.graphs
        note_gone(home, before, {name for name in {*old, *new} if old.get(name) != new.get(name)})

    def _build(self, home: Path, change: Change, number: int, earlier: int | None, created: str) -> Manifest:
        before = self._home(self._public, earlier) if earlier else None
        manifest = Manifest.read(before / "manifest.json") if before else None
        graphs = _build_store(
            home, change, change.public, before, manifest.graphs if manifest else {}, change.follows
        )
        manifest = Manifest(
            number=number,
            hash=edition_hash(graphs),
            quads=sum(one.quads for one in graphs.values()),
            created=created,
            graphs=graphs,
            documents=_build_documents(
                home / "documents", change.documents, before, manifest.documents if manifest else {}
            ),
        )
        manifest.write(home / "manifest.json")
        return manifest

    def _build_restricted(self, home: Path, change: Change, earlier: int | None) -> str:
        """Builds the restricted side, and says its hash. Where nothing changes there, it shares all files."""
        before = self._home(self._restricted, earlier) if earlier else None
        if before and not change.restricted and not change.removed:
            shutil.copytree(before, home, copy_function=os.link, dirs_exist_ok=True)
            return (home / "hash").read_text()
        held = read_contents(json.loads((before / "graphs.json").read_bytes())) if before else {}
        graphs = _build_store(home, change, change.restricted, before, held)
        write_whole(home / "graphs.json", json.dumps(write_contents(graphs), sort_keys=True).encode())
        write_whole(home / "hash", edition_hash(graphs).encode())
        return edition_hash(graphs)

    def _nothing_new(self, number: int, manifest: Manifest, secret_hash: str) -> bool:
        current = self._editions.edition(number).manifest
        secret = self._home(self._restricted, number) / "hash"
        return (
            current.hash == manifest.hash
            and current.documents == manifest.documents
            and secret.is_file()
            and secret.read_text() == secret_hash
        )

    def _new(self, side: Path, undo: ExitStack) -> Path:
        editions = side / "editions"
        editions.mkdir(parents=True, exist_ok=True)
        if side == self._restricted:
            side.chmod(0o700)
        path = Path(tempfile.mkdtemp(dir=editions, prefix=".new-"))
        path.chmod(0o755 if side == self._public else 0o700)
        undo.callback(shutil.rmtree, path, ignore_errors=True)
        return path

    def _clean(self) -> None:
        """Removes what a stopped publication left, and notes the edition it may have finished."""
        published = self._editions.numbers()
        for side in (self._public, self._restricted):
            for path in (side / "editions").glob("*"):
                unfinished = path.name.isdigit() and int(path.name) > max(published, default=0)
                if unfinished or path.name.startswith(".new-"):
                    shutil.rmtree(path)
        if published:
            self._record(self._editions.edition(published[-1]).manifest)

    def _record(self, manifest: Manifest) -> None:
        self._archive.add_edition(
            EditionRecord(
                number=manifest.number, hash=manifest.hash, quads=manifest.quads, created=manifest.created
            )
        )

    @staticmethod
    def _home(side: Path, number: int) -> Path:
        return side / "editions" / f"{number:06d}"


def _build_store(
    home: Path,
    change: Change,
    graphs: Statements,
    earlier: Path | None,
    held: Contents,
    follows: Callable[[EmbeddedReader], Statements] | None = None,
) -> Contents:
    """Builds a store beside an earlier one, and says what it holds: only what is written is read again."""
    directory = home / "store"
    if earlier is not None:
        writer = EmbeddedWriter.starting_from(earlier / "store", directory)
    else:
        writer = EmbeddedWriter(directory)
    try:
        written = _write(writer, change, graphs, follows)
    finally:
        writer.close()
    reader = EmbeddedReader.open(directory)
    try:
        return changed(held, {name: _held(reader, name, home, written[name]) for name in written})
    finally:
        reader.close()


def _held(reader: EmbeddedReader, name: str, home: Path, given: Iterable[Quad | Triple]) -> GraphContent:
    """What a graph holds; it is not read again where whoever gave it knows."""
    return given.content if isinstance(given, Spooled) else content_of_graph(reader, name, home)


def _write(
    writer: EmbeddedWriter,
    change: Change,
    graphs: Statements,
    follows: Callable[[EmbeddedReader], Statements] | None,
) -> Statements:
    """Writes what changes, and says what. No answer outlives this: one keeps a store's files open."""
    writer.remove(change.removed)
    writer.replace(graphs)
    written = {**dict.fromkeys(change.removed, ()), **graphs}
    if follows is not None:
        derived = follows(writer.reader())
        writer.replace(derived)
        written |= derived
    return written


def _build_documents(
    directory: Path, changes: Documents, earlier: Path | None, held: Mapping[str, str]
) -> dict[str, str]:
    """Writes the documents, sharing the files of those that stay, and says their digests."""
    directory.mkdir()
    digests = {name: digest for name, digest in held.items() if name not in changes}
    if earlier is not None:
        for folder in {_inside(directory, name).parent for name in digests}:
            folder.mkdir(parents=True, exist_ok=True)
        for name in digests:
            os.link(earlier / "documents" / name, directory / name)
    for name, given in changes.items():
        if given is not None:
            data = given.read_bytes() if isinstance(given, Path) else given
            write_whole(_inside(directory, name), data)
            digests[name] = hashlib.sha256(data).hexdigest()
    return dict(sorted(digests.items()))


def _inside(directory: Path, name: str) -> Path:
    path = PurePosixPath(name)
    if path.is_absolute() or not path.parts or any(part.startswith(".") for part in path.parts):
        raise ValueError(f"{name!r} is not a name of a document.")
    return directory / path


def _move(path: Path, target: Path) -> None:
    for folder in (path / "store", path):
        make_last(folder)
    path.rename(target)
    make_last(target.parent)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
