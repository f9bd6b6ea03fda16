"""Commands about the engine that serves the editions, where the settings name one."""

from typing import TYPE_CHECKING, Annotated

import typer

from regiograph.cli.options import Data
from regiograph.cli.printing import err, out
from regiograph.errors import BadSettings
from regiograph.settings import Settings, read_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from regiograph.mirror import Mirror

engine = typer.Typer(
    help="The SPARQL engine that serves the editions (REGIOGRAPH_STORE).", no_args_is_help=True
)


@engine.command("push")
def engine_push(
    afresh: Annotated[
        bool, typer.Option("--afresh", help="First remove all that was ever put there.")
    ] = False,
    data: Data = None,
) -> None:
    """Make the engine serve the current edition. Does nothing where it does; may be stopped and repeated."""
    from regiograph.archive import Archive
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    edition = Editions(settings.data).current()
    with err.status("Asking the engine") as status, Archive(settings.data).lock:
        mirror = _mirror(settings, status.update)
        if afresh:
            mirror.clear()
        mirror.follow(edition)
    out.print(f"The engine serves edition {edition.number}, sha256 {edition.manifest.hash}", markup=False)


@engine.command("check")
def engine_check(data: Data = None) -> None:
    """Read all that the engine serves, and compare it with the current edition."""
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    edition = Editions(settings.data).current()
    with err.status("Reading the engine") as status:
        _mirror(settings, status.update).check(edition)
    out.print(f"The engine holds edition {edition.number}, sha256 {edition.manifest.hash}", markup=False)


def _mirror(settings: Settings, told: "Callable[[str], None]") -> "Mirror":
    from regiograph.elsewhere import mirror_of

    mirror = mirror_of(settings, told)
    if mirror is None:
        raise BadSettings(
            "No engine is set.", where="REGIOGRAPH_STORE", way_out="Set it to a SPARQL query address."
        )
    return mirror
