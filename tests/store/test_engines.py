"""Editions on real engines: put there as a difference, whole for every reader, mended after any stop."""

import csv
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from ingest.reconcile.sources import answers_of
from ingest.reconcile.things import Register
from regiograph import mirror as module
from regiograph.contents import contents_of
from regiograph.editions import Editions
from regiograph.elsewhere import editions_of
from regiograph.errors import BadSettings, Damaged, Moved, NoSuchThing, NotReady, NotStorable, Unreachable
from regiograph.iris import Iris
from regiograph.mirror import Mirror
from regiograph.questions import Question, Questions
from regiograph.rooms import room
from regiograph.served import Served
from regiograph.settings import Settings, read_settings
from regiograph.store import EmbeddedReader
from regiograph.store.engine import Engine
from regiograph.store.remote import RemoteReader
from tests.store.engines import Running, engine, held, put, virtuoso

ROOT = Path(__file__).resolve().parents[2]
XSD = "http://www.w3.org/2001/XMLSchema#"
EXPECTED = ROOT / "tests" / "queries" / "expected"
QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))
with (EXPECTED / "cases.csv").open(newline="") as file:
    CASES = [pytest.param(row, id=row["question"]) for row in csv.DictReader(file)]


def store_of(**graphs: list[Triple]) -> EmbeddedReader:
    """A store by the last part of its graphs' names."""
    return EmbeddedReader.of(
        Quad(one.subject, one.predicate, one.object, NamedNode(f"http://m/{name}"))
        for name, triples in graphs.items()
        for one in triples
    )


def facts(value: str, count: int) -> list[Triple]:
    return [
        Triple(NamedNode(f"http://m/{value}/{number}"), NamedNode("http://m/p"), Literal(f"{value} {number}"))
        for number in range(count)
    ]


@pytest.fixture
def base(request) -> str:
    """A base that no other test has; graphs lie below it."""
    return f"http://m/{abs(hash(request.node.nodeid))}"


@pytest.fixture
def served(running: Running, base: str) -> Iterator[Served]:
    yield Served(engine(running), base)
    Mirror(engine(running), base).clear()


def values(served: Served) -> set[str]:
    reader = served.reader(served.manifest())
    return {row["o"].value for row in reader.query("SELECT ?o { ?s <http://m/p> ?o }")}


def needed(quads: list[Quad]) -> Iterator[Quad]:
    """The demo without regions that nothing else names, and without names in other languages, for speed."""
    region = re.compile(r"/id/region/(\w{3,5})$")
    registers = ("/graph/regions", "/graph/derived/regions")
    codes = {param.example for each in QUESTIONS.values() for param in each.params}
    codes |= {value for case in CASES for _, value in parse_qsl(case.values[0]["parameters"])}
    for quad in quads:
        if not quad.graph_name.value.endswith(registers) and (found := region.search(str(quad.object)[:-1])):
            codes.add(found[1])
    for quad in quads:
        spoken = getattr(quad.object, "language", None) in (None, "en", "fr")
        found = quad.graph_name.value.endswith(registers) and region.search(quad.subject.value)
        if spoken and (not found or found[1] in codes):
            yield quad


@pytest.fixture(scope="module")
def demo(running: Running, demo_data: Path):
    store = EmbeddedReader.of(needed(list(Editions(demo_data).current().store.quads())))
    served = put(running, store, "https://w3id.org/regiograph")
    return served.reader(served.manifest()), store


def rows(store, text: str) -> list[list[str]]:
    answer = store.query(text)
    return [[row[name].value if name in row else "" for name in answer.variables] for row in answer]


@pytest.mark.parametrize("row", CASES)
def test_competency_questions_give_the_expected_answers_on_every_engine(demo, row):
    with (EXPECTED / row["expected"]).open(newline="") as file:
        expected = list(csv.reader(file))[1:]
    assert rows(demo[0], QUESTIONS[row["question"]].asked(dict(parse_qsl(row["parameters"])))) == expected


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=QUESTIONS)
def test_each_question_answers_on_every_engine_as_in_the_embedded_store(demo, question: Question):
    text = question.asked({param.name: param.example for param in question.params if param.required})
    assert _unjoined(rows(demo[0], text)) == _unjoined(rows(demo[1], text))


def test_names_are_reconciled_to_the_same_things_on_every_engine(demo):
    theirs, ours = (Register.of("https://w3id.org/regiograph", answers_of(store)) for store in demo)
    assert theirs.things == ours.things and theirs.replaced == ours.replaced
    assert len(ours.things) > 1500 and ours.things["region/FRH0"].values["partnerships"]


def _unjoined(table: list[list[str]]) -> list[list[list[str]]]:
    """Cells as sets of their parts: GROUP_CONCAT promises no order."""
    return [[sorted(cell.split(", ")) for cell in row] for row in table]


