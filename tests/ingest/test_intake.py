"""What enters a data directory, and that nothing is half there."""

import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ingest.form import Source
from ingest.intake import Intake
from regiograph.editions import Editions
from regiograph.errors import NotRdf, NotReadable, RegiographError
from tests.conftest import BASE

THINGS = b'<urn:s> <urn:p> <urn:o> <urn:g> .\n<urn:s> <urn:p> _:b .\n_:b <urn:q> "0.50" .\n'
MORE = b"<urn:a> <urn:b> <urn:c> ."


def report(text: str, name: str = "report.md") -> Source:
    return Source(name=name, data=text.encode())


def test_rebuilding_gives_the_same_edition_twice(own_data, pipeline):
    before = Editions(own_data).current().manifest
    for _ in range(2):
        after = Intake(own_data, pipeline).rebuild().manifest
        assert (after.hash, after.number, after.documents) == (before.hash, before.number, before.documents)


def test_an_edition_built_from_nothing_has_the_hash_of_one_built_step_by_step(
    own_data, pipeline, real_text, tmp_path
):
    text = real_text.replace("July - December 2020", "January - June 2021")
    step_by_step = Intake(own_data, pipeline)
    step_by_step.take_reports(report(text))
    at_once = Intake(tmp_path / "other", pipeline)
    at_once.take_reports(report(text))
    at_once.take_reports(
        Source(name="first.md", data=real_text.encode(), title="000_cd9922eb29b9aa13.txt (form export)")
    )
    assert step_by_step.editions.current().manifest.hash == at_once.editions.current().manifest.hash
    assert step_by_step.rebuild().manifest.hash == at_once.rebuild().manifest.hash


def test_the_same_bytes_again_change_nothing(own_data, pipeline, real_text):
    intake = Intake(own_data, pipeline)
    before = intake.editions.current_number()
    (taken,) = intake.take_reports(report(real_text))
    assert taken.known and intake.editions.current_number() == before


def test_a_corrected_report_stands_in_place_of_the_first_which_stays_in_the_archive(
    own_data, pipeline, real_text
):
    intake = Intake(own_data, pipeline)
    corrected = real_text.replace("Wales  \n", "Wales  \nFlanders  \n", 1)
    (taken,) = intake.take_reports(report(corrected))
    assert not taken.known
    asked = "PREFIX rg: <https://w3id.org/regiograph/ns#> SELECT ?n { ?p a rg:PartnershipParticipation ; rg:reportedIn ?r ; rg:nameAsReported ?n }"
    names = [row["n"].value for row in intake.editions.current().store.query(asked)]
    assert "Flanders" in names and names.count("Wales") == 1
    first, second = (each for each in intake.archive.accessions() if each.kind == "report")
    assert intake.archive.original(first.sha256) == real_text.encode()
    documents = intake.editions.current().manifest.documents
    assert f"reports/{second.sha256}.txt" in documents and f"reports/{first.sha256}.txt" not in documents
    assert f"reports/{first.sha256}.txt" in intake.editions.edition(1).manifest.documents


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8\xff\xe0 JFIF", b"# Another form\n\nHello\n", "é".encode("latin-1")]
)
def test_what_cannot_be_read_leaves_no_trace(own_data, pipeline, data):
    before = sorted(str(path) for path in own_data.rglob("*"))
    with pytest.raises(NotReadable):
        Intake(own_data, pipeline).take_reports(Source(name="x.md", data=data))
    assert sorted(str(path) for path in own_data.rglob("*")) == before


def counts(manifest) -> dict[str, int]:
    return {name: graph.quads for name, graph in manifest.graphs.items()}


