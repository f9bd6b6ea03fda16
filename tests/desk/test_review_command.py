"""The review desk on the command line, with real processes on one data directory; the tests follow each other."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from regiograph.editions import Editions

SEC = "cybersecurity/any/secmadinlux"
SIGNED = ("--who", "Ada Zanzibar", "--why", "Their web page says so")


@pytest.fixture(scope="module")
def data(demo_data: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(demo_data, tmp_path_factory.mktemp("review") / "data"))


def review(data: Path, *words: object, **more) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regiograph", "review", *map(str, words), "--data", str(data)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **more)


def current(data: Path):
    return Editions(data).current().manifest


def test_the_queue_as_a_table_and_as_json(data):
    table = review(data, "list")
    assert table.returncode == 0 and "3 names" in table.stderr
    for words in (SEC, "in doubt", "taken as Tecnalia", "0.70 SECURITYMADEIN.LU", "line 182, invited"):
        assert words in table.stdout, words
    queue = json.loads(review(data, "list", "--format", "json").stdout)
    (found,) = [each for each in queue if each["id"] == SEC]
    assert found["taken_as"] is None and found["candidates"][0]["entity"] == "organisation/securitymadein-lu"
    assert found["spots"][0]["line"] == 182


def test_wrong_use_is_one_sentence_and_an_exit_code(data):
    before = current(data)
    cases = [
        (("accept", "cybersecurity/any/nobody", *SIGNED), 4, "No such name waits"),
        (("accept", SEC, "--why", "x"), 2, "REGIOGRAPH_WHO"),
        (("undo", 99, *SIGNED), 4, "There is no such decision"),
    ]
    for words, code, says in cases:
        done = review(data, *words)
        assert done.returncode == code and says in " ".join(done.stderr.split()), words
        assert "Traceback" not in done.stderr
    assert current(data) == before


def test_a_decision_is_published_and_rebuilt_and_undone(data):
    first = current(data)
    done = review(data, "accept", SEC, "--why", "Seen", env={**os.environ, "REGIOGRAPH_WHO": "Ada Zanzibar"})
    assert done.returncode == 0, done.stderr
    assert f"decision 1: accept {SEC}\nread again: cybersecurity/2020-h2\nedition 2" in done.stdout
    second = current(data)
    rebuild = [sys.executable, "-m", "regiograph", "rebuild", "--data", str(data)]
    again = subprocess.run(rebuild, capture_output=True, text=True, timeout=120)
    assert "the same as before" in again.stdout and second.hash in again.stdout and current(data) == second
    assert review(data, "undo", 1, *SIGNED).returncode == 0
    assert current(data).hash == first.hash != second.hash
    (accepted, undone) = json.loads(review(data, "history", "--format", "json").stdout)
    assert (accepted["who"], accepted["undone"], undone["in_force"]) == ("Ada Zanzibar", True, True)
    told = review(data, "history").stdout
    assert "Ada Zanzibar" in told and "Seen" in told and "undone" in told


@pytest.mark.slow
@pytest.mark.parametrize("after", [0.2, 1.5])
def test_killed_while_deciding_the_next_run_heals(data, tmp_path, pipeline, after):
    """`after` seconds from when the ledger holds the decision; the edition may be there by then, or not."""
    from ingest.intake import Intake

    own = Path(shutil.copytree(data, tmp_path / "data"))
    intake = Intake(own, pipeline)
    known = len(intake.archive.decisions())
    command = [sys.executable, "-m", "regiograph", "review", "reject", SEC, *SIGNED, "--data", str(own)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 100
        while len(intake.archive.decisions()) == known and time.monotonic() < deadline:
            time.sleep(0.02)
        time.sleep(after)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    edition = Editions(own).current()
    assert len(list(edition.store.quads())) == edition.manifest.quads  # whole, whichever it is
    healed = intake.publish().manifest
    assert healed.hash != current(data).hash
    assert intake.rebuild().manifest.hash == healed.hash
    assert not list(own.rglob(".new-*"))


def test_the_page_on_commands_names_every_part_of_the_desk():
    from typer.main import get_command

    from regiograph.cli import app

    page = (Path(__file__).parents[2] / "docs" / "commands.md").read_text(encoding="utf-8")
    commands = get_command(app).commands["review"].commands
    assert set(commands) == {"list", "accept", "choose", "create", "reject", "merge", "undo", "history"}
    for name, command in commands.items():
        section = page.split(f"### regiograph review {name}\n")[1].split("\n### ")[0].split("\n## ")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert f"`{parameter.opts[0]}`" in section, (name, parameter.opts)
