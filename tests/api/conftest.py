from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from regiograph.archive import Archive
from regiograph.keeping import Keeper
from regiograph.rooms import room
from tests.api.serving import QUESTION, publish, serving


@pytest.fixture(scope="session")
def queries(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("queries")
    (folder / "things.rq").write_text(QUESTION)
    return folder


@pytest.fixture(scope="session")
def data(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("data")
    publish(folder, 300)
    return folder


@pytest.fixture(scope="session")
def server(data, queries) -> Iterator[httpx.Client]:
    with serving(data, queries, query_seconds=2, workers=2, result_megabytes=2) as client:
        yield client


@pytest.fixture(scope="session")
def demo(demo_data) -> Iterator[httpx.Client]:
    """The demo, with the real questions."""
    with serving(demo_data, room("queries"), workers=2) as client:
        yield client


@pytest.fixture(scope="session")
def versions(tmp_path_factory, queries) -> Iterator[httpx.Client]:
    """Three editions; the first is dropped."""
    folder = tmp_path_factory.mktemp("versions")
    for things in (1, 2, 3):
        publish(folder, things)
    Keeper(Archive(folder)).drop(1, "superseded")
    with serving(folder, queries, workers=1) as client:
        yield client
