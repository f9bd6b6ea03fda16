"""Commands on the catalogue."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regiograph.cli.options import Data, Printed
from regiograph.cli.printing import err, escaped, out, print_whole, working
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from regiograph.twin.judge import Judgement

app = typer.Typer()


class Followed(StrEnum):
    """Which addresses of a catalogue are followed."""

    OWN = "own"
    ALL = "all"
    NONE = "none"


@app.command("check-catalogue")
def check_catalogue(
    place: Annotated[
        str, typer.Argument(metavar="[URL|FILE]", help="A catalogue; left out: that of the data directory.")
    ] = "",
    follow: Annotated[Followed, typer.Option(help="Addresses to try: own (of the same host), all, none.")] = (
        Followed.OWN
    ),
    least: Annotated[float, typer.Option(help="Points from which on the score is good enough.", min=0)] = 351,
    seconds: Annotated[float, typer.Option(help="Longest wait for an answer.", min=1)] = 60,
    format: Annotated[Printed, typer.Option(help="table for people, json for programs.")] = Printed.TABLE,
    data: Data = None,
) -> None:
    """Judge a catalogue as data.europa.eu would, by official shapes, score and files; say what to mend."""
    from regiograph.twin.judge import Follow, judge

    with working("Judging the catalogue"):
        if place:
            judgement = judge(place, follow_which=Follow(follow), seconds=seconds)
        else:
            with _served(read_settings(data=data)) as own:
                judgement = judge(own, follow_which=Follow(follow), seconds=seconds)
    if format is Printed.JSON:
        out.print(json.dumps(judgement.plain(), ensure_ascii=False, indent=1), markup=False)
    else:
        _tell(judgement)
    if not judgement.stands(least):
        raise typer.Exit(1)


@contextmanager
def _served(settings: Settings) -> Iterator[str]:
    """The catalogue of a data directory, served on this machine for as long as it is looked at."""
    import socket
    import threading
    import time

    import uvicorn

    from api.app import create_app
    from regiograph.editions import Editions

    Editions(settings.data).current()  # a clear word where nothing is published
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        own = settings.model_copy(update={"public_url": "", "workers": 1})
        server = uvicorn.Server(uvicorn.Config(create_app(own), log_level="error", lifespan="on"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.02)
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/catalog"
        finally:
            server.should_exit = True
            thread.join(20)


def _tell(judgement: "Judgement") -> None:
    from regiograph.twin.quality import DIMENSIONS, MOST, rating

    points = judgement.points
    out.print(
        f"[bold]{points:.1f} of {MOST}[/bold] points, {rating(points)}: "
        f"{len(judgement.datasets)} datasets on {judgement.pages} page{'s' if judgement.pages != 1 else ''}"
    )
    dimensions = Table("dimension", "points", "of", show_edge=False, pad_edge=False)
    for name, most in DIMENSIONS.items():
        dimensions.add_row(name, f"{judgement.of(name):.1f}", str(most))
    print_whole(dimensions)
    lost = list(judgement.lost())
    if lost:
        out.print()
        table = Table("points lost by", "datasets", "points", "what to mend", show_edge=False, pad_edge=False)
        for name, count, cost, mend in lost:
            table.add_row(name, str(count), f"-{cost:.1f}", mend)
        print_whole(table)
    _tell_findings(judgement)
    out.print(f"\n{len(judgement.followed)} addresses followed, {len(judgement.wrong)} not as described")
    for one in judgement.wrong:
        out.print(f"  {one.address}: {'; '.join(one.wrong)}", markup=False)
    if not judgement.followed:
        err.print("No address was followed: access points count as not reached.")


def _tell_findings(judgement: "Judgement") -> None:
    out.print(f"\nDCAT-AP 3.0.1 shapes: {judgement.violations} violations")
    table = Table("", "times", "property", "finding", "for example", show_edge=False, pad_edge=False)
    for one, count in judgement.grouped():
        kind = "set aside" if one.set_aside else one.severity.lower()
        why = one.set_aside or one.explained
        said = f"{one.message}\n({why})" if why else one.message
        name = one.path.rpartition("#")[2].rpartition("/")[2]
        table.add_row(kind, str(count), name, escaped(said), escaped(one.node))
    if table.row_count:
        print_whole(table)
