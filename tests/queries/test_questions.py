"""The named questions: expected answers, on the store and on rdflib."""

import csv
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from pyoxigraph import RdfFormat, serialize
from rdflib import Dataset

from regiograph.editions import Editions
from regiograph.errors import RegiographError
from regiograph.iris import Iris
from regiograph.questions import Question, Questions
from regiograph.rooms import room
from regiograph.things import with_things

EXPECTED = Path(__file__).parent / "expected"
QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))
with (EXPECTED / "cases.csv").open(newline="") as file:
    CASES = [pytest.param(row, id=row["question"]) for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def store(demo_data):
    return Editions(demo_data).current().store


@pytest.fixture(scope="module")
def rdflib_data(store) -> Dataset:
    """The same edition's graphs in rdflib; names in other languages are left out, for speed."""
    spoken = (None, "en", "fr")
    quads = [quad for quad in store.quads() if getattr(quad.object, "language", None) in spoken]
    data = Dataset(default_union=True)
    data.parse(data=serialize(quads, format=RdfFormat.N_QUADS), format="nquads")
    return data


def asked(row: dict[str, str]) -> str:
    return QUESTIONS[row["question"]].asked(dict(parse_qsl(row["parameters"])))


def expected(row: dict[str, str]) -> list[list[str]]:
    with (EXPECTED / row["expected"]).open(newline="") as file:
        return list(csv.reader(file))[1:]


def rows(store, text: str) -> list[list[str]]:
    answer = store.query(text)
    return [[row[name].value if name in row else "" for name in answer.variables] for row in answer]


def test_there_are_at_least_24_questions_and_all_competency_questions_are_among_them():
    assert len(QUESTIONS) >= 24 and len(CASES) == 26
    assert {case.values[0]["question"] for case in CASES} <= set(QUESTIONS)


@pytest.mark.parametrize("row", CASES)
def test_competency_questions_on_the_store(store, row):
    assert rows(store, asked(row)) == expected(row)


@pytest.mark.parametrize("row", CASES)
def test_competency_questions_on_rdflib(rdflib_data, row):
    answer = rdflib_data.query(asked(row))
    found = [["" if value is None else str(value) for value in one] for one in answer]
    assert sorted(found) == sorted(expected(row))


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_each_question_gives_the_example_of_its_header(store, question: Question):
    needed = {param.name: param.example for param in question.params if param.required}
    answer = store.query(question.asked(needed))
    found = [{name: term.value for name, term in row.items()} for row in answer]
    example = {name: _text(value) for name, value in question.example.items()}
    assert set(example) <= set(answer.variables)
    assert not example or any(example.items() <= row.items() for row in found)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_each_question_takes_all_its_parameters_at_once(store, question: Question):
    everything = {param.name: param.example for param in question.params}
    alone = {param.name: param.example for param in question.params if param.required}
    narrowed, whole = (rows(store, question.asked(given)) for given in (everything, alone))
    if question.name not in ("sdg-mean",):
        assert len(narrowed) <= len(whole)
    assert all(param.description for param in question.params)


def test_a_filter_on_another_partnership_leaves_nothing(store):
    for name in ("roles-count", "who-is-in-charge", "events", "sdg-strong", "blank-fields", "results"):
        assert rows(store, QUESTIONS[name].asked({})) != []
        assert rows(store, QUESTIONS[name].asked({"partnership": "Photonics"})) == []


@pytest.mark.parametrize("topic", ["cyber-range", "CYBER RANGE", "Cyber_Range"])
def test_the_topic_does_not_mind_case_and_hyphens(store, topic):
    assert len(rows(store, QUESTIONS["co-leads"].asked({"topic": topic}))) == 4


@pytest.mark.parametrize(
    "topic", ['" } UNION { ?s ?p ?o }', "\\", "'''", "cyber\u2028range", "?w", "$$", "}}"]
)
def test_a_hostile_topic_is_only_a_text(store, topic):
    try:
        text = QUESTIONS["co-leads"].asked({"topic": topic})
    except ValueError:
        pytest.fail("a text was refused in an unknown way")
    except Exception as error:
        assert type(error).__name__ == "BadParameter"
        return
    assert rows(store, text) == []


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_the_things_behind_names_can_be_told_without_changing_the_rows(store, question: Question):
    text = question.asked({param.name: param.example for param in question.params if param.required})
    answer = store.query(with_things(text))
    more = {name for name in answer.variables if name.endswith("Iri")}
    plain = [{name: term for name, term in row.items() if name not in more} for row in answer]
    assert sorted(map(str, plain)) == sorted(map(str, store.query(text)))


def test_the_command_tells_names_in_a_language_of_any_edition_and_period(demo_data, capfdbinary):
    from regiograph.cli import app

    def run(*words):
        app(["query", *words, "--data", str(demo_data)], standalone_mode=False)
        return capfdbinary.readouterr().out

    topic = ("area-team", "-p", "topic=cyber range")
    assert b"Bretagne" in run(*topic, "--lang", "fr", "--format", "csv", "--edition", "1")
    assert run(*topic, "--format", "csv", "--asof", "2020-H1").splitlines() == [b"area,region,roleLabel"]
    assert run(*topic, "--format", "xlsx")[:2] == b"PK"
    with pytest.raises(RegiographError, match="no editions"):
        run(*topic, "--endpoint", "http://127.0.0.1:1/", "--asof", "2020-H1")
