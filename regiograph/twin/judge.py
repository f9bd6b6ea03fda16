"""A catalogue as a portal judges it: shapes, quality score, answers of its addresses; and what to mend."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from rdflib import BNode, Graph, URIRef
from rdflib.namespace import DCAT, RDF
from rdflib.term import Node

from regiograph.catalogue.codes import CodeLists
from regiograph.rooms import room
from regiograph.twin.follow import Followed, expected, follow
from regiograph.twin.harvest import HarvestedPage, harvest
from regiograph.twin.quality import DIMENSIONS, MOST, DatasetScore, Known, rating, scores
from regiograph.twin.shapes import Finding, OfficialShapes


class Follow(StrEnum):
    """Which addresses are followed."""

    OWN = "own"  # those of the host that the catalogue comes from
    ALL = "all"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What became of it."""

    pages: int
    datasets: Sequence[DatasetScore]
    findings: Sequence[Finding]
    followed: Sequence[Followed]

    @property
    def points(self) -> float:
        """The score of the catalogue: the mean of its datasets."""
        return sum(one.points for one in self.datasets) / len(self.datasets) if self.datasets else 0.0

    @property
    def violations(self) -> int:
        """Of the shapes."""
        return sum(one.is_violation for one in self.findings)

    @property
    def wrong(self) -> list[Followed]:
        """Addresses that do not answer as they should."""
        return [one for one in self.followed if one.wrong]

    def of(self, dimension: str) -> float:
        """The mean in one dimension."""
        return sum(one.of(dimension) for one in self.datasets) / len(self.datasets) if self.datasets else 0.0

    def stands(self, least: float) -> bool:
        """Whether it is good enough: the score, no violation, every address as described."""
        return self.points >= least and not self.violations and not self.wrong

    def lost(self) -> Iterator[tuple[str, int, float, str]]:
        """What cost points: metric, datasets it cost them, points of the mean, what to mend."""
        counts = Counter(metric.name for one in self.datasets for metric in one.lost)
        metrics = {metric.name: metric for one in self.datasets for metric in one.lost}
        for name, count in sorted(counts.items(), key=lambda item: -item[1] * metrics[item[0]].points):
            points = count * metrics[name].points / len(self.datasets)
            yield name, count, points, metrics[name].mend

    def grouped(self) -> Iterator[tuple[Finding, int]]:
        """Findings of one kind once, with how many there are; violations first."""
        counts: Counter[tuple[str, ...]] = Counter()
        first: dict[tuple[str, ...], Finding] = {}
        for one in self.findings:
            key = (one.file, one.severity, one.path, one.message, one.set_aside, one.explained)
            counts[key] += 1
            first[key] = min(first.get(key, one), one, key=lambda each: each.node)
        order = sorted(
            first, key=lambda key: (bool(key[4]), key[1] != "Violation", bool(key[5]), -counts[key])
        )
        return ((first[key], counts[key]) for key in order)

    def plain(self) -> dict[str, Any]:
        """For programs."""
        return {
            "score": round(self.points, 1),
            "of": MOST,
            "rating": rating(self.points),
            "dimensions": {
                name: {"score": round(self.of(name), 1), "of": most} for name, most in DIMENSIONS.items()
            },
            "pages": self.pages,
            "datasets": [
                {
                    "dataset": one.dataset,
                    "title": one.title,
                    "score": one.points,
                    "lost": [{"metric": each.name, "points": each.points} for each in one.lost],
                }
                for one in self.datasets
            ],
            "shapes": {
                "violations": self.violations,
                "warnings": sum(one.is_warning and not one.explained for one in self.findings),
                "warnings explained": sum(one.is_warning and bool(one.explained) for one in self.findings),
                "set aside": sum(bool(one.set_aside) for one in self.findings),
                "findings": [
                    {
                        "count": count,
                        "file": one.file,
                        "severity": one.severity,
                        "path": one.path,
                        "example": one.node,
                        "value": one.value,
                        "message": one.message,
                        "why": one.set_aside or one.explained,
                    }
                    for one, count in self.grouped()
                ],
            },
            "addresses": {
                "followed": len(self.followed),
                "wrong": [{"address": one.address, "wrong": list(one.wrong)} for one in self.wrong],
            },
        }


def judge(place: str, *, follow_which: Follow = Follow.OWN, seconds: float = 60) -> Judgement:
    """The judgement of a catalogue at an address, or in a file.

    Raises:
        Unreachable, NotRdf: there is no catalogue.
    """
    codes = CodeLists.read()
    shapes = OfficialShapes(room("shapes") / "dcat-ap", codes)
    pages = 0
    datasets: list[DatasetScore] = []
    findings: list[Finding] = []
    followed: dict[str, Followed] = {}
    for page in harvest(place, seconds=seconds):
        pages += 1
        own = list(shapes.findings(page.graph))
        wanted = expected(page.graph, beneath=_beneath(page, follow_which))
        new = [each for each in wanted if each.address not in followed]
        followed |= {one.address: one for one in follow(new, seconds=seconds)}
        known = Known(
            codes=codes,
            reached={address: one.status for address, one in followed.items()},
            violating=frozenset(_violating(page.graph, own)),
        )
        datasets += scores(page.graph, known)
        findings += own
    return Judgement(pages=pages, datasets=datasets, findings=findings, followed=[*followed.values()])


def _beneath(page: HarvestedPage, which: Follow) -> tuple[str, ...]:
    if which is Follow.NONE:
        return ("\0",)
    if which is Follow.ALL:
        return ("http://", "https://")
    parts = urlsplit(page.address)
    return (f"{parts.scheme}://{parts.netloc}/",) if parts.scheme in ("http", "https") else ("\0",)


def _violating(graph: Graph, findings: Iterable[Finding]) -> Iterator[str]:
    """Datasets that violate a shape, or that something describes that does."""
    bad = {one.node for one in findings if one.is_violation}
    if not bad:
        return
    resources = {
        node
        for kind in (DCAT.Catalog, DCAT.Dataset, DCAT.DataService)
        for node in graph.subjects(RDF.type, kind)
    }
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        if bad & {str(node) for node in _describing(graph, dataset, resources)}:
            yield str(dataset)


def _describing(graph: Graph, dataset: Node, resources: set[Node]) -> Iterator[Node]:
    """A dataset and all that is told of it, short of other datasets."""
    seen, waiting = {dataset}, [dataset]
    while waiting:
        node = waiting.pop()
        yield node
        for value in graph.objects(node):
            if isinstance(value, URIRef | BNode) and value not in seen and value not in resources:
                seen.add(value)
                waiting.append(value)
