"""Writes docs/settings.md, docs/commands.md and docs/questions.md from the code: `make docs`."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from typer.main import get_command

from regiograph.cli import app
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from regiograph.settings import PREFIX, Settings

DOCS = Path(__file__).parent


def settings() -> str:
    """One row a setting."""
    rows = [
        f"| `{PREFIX}{name.upper()}` | `{field.default}` | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(
        [
            "# Settings",
            "",
            "Environment variables, read once by the command line; its own options come first. An unknown",
            f"`{PREFIX}*` variable is refused, so that a misspelt one is noticed.",
            "",
            "| variable | default | meaning |",
            "|---|---|---|",
            *rows,
            "",
        ]
    )


def commands() -> str:
    """One section a command, with its arguments and options."""
    parts = [
        "# Commands",
        "",
        "`regiograph COMMAND --help` says the same. Every command takes `--data DIR`, made when missing.",
        "",
        "Exit codes: 0 done; 1 mandatory answers missing (`validate`); 2 wrong use; 3 a file cannot be read;",
        "4 nothing there; 5 a limit was reached; 6 another process is writing; 7 stored data is damaged;",
        "8 another service does not answer.",
        "",
    ]
    for name, command in _every(get_command(app)):
        parts += [f"{'#' * (name.count(' ') + 1)} {name}", "", command.help or "", ""]
        for parameter in command.params:
            if parameter.name == "help":
                continue
            shown = (
                (parameter.name or "").upper()
                if parameter.param_type_name == "argument"
                else parameter.opts[0]
            )
            more = f" (or `{parameter.opts[1]}`)" if len(parameter.opts) > 1 else ""
            parts.append(f"- `{shown}`{more}: {getattr(parameter, 'help', None) or 'see above.'}")
        parts.append("")
    return "\n".join(parts)


def _every(command: Any, name: str = "regiograph") -> Iterator[tuple[str, Any]]:
    """The commands below one, each with its whole name."""
    for word, each in getattr(command, "commands", {}).items():
        yield f"{name} {word}", each
        yield from _every(each, f"{name} {word}")


def questions() -> str:
    """One row a question."""
    found = Questions.read(room("queries"), Iris(str(Settings.model_fields["base"].default)))
    parts = [
        "# Named questions",
        "",
        "Ask one with `regiograph query NAME --param NAME=VALUE`, at `/queries/NAME?param=value`, or on the",
        "first page. **Bold** parameters are required. A question is a file in `queries/`; add one there and",
        "it can be asked everywhere.",
        "",
        "| question | what it asks | parameters | for |",
        "|---|---|---|---|",
    ]
    for question in found.values():
        shown = [
            f"**`{param.name}`** ({param.example})" if param.required else f"`{param.name}`"
            for param in question.params
        ]
        row = [f"`{question.name}`", question.summary, ", ".join(shown) or "none", ", ".join(question.tags)]
        parts.append(f"| {' | '.join(row)} |")
    return "\n".join([*parts, ""])


if __name__ == "__main__":
    for name, make in {"settings": settings, "commands": commands, "questions": questions}.items():
        (DOCS / f"{name}.md").write_text(make(), encoding="utf-8")
