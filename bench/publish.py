"""What a catalogue costs: `python bench/publish.py [partnerships …]`, 36 and 5 000 where none are given.

A seeded graph in the project's vocabulary: each partnership with its register entry, eight participations on
public pages with evidence, an event, and one report of its own. From a published edition to: all files of all
datasets made; the same again after one report changed; one page of the catalogue; all pages. Seconds are of
the clock, and of the processor (cpu) where the machine has other work.
"""

import random
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from pyoxigraph import Literal, NamedNode, RdfFormat, Triple

from regiograph.archive import Archive
from regiograph.catalogue.addresses import Addresses
from regiograph.catalogue.codes import CodeLists
from regiograph.catalogue.describe import Catalogue, Responsible
from regiograph.catalogue.sheet import written
from regiograph.catalogue.words import Words
from regiograph.dumps.shelf import Shelf
from regiograph.editions import Change, Publisher
from regiograph.iris import DCAT, OA, PROV, RDF, RDFS, RG, SCHEMA, XSD, Iris

BASE = "https://w3id.org/regiograph"
IRIS = Iris(BASE)
CODES = [f"{country}{number:02d}" for country in ("BE", "DE", "ES", "FR", "IT", "PL") for number in range(30)]
PERIODS = {"2020-h1": ("2020-01-01", "2020-06-30"), "2020-h2": ("2020-07-01", "2020-12-31")}


def triple(subject: str, predicate: str, value: str | Literal) -> Triple:
    return Triple(
        NamedNode(subject), NamedNode(predicate), value if isinstance(value, Literal) else NamedNode(value)
    )


def day(text: str) -> Literal:
    return Literal(text, datatype=NamedNode(XSD + "date"))


def fact(dice: random.Random, key: str, partnership: str) -> Iterator[Triple]:
    node, evidence = IRIS.fact(key), IRIS.fact(f"{key}/evidence")
    yield triple(node, RDF + "type", RG + "PartnershipParticipation")
    yield triple(node, RG + "participatesIn", partnership)
    yield triple(node, RG + "participant", IRIS.entity("region", dice.choice(CODES)))
    yield triple(node, RG + "nameAsReported", Literal(f"Region {key}"))
    yield triple(node, RG + "evidence", evidence)
    yield triple(node, PROV + "hadPrimarySource", f"https://example.org/{key}")
    yield triple(evidence, RDF + "type", RG + "SourceExcerpt")
    yield triple(evidence, OA + "hasSelector", f"{evidence}/quote")
    yield triple(f"{evidence}/quote", OA + "exact", Literal(f"Region {key} takes part in this partnership."))


def report(dice: random.Random, number: int, period: str, lines: int = 60) -> Iterator[Triple]:
    key = f"p{number}"
    iri, partnership = IRIS.report(key, period), IRIS.entity("partnership", key)
    yield triple(iri, RDF + "type", RG + "ProgressReport")
    yield triple(iri, RG + "ofPartnership", partnership)
    span = IRIS.report(key, period, "period")
    yield triple(iri, RG + "reportingPeriod", span)
    yield triple(span, DCAT + "startDate", day(PERIODS[period][0]))
    yield triple(span, DCAT + "endDate", day(PERIODS[period][1]))
    for line in range(lines):
        answer = IRIS.report(key, period, f"answer-{line}")
        yield triple(iri, RG + "hasAnswer", answer)
        yield triple(answer, RG + "answerText", Literal(f"Line {line}: {dice.random():.6f} of what is told."))


def graphs(partnerships: int, seed: int = 7) -> dict[str | None, list[Triple]]:
    dice = random.Random(seed)
    register, facts, regions = IRIS.graph("partnerships"), IRIS.graph("public-facts"), IRIS.graph("regions")
    found: dict[str | None, list[Triple]] = {register: [], facts: [], regions: []}
    for code in CODES:
        found[regions].append(triple(IRIS.entity("region", code), RG + "nutsCode", Literal(code)))
    for number in range(partnerships):
        iri = IRIS.entity("partnership", f"p{number}")
        found[register] += [
            triple(iri, RDF + "type", RG + "Partnership"),
            triple(iri, RDFS + "label", Literal(f"Partnership {number}")),
        ]
        for one in range(8):
            found[facts] += fact(dice, f"{number}/{one}", iri)
        event = IRIS.event(f"p{number}", "2019-05-01", "Kick-off")
        found[facts] += [
            triple(event, RDF + "type", RG + "PartnershipEvent"),
            triple(event, RG + "ofPartnership", iri),
            triple(event, SCHEMA + "startDate", day("2019-05-01")),
        ]
        found[IRIS.report(f"p{number}", "2020-h2", "graph")] = [*report(dice, number, "2020-h2")]
    return found


def timed(work: Callable[[], object]) -> tuple[tuple[float, float], object]:
    began, spent = time.perf_counter(), time.process_time()
    result = work()
    return (time.perf_counter() - began, time.process_time() - spent), result


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 1e6


def catalogue(partnerships: int) -> dict[str, object]:
    data = Path(tempfile.mkdtemp(prefix="bench-publish-"))
    try:
        publisher, shelf = Publisher(Archive(data)), Shelf(data, BASE)
        publishing, edition = timed(lambda: publisher.publish(Change(public=graphs(partnerships))))
        first, _ = timed(lambda: shelf.make(1))
        changed = {IRIS.report("p0", "2020-h2", "graph"): [*report(random.Random(8), 0, "2020-h2")]}
        publisher.publish(Change(public=changed))
        again, index = timed(lambda: shelf.make(2))
        lists, codes = timed(CodeLists.read)
        whole = Catalogue(
            index=index,
            at=Addresses(BASE, "https://data.example.org"),
            responsible=Responsible(name="Bench", email="contact@example.org"),
            words=Words.read(),
            codes=codes,
        )
        page, text = timed(lambda: written(whole.page(1), RdfFormat.TURTLE))
        pages, _ = timed(
            lambda: [written(whole.page(one + 1), RdfFormat.TURTLE) for one in range(whole.pages)]
        )
        return {
            "partnerships": partnerships,
            "quads": edition.manifest.quads,
            "datasets": len(index.shelved),
            "publish s": publishing,
            "all files s": first,
            "after one report s": again,
            "files MB": megabytes(data / "public" / "dumps"),
            "code lists s": lists,
            "one page s": page,
            "page kB": len(text) / 1e3,
            "all pages s": pages,
            "pages": whole.pages,
        }
    finally:
        shutil.rmtree(data)


def main(sizes: list[int]) -> None:
    rows = [catalogue(size) for size in sizes]
    for name in rows[0]:
        print(f"{name:20}", *(f"{told(row[name]):>22}" for row in rows))


def told(value: object) -> str:
    if isinstance(value, tuple):
        return f"{value[0]:,.2f} (cpu {value[1]:,.2f})"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or [36, 5000])
