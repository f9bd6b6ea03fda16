"""Extraction against gold, with the project's own scorer."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

GOLD = Path(__file__).parent / "gold"


@pytest.fixture(scope="module")
def predictions(tmp_path_factory, real_report) -> Path:
    out = tmp_path_factory.mktemp("predictions")
    files = [real_report, *sorted(GOLD.glob("*.md"))]
    files = [file for file in files if file.name != "README.md"]
    command = [sys.executable, "-m", "regiograph", "extract", *map(str, files), "--out", str(out)]
    subprocess.run(command, check=True, capture_output=True)
    return out


def score(prediction: Path, gold: Path) -> dict[str, float]:
    command = [sys.executable, str(GOLD / "score.py"), str(prediction), str(gold)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {name: float(value) for name, value in re.findall(r"(\w+)=([\d.]+)", done.stdout.splitlines()[-1])}


@pytest.mark.parametrize(
    ("name", "least"),
    [
        ("cybersecurity_2020H2", 0.98),
        ("o1_social-economy_2020H2", 0.95),
        ("o4_cybersecurity_2020H1", 0.95),
        ("made_manufacturing_2021H2", 0.98),
        ("made_farming_2022H1", 0.98),
        ("made_bioenergy_2020H2", 0.98),
    ],
)
def test_extraction_is_as_good_as_promised(predictions, name, least):
    figures = score(predictions / f"{name}.json", GOLD / f"{name}.gold.json")
    assert figures["macro_f1"] >= least and figures["leaks"] == 0 and figures["missing"] == 0


def test_the_scorer_sees_a_mistake(predictions, tmp_path):
    content = json.loads((predictions / "cybersecurity_2020H2.json").read_text())
    content["lead_regions"] = ["PL21"]
    (tmp_path / "wrong.json").write_text(json.dumps(content))
    figures = score(tmp_path / "wrong.json", GOLD / "cybersecurity_2020H2.gold.json")
    assert figures["macro_f1"] < 0.98


def test_missing_mandatory_answers_are_named(predictions):
    content = json.loads((predictions / "o4_cybersecurity_2020H1.json").read_text())
    assert content["missing_mandatory"] == ["webpage"]
