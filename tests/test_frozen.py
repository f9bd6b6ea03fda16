"""Frozen answers and their citations, without a server."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import bibtexparser
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st

from regiograph.archive import Archive
from regiograph.canonical import canonical, change
from regiograph.citations import Citation
from regiograph.errors import Damaged, Gone, NoRoom, NoSuchThing, QueryTooLarge, TooOften
from regiograph.frozen import FrozenAnswers, Request
from regiograph.store.formats import Format

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ASKED = Request(
    edition=7, edition_hash="ab" * 32, query="SELECT ?a {}", question="q", parameters={"topic": "x"}
)


def body(*values, order=("a",)):
    rows = [{"a": {"type": "literal", "value": value}} for value in values]
    return json.dumps({"head": {"vars": list(order)}, "results": {"bindings": rows}}).encode()


def freeze(answers, data, asked=ASKED, now=NOW):
    return answers.freeze(asked, data, Format.JSON, canonical(data, Format.JSON), now=now)


@pytest.fixture
def answers(tmp_path):
    return FrozenAnswers(Archive(tmp_path), megabytes=1, hourly=3)


def test_the_same_answer_to_the_same_question_of_the_same_edition_has_one_address(answers):
    first, new = freeze(answers, body("1", "2"))
    again, not_new = freeze(answers, body("2", "1"), now=NOW + timedelta(days=9))
    assert (new, not_new) == (True, False) and again == first == answers.find(first.id)
    others = [
        freeze(answers, data, asked)[0].id
        for data, asked in ((body("1"), ASKED), (body("1", "2"), replace(ASKED, edition=8)))
    ]
    assert len({first.id, *others}) == 3
    assert answers.body(first) == body("1", "2") and first.rows == 2


def test_room_and_rate_are_bounded(answers):
    with pytest.raises(QueryTooLarge):
        freeze(answers, body("x" * 4_100_000))
    with pytest.raises(NoRoom):
        freeze(answers, body("x" * 1_000_000))
    for number in range(3):
        freeze(answers, body(str(number)))
    with pytest.raises(TooOften):
        freeze(answers, body("4"))
    assert freeze(answers, body("4"), now=NOW + timedelta(hours=2))[1]
    closed = FrozenAnswers(Archive(answers._files.parents[1]), megabytes=0, hourly=9)
    with pytest.raises(NoRoom, match="cannot be frozen here"):
        freeze(closed, body("5"))


def test_an_answer_that_was_taken_away_is_gone_for_good(answers, tmp_path):
    frozen, _ = freeze(answers, body("1"))
    shared, _ = freeze(answers, body("1"), replace(ASKED, edition=8))
    answers.take_away(frozen.id, "spam")
    with pytest.raises(Gone, match="taken away: spam"):
        answers.find(frozen.id)
    with pytest.raises(Gone):
        freeze(answers, body("1"))
    assert answers.body(shared) and [one.id for one in answers.list()] == [shared.id]
    answers.take_away(shared.id, "spam")
    assert not [path for path in (tmp_path / "archive" / "answers").rglob("*") if path.is_file()]
    with pytest.raises(NoSuchThing):
        answers.find("nothing")


def test_bytes_that_changed_are_never_shown(answers):
    frozen, _ = freeze(answers, body("1"))
    answers._path(frozen.sha256).write_bytes(b"{}")
    with pytest.raises(Damaged):
        answers.body(frozen)


def test_the_order_of_rows_does_not_matter_but_how_often_they_come_does():
    one, other = (canonical(data, Format.JSON) for data in (body("1", "2", "2"), body("2", "1", "2")))
    assert one.hash == other.hash and change(one, other).is_none
    fewer = change(one, canonical(body("2", "3"), Format.JSON))
    assert (fewer.added, fewer.removed) == (('"3"',), ('"1"', '"2"'))
    assert change(one, canonical(body(order=("b",)), Format.JSON)).columns
    nt = b'<h:a> <h:b> "2" .\n<h:a> <h:b> "1" .\n<h:a> <h:b> "1" .\n'
    assert canonical(nt, Format.N_TRIPLES).lines == ('<h:a> <h:b> "1" .', '<h:a> <h:b> "2" .')


# --- citations ---


def citation(title="Which regions lead?", **parameters):
    frozen, _ = _frozen(parameters)
    return Citation.of(frozen, title, "https://w3id.org/regiograph")


def _frozen(parameters):
    from regiograph.frozen import _frozen as made

    asked = replace(ASKED, parameters=parameters)
    return made(asked, body("1"), Format.JSON, canonical(body("1"), Format.JSON), NOW), True


HOSTILE = r'50 % of {R&D}_#1 ~^\ "q" $x$ @misc{a,' + "\nTY  - BOOK\r\n ER  - "


@given(st.one_of(st.just(HOSTILE), st.text(max_size=60)))
def test_citations_are_read_back_by_others_readers(words):
    made = citation(topic=words)
    library = bibtexparser.parse_string(made.written("bib"))
    assert not library.failed_blocks
    (entry,) = library.entries
    fields = {one.key: one.value for one in entry.fields}
    assert (
        entry.key == f"regiograph-{made.frozen.id}" and fields["year"] == "2026" and fields["url"] == made.url
    )
    assert {"author", "title", "version", "date", "note", "publisher", "urldate"} <= set(fields)
    (item,) = rispy.loads(made.written("ris"))
    assert item["type_of_reference"] == "DATA" and item["urls"] == [made.url] and item["year"] == "2026"
    assert item["title"].split() == made.title.split()
    (csl,) = json.loads(made.written("csl"))
    assert csl["title"] == made.title and csl["issued"]["date-parts"] == [[2026, 11, 25]]


def test_a_citation_names_question_words_edition_and_address():
    made = citation(topic="cyber range")
    assert made.sentence == (
        "Regiograph (2026). Which regions lead? (topic: cyber range). Edition 7. "
        f"https://w3id.org/regiograph/answers/{made.frozen.id}"
    )
    assert made.frozen.result_hash in made.note and made.frozen.edition_hash in made.note
    assert r"50 \% of \textbraceleft{}R\&D\textbraceright{}" in citation(topic=HOSTILE).written("bib")
