"""The command line: reads what was typed, calls the library, prints. Holds no logic.

The only package that may reach every other, for it is a door like api/. Imports wait for their command, so
that `--help` answers at once. A module holds the commands of one kind.
"""

import sys
from typing import Annotated

import typer

from regiograph import __version__
from regiograph.cli import asking, catalogue, exporting, matching, reconcile, reports, serving
from regiograph.cli.answers import answers
from regiograph.cli.editions import editions
from regiograph.cli.engine import engine
from regiograph.cli.printing import fail
from regiograph.cli.review import review
from regiograph.errors import RegiographError

app = typer.Typer(
    name="regiograph",
    help="Reports of EU interregional partnerships as an open, citable knowledge graph.",
    no_args_is_help=True,
    rich_markup_mode="rich",
    pretty_exceptions_enable=False,
    epilog="Exit codes: 0 done; 1 mandatory answers missing (validate); 2 wrong use; 3 a file cannot be "
    "read; 4 nothing there; 5 a limit was reached; 6 another process is writing; 7 stored data is damaged; "
    "8 another service does not answer.",
)
for commands in (reports, asking, catalogue, matching, reconcile, exporting, serving):
    app.add_typer(commands.app)
app.add_typer(review, name="review")
app.add_typer(editions, name="editions")
app.add_typer(engine, name="engine")
app.add_typer(answers, name="answers")


def main() -> None:
    """Entry point: our own errors become one sentence and an exit code."""
    try:
        app()
    except RegiographError as error:
        fail(error)
    except BrokenPipeError:
        sys.stderr.close()


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"regiograph {__version__}")
        raise typer.Exit


@app.callback()
def shared(
    version: Annotated[
        bool,
        typer.Option("--version", help="Print the version and stop.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Options of the program itself."""
