"""Reports whose labels are in other languages: recognised, read alike, and as confidential."""

import re
import tomllib
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from ingest.extract import extract
from ingest.form import Source
from ingest.languages import Language
from ingest.outline import Outline, outline
from ingest.questionnaire import Question, Questionnaire, Section, fold, read_all, without_brackets
from ingest.read import read
from ingest.resolved import ResolvedReport
from tests.ingest import people

QUESTIONNAIRE = read_all()[0]
LANGUAGES = QUESTIONNAIRE.languages.all
PUBLIC = [question for question in QUESTIONNAIRE.questions if not question.confidential]
PHRASINGS: dict[str, Any] = tomllib.loads((Path(__file__).parent / "phrasings.toml").read_text("utf-8"))
SEEDS = range(3)

each_language = pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.code)


def in_language(language: Language) -> Questionnaire:
    return QUESTIONNAIRE.spoken_in(language.labels)


def outlined(questionnaire: Questionnaire, text: str) -> Outline:
    (form,) = read(Source(name="r.md", data=text.encode()))
    return outline(form, questionnaire)


# --- the data files ---


@each_language
def test_a_language_names_every_part_of_the_questionnaire(language):
    keys = {question.key for question in PUBLIC}
    assert (set(language.wordings), set(language.about)) == (keys, keys)
    assert set(language.sections) == {section.key for section in QUESTIONNAIRE.sections}
    columns = {question.kind: set(question.columns) for question in PUBLIC if question.columns}
    assert {kind: set(named) for kind, named in language.columns.items()} == columns
    (matrix,) = (question for question in PUBLIC if question.rows)
    assert set(language.rows[matrix.kind]) == set(matrix.rows)
    named = (language.wordings, language.about, language.sections, *language.columns.values())
    assert all(chain.from_iterable(part.values() for part in (*named, *language.rows.values())))
    assert language.printed and language.instructions and language.confidential_words


@each_language
def test_a_wording_is_that_of_one_part_alone(language):
    questionnaire = in_language(language)
    for part in (language.wordings, language.sections):
        for key, texts in part.items():
            for text in texts:
                recognised = questionnaire.recognise(text)
                assert isinstance(recognised, Question | Section), text
                assert recognised.key == key, text


@each_language
def test_a_column_or_goal_is_called_by_a_name_of_its_own(language):
    for question in in_language(language).questions:
        for part in (question.columns, question.rows):
            names = [(fold(text), key) for key, texts in part.items() for text in texts]
            assert len(dict(names)) == len(set(names)), question.key


@each_language
def test_what_a_label_is_about_is_no_other_question_s(language):
    questionnaire = in_language(language)
    wrong = {
        text: found.key
        for key, texts in language.wordings.items()
        for text in texts
        if (found := questionnaire.alludes(text)) and found.key != key
    }
    assert wrong == {}


@each_language
def test_no_public_label_announces_a_confidential_part(language):
    public = [text for key, texts in language.sections.items() if key != "self-assessment" for text in texts]
    public += chain.from_iterable(language.wordings.values())
    assert [text for text in public if QUESTIONNAIRE.says_confidential(text)] == []


@each_language
def test_the_confidential_part_is_announced_in_every_language(language):
    for text in (*language.sections["self-assessment"], *language.confidential_words):
        assert QUESTIONNAIRE.says_confidential(text), text


# --- which languages a report speaks ---


@each_language
def test_a_language_is_spoken_where_its_labels_are(language):
    assert language in QUESTIONNAIRE.languages.spoken(language.labels)
    first = [texts[0] for texts in language.wordings.values()]
    assert language in QUESTIONNAIRE.languages.spoken(first[:8])


def test_an_english_report_is_compared_with_no_other_language(real_text):
    assert QUESTIONNAIRE.spoken_in(real_text.split("\n")) is QUESTIONNAIRE
    for seed in range(20):
        assert QUESTIONNAIRE.spoken_in(people.written(seed).text.split("\n")) is QUESTIONNAIRE


# --- labels in other words ---


@pytest.mark.parametrize(
    ("code", "key", "text"),
    [
        (code, key, text)
        for code, said in PHRASINGS.items()
        for key, texts in said["questions"].items()
        for text in texts
    ],
)
def test_a_label_in_other_words_is_recognised(code, key, text):
    language = next(each for each in LANGUAGES if each.code == code)
    assert fold(text) not in map(fold, language.labels)
    assert list(outlined(in_language(language), f"### {text}\n\nabc").found) == [key]


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, said in PHRASINGS.items() for text in said["answers"]]
)
def test_an_answer_is_no_label(code, text):
    language = next(each for each in LANGUAGES if each.code == code)
    found = outlined(in_language(language), f"### {language.wordings['impacts'][0]}\n\nabc\n\n{text}").found
    assert list(found) == ["impacts"]
    assert len(found["impacts"].content) == 2


# --- whole reports ---

ADDED = ("other-partnership-results", "business-involvement", "cooperation-sufficiency")
ADDED_COUNT, ADDED_PLATFORM = "non-eu28-involvement", "other-platform-activities"


def whole(seed: int) -> str:
    """An English report that has every question."""
    text = people.written(seed, ["section III", "two leads", "support"]).text
    answers = dict.fromkeys(ADDED, "We learnt a lot.") | {ADDED_COUNT: "three", ADDED_PLATFORM: "A workshop."}
    added = "".join(
        f"**{QUESTIONNAIRE.question(key).wordings[0]}**\n\n{answer}\n\n" for key, answer in answers.items()
    )
    last = f"**{people.LABELS['sdg'][0]}"
    assert last in text
    return text.replace(last, added + last)


