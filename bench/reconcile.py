"""Names reconciled per second, beside `rapidfuzz.process.extractOne` over the same names, in one run.

    python -m bench.reconcile [names] [sample]

The names are those of all regions in all languages, as people write them (seeded): as they are, misspelt once
or twice, with generic words around, and some that are nobody's. All differ, so nothing is remembered. A ratio
above 1 takes longer than we do.
"""

import os
import random
import sys
import time
from collections.abc import Callable, Sequence

from rapidfuzz import fuzz, process

from ingest.reconcile.bulk import PART, Wish, asked, reconciled
from ingest.reconcile.lists import PeoplesTable, table_of_names
from ingest.reconcile.matching import Matcher, Query
from ingest.reconcile.pool import processes
from ingest.reconcile.schema import Schema
from ingest.reconcile.sources import reference_answers
from ingest.reconcile.things import Register
from ingest.resolve.atlas import Atlas
from ingest.resolve.names import fold
from regiograph.rooms import room

BASE = "https://w3id.org/regiograph"
AROUND = ("Region {}", "Province of {}", "Regione {}", "{} county", "{} (region)")
NOBODY = ("Institute", "Agency", "Valley", "Lab", "Nova", "Terra", "Cluster", "Delta")


def misspelt(name: str, chance: random.Random) -> str:
    at = chance.randrange(len(name))
    match chance.randrange(3):
        case 0:
            return name[:at] + name[at + 1 :]
        case 1:
            return name[:at] + chance.choice("aeiorstn") + name[at:]
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]


def as_people_write(name: str, chance: random.Random) -> tuple[str, bool]:
    """A name, and whether it is still somebody's."""
    share = chance.random()
    if share < 0.3:
        return name, True
    if share < 0.7:
        return misspelt(name, chance), True
    if share < 0.8:
        return misspelt(misspelt(name, chance), chance), True
    if share < 0.95:
        return chance.choice(AROUND).format(name), True
    return " ".join(chance.sample(NOBODY, 3)) + f" {chance.randrange(1000)}", False


def written(register: Register, count: int) -> list[tuple[str, frozenset[str]]]:
    """Names and the ids of the regions that bear them, by any code; none for those that are nobody's."""
    atlas = Atlas.from_reference(room("reference"))
    bearers: dict[str, set[str]] = {}
    for thing in register.things.values():
        if "region" in thing.types:
            territory = atlas.territory(thing.id.removeprefix("region/"))
            same = {f"region/{code}" for code in territory.codes} if territory else {thing.id}
            for name in thing.names:
                bearers.setdefault(name.text, set()).update(same)
    names, chance = sorted(bearers), random.Random(7)
    found: dict[str, frozenset[str]] = {}
    while len(found) < count:
        name = chance.choice(names)
        text, known = as_people_write(name, chance)
        if text.strip():
            found.setdefault(text, frozenset(bearers[name]) if known else frozenset())
    return list(found.items())


Finder = Callable[[Sequence[str]], list[tuple[str, bool]]]
"""For each name the id found first, and whether it would be taken without asking."""


def row(called: str, find: Finder, sample: Sequence[tuple[str, frozenset[str]]], base: float = 0.0) -> float:
    """Prints what a way of finding does, and returns its milliseconds a name.

    Right: of the names that are somebody's, the right one first. Taken: of all; wrongly: of those taken.
    """
    began = time.process_time()
    found = find([text for text, _ in sample])
    took = (time.process_time() - began) / len(sample) * 1000
    judged = [
        (first in ids, taken, bool(ids)) for (first, taken), (_, ids) in zip(found, sample, strict=True)
    ]
    right = sum(ok for ok, _, _ in judged) / sum(known for _, _, known in judged)
    taken = [ok for ok, sure, _ in judged if sure]
    wrongly = 1 - sum(taken) / len(taken)
    share = len(taken) / len(sample)
    print(f"{called:26} {took:8.2f} {took / (base or took):6.2f} {right:6.1%} {share:6.1%} {wrongly:8.2%}")
    return took


def extract_one(register: Register, scorer: Callable[..., float]) -> Finder:
    """The usual way: the likest of all names, taken from 90 on."""
    ids = {fold(name.text): thing.id for thing in register.things.values() for name in thing.names}
    keys = list(ids)

    def find(texts: Sequence[str]) -> list[tuple[str, bool]]:
        found = (process.extractOne(fold(text), keys, scorer=scorer) for text in texts)
        return [(register.thing(ids[key]).id, score >= 90) for key, score, _ in found]

    return find


def regiograph(matcher: Matcher) -> Finder:
    """As tables are reconciled: some names at a time."""

    def find(texts: Sequence[str]) -> list[tuple[str, bool]]:
        queries = [Query(text=text, types=("region",), limit=2) for text in texts]
        found = []
        for begin in range(0, len(queries), PART):
            matcher.prepare(queries[begin : begin + PART])
            found += [next(iter(matcher.find(query)), None) for query in queries[begin : begin + PART]]
        return [(one.thing.id, one.match) if one else ("", False) for one in found]

    return find


def whole(table: PeoplesTable, answers: dict[str, bytes], jobs: int) -> tuple[float, float]:
    """Seconds for a table, from the start of the processes to the last line; and those of processor time."""
    began, used = time.perf_counter(), processor_time()
    queries = asked(table, Wish(types=("region",)), Schema.read())
    with processes(jobs, BASE, answers, room("reference")) as executor:
        lines = sum(rows for _, rows, _ in reconciled(table, queries, executor, 2 * jobs))
    if lines != len(table.rows):
        raise SystemExit("rows are missing")
    return time.perf_counter() - began, processor_time() - used


def processor_time() -> float:
    """Seconds that this process and those it started and ended have had."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main(names: int, sample: int) -> None:
    answers = reference_answers(BASE)
    register = Register.of(BASE, answers)
    matcher = Matcher.of(register, room("reference"))
    people = written(register, names)
    few = people[:sample]
    called = f"one process, {sample} names"
    print(f"{called:26} {'ms/name':>8} {'ratio':>6} {'right':>6} {'taken':>6} {'wrongly':>8}")
    mine = row("regiograph", regiograph(matcher), few)
    row("extractOne, fuzz.ratio", extract_one(register, fuzz.ratio), few, mine)
    row("extractOne, fuzz.WRatio", extract_one(register, fuzz.WRatio), few, mine)
    jobs = os.cpu_count() or 1
    table = table_of_names("\n".join(text for text, _ in people))
    seconds, used = whole(table, answers, jobs)
    print(
        f"{names} different names, {jobs} processes: {seconds:.1f} s in all, {used:.1f} s of processor time"
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, int(sys.argv[2]) if len(sys.argv) > 2 else 1000)
