"""The engines of the store tests: real ones, started once. Demanded where CI is set, else skipped, and said."""

import os
from collections.abc import Iterator

import pytest

from tests.store import engines
from tests.store.engines import Running


def _there(name: str) -> None:
    if way_out := engines.missing(name):
        (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{name} is missing; install it: {way_out}")


@pytest.fixture(scope="session")
def oxigraph(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The oxigraph server."""
    _there("oxigraph")
    with engines.oxigraph(tmp_path_factory.mktemp("oxigraph")) as running:
        yield running


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Virtuoso."""
    _there("virtuoso")
    with engines.virtuoso(tmp_path_factory.mktemp("virtuoso")) as running:
        yield running


@pytest.fixture(scope="module", params=["oxigraph", "virtuoso"])
def running(request: pytest.FixtureRequest) -> Running:
    """Each engine in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Running)
    return found
