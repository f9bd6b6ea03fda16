"""Reports per second, from file to judged graph: for each format, for many files; memory; where time goes.

    python bench/ingest.py [--files 100] [--folder FOLDER_WITH_REPORTS]

Each row is a ratio against the Markdown report walked in the same run.
"""

import argparse
import cProfile
import pstats
import resource
import sys
import tempfile
import time
from pathlib import Path

from ingest.form import Source
from ingest.intake import Intake
from ingest.pipeline import Pipeline
from regiograph.errors import RegiographError
from regiograph.rooms import room

REPORT = room("reference") / "reports" / "cybersecurity_2020H2.md"


def per_second(pipeline: Pipeline, path: Path, rounds: int = 5) -> float:
    """Walks per second of one file, after one to warm up."""
    source = Source(name=path.name, data=path.read_bytes())
    pipeline.walk(source)
    begun = time.perf_counter()
    for _ in range(rounds):
        pipeline.walk(source)
    return rounds / (time.perf_counter() - begun)


def many(pipeline: Pipeline, files: int) -> tuple[float, int]:
    """Reports per second of a whole ingestion into a new data directory, and peak memory in MB."""
    text = REPORT.read_text(encoding="utf-8")
    with tempfile.TemporaryDirectory() as scratch:
        paths = []
        for number in range(files):
            path = Path(scratch) / f"{number}.md"
            name = f"Cybersecurity {number // 40}"
            year = 2000 + number % 40 // 2
            half = ("January - June", "July - December")[number % 2]
            body = text.replace("July - December 2020", f"{half} {year}").replace(
                "\n\nCybersecurity\n", f"\n\n{name}\n", 1
            )
            path.write_text(body, encoding="utf-8")
            paths.append(path)
        begun = time.perf_counter()
        intake = Intake(Path(scratch) / "data", pipeline)
        taken = sum(len(received.reports) for received in intake.take_files(paths))
        seconds = time.perf_counter() - begun
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return taken / seconds, peak


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, nargs="*", default=[1, 100])
    parser.add_argument("--folder", type=Path, help="more reports, of any format")
    arguments = parser.parse_args()
    pipeline = Pipeline("https://w3id.org/regiograph")
    base = per_second(pipeline, REPORT)
    print(f"{'one report':40} {base:7.2f}/s  ratio 1.00")
    for path in sorted(arguments.folder.iterdir()) if arguments.folder else []:
        try:
            speed = per_second(pipeline, path, 3)
        except RegiographError:
            continue
        print(f"{path.name:40} {speed:7.2f}/s  ratio {speed / base:.2f}")
    for files in arguments.files:
        speed, peak = many(pipeline, files)
        label = f"{files} files, all cores, published"
        print(f"{label:40} {speed:7.2f}/s  ratio {speed / base:.2f}  {peak} MB peak")
    profile = cProfile.Profile()
    profile.runcall(pipeline.walk, Source(name=REPORT.name, data=REPORT.read_bytes()))
    pstats.Stats(profile, stream=sys.stdout).sort_stats("cumulative").print_stats("ingest/", 15)


if __name__ == "__main__":
    main()
