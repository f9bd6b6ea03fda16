"""What holds of all that was ever decided."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.decisions import Decisions, Name, Verb, choice, folded, undone_in
from ingest.report import Expected
from ingest.resolve.resolution import Candidate, Entity, Kind, Outcome, Resolution
from regiograph.archive import Decision
from regiograph.errors import NoSuchThing
from regiograph.iris import Iris

MINE = Name("cyber", Expected.ANY, "tecnia")
DOUBT = Resolution(outcome=Outcome.DOUBT, entity=None, score=0.5, method="fuzzy")


def org(key: str, *, registered: bool = True, label: str = "") -> Entity:
    return Entity(kind=Kind.ORGANISATION, key=key, label=label or key.upper(), registered=registered)


def ledger(*rows: tuple[Verb, str, Entity | None]) -> list[Decision]:
    return [
        Decision(number=n, kind=verb, mention=about, choice=choice(entity), who="Ada", decided_at="", why="w")
        for n, (verb, about, entity) in enumerate(rows, 1)
    ]


def choose(name: Name, key: str) -> tuple[Verb, str, Entity]:
    return Verb.CHOOSE, str(name), org(key)


def merge(old: str, new: str) -> tuple[Verb, str, Entity]:
    return Verb.MERGE, f"organisation/{old}", org(new)


def undo(number: int) -> tuple[Verb, str, None]:
    return Verb.UNDO, f"decision/{number}", None


@pytest.mark.parametrize(
    ("rows", "meant"),
    [
        ([], None),
        ([choose(MINE, "a")], "a"),
        ([choose(MINE, "a"), choose(MINE, "b")], "b"),
        ([choose(MINE, "a"), choose(MINE.everywhere(), "b")], "b"),
        ([choose(MINE.everywhere(), "b"), choose(MINE, "a")], "a"),
        ([choose(MINE, "a"), choose(MINE, "b"), undo(2)], "a"),
        ([choose(MINE, "a"), choose(MINE, "b"), undo(2), undo(3)], "b"),
        ([choose(MINE, "a"), undo(1)], None),
        ([choose(MINE, "a"), undo(1), undo(2), undo(3)], None),
        ([choose(Name("other", Expected.ANY, "tecnia"), "a")], None),
        ([choose(Name("cyber", Expected.REGION, "tecnia"), "a")], None),
        ([choose(MINE, "a"), merge("a", "b"), merge("b", "c")], "c"),
        ([choose(MINE, "a"), merge("a", "b"), merge("a", "c")], "c"),
        ([choose(MINE, "a"), (Verb.REJECT, str(MINE), None)], "nobody"),
    ],
)
def test_the_latest_decision_that_fits_holds(rows, meant):
    decided = Decisions.read(ledger(*rows)).resolve(MINE, DOUBT)
    if meant is None:
        assert decided == DOUBT
    elif meant == "nobody":
        assert (decided.outcome, decided.entity, decided.score) == (Outcome.REJECTED, None, 1.0)
    else:
        assert (decided.outcome, decided.entity.key, decided.score) == (Outcome.SURE, meant, 1.0)
        assert "Ada" not in decided.method


def test_a_merge_reaches_what_is_found_and_its_candidates():
    found = Resolution(
        outcome=Outcome.PROBABLE,
        entity=org("a"),
        score=0.8,
        method="fuzzy",
        candidates=tuple(Candidate(entity=org(key), score=0.8, reason="fuzzy") for key in ("a", "b", "c")),
    )
    decided = Decisions.read(ledger(merge("a", "b"))).resolve(MINE, found)
    assert decided.outcome is Outcome.PROBABLE and decided.entity.key == "b"
    assert [each.entity.key for each in decided.candidates] == ["b", "c"]


def test_a_name_like_nobodys_is_sure_once_its_organisation_is_merged():
    new = Resolution(outcome=Outcome.NEW, entity=org("a", registered=False), score=0.9, method="as written")
    decided = Decisions.read(ledger(merge("a", "b"))).resolve(MINE, new)
    assert (decided.outcome, decided.entity.key) == (Outcome.SURE, "b")


def test_everyone_stays_everyone():
    everyone = Resolution(outcome=Outcome.EVERYONE, entity=None, score=1.0, method="everyone")
    assert Decisions.read(ledger(choose(MINE, "a"))).resolve(MINE, everyone) == everyone


@pytest.mark.parametrize(
    ("rows", "round_"),
    [
        ([merge("a", "b"), merge("b", "c")], False),
        ([merge("a", "b"), merge("b", "a")], True),
        ([merge("a", "b"), merge("b", "c"), merge("c", "a")], True),
        ([merge("a", "b"), undo(1), merge("b", "a")], False),
        ([merge("a", "b"), undo(1), merge("b", "a"), undo(2)], True),
        ([merge("a", "b"), merge("b", "a"), merge("c", "a")], True),
    ],
)
def test_a_circle_of_merges_is_seen(rows, round_):
    assert Decisions.read(ledger(*rows)).goes_round() is round_


def test_an_edition_says_what_holds_and_neither_who_nor_why():
    decided = Decisions.read(ledger(choose(MINE, "a"), merge("a", "b"), (Verb.REJECT, str(MINE), None)))
    document = decided.document()
    assert [row["number"] for row in json.loads(document)] == [2, 3]
    assert b"Ada" not in document and b"why" not in document
    assert Decisions().document() is None
    quads = [str(quad) for quad in decided.quads(Iris("http://b"))]
    assert quads == [
        "<http://b/id/organisation/a> <http://purl.org/dc/terms/isReplacedBy> <http://b/id/organisation/b> "
        "<http://b/graph/decisions>"
    ]


def test_what_is_made_later_is_believed_everywhere():
    first, second = org("x", registered=False, label="X"), org("x", registered=False, label="Xylo")
    rows = ledger((Verb.CREATE, str(MINE), first), (Verb.CREATE, "other/any/xylo", second))
    before, after = Decisions.read(rows[:1]), Decisions.read(rows)
    assert after.resolve(MINE, DOUBT).entity == second
    concern = before.concern(after)
    assert concern.entities == {"organisation/x"} and {str(name) for name in concern.names} == {
        "other/any/xylo"
    }
    assert not before.concern(before)


@pytest.mark.parametrize("text", ["", "a", "a/b", "a/somebody/c", "a/any/", "/any/c", "a/any/b/c", "x" * 999])
def test_what_is_no_name_is_refused(text):
    with pytest.raises(NoSuchThing) as caught:
        Name.read(text)
    assert len(caught.value.where) <= 200


@given(st.text(min_size=1))
def test_a_name_reads_back_whatever_is_written(text):
    name = Name("cyber", Expected.ANY, folded(text))
    assert Name.read(str(name)) == name


@given(st.lists(st.integers(0, 12), max_size=12))
def test_undoing_twice_is_not_undoing(targets):
    rows = [undo(target) if 0 < target < n else choose(MINE, str(n)) for n, target in enumerate(targets, 1)]
    decisions = ledger(*rows)
    undone = undone_in(decisions)
    for each in decisions:
        undoing = [
            row.number
            for row in decisions
            if row.kind == Verb.UNDO and row.mention == f"decision/{each.number}" and row.number not in undone
        ]
        assert (each.number in undone) is bool(undoing)
