"""Reports as people write them: what is found in them, scored as the kept-aside reports are."""

import importlib.util
import json
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.form import Source
from ingest.pipeline import Pipeline
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.report import Report
from ingest.resolved import KnownNames
from ingest.several import parted
from ingest.understand import understand
from tests.ingest import people
from tests.read import layouts

GOLD = Path(__file__).parent / "gold"
SEEDS = range(5000, 5120)


@pytest.fixture(scope="module")
def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", GOLD / "score.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def scored(pipeline: Pipeline, scorer: ModuleType) -> Callable[[people.Written], dict[str, Any]]:
    nuts = scorer.Nuts(str(GOLD / "nuts_codes.csv"))

    def score(report: people.Written, data: bytes | None = None) -> dict[str, Any]:
        source = Source(name="r", data=data or report.text.encode())
        ((resolved, questionnaire),) = pipeline.resolved(source)
        found = extract(resolved, questionnaire)
        lines = resolved.report.form.text.split("\n")
        shown = "\n".join(lines[number - 1] for number in sorted(resolved.report.public_lines))
        told = json.dumps(found, ensure_ascii=False) + shown
        leaks = [token for token in report.gold["confidential"]["tokens"] if token in told]
        return {"fields": scorer.score_one(report.gold, found, nuts), "leaks": leaks}

    return score


def figures(scores: Iterator[dict[str, Any]], scorer: ModuleType) -> tuple[dict[str, float], list[str]]:
    totals: dict[str, Any] = defaultdict(scorer.C)
    leaks: list[str] = []
    for score in scores:
        leaks += score["leaks"]
        for field, count in score["fields"].items():
            totals[field].add(count.tp, count.fp, count.fn)
    return {field: count.prf()[2] for field, count in totals.items()}, leaks


def test_messy_reports_are_understood(scored, scorer):
    fields, leaks = figures((scored(people.written(seed)) for seed in SEEDS), scorer)
    assert leaks == []
    assert sum(fields.values()) / len(fields) >= 0.985, fields
    assert min(fields.values()) >= 0.95, fields
    assert fields["sdg"] >= 0.99 and fields["confidential_flag"] == 1


@pytest.mark.parametrize("mess", people.MESSES)
def test_each_mess_alone_does_little_harm(scored, scorer, mess):
    fields, leaks = figures((scored(people.written(seed, [mess])) for seed in range(6)), scorer)
    assert leaks == []
    assert sum(fields.values()) / len(fields) >= 0.97, fields


@pytest.mark.parametrize("layout", [*layouts.WORD[:7], *layouts.PAGES], ids=lambda each: each.__name__)
def test_other_formats_are_understood_like_markdown(scored, scorer, layout):
    def score(seed: int) -> dict[str, Any]:
        report = people.written(seed, [mess for mess in people.MESSES if mess != "pipe tables"][seed::5])
        (form,) = read(Source(name="r.md", data=report.text.encode()))
        return scored(report, layout().bytes(form))

    fields, leaks = figures((score(seed) for seed in range(3)), scorer)
    assert leaks == []
    assert sum(fields.values()) / len(fields) >= 0.97, fields
    assert fields["sdg"] >= 0.97


@pytest.fixture(scope="module")
def reads(pipeline: Pipeline) -> Callable[[str], Report]:
    def report(text: str) -> Report:
        (form,) = read(Source(name="r.md", data=text.encode()))
        return understand(form, read_all(), KnownNames(pipeline.resolver))

    return report


def told(report: Report) -> dict[str, Any]:
    """What a report says, without where it says so."""
    return {
        "names": [(m.text, str(m.role), m.country, m.code) for m in report.mentions()],
        "areas": [(a.number, a.title and a.title.text, a.involved.everyone) for a in report.areas],
        "events": [
            (e.title.text, e.when and (e.when.start, e.when.end), e.place_name and e.place_name.text, e.mode)
            for e in report.events
        ],
        "goals": [(rating.goal, rating.options) for rating in report.ratings],
    }


