"""Serves two catalogues, a short and a long one, and lets CKAN's own reader read them: `make check-ckan`.

`python -m tests.ckan.check <python of CKAN's environment>`
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from ingest.bundled import bundled_reports
from ingest.intake import Intake
from ingest.pipeline import Pipeline
from regiograph.archive import Archive
from regiograph.dumps.shelf import Shelf
from regiograph.editions import Change, Editions, Publisher
from regiograph.rooms import room
from tests.api.serving import serving
from tests.catalogue.test_dumps import report
from tests.conftest import BASE

HARVEST = Path(__file__).with_name("harvest.py")


def demo(data: Path) -> None:
    """The demo: one page."""
    for source in bundled_reports():
        Intake(data, Pipeline(BASE)).take_reports(source)


def long(data: Path) -> None:
    """More datasets than two pages hold."""
    graphs: dict = {}
    for number in range(110):
        graphs |= report(f"p{number:03d}", "2020-h1", f"Partnership {number}")
    Publisher(Archive(data)).publish(Change(public=graphs))


def main(ckan: str) -> int:
    """Each catalogue in turn."""
    worst = 0
    for name, fill in {"the demo": demo, "a long catalogue": long}.items():
        with tempfile.TemporaryDirectory() as folder:
            data = Path(folder) / "data"
            fill(data)
            Shelf(data, BASE).make(Editions(data).current_number())
            with serving(data, room("queries"), workers=1) as client:
                print(f"\nCKAN reads {name}", flush=True)
                done = subprocess.run([ckan, str(HARVEST), str(client.base_url)])
                worst = max(worst, done.returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
