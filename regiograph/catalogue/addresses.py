"""Addresses of the catalogue: names stay under the base, what one fetches is at the public address."""

from dataclasses import dataclass

from regiograph.dumps.datasets import Dataset
from regiograph.dumps.index import File


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where things of the catalogue are. Neither ends in a slash."""

    base: str  # of IRIs
    public: str  # of this service, as others reach it

    @property
    def catalogue(self) -> str:
        """The catalogue."""
        return f"{self.base}/catalog"

    def dataset(self, id: str) -> str:
        """A dataset, the same in every edition."""
        return f"{self.base}/catalog/dataset/{id}"

    def version(self, id: str, edition: int) -> str:
        """A dataset as an edition brought it."""
        return f"{self.dataset(id)}/version/{edition}"

    def series(self, id: str) -> str:
        """The reports of a partnership, by the id of its dataset."""
        return f"{self.base}/catalog/series/{id}"

    def service(self, name: str) -> str:
        """A data service."""
        return f"{self.base}/catalog/service/{name}"

    def edition(self, number: int) -> str:
        """An edition."""
        return f"{self.base}/edition/{number}"

    def file(self, dataset: Dataset, file: File) -> str:
        """Where a file is fetched: that of the current edition."""
        return f"{self.public}/dumps/{dataset.id}.{file.ending}"

    def landing(self, id: str) -> str:
        """The page of a dataset."""
        return f"{self.public}/catalog/dataset/{id}"

    @property
    def feed(self) -> str:
        """The stream of editions."""
        return f"{self.base}/feed"

    def feed_page(self, number: int) -> str:
        """A page of the stream."""
        return f"{self.public}/feed/{number}"

    def change(self, edition: int, name: str) -> str:
        """A file that says what an edition changed."""
        return f"{self.public}/changes/{edition}/{name}"

    def page(self, number: int, suffix: str = "") -> str:
        """A page of the catalogue."""
        return f"{self.public}/catalog{suffix}?page={number}"