AREAS = (
    ("", "Working area", "Region in charge", "Involved regions", "Other actors"),
    ("1", "Cyber ranges", "Brittany", "Wales, Estonia", "ECSO, LSEC"),
    ("2", "Skills", "Wallonia / Tuscany", "ALL", "Tecnalia"),
    ("3", "Finance", "Estonia", "All except Wales", ""),
)
EVENTS = (
    ("", "Event", "Date", "Place", "Any other information"),
    ("1", "Kick-off", "3-4 December 2020", "Pamplona and online", "minutes"),
    ("2", "Steering", "week 20, 2021", "Brussels", ""),
)


def form(areas: list[list[str]], events: list[list[str]], members: str, padding: str = "") -> str:
    def table(rows: list[list[str]]) -> str:
        return "\n".join("\t".join(f"{padding}{cell}{padding}" for cell in row) for row in rows)

    return "\n\n".join(
        (
            "**\\* Reporting period**\n\nJuly - December 2020",
            "**\\* Please select the name of your partnership**\n\nCybersecurity",
            "**\\* Start date of your partnership**\n\n01/02/2018",
            f"**\\* Please provide the list of participating regions.**\n\n{members}",
            f"Please provide an overview of the **working areas** of your partnership\n\n{table(areas)}",
            "**Please provide information regarding past meetings, workshops and dissemination activities**"
            f"\n\n{table(events)}",
        )
    )


MEMBERS = ("Wales", "Estonia", "Tuscany", "Castilla y León", "North Karelia")


@settings(deadline=None, max_examples=40)
@given(
    st.permutations(range(5)),
    st.permutations(range(5)),
    st.sampled_from(["\n", "; ", ", ", ",", "  \n", " ; ", ",\n", "\n\n", "\n- "]),
    st.sampled_from(["", " ", "  "]),
)
def test_columns_separators_and_paddings_do_not_matter(reads, areas, events, separator, padding):
    def ordered(rows, order):
        return [[row[index] for index in order] for row in rows]

    plain = form([list(row) for row in AREAS], [list(row) for row in EVENTS], "\n".join(MEMBERS))
    other = form(ordered(AREAS, areas), ordered(EVENTS, events), separator.join(MEMBERS), padding)
    assert told(reads(other)) == told(reads(plain))


def test_two_reports_in_one_document_are_two(reads):
    first, second = people.written(11, []), people.written(12, [])
    (whole,) = read(Source(name="two.md", data=f"{first.text}\n\n{second.text}".encode()))
    parts = parted(whole, read_all())
    assert [part.part for part in parts] == ["1", "2"]
    assert all(part.text == whole.text for part in parts)
    (alone,) = read(Source(name="one.md", data=first.text.encode()))
    assert parted(alone, read_all()) == (alone,)


def test_a_report_ends_behind_the_table_of_a_question_in_other_words():
    first, second = people.written(11, []), people.written(12, [])
    reworded = first.text.replace(people.LABELS["sdg"][0], "To which goals does it contribute, and how much?")
    printed = "### Your Partnership and the UN 2030 Sustainable Development Goals (SDGs)\n\n"
    reworded = reworded.replace("**To which goals", f"{printed}**To which goals")
    (whole,) = read(Source(name="two.md", data=f"{reworded}\n\n{second.text}".encode()))
    one, other = parted(whole, read_all())
    assert other.blocks[0].passage.place.line > one.blocks[-1].place.line
    assert one.blocks[-1].rows[-1].cells[0].text.startswith("Goal 17")


def test_a_list_of_contents_is_no_second_report():
    report = people.written(13, [])
    labels = "\n\n".join(people.LABELS[key][0] for key in ("period", "partnership", "start", "lead"))
    (whole,) = read(Source(name="r.md", data=f"{labels}\n\n{report.text}".encode()))
    assert len(parted(whole, read_all())) == 1


@pytest.mark.parametrize("heading", people.CONFIDENTIAL_HEADINGS)
def test_what_is_confidential_is_never_read(reads, heading):
    text = (
        people.written(3, []).text + f"\n\n{heading}\n\n### Governance\n\n**Weaknesses**\n\nZanzibar left.\n"
    )
    report = reads(text)
    assert "Zanzibar" not in repr([report.answers, report.mentions(), report.events, report.areas])
    lines = report.form.text.split("\n")
    assert not any("Zanzibar" in lines[number - 1] for number in report.public_lines)
