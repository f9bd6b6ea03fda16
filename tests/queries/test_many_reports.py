"""The named questions where thirty reports say alike: what one says is there still, and nothing multiplies."""

from collections import Counter
from zlib import crc32

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, parse, serialize

from regiograph.editions import Editions
from regiograph.iris import Iris
from regiograph.questions import Question, Questions
from regiograph.rooms import room
from regiograph.store import EmbeddedReader

QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))
HALF_YEARS = [f"{year}-h{half}" for year in range(2021, 2036) for half in (1, 2)]
SPOKEN = (None, "en", "fr")


@pytest.fixture(scope="module")
def one(demo_data) -> EmbeddedReader:
    quads = Editions(demo_data).current().store.quads()
    return EmbeddedReader.of(quad for quad in quads if getattr(quad.object, "language", None) in SPOKEN)


@pytest.fixture(scope="module")
def many(one) -> EmbeddedReader:
    """The same, and its report once more for each of thirty half-years, each without a fifth of who takes part."""
    lines = serialize(one.quads(), format=RdfFormat.N_QUADS).decode().splitlines(keepends=True)
    told = [line for line in lines if "/2020-h2" in line]
    assert len(told) > 3_000
    later = (
        line.replace("/2020-h2", f"/{period}")
        for number, period in enumerate(HALF_YEARS)
        for line in told
        if not (
            "participation/" in (subject := line.split(" ")[0]) and crc32(subject.encode()) % 5 == number % 5
        )
    )
    return EmbeddedReader.of(parse("".join([*lines, *later]).encode(), format=RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def together(many) -> EmbeddedReader:
    """The same statements in one graph: what somebody has who loads an export to Turtle."""
    graph = NamedNode("http://g/one")
    return EmbeddedReader.of(Quad(*quad.triple, graph) for quad in many.quads())


def rows(store: EmbeddedReader, question: Question, **given: str) -> Counter[tuple[str, ...]]:
    needed = {param.name: param.example for param in question.params if param.required}
    answer = store.query(question.asked({**needed, **given}))
    return Counter(tuple(str(row.get(name, "")) for name in answer.variables) for row in answer)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_what_one_of_many_reports_says_is_told_as_if_it_were_alone(one, many, question):
    if any(param.name == "period" for param in question.params):
        assert rows(many, question, period="2020-H2") == rows(one, question, period="2020-H2")
    else:
        found, alone = rows(many, question), rows(one, question)
        assert found.keys() >= alone.keys()
        assert max(found.values(), default=0) <= (1 + len(HALF_YEARS)) * max(alone.values(), default=1)


@pytest.mark.timeout(60)
@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_no_answer_rests_on_each_report_having_a_graph_of_its_own(many, together, question):
    assert rows(together, question) == rows(many, question)
