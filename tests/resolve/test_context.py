"""What one name in a report tells of another."""

from dataclasses import replace

from ingest.form import Passage, Place
from ingest.report import Expected, Mention, Role
from ingest.resolve.context import abbreviated, settle
from ingest.resolve.resolution import Candidate, Entity, Kind, Outcome, Resolution

DUTCH = Entity(kind=Kind.REGION, key="NL42", label="Limburg (NL)")
BELGIAN = Entity(kind=Kind.REGION, key="BE22", label="Limburg (BE)")
DOUBT = Resolution(
    outcome=Outcome.DOUBT,
    entity=None,
    score=0.7,
    method="ambiguous",
    candidates=tuple(
        Candidate(entity=each, score=0.7, reason="exact; ambiguous") for each in (BELGIAN, DUTCH)
    ),
)


def mention(text: str, line: int) -> Mention:
    place = Place(line=line, column=1, end_line=line, end_column=len(text))
    return Mention(passage=Passage(text=text, place=place), role=Role.INVOLVED, expected=Expected.REGION)


def sure(entity: Entity) -> Resolution:
    return Resolution(outcome=Outcome.SURE, entity=entity, score=1.0, method="exact")


def test_an_ambiguous_name_means_the_one_named_surely_elsewhere():
    named, doubtful = mention("Province of Limburg (NL)", 1), mention("Limburg", 2)
    found = settle({named: sure(DUTCH), doubtful: DOUBT})
    assert found[doubtful].entity == DUTCH and found[doubtful].outcome is Outcome.SURE
    assert "same report" in found[doubtful].method and found[doubtful].candidates == DOUBT.candidates


def test_it_stays_in_doubt_where_none_or_both_are_named():
    doubtful = mention("Limburg", 3)
    assert settle({doubtful: DOUBT})[doubtful] == DOUBT
    both = {mention("NL", 1): sure(DUTCH), mention("BE", 2): sure(BELGIAN), doubtful: DOUBT}
    assert settle(both)[doubtful] == DOUBT


def test_a_short_name_that_the_report_gives_a_region_means_it():
    named, short, other = mention("Limburg (LIM)", 1), mention("LIM", 2), mention("NH", 3)
    found = abbreviated({named: sure(DUTCH), short: DOUBT, other: DOUBT})
    assert (found[short].entity, found[short].outcome, found[other]) == (DUTCH, Outcome.SURE, DOUBT)


def test_a_short_name_is_no_surer_than_the_name_it_stands_for():
    named, short = mention("Limburg (LIM)", 1), mention("LIM", 2)
    given = replace(sure(DUTCH), outcome=Outcome.PROBABLE, score=0.88)
    found = abbreviated({named: given, short: DOUBT})[short]
    assert (found.entity, found.outcome, found.score) == (DUTCH, Outcome.PROBABLE, 0.88)


def test_a_short_name_given_twice_means_neither():
    short = mention("LIM", 3)
    given = {
        mention("Limburg (LIM)", 1): sure(DUTCH),
        mention("Limbourg (LIM)", 2): sure(BELGIAN),
        short: DOUBT,
    }
    assert abbreviated(given)[short] == DOUBT
