"""A small data directory to decide in: short reports, few reference graphs, no verdicts. So it is quick."""

import copy
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from ingest.decisions import UNDECIDED, Decisions, Name
from ingest.desk import Desk, Signature
from ingest.form import Form, Source
from ingest.intake import Intake
from ingest.judge import Verdict
from ingest.pipeline import Pipeline
from ingest.questionnaire import Questionnaire
from ingest.resolved import ResolvedReport

SHORT = 95  # lines of the real report, up to its working areas
REPORTS = {  # partnership and period → what is written otherwise than in the real report
    ("Cybersecurity", "July - December 2020"): {},
    ("Cybersecurity", "January - June 2021"): {"Tecnalía": "Tecnia", "Brittany Region": "Bretagne"},
    ("Bioenergy", "July - December 2020"): {"Wales": "Wonderland", "Local stakeholders": "Foo Bar Lab"},
}


class Remembered:
    """The names of a report as found, once; then as decided. It is what takes most of the time."""

    def __init__(self, pipeline: Pipeline) -> None:
        self._pipeline = pipeline
        self._found: dict[tuple[str, str], tuple[ResolvedReport, Questionnaire]] = {}

    def __call__(self, form: Form, decided: Decisions) -> tuple[ResolvedReport, Questionnaire]:
        key = form.source.sha256, form.part
        if key not in self._found:
            self._found[key] = self._pipeline._resolved(form, UNDECIDED)
        found, questionnaire = self._found[key]
        decisions = {
            mention: decided.resolve(Name.of(found.partnership.key, mention), resolution)
            for mention, resolution in found.decisions.items()
        }
        return replace(found, decisions=decisions), questionnaire


class NoJudge:
    """Finds nothing."""

    def judge(self, _quads: object) -> Verdict:
        return Verdict()


@pytest.fixture(scope="session")
def quick(pipeline: Pipeline) -> Pipeline:
    _ = pipeline.resolver, pipeline.reference
    own = copy.copy(pipeline)
    small = ("graph/codes", "graph/organisations", "graph/partnerships")
    graphs = {name: quads for name, quads in pipeline.reference.items() if name.endswith(small)}
    own.__dict__ |= {"_judge": NoJudge(), "_resolved": Remembered(pipeline), "reference": graphs}
    return own


@pytest.fixture(scope="session")
def written(real_text: str) -> Callable[[str, str], Source]:
    """The report of a partnership for a period."""

    def source(partnership: str, period: str) -> Source:
        text = "\n".join(real_text.split("\n")[:SHORT])
        text = text.replace("July - December 2020", period).replace("\nCybersecurity\n", f"\n{partnership}\n")
        for one, other in REPORTS.get((partnership, period), {}).items():
            assert one in text
            text = text.replace(one, other)
        return Source(name=f"{partnership} {period}.md", data=text.encode())

    return source


@pytest.fixture(scope="session")
def filled(quick: Pipeline, written: Callable[[str, str], Source], tmp_path_factory) -> Path:
    """Three reports of two partnerships. For reading only."""
    data = tmp_path_factory.mktemp("desk") / "data"
    for one in REPORTS:
        Intake(data, quick).take_reports(written(*one))
    return data


@pytest.fixture
def intake(filled: Path, quick: Pipeline, tmp_path: Path) -> Intake:
    return Intake(Path(shutil.copytree(filled, tmp_path / "data")), quick)


@pytest.fixture
def desk(intake: Intake) -> Desk:
    return Desk(intake)


@pytest.fixture
def by() -> Signature:
    return Signature(who="Ada Zanzibar", why="Quarrelsome certainty")
