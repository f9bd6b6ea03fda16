"""Pages and data per second, beside a named question on the same server: `python bench/pages.py [seconds]`.

The edition is the demo's. First-time rows ask for another thing each time, so that no answer is remembered;
again-rows ask for the same; a 304 is a client that has it. Ratios are to the first-time question: what it
costs to make a document of what the store says. bench/publish.py measures catalogue and dumps.
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]  # in this order: a bench is called ingest, too

from serve import ours  # noqa: E402

from ingest.bundled import bundled_reports  # noqa: E402
from ingest.intake import Intake  # noqa: E402
from ingest.pipeline import Pipeline  # noqa: E402
from regiograph.editions import Editions  # noqa: E402

BASE = "https://w3id.org/regiograph"
CLIENTS = 8
THINGS = f"""SELECT DISTINCT ?s {{ ?s a ?kind FILTER(STRSTARTS(STR(?s), "{BASE}/id/KIND/")) }} ORDER BY ?s"""
Ask = Callable[[int], tuple[str, dict[str, str], int]]
"""The address, headers and expected status of the n-th request."""


def demo(data: Path) -> None:
    pipeline = Pipeline(BASE)
    for source in bundled_reports():
        Intake(data, pipeline).take_reports(source)


def things(data: Path, kind: str) -> list[str]:
    rows = Editions(data).current().store.query(THINGS.replace("KIND", kind))
    return [row["s"].value.removeprefix(BASE) for row in rows]


async def rate(client: httpx.AsyncClient, ask: Ask, seconds: float) -> float:
    """Answers per second, to some requests at once."""
    until, turn, done = time.perf_counter() + seconds, iter(range(10**9)), 0

    async def one() -> None:
        nonlocal done
        while time.perf_counter() < until:
            address, headers, status = ask(next(turn))
            response = await client.get(address, headers=headers)
            assert response.status_code == status, (address, response.status_code)
            done += 1

    began = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CLIENTS)))
    return done / (time.perf_counter() - began)


async def measure(port: int, rows: dict[str, Ask], seconds: float) -> None:
    base = 0.0
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, verify=False) as client:
        for name, ask in rows.items():
            found = await rate(client, ask, seconds)
            base = base or found
            print(f"{name:40} {found:8.0f}/s {found / base:6.2f} ×", flush=True)


def each(paths: Sequence[str], suffix: str) -> Ask:
    languages = ("en", "fr", "de", "it", "es", "pl")  # another language is another answer

    def ask(n: int) -> tuple[str, dict[str, str], int]:
        language = languages[n // len(paths) % len(languages)]
        return f"{paths[n % len(paths)]}{suffix}?lang={language}", {}, 200

    return ask


def same(path: str, status: int = 200, **headers: str) -> Ask:
    return lambda n: (path, headers, status)


def main(seconds: float) -> None:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        demo(data)
        regions = things(data, "region")
        facts = things(data, "fact")
        with ExitStack() as stack:
            port = ours(stack, data).port
            region, partnership = "/id/region/FRH0", "/id/partnership/cybersecurity"
            tag = httpx.get(f"http://127.0.0.1:{port}{region}.ttl").headers["etag"]
            rows: dict[str, Ask] = {
                "a named question, first time": lambda n: (
                    f"/queries/partnerships-of-region.json?region={regions[n % len(regions)][11:]}",
                    {},
                    200,
                ),
                "pages of regions, first time": each(regions, ".html"),
                "data of regions, Turtle, first time": each(regions, ".ttl"),
                "data of facts, JSON-LD, first time": each(facts, ".jsonld"),
                "303 of a region, again": same(region, 303, accept="text/turtle"),
                "page of a partnership, again": same(f"{partnership}.html"),
                "data of a region, again": same(f"{region}.ttl"),
                "304 of a region": same(f"{region}.ttl", 304, **{"if-none-match": tag}),
                "404": lambda n: (f"/id/region/ZZ{n}", {}, 404),
            }
            asyncio.run(measure(port, rows, seconds))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 3)