def test_rdf_joins_the_public_graphs_with_names_for_blank_nodes(tmp_path, pipeline):
    file = tmp_path / "things.nq"
    file.write_bytes(THINGS)
    intake = Intake(tmp_path / "data", pipeline)
    manifest = intake.take_rdf(file).manifest
    own, more = (f"{BASE}/graph/rdf/{hashlib.sha256(data).hexdigest()}" for data in (THINGS, MORE))
    assert counts(manifest) == {own: 2, "urn:g": 1}  # and no reference data: nobody asked for it
    lines = [str(quad) for quad in intake.editions.current().store.quads()]
    assert all("_:" not in line for line in lines) and any(
        '"0.5"' in line or "0.50" in line for line in lines
    )
    assert intake.take_rdf(file).manifest.number == manifest.number
    other = tmp_path / "more.ttl"
    other.write_bytes(MORE)
    assert counts(intake.take_rdf(other).manifest) == {own: 2, "urn:g": 1, more: 1}
    assert counts(intake.rebuild().manifest) == {own: 2, "urn:g": 1, more: 1}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("broken.ttl", b"<urn:a> <urn:b> .\n\n<urn:c"),
        ("unknown.txt", b"<urn:a> <urn:b> <urn:c> ."),
        (
            "clash.nq",
            b"<urn:a> <urn:b> <urn:c> <https://w3id.org/regiograph/id/report/cybersecurity/2020-h2/graph> .\n",
        ),
        ("clash.nq", b"<urn:a> <urn:b> <urn:c> <https://w3id.org/regiograph/graph/regions> .\n"),
    ],
)
def test_rdf_that_is_none_or_writes_into_other_peoples_graphs_is_refused(
    own_data, pipeline, tmp_path, name, data
):
    file = tmp_path / name
    file.write_bytes(data)
    intake = Intake(own_data, pipeline)
    before = intake.editions.current().manifest
    with pytest.raises(NotRdf) as caught:
        intake.take_rdf(file)
    assert caught.value.where == name and caught.value.way_out
    assert intake.editions.current().manifest == before


@pytest.mark.parametrize("after", [0.0, 0.8, 1.6, 2.6])
def test_killed_while_ingesting_the_old_edition_answers_and_the_next_run_heals(
    own_data, pipeline, real_text, tmp_path, after
):
    file = tmp_path / "second.md"
    file.write_text(real_text.replace("July - December 2020", "January - June 2021"))
    command = [sys.executable, "-m", "regiograph", "ingest", str(file), "--data", str(own_data)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(after)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    editions = Editions(own_data)
    current = editions.current()
    assert len(list(current.store.quads())) == current.manifest.quads  # whole, whichever it is
    intake = Intake(own_data, pipeline)
    intake.take_reports(Source(name=file.name, data=file.read_bytes()))
    healed = editions.current().manifest
    assert intake.rebuild().manifest.hash == healed.hash
    assert len([name for name in healed.documents if name.startswith("reports/")]) == 2
    assert not list(own_data.rglob(".new-*"))


def test_the_restricted_side_is_another_directory_that_nobody_else_may_read(demo_data):
    restricted = demo_data / "restricted"
    assert restricted.is_dir() and (restricted.stat().st_mode & 0o077) == 0
    assert not (demo_data / "public").is_relative_to(restricted)


def test_confidential_words_are_nowhere_in_the_public_files(own_data, pipeline, real_text):
    secret = "\n\n## III. Self-assessment\n\nZanzibarquarrel\n"
    Intake(own_data, pipeline).take_reports(report(real_text + secret))
    for path in (own_data / "public").rglob("*"):
        assert not path.is_file() or b"Zanzibarquarrel" not in path.read_bytes(), path
    with (Path(own_data) / "archive" / "ledger.sqlite").open("rb") as ledger:
        assert b"Zanzibarquarrel" not in ledger.read()


def test_the_ledger_keeps_the_verdict(demo_data, pipeline):
    ledger = Intake(demo_data, pipeline).archive.ledger
    (kept,) = ledger.read("SELECT subject, verdict FROM accessions WHERE kind = 'report'")
    assert json.loads(kept["verdict"])["conforms"] is True
    assert kept["subject"] == "cybersecurity/2020-h2"


def test_errors_are_ours_whatever_the_bytes(pipeline):
    for data in (b"\x00", b"PK\x03\x04", b"%PDF-1.4", b"<?xml version='1.0'?><a/>", b"{}", b"\xfe\xff\x00a"):
        with pytest.raises(RegiographError):
            pipeline.walk(Source(name="x", data=data))
