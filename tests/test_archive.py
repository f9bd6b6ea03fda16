import hashlib
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from regiograph.archive import Archive, EditionRecord
from regiograph.errors import Busy, Damaged, NoSuchThing
from regiograph.store.lock import DataLock


def accept(archive: Archive, data: bytes = b"report", subject: str = "cyber/2020-h2", **more):
    given = {"name": "report.md", "title": "Cyber", "received_at": "2020-12-01T00:00:00Z", **more}
    return archive.accept("report", subject=subject, data=data, **given)


def test_an_original_is_kept_under_its_digest(tmp_path):
    archive = Archive(tmp_path)
    accession = accept(archive, b"bytes", verdict_json='{"ok": true}')
    digest = hashlib.sha256(b"bytes").hexdigest()
    assert (tmp_path / "archive/originals" / digest[:2] / digest).read_bytes() == b"bytes"
    assert archive.original(digest) == b"bytes"
    assert Archive(tmp_path).accessions() == [accession]
    (kept,) = archive.ledger.read("SELECT number, verdict FROM accessions")
    assert accession.number == kept["number"] == 1 and kept["verdict"] == '{"ok": true}'


def test_an_archive_that_was_never_written_is_empty_and_stays_so(tmp_path):
    archive = Archive(tmp_path)
    assert archive.accessions() == archive.decisions() == archive.editions() == []
    assert list(tmp_path.iterdir()) == []


def test_the_same_bytes_twice_are_one_accession(tmp_path):
    archive = Archive(tmp_path)
    assert accept(archive) == accept(archive, name="copy.md")
    assert len(archive.accessions()) == 1


def test_a_later_report_of_the_same_subject_stands_for_it_and_the_former_stays(tmp_path):
    archive = Archive(tmp_path)
    first, other = accept(archive), accept(archive, b"other", "batteries/2020-h2")
    second = accept(archive, b"corrected")
    assert archive.accessions() == [first, other, second]
    assert archive.standing() == [other, second]
    assert archive.original(first.sha256) == b"report"


def test_the_first_report_sent_again_does_not_undo_its_correction(tmp_path):
    archive = Archive(tmp_path)
    accept(archive)
    second = accept(archive, b"corrected")
    accept(archive)
    assert archive.standing() == [second]


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_an_original_that_is_not_what_it_was_is_said_to_be_damaged(tmp_path, change):
    archive = Archive(tmp_path)
    accession = accept(archive)
    path = tmp_path / "archive/originals" / accession.sha256[:2] / accession.sha256
    path.unlink() if change == "gone" else path.write_bytes(b"changed")
    with pytest.raises(Damaged, match="does not match its digest"):
        archive.original(accession.sha256)


def test_what_was_never_accepted_is_no_damage(tmp_path):
    with pytest.raises(NoSuchThing):
        Archive(tmp_path).original("0" * 64)


def test_decisions_are_kept_in_order(tmp_path):
    archive = Archive(tmp_path)
    words = {"kind": "region", "who": "anna", "decided_at": "2020-12-01", "why": "same place"}
    first = archive.decide(mention="North Rhine Westflavia", choice="DEA", **words)
    second = archive.decide(mention="Noord", choice="NL41", **words)
    assert archive.decisions() == [first, second]
    assert replace(first, number=2, mention="Noord", choice="NL41") == second


def test_an_edition_is_noted_once(tmp_path):
    archive = Archive(tmp_path)
    record = EditionRecord(number=1, hash="a", quads=3, created="2020")
    archive.add_edition(record)
    archive.add_edition(replace(record, hash="b"))
    assert archive.editions() == [record]


def test_who_does_not_hold_the_lock_is_told_to_wait(tmp_path):
    with DataLock(tmp_path), pytest.raises(Busy, match="Wait until it has finished"):
        accept(Archive(tmp_path))


def test_a_ledger_of_a_newer_version_is_left_alone(tmp_path):
    archive = Archive(tmp_path)
    accept(archive)
    with sqlite3.connect(tmp_path / "archive/ledger.sqlite") as ledger:
        ledger.execute("PRAGMA user_version = 99")
    with pytest.raises(Damaged, match="schema 99"):
        archive.accessions()


ACCEPT_FOR_EVER = """
import sys
from pathlib import Path
from regiograph.archive import Archive
archive = Archive(Path(sys.argv[1]))
for number in range(1_000_000):
    archive.accept("report", subject=f"s/{number}", name="n", title="t",
                   data=b"%d " % number * 20_000, received_at="2020")
    print(number, flush=True)
"""


@pytest.mark.parametrize("seconds", [0.0, 0.013, 0.037, 0.08])
def test_a_kill_at_any_moment_leaves_whole_accessions(tmp_path, seconds):
    process = subprocess.Popen([sys.executable, "-c", ACCEPT_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE)
    process.stdout.readline()
    time.sleep(seconds)
    process.kill()
    said = 1 + len(process.stdout.read().split())
    process.wait()
    archive = Archive(tmp_path)
    found = archive.accessions()
    assert len(found) in {said, said + 1}
    for number, accession in enumerate(found):
        assert archive.original(accession.sha256) == b"%d " % number * 20_000
    accept(archive)
    assert len(archive.accessions()) == len(found) + 1
