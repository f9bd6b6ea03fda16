"""Commands that ask: query, diff."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

from regiograph.cli.opening import all_questions
from regiograph.cli.options import AnswerShape, Data, Shape
from regiograph.cli.printing import out, print_raw, print_table, print_workbook
from regiograph.errors import BadParameter
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from regiograph.store import Answer

app = typer.Typer()


@app.command()
def query(
    name: Annotated[str, typer.Argument(help="Name of a question; leave it out to list them all.")] = "",
    param: Annotated[
        list[str] | None, typer.Option("--param", "-p", help="NAME=VALUE; may be repeated.")
    ] = None,
    format: Annotated[
        AnswerShape, typer.Option(help="How to print the answer; xlsx is for a file.")
    ] = AnswerShape.TABLE,
    lang: Annotated[
        str, typer.Option(help="Also tell what things are called in this language, beside their IRIs.")
    ] = "",
    edition: Annotated[int | None, typer.Option(help="Ask this edition.", show_default="current")] = None,
    asof: Annotated[
        str, typer.Option(help="Only what was reported up to the end of this period, such as 2020-H2.")
    ] = "",
    endpoint: Annotated[str, typer.Option(help="Ask this SPARQL endpoint instead of a data directory.")] = "",
    data: Data = None,
) -> None:
    """Ask a named question of the current edition."""
    settings = read_settings(data=data)
    questions = all_questions(settings)
    if not name:
        for question in questions.values():
            out.print(f"[bold]{question.name}[/bold]  {question.summary}")
        return
    text = questions.named(name).asked(dict(_pair(each) for each in param or ()))
    ask = _elsewhere(endpoint, edition, asof) if endpoint else _here(settings, edition, asof)
    answer = _with_names(ask, text, lang) if lang else ask(text)
    if format is AnswerShape.TABLE:
        print_table(answer)
    elif format is AnswerShape.XLSX:
        print_workbook(answer, questions.named(name).summary)
    else:
        print_raw(answer, Shape(format.value))


def _here(settings: Settings, edition: int | None, asof: str) -> "Callable[[str], Answer]":
    """Asks an edition of the data directory, or what had been reported in it by a period."""
    from regiograph.asof import graphs_until
    from regiograph.elsewhere import editions_of

    editions = editions_of(settings)
    chosen = editions.current() if edition is None else editions.edition(edition)
    graphs = graphs_until(chosen.manifest.graphs, asof, settings.base) if asof else None
    return lambda text: chosen.store.query(text, default_graphs=graphs, named_graphs=graphs)


def _elsewhere(endpoint: str, edition: int | None, asof: str) -> "Callable[[str], Answer]":
    if edition is not None or asof:
        raise BadParameter(
            "An endpoint elsewhere knows no editions and no periods.",
            where="--endpoint",
            way_out="Leave out --edition and --asof, or name the endpoint of an edition.",
        )
    return lambda text: _remote(endpoint, text)


def _with_names(ask: "Callable[[str], Answer]", text: str, lang: str) -> "Answer":
    """The answer with the IRIs of things, and what they are called in a language."""
    import json
    from io import BytesIO

    from regiograph.labels import languages, with_names
    from regiograph.store import Format

    def results(query: str) -> dict[str, Any]:
        output = BytesIO()
        ask(query).write(output, Format.JSON)
        found: dict[str, Any] = json.loads(output.getvalue())
        return found

    return _read(json.dumps(with_names(results, text, languages(lang))).encode())


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


def _read(results: bytes) -> "Answer":
    """SPARQL results JSON as an answer."""
    from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

    from regiograph.store import Rows, Truth

    result = parse_query_results(results, QueryResultsFormat.JSON)
    if isinstance(result, QuerySolutions):
        return Rows(result)
    return Truth(result)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadParameter(
            "This is not NAME=VALUE.", where=f"--param {text}", way_out="Example: --param topic=cyber."
        )
    return name, value
