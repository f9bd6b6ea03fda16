import ast
import hashlib
import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Triple

from regiograph.archive import Archive, EditionRecord
from regiograph.contents import Spooled, contents_of, edition_hash
from regiograph.editions import Change, Editions, Publisher
from regiograph.errors import Damaged, NoSuchThing, NotReady
from regiograph.store import EmbeddedReader, embedded
from regiograph.store.restricted import RestrictedEdition

ROOT = Path(__file__).resolve().parents[1]
WHEN = "2020-12-01T00:00:00Z"
NODE = NamedNode("http://e/s")


def fact(value: str, kind: str = "string") -> Triple:
    datatype = NamedNode(f"http://www.w3.org/2001/XMLSchema#{kind}")
    return Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal(value, datatype=datatype))


def values(store: EmbeddedReader) -> list[str]:
    return sorted(quad.object.value for quad in store.quads())


@pytest.fixture
def publisher(tmp_path) -> Publisher:
    return Publisher(Archive(tmp_path))


def test_an_edition_is_numbered_hashed_and_describes_itself(publisher, tmp_path):
    edition = publisher.publish(
        Change(
            public={"http://g/1": [fact("a"), fact("b")], "http://g/0": [fact("c")]},
            documents={"r/1.md": b"# R"},
        ),
        created=WHEN,
    )
    named = hashlib.sha256(b'<http://e/s> <http://e/p> "a" .\n<http://e/s> <http://e/p> "b" .\n').hexdigest()
    plain = hashlib.sha256(b'<http://e/s> <http://e/p> "c" .\n').hexdigest()
    lines = sorted([f"{named} http://g/1\n", f"{plain} http://g/0\n"])
    digest = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert json.loads((tmp_path / "public/editions/000001/manifest.json").read_text()) == {
        "number": 1,
        "hash": digest,
        "quads": 3,
        "created": WHEN,
        "graphs": {"http://g/0": {"quads": 1, "hash": plain}, "http://g/1": {"quads": 2, "hash": named}},
        "documents": {"r/1.md": hashlib.sha256(b"# R").hexdigest()},
        "layout": 2,
    }
    assert edition.document("r/1.md") == b"# R"
    assert (tmp_path / "public/current").read_text() == "1\n"
    assert Archive(tmp_path).editions() == [EditionRecord(number=1, hash=digest, quads=3, created=WHEN)]


def test_the_next_edition_keeps_what_did_not_change(publisher):
    first = publisher.publish(
        Change(
            public={"http://g/1": [fact("a")], "http://g/2": [fact("b")]}, documents={"1": b"1", "2": b"2"}
        )
    )
    second = publisher.publish(
        Change(
            public={"http://g/2": [fact("B")], "http://g/3": [fact("c")]},
            removed={"http://g/none"},
            documents={"2": None, "3": b"3"},
        )
    )
    assert (values(first.store), values(second.store)) == (["a", "b"], ["B", "a", "c"])
    assert list(second.manifest.documents) == ["1", "3"]
    assert first.document("2") == b"2"


def test_a_full_edition_starts_from_nothing_and_the_same_facts_have_the_same_hash(publisher):
    first = publisher.publish(
        Change(public={"http://g/1": [fact("a")], "http://g/2": [fact("0.50", "decimal")]})
    )
    publisher.publish(Change(removed={"http://g/2"}))
    third = publisher.publish(
        Change(public={"http://g/2": [fact("0.5", "decimal")], "http://g/1": [fact("a")]}, full=True)
    )
    assert third.number == 3 and third.manifest.hash == first.manifest.hash


def test_nothing_new_makes_no_edition(publisher):
    change = Change(public={"http://g/1": [fact("a")]}, restricted={"http://g/r": [fact("s")]})
    first = publisher.publish(change)
    assert publisher.publish(change).number == publisher.publish(Change()).number == first.number
    assert publisher.publish(Change(documents={"1": b"1"})).number == 2
    assert publisher.publish(Change(restricted={"http://g/r": [fact("t")]})).number == 3


