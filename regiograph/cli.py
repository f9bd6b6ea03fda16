"""The command line: reads what was typed, calls the library, prints. Holds no logic.

The only module that may reach every package, for it is a door like api/. Imports wait for their command, so
that `--help` answers at once.
"""

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from regiograph import __version__
from regiograph.errors import BadParameter, BadQuery, RegiographError
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

    from ingest.decisions import Decisions
    from ingest.desk import Desk, Done, Signature
    from ingest.form import Source
    from ingest.intake import Intake
    from ingest.pipeline import Pipeline
    from ingest.waiting import Waiting
    from regiograph.questions import Questions
    from regiograph.store import Answer, Rows

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
review = typer.Typer(
    help="Decide on names that are not sure. A decision holds for all reports, now and later.",
    no_args_is_help=True,
)
app.add_typer(review, name="review")
_out = Console(soft_wrap=True, highlight=False)
_err = Console(stderr=True, soft_wrap=True, highlight=False)

Data = Annotated[
    Path | None, typer.Option("--data", help="Data directory; made when missing.", show_default="data")
]
Deciders = Annotated[
    Path | None,
    typer.Option("--data", help="Data directory whose decisions about names hold here, too."),
]
Files = Annotated[list[Path], typer.Argument(help="Reports.", exists=True, dir_okay=False, readable=True)]
Who = Annotated[
    str | None, typer.Option(help="Who decides; kept in the archive.", show_default="REGIOGRAPH_WHO")
]
Why = Annotated[str, typer.Option(help="Why; kept in the archive.")]
NameId = Annotated[str, typer.Argument(metavar="NAME", help="The id of a name, from regiograph review list.")]
Everywhere = Annotated[bool, typer.Option("--everywhere", help="In the reports of every partnership.")]
Host = Annotated[str | None, typer.Option(help="Address to serve on.", show_default="127.0.0.1")]
Port = Annotated[int | None, typer.Option(help="Port to serve on.", show_default="8000")]


class Language(StrEnum):
    """Languages of the verdict."""

    EN = "en"
    FR = "fr"


class Printed(StrEnum):
    """How a thing that is not one table is printed."""

    TABLE = "table"
    JSON = "json"


class Makeable(StrEnum):
    """What a person may make at the review desk."""

    ORGANISATION = "organisation"
    GROUP = "group"
    PLACE = "place"


