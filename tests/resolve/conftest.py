from collections.abc import Callable
from pathlib import Path

import pytest

from ingest.resolve.gazetteer import Gazetteer
from ingest.resolve.names import Words
from ingest.resolve.resolver import Resolver
from ingest.resolve.table import rows
from regiograph.rooms import room

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def resolver() -> Resolver:
    return Resolver.from_reference(room("reference"))


@pytest.fixture(scope="session")
def gazetteer() -> Gazetteer:
    reference = room("reference")
    return Gazetteer.from_reference(reference, Words.from_file(reference / "generic_words.csv"))


@pytest.fixture(scope="session")
def gold() -> Callable[[str], list[dict[str, str]]]:
    return lambda name: list(rows(DATA / name))