def test_an_edition_is_there_with_its_manifest_and_documents_and_pushing_again_writes_nothing(
    served, base, monkeypatch
):
    document = os.urandom(100_000)
    edition = held(store_of(g=facts("a", 3), h=facts("a", 1)), 7, {"reports/1.txt": document})
    Mirror(served.engine, base).follow(edition)
    assert served.number() == 7 and served.manifest() == edition.manifest
    assert served.document(edition.manifest.documents["reports/1.txt"]) == document
    Mirror(served.engine, base).check(edition)
    monkeypatch.setattr(Engine, "update", lambda *_: pytest.fail("something was written"))
    Mirror(served.engine, base).follow(edition)


def test_a_difference_of_thousands_goes_in_one_request_and_only_what_differs(served, base, monkeypatch):
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 5000), h=facts("h", 10)), 1))
    sent: list[str] = []
    update = Engine.update
    monkeypatch.setattr(Engine, "update", lambda self, text: sent.append(text) or update(self, text))
    after = held(store_of(g=[*facts("a", 1000), *facts("b", 4500)], h=facts("h", 10), i=facts("a", 5)), 2)
    Mirror(served.engine, base).follow(after)
    written, verified = sent  # the second only takes away the mark that it is not verified yet
    assert "h 1" not in written and "INSERT" not in verified and verified.count(" .\n") <= 2
    assert max(block.count(" .\n") for block in written.split(" ;\n")) <= 2000
    Mirror(served.engine, base).check(after)
    assert len(values(served)) == 1000 + 4500 + 10


def test_graphs_and_documents_that_went_leave_nothing(served, base):
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 2), h=facts("a", 1)), 1, {"d": b"old"}))
    old = served.manifest().documents["d"]
    after = held(store_of(h=facts("a", 1)), 2)
    Mirror(served.engine, base).follow(after)
    Mirror(served.engine, base).check(after)
    with pytest.raises(NoSuchThing):
        served.document(old)
    Mirror(served.engine, base).clear()
    with pytest.raises(NotReady, match="no edition yet"):
        served.number()
    for place in (served.placing.all, served.placing.status, "http://m/h"):
        assert list(RemoteReader(served.engine, served.placing, {}).triples(place)) == []


def test_readers_see_the_old_edition_or_the_new_one_and_never_a_mix(served, base):
    old, new = (
        held(store_of(g=facts(name, 3000), h=facts(name, 50)), number)
        for number, name in ((1, "old"), (2, "new"))
    )
    Mirror(served.engine, base).follow(old)
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            try:
                reader = served.reader(served.manifest())
                found = reader.query("SELECT ?g ?o { GRAPH ?g { ?s <http://m/p> ?o } }")
                seen.append({row["o"].value.split()[0] for row in found} | {str(len(list(reader.graphs())))})
            except Moved:
                pass

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    Mirror(served.engine, base).follow(new)
    done.set()
    for reader in readers:
        reader.join()
    assert seen and all(one in ({"old", "2"}, {"new", "2"}) for one in seen)
    assert values(served) == {f"new {number}" for number in range(3000)}


KILLED = """
import os, signal, sys
sys.path.insert(0, sys.argv[3])
from regiograph import mirror
from regiograph.store.engine import Engine
from regiograph.store.remote import RemoteReader
from tests.store.engines import Running, engine, held
from tests.store.test_engines import facts, store_of
import json

mirror._AT_ONCE = 300
steps = [int(sys.argv[4])]
update = Engine.update

def dying(self, text):
    steps[0] -= 1
    if steps[0] < 0:
        os.kill(os.getpid(), signal.SIGKILL)
    update(self, text)

Engine.update = dying
running = Running("", json.loads(sys.argv[1]))
edition = held(store_of(g=facts("a", 500), h=facts("new", 400), i=facts("a", 10)), 2, {"d": b"new"})
mirror.Mirror(engine(running), sys.argv[2]).follow(edition)
"""


@pytest.mark.parametrize("step", [1, 3])
def test_killed_between_requests_nothing_is_ready_and_repeating_mends_it(running, served, base, step):
    import json

    Mirror(served.engine, base).follow(
        held(store_of(g=facts("a", 200), h=facts("old", 300), k=facts("gone", 5)), 1, {"d": b"old"})
    )
    given = [json.dumps(running.settings), base, str(ROOT), str(step)]
    ended = subprocess.run([sys.executable, "-c", KILLED, *given], cwd=ROOT, capture_output=True)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    with pytest.raises(NotReady, match="being put"):
        served.number()
    after = held(store_of(h=facts("late", 400), i=facts("a", 10)), 3, {"e": b"later"})  # g is not in it
    Mirror(served.engine, base).follow(after)
    Mirror(served.engine, base).check(after)
    assert served.manifest() == after.manifest
    assert len(values(served)) == 410


