"""The real reports that come with the project."""

import csv
from collections.abc import Iterator

from ingest.form import Source
from regiograph.rooms import room


def bundled_reports() -> Iterator[Source]:
    """Each bundled report, titled as it was received."""
    folder = room("reference") / "reports"
    with (folder / "titles.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            data = (folder / row["file"]).read_bytes()
            yield Source(name=row["file"], data=data, title=row["title"])
