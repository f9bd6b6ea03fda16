"""How long suggestions take: `python bench/match.py [regions partnerships]`.

Without arguments: the demo's edition, every region it knows. With two numbers: a seeded world of that size,
in which a partnership has 20 members. Each answer has all kinds, with reasons and their queries, as JSON.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import numpy as np

from regiograph.editions import Editions
from regiograph.matching.answer import as_json, proofs
from regiograph.matching.asking import Profile
from regiograph.matching.facts import Circle, Excerpt, Facts, Participation, Region, Territory, Text
from regiograph.matching.matches import Matches, Wish, queries, tools
from regiograph.matching.ranking import Matcher
from regiograph.store import Format

BASE = "https://w3id.org/regiograph"
SEED = 7
MEMBERS = 20
ASKED = 40


def demo() -> Matches:
    with tempfile.TemporaryDirectory() as folder:
        command = (sys.executable, "-m", "regiograph", "demo", "--no-serve", "--data", folder)
        subprocess.run(command, check=True, capture_output=True)
        store = Editions(Path(folder)).current().store

        def ask(text: str) -> bytes:
            written = BytesIO()
            store.query(text).write(written, Format.JSON)
            return written.getvalue()

        return Matches.read(queries(BASE), ask, {"number": 1})


def seeded(regions: int, partnerships: int) -> Matches:
    rng = np.random.default_rng(SEED)
    words = [
        "water",
        "cyber",
        "hydrogen",
        "textile",
        "sport",
        "food",
        "solar",
        "photonics",
        "mining",
        "health",
    ]
    codes = [
        f"urn:{chr(65 + at % 26)}{chr(65 + at // 26 % 26)}{at:03d}"[:5] + f"{at}" for at in range(regions)
    ]
    lands = {code: land(code, f"urn:C{at % 30}") for at, code in enumerate(codes)} | {
        f"C{n}": land(f"C{n}", f"C{n}") for n in range(30)
    }
    borders = [{"kind": "border", "whole": codes[at], "part": codes[at + 1]} for at in range(regions - 1)]
    circles, parts, texts, excerpts = {}, [], [], {}
    for at in range(partnerships):
        iri = f"urn:p{at}"
        topic = " ".join(rng.choice(words, 2))
        circles[iri] = Circle(iri=iri, label=f"{topic} {at}", of=iri, platform=f"urn:platform{at % 5}")
        excerpts[iri] = Excerpt(quote=topic, document="d", source="s")
        texts.append(Text(circle=iri, kind="claim", text=f"work on {topic} number {at}", evidence=iri))
        for place, who in enumerate(rng.choice(regions, MEMBERS, replace=False)):
            role = "lead" if place == 0 else "participating"
            parts.append(
                Participation(iri=f"{iri} {place}", who=codes[who], what=iri, role=role, end="", evidence=iri)
            )
    facts = Facts(
        territory=Territory(lands, borders),
        circles=circles,
        organisations={},
        participations=tuple(parts),
        texts=tuple(texts),
        excerpts=excerpts,
    )
    templates = proofs((name, query.template()) for name, query in queries(BASE).items())
    return Matches(Matcher(facts, ((code, code) for code in codes), tools()), templates, {"number": 0})


def land(code: str, country: str) -> Region:
    return Region(
        iri=code, label=code, label_fr=code, code=code.upper(), country=country, parent="", replacement=""
    )


def timed(what: Callable[[], object]) -> float:
    """Milliseconds of processor time: what others do on the machine does not count."""
    began = time.process_time()
    what()
    return (time.process_time() - began) * 1000


def main(arguments: list[str]) -> None:
    began = time.perf_counter()
    matches = seeded(*map(int, arguments)) if arguments else demo()
    print(f"read and built in {time.perf_counter() - began:.1f} s")
    names = list(matches.matcher.world.regions.names)
    land = matches.matcher.facts.territory.regions
    asked = [land[name].code for name in names if land[name].code]
    chosen = np.random.default_rng(SEED).permutation(len(asked))[:ASKED]
    print(f"first answer {timed(lambda: matches.for_profile(Profile(region=asked[0]), Wish())):.0f} ms")
    took = [
        timed(lambda at=at: as_json(matches.for_profile(Profile(region=asked[at]), Wish()))) for at in chosen
    ]
    circles = [
        iri for iri, each in matches.matcher.facts.circles.items() if not (each.is_area or each.is_project)
    ][:ASKED]
    matches.for_circle(circles[0], Wish())
    reverse = [timed(lambda each=each: matches.for_circle(each, Wish())) for each in circles]
    for what, each in (("region asks", took), ("partnership asks", reverse)):
        middle, most = np.percentile(each, [50, 95])
        print(f"{what}: p50 {middle:.0f} ms, p95 {most:.0f} ms of processor time ({len(each)} asked)")
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB at most")


if __name__ == "__main__":
    main(sys.argv[1:])
