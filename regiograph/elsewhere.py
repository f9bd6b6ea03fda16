"""Where the current edition is read: in the data directory, or on the engine that the settings name.

An engine serves its latest edition only. Earlier ones are answered by the data directory, where there is one.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path

from regiograph.editions import Editions, Manifest, PublicEdition
from regiograph.errors import NoSuchThing, NotReady, RegiographError
from regiograph.mirror import Mirror
from regiograph.served import Served
from regiograph.settings import Settings
from regiograph.store.address import Address, address_of
from regiograph.store.base import Readable
from regiograph.store.engine import Engine


class EngineEdition(PublicEdition):
    """The edition an engine serves, for as long as it does."""

    def __init__(self, served: Served, manifest: Manifest) -> None:
        self._served = served
        self.manifest = manifest
        self.number = manifest.number

    @cached_property
    def store(self) -> Readable:  # type: ignore[override]  # reads all that the embedded one does
        """Its store, on the engine."""
        return self._served.reader(self.manifest)

    @cached_property
    def gone(self) -> Mapping[str, int]:
        """What earlier editions told of and this one does not: the last edition that did, by IRI."""
        return self._served.gone()

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
        return self._served.document(self.manifest.documents[name])


class EngineEditions(Editions):
    """The current edition on an engine, earlier ones in the data directory."""

    def __init__(self, data: Path, served: Served) -> None:
        super().__init__(data)
        self._served = served
        self._known: EngineEdition | None = None

    def current_number(self) -> int:
        """The number of the edition the engine serves.

        Raises:
            NotReady: none yet, or one is just being put there.
            Unreachable: the engine does not answer.
        """
        return self._served.number()

    def current(self) -> PublicEdition:
        """The edition the engine serves.

        Raises:
            NotReady, Unreachable: see `current_number`.
        """
        number = self.current_number()
        if self._known is None or self._known.number != number:
            self._known = EngineEdition(self._served, self._served.manifest())
        return self._known

    def edition(self, number: int) -> PublicEdition:
        """An edition by its number.

        Raises:
            NoSuchThing: it is not the one the engine serves, and not in the data directory.
            Gone: it was dropped.
        """
        current = self.current()
        if number == current.number:
            return current
        if number < current.number and (self.directory(number).is_dir() or self.tombstone(number).is_file()):
            return super().edition(number)
        raise NoSuchThing(
            f"The engine behind this service serves edition {current.number} only.",
            where=f"edition {number}",
            way_out="Ask it where the archive is kept, or leave the number out.",
        )

    def numbers(self) -> list[int]:
        """The editions that can be asked here, oldest first."""
        try:
            current = self.current_number()
        except NotReady:
            return []
        folder = self._public / "editions"
        found = (
            (int(path.name) for path in folder.iterdir() if path.name.isdigit()) if folder.is_dir() else ()
        )
        here = (number for number in found if number < current and not self.tombstone(number).is_file())
        return sorted({*here, current})


def editions_of(settings: Settings) -> Editions:
    """The editions that are read: on the engine, where the settings name one."""
    return editions_at(settings.data, settings.base, address_of(settings, seconds=settings.query_seconds))


def editions_at(data: Path, base: str, address: Address | None) -> Editions:
    """The editions of a data directory, and of an engine where there is one."""
    return EngineEditions(data, Served(Engine(address), base)) if address else Editions(data)


def mirror_of(settings: Settings, told: Callable[[str], None] = lambda _: None) -> Mirror | None:
    """What puts editions on the engine that the settings name, if any."""
    address = address_of(settings)
    return None if address is None else Mirror(Engine(address), settings.base, told)


def follower_of(
    settings: Settings, told: Callable[[str], None] = lambda _: None
) -> Callable[[PublicEdition], None]:
    """What a publisher tells of each edition; where it does not come to the engine, what to do is said."""
    mirror = mirror_of(settings, told)

    def follow(edition: PublicEdition) -> None:
        if mirror is None:
            return
        try:
            mirror.follow(edition)
        except RegiographError as error:
            raise type(error)(
                f"Edition {edition.number} is published in the data directory, but not on the engine: "
                f"{error.problem}",
                where=error.where,
                way_out=f"{error.way_out} Then run: regiograph engine push.",
            ) from None

    return follow