def stopped_before_verifying(monkeypatch, mirror: Mirror, edition) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(Mirror, "_verify", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            mirror.follow(edition)


def test_what_was_not_verified_before_a_stop_is_verified_by_the_next_run(served, base, monkeypatch):
    mirror = Mirror(served.engine, base)
    mirror.follow(held(store_of(g=facts("a", 5), h=facts("h", 5), i=facts("i", 2)), 1))
    edition = held(store_of(g=facts("b", 5), h=facts("h", 5)), 2)
    stopped_before_verifying(monkeypatch, mirror, edition)
    assert served.number() == 2 and served.status().unverified == (2,)
    read: list[str] = []
    compare = Mirror._compare
    monkeypatch.setattr(Mirror, "_compare", lambda self, *told: read.append(told[0]) or compare(self, *told))
    Mirror(served.engine, base).follow(edition)
    assert read == ["http://m/g", "http://m/i"]  # what was written, and nothing else
    assert served.status().unverified == ()
    Mirror(served.engine, base).follow(edition)
    assert len(read) == 2


@pytest.mark.parametrize("later", [False, True])
def test_what_was_lost_before_a_stop_is_mended_by_the_next_runs(served, base, monkeypatch, later):
    mirror = Mirror(served.engine, base)
    mirror.follow(held(store_of(g=facts("a", 5), h=facts("h", 5)), 1))
    edition = held(store_of(g=facts("b", 5), h=facts("h", 5)), 2)
    stopped_before_verifying(monkeypatch, mirror, edition)
    lost = '<http://m/b/3> <http://m/p> "b 3"'
    places = ("http://m/g", served.placing.all)
    served.engine.update(" ;\n".join(f"DELETE DATA {{ GRAPH <{place}> {{ {lost} }} }}" for place in places))
    if later:  # a later edition has that graph as it should have been
        edition = held(store_of(g=facts("b", 5), h=facts("c", 5)), 3)
    else:
        with pytest.raises(Damaged, match="number of quads"):
            Mirror(served.engine, base).follow(edition)
        with pytest.raises(NotReady):
            served.number()
    Mirror(served.engine, base).follow(edition)
    Mirror(served.engine, base).check(edition)
    assert served.status().unverified == ()


def test_what_somebody_else_changed_is_found_and_mended(served, base):
    edition = held(store_of(g=facts("a", 5)), 1)
    Mirror(served.engine, base).follow(edition)
    served.engine.update('INSERT DATA { GRAPH <http://m/g> { <http://m/x> <http://m/p> "stray" } }')
    with pytest.raises(Damaged, match="number of quads"):
        Mirror(served.engine, base).check(edition)
    after = held(store_of(g=facts("a", 6)), 2)
    Mirror(served.engine, base).follow(after)  # what is written is compared with what is there
    Mirror(served.engine, base).check(after)


def test_what_the_engine_did_not_keep_is_never_served(served, base, monkeypatch):
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 5)), 1))
    update = Engine.update
    monkeypatch.setattr(Engine, "update", lambda self, text: update(self, text.replace("b 3", "b 4")))
    after = held(store_of(g=facts("b", 5)), 2)
    with pytest.raises(Damaged, match="differ"):
        Mirror(served.engine, base).follow(after)
    with pytest.raises(NotReady):
        served.number()
    monkeypatch.undo()
    Mirror(served.engine, base).follow(after)
    Mirror(served.engine, base).check(after)


@pytest.mark.parametrize(
    ("value", "kind", "kept"),
    [
        ("P6M", XSD + "duration", {"oxigraph"}),
        ("123456789012345678901234567890", XSD + "integer", {"oxigraph"}),
        ("<a/>", "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral", {"oxigraph"}),
        ("1.25", XSD + "double", {"oxigraph", "virtuoso"}),
        ("-0044-03-15", XSD + "date", {"oxigraph"}),
    ],
)
def test_a_literal_the_engine_does_not_keep_is_refused_before_anything_is_written(
    running, served, base, value, kind, kept
):
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 2)), 1))
    literal = Triple(
        NamedNode("http://m/s"), NamedNode("http://m/p"), Literal(value, datatype=NamedNode(kind))
    )
    fine = Triple(
        NamedNode("http://m/s"), NamedNode("http://m/q"), Literal("1.5", datatype=NamedNode(XSD + "double"))
    )
    after = held(store_of(g=facts("b", 2), h=[literal, fine]), 2)
    if running.name in kept:
        Mirror(served.engine, base).follow(after)
        Mirror(served.engine, base).check(after)
        return
    with pytest.raises(NotStorable, match="does not keep a literal") as caught:
        Mirror(served.engine, base).follow(after)
    assert value not in str(caught.value) and "http://m/h" in caught.value.where
    assert values(served) == {"a 0", "a 1"} and served.number() == 1


