"""Things that many tests share: the real report, a pipeline, and a data directory with the demo in it."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from ingest.bundled import bundled_reports
from ingest.form import Source
from ingest.intake import Intake
from ingest.pipeline import Pipeline, Walked
from regiograph.rooms import room

# No example fails for being slow; in CI the examples are the same each time, so that a red run means a change.
settings.register_profile("house", deadline=None, derandomize=bool(os.environ.get("CI")))
settings.load_profile("house")

BASE = "https://w3id.org/regiograph"


@pytest.fixture(scope="session")
def pipeline() -> Pipeline:
    return Pipeline(BASE)


@pytest.fixture(scope="session")
def real_report() -> Path:
    return room("reference") / "reports" / "cybersecurity_2020H2.md"


@pytest.fixture(scope="session")
def real_text(real_report: Path) -> str:
    return real_report.read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def walk(pipeline: Pipeline) -> Callable[[str], Walked]:
    """The walk of a Markdown text that holds one report."""

    def walked(text: str) -> Walked:
        (one,) = pipeline.walk(Source(name="report.md", data=text.encode()))
        return one

    return walked


@pytest.fixture(scope="session")
def walked(walk: Callable[[str], Walked], real_text: str) -> Walked:
    return walk(real_text)


@pytest.fixture(scope="session")
def demo_data(tmp_path_factory: pytest.TempPathFactory, pipeline: Pipeline) -> Path:
    """A data directory with the bundled report in it. For reading only."""
    data = tmp_path_factory.mktemp("demo") / "data"
    for source in bundled_reports():
        Intake(data, pipeline).take_reports(source, received_at="2026-11-23T12:00:00+00:00")
    return data


@pytest.fixture
def own_data(demo_data: Path, tmp_path: Path) -> Path:
    """A copy of the demo's data directory that a test may change."""
    return Path(shutil.copytree(demo_data, tmp_path / "data"))
