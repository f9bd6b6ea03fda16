"""What grows with the graph: load rate, publishing, questions, memory; at 10⁴ quads, and tenfold, and more.

    python bench/growth.py [--sizes 4 5 6] [--engine oxigraph|virtuoso]

Each size is measured in processes of its own. A row says how long a first edition takes, how long one more
after a single changed report, with and without what follows from all reports together; how long questions
take, half of them and 95 of 100 at most; and how much memory publishing and asking take.
"""

import argparse
import json
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from statistics import median, quantiles

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]  # in this order: a bench is called ingest, too

from made_reports import IRIS, REGIONS, TOPICS, graphs, reports  # noqa: E402

from ingest.changes import changes  # noqa: E402
from regiograph.archive import Archive  # noqa: E402
from regiograph.derive import SuperTypes  # noqa: E402
from regiograph.editions import Change, Editions, Publisher, Statements  # noqa: E402
from regiograph.questions import Questions  # noqa: E402
from regiograph.rooms import room  # noqa: E402
from regiograph.store import EmbeddedReader  # noqa: E402

SEED = 20201130
_FEWEST, _LONGEST = 3, 60.0  # a question is asked this often at least, and no more once it took that long, s
ASKED = {
    "co-leads": lambda dice: {"topic": dice.choice(TOPICS)},
    "partnerships-of-region": lambda dice: {"region": dice.choice(REGIONS)},
    "members": lambda dice: {"partnership": f"Partnership {dice.randrange(3)}"},
}
ONE_THING = "SELECT ?p ?o { <%s> ?p ?o }"
ONE_PERIOD = """PREFIX rg: <https://w3id.org/regiograph/ns#>
SELECT ?who ?what ?role
{ ?x rg:reportedIn <%s> ; rg:participant ?who ; rg:participatesIn ?what ; rg:role ?role }"""


