"""Which store answers for an edition: the one place where a worker opens stores.

A worker knows nothing else of where quads live. What it needs for that travels in `Sources`, over the socket
and never on a command line, so that it may carry a password.
"""

import contextlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Protocol

from regiograph.editions import Editions
from regiograph.settings import Settings
from regiograph.store.address import Address, address_of
from regiograph.store.base import Readable


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where the quads of the editions are, as the front tells its workers."""

    data: str  # the data directory, whole
    base: str = ""
    engine: dict[str, Any] | None = None  # its address, where one serves the current edition

    @classmethod
    def of(cls, settings: Settings) -> "Sources":
        """As the settings say."""
        address = address_of(settings, seconds=settings.query_seconds)
        return cls(
            data=str(settings.data.resolve()),
            base=settings.base,
            engine=address.message if address else None,
        )

    @property
    def message(self) -> dict[str, Any]:
        """What `Sources(**message)` makes again on the other side."""
        return asdict(self)


class Stores(Protocol):
    """Opens the store of an edition."""

    needs_network: bool  # whether asking such a store opens connections

    def current(self) -> int:
        """The number of the current edition.

        Raises:
            NotReady: nothing is published yet.
        """

    def store(self, edition: int) -> Readable:
        """The store to ask for an edition; whoever takes it closes it.

        Raises:
            NoSuchThing: no such edition.
            Damaged: it cannot be opened.
        """

    def files_to_come(self, edition: int) -> int:
        """How many files of an open store its engine has not opened yet, and will once it reads there."""


class EmbeddedStores:
    """Each edition has its own store, in its directory."""

    needs_network = False

    def __init__(self, data: Path) -> None:
        self._editions = Editions(data)

    def current(self) -> int:
        """The number of the current edition."""
        return self._editions.current_number()

    def store(self, edition: int) -> Readable:
        """The edition's store, opened read-only."""
        return self._editions.edition(edition).store

    def files_to_come(self, edition: int) -> int:
        """RocksDB opens 16 table files at first, the others when they are first read (measured, 0.5.13)."""
        tables = {str(path) for path in (self._editions.directory(edition) / "store").glob("*.sst")}
        return len(tables - _opened())


def _opened() -> set[str]:
    """The files this process has open, where the system tells."""
    found: set[str] = set()
    for link in Path("/proc/self/fd").glob("*"):
        with contextlib.suppress(OSError):
            found.add(str(link.readlink()))
    return found


def stores_of(sources: Sources) -> Stores:
    """The stores that the settings name."""
    if sources.engine is not None:
        from regiograph.service.engine_stores import EngineStores  # a worker that needs none starts faster

        return EngineStores(Path(sources.data), sources.base, Address(**sources.engine))
    return EmbeddedStores(Path(sources.data))
