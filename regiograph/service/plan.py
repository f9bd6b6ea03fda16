"""How a query will be answered, decided before any engine sees it: is it allowed, and in which format."""

import json
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b, sha256

from regiograph.editions import Manifest
from regiograph.errors import NotAcceptable
from regiograph.service.frames import Found
from regiograph.service.guard import Checked, Kind, check
from regiograph.store.formats import GRAPHS, TABLES, Format, accepted, named

_WISHES = 200  # different wishes for a format that are thought over only once


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """Of what a query is asked: an edition, and the graphs that stand for the default and the named ones."""

    edition: int
    hash: str
    pinned: bool = False  # that very edition, not whichever is current
    default_graphs: tuple[str, ...] | None = None
    named_graphs: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A query that is allowed, what it is asked of and the format of its answer."""

    text: str
    dataset: Dataset
    format: Format
    tag: str | None  # none where the same query may answer differently
    seconds: float  # how long it may take
    fetches: bool = False  # it asks a service elsewhere, one that is allowed

    @property
    def edition(self) -> int:
        """The number of the edition."""
        return self.dataset.edition

    @property
    def header(self) -> dict[str, object]:
        """What a worker needs to know besides the text."""
        return {
            "edition": self.dataset.edition,
            "format": self.format.name,
            "default_graphs": self.dataset.default_graphs,
            "named_graphs": self.dataset.named_graphs,
            "fetches": self.fetches,
            "seconds": self.seconds,
        }

    def of(self, edition: Manifest) -> "Plan":
        """The same query, asked of that edition."""
        dataset = replace(self.dataset, edition=edition.number, hash=edition.hash)
        tag = None if self.tag is None else _tag(self.text, dataset, self.format)
        return replace(self, dataset=dataset, tag=tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a worker is told of a query besides its text."""

    dataset: Dataset
    seconds: float
    format: Format | None  # none where nobody has read the query yet
    accept: str  # for that case
    fetches: bool

    @classmethod
    def read(cls, header: bytes) -> "Wish":
        """As it stands in the header of a message."""
        said = json.loads(header)
        format = said.get("format")
        return cls(
            dataset=Dataset(
                edition=said["edition"],
                hash=said.get("hash", ""),
                default_graphs=said.get("default_graphs"),
                named_graphs=said.get("named_graphs"),
            ),
            seconds=said["seconds"],
            format=Format[format] if format else None,
            accept=said.get("accept", ""),
            fetches=said.get("fetches", False),
        )


class Planner:
    """Plans queries. They are `characters` long and `nesting` deep at most, and ask these services only."""

    def __init__(self, *, characters: int, nesting: int, services: Collection[str] = ()) -> None:
        self._characters = characters
        self._nesting = nesting
        self._services = services
        self._format = lru_cache(_WISHES)(_format)

    def plan(
        self, text: str, dataset: Dataset, *, accept: str = "", format: str | None = None, seconds: float
    ) -> Plan:
        """How a query will be answered; `format` (a short or media-type name) goes before `accept`.

        Raises:
            QueryRefused, BadQuery: see `guard`.
            NotAcceptable: no format on offer suits.
        """
        checked = self._check(text)
        chosen = self._format(checked.kind, accept, format)
        return Plan(
            text=text,
            dataset=dataset,
            format=chosen,
            tag=None if checked.volatile else _tag(text, dataset, chosen),
            seconds=seconds,
            fetches=checked.fetches,
        )

    def find(self, text: str, dataset: Dataset, accept: str) -> Found:
        """In which format a query will be answered, and its tag; all else of its plan is known before.

        Raises:
            QueryRefused, BadQuery, NotAcceptable: see `plan`.
        """
        checked = self._check(text)
        chosen = self._format(checked.kind, accept, None)
        return Found(chosen, None if checked.volatile else _tag(text, dataset, chosen))

    def _check(self, text: str) -> Checked:
        return check(text, characters=self._characters, nesting=self._nesting, services=self._services)


def _tag(text: str, dataset: Dataset, format: Format) -> str:
    """BLAKE2 comes with Python: SHA-256 of OpenSSL costs three times as much, once it has left the caches."""
    key = _key(dataset.edition, dataset.hash, dataset.default_graphs, dataset.named_graphs, format.short)
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16, key=key).hexdigest()


@lru_cache(_WISHES)
def _key(*asked: object) -> bytes:
    """What all tags of a dataset and a format have in common."""
    return sha256(repr(asked).encode()).digest()


def _format(kind: Kind, accept: str, format: str | None) -> Format:
    offered = TABLES if kind == "table" else GRAPHS
    chosen = named(format, offered) if format else accepted(accept, offered)
    if chosen is None:
        raise NotAcceptable(
            "This query cannot be answered in the format asked for.",
            where=f"format {format}" if format else "the Accept header",
            way_out=f"Ask for one of: {', '.join(one.names[0] for one in offered)}.",
        )
    return chosen
