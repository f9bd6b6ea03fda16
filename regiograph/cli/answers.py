"""Commands about frozen answers: which there are; taking one away."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regiograph.cli.options import Data, Printed
from regiograph.cli.printing import err, escaped, out, print_whole
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from regiograph.frozen import FrozenAnswers

answers = typer.Typer(help="Frozen answers: which there are; taking one away.", no_args_is_help=True)


@answers.command("list")
def answers_list(
    format: Annotated[
        Printed, typer.Option("--format", help="table for people, json for programs.")
    ] = Printed.TABLE,
    data: Data = None,
) -> None:
    """Show the answers that people froze, and what room they take."""
    import json

    settings = read_settings(data=data)
    found = _answers(settings).list()
    if format is Printed.JSON:
        out.print(json.dumps([each.as_dict() for each in found], ensure_ascii=False, indent=1), markup=False)
        return
    table = Table("id", "frozen", "edition", "rows", "bytes", "question", show_edge=False, pad_edge=False)
    for each in found:
        asked = each.question or " ".join(each.query.split())[:60]
        row = (each.id, each.frozen_at[:10], each.edition, each.rows, each.size, asked)
        table.add_row(*(escaped(str(cell)) for cell in row))
    print_whole(table)
    held = sum(each.size for each in found)
    err.print(f"{len(found)} answers, {held / 1e6:.1f} of {settings.freeze_megabytes} MB")


@answers.command("drop")
def answers_drop(
    id: Annotated[str, typer.Argument(help="The id of an answer: the end of its address.")],
    why: Annotated[str, typer.Option(help="Why it goes; its address will say so.")],
    data: Data = None,
) -> None:
    """Take a frozen answer away. Its address then answers 410 Gone."""
    _answers(read_settings(data=data)).take_away(id, why)
    out.print(f"Answer {id} is gone.")


def _answers(settings: Settings) -> "FrozenAnswers":
    from regiograph.archive import Archive
    from regiograph.frozen import FrozenAnswers

    return FrozenAnswers(
        Archive(settings.data), megabytes=settings.freeze_megabytes, hourly=settings.freeze_hourly
    )
