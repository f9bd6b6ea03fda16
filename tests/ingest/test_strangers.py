"""Reports that others wrote, in every format, in words and tables of their own."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from ingest.form import Source
from ingest.pipeline import Pipeline

STRANGERS = Path(__file__).parent / "strangers"
SCORER = Path(__file__).parent / "gold" / "score.py"
FORMATS = {".md", ".html", ".docx", ".pdf", ".xml", ".xlsx"}
REPORTS = [
    file for file in sorted(STRANGERS.iterdir()) if file.suffix in FORMATS and file.name != "README.md"
]


@pytest.fixture(scope="module")
def scored(tmp_path_factory) -> str:
    """What the scorer says of all of them."""
    out = tmp_path_factory.mktemp("predictions")
    command = [sys.executable, "-m", "regiograph", "extract", *map(str, REPORTS), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    command = [sys.executable, str(SCORER), str(out), str(STRANGERS), "--verbose"]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_they_are_extracted_as_well_as_promised(scored):
    figures = {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", scored.splitlines()[-1])}
    assert figures["files"] == len(REPORTS) > 30 and {file.suffix for file in REPORTS} == FORMATS
    assert figures["macro_f1"] >= 0.975 and figures["leaks"] == figures["missing"] == 0
    by_file = {name: float(value) for name, value in re.findall(r"^(\S+) +F1=([\d.]+)", scored, re.MULTILINE)}
    assert min(by_file.values()) >= 0.87, by_file


@pytest.mark.parametrize("file", REPORTS, ids=lambda file: file.name)
def test_no_confidential_word_comes_out(pipeline: Pipeline, file: Path):
    gold = json.loads((STRANGERS / f"{file.stem}.gold.json").read_text(encoding="utf-8"))
    tokens = [token.casefold() for token in gold["confidential"].get("tokens") or ()]
    for walked in pipeline.walk(Source(name=file.name, data=file.read_bytes())):
        told = (str(quad) for quads in walked.graphs.values() for quad in quads)
        text = "\n".join((*told, repr(walked.verdict), walked.document.decode())).casefold()
        assert [token for token in tokens if token in text] == []
