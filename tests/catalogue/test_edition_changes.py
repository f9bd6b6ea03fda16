"""The change feed: edition and change give the next edition, over files and over HTTP."""

import gzip
import hashlib
import subprocess
import sys

import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, PROV

from ingest.intake import Intake
from regiograph.archive import Archive
from regiograph.catalogue.addresses import Addresses
from regiograph.catalogue.feed import MEMBERS, Feed
from regiograph.contents import hash_of_quads
from regiograph.dumps.changes import ADDED, REMOVED, ChangedLines, EditionChange, patch
from regiograph.dumps.shelf import Shelf
from regiograph.editions import Change, Editions, Publisher
from regiograph.errors import NotRdf
from regiograph.keeping import Keeper
from regiograph.rooms import room
from tests.api.serving import serving
from tests.catalogue.test_dumps import G, report
from tests.conftest import BASE

TREE = Namespace("https://w3id.org/tree#")
LDES = Namespace("https://w3id.org/ldes#")
DELTA = Namespace("http://www.w3.org/2004/delta#")


@pytest.fixture(scope="module")
def grown(tmp_path_factory):
    """Five editions: one begins, one adds, one changes, one removes, one has the same once more."""
    data = tmp_path_factory.mktemp("grown")
    publisher = Publisher(Archive(data))
    one, two = report("one", "2020-h1", "One"), report("two", "2020-h1", "Two")
    for number, (public, removed) in enumerate(
        (
            (one, ()),
            (two, ()),
            (report("one", "2020-h1", "One", "Uno"), ()),
            ({}, [f"{G}two/2020-h1/graph"]),
            ({"http://g/again": two[f"{G}two/2020-h1/graph"]}, ()),
        ),
        1,
    ):
        change = Change(public=public, removed=removed)
        publisher.publish(change, created=f"2026-0{number}-01T00:00:00Z")
    return data


def lines(data: bytes) -> set[bytes]:
    return set(gzip.decompress(data).splitlines(keepends=True))


def digest(all_lines: set[bytes]) -> str:
    return hash_of_quads(parse(b"".join(all_lines), format=RdfFormat.N_QUADS))


def test_each_edition_and_its_change_give_the_next(grown):
    shelf = Shelf(grown, BASE)
    shelf.make(5)
    changes = shelf.changes.known()
    assert [(one.edition, one.before) for one in changes] == [(1, 0), (2, 1), (3, 2), (4, 3), (5, 4)]
    state: set[bytes] = set()
    for change in changes:
        added, removed = (
            lines(shelf.changes.file(change.edition, name).read_bytes()) for name in (ADDED, REMOVED)
        )
        assert removed <= state and not added & state  # nothing for nothing
        state = (state - removed) | added
        assert digest(state) == change.hash == Editions(grown).edition(change.edition).manifest.hash
        assert {file.name: file.quads for file in change.files} == {ADDED: len(added), REMOVED: len(removed)}
        assert sum(graph.added for graph in change.graphs) == len(added)


def test_a_patch_says_the_same(grown):
    shelf = Shelf(grown, BASE)
    shelf.make(5)
    change = shelf.changes.known()[2]
    text = b"".join(patch(change, shelf.changes.file(3, REMOVED), shelf.changes.file(3, ADDED))).decode()
    told = text.splitlines()
    assert (
        told[0] == f'H regiograph-from "{change.hash_before}" .' and told[2] == "TX ." and told[-1] == "TC ."
    )
    assert [line[:2] for line in told[3:-1]] == ["A "] and '"Uno"' in text


@pytest.fixture(scope="module")
def feed(grown):
    with serving(grown, room("queries"), workers=1) as client:
        yield client


def graph(response) -> Graph:
    assert response.status_code == 200, response.text
    return Graph().parse(data=response.content, format="turtle")


def test_a_client_follows_the_stream_from_its_root(feed):
    root = graph(feed.get("/feed"))
    stream = URIRef(f"{BASE}/feed")
    assert (stream, TREE.view, URIRef(f"{feed.base_url}/feed")) in root
    assert root.value(stream, LDES.versionOfPath) == DCTERMS.isVersionOf
    (page,) = {str(node) for node in root.objects(None, TREE.node)}
    told = graph(feed.get(page))
    members = sorted(told.objects(stream, TREE.member), key=lambda one: told.value(one, DCTERMS.issued))
    assert members == [URIRef(f"{BASE}/edition/{number}") for number in range(1, 6)]
    state: set[bytes] = set()
    for member in members:
        for name in ("deletion", "insertion"):
            file = told.value(member, DELTA[name])
            got = feed.get(str(told.value(file, DCAT.downloadURL)))
            assert len(got.content) == int(told.value(file, DCAT.byteSize))
            value = told.value(URIRef(f"{file}-checksum"), URIRef("http://spdx.org/rdf/terms#checksumValue"))
            assert hashlib.sha256(got.content).hexdigest() == str(value)
            state = state - lines(got.content) if name == "deletion" else state | lines(got.content)
        assert str(told.value(member, DCTERMS.identifier)) == f"sha256:{digest(state)}"
    assert told.value(members[1], PROV.wasRevisionOf) == members[0]
    assert state == set(gzip.decompress(feed.get("/dumps/whole.nq.gz").content).splitlines(keepends=True))


