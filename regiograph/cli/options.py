"""What several commands take: options, and the shapes in which answers are printed."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

Data = Annotated[
    Path | None, typer.Option("--data", help="Data directory; made when missing.", show_default="data")
]
Deciders = Annotated[
    Path | None,
    typer.Option("--data", help="Data directory whose decisions about names hold here, too."),
]
Files = Annotated[list[Path], typer.Argument(help="Reports.", exists=True, dir_okay=False, readable=True)]
Fronts = Annotated[
    int | None, typer.Option(help="Processes that serve, each with workers of its own.", show_default="1")
]
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


class AnswerShape(StrEnum):
    """How the answer to a named question is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


class Shape(StrEnum):
    """How an answer is printed."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"
