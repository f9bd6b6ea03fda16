"""The files of an edition: what is in them, that they are the same each time, and what a new edition costs."""

import csv
import gzip
import hashlib
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, Triple, parse

from ingest.form import Source
from ingest.intake import Intake
from regiograph.archive import Archive
from regiograph.contents import hash_of_quads
from regiograph.dumps.changes import Changes
from regiograph.dumps.formats import COLUMNS, CSV, FORMATS, JSON_LD, N_QUADS, TRIG, TURTLE
from regiograph.dumps.index import Index
from regiograph.dumps.pieces import Pieces, cut
from regiograph.dumps.shelf import Shelf
from regiograph.editions import Change, Editions, Publisher
from regiograph.iris import DCAT, PROV, RDF, RDFS, RG, XSD
from tests.conftest import BASE

DATE = NamedNode(XSD + "date")
CYBER = f"{BASE}/id/partnership/cybersecurity"


def content(data: Path, index: Index, id: str, format) -> bytes:
    return b"".join(Shelf(data, BASE).pieces.plain(index.find(id).dataset.pieces, format))


def quads(text: bytes, format: RdfFormat) -> set[Quad]:
    return set(parse(text, format=format))


def test_the_whole_is_the_edition(shelved_data, index):
    """As N-Quads, line by line; its hash is the edition's."""
    edition = Editions(shelved_data).current()
    lines = content(shelved_data, index, "whole", N_QUADS).splitlines()
    assert len(lines) == len(set(lines)) == edition.manifest.quads
    assert (
        index.hash
        == edition.manifest.hash
        == hash_of_quads(parse(b"\n".join(lines), format=RdfFormat.N_QUADS))
    )


def test_every_format_says_the_same(shelved_data, index):
    for id in ("codes", "partnership-cybersecurity"):
        there = quads(content(shelved_data, index, id, N_QUADS), RdfFormat.N_QUADS)
        assert len(there) == index.find(id).dataset.quads
        for format, engine in ((TRIG, RdfFormat.TRIG), (JSON_LD, RdfFormat.JSON_LD)):
            assert quads(content(shelved_data, index, id, format), engine) == there, format.name
        triples = quads(content(shelved_data, index, id, TURTLE), RdfFormat.TURTLE)
        assert {quad.triple for quad in triples} == {quad.triple for quad in there}


def test_a_compressed_file_is_what_any_gzip_reads(shelved_data, index):
    pieces = Shelf(shelved_data, BASE).pieces
    for format in FORMATS:
        packed = pieces.packed(index.find("codes").dataset.pieces, format)
        data = b"".join(packed.blocks())
        assert len(data) == packed.size
        assert gzip.decompress(data) == content(shelved_data, index, "codes", format)
        assert b"".join(packed.blocks(7, 90)) == data[7:91]
        assert b"".join(cut([data[:50], data[50:]], 7, 90)) == data[7:91]


def test_sizes_and_digests_are_those_of_the_files(shelved_data, index):
    pieces = Shelf(shelved_data, BASE).pieces
    for shelved in index.shelved:
        assert [file.format for file in shelved.files] == list(FORMATS)
        for file in shelved.files if shelved.dataset.id != "regions" else ():
            held = shelved.dataset.pieces
            blocks = (
                pieces.packed(held, file.format).blocks()
                if file.is_packed
                else pieces.plain(held, file.format)
            )
            data = b"".join(blocks)
            assert (len(data), hashlib.sha256(data).hexdigest()) == (file.size, file.sha256)
    assert all(file.is_packed for file in index.find("whole").files)


def test_a_table_holds_every_statement(shelved_data, index):
    rows = list(
        csv.reader(io.StringIO(content(shelved_data, index, "report-cybersecurity-2020-h2", CSV).decode()))
    )
    assert tuple(rows[0]) == COLUMNS
    assert len(rows) - 1 == index.find("report-cybersecurity-2020-h2").dataset.quads
    row = next(row for row in rows if row[2] == f"{RG}nameAsReported" and "Westaflavia" in row[3])
    assert row[4:] == ["literal", "", ""]
    assert all(row[5] for row in rows if row[2] == f"{RG}matchConfidence")


