"""The command that suggests: match."""

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table

from regiograph.cli.options import Data, Language
from regiograph.cli.printing import err, escaped, out, print_whole, working
from regiograph.errors import BadParameter
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from regiograph.matching.matches import Matches
    from regiograph.store import Answer

app = typer.Typer()


class Printed(StrEnum):
    """How suggestions are printed."""

    TEXT = "text"
    JSON = "json"
    CSV = "csv"
    JSON_LD = "jsonld"


@app.command()
def match(
    region: Annotated[
        str, typer.Argument(help="Who asks: a NUTS code of any version, or a name in any language.")
    ] = "",
    partnership: Annotated[
        str, typer.Option(help="Ask for regions, for this partnership or <partnership>/<working area>.")
    ] = "",
    priorities: Annotated[str, typer.Option(help="What one works on, in any official EU language.")] = "",
    nace: Annotated[list[str] | None, typer.Option(help="A NACE Rev. 2.1 code; may be repeated.")] = None,
    taxonomy: Annotated[
        list[str] | None, typer.Option(help="A code of the JRC cybersecurity taxonomy, such as D04.01.")
    ] = None,
    sdg: Annotated[
        list[str] | None, typer.Option(help="A Sustainable Development Goal, 1 to 17; may be repeated.")
    ] = None,
    organisation: Annotated[
        list[str] | None, typer.Option(help="An organisation or hub one has; may be repeated.")
    ] = None,
    country: Annotated[
        str, typer.Option(help="Suggest only what is there; of a profile without a region: its country.")
    ] = "",
    in_country: Annotated[str, typer.Option(help="Suggest only what is there.")] = "",
    kind: Annotated[
        list[str] | None,
        typer.Option(help="partnerships, working_areas, regions or organisations; may be repeated."),
    ] = None,
    platform: Annotated[str, typer.Option(help="Only on this thematic platform, such as energy.")] = "",
    eu13: Annotated[bool, typer.Option("--eu13", help="Only with regions of the EU13.")] = False,
    role: Annotated[str, typer.Option(help="Only with this role, such as lead.")] = "",
    since: Annotated[str, typer.Option(help="Only active since: 2020, 2020-H2 or a day.")] = "",
    limit: Annotated[int, typer.Option(help="Suggestions of a kind.")] = 5,
    language: Annotated[Language, typer.Option(help="Language of the reasons.")] = Language.EN,
    format: Annotated[Printed, typer.Option(help="How to print the suggestions.")] = Printed.TEXT,
    gaps: Annotated[
        str, typer.Option(help="Instead: what this partnership or working area lacks, and who could fill it.")
    ] = "",
    join: Annotated[
        str, typer.Option(help="Instead: what would change for REGION if it joined this partnership.")
    ] = "",
    backtest: Annotated[
        bool,
        typer.Option("--backtest", help="Instead: hide each known participation, and see if it is found."),
    ] = False,
    learn: Annotated[
        bool, typer.Option("--learn", help="Instead: print a file of weights learnt from this edition.")
    ] = False,
    endpoint: Annotated[str, typer.Option(help="Ask this SPARQL endpoint instead of a data directory.")] = "",
    data: Data = None,
) -> None:
    """Suggest partnerships, working areas, regions and organisations to work with, and say why."""
    from regiograph.matching.asking import Profile
    from regiograph.matching.candidates import KINDS
    from regiograph.matching.matches import Wish

    settings = read_settings(data=data)
    asks = bool(region or partnership)
    wish = Wish(
        kinds=tuple(kind or KINDS),
        limit=limit,
        language=language.value,
        platform=platform,
        country=in_country or (country if asks else ""),
        eu13=eu13,
        role=role,
        since=since,
    )
    profile = Profile(
        region=region,
        country="" if asks else country,
        priorities=priorities,
        nace=tuple(nace or ()),
        taxonomy=tuple(taxonomy or ()),
        sdg=tuple(sdg or ()),
        organisations=tuple(organisation or ()),
    )
    if partnership and profile != Profile():
        raise BadParameter(
            "A partnership asks for regions by itself.",
            where="--partnership",
            way_out="Leave out region and profile.",
        )
    with working("Reading the edition"):
        matches = _matches(settings, endpoint)
    if backtest or learn:
        _judge(matches, learn, format)
        return
    if gaps:
        document = matches.gaps(gaps, wish)
    elif join:
        document = matches.what_if(region, join, wish)
    elif partnership:
        document = matches.for_circle(partnership, wish)
    else:
        document = matches.for_profile(profile, wish)
    _print(document, format)


def _judge(matches: "Matches", learn: bool, format: Printed) -> None:
    """The back-test, or weights that come of the same cases."""
    from regiograph.matching.answer import as_json

    with working("Hiding one participation after the other"):
        if learn:
            typer.echo(matches.learnt(), nl=False)
            return
        figures = matches.backtest()
    if format is Printed.JSON:
        typer.echo(as_json(figures), nl=False)
    else:
        _print_figures(figures)


