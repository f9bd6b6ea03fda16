from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from ingest.reconcile.matching import Matcher
from ingest.reconcile.sources import answers_of
from ingest.reconcile.things import Register
from regiograph.editions import Editions
from regiograph.rooms import room
from tests.api.serving import serving
from tests.conftest import BASE


@pytest.fixture(scope="session")
def register(demo_data: Path) -> Register:
    store = Editions(demo_data).current().store
    try:
        return Register.of(BASE, answers_of(store))
    finally:
        store.close()


@pytest.fixture(scope="session")
def matcher(register: Register) -> Matcher:
    return Matcher.of(register, room("reference"))


@pytest.fixture(scope="session")
def service(demo_data: Path) -> Iterator[httpx.Client]:
    """A real server of the demo that takes few names and rows."""
    limits = {"reconcile_batch": 20, "reconcile_rows": 500, "reconcile_megabytes": 1, "reconcile_workers": 1}
    with serving(demo_data, room("queries"), **limits) as client:
        yield client
