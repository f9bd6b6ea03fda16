"""What the files of one edition are, as kept on disk: datasets, their pieces, sizes and digests."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from regiograph.dumps.datasets import Dataset, Kind
from regiograph.dumps.formats import FORMATS, DumpFormat
from regiograph.dumps.history import Past
from regiograph.dumps.pieces import Piece
from regiograph.errors import NoSuchThing
from regiograph.store.files import write_whole

VERSION = 1
"""Of the layout: an index of another one is made anew."""

TABLE_END = ".csv-metadata.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class File:
    """One file that people download."""

    ending: str  # of the format, with .gz where it is compressed
    size: int
    sha256: str

    @property
    def format(self) -> DumpFormat:
        """What its content is in."""
        return by_ending(self.ending)

    @property
    def is_packed(self) -> bool:
        """Whether it is compressed."""
        return self.ending.endswith(".gz")


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelved:
    """A dataset, its files and what became of it over the editions."""

    dataset: Dataset
    files: tuple[File, ...]
    past: Past


@dataclass(frozen=True, kw_only=True)
class Index:
    """The files of one edition."""

    edition: int
    hash: str
    created: str
    base: str
    since: str  # when the first edition known here was made
    shelved: tuple[Shelved, ...]
    gone: Mapping[str, Past] = field(default_factory=dict)  # datasets of earlier editions, by id
    families: Mapping[str, Any] = field(default_factory=dict)  # see regiograph.dumps.shelf
    version: int = VERSION

    @cached_property
    def by_id(self) -> Mapping[str, Shelved]:
        """What is on the shelf, by the id of its dataset."""
        return {one.dataset.id: one for one in self.shelved}

    def find(self, id: str) -> Shelved:
        """One dataset.

        Raises:
            NoSuchThing: not in this edition.
        """
        if id not in self.by_id:
            raise NoSuchThing(
                f"Edition {self.edition} has no such dataset.",
                where=id[:80],
                way_out="See the catalogue at /catalog.",
            )
        return self.by_id[id]

    def pieces(self) -> Iterable[Piece]:
        """All pieces its files are made of."""
        return {piece for one in self.shelved for piece in one.dataset.pieces}

    def write(self, path: Path) -> None:
        """Writes it, whole or not at all."""
        write_whole(path, json.dumps(_plain(self), ensure_ascii=False, separators=(",", ":")).encode())

    @classmethod
    def read(cls, path: Path) -> "Index | None":
        """The index of a file; nothing where it is of another layout."""
        content = json.loads(path.read_bytes())
        if content.get("version") != VERSION:
            return None
        shelved = tuple(_shelved(one) for one in content.pop("shelved"))
        gone = {id: Past.of(past) for id, past in content.pop("gone").items()}
        return cls(**content, shelved=shelved, gone=gone)


def by_ending(ending: str) -> DumpFormat:
    """The format of the ending of a file.

    >>> by_ending("nq.gz").name
    'N-Quads'

    Raises:
        NoSuchThing: no format has it.
    """
    for format in FORMATS:
        if ending.removesuffix(".gz") == format.ending:
            return format
    raise NoSuchThing(
        "Dumps have no such format.",
        where=ending[:20],
        way_out=f"Use one of: {', '.join(each.ending for each in FORMATS)}; add .gz for compressed files.",
    )


def _plain(index: Index) -> dict[str, Any]:
    content = {name: getattr(index, name) for name in index.__dataclass_fields__}
    content["shelved"] = [
        {
            "dataset": asdict(one.dataset),
            "files": [asdict(file) for file in one.files],
            "past": one.past.plain(),
        }
        for one in index.shelved
    ]
    content["gone"] = {id: past.plain() for id, past in index.gone.items()}
    return content


def _shelved(content: Mapping[str, Any]) -> Shelved:
    given = dict(content["dataset"])
    pieces = tuple(Piece(**piece) for piece in given.pop("pieces"))
    given |= {"kind": Kind(given["kind"])}
    given |= {name: tuple(given[name]) for name in ("others", "places")}
    return Shelved(
        dataset=Dataset(**given, pieces=pieces),
        files=tuple(File(**file) for file in content["files"]),
        past=Past.of(content["past"]),
    )