def test_people_see_what_each_edition_changed(feed):
    html = {"accept": "text/html,*/*;q=0.8"}
    for path, headers in (("/feed", html), ("/feed.html", {}), ("/feed/1", html), ("/feed/1.html", {})):
        page = feed.get(path, headers=headers)
        assert page.status_code == 200 and page.headers["content-type"].startswith("text/html"), path
        assert 'href="/changes/4/patch.rdfp"' in page.text and 'href="/changes/3/added.nq.gz"' in page.text
        assert page.text.index("/changes/4/") < page.text.index("/changes/3/"), "the newest first"
        assert 'href="/feed.ttl"' in page.text and "vary" in page.headers
    assert feed.get("/feed", headers={"accept": "*/*"}).headers["content-type"].startswith("text/turtle")
    assert feed.get("/feed/2", headers=html).status_code == 404
    assert 'href="/feed"' in feed.get("/catalog", headers=html).text


def test_changes_over_http(feed):
    assert feed.get("/changes/3/change.json").json()["graphs"][0] == {
        "graph": f"{G}one/2020-h1/graph",
        "added": 1,
        "removed": 0,
    }
    patched = feed.get("/changes/4/patch.rdfp")
    assert patched.headers["content-type"] == "application/rdf-patch" and "\nD <" in patched.text
    first = feed.get("/changes/3/added.nq.gz")
    assert "immutable" in first.headers["cache-control"]
    again = feed.get("/changes/3/added.nq.gz", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304
    part = feed.get("/changes/3/added.nq.gz", headers={"range": "bytes=0-9"})
    assert part.status_code == 206 and part.content == first.content[:10]
    for path in ("/changes/9/change.json", "/changes/3/other", "/feed/2", "/feed/x"):
        assert feed.get(path).status_code in (404, 422), path


def test_full_pages_never_change():
    def change(number: int) -> EditionChange:
        files = tuple(ChangedLines(name=name, quads=1, size=1, sha256="00") for name in (ADDED, REMOVED))
        day = f"2026-01-01T{number // 60:02d}:{number % 60:02d}:00Z"
        return EditionChange(
            edition=number,
            created=day,
            hash="aa",
            before=number - 1,
            hash_before="bb",
            graphs=(),
            files=files,
        )

    at = Addresses(BASE, "https://data.example.org")
    some = Feed(changes=[change(number) for number in range(1, 2 * MEMBERS + 4)], at=at)
    more = Feed(changes=[change(number) for number in range(1, 3 * MEMBERS + 1)], at=at)
    assert (some.pages, more.pages) == (3, 3)
    for number in (1, 2):
        assert some.is_full(number) and set(some.page(number)) == set(more.page(number))
    assert not some.is_full(3) and more.is_full(3)


def test_an_edition_that_was_dropped_leaves_no_statement_in_files(tmp_path):
    publisher = Publisher(Archive(tmp_path))
    for label in ("One", "Unspeakable", "Three", "Four"):
        publisher.publish(Change(public=report("one", "2020-h1", label)))
        Shelf(tmp_path, BASE).make(Editions(tmp_path).current_number())
    with serving(tmp_path, room("queries"), workers=1) as client:
        assert client.get("/dumps/2/whole.nq.gz").status_code == 200
        Keeper(Archive(tmp_path)).drop(2, "a mistake")
        texts = [gzip.decompress(path.read_bytes()) for path in (tmp_path / "public" / "dumps").rglob("*.gz")]
        assert texts and not any(b"Unspeakable" in text for text in texts)
        gone = [
            client.get(f"/{path}")
            for path in ("dumps/2/whole.nq.gz", "changes/2/added.nq.gz", "changes/3/patch.rdfp")
        ]
        assert [response.status_code for response in gone] == [410, 410, 410]
        assert client.get("/changes/4/patch.rdfp").status_code == 200
        assert client.get("/feed/1").status_code == 200


# --- files that leave, and come into an empty instance ---


def test_a_dump_loaded_into_an_empty_instance_has_the_same_hash(shelved_data, index, pipeline, tmp_path):
    """By the folder that `export` writes, which sha256sum can check."""
    command = [sys.executable, "-m", "regiograph", "export", "--dumps", str(tmp_path / "out")]
    subprocess.run([*command, "--data", str(shelved_data)], check=True, capture_output=True)
    checked = subprocess.run(["sha256sum", "--check", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out")
    assert checked.returncode == 0
    assert len(list((tmp_path / "out").iterdir())) == 6 * len(index.shelved) + 1
    loaded = Intake(tmp_path / "data", pipeline).load(tmp_path / "out" / "whole.nq.gz")
    assert loaded.manifest.hash == index.hash


def test_a_broken_dump_is_refused(pipeline, tmp_path):
    (tmp_path / "some.nq.gz").write_bytes(gzip.compress(b"<a:b> <a:c> <a:d> .\n")[:-9])
    with pytest.raises(NotRdf):
        Intake(tmp_path / "data", pipeline).load(tmp_path / "some.nq.gz")
