"""Commands that ask: query, diff."""

from typing import TYPE_CHECKING, Annotated

import typer

from regiograph.cli.opening import all_questions
from regiograph.cli.options import Data, Shape
from regiograph.cli.printing import out, print_raw, print_table
from regiograph.errors import BadParameter
from regiograph.settings import read_settings

if TYPE_CHECKING:
    from regiograph.store import Answer

app = typer.Typer()


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="Name of a question; leave it out to list them all.")] = "",
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE; may be repeated.")
    ] = None,
    format: Annotated[Shape, typer.Option(help="How to print the answer.")] = Shape.TABLE,
    endpoint: Annotated[str, typer.Option(help="Ask this SPARQL endpoint instead of a data directory.")] = "",
    data: Data = None,
) -> None:
    """Ask a named question of the current edition."""
    from regiograph.elsewhere import editions_of

    settings = read_settings(data=data)
    questions = all_questions(settings)
    if not name:
        for question in questions.values():
            out.print(f"[bold]{question.name}[/bold]  {question.summary}")
        return
    text = questions.named(name).asked(dict(_pair(each) for each in param or ()))
    answer = _remote(endpoint, text) if endpoint else editions_of(settings).current().store.query(text)
    if format is Shape.TABLE:
        print_table(answer)
    else:
        print_raw(answer, format)


@app.command()
def diff(
    partnership: Annotated[str, typer.Argument(help="Name of the partnership.")],
    earlier: Annotated[str, typer.Argument(help="Half-year, such as 2020-H1.")],
    later: Annotated[str, typer.Argument(help="Half-year, such as 2020-H2.")],
    format: Annotated[Shape, typer.Option(help="How to print the answer.")] = Shape.TABLE,
    data: Data = None,
) -> None:
    """Tell who joined, left or changed role in a partnership between the reports of two periods."""
    from regiograph.elsewhere import editions_of

    settings = read_settings(data=data)
    given = {"partnership": partnership, "from": earlier, "to": later}
    text = all_questions(settings).named("differences").asked(given)
    answer = editions_of(settings).current().store.query(text)
    if format is Shape.TABLE:
        print_table(answer)
    else:
        print_raw(answer, format)


def _remote(endpoint: str, text: str) -> "Answer":
    from regiograph.store.remote import ask

    return ask(endpoint, text)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadParameter(
            "This is not NAME=VALUE.", where=f"--param {text}", way_out="Example: --param topic=cyber."
        )
    return name, value