def test_restricted_facts_live_elsewhere_and_leave_no_trace_in_public(publisher, tmp_path):
    publisher.publish(Change(public={"http://g/1": [fact("a")]}, restricted={"http://g/r": [fact("secret")]}))
    assert values(RestrictedEdition.current(tmp_path).store) == ["secret"]
    assert (tmp_path / "restricted").stat().st_mode & 0o077 == 0
    for path in (tmp_path / "public").rglob("*"):
        assert not path.is_file() or b"secret" not in path.read_bytes()


def test_nothing_in_api_can_reach_the_restricted_edition():
    found = [path.relative_to(ROOT).with_suffix("") for path in (ROOT / "api").rglob("*.py")]
    reached, waiting = set(), {".".join(path.parts) for path in found}
    assert "api.sparql.endpoint" in waiting
    while waiting:
        name = waiting.pop()
        reached.add(name)
        waiting |= _imported(name) - reached
    assert "regiograph.service.pool" in reached
    assert not {name for name in reached if "restricted" in name}


def _imported(name: str) -> set[str]:
    base = ROOT.joinpath(*name.split("."))
    path = base.with_suffix(".py") if base.with_suffix(".py").exists() else base / "__init__.py"
    if not path.exists():
        return set()
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{one.name}" for one in node.names)}
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
    return {one for one in found if one.split(".")[0] in {"api", "ingest", "regiograph"}}


@pytest.mark.parametrize("name", ["/etc/passwd", "../x", "a/../../x", ".hidden", ""])
def test_a_document_cannot_leave_its_folder(publisher, name):
    with pytest.raises(ValueError, match="not a name"):
        publisher.publish(Change(documents={name: b""}))
    assert publisher.publish(Change()).number == 1


def test_a_document_that_changed_on_disk_is_damaged_and_an_unknown_one_is_not_there(publisher, tmp_path):
    edition = publisher.publish(Change(documents={"1": b"1"}))
    (tmp_path / "public/editions/000001/documents/1").write_bytes(b"2")
    with pytest.raises(Damaged):
        edition.document("1")
    with pytest.raises(NoSuchThing):
        edition.document("../manifest.json")


def test_a_store_that_is_gone_is_damage_not_a_fault(publisher, tmp_path):
    edition = publisher.publish(Change(public={"http://g/0": [fact("a")]}))
    (tmp_path / "public/editions/000001/store").rename(tmp_path / "gone")
    with pytest.raises(Damaged, match="cannot be opened"):
        _ = edition.store


def test_before_the_first_edition_nothing_is_ready(tmp_path):
    assert Editions(tmp_path).numbers() == []
    for ask in (Editions(tmp_path).current, lambda: RestrictedEdition.current(tmp_path)):
        with pytest.raises(NotReady, match="Publish one first"):
            ask()


def test_older_editions_stay_and_later_ones_are_not_there(publisher, tmp_path):
    publisher.publish(Change(public={"http://g/0": [fact("a")]}))
    publisher.publish(Change(public={"http://g/0": [fact("b")]}))
    editions = Editions(tmp_path)
    assert editions.numbers() == [1, 2]
    assert values(editions.edition(1).store) == ["a"]
    with pytest.raises(NoSuchThing, match="Editions go up to 2"):
        editions.edition(3)


def test_a_number_is_never_used_twice_even_if_the_editions_are_lost(publisher, tmp_path):
    publisher.publish(Change(public={"http://g/0": [fact("a")]}))
    (tmp_path / "public").rename(tmp_path / "lost")
    assert publisher.publish(Change(public={"http://g/0": [fact("a")]}, full=True)).number == 2


def test_only_what_changed_is_read_again_and_the_hash_is_that_of_the_whole(publisher, monkeypatch):
    publisher.publish(Change(public={f"http://g/{number}": [fact(str(number))] for number in range(20)}))
    read = []
    dump_graph = EmbeddedReader.dump_graph
    monkeypatch.setattr(
        EmbeddedReader,
        "dump_graph",
        lambda self, output, graph: read.append(graph) or dump_graph(self, output, graph),
    )
    edition = publisher.publish(
        Change(
            public={"http://g/3": [fact("new")], "http://g/20": []},
            removed=["http://g/4"],
            follows=lambda reader: {"http://g/all": [fact(str(len(list(reader.quads()))))]},
        )
    )
    assert set(read) == {"http://g/20", "http://g/3", "http://g/4", "http://g/all"}
    assert set(edition.manifest.graphs) == {f"http://g/{n}" for n in range(20) if n != 4} | {"http://g/all"}
    assert edition.manifest.graphs == contents_of(edition.store)
    assert edition.manifest.quads == 20