def test_a_partnership_has_its_facts_its_reports_and_nothing_of_others(shelved_data, index):
    own = quads(content(shelved_data, index, "partnership-cybersecurity", N_QUADS), RdfFormat.N_QUADS)
    report = quads(content(shelved_data, index, "report-cybersecurity-2020-h2", N_QUADS), RdfFormat.N_QUADS)
    assert report < own
    facts = {quad for quad in own if quad.graph_name.value == f"{BASE}/graph/public-facts"}
    sources = {quad.object.value for quad in facts if quad.predicate.value == PROV + "hadPrimarySource"}
    assert sources and all(address.startswith("http") for address in sources)
    evidence = {quad.object for quad in facts if quad.predicate.value == RG + "evidence"}
    assert evidence and evidence <= {quad.subject for quad in facts}  # with the words that say so
    others = {quad.subject.value for quad in own if quad.object == NamedNode(RG + "Partnership")}
    assert others == {CYBER}
    label = [quad for quad in own if quad.subject.value == CYBER and quad.predicate.value == RDFS + "label"]
    assert label and label[0].object.value == "Cybersecurity"


def test_every_partnership_and_every_report_is_a_dataset(shelved_data, index):
    store = Editions(shelved_data).current().store
    kind, partnership = NamedNode(RDF + "type"), NamedNode(RG + "Partnership")
    there = {q.subject.value for q in store.quads() if (q.predicate, q.object) == (kind, partnership)}
    told = {one.dataset.about for one in index.shelved if one.dataset.kind == "partnership"}
    assert there <= told and len(told) >= 32
    (report,) = (one.dataset for one in index.shelved if one.dataset.kind == "report")
    assert (report.start, report.end, report.series) == (
        "2020-07-01",
        "2020-12-31",
        "partnership-cybersecurity",
    )
    assert {"FRH0", "EE", "ES21"} <= set(report.places)


def test_confidential_words_are_in_no_file(own_data, pipeline, real_text):
    secret = "\n\n## III. Self-assessment\n\nZanzibarquarrel\n"
    changed = real_text.replace("Cyber Range", "Cyber Rangefinder").encode() + secret.encode()
    edition = Intake(own_data, pipeline).take_reports(Source(name="report.md", data=changed))
    assert edition
    Shelf(own_data, BASE).make(Editions(own_data).current_number())
    texts = [gzip.decompress(path.read_bytes()) for path in (own_data / "public" / "dumps").rglob("*.gz")]
    assert any(b"Rangefinder" in text for text in texts)
    assert not any(b"Zanzibarquarrel" in text for text in texts)


# --- over the editions ---

P, G = f"{BASE}/id/partnership/", f"{BASE}/id/report/"


def report(partnership: str, period: str, *labels: str) -> dict[str, list[Triple]]:
    iri = NamedNode(f"{G}{partnership}/{period}/report")
    thing = NamedNode(P + partnership)
    triples = [
        Triple(thing, NamedNode(RDF + "type"), NamedNode(RG + "Partnership")),
        Triple(iri, NamedNode(RDF + "type"), NamedNode(RG + "ProgressReport")),
        Triple(iri, NamedNode(RG + "ofPartnership"), thing),
        *_half(iri, period),
        *(Triple(thing, NamedNode(RDFS + "label"), Literal(label)) for label in labels),
    ]
    return {f"{G}{partnership}/{period}/graph": triples}


def _half(iri: NamedNode, written: str) -> list[Triple]:
    period = NamedNode(iri.value.removesuffix("report") + "period")
    year, half = written.split("-h")
    days = {"startDate": ("01-01", "07-01"), "endDate": ("06-30", "12-31")}
    return [
        Triple(iri, NamedNode(RG + "reportingPeriod"), period),
        *(
            Triple(period, NamedNode(DCAT + name), Literal(f"{year}-{day[int(half) - 1]}", datatype=DATE))
            for name, day in days.items()
        ),
    ]


@pytest.fixture
def growing(tmp_path):
    publisher = Publisher(Archive(tmp_path))

    def publish(*graphs, removed=(), created="2026-01-01T00:00:00Z"):
        public = {name: triples for each in graphs for name, triples in each.items()}
        return publisher.publish(Change(public=public, removed=removed), created=created).number

    return tmp_path, publish


def test_a_new_edition_writes_only_what_changed(growing, monkeypatch):
    data, publish = growing
    publish(report("one", "2020-h1", "One"), report("two", "2020-h1", "Two"))
    shelf = Shelf(data, BASE)
    first = shelf.make(1)
    publish(report("one", "2020-h1", "One more"), created="2026-02-01T00:00:00Z")
    kept: list[str] = []
    keep = Pieces.keep
    monkeypatch.setattr(
        Pieces, "keep", lambda self, graph, lines: kept.append(graph) or keep(self, graph, lines)
    )
    second = shelf.make(2)
    assert kept == [f"{G}one/2020-h1/graph"]
    assert second.find("report-two-2020-h1") == first.find("report-two-2020-h1")
    changed = second.find("report-one-2020-h1").past
    assert (changed.issued, changed.current.created) == ("2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z")
    assert changed.previous.edition == 1 and second.find("partnership-one").dataset.label == "One more"


