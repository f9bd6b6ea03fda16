"""Commands about editions: which there are, which stay."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regiograph.cli.options import Data, Printed
from regiograph.cli.printing import escaped, out, print_json, print_whole
from regiograph.settings import read_settings

if TYPE_CHECKING:
    from pathlib import Path

    from regiograph.keeping import Keeper

editions = typer.Typer(help="Editions: which there are, which stay.", no_args_is_help=True)

Number = Annotated[int, typer.Argument(metavar="NUMBER", help="The number of an edition.")]


@editions.command("list")
def editions_list(
    format: Annotated[
        Printed, typer.Option("--format", help="table for people, json for programs.")
    ] = Printed.TABLE,
    data: Data = None,
) -> None:
    """Show every edition that was published: what it holds, and whether it stays."""
    found = _keeper(read_settings(data=data).data).list()
    if format is Printed.JSON:
        print_json(found)
        return
    table = Table("edition", "published", "quads", "state", "cited", "why", show_edge=False, pad_edge=False)
    for each in found:
        row = (each.number, each.created[:10], each.quads, each.state, each.cited or "", each.why)
        table.add_row(*(escaped(str(cell)) for cell in row))
    print_whole(table)


@editions.command("keep")
def editions_keep(
    number: Number,
    why: Annotated[str, typer.Option(help="Why it is to stay; kept in the archive.")],
    data: Data = None,
) -> None:
    """Keep an edition for ever."""
    _keeper(read_settings(data=data).data).keep(number, why)
    out.print(f"Edition {number} is kept.")


@editions.command("drop")
def editions_drop(
    number: Number,
    why: Annotated[str, typer.Option(help="Why it goes; its address will say so.")],
    force: Annotated[bool, typer.Option("--force", help="Even if it is kept, or cited.")] = False,
    data: Data = None,
) -> None:
    """Remove the files of an edition. Its address then answers 410 Gone; frozen answers stay."""
    _keeper(read_settings(data=data).data).drop(number, why, force=force)
    out.print(f"Edition {number} is dropped.")


def _keeper(data: "Path") -> "Keeper":
    from regiograph.archive import Archive
    from regiograph.keeping import Keeper

    return Keeper(Archive(data))
