"""The review desk on the command line."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from regiograph.cli.opening import new_pipeline
from regiograph.cli.options import Data, Printed
from regiograph.cli.printing import err, escaped, out, print_json, print_whole
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from ingest.desk import Desk, Done, Signature
    from ingest.waiting import Waiting

review = typer.Typer(
    help="Decide on names that are not sure. A decision holds for all reports, now and later.",
    no_args_is_help=True,
)

Who = Annotated[
    str | None, typer.Option(help="Who decides; kept in the archive.", show_default="REGIOGRAPH_WHO")
]
Why = Annotated[str, typer.Option(help="Why; kept in the archive.")]
NameId = Annotated[str, typer.Argument(metavar="NAME", help="The id of a name, from regiograph review list.")]
Everywhere = Annotated[bool, typer.Option("--everywhere", help="In the reports of every partnership.")]
AsPrinted = Annotated[Printed, typer.Option("--format", help="table for people, json for programs.")]


class Makeable(StrEnum):
    """What a person may make at the review desk."""

    ORGANISATION = "organisation"
    GROUP = "group"
    PLACE = "place"


@review.command("list")
def review_list(format: AsPrinted = Printed.TABLE, data: Data = None) -> None:
    """Show the names that wait for a person, those that occur most often first."""
    waiting = _desk(read_settings(data=data)).queue()
    if format is Printed.JSON:
        print_json(waiting)
        return
    table = Table("name", "times", "is", "may mean", "stands in", show_edge=False, pad_edge=False)
    for each in waiting:
        table.add_row(*map(escaped, _waiting_row(each)))
    print_whole(table)
    err.print(f"{len(waiting)} {'name' if len(waiting) == 1 else 'names'}")


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
        print_json(entries)
        return
    table = Table("", "decision", "about", "means", "who", "when", "why", "", show_edge=False, pad_edge=False)
    for each in entries:
        state = "" if each.in_force else "undone" if each.undone else "overtaken"
        row = (each.about, each.entity.ref if each.entity else "", each.who, each.decided_at, each.why, state)
        table.add_row(str(each.number), each.verb, *map(escaped, row))
    print_whole(table)


def _desk(settings: Settings) -> "Desk":
    from ingest.desk import Desk
    from ingest.intake import Intake
    from regiograph.elsewhere import follower_of

    return Desk(Intake(settings.data, new_pipeline(settings), follow=follower_of(settings)))


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
    out.print(f"decision {done.decision.number}: {done.decision.verb} {done.decision.about}", markup=False)
    for report in done.reports:
        out.print(f"read again: {report}", markup=False)
    out.print(f"edition {done.edition}, sha256 {done.hash}", markup=False)
