"""The stores of editions where the current one is on an engine."""

from pathlib import Path

from regiograph.errors import NoSuchThing, NotReady
from regiograph.served import Served
from regiograph.service.stores import EmbeddedStores
from regiograph.store.address import Address
from regiograph.store.base import Readable
from regiograph.store.engine import Engine


class EngineStores:
    """The current edition is on an engine; earlier ones are in the data directory, if they are anywhere."""

    needs_network = True

    def __init__(self, data: Path, base: str, address: Address) -> None:
        self._earlier = EmbeddedStores(data)
        self._served = Served(Engine(address), base)

    def current(self) -> int:
        """The number of the edition the engine serves."""
        return self._served.number()

    def store(self, edition: int) -> Readable:
        """The engine, where it serves that edition.

        Raises:
            Moved: it serves a later one by now, and the edition is not in the data directory.
        """
        manifest = self._served.manifest()
        if manifest.number == edition:
            return self._served.reader(manifest)
        try:
            return self._earlier.store(edition)
        except (NoSuchThing, NotReady):
            self._served.check(edition)
            raise

    def files_to_come(self, edition: int) -> int:
        """None to count: a store that needs the network may open what it likes."""
        return 0