def test_the_same_edition_gives_the_same_bytes(growing, tmp_path_factory):
    """In another process, in another directory, with or without editions before."""
    data, publish = growing
    publish(report("one", "2020-h1", "One"))
    Shelf(data, BASE).make(1)
    publish(report("two", "2020-h1", "Two"))
    shelf, index = Shelf(data, BASE), Shelf(data, BASE).make(2)
    other = tmp_path_factory.mktemp("other")
    (other / "public").mkdir()
    for name in ("editions", "current"):
        (other / "public" / name).symlink_to(data / "public" / name)
    told = json.dumps({"data": str(other), "base": BASE, "engine": None, "edition": 2})
    subprocess.run([sys.executable, "-m", "regiograph.dumps"], input=told, text=True, check=True)
    again = Shelf(other, BASE).ready(2)
    assert {one.dataset: one.files for one in again.shelved} == {
        one.dataset: one.files for one in index.shelved
    }
    for path in (other / "public" / "dumps" / "pieces").rglob("*.gz"):
        assert path.read_bytes() == (data / path.relative_to(other)).read_bytes()
    assert (
        shelf.changes.file(2, "added.nq.gz").read_bytes()
        == Changes(other).file(2, "added.nq.gz").read_bytes()
    )


def test_what_is_gone_leaves_a_trace_and_may_come_back(growing):
    data, publish = growing
    publish(report("one", "2020-h1", "One"), report("two", "2020-h1", "Two"))
    shelf = Shelf(data, BASE)
    shelf.make(1)
    publish(removed=[f"{G}two/2020-h1/graph"], created="2026-02-01T00:00:00Z")
    second = shelf.make(2)
    assert set(second.gone) == {"report-two-2020-h1", "partnership-two"}
    assert second.gone["partnership-two"].gone == "2026-02-01T00:00:00Z"
    publish(report("two", "2020-h1", "Two"), created="2026-03-01T00:00:00Z")
    third = shelf.make(3)
    assert not third.gone
    assert third.find("partnership-two").past.issued == "2026-01-01T00:00:00Z"


def test_files_of_editions_that_are_no_more_are_removed(growing):
    data, publish = growing
    for number in range(1, 4):
        publish(report("one", "2020-h1", f"Name {number}"))
        Shelf(data, BASE).make(number)
    pieces = {path.name for path in (data / "public" / "dumps" / "pieces").rglob("*.gz")}
    assert len(pieces) == 3 * len(FORMATS)
    for number in (1, 2):
        subprocess.run(["rm", "-r", str(Editions(data).directory(number))], check=True)
    publish(report("one", "2020-h1", "Name 4"))
    Shelf(data, BASE).make(4)
    assert {path.stem for path in (data / "public" / "dumps" / "editions").iterdir()} == {"000003", "000004"}
    assert len(list((data / "public" / "dumps" / "pieces").rglob("*.gz"))) == 2 * len(FORMATS)


def test_the_index_is_read_as_it_was_written(index, tmp_path):
    index.write(tmp_path / "index.json")
    assert Index.read(tmp_path / "index.json") == index
    content = json.loads((tmp_path / "index.json").read_bytes())
    (tmp_path / "index.json").write_text(json.dumps(content | {"version": 0}))
    assert Index.read(tmp_path / "index.json") is None


def test_what_loaded_data_writes_oddly_is_left_out(growing):
    """A code that is none, a date that is none: no address or date is made of them."""
    data, publish = growing
    odd = report("one", "2020-h1", "One")
    (triples,) = odd.values()
    span = NamedNode(f"{G}one/2020-h1/period")
    triples[:] = [one for one in triples if one.subject != span]
    taking, region = NamedNode(f"{G}one/2020-h1/x"), NamedNode(f"{BASE}/id/region/odd")
    triples += [
        Triple(span, NamedNode(DCAT + "startDate"), Literal("some time in 2020")),
        Triple(taking, NamedNode(RG + "participatesIn"), NamedNode(P + "one")),
        Triple(taking, NamedNode(RG + "participant"), region),
        Triple(region, NamedNode(RG + "nutsCode"), Literal("not a <code>")),
    ]
    publish(odd)
    for one in Shelf(data, BASE).make(1).shelved:
        assert (one.dataset.start, one.dataset.places) == ("", ())