def timed(work: Callable[[], object]) -> float:
    """Seconds."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def peak() -> int:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def load(data: Path, quads: int) -> dict[str, float]:
    """A first edition."""
    super_types = SuperTypes.read(room("ontology") / "regiograph.ttl")
    change = Change(public=graphs(SEED, quads, super_types), full=True)
    seconds = timed(lambda: Publisher(Archive(data)).publish(change))
    manifest = Editions(data).current().manifest
    return {"quads": manifest.quads, "graphs": len(manifest.graphs), "first": seconds, "peak": peak()}


def change_one(data: Path, quads: int) -> dict[str, float]:
    """Editions with one changed report: the median of five; without what follows from all, and with it."""
    super_types = SuperTypes.read(room("ontology") / "regiograph.ttl")
    publisher = Publisher(Archive(data))

    def publish(version: int, follows: bool = False) -> float:
        report = replace(next(reports(SEED)), version=version)
        public = {report.name: report.quads(), report.derived_name: report.derived(super_types)}

        def from_all(reader: EmbeddedReader) -> Statements:
            return changes(reader, list(public), IRIS)

        change = Change(public=public, follows=from_all if follows else None)
        return timed(lambda: publisher.publish(change))

    alone = [publish(version) for version in range(1, 6)]
    whole = [publish(version, True) for version in range(6, 9)]
    return {"one": median(alone), "one_follows": median(whole), "peak_one": peak()}


def ask(data: Path, quads: int) -> dict[str, object]:
    """Questions, each many times with other words."""
    edition = Editions(data).current()
    reader = edition.store
    questions = Questions.read(room("queries"), IRIS)
    dice = random.Random(SEED)
    some = islice(reports(SEED), quads // 2_000 + 1)
    made = [each for each in some if each.name in edition.manifest.graphs]
    texts = {
        "one thing": [ONE_THING % IRIS.entity("region", dice.choice(REGIONS)) for _ in range(100)],
        "one report": [
            ONE_PERIOD % each.name.replace("/graph", "/report") for each in dice.choices(made, k=30)
        ],
        **{name: [questions[name].asked(words(dice)) for _ in range(10)] for name, words in ASKED.items()},
    }
    found: dict[str, object] = {}
    for name, asked in texts.items():
        took: list[float] = []
        rows = 0
        for text in asked:
            if len(took) < _FEWEST or sum(took) < _LONGEST:
                begun = time.perf_counter()
                rows += sum(1 for _ in reader.query(text))
                took.append(time.perf_counter() - begun)
        if not rows:
            sys.exit(f"{name} finds nothing: how long that takes says little.")
        found[name] = [median(took), quantiles(sorted(took), n=20)[-1]]
    return {"asked": found, "peak_asking": peak()}


def push(data: Path, quads: int, name: str) -> dict[str, float]:
    """The first edition on a real engine, and one changed report."""
    from regiograph.mirror import Mirror
    from tests.store import engines

    start = {"oxigraph": engines.oxigraph, "virtuoso": engines.virtuoso}[name]
    super_types = SuperTypes.read(room("ontology") / "regiograph.ttl")
    with tempfile.TemporaryDirectory() as folder, start(Path(folder) / name) as running:
        mirror = Mirror(engines.engine(running), IRIS.base)
        first = timed(lambda: mirror.follow(Editions(data).current()))
        took = []
        for version in range(20, 23):
            report = replace(next(reports(SEED)), version=version)
            public = {report.name: report.quads(), report.derived_name: report.derived(super_types)}
            edition = Publisher(Archive(data)).publish(Change(public=public))
            took.append(timed(lambda edition=edition: mirror.follow(edition)))
    return {"first": first, "one": median(took)}


HEADINGS = [
    *("quads", "graphs", "first edition", "loaded", "one report", "… and what follows"),
    *("one thing, ms p50 / p95", "one report", *ASKED),
    *("MB publishing first", "… one", "MB asking", "MB on disk"),
]
STAGES = {"load": load, "one": change_one, "ask": ask}


def stage(name: str, data: str, quads: int, engine: str = "") -> dict[str, float]:
    """One measurement in a process of its own."""
    command = [
        sys.executable,
        __file__,
        "--stage",
        name,
        "--data",
        data,
        "--quads",
        str(quads),
        "--engine",
        engine,
    ]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def row(power: float, engine: str) -> None:
    """Everything about one size."""
    quads = round(10**power)
    with tempfile.TemporaryDirectory() as folder:
        told = stage("load", folder, quads)
        size = sum(path.stat().st_size for path in Path(folder).rglob("*") if path.is_file()) / 1e6
        told |= stage("one", folder, quads)
        told |= stage("ask", folder, quads)
        times = [f"{half * 1000:.1f} / {most * 1000:.1f}" for half, most in told["asked"].values()]
        cells = [
            f"{told['quads']:,}",
            told["graphs"],
            f"{told['first']:.1f} s",
            f"{told['quads'] / told['first']:,.0f}/s",
            f"{told['one']:.2f} s",
            f"{told['one_follows']:.2f} s",
            *times,
            told["peak"],
            told["peak_one"],
            told["peak_asking"],
            f"{size:.0f}",
        ]
        print_row(cells)
        if engine:
            told = stage("push", folder, quads, engine)
            print(
                f"  {engine}: first {told['first']:.1f} s, one changed report {told['one']:.2f} s", flush=True
            )


def print_row(cells: list[object]) -> None:
    """A row of a table in Markdown."""
    print("|", " | ".join(map(str, cells)), "|", flush=True)


def main() -> None:
    """Prints a row for each size."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--sizes", nargs="+", type=float, default=[4, 5, 6], help="powers of ten")
    options.add_argument("--engine", default="", choices=["", "oxigraph", "virtuoso"])
    options.add_argument("--stage", choices=[*STAGES, "push"])
    options.add_argument("--data", type=Path)
    options.add_argument("--quads", type=int)
    given = options.parse_args()
    if given.stage == "push":
        print(json.dumps(push(given.data, given.quads, given.engine)))
    elif given.stage:
        print(json.dumps(STAGES[given.stage](given.data, given.quads)))
    else:
        print_row(HEADINGS)
        print_row(["---"] * len(HEADINGS))
        for power in given.sizes:
            row(power, given.engine)


if __name__ == "__main__":
    main()