def _print_figures(figures: dict[str, Any]) -> None:
    tasks = {"partnerships for a region": figures, "regions for a partnership": figures["reverse"]}
    for task, told in tasks.items():
        title = f"{task}: {told['cases']} cases"
        table = Table(show_edge=False, pad_edge=False, title=title, title_justify="left")
        for column in ("", "hit@5", "hit@10", "MRR"):
            table.add_column(column)
        table.add_row("model", *_cells(told["model"]))
        for group in ("baselines", "signals"):
            for name, measured in told[group].items():
                table.add_row(f"{group[:-1]}: {name}", *_cells(measured))
        print_whole(table)
    for metric, each in figures["against_best_baseline"].items():
        out.print(
            f"{metric}: {each['ratio']} × {each['baseline']}; at most {each['highest_ratio_possible']} ×"
        )


def _cells(measured: dict[str, Any]) -> list[str]:
    return ["{:.3f} [{:.3f}, {:.3f}]".format(each["value"], *each["interval"]) for each in measured.values()]


def _matches(settings: Settings, endpoint: str) -> "Matches":
    from regiograph.elsewhere import editions_of
    from regiograph.matching.matches import Matches, queries
    from regiograph.store.remote import ask

    asked = queries(settings.base)
    if endpoint:
        return Matches.read(asked, _asking(lambda text: ask(endpoint, text)), {"endpoint": endpoint})
    edition = editions_of(settings).current()
    told = {"number": edition.manifest.number, "hash": edition.manifest.hash}
    return Matches.read(asked, _asking(edition.store.query), told)


def _asking(query: "Callable[[str], Answer]") -> "Callable[[str], bytes]":
    from io import BytesIO

    from regiograph.store import Format

    def asked(text: str) -> bytes:
        written = BytesIO()
        query(text).write(written, Format.JSON)
        return written.getvalue()

    return asked


def _print(document: dict[str, Any], format: Printed) -> None:
    from regiograph.matching.answer import as_csv, as_json, as_json_ld

    writers = {Printed.JSON: as_json, Printed.CSV: as_csv, Printed.JSON_LD: as_json_ld}
    if format in writers:
        typer.echo(writers[format](document), nl=False)
        return
    _print_text(document)


_HEADINGS = {
    "en": {
        "partnerships": "Partnerships",
        "working_areas": "Working areas",
        "regions": "Regions",
        "organisations": "Organisations",
        "new_partners": "New partners",
    },
    "fr": {
        "partnerships": "Partenariats",
        "working_areas": "Domaines de travail",
        "regions": "Régions",
        "organisations": "Organisations",
        "new_partners": "Nouveaux partenaires",
    },
}
_NONE = {"en": "Nothing that evidence speaks for.", "fr": "Rien que des preuves appuient."}


def _print_text(document: dict[str, Any]) -> None:
    language = document["language"]
    out.print(f"[bold]{escaped(document['asker']['label'])}[/bold]")
    for name in ("before", "after"):
        if name in document:
            told = ", ".join(f"{key.replace('_', ' ')} {value}" for key, value in document[name].items())
            out.print(f"  {name}: {told}")
    for reason in document.get("reasons", ()):
        out.print(f"  {escaped(reason['sentence'])}")
    lacking = {gap["gap"]: gap["sentence"] for gap in document.get("gaps", ())}
    for kind, those in document["suggestions"].items():
        out.print(f"\n[bold]{escaped(lacking.get(kind) or _HEADINGS[language][kind])}[/bold]")
        for one in those:
            _print_suggestion(one)
        if not those:
            out.print(f"  {_NONE[language]}")
    if unknown := document["asker"].get("organisations_not_known"):
        err.print(f"not known: {escaped(', '.join(unknown))}")


def _print_suggestion(one: dict[str, Any]) -> None:
    more = ", ".join(one[name] for name in ("partnership", "platform", "country", "type") if one.get(name))
    out.print(
        f"{one['rank']:3}. {escaped(one['label'])}" + (f" [dim]({escaped(more)})[/dim]" if more else "")
    )
    for reason in one["reasons"]:
        out.print(f"     + {escaped(reason['sentence'])}")
        for found in reason["evidence"][:1]:
            line = f", line {found['line']}" if "line" in found else ""
            out.print(
                f"       [dim]“{escaped(_short(found['quote']))}” {escaped(found['source'])}{line}[/dim]"
            )
    for reason in one["against"]:
        out.print(f"     - {escaped(reason['sentence'])}")


def _short(quote: str) -> str:
    words = " ".join(quote.split())
    return words if len(words) <= 90 else words[:89] + "…"
