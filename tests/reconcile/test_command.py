"""`regiograph reconcile`: a file in, a file out; what it needs to know it asks for in plain words."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl import Workbook
from typer.testing import CliRunner

from regiograph.cli import app
from tests.api.serving import ROOT


def run(*words: object, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "regiograph", "reconcile", *map(str, words)]
    environment = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(command, capture_output=True, text=True, cwd=folder, env=environment)


def test_a_workbook_becomes_csv_with_columns_behind_without_any_edition(tmp_path):
    book = Workbook()
    for row in (
        ("No", "Región", "País"),
        (1, "Castila y Leo", "España"),
        (2, "Limburg", "Bélgica"),
        (3, "", ""),
    ):
        book.active.append(row)
    book.save(tmp_path / "lista.xlsx")
    words = (
        "lista.xlsx",
        "--column",
        "región",
        "--type",
        "region",
        "--property",
        "country=País",
        "--jobs",
        "1",
    )
    done = run(*words, "--out", "hecho.csv", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "registers alone" in done.stderr and "2 of 3 are sure. Written to hecho.csv." in done.stderr
    rows = list(csv.DictReader((tmp_path / "hecho.csv").read_text("utf-8-sig").splitlines()))
    assert [row["regiograph_id"] for row in rows] == ["region/ES41", "region/BE22", ""]
    assert [row["Región"] for row in rows] == ["Castila y Leo", "Limburg", ""]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["hecho.csv", "lista.xlsx"]


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("a.csv",), 2, "The table has: Name, Land."),
        (("a.csv", "--column", "Name", "--type", "town"), 2, "type town: There is no such type."),
        (("a.csv", "--column", "Name", "--property", "Land"), 2, "--property country=Land"),
        (("b.csv",), 3, "b.csv, line 2"),
        (("a.csv", "--column", "Name", "--data", "nowhere"), 4, "No edition has been published"),
    ],
)
def test_what_cannot_be_used_is_told_and_nothing_is_written(tmp_path, monkeypatch, words, code, told):
    (tmp_path / "a.csv").write_text("Name;Land\nWales;UK\n")
    (tmp_path / "b.csv").write_text('Name\n"Wales\n')
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(app, ["reconcile", *words, "--out", "out.csv"])
    assert (done.exception.exit_code, told in str(done.exception)) == (code, True), done.exception
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.csv", "b.csv"]
