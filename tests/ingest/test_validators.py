"""Two validators, one answer: the fast one, and the reference that confirms grave words."""

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from structlog.testing import capture_logs

from ingest import validators
from ingest.judge import Context, Judge
from ingest.shacl import Reference
from ingest.validators import Compiled, Confirmed, Judged, Result, Shapes, validator
from regiograph.iris import RG, SHAPES, XSD
from regiograph.rooms import room

ISLAND = ox.NamedNode("https://example.org/island")
LABEL = SHAPES + "Place-label"
NOTHING = Judged(report=[])
CANONICAL = {
    "date": ["0850-01-01", "2018-03-01", "2020-12-31", "2021-01-01"],
    "gYear": ["2018", "2022"],
    "gYearMonth": ["2018-03", "2022-01"],
    "integer": ["-5", "0", "1", "4", "17"],
    "decimal": ["-0.1", "0.89", "0.9", "1", "1.01"],
    "boolean": ["true", "false"],
    "string": ["", " ", "\n", "é", '"quoted\\"', "ftp://x", "http://x/"],
}
LITERALS = [
    *(ox.Literal("mot", language=language) for language in ("en", "fr")),
    *(
        ox.Literal(text, datatype=ox.NamedNode(XSD + name))
        for name, texts in CANONICAL.items()
        for text in texts
    ),
]
VALUES = [
    *LITERALS,
    *(ox.NamedNode(iri) for iri in ("http://x/", "ftp://x/", "http:///x", "https://é.example/")),
]
# What is done to a quad: what it says, or what is said of another one, is changed.
DEEDS = ("remove", "replace the value", "add a value", "say it of another", "say it with another property")
EDITS = st.lists(st.tuples(st.sampled_from(DEEDS), *[st.integers(0, 9999)] * 3), min_size=1, max_size=40)


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return Shapes(room("shapes"))


@pytest.fixture(scope="module")
def real_graph(walked, pipeline) -> list[ox.Quad]:
    """The graph of the real report and what it refers to."""
    context = Context(quad for quads in pipeline.reference.values() for quad in quads)
    name = next(name for name in walked.graphs if "derived" not in name)
    return list(context.around(walked.graphs[name]))


@pytest.fixture(scope="module")
def both(shapes) -> tuple[Compiled, Reference]:
    return Compiled(shapes), Reference(shapes)


def edited(graph: list[ox.Quad], edits: list[tuple[str, int, int, int]]) -> list[ox.Quad]:
    """The graph, changed in some places; each of its properties is as likely to be met as any other.

    A property of numbers or dates keeps its type: what comes of comparing a date with a number, each validator
    decides for itself, and no report says such a thing.
    """
    quads = dict.fromkeys(graph)
    by_name: dict[str, list[ox.Quad]] = {}
    for quad in graph:
        by_name.setdefault(quad.predicate.value, []).append(quad)
    names = sorted(by_name)

    def say(subject: ox.NamedNode, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal) -> None:
        usual = by_name[predicate.value][0].object
        if not ordered(usual) or (ordered(value) and value.datatype == usual.datatype):
            quads[ox.Quad(subject, predicate, value)] = None

    for deed, first, second, third in edits:
        alike = by_name[names[first % len(names)]]
        quad, other = alike[second % len(alike)], graph[third % len(graph)]
        if deed.startswith("re"):
            quads.pop(quad, None)
        if deed.endswith("value"):
            usual = quad.object
            fit = [each for each in LITERALS if ordered(usual) and each.datatype == usual.datatype] or VALUES
            say(quad.subject, quad.predicate, other.object if third % 3 == 0 else fit[third % len(fit)])
        if deed == "say it of another":
            say(other.subject, quad.predicate, quad.object)
        if deed == "say it with another property":
            say(quad.subject, other.predicate, quad.object)
    return list(quads)


def ordered(value: object) -> bool:
    """Whether it is a number or a date."""
    return isinstance(value, ox.Literal) and value.datatype.value.removeprefix(XSD) in CANONICAL.keys() - {
        "boolean",
        "string",
    }


@given(EDITS)
@settings(max_examples=15)
def test_both_find_the_same_whatever_is_done_to_a_real_report(both, real_graph, edits):
    fast, reference = both
    graph = Judged(report=edited(real_graph, edits))
    assert fast.results(graph) == reference.results(graph)


def test_the_reference_judges_by_some_shapes_as_by_all(both, real_graph):
    _, reference = both
    gone = {RG + "reportedStart", RG + "evidence", RG + "hasLead"}
    graph = Judged(report=[quad for quad in real_graph if quad.predicate.value not in gone])
    found = reference.results(graph)
    shapes = {result.shape for result in found}
    assert len(shapes) > 5
    for some in (sorted(shapes)[:2], sorted(shapes)[-3:]):
        assert reference.results(graph, some) == {each for each in found if each.shape in some}


class Fixed:
    """A validator that always finds the same."""

    def __init__(self, *found: Result) -> None:
        self.found, self.asked = set(found), []

    def results(self, graph, shapes=()):
        self.asked.append(shapes)
        return self.found


def broken(shape: str, value: str = "hush-hush-4711") -> Result:
    return Result(focus=ISLAND, shape=shape, value=ox.Literal(value))


def test_without_grave_results_the_reference_is_not_asked():
    reference = Fixed()
    light = broken(SHAPES + "Event-date")
    confirmed = Confirmed(Fixed(light), lambda: reference, {light.shape})
    assert confirmed.results(NOTHING) == {light}
    assert reference.asked == []


def test_grave_results_are_the_reference_s_own():
    light, grave = broken(SHAPES + "Event-date"), broken(LABEL, "one")
    reference = Fixed(broken(LABEL, "two"))
    with capture_logs() as logs:
        found = Confirmed(Fixed(light, grave), lambda: reference, {light.shape}).results(NOTHING)
    assert found == {light, broken(LABEL, "two")}
    assert reference.asked == [{LABEL}]
    assert logs == [{"event": "validators disagree", "shapes": [LABEL], "log_level": "warning"}]


def test_where_they_agree_nothing_is_logged(shapes, real_graph):
    graph = Judged(report=[quad for quad in real_graph if quad.predicate.value != RG + "reportedStart"])
    with capture_logs() as logs:
        found = validator(shapes).results(graph)
    assert SHAPES + "Report-start" in {result.shape for result in found}
    assert logs == []


def test_a_machine_without_the_fast_one_gives_the_same_verdict(walked, pipeline, monkeypatch):
    name = next(name for name in walked.graphs if "derived" not in name)
    monkeypatch.setattr(validators, "shacl", None)
    context = (quad for quads in pipeline.reference.values() for quad in quads)
    assert Judge(room("shapes"), context).judge(walked.graphs[name]) == walked.verdict