def test_an_edition_that_moved_on_while_answering_is_not_answered_for(served, base):
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 2)), 1))
    reader = served.reader(served.manifest())
    assert len(list(reader.query("SELECT * { ?s ?p ?o }"))) == 2
    Mirror(served.engine, base).follow(held(store_of(g=facts("b", 2)), 2))
    with pytest.raises(Moved):
        reader.query("SELECT * { ?s ?p ?o }")


def test_other_graphs_of_the_engine_are_never_read(served, base):
    served.engine.update('INSERT DATA { GRAPH <http://m/other> { <http://m/x> <http://m/p> "other" } }')
    Mirror(served.engine, base).follow(held(store_of(g=facts("a", 1)), 1))
    reader = served.reader(served.manifest())
    for text in (
        "SELECT ?o { ?s <http://m/p> ?o }",
        "SELECT ?o { GRAPH ?g { ?s <http://m/p> ?o } }",
        "SELECT ?o FROM <http://m/g> FROM <http://m/other> { ?s <http://m/p> ?o }",
        "SELECT ?o FROM NAMED <http://m/g> FROM NAMED <http://m/other> { GRAPH ?g { ?s <http://m/p> ?o } }",
    ):
        assert [row["o"].value for row in reader.query(text)] == ["a 0"]
    for text in (
        "SELECT ?o { GRAPH <http://m/other> { ?s ?p ?o } }",
        f"SELECT ?o FROM <{served.placing.status}> {{ ?s ?p ?o }}",
    ):
        assert list(reader.query(text)) == []
    found = reader.query(
        "SELECT ?o { ?s ?p ?o }", default_graphs=["http://m/other"], named_graphs=[served.placing.status]
    )
    assert list(found) == []


def test_an_engine_that_does_not_answer_or_wants_another_password_is_said_to(running):
    with pytest.raises(Unreachable, match="cannot be reached"):
        editions_of(Settings(store="http://127.0.0.1:9/sparql")).current()
    if running.name == "virtuoso":
        wrong = Running("", {**running.settings, "store_password": "guess"})
        with pytest.raises(Unreachable, match="password") as caught:
            Mirror(engine(wrong), "http://nowhere").follow(held(store_of(g=facts("a", 1)), 1))
        assert "guess" not in str(caught.value)


def test_an_answer_the_engine_cut_short_is_no_answer(tmp_path):
    from tests.store.conftest import _there

    _there("virtuoso")
    with virtuoso(tmp_path / "small", rows=5, buffers=2000) as small:
        served = put(small, store_of(g=facts("a", 4)), "http://small")
        small_engine = engine(small)
        data = " ".join(f"<http://m/x{number}> <http://m/p> {number} ." for number in range(10))
        small_engine.update(f"INSERT DATA {{ GRAPH <http://m/many> {{ {data} }} }}")
        reader = served.reader(served.manifest())
        assert len(list(reader.query("SELECT * { ?s ?p ?o }"))) == 4
        from regiograph.errors import QueryTooLarge

        with pytest.raises(QueryTooLarge, match="at most 5 rows"):
            list(reader.triples("http://m/many"))


def test_a_password_goes_to_another_machine_over_https_only():
    assert read_settings(store="http://127.0.0.1:1/sparql", store_user="me", store_password="x").store
    assert read_settings(store="https://example.org/sparql", store_user="me", store_password="x").store
    assert read_settings(store="http://example.org/sparql").store
    with pytest.raises(BadSettings, match="https only"):
        read_settings(store="http://example.org/sparql", store_user="me", store_password="x")
    assert "x1y" not in repr(read_settings(store="https://e.org/q", store_user="me", store_password="x1y"))


def test_what_was_put_there_can_be_dumped_again_with_the_same_hash(served, base, tmp_path):
    edition = held(store_of(g=facts("a", 20), h=facts("b", 5)), 1)
    Mirror(served.engine, base).follow(edition)
    reader = served.reader(served.manifest())
    reader.dump(tmp_path / "edition.nq")
    again = EmbeddedReader.of(reader.quads())
    assert contents_of(again) == edition.manifest.graphs
    assert len((tmp_path / "edition.nq").read_text().splitlines()) == 25


def test_much_goes_in_several_requests(served, base, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 500)
    edition = held(store_of(**{f"g{number}": facts(str(number), 120) for number in range(10)}), 1)
    Mirror(served.engine, base).follow(edition)
    Mirror(served.engine, base).check(edition)
