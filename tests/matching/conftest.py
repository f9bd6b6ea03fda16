from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest

from regiograph.editions import Editions
from regiograph.matching.matches import Matches, queries
from regiograph.rooms import room
from regiograph.store import Format
from tests.api.serving import serving

BASE = "https://w3id.org/regiograph"


@pytest.fixture(scope="session")
def store(demo_data: Path):
    return Editions(demo_data).current().store


@pytest.fixture(scope="session")
def matches(store) -> Matches:
    """What the demo's edition suggests."""

    def ask(text: str) -> bytes:
        written = BytesIO()
        store.query(text).write(written, Format.JSON)
        return written.getvalue()

    return Matches.read(queries(BASE), ask, {"number": 1})


@pytest.fixture(scope="session")
def number(store) -> Callable[[str], int]:
    """The single number that a query answers."""

    def counted(text: str) -> int:
        (row,) = store.query(text)
        assert list(row) == ["number"]
        return int(row["number"].value)

    return counted


@pytest.fixture(scope="module")
def client(demo_data: Path) -> Iterator[httpx.Client]:
    with serving(demo_data, room("queries")) as client:
        yield client
