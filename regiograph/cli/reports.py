"""Commands that take files: demo, extract, ingest, validate, load, rebuild."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from regiograph.cli.opening import all_questions, decisions_of, new_pipeline, opened_intake, source_of
from regiograph.cli.options import Data, Deciders, Files, Host, Language, Port, Shape
from regiograph.cli.printing import each_file, err, escaped, out, print_whole, rows_of, working
from regiograph.cli.serving import serve_settings
from regiograph.settings import read_settings

app = typer.Typer()


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
        with opened_intake(settings) as intake:
            for taken in intake.take_reports(source):
                out.print(account(taken.walked), markup=False)
    edition = Editions(settings.data).current()
    out.print(
        f"\nEdition     {edition.number}, {edition.manifest.quads} quads, sha256 {edition.manifest.hash}"
    )
    questions = all_questions(settings)
    topic = {"topic": "cyber range"}
    out.print("\n[bold]Which regions co-lead cyber range work?[/bold]")
    rows = rows_of(edition.store.query(questions.named("co-leads").asked(topic)))
    for row in rows:
        out.print(f"  {row['region']} — {row['role']}, {row['period_label']}", markup=False)
        sentence = row.get("before", "") + row["quote"] + row.get("after", "")
        out.print(f"    line {row['line']}: “{' '.join(sentence.split())}”", markup=False, style="dim")
    if not rows_of(edition.store.query(questions.named("co-leads-strict").asked(topic))):
        out.print("  No report says that two regions lead this work together.")
    edition.store.close()
    if serve:
        serve_settings(settings)


@app.command()
def extract(
    files: Files,
    folder: Annotated[Path, typer.Option("--out", help="Folder for the JSON files; made when missing.")],
    data: Deciders = None,
) -> None:
    """Write what each report says as JSON (schema regiograph-report-gold/1)."""
    import json

    from ingest.extract import extract as extracted

    settings = read_settings(data=data)
    decided = decisions_of(data)
    folder.mkdir(parents=True, exist_ok=True)
    with each_file(files) as attempt, working("Loading names"):
        pipeline = new_pipeline(settings)
        for file in files:
            with attempt(file):
                reports = pipeline.resolved(source_of(file), decided)
                for number, (resolved, questionnaire) in enumerate(reports):
                    target = folder / f"{file.stem}{f'-{number + 1}' if number else ''}.json"
                    content = json.dumps(extracted(resolved, questionnaire), ensure_ascii=False, indent=1)
                    target.write_text(content + "\n", encoding="utf-8")
                    out.print(f"{file.name} → {target}", markup=False)


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
    with opened_intake(settings) as intake, Progress(*columns, console=err, transient=True) as progress:
        bar = progress.add_task("Reading", total=len(files))
        for received in intake.take_files(files, processes=jobs):
            progress.advance(bar)
            if received.error:
                exit_code = max(exit_code, received.error.exit_code)
                err.print(f"[red]error[/red] {escaped(str(received.error))}")
            for report in received.reports:
                table.add_row(
                    escaped(received.name),
                    report.subject,
                    str(report.must_fix),
                    str(report.please_check),
                    "",
                )
            if received.known:
                table.add_row(escaped(received.name), "", "", "", "known already")
    if table.row_count:
        print_whole(table)
    if intake.editions.numbers():
        edition = intake.editions.current()
        out.print(f"edition {edition.number}, sha256 {edition.manifest.hash}", markup=False)
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
    decided = decisions_of(data)
    conforms = True
    with each_file(files) as attempt:
        with working("Loading names and shapes"):
            pipeline = new_pipeline(settings)
        for file in files:
            with attempt(file):
                for walked in pipeline.walk(source_of(file), decided):
                    conforms &= walked.verdict.conforms
                    text = walked.verdict.to_json() if format is Shape.JSON else account(walked, language)
                    out.print(text, markup=False)
    if not conforms:
        raise typer.Exit(1)


@app.command()
def load(
    files: Annotated[
        list[Path],
        typer.Argument(help="RDF files, or catalogues of hubs.", exists=True, dir_okay=False, readable=True),
    ],
    data: Data = None,
) -> None:
    """Add RDF files (.nq, .trig, .nq.gz, …; without a graph: one of their own), or catalogues of hubs."""
    settings = read_settings(data=data)
    with each_file(files) as attempt, opened_intake(settings) as intake:
        for file in files:
            with attempt(file):
                edition = intake.load(file)
                out.print(
                    f"{file.name}: edition {edition.number}, {edition.manifest.quads} quads", markup=False
                )


@app.command()
def rebuild(data: Data = None) -> None:
    """Make the edition anew from the archived originals, and say whether it is the same."""
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    editions = Editions(settings.data)
    before = editions.current().manifest if editions.numbers() else None
    with opened_intake(settings) as intake:
        after = intake.rebuild().manifest
    same = "the same as before" if before and before.hash == after.hash else "new"
    out.print(f"edition {after.number}, {after.quads} quads, {same}\nsha256 {after.hash}")


def _files(path: Path) -> list[Path]:
    """A file, or all files in a folder and below, hidden ones left out."""
    if path.is_file():
        return [path]
    inside = (each for each in sorted(path.rglob("*")) if each.is_file())
    return [each for each in inside if not any(part.startswith(".") for part in each.relative_to(path).parts)]
