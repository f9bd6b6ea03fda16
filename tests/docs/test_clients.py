"""Every snippet of docs/clients.md, and the notebook, against a real server."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from regiograph.rooms import room
from tests.api.serving import serving

DOCS = Path(__file__).resolve().parents[2] / "docs"
NOTEBOOK = DOCS / "notebooks" / "first-look.ipynb"
WRITTEN = "http://127.0.0.1:8000"
SNIPPETS = re.findall(r"^```(\w+)\n(.*?)^```$", (DOCS / "clients.md").read_text("utf-8"), re.M | re.S)
TEAM = ["Brittany", "Basque Country", "Estonia", "North Rhine-Westphalia"]


@pytest.fixture(scope="module")
def address(tmp_path_factory, demo_data):
    """A server with a data directory of its own, since answers are frozen in it."""
    data = shutil.copytree(demo_data, tmp_path_factory.mktemp("clients") / "data")
    with serving(data, room("queries"), workers=2) as client:
        yield str(client.base_url).rstrip("/")


def run(command: list[str], text: str | None = None) -> str:
    done = subprocess.run(command, input=text, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_page_has_a_snippet_for_each_tool():
    kinds = [kind for kind, _ in SNIPPETS]
    assert {kind: kinds.count(kind) for kind in kinds} == {
        "sh": 4,
        "python": 4,
        "js": 1,
        "r": 1,
        "powerquery": 1,
    }
    assert all(WRITTEN in text for _, text in SNIPPETS)


@pytest.mark.parametrize("text", [text for kind, text in SNIPPETS if kind == "python"])
def test_python_snippets_print_the_answer(address, text):
    printed = run([sys.executable, "-"], text.replace(WRITTEN, address))
    assert "Brittany" in printed and ("leads" in printed or "Basque Country" in printed)


@pytest.mark.skipif(not shutil.which("curl"), reason="curl is missing; install it: apt-get install curl")
@pytest.mark.parametrize("text", [text for kind, text in SNIPPETS if kind == "sh"])
def test_curl_snippets_print_the_answer(address, text):
    printed = run(["sh", "-c", text.replace(WRITTEN, address)])
    if "explain=1" in text:
        assert json.loads(printed)["findings"][0]["parameters"] == {"topic": "Cyber Range"}
    elif "/answers" in text:
        assert json.loads(printed)["href"].startswith("/answers/")
    else:
        assert "Brittany" in printed


def test_the_javascript_snippet_prints_the_answer(address):
    (text,) = [text for kind, text in SNIPPETS if kind == "js"]
    if shutil.which("node"):
        printed = run(["node", "--input-type=module", "-"], text.replace(WRITTEN, address))
        assert "Brittany lead" in printed
    check_address(address, text, "application/sparql-results+json")


@pytest.mark.parametrize("kind", ["r", "powerquery"])
def test_the_addresses_of_tools_that_are_not_here_give_the_answer(address, kind):
    (text,) = [text for name, text in SNIPPETS if name == kind]
    if kind == "r" and shutil.which("Rscript"):
        assert "Brittany" in run(["Rscript", "-e", text.replace(WRITTEN, address)])
    check_address(address, text, "text/csv")


def check_address(address: str, text: str, media: str) -> None:
    (link,) = re.findall(r'"(http://[^"]+)"', text)
    response = httpx.get(link.replace(WRITTEN, address), timeout=60)
    assert response.headers["content-type"].startswith(media)
    assert all(name in response.text for name in TEAM)


def test_the_notebook_gives_what_is_printed_in_it(address, monkeypatch):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("ADDRESS", address)
    committed = nbformat.read(NOTEBOOK, as_version=4)
    executed = NotebookClient(nbformat.read(NOTEBOOK, as_version=4), timeout=60).execute()
    pairs = list(zip(committed.cells, executed.cells, strict=True))
    assert all(len(results(before)) == len(results(after)) for before, after in pairs)
    for number in (3, -5, -2, -1):  # the headline answer, the explanation, what was frozen
        before, after = pairs[number]
        assert results(before) == results(after), before.source
    assert all(name in results(executed.cells[3])[0] for name in TEAM)
    assert os.fspath(Path.home()) not in NOTEBOOK.read_text("utf-8")


def results(cell) -> list[str]:
    return [output["data"]["text/plain"] for output in cell.get("outputs", ()) if "data" in output]
