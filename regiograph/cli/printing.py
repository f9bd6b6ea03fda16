"""What people see of an answer: tables, JSON, one line for an error. No wording of its own."""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from regiograph.cli.options import Shape
from regiograph.errors import BadParameter, BadQuery, RegiographError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from regiograph.store import Answer, Rows

out = Console(soft_wrap=True, highlight=False)
err = Console(stderr=True, soft_wrap=True, highlight=False)


def print_table(answer: "Answer") -> None:
    """An answer as a table for people; how many rows goes to standard error."""
    table = Table(show_edge=False, pad_edge=False)
    columns = _of_rows(answer).variables
    for column in columns:
        table.add_column(column, overflow="fold")
    rows = rows_of(answer)
    for row in rows:
        table.add_row(*(escaped(row.get(column, "")) for column in columns))
    print_whole(table)
    err.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")


def print_whole(table: Table) -> None:
    """A pipe has no width: nothing is folded there."""
    wide = out if out.is_terminal else Console(width=10_000, highlight=False)
    wide.print(table, soft_wrap=False)


def print_raw(answer: "Answer", format: Shape) -> None:
    """An answer for programs."""
    from regiograph.store import Format

    sys.stdout.flush()
    answer.write(sys.stdout.buffer, Format.CSV if format is Shape.CSV else Format.JSON)
    if format is Shape.JSON:
        sys.stdout.buffer.write(b"\n")


def print_workbook(answer: "Answer", question: str) -> None:
    """An answer as an Excel workbook: for a file, not for a screen."""
    import json
    from datetime import UTC, datetime
    from io import BytesIO

    from regiograph.spreadsheet import workbook
    from regiograph.store import Format

    if sys.stdout.isatty():
        raise BadParameter(
            "A workbook is not for a screen.", where="--format xlsx", way_out="Add > FILE.xlsx"
        )
    output = BytesIO()
    answer.write(output, Format.JSON)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    sys.stdout.buffer.write(
        workbook(json.loads(output.getvalue()), {"question": question, "asked": now}, now)
    )


def print_json(things: "Iterable[DataclassInstance]") -> None:
    """Dataclasses as a JSON array."""
    import json
    from dataclasses import asdict

    out.print(json.dumps([asdict(each) for each in things], ensure_ascii=False, indent=1), markup=False)


def rows_of(answer: "Answer") -> list[dict[str, str]]:
    """The rows of an answer as plain texts."""
    return [
        {name: str(getattr(term, "value", term)) for name, term in row.items()} for row in _of_rows(answer)
    ]


def _of_rows(answer: "Answer") -> "Rows":
    from regiograph.store import Rows

    if not isinstance(answer, Rows):
        raise BadQuery("This question has no rows.", where="the question", way_out="Use --format json.")
    return answer


@contextmanager
def working(what: str) -> Iterator[None]:
    """Tells what is being done while it is."""
    with err.status(what):
        yield


class _Attempts:
    """Goes on after a file that cannot be used, and remembers the gravest exit code."""

    def __init__(self) -> None:
        self.exit_code = 0

    @contextmanager
    def __call__(self, file: Path) -> Iterator[None]:
        try:
            yield
        except RegiographError as error:
            err.print(f"[red]error[/red] {escaped(str(error))}")
            self.exit_code = max(self.exit_code, error.exit_code)


@contextmanager
def each_file(files: list[Path]) -> Iterator[_Attempts]:
    """Goes through files; ends with the gravest exit code there was."""
    attempts = _Attempts()
    yield attempts
    if attempts.exit_code:
        raise typer.Exit(attempts.exit_code)


def fail(error: RegiographError) -> NoReturn:
    """One sentence and an exit code."""
    err.print(f"[red]error[/red] {escaped(str(error))}")
    raise SystemExit(error.exit_code)


def escaped(text: str) -> str:
    """A text that says nothing to Rich."""
    from rich.markup import escape

    return escape(text)
