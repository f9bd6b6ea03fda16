import json

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.asof import dataset_until, end_of, graphs_until
from regiograph.canonical import canonical
from regiograph.editions import Change, Editions, Publisher
from regiograph.errors import BadParameter, BadQuery, Gone, NoSuchThing
from regiograph.frozen import FrozenAnswers, Request
from regiograph.keeping import Keeper
from regiograph.store.formats import Format

BASE = "https://e.org"


def publish(data, words):
    triple = Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(words))
    return Publisher(Archive(data)).publish(Change(public={"http://e/g": [triple]}))


@pytest.fixture
def three(tmp_path):
    for words in ("one", "two", "three"):
        publish(tmp_path, words)
    return tmp_path


def states(data):
    return [each.state for each in Keeper(Archive(data)).list()]


def test_a_dropped_edition_leaves_a_tombstone_and_the_others_their_facts(three):
    Keeper(Archive(three)).drop(1, "superseded")
    editions = Editions(three)
    assert editions.numbers() == [2, 3] and states(three) == ["dropped", "standing", "current"]
    assert not editions.directory(1).exists()
    assert not (three / "restricted" / "editions" / "000001").exists()
    with pytest.raises(Gone, match=r"dropped on \d{4}-\d\d-\d\d: superseded"):
        editions.edition(1)
    assert [quad.object.value for quad in editions.edition(2).store.quads()] == ["two"]
    assert publish(three, "four").number == 4  # numbers are never used again
    with pytest.raises(NoSuchThing):
        editions.edition(9)


def test_the_current_edition_and_one_that_is_kept_are_not_dropped(three):
    keeper = Keeper(Archive(three))
    keeper.keep(2, "cited in a thesis")
    assert states(three) == ["standing", "kept", "current"]
    with pytest.raises(BadParameter, match="current edition"):
        keeper.drop(3, "tidy", force=True)
    with pytest.raises(BadParameter, match="kept: cited in a thesis"):
        keeper.drop(2, "tidy")
    with pytest.raises(BadParameter, match="reason is missing"):
        keeper.drop(1, "  ")
    keeper.drop(2, "the thesis is withdrawn", force=True)
    assert states(three) == ["standing", "dropped", "current"]
    with pytest.raises(Gone):
        keeper.keep(2, "too late")


def test_files_that_a_stop_left_behind_are_not_an_edition_and_go_with_the_next(three, monkeypatch):
    monkeypatch.setattr("shutil.rmtree", lambda path: (_ for _ in ()).throw(KeyboardInterrupt))
    with pytest.raises(KeyboardInterrupt):
        Keeper(Archive(three)).drop(1, "superseded")
    monkeypatch.undo()
    assert Editions(three).numbers() == [2, 3]
    publish(three, "four")
    assert sorted(path.name for path in (three / "public" / "editions").iterdir()) == [
        f"{number:06d}" for number in (2, 3, 4)
    ]


def test_a_ledger_from_before_there_were_marks_is_read_and_brought_up_to_date(three):
    import sqlite3

    with sqlite3.connect(three / "archive" / "ledger.sqlite") as ledger:
        ledger.executescript("DROP TABLE marks; DROP TABLE answers; PRAGMA user_version = 1")
    assert states(three) == ["standing", "standing", "current"]
    Keeper(Archive(three)).keep(1, "first")
    assert states(three) == ["kept", "standing", "current"]


# --- as of a period ---


def report(period, partnership="cyber"):
    return (
        f"{BASE}/id/report/{partnership}/{period}/graph",
        f"{BASE}/graph/derived/report/{partnership}/{period}",
    )


REGISTERS = {f"{BASE}/graph/regions", f"{BASE}/graph/derived/regions", "https://elsewhere.org/g"}
CHANGES = f"{BASE}/graph/derived/changes/cybersecurity"


@pytest.mark.parametrize(
    ("asof", "periods"),
    [
        ("2019-H2", set()),
        ("2020-H1", {"2020-h1"}),
        ("2020-H2", {"2020-h1", "2020-h2", "2020-07-01--2020-09-30"}),
        ("2020-09", {"2020-h1", "2020-07-01--2020-09-30"}),
        ("2030", {"2020-h1", "2020-h2", "2020-07-01--2020-09-30"}),
    ],
)
def test_only_what_was_reported_by_then_is_asked(asof, periods):
    everything = {"2020-h1", "2020-h2", "2020-07-01--2020-09-30", "undated"}
    undated = {f"{BASE}/graph/public-facts", f"{BASE}/graph/derived/public-facts", CHANGES, ""}
    graphs = {name for period in everything for name in report(period)} | REGISTERS | undated
    expected = {name for period in periods for name in report(period)} | REGISTERS
    assert set(graphs_until(graphs, asof, BASE)) == expected


def test_what_follows_from_all_reports_together_stays_only_with_all_of_them():
    graphs = {*report("2020-h1"), *report("2020-h2", "food"), CHANGES}
    assert CHANGES in graphs_until(graphs, "2020-H2", BASE)
    assert CHANGES not in graphs_until(graphs, "2020-H1", BASE)


@pytest.mark.parametrize("asof", ["", "soon", "2020-H3", "2020-13", "2020-02-30", "20-H1", "2020-H2/../x"])
def test_what_is_no_period_is_refused(asof):
    with pytest.raises(BadParameter, match="2020-H2"):
        end_of(asof)


# --- the commands ---


def test_the_commands_list_keep_and_drop(three, capfd):
    from regiograph.cli import app

    def run(*words):
        app([*words, "--data", str(three)], standalone_mode=False)
        return capfd.readouterr().out

    run("editions", "keep", "1", "--why", "cited")
    assert "dropped" in run("editions", "drop", "2", "--why", "superseded")
    states = [
        (each["number"], each["state"], each["why"])
        for each in json.loads(run("editions", "list", "--format", "json"))
    ]
    assert states == [(1, "kept", "cited"), (2, "dropped", "superseded"), (3, "current", "")]
    asked = Request(edition=3, edition_hash="x", query="ASK {}", parameters={})
    body = b'{"head":{},"boolean":true}'
    answers = FrozenAnswers(Archive(three), megabytes=1, hourly=9)
    frozen, _ = answers.freeze(asked, body, Format.JSON, canonical(body, Format.JSON))
    assert frozen.id in run("answers", "list") and states
    run("answers", "drop", frozen.id, "--why", "spam")
    assert run("answers", "list", "--format", "json").strip() == "[]"


def test_a_query_that_names_its_own_dataset_is_not_asked_as_of_a_period():
    assert dataset_until("ASK { ?s ?p 'FROM <x>' }", ["h/graph/a"], "2020", "h") == ("h/graph/a",)
    with pytest.raises(BadQuery, match="both given"):
        dataset_until("ASK FROM <h/graph/a> { ?s ?p ?o }", ["h/graph/a"], "2020", "h")
