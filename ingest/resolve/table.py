"""The tables of the data room `reference/`: CSV in, rows out."""

import csv
from collections.abc import Iterator
from pathlib import Path


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV file with a header, in order.

    Raises:
        FileNotFoundError: the installation is incomplete.
    """
    with path.open(encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def parts(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds several, joined by `|`.

    >>> parts("Images & Réseaux|I&R")
    ('Images & Réseaux', 'I&R')
    """
    return tuple(part for part in (part.strip() for part in cell.split("|")) if part)
