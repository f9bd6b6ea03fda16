"""The shelf: the files of each edition, made when first asked for and kept.

    data/public/dumps/pieces/…            see regiograph.dumps.pieces
    data/public/dumps/editions/000007.json    the index of one edition
    data/public/dumps/changes/…           see regiograph.dumps.changes

Making them costs what changed: a dataset whose graphs are the same keeps its files. All of it can be made
again from the editions, but for when datasets came and went.
"""

import hashlib
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from regiograph.contents import sorted_lines
from regiograph.dumps.changes import Changes
from regiograph.dumps.datasets import Dataset, Kind, datasets_of, partnerships_of
from regiograph.dumps.formats import FORMATS
from regiograph.dumps.history import left, lived
from regiograph.dumps.index import File, Index, Shelved
from regiograph.dumps.pieces import Piece, Pieces, digest_of
from regiograph.dumps.slices import FAMILIES, graphs_of, slices
from regiograph.editions import Editions, PublicEdition
from regiograph.errors import Busy
from regiograph.iris import Iris
from regiograph.store.lock import DataLock

Told = Callable[[str], None]
"""Is told what is being done, for a person who waits."""

_PAUSE, _MOST_PAUSES = 0.2, 3000

PACKED_FROM = 500_000
"""Statements from which on the files of a dataset are offered compressed only; the whole always is."""