@pytest.mark.parametrize("portion", [1, 10**6])
def test_graphs_in_files_are_stored_like_any(publisher, tmp_path, monkeypatch, portion):
    monkeypatch.setattr(embedded, "_BYTES_AT_ONCE", portion)
    decimal = "http://www.w3.org/2001/XMLSchema#decimal"
    statements = {
        f"http://g/{n}": [Triple(NODE, NODE, Literal(f"{n}.50", datatype=NamedNode(decimal)))]
        for n in range(3)
    }
    files = {
        graph: Spooled.write(graph, [Quad(*one, NamedNode(graph)) for one in triples], tmp_path / graph[-1])
        for graph, triples in statements.items()
    }
    files["http://g/moved"] = files["http://g/0"]  # it goes where it is put, whatever the file says
    statements["http://g/moved"] = statements["http://g/0"]
    plain = publisher.publish(Change(public={**statements, "http://g/plain": [fact("x")]}))
    filed = publisher.publish(Change(public={**files, "http://g/plain": [fact("x")]}, full=True))
    assert filed.manifest == plain.manifest  # nothing new
    again = publisher.publish(Change(public=files, removed=["http://g/other"], documents={"1": b"new"}))
    assert again.manifest.graphs == plain.manifest.graphs == contents_of(again.store)
    assert again.number == 2


@pytest.mark.parametrize("older", [{"graphs": {"": 1}}, {"layout": 1}, {"layout": None}])
def test_a_manifest_of_an_earlier_version_says_what_to_do(publisher, tmp_path, older):
    publisher.publish(Change(public={"http://g/0": [fact("a")]}))
    path = tmp_path / "public/editions/000001/manifest.json"
    content = {**json.loads(path.read_text()), **older}
    path.write_text(json.dumps({name: value for name, value in content.items() if value is not None}))
    with pytest.raises(Damaged, match="regiograph rebuild"):
        Editions(tmp_path).current()


KILLED = """
import os, signal, sys
from pathlib import Path
from pyoxigraph import Literal, NamedNode, Quad, Triple
from regiograph import editions, store
from regiograph.archive import Archive
from regiograph.editions import Change, Publisher

steps = [int(sys.argv[2])]

def dying(function):
    def step(*arguments, **more):
        steps[0] -= 1
        if steps[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **more)
    return step

for name in ("write_whole", "_build_store", "content_of_graph", "_move"):
    setattr(editions, name, dying(getattr(editions, name)))
Publisher._record = dying(Publisher._record)
fact = Triple(NamedNode("http://e/s"), NamedNode("http://e/p"), Literal("new"))
Publisher(Archive(Path(sys.argv[1]))).publish(
    Change(public={"http://g/0": [fact]}, restricted={"http://g/0": [fact]}, documents={"1": b"new"}))
"""


def test_a_kill_at_any_step_leaves_the_old_edition_or_the_new_one(tmp_path):
    seen = set()
    for step in range(30):
        data = tmp_path / str(step)
        publisher = Publisher(Archive(data))
        publisher.publish(Change(public={"http://g/0": [fact("old")]}, documents={"1": b"old"}))
        ended = subprocess.run([sys.executable, "-c", KILLED, str(data), str(step)])
        edition = Editions(data).current()
        state = {1: "old", 2: "new"}[edition.number]
        seen.add(state)
        assert values(edition.store) == [state] and edition.document("1") == state.encode()
        assert edition_hash(contents_of(edition.store)) == edition.manifest.hash
        assert values(RestrictedEdition.current(data).store) == (["new"] if state == "new" else [])
        later = publisher.publish(Change(public={"http://g/0": [fact("later")]}))
        assert later.number == edition.number + 1
        names = sorted(path.name for path in (data / "public/editions").iterdir())
        assert names == [f"{number:06d}" for number in range(1, later.number + 1)]
        assert [record.number for record in Archive(data).editions()] == list(range(1, later.number + 1))
        if ended.returncode == 0:
            break
        assert ended.returncode == -signal.SIGKILL
    assert seen == {"old", "new"} and step > 8
