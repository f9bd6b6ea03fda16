from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from regiograph.rooms import room
from tests.api.serving import serving
from tests.pages.conftest import chromium as browser  # noqa: F401 - a fixture

BASE = "https://w3id.org/regiograph"


@pytest.fixture(scope="session")
def here(demo_data: Path) -> Iterator[httpx.Client]:
    """A client of a real server that shows the demo; it follows no redirect by itself."""
    with serving(demo_data, room("queries")) as client:
        yield client