class Shelf:
    """The files of the editions of one data directory. One process makes them at a time; any may read."""

    def __init__(self, data: Path, base: str, elsewhere: Editions | None = None) -> None:
        """`elsewhere` has editions that are not in the data directory: those of an engine."""
        self._elsewhere = elsewhere
        self._folder = data / "public" / "dumps"
        self._editions = Editions(data)
        self._iris = Iris(base)
        self.pieces = Pieces(self._folder / "pieces")
        self.changes = Changes(data)

    def ready(self, edition: int) -> Index | None:
        """The index of an edition, where its files are made."""
        path = self._path(edition)
        found = Index.read(path) if path.is_file() else None
        return found if found is not None and found.base == self._iris.base else None

    def make(self, edition: int, told: Told = lambda _: None) -> Index:
        """The index of an edition; its files are made where they are not.

        Raises:
            NoSuchThing: there is no such edition.
            Busy: another process is making them.
        """
        if found := self.ready(edition):
            return found
        with self._alone():
            if found := self.ready(edition):
                return found
            public = self._edition(edition)
            try:
                index = self._made(public, self._before(edition), told)
            finally:
                public.store.close()
            self.changes.make()
            index.write(self._path(edition))
            self._tidy(index)
            return index

    def forget(self, edition: int) -> None:
        """Removes what is kept of one edition; see `forget`."""
        if self._folder.is_dir():
            with self._alone():
                self.changes.forget(edition)
                self._path(edition).unlink(missing_ok=True)
                self._tidy(None)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Waits until no other process makes files here."""
        lock = DataLock(self._folder)
        for wait in repeat(_PAUSE, _MOST_PAUSES):
            try:
                lock.__enter__()
                break
            except Busy:
                time.sleep(wait)
        else:
            lock.__enter__()
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def _edition(self, number: int) -> PublicEdition:
        """From the data directory where it is there: that costs the engine nothing."""
        if self._elsewhere is None or number in self._editions.numbers():
            return self._editions.edition(number)
        return self._elsewhere.edition(number)

    def _made(self, public: PublicEdition, before: Index | None, told: Told) -> Index:
        told("Writing graphs")
        whole = {name: self._graph(public, name) for name in public.manifest.graphs}
        told("Finding what belongs to whom")
        families = dict(self._families(public, before))
        sliced: dict[str, list[Piece]] = {}
        for family in families.values():
            for thing, pieces in family["pieces"].items():
                sliced.setdefault(thing, []).extend(Piece(**piece) for piece in pieces)
        datasets = datasets_of(public.store, self._iris, whole, sliced)
        told(f"Describing {len(datasets)} datasets")
        return self._index(public, before, datasets, families)

    def _index(
        self,
        public: PublicEdition,
        before: Index | None,
        datasets: Sequence[Dataset],
        families: Mapping[str, object],
    ) -> Index:
        manifest = public.manifest
        earlier = before.by_id if before else {}
        gone = before.gone if before else {}
        shelved = []
        for dataset in datasets:
            old, content = earlier.get(dataset.id), _content(dataset)
            past = old.past if old else gone.get(dataset.id)
            same = old is not None and old.past.current.content == content
            shelved.append(
                Shelved(
                    dataset=dataset,
                    files=old.files if old is not None and same else tuple(self._files(dataset)),
                    past=lived(past, manifest.number, manifest.created, content),
                )
            )
        return Index(
            edition=manifest.number,
            hash=manifest.hash,
            created=manifest.created,
            base=self._iris.base,
            since=before.since if before else manifest.created,
            shelved=tuple(shelved),
            gone=left(
                {id: one.past for id, one in earlier.items()},
                gone,
                [one.id for one in datasets],
                manifest.created,
            ),
            families=families,
        )

    def _graph(self, public: PublicEdition, name: str) -> Piece:
        """The piece of a whole graph; read only where it is not there yet."""
        content = public.manifest.graphs[name]
        piece = Piece(name, content.hash, content.quads)
        if self.pieces.holds(piece):
            return piece
        with tempfile.TemporaryFile(dir=self._folder) as file:
            public.store.dump_graph(file, name)
            file.seek(0)
            return self.pieces.keep(name, sorted_lines(file, self._folder))

    def _families(self, public: PublicEdition, before: Index | None) -> Iterator[tuple[str, dict[str, Any]]]:
        """What shared graphs say of each partnership; taken from the index before where they are the same."""
        partnerships = partnerships_of(public.store, self._iris)
        for family in FAMILIES:
            graphs = [name for name in graphs_of(family, self._iris) if name in public.manifest.graphs]
            digest = _digest([public.manifest.graphs[name].hash for name in graphs], partnerships)
            old = before.families.get(family) if before else None
            if old and old["hash"] == digest:
                yield family, old
                continue
            found = slices(public.store, graphs, partnerships)
            yield (
                family,
                {
                    "hash": digest,
                    "pieces": {
                        thing: [_plain(self.pieces.keep(graph, held[graph])) for graph in sorted(held)]
                        for thing, held in sorted(found.items())
                    },
                },
            )

    def _files(self, dataset: Dataset) -> Iterable[File]:
        packed = dataset.kind is Kind.WHOLE or dataset.quads >= PACKED_FROM
        for format in FORMATS:
            if packed:
                blocks = self.pieces.packed(dataset.pieces, format).blocks()
            else:
                blocks = self.pieces.plain(dataset.pieces, format)
            digest, size = digest_of(blocks)
            yield File(ending=format.ending + (".gz" if packed else ""), size=size, sha256=digest)

    def _before(self, edition: int) -> Index | None:
        """The newest index of an earlier edition."""
        for path in sorted((self._folder / "editions").glob("*.json"), reverse=True):
            if int(path.stem) < edition and (found := self.ready(int(path.stem))):
                return found
        return None

    def _tidy(self, newest: Index | None) -> None:
        """Removes indexes of editions that are no more, and pieces that no index names."""
        kept: set[Piece] = set()
        there = {*self._editions.numbers()}
        for path in (self._folder / "editions").glob("*.json"):
            number = int(path.stem)
            index = Index.read(path)
            if index is None or (number not in there and newest is not None and number < newest.edition):
                path.unlink()
            else:
                kept |= {*index.pieces()}
        self.pieces.forget(kept)

    def _path(self, edition: int) -> Path:
        return self._folder / "editions" / f"{edition:06d}.json"


def forget(data: Path, edition: int) -> None:
    """Removes all that is kept of an edition that was dropped.

    Raises:
        Busy: another process is making files, and does not end.
    """
    Shelf(data, "").forget(edition)


def _content(dataset: Dataset) -> str:
    """A digest of what a dataset holds."""
    return _digest(sorted(piece.key for piece in dataset.pieces))


def _digest(*texts: Iterable[str]) -> str:
    return hashlib.sha256("\n".join("\n".join(each) for each in texts).encode()).hexdigest()


def _plain(piece: Piece) -> dict[str, object]:
    return {"graph": piece.graph, "hash": piece.hash, "quads": piece.quads}
