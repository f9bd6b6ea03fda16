"""The rules of the house: who may import whom, and that the documents name all there is."""

import ast
import csv
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from regiograph.errors import BadSettings, RegiographError
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.settings import PREFIX, Settings, read_settings

ROOT = Path(__file__).parent.parent
PACKAGES = ("regiograph", "ingest", "api")
DOOR = "regiograph/cli/"
"""The command line reaches every package, like api/; it is the only package below its own that does."""


def modules() -> list[Path]:
    return [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return names


def roots(path: Path) -> set[str]:
    return {name.split(".")[0] for name in imported(path)}


def test_imports_run_one_way():
    above = {"regiograph": {"ingest", "api"}, "ingest": {"api"}, "api": set()}
    for path in modules():
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(DOOR):
            assert not roots(path) & above[name.split("/")[0]], name


def test_only_the_api_knows_the_web_framework():
    for path in modules():
        if path.relative_to(ROOT).parts[0] != "api":
            assert not roots(path) & {"fastapi", "starlette"}, path


def test_the_rooms_of_the_api_never_import_each_other_in_circles():
    halls: dict[str, set[str]] = {}
    for path in sorted((ROOT / "api").rglob("*.py")):
        own = path.relative_to(ROOT / "api").with_suffix("").parts[0]
        beside = {name.split(".")[1] for name in imported(path) if name.startswith("api.")} - {own}
        halls[own] = halls.get(own, set()) | beside
    assert {"sparql", "answers", "linked"} <= set(halls)
    assert list(TopologicalSorter(halls).static_order())[-1]  # raises CycleError, which names the circle


def test_each_room_of_the_api_says_in_one_docstring_what_it_answers():
    for path in (ROOT / "api").glob("*/__init__.py"):
        (only,) = ast.parse(path.read_text(encoding="utf-8")).body
        assert "?" in ast.literal_eval(only.value), path


def test_only_the_command_line_builds_settings():
    for path in modules():
        text = path.read_text(encoding="utf-8")
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith((DOOR, "regiograph/settings.py", "regiograph/service/worker.py")):
            assert "read_settings(" not in text and "Settings()" not in text, path


def test_nothing_is_opened_or_kept_at_module_level():
    makers = {
        "Store",
        "Archive",
        "Editions",
        "Publisher",
        "Pipeline",
        "Resolver",
        "Judge",
        "Settings",
        "Front",
        "Pool",
    }
    for path in modules():
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            value = getattr(node, "value", None)
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(value, ast.Call):
                name = getattr(value.func, "id", getattr(value.func, "attr", ""))
                assert name not in makers, path


def test_no_machine_paths_no_registries_in_the_repository():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode:
        pytest.skip("not a git checkout")
    for name in listed.stdout.split("\n"):
        path = ROOT / name
        if (
            path.suffix in (".py", ".md", ".toml", ".txt", ".ttl", ".rq", ".css", ".html", ".j2")
            and path.is_file()
        ):
            text = path.read_text(encoding="utf-8", errors="replace")
            for machine in ("/" + "work/", "/" + "root/", "files.python" + "hosted", "registry.npm" + "js"):
                assert machine not in text, f"{name} holds {machine}"
    assert not {"uv.lock", "package-lock.json"} & set(listed.stdout.split("\n"))


# --- settings ---


def test_an_unknown_setting_is_refused(monkeypatch):
    monkeypatch.setenv("REGIOGRAPH_QUERY_SECOND", "5")
    with pytest.raises(BadSettings) as caught:
        read_settings()
    assert (
        caught.value.where == "REGIOGRAPH_QUERY_SECOND" and "REGIOGRAPH_QUERY_SECONDS" in caught.value.way_out
    )


@pytest.mark.parametrize("value", ["0", "many", "1000"])
def test_a_setting_out_of_range_is_refused(monkeypatch, value):
    monkeypatch.setenv("REGIOGRAPH_QUERY_SECONDS", value)
    with pytest.raises(BadSettings) as caught:
        read_settings()
    assert caught.value.where == "REGIOGRAPH_QUERY_SECONDS"


def test_settings_are_frozen_and_the_command_line_wins(monkeypatch):
    monkeypatch.setenv("REGIOGRAPH_PORT", "9000")
    assert read_settings().port == 9000 and read_settings(port=9001).port == 9001
    with pytest.raises(ValueError, match="frozen"):
        read_settings().port = 1


# --- documents ---


def test_the_settings_page_names_every_setting_with_its_default():
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        row = next(line for line in page.split("\n") if f"`{PREFIX}{name.upper()}`" in line)
        assert f"`{field.default}`" in row and field.description in row, name


def test_the_commands_page_names_every_command_and_option():
    from typer.main import get_command

    from regiograph.cli import app

    page = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    for name, command in get_command(app).commands.items():
        assert f"regiograph {name}" in page
        section = page.split(f"## regiograph {name}\n")[1].split("\n## ")[0]
        for parameter in command.params:
            if parameter.param_type_name == "option" and parameter.name != "help":
                assert f"`{parameter.opts[0]}`" in section, (name, parameter.opts)
        assert command.help and command.help.split(".")[0] in section


def test_the_questions_page_names_every_question():
    page = (ROOT / "docs" / "questions.md").read_text(encoding="utf-8")
    for question in Questions.read(room("queries"), Iris("https://w3id.org/regiograph")).values():
        row = next(line for line in page.split("\n") if f"`{question.name}`" in line)
        assert question.summary in row
        assert all(f"`{param.name}`" in row for param in question.params), question.name


def test_the_architecture_page_names_every_package_and_module():
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for path in modules():
        if path.name not in ("__init__.py", "__main__.py"):
            module = path.relative_to(ROOT).as_posix()
            assert path.name in page or f"{path.parent.name}/" in page, module


def test_every_error_names_a_place_and_a_way_out_and_has_an_exit_code():
    def below(kind):
        return [kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))]

    for kind in below(RegiographError):
        error = kind("Problem.", where="place", way_out="Way out.")
        assert str(error) == "place: Problem. Way out." and 0 < error.exit_code < 10 and kind.__doc__


def test_every_reference_file_has_its_source_and_licence():
    with (room("reference") / "SOURCES.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["file"]: row for row in csv.DictReader(file)}
    for path in room("reference").rglob("*.*"):
        name = path.relative_to(room("reference")).as_posix()
        if name != "SOURCES.csv":
            assert rows[name]["source"] and rows[name]["licence"], name


def test_the_readme_begins_with_the_two_commands():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert text.index("make demo") < text.index("make test") < 1200


def test_the_readme_and_ci_run_the_same_command_for_the_tests():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in script and os.access(ROOT / ".ci" / "run", os.X_OK)


def test_the_help_answers_at_once_without_loading_the_engines():
    program = "import sys, regiograph.cli; print(sorted({'pyoxigraph', 'rdflib', 'fastapi', 'scipy', 'sklearn'} & set(sys.modules)))"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
