import shutil
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from regiograph.dumps.index import Index
from regiograph.dumps.shelf import Shelf
from regiograph.rooms import room
from tests.api.serving import serving
from tests.conftest import BASE
from tests.store.conftest import oxigraph

__all__ = ["oxigraph"]


@pytest.fixture(scope="session")
def shelved_data(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the demo whose files are made. For reading only."""
    data = Path(shutil.copytree(demo_data, tmp_path_factory.mktemp("shelved") / "data"))
    Shelf(data, BASE).make(1)
    return data


@pytest.fixture(scope="session")
def index(shelved_data: Path) -> Index:
    found = Shelf(shelved_data, BASE).ready(1)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def portal(shelved_data: Path) -> Iterator[httpx.Client]:
    """A real server that shows it, with a publisher set."""
    settings = {"publisher": "A region", "publisher_type": "RegionalAuthority", "workers": 1}
    with serving(shelved_data, room("queries"), **settings) as client:
        yield client
