"""The restricted edition: what people answered in confidence. Nothing under `api/` may import this module."""

from functools import cached_property
from pathlib import Path

from regiograph.errors import NotReady
from regiograph.store.embedded import EmbeddedReader


class RestrictedEdition:
    """The restricted part of one edition. It shares no type with the public part."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory

    @classmethod
    def current(cls, data: Path) -> "RestrictedEdition":
        """The restricted part of the current edition of a data directory.

        Raises:
            NotReady: nothing is published yet.
        """
        try:
            number = int((data / "public" / "current").read_bytes())
        except FileNotFoundError:
            raise NotReady(
                "No edition has been published in this data directory yet.",
                where=data.name or "data directory",
                way_out="Publish one first.",
            ) from None
        return cls(data / "restricted" / "editions" / f"{number:06d}")

    @cached_property
    def store(self) -> EmbeddedReader:
        """Its store, read-only."""
        return EmbeddedReader.open(self._directory / "store")
