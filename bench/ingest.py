"""Reports per second, from file to judged graph: for each format, for many files; memory; where time goes.

    python bench/ingest.py [--files 1 100 2000] [--folder FOLDER_WITH_REPORTS]

Seconds are those of the processor, so that a busy machine matters less; rows are ratios against the Markdown
report walked in the same run. To compare figures of two days, or of two machines, multiply each by what "the
unit" takes there: a loop that never changes. What is loaded is left out of the search for garbage, as in the
workers of an ingestion. Names that a process met before are remembered, as within a bulk ingestion; the row
"names never met" is a report in a fresh process. "Many files" is wall-clock, from a folder to an edition; its
memory is the most that was resident at once meanwhile, of this process and of any of its workers (Linux).
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

if Path(sys.path[0]) == Path(__file__).parent:  # this file's own name would hide the package
    del sys.path[0]

from ingest.crew import spare_what_is_loaded
from ingest.describe import describe
from ingest.form import Source
from ingest.intake import Intake
from ingest.mine import mine
from ingest.pipeline import Pipeline, Walked
from ingest.read import read
from ingest.resolved import resolve
from ingest.several import parted
from ingest.understand import understand
from regiograph.errors import RegiographError
from regiograph.rooms import room

REPORT = room("reference") / "reports" / "cybersecurity_2020H2.md"
BASE = "https://w3id.org/regiograph"


def seconds(do: Callable[[], object], rounds: int = 3) -> float:
    """The fewest processor seconds, this process's and those of its readers, after one round to warm up."""
    do()
    found = []
    for _ in range(rounds):
        begun = _spent()
        do()
        found.append(_spent() - begun)
    return min(found)


def _spent() -> float:
    own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime


def unit() -> None:
    """A fixed piece of work in Python alone: what figures are compared by, from machine to machine."""
    words: dict[str, int] = {}
    for number in range(200_000):
        word = f"{number % 977:x}"
        words[word] = words.get(word, 0) + len(word) * number
    assert len(words) == 977


def quads(walked: Iterable[Walked]) -> int:
    """How many quads the reports of a file come to, with what follows from them."""
    return sum(len(graph) for each in walked for graph in each.graphs.values())


def stages(pipeline: Pipeline, source: Source) -> dict[str, float]:
    """Processor seconds of each step of a walk."""
    questionnaires, names, phrases = pipeline.questionnaires, pipeline._names, pipeline._phrases
    forms = read(source)
    form = next(part for each in forms for part in parted(each, questionnaires))
    report = understand(form, questionnaires, names)
    mined = mine(report, questionnaires[0], names, phrases)
    resolved = resolve(mined, pipeline.resolver)
    quads = describe(resolved, questionnaires[0], pipeline.iris)
    return {
        "read": seconds(lambda: read(source)),
        "part": seconds(lambda: [parted(each, questionnaires) for each in forms]),
        "understand": seconds(lambda: understand(form, questionnaires, names)),
        "mine": seconds(lambda: mine(report, questionnaires[0], names, phrases)),
        "resolve": seconds(lambda: resolve(mined, pipeline.resolver)),
        "describe": seconds(lambda: describe(resolved, questionnaires[0], pipeline.iris)),
        "judge": seconds(lambda: pipeline._judge.judge(quads)),
    }


def many(pipeline: Pipeline, files: int) -> tuple[float, int, int]:
    """Reports per second of an ingestion into a new data directory; peak MB of this process, of a worker."""
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
        Path("/proc/self/clear_refs").write_text("5")  # the peak of before is forgotten
        begun = time.perf_counter()
        intake = Intake(Path(scratch) / "data", pipeline)
        taken = worker = 0
        for received in intake.take_files(paths):
            taken += len(received.reports)
            worker = max(worker, *(peak(each.pid) for each in multiprocessing.active_children()), 0)
        spent = time.perf_counter() - begun
    return taken / spent, peak("self"), worker


def peak(process: int | str | None) -> int:
    """The most memory a process has had resident at once, in MB; 0 where it has ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in status.splitlines() if "VmHWM" in line), 0)


def main() -> None:
    """Prints the rows."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--files", type=int, nargs="*", default=[1, 100])
    parser.add_argument("--folder", type=Path, help="more reports, of any format")
    arguments = parser.parse_args()
    print(f"{'the unit':44} {seconds(unit) * 1000:6.1f} ms")
    begun = _spent()
    pipeline = Pipeline(BASE)
    pipeline.load()
    print(f"{'loading names, shapes and registers':44} {_spent() - begun:6.2f} s")
    spare_what_is_loaded()
    source = Source(name=REPORT.name, data=REPORT.read_bytes())
    begun = _spent()
    walked = pipeline.walk(source)
    print(f"{'the report, names never met':44} {1 / (_spent() - begun):7.2f}/s")
    base = 1 / seconds(lambda: pipeline.walk(source))
    print(f"{'the report':44} {base:7.2f}/s  ratio 1.00  {quads(walked)} quads")
    spent: list[float] = []
    for path in sorted(arguments.folder.iterdir()) if arguments.folder else []:
        other = Source(name=path.name, data=path.read_bytes())
        try:
            walked = pipeline.walk(other)
        except RegiographError:
            continue
        spent.append(seconds(lambda other=other: pipeline.walk(other)))  # type: ignore[misc]
        speed = 1 / spent[-1]
        print(f"{path.name[:44]:44} {speed:7.2f}/s  ratio {speed / base:.2f}  {quads(walked)} quads")
    if spent:
        mean, label = len(spent) / sum(spent), f"{len(spent)} files of all formats, one after another"
        print(f"{label:44} {mean:7.2f}/s  ratio {mean / base:.2f}")
    parts = stages(pipeline, source)
    for stage, each in parts.items():
        print(f"  {stage:20} {each * 1000:6.1f} ms  {each / sum(parts.values()):4.0%}")
    for files in arguments.files:
        speed, own, worker = many(pipeline, files)
        label = f"{files} files, all cores, to an edition"
        print(f"{label:44} {speed:7.2f}/s  peak {own} MB, a worker {worker} MB", flush=True)


if __name__ == "__main__":
    main()