def translated(text: str, language: Language, which: int) -> str:
    """A report with its labels in another language; of several wordings one or another."""
    names: dict[str, str] = {}
    for question in PUBLIC:
        for own, other in (
            (question.columns, language.columns.get(question.kind, {})),
            (question.rows, language.rows.get(question.kind, {})),
        ):
            for key, texts in own.items():
                names |= {name: other[key][which % len(other[key])] for name in texts}

    def labelled(match: re.Match[str]) -> str:
        recognised = QUESTIONNAIRE.recognise(match[0])
        if not isinstance(recognised, Question | Section):
            return match[0]
        part = language.wordings if isinstance(recognised, Question) else language.sections
        return part[recognised.key][which % len(part[recognised.key])]

    def lines() -> Iterator[str]:
        for line in text.split("\n"):
            if line.startswith(("**", "#")):
                yield re.sub(r"(?<![^*# ])[^*#\\ ][^*]*", labelled, line)
            elif line.lstrip(" ").startswith(("\t", "Goal")):
                cells = line.split("\t")
                bare = [re.sub(r"^Goal \d+\. ", "", cell.strip()) for cell in cells]
                yield "\t".join(names.get(each, cell) for each, cell in zip(bare, cells, strict=True))
            else:
                yield line

    return "\n".join(lines())


@pytest.fixture(scope="module")
def told(pipeline) -> Callable[[str], tuple[dict[str, Any], ResolvedReport]]:
    def read_whole(text: str) -> tuple[dict[str, Any], ResolvedReport]:
        ((resolved, questionnaire),) = pipeline.resolved(Source(name="r.md", data=text.encode()))
        answers = {
            key: (str(answer.state), answer.passage.text if answer.passage and key not in tables else None)
            for key, answer in resolved.report.answers.items()
        }
        return {**extract(resolved, questionnaire), "answers": answers}, resolved

    tables = [question.key for question in PUBLIC if question.columns]
    return read_whole


@each_language
@pytest.mark.parametrize("seed", SEEDS)
def test_a_report_with_translated_labels_says_the_same(told, language, seed):
    text = whole(seed)
    other = translated(text, language, seed)
    labels = [line for line in text.split("\n") if line.startswith(("**", "Goal"))]
    assert not any(line in other.split("\n") for line in labels if QUESTIONNAIRE.recognise(line))
    (expected, english), (found, resolved) = told(text), told(other)
    assert {state for state, _ in expected["answers"].values()} <= {"answered", "blank", "withheld"}
    assert found == expected
    assert resolved.report.public_lines == english.report.public_lines
    assert resolved.report.withheld_lines == english.report.withheld_lines


# --- confidential parts ---


@each_language
@pytest.mark.parametrize("around", ["english", "translated"])
def test_labels_within_the_confidential_part_open_no_public_part(told, language, around):
    text = whole(1) if around == "english" else translated(whole(1), language, 0)
    labels = [text for texts in language.wordings.values() for text in (texts[-1], f"{texts[-1]} zq0kestrel")]
    secret = "\n\n".join(f"**{label}**\n\nzq0kestrel\n\n{label}: zq0kestrel" for label in labels)
    _, resolved = told(f"{text}\n\n{secret}\n")
    assert "kestrel" not in resolved.report.form.text
    assert "kestrel" not in repr(resolved.report.answers)


@each_language
@pytest.mark.parametrize("around", ["english", "translated"])
def test_a_question_left_out_is_not_answered_from_the_confidential_part(told, language, around):
    """Where a label there is short, or is a wording of the language only nearly."""
    alike = in_language(language).likeness
    for question in PUBLIC:
        own, other = question.wordings[0], language.wordings[question.key]
        text = whole(2).replace(own, "?")
        text = text if around == "english" else translated(text, language, 0)
        for label in map(without_brackets, other):
            if len(label) >= 30:
                label = label[1 + len(label) // 8 :]
                if max(alike(label), alike(label.partition(":")[0])) >= 95:
                    continue  # it is another wording
            if isinstance(QUESTIONNAIRE.recognise(label), Question):
                continue  # it is one of the questionnaire's own file, in no other language
            secret = f"**{label}**\n\nzq0kestrel\n\n{label}: zq0kestrel\n"
            (form,) = read(Source(name="r.md", data=f"{text}\n\n{secret}".encode()))
            shown = outline(form, QUESTIONNAIRE).public_text(form)
            assert "kestrel" not in shown, label


@each_language
def test_a_report_may_begin_with_its_confidential_part(told, language):
    text = translated(whole(2), language, 0)
    labels = {texts[-1] for key, texts in language.wordings.items() if key not in QUESTIONNAIRE.identifying}
    labels = {label for label in labels if len(fold(label)) < 30 and not QUESTIONNAIRE.recognise(label)}
    heading = language.sections["self-assessment"][0]
    secret = "\n\n".join(f"**{label}**\n\nzq0kestrel" for label in labels)
    _, resolved = told(f"## {heading}\n\n{secret}\n\n{text}")
    assert "kestrel" not in resolved.report.form.text
    assert resolved.report.period and resolved.report.partnership
