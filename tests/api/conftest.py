from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

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
