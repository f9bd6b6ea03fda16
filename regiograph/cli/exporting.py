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
    edition: Annotated[int | None, typer.Option(help="Number of an edition.", show_default="current")] = None,
    data: Data = None,
) -> None:
    """Write an edition as files: every dataset in every format."""
    from regiograph.catalogue.describe import LICENCE
    from regiograph.dumps.export import export_dumps
    from regiograph.dumps.shelf import Shelf
    from regiograph.editions import Editions

    settings = read_settings(data=data)
    if dumps is None:
        raise BadSettings("Nothing to write.", where="export", way_out="Give a folder: --dumps DIR.")
    number = edition or Editions(settings.data).current_number()
    with err.status("Making the files") as status:
        shelf = Shelf(settings.data, settings.base)
        index = shelf.make(number, told=status.update)
        written = sum(1 for _ in export_dumps(shelf.pieces, index, dumps, LICENCE))
    out.print(f"edition {number}: {written} files in {dumps}", markup=False)
