"""The command that reconciles a list: reconcile."""

import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, Annotated

import typer

from regiograph.cli.options import Data
from regiograph.cli.printing import err
from regiograph.errors import BadParameter
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from ingest.reconcile.lists import PeoplesTable
    from ingest.reconcile.matching import Query

app = typer.Typer()


@app.command()
def reconcile(
    file: Annotated[
        Path,
        typer.Argument(help="CSV in any usual form, or .xlsx.", exists=True, dir_okay=False, readable=True),
    ],
    column: Annotated[
        str,
        typer.Option(help="The column with the names: its name, or its number from 1.", show_default=False),
    ] = "",
    type: Annotated[
        list[str] | None,
        typer.Option(help="What the names are of: region, nuts2, organisation, dih, partnership, …"),
    ] = None,
    property: Annotated[
        list[str] | None,
        typer.Option(help="PROPERTY=COLUMN that helps, such as country=Land; may be repeated."),
    ] = None,
    target: Annotated[
        Path | None, typer.Option("--out", help="File for the result.", show_default="standard output")
    ] = None,
    encoding: Annotated[str, typer.Option(help="Encoding of the file.", show_default="found out")] = "",
    header: Annotated[bool, typer.Option(help="Whether the first row names the columns.")] = True,
    jobs: Annotated[int | None, typer.Option(help="Processes.", show_default="all cores", min=1)] = None,
    data: Data = None,
) -> None:
    """Add to a table of names whom they mean: id, label, score, match, reason, runner-up."""
    from ingest.reconcile.bulk import Wish, asked
    from ingest.reconcile.lists import read_table
    from ingest.reconcile.schema import Schema

    settings = read_settings(data=data)
    table = read_table(file.read_bytes(), name=file.name, header=header, encoding=encoding, workbooks=True)
    values = dict(map(_pair, property or ()))
    wish = Wish(column=column, types=tuple(type or ()), values=values)
    queries = asked(table, wish, Schema.read())
    if table.layout.note:
        err.print(table.layout.note)
    with _opened(target) as sheet:
        sure = _write(sheet, table, queries, settings, bool(data), jobs or os.cpu_count() or 1)
    err.print(f"{sure} of {len(table.rows)} are sure." + (f" Written to {target}." if target else ""))


def _write(
    sheet: IO[bytes],
    table: "PeoplesTable",
    queries: "Sequence[Query | None]",
    settings: Settings,
    insist: bool,
    jobs: int,
) -> int:
    """Writes the table while it tells how far it is; how many rows are sure."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ingest.reconcile.bulk import reconciled
    from ingest.reconcile.pool import processes
    from regiograph.rooms import room

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    answers = _answers(settings, insist)
    with (
        processes(jobs, settings.base, answers, room("reference")) as executor,
        Progress(*columns, console=err, transient=True) as progress,
    ):
        bar = progress.add_task("Reconciling", total=len(table.rows))
        sure = 0
        for lines, rows, taken in reconciled(table, queries, executor, 2 * jobs):
            sheet.write(lines.encode())
            progress.advance(bar, rows)
            sure += taken
    return sure


def _answers(settings: Settings, insist: bool) -> dict[str, bytes]:
    """What the current edition says; without one, the registers alone, unless an edition was named."""
    from ingest.reconcile.sources import answers_of, reference_answers
    from regiograph.elsewhere import editions_of
    from regiograph.errors import NotReady

    try:
        store = editions_of(settings).current().store
    except NotReady:
        if insist:
            raise
        err.print("There is no edition here: the names are those of the registers alone.")
        return reference_answers(settings.base)
    try:
        return answers_of(store)
    finally:
        store.close()


@contextmanager
def _opened(target: Path | None) -> "Iterator[IO[bytes]]":
    """Standard output, or a file that is there once it is whole."""
    if target is None:
        yield sys.stdout.buffer
        return
    part = target.with_name(f".{target.name}.part")
    try:
        with part.open("wb") as sheet:
            yield sheet
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _pair(text: str) -> tuple[str, str]:
    name, sign, column = text.partition("=")
    if not sign:
        raise BadParameter(
            "This is not PROPERTY=COLUMN.",
            where=f"--property {text}",
            way_out="Example: --property country=Land.",
        )
    return name, column
