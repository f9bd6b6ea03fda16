"""Many files at once."""

import os
import shutil
import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest

from ingest.crew import Crew, Task
from ingest.form import Source
from ingest.intake import Intake
from ingest.pipeline import Pipeline
from regiograph.contents import Spooled

BASE = "https://w3id.org/regiograph"


@pytest.fixture(scope="module")
def folder(tmp_path_factory, real_text) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    for year in range(2017, 2021):
        text = real_text.replace("July - December 2020", f"January - June {year}")
        (folder / f"{year}.md").write_text(text, encoding="utf-8")
    (folder / "broken.md").write_bytes(b"")
    (folder / ".hidden").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def filled(tmp_path_factory, folder) -> Path:
    data = tmp_path_factory.mktemp("bulk") / "data"
    command = [sys.executable, "-m", "regiograph", "ingest", str(folder), "--data", str(data)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 3 and done.stderr.count("error") == 1 and "broken.md" in done.stderr
    assert done.stdout.count("cybersecurity/20") == 4
    return data


def test_a_folder_gives_the_edition_that_its_files_give_one_by_one(filled, folder, pipeline, tmp_path):
    one_by_one = Intake(tmp_path / "data", pipeline)
    for file in sorted(folder.glob("20*.md")):
        one_by_one.take_reports(Source(name=file.name, data=file.read_bytes()))
    bulk = Intake(filled, pipeline)
    assert bulk.editions.current_number() == 1 and one_by_one.editions.current_number() == 4
    assert bulk.editions.current().manifest.hash == one_by_one.editions.current().manifest.hash
    assert bulk.rebuild().manifest.hash == bulk.editions.current().manifest.hash


def test_the_same_folder_again_is_known_already(filled, folder, pipeline):
    intake = Intake(filled, pipeline)
    received = list(intake.take_files(sorted(folder.glob("20*.md"))))
    assert all(each.known and not each.reports for each in received) and len(received) == 4
    assert intake.editions.current_number() == 1


def test_a_stopped_run_goes_on_where_it_was(folder, pipeline, tmp_path):
    data = tmp_path / "data"
    command = [sys.executable, "-m", "regiograph", "ingest", str(folder), "--data", str(data), "--jobs", "1"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _ in range(2400):
        if len(list(data.glob("archive/originals/*/*"))) >= 3:
            break
        time.sleep(0.05)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    assert not (data / "public" / "current").exists()
    intake = Intake(data, pipeline)
    received = list(intake.take_files(sorted(folder.glob("20*.md"))))
    assert 0 < sum(each.known for each in received) < 4
    reports = [name for name in intake.editions.current().manifest.documents if name.startswith("reports/")]
    assert len(reports) == 4 and not (data / "spool").exists()


def test_what_reports_give_waits_on_disk_whoever_accepted_them(folder, pipeline, tmp_path, monkeypatch):
    intake = Intake(tmp_path / "data", pipeline)
    published = []
    monkeypatch.setattr(intake._publisher, "publish", published.append)  # as if stopped before it
    list(intake.take_files(sorted(folder.glob("201[78].md"))))
    list(intake.take_files(sorted(folder.glob("20*.md"))))
    for change, reports in zip(published, (2, 4), strict=True):
        documents = [given for name, given in change.documents.items() if name.startswith("reports/")]
        graphs = [given for name, given in change.public.items() if "/report/" in name]
        assert len(documents) == reports and all(isinstance(given, Path) for given in documents)
        assert len(graphs) == 2 * reports and all(isinstance(given, Spooled) for given in graphs)


class Mortal(Pipeline):
    """A pipeline in which one file ends its process, as a crash inside a library would."""

    def walk(self, source, *more):
        if source.name == "deadly.md":
            os._exit(11)
        return super().walk(source, *more)


def test_a_file_that_ends_its_process_fails_alone(folder, tmp_path):
    shutil.copy(folder / "2017.md", tmp_path / "deadly.md")
    files = [folder / "2017.md", tmp_path / "deadly.md", folder / "2018.md", folder / "2019.md"]
    with Crew(partial(Mortal, BASE), tmp_path, 2) as crew:
        walks = list(crew.walk(Task(name=file.name, path=file) for file in files))
    assert [walk.task.name for walk in walks] == [file.name for file in files]
    assert [bool(walk.error) for walk in walks] == [False, True, False, False]
    assert "ended the program" in walks[1].error.problem