class Shape(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


def main() -> None:
    """Entry point: our own errors become one sentence and an exit code."""
    try:
        app()
    except RegiographError as error:
        _fail(error)
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


@app.command()
def demo(
    data: Data = None,
    serve: Annotated[bool, typer.Option(help="Serve the data directory afterwards.")] = True,
    host: Host = None,
    port: Port = None,
) -> None:
    """Build the graph of the bundled real report, tell what came of it, and serve it."""
    from ingest.account import account
    from ingest.bundled import bundled_reports
    from regiograph.editions import Editions

    settings = read_settings(data=data, host=host, port=port)
    for source in bundled_reports():
        with _intake(settings) as intake:
            for taken in intake.take_reports(source):
                _out.print(account(taken.walked), markup=False)
    edition = Editions(settings.data).current()
    _out.print(
        f"\nEdition     {edition.number}, {edition.manifest.quads} quads, sha256 {edition.manifest.hash}"
    )
    questions = _questions(settings)
    topic = {"topic": "cyber range"}
    _out.print("\n[bold]Which regions co-lead cyber range work?[/bold]")
    rows = _rows(edition.store.query(questions.named("co-leads").asked(topic)))
    for row in rows:
        _out.print(f"  {row['region']} — {row['role']}, {row['period_label']}", markup=False)
        sentence = row.get("before", "") + row["quote"] + row.get("after", "")
        _out.print(f"    line {row['line']}: “{' '.join(sentence.split())}”", markup=False, style="dim")
    if not _rows(edition.store.query(questions.named("co-leads-strict").asked(topic))):
        _out.print("  No report says that two regions lead this work together.")
    edition.store.close()
    if serve:
        _serve(settings)


@app.command()
def extract(
    files: Files,
    out: Annotated[Path, typer.Option(help="Folder for the JSON files; made when missing.")],
    data: Deciders = None,
) -> None:
    """Write what each report says as JSON (schema regiograph-report-gold/1)."""
    import json

    from ingest.extract import extract as extracted

    settings = read_settings(data=data)
    decided = _decided(data)
    out.mkdir(parents=True, exist_ok=True)
    with _each(files) as attempt, _working("Loading names"):
        pipeline = _pipeline(settings)
        for file in files:
            with attempt(file):
                reports = pipeline.resolved(_source(file), decided)
                for number, (resolved, questionnaire) in enumerate(reports):
                    target = out / f"{file.stem}{f'-{number + 1}' if number else ''}.json"
                    content = json.dumps(extracted(resolved, questionnaire), ensure_ascii=False, indent=1)
                    target.write_text(content + "\n", encoding="utf-8")
                    _out.print(f"{file.name} → {target}", markup=False)


@app.command()
def ingest(
    paths: Annotated[
        list[Path], typer.Argument(help="Reports, or folders of reports.", exists=True, readable=True)
    ],
    data: Data = None,
    jobs: Annotated[
        int | None, typer.Option(help="Files read at a time.", show_default="all cores", min=1)
    ] = None,
) -> None:
    """Take reports into the archive and publish a new edition. A bad file does not stop the others."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    settings = read_settings(data=data)
    files = [file for path in paths for file in _files(path)]
    table = Table("file", "report", "to fix", "to check", "", show_edge=False, pad_edge=False)
    exit_code = 0
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with _intake(settings) as intake, Progress(*columns, console=_err, transient=True) as progress:
        bar = progress.add_task("Reading", total=len(files))
        for received in intake.take_files(files, processes=jobs):
            progress.advance(bar)
            if received.error:
                exit_code = max(exit_code, received.error.exit_code)
                _err.print(f"[red]error[/red] {_escaped(str(received.error))}")
            for report in received.reports:
                table.add_row(
                    _escaped(received.name),
                    report.subject,
                    str(report.must_fix),
                    str(report.please_check),
                    "",
                )
            if received.known:
                table.add_row(_escaped(received.name), "", "", "", "known already")
    if table.row_count:
        _print_whole(table)
    if intake.editions.numbers():
        edition = intake.editions.current()
        _out.print(f"edition {edition.number}, sha256 {edition.manifest.hash}", markup=False)
    if exit_code:
        raise typer.Exit(exit_code)


@app.command()
def validate(
    files: Files,
    language: Annotated[Language, typer.Option(help="Language of the verdict.")] = Language.EN,
    format: Annotated[Shape, typer.Option(help="table for people, json for programs.")] = Shape.TABLE,
    data: Deciders = None,
) -> None:
    """Say what is missing or doubtful in reports, in plain words. Stores nothing."""
    from ingest.account import account

    settings = read_settings(data=data)
    decided = _decided(data)
    conforms = True
    with _each(files) as attempt:
        with _working("Loading names and shapes"):
            pipeline = _pipeline(settings)
        for file in files:
            with attempt(file):
                for walked in pipeline.walk(_source(file), decided):
                    conforms &= walked.verdict.conforms
                    text = walked.verdict.to_json() if format is Shape.JSON else account(walked, language)
                    _out.print(text, markup=False)
    if not conforms:
        raise typer.Exit(1)


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
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    questions = _questions(settings)
    if not name:
        for question in questions.values():
            _out.print(f"[bold]{question.name}[/bold]  {question.summary}")
        return
    text = questions.named(name).asked(dict(_pair(each) for each in param or ()))
    answer = _remote(endpoint, text) if endpoint else Editions(settings.data).current().store.query(text)
    if format is Shape.TABLE:
        _print_table(answer)
    else:
        _print_raw(answer, format)


@app.command()
def diff(
    partnership: Annotated[str, typer.Argument(help="Name of the partnership.")],
    earlier: Annotated[str, typer.Argument(help="Half-year, such as 2020-H1.")],
    later: Annotated[str, typer.Argument(help="Half-year, such as 2020-H2.")],
    format: Annotated[Shape, typer.Option(help="How to print the answer.")] = Shape.TABLE,
    data: Data = None,
) -> None:
    """Tell who joined, left or changed role in a partnership between the reports of two periods."""
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    given = {"partnership": partnership, "from": earlier, "to": later}
    text = _questions(settings).named("differences").asked(given)
    answer = Editions(settings.data).current().store.query(text)
    if format is Shape.TABLE:
        _print_table(answer)
    else:
        _print_raw(answer, format)


@app.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(help="RDF files, or catalogues of hubs.", exists=True, dir_okay=False, readable=True),
    ],
    data: Data = None,
) -> None:
    """Add RDF files (.nq, .trig, .ttl, …; without a graph: the default graph), or catalogues of hubs."""
    settings = read_settings(data=data)
    with _each(files) as attempt, _intake(settings) as intake:
        for file in files:
            with attempt(file):
                edition = intake.load(file)
                _out.print(
                    f"{file.name}: edition {edition.number}, {edition.manifest.quads} quads", markup=False
                )


@app.command()
def rebuild(data: Data = None) -> None:
    """Make the edition anew from the archived originals, and say whether it is the same."""
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    editions = Editions(settings.data)
    before = editions.current().manifest if editions.numbers() else None
    with _intake(settings) as intake:
        after = intake.rebuild().manifest
    same = "the same as before" if before and before.hash == after.hash else "new"
    _out.print(f"edition {after.number}, {after.quads} quads, {same}\nsha256 {after.hash}")


@app.command()
def serve(data: Data = None, host: Host = None, port: Port = None) -> None:
    """Serve a data directory over HTTP."""
    _serve(read_settings(data=data, host=host, port=port))


# --- the review desk --------------------------------------------------------------------------------

AsPrinted = Annotated[Printed, typer.Option("--format", help="table for people, json for programs.")]


@review.command("list")
def review_list(format: AsPrinted = Printed.TABLE, data: Data = None) -> None:
    """Show the names that wait for a person, those that occur most often first."""
    waiting = _desk(read_settings(data=data)).queue()
    if format is Printed.JSON:
        _print_json(waiting)
        return
    table = Table("name", "times", "is", "may mean", "stands in", show_edge=False, pad_edge=False)
    for each in waiting:
        table.add_row(*map(_escaped, _waiting_row(each)))
    _print_whole(table)
    _err.print(f"{len(waiting)} {'name' if len(waiting) == 1 else 'names'}")


@review.command("accept")
def review_accept(
    name: NameId, why: Why, who: Who = None, everywhere: Everywhere = False, data: Data = None
) -> None:
    """Say that the best candidate is meant."""
    desk, by = _deciding(data, who, why)
    _tell(desk.accept(name, by, everywhere=everywhere))


@review.command("choose")
def review_choose(
    name: NameId,
    entity: Annotated[str, typer.Argument(help="Whom it means: region/FRH0, organisation/tecnalia, …")],
    why: Why,
    who: Who = None,
    everywhere: Everywhere = False,
    data: Data = None,
) -> None:
    """Say that another entity is meant."""
    desk, by = _deciding(data, who, why)
    _tell(desk.choose(name, entity, by, everywhere=everywhere))


@review.command("create")
def review_create(
    name: NameId,
    label: Annotated[str, typer.Argument(help="What the new entity is called.")],
    why: Why,
    kind: Annotated[Makeable, typer.Option(help="What it is.")] = Makeable.ORGANISATION,
    type: Annotated[str, typer.Option(help="Of an organisation: cluster, university, agency, …")] = "",
    within: Annotated[str, typer.Option(help="Of a place: the NUTS code of its region.")] = "",
    who: Who = None,
    everywhere: Everywhere = False,
    data: Data = None,
) -> None:
    """Make an entity that no register knows: the name means that."""
    from ingest.desk import Draft
    from ingest.resolve.resolution import Kind

    desk, by = _deciding(data, who, why)
    draft = Draft(label=label, kind=Kind(kind), organisation_type=type, within=within)
    _tell(desk.create(name, draft, by, everywhere=everywhere))


@review.command("reject")
def review_reject(
    name: NameId, why: Why, who: Who = None, everywhere: Everywhere = False, data: Data = None
) -> None:
    """Say that the name is nobody's. It stays visible, and no participation follows from it."""
    desk, by = _deciding(data, who, why)
    _tell(desk.reject(name, by, everywhere=everywhere))


@review.command("merge")
def review_merge(
    old: Annotated[str, typer.Argument(help="An organisation: organisation/tecnia.")],
    new: Annotated[str, typer.Argument(help="The one that stands for it: organisation/tecnalia.")],
    why: Why,
    who: Who = None,
    data: Data = None,
) -> None:
    """Say that two organisations are one."""
    desk, by = _deciding(data, who, why)
    _tell(desk.merge(old, new, by))


@review.command("undo")
def review_undo(
    number: Annotated[int, typer.Argument(help="Of a decision, from regiograph review history.")],
    why: Why,
    who: Who = None,
    data: Data = None,
) -> None:
    """Take a decision back. An undo is a decision too, and can be undone."""
    desk, by = _deciding(data, who, why)
    _tell(desk.undo(number, by))


@review.command("history")
def review_history(format: AsPrinted = Printed.TABLE, data: Data = None) -> None:
    """Show every decision ever taken, oldest first."""
    entries = _desk(read_settings(data=data)).history()
    if format is Printed.JSON:
        _print_json(entries)
        return
    table = Table("", "decision", "about", "means", "who", "when", "why", "", show_edge=False, pad_edge=False)
    for each in entries:
        state = "" if each.in_force else "undone" if each.undone else "overtaken"
        row = (each.about, each.entity.ref if each.entity else "", each.who, each.decided_at, each.why, state)
        table.add_row(str(each.number), each.verb, *map(_escaped, row))
    _print_whole(table)


def _desk(settings: Settings) -> "Desk":
    from ingest.desk import Desk
    from ingest.intake import Intake

    return Desk(Intake(settings.data, _pipeline(settings)))


def _deciding(data: Path | None, who: str | None, why: str) -> "tuple[Desk, Signature]":
    from ingest.desk import Signature

    settings = read_settings(data=data, who=who)
    return _desk(settings), Signature(who=settings.who, why=why)


def _waiting_row(waiting: "Waiting") -> tuple[str, ...]:
    spot = waiting.spots[0]
    sentence = " ".join(f"{spot.before}{spot.quote}{spot.after}".split())
    options = (f"{each.score:.2f} {each.label} ({each.entity}; {each.reason})" for each in waiting.candidates)
    return (
        f"{waiting.name}\n{waiting.id}",
        str(waiting.occurrences),
        f"taken as {waiting.taken_as.label}" if waiting.taken_as else "in doubt",
        "\n".join(options),
        f"{spot.report}, line {spot.line}{f', {spot.role}' if spot.role else ''}\n“{sentence}”",
    )


def _tell(done: "Done") -> None:
    _out.print(f"decision {done.decision.number}: {done.decision.verb} {done.decision.about}", markup=False)
    for report in done.reports:
        _out.print(f"read again: {report}", markup=False)
    _out.print(f"edition {done.edition}, sha256 {done.hash}", markup=False)


def _print_json(things: "Iterable[DataclassInstance]") -> None:
    import json
    from dataclasses import asdict

    _out.print(json.dumps([asdict(each) for each in things], ensure_ascii=False, indent=1), markup=False)


# --- pieces -----------------------------------------------------------------------------------------


def _serve(settings: Settings) -> None:
    import uvicorn

    from api.app import create_app
    from regiograph.editions import Editions

    Editions(settings.data).current()  # a clear word now, not an error page later
    _out.print(f"\nServing on http://{settings.host}:{settings.port}/ (Ctrl+C stops)")
    uvicorn.run(create_app(settings), host=settings.host, port=settings.port, log_level="warning")


def _decided(data: Path | None) -> "Decisions":
    """What people decided about names in a data directory, where one is given."""
    from ingest.decisions import UNDECIDED, Decisions
    from regiograph.archive import Archive

    return Decisions.read(Archive(data).decisions()) if data else UNDECIDED


def _pipeline(settings: Settings) -> "Pipeline":
    from ingest.pipeline import Pipeline

    return Pipeline(settings.base)


@contextmanager
def _intake(settings: Settings) -> "Iterator[Intake]":
    from ingest.intake import Intake

    with _err.status("Loading names and shapes") as status:
        yield Intake(settings.data, _pipeline(settings), told=status.update)


@contextmanager
def _working(what: str) -> Iterator[None]:
    with _err.status(what):
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
            _err.print(f"[red]error[/red] {_escaped(str(error))}")
            self.exit_code = max(self.exit_code, error.exit_code)


@contextmanager
def _each(files: list[Path]) -> Iterator[_Attempts]:
    attempts = _Attempts()
    yield attempts
    if attempts.exit_code:
        raise typer.Exit(attempts.exit_code)


def _source(file: Path) -> "Source":
    from ingest.form import Source

    return Source(name=file.name, data=file.read_bytes())


def _questions(settings: Settings) -> "Questions":
    from regiograph.iris import Iris
    from regiograph.questions import Questions
    from regiograph.rooms import room

    return Questions.read(room("queries"), Iris(settings.base))


def _remote(endpoint: str, text: str) -> "Answer":
    from pyoxigraph import QueryResultsFormat, QuerySolutions, parse_query_results

    from regiograph.remote import ask
    from regiograph.store import Rows, Truth

    result = parse_query_results(ask(endpoint, text), QueryResultsFormat.JSON)
    if isinstance(result, QuerySolutions):
        return Rows(tuple(variable.value for variable in result.variables), result)
    return Truth(result)


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise BadParameter(
            "This is not NAME=VALUE.", where=f"--param {text}", way_out="Example: --param topic=cyber."
        )
    return name, value


def _rows(answer: "Answer") -> list[dict[str, str]]:
    """The rows of an answer as plain texts."""
    return [
        {name: str(getattr(term, "value", term)) for name, term in row.items()} for row in _of_rows(answer)
    ]


def _of_rows(answer: "Answer") -> "Rows":
    from regiograph.store import Rows

    if not isinstance(answer, Rows):
        raise BadQuery("This question has no rows.", where="the question", way_out="Use --format json.")
    return answer


def _print_table(answer: "Answer") -> None:
    table = Table(show_edge=False, pad_edge=False)
    columns = _of_rows(answer).variables
    for column in columns:
        table.add_column(column, overflow="fold")
    rows = _rows(answer)
    for row in rows:
        table.add_row(*(_escaped(row.get(column, "")) for column in columns))
    _print_whole(table)
    _err.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")


def _print_whole(table: Table) -> None:
    """A pipe has no width: nothing is folded there."""
    wide = _out if _out.is_terminal else Console(width=10_000, highlight=False)
    wide.print(table, soft_wrap=False)


def _files(path: Path) -> list[Path]:
    """A file, or all files in a folder and below, hidden ones left out."""
    if path.is_file():
        return [path]
    inside = (each for each in sorted(path.rglob("*")) if each.is_file())
    return [each for each in inside if not any(part.startswith(".") for part in each.relative_to(path).parts)]


def _print_raw(answer: "Answer", format: Shape) -> None:
    from regiograph.store import Format

    sys.stdout.flush()
    answer.write(sys.stdout.buffer, Format.CSV if format is Shape.CSV else Format.JSON)
    if format is Shape.JSON:
        sys.stdout.buffer.write(b"\n")


def _fail(error: RegiographError) -> NoReturn:
    _err.print(f"[red]error[/red] {_escaped(str(error))}")
    raise SystemExit(error.exit_code)


def _escaped(text: str) -> str:
    from rich.markup import escape

    return escape(text)
