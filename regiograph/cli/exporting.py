"""The command that writes an edition into folders."""

from pathlib import Path
from typing import Annotated

import typer

from regiograph.cli.options import Data
from regiograph.cli.printing import err, out
from regiograph.errors import BadSettings
from regiograph.settings import read_settings

app = typer.Typer()


@app.command()
def export(
    dumps: Annotated[
        Path | None, typer.Option(help="Folder for the files of all datasets, with their digests.")
    ] = None,
    site: Annotated[
        Path | None,
        typer.Option(help="Folder for a site that any file server can show: pages, data, dumps, SPARQL."),
    ] = None,
    edition: Annotated[int | None, typer.Option(help="Number of an edition.", show_default="current")] = None,
    data: Data = None,
) -> None:
    """Write an edition as files: every dataset in every format, or a whole site."""
    from regiograph.catalogue.describe import LICENCE
    from regiograph.dumps.export import export_dumps
    from regiograph.dumps.shelf import Shelf
    from regiograph.elsewhere import editions_of

    settings = read_settings(data=data)
    if dumps is None and site is None:
        way_out = "Give a folder: --dumps DIR or --site DIR."
        raise BadSettings("Nothing to write.", where="export", way_out=way_out)
    editions = editions_of(settings)
    current = editions.current_number()
    number = edition or current
    if site is not None and number != current:
        raise BadSettings(
            "A site is made of the current edition.", where="--site", way_out="Leave out --edition."
        )
    with err.status("Making the files") as status:
        shelf = Shelf(settings.data, settings.base, editions)
        index = shelf.make(number, told=status.update)
        if dumps is not None:
            written = sum(1 for _ in export_dumps(shelf.pieces, index, dumps, LICENCE))
            out.print(f"edition {number}: {written} files in {dumps}", markup=False)
        if site is not None:
            from api.site.writing import write_site

            written = write_site(
                settings, site, lambda to: export_dumps(shelf.pieces, index, to, LICENCE), status.update
            )
            out.print(f"edition {number}: {written} files in {site}", markup=False)
