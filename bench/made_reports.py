"""Reports that nobody wrote, in the project's own vocabulary: the same seed gives the same quads.

A made report has the size and shape of the real one: about 70 participations, each with its excerpt and
quote, four working areas, six events, 17 assessments; 2 800 quads with what is derived from them.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from pyoxigraph import Quad

from ingest.quads import Graph
from ingest.vocabulary import vocabulary_quads
from regiograph.derive import SuperTypes, derive
from regiograph.iris import ACCESS, CODE, DCAT, DCTERMS, FOAF, OA, PROV, RDFS, RG, SCHEMA, Iris
from regiograph.rooms import room

IRIS = Iris("https://w3id.org/regiograph")
PERIODS = [f"{year}-h{half}" for year in range(2016, 2036) for half in (1, 2)]
REGIONS = [
    f"{country}{number:02d}"
    for country in ("BE", "DE", "EE", "ES", "FR", "IT", "NL", "PL")
    for number in range(50)
]
TOPICS = [
    "cyber range",
    "batteries",
    "photonics",
    "bio-economy",
    "smart sensors",
    "3D printing",
    "health data",
    "hydrogen",
]
_WORDS = "region partner pilot demo network roadmap testbed skills value chain mapping matchmaking scale"
WORDS = _WORDS.split(" ")
PER_REPORT = 2_950


@dataclass(frozen=True)
class Made:
    """One made report. Its quads are made each time they are asked for, so that memory stays flat."""

    seed: int
    partnership: int
    period: str
    version: int = 0  # another version of the report says some things differently

    @property
    def name(self) -> str:
        """Its graph."""
        return IRIS.report(self.key, self.period, "graph")

    @property
    def derived_name(self) -> str:
        """The graph of what follows from it."""
        return IRIS.graph(f"derived/report/{self.key}/{self.period}")

    @property
    def key(self) -> str:
        """Its partnership."""
        return f"partnership-{self.partnership}"

    def quads(self) -> tuple[Quad, ...]:
        """All that it says."""
        return _Writing(self).graph.quads()

    def derived(self, super_types: SuperTypes) -> tuple[Quad, ...]:
        """What follows from it."""
        return derive(self.quads(), super_types, self.derived_name)


class Lazily:
    """Quads that are made when they are read."""

    def __init__(self, report: Made, super_types: SuperTypes | None = None) -> None:
        self._report, self._super_types = report, super_types

    def __iter__(self) -> Iterator[Quad]:
        return iter(self._report.derived(self._super_types) if self._super_types else self._report.quads())


def reports(seed: int) -> Iterator[Made]:
    """Made reports without end: each partnership has one for every half-year."""
    partnership = 0
    while True:
        yield from (Made(seed, partnership, period) for period in PERIODS)
        partnership += 1


def graphs(seed: int, quads: int, super_types: SuperTypes) -> dict[str, object]:
    """Graphs with about so many quads: vocabulary, registers, and reports for the rest."""
    vocabulary: dict[str, list[Quad]] = {}
    for quad in (*vocabulary_quads(room("ontology"), IRIS), *_registers(quads).quads()):
        vocabulary.setdefault(quad.graph_name.value, []).append(quad)  # type: ignore[union-attr]
    there = sum(map(len, vocabulary.values()))
    found: dict[str, object] = dict(vocabulary)
    for report in islice(reports(seed), max(1, (quads - there) // PER_REPORT)):
        found[report.name] = Lazily(report)
        found[report.derived_name] = Lazily(report, super_types)
    return found


def _registers(quads: int) -> Graph:
    graph = Graph(IRIS.graph("regions"))
    for code in REGIONS:
        region = IRIS.entity("region", code)
        graph.type(region, RG + "NutsRegion", RG + "Region")
        graph.say(region, RG + "nutsCode", code)
        graph.say(region, RDFS + "label", f"Region {code}")
        graph.link(region, RG + "country", IRIS.entity("region", code[:2]))
    for number in range(quads // (PER_REPORT * len(PERIODS)) + 1):
        partnership = IRIS.entity("partnership", f"partnership-{number}")
        graph.type(partnership, RG + "Partnership")
        graph.say(partnership, RDFS + "label", f"Partnership {number}")
    return graph


class _Writing:
    """Writes one made report."""

    def __init__(self, made: Made) -> None:
        self.graph = Graph(made.name)
        self._made = made
        self._random = random.Random(f"{made.seed}/{made.partnership}/{made.period}")
        self._line = 0
        self._report = self._node("report")
        self._partnership = IRIS.entity("partnership", made.key)
        self._source = IRIS.source(f"{made.partnership:032x}{PERIODS.index(made.period):032x}")
        self._frame()
        areas = [self._area(number) for number in range(4)]
        self._participations(
            "Partnership", self._partnership, ["lead"] + ["participating"] * 9 + ["interested"] * 6
        )
        for area in areas:
            self._participations("WorkingArea", area, ["lead"] + ["involved"] * 7)
        for number in range(6):
            self._event(number, areas)
        for goal in range(1, 18):
            self._assessment(goal)

    def _node(self, part: str) -> str:
        return IRIS.report(self._made.key, self._made.period, part)

    def _frame(self) -> None:
        graph, made = self.graph, self._made
        year, half = int(made.period[:4]), int(made.period[-1])
        source = self._source
        graph.type(self._report, RG + "ProgressReport")
        graph.say(self._report, DCTERMS + "title", f"Report of partnership {made.partnership}, {made.period}")
        graph.link(self._report, RG + "ofPartnership", self._partnership)
        graph.link(self._report, RG + "reportingPeriod", self._node("period"))
        graph.link(self._report, PROV + "wasDerivedFrom", source)
        graph.link(self._report, FOAF + "homepage", f"https://example.org/{made.key}")
        graph.say(self._report, RG + "executiveSummary", self._sentence(60 + made.version))
        graph.type(self._node("period"), DCTERMS + "PeriodOfTime")
        graph.value(self._node("period"), DCAT + "startDate", date(year, 1 if half == 1 else 7, 1))
        graph.value(self._node("period"), DCAT + "endDate", date(year, 6 if half == 1 else 12, 30))
        graph.say(self._node("period"), RDFS + "label", made.period)
        graph.type(source, RG + "SourceDocument")
        graph.say(source, RDFS + "label", f"{made.key}-{made.period}.md")
        graph.link(made.name, DCTERMS + "accessRights", ACCESS + "PUBLIC")
        for number in range(22):
            answer = self._node(f"answer-{number}")
            graph.link(self._report, RG + "hasAnswer", answer)
            graph.type(answer, RG + "FieldAnswer")
            graph.link(answer, RG + "field", f"{CODE}field/field-{number}")
            graph.link(answer, RG + "answerStatus", f"{CODE}status/answered")
            graph.link(answer, DCTERMS + "accessRights", ACCESS + "PUBLIC")
            graph.say(answer, RG + "answerText", self._sentence(25))

    def _area(self, number: int) -> str:
        topic = TOPICS[(self._made.partnership + number) % len(TOPICS)]
        area = IRIS.area(self._made.key, f"{topic} {number}")
        self.graph.type(area, RG + "WorkingArea")
        self.graph.say(area, RDFS + "label", f"{topic.capitalize()} {number}")
        self.graph.link(area, RG + "ofPartnership", self._partnership)
        self.graph.value(area, RG + "rowNumber", number + 1)
        self._told(area)
        return area

    def _participations(self, kind: str, what: str, roles: list[str]) -> None:
        for code, role in zip(self._random.sample(REGIONS, len(roles)), roles, strict=True):
            node = self._node(f"participation/{what.rpartition('/')[2]}-{role}-{code}".lower())
            self.graph.type(node, f"{RG}{kind}Participation")
            self.graph.link(node, RG + "participant", IRIS.entity("region", code))
            self.graph.link(node, RG + "participatesIn", what)
            self.graph.link(node, RG + "role", f"{CODE}role/{role}")
            self.graph.link(node, DCTERMS + "temporal", self._node("period"))
            self.graph.say(node, RG + "nameAsReported", f"Region {code}")
            self.graph.value(node, RG + "namedExplicitly", True)
            self.graph.value(node, RG + "matchConfidence", 1 - self._random.randrange(25) / 100)
            self.graph.say(node, RG + "matchMethod", "label")
            self._told(node)

    def _event(self, number: int, areas: list[str]) -> None:
        day = date(int(self._made.period[:4]), self._random.randint(1, 12), self._random.randint(1, 28))
        event = IRIS.event(self._made.key, day.isoformat(), f"Meeting {number}")
        self.graph.type(event, RG + "PartnershipEvent")
        self.graph.say(event, RDFS + "label", f"Meeting {number}")
        self.graph.link(event, RG + "ofPartnership", self._partnership)
        self.graph.link(event, RG + "reportedStatus", f"{CODE}status/past")
        self.graph.value(event, SCHEMA + "startDate", day)
        self.graph.link(event, RG + "aboutWorkingArea", self._random.choice(areas))
        self.graph.say(event, DCTERMS + "description", self._sentence(20))
        self._told(event)
        self._participations("Event", event, ["organiser", "presenter", "invited", "invited"])

    def _assessment(self, goal: int) -> None:
        node = self._node(f"sdg-{goal}")
        self.graph.type(node, RG + "SdgAssessment")
        self.graph.link(node, RG + "goal", f"http://metadata.un.org/sdg/{goal}")
        self.graph.link(node, RG + "rating", f"{CODE}rating/{self._random.choice(['high', 'medium', 'low'])}")
        self.graph.link(node, RG + "ofPartnership", self._partnership)
        self._told(node)

    def _told(self, node: str) -> None:
        """Where it says so."""
        self._line += 1
        excerpt = self._node(f"excerpt/L{self._line}")
        self.graph.link(node, RG + "reportedIn", self._report)
        self.graph.link(node, RG + "evidence", excerpt)
        self.graph.type(excerpt, RG + "SourceExcerpt")
        self.graph.link(excerpt, OA + "hasSource", self._source)
        self.graph.value(excerpt, RG + "lineStart", self._line)
        self.graph.value(excerpt, RG + "lineEnd", self._line)
        self.graph.value(excerpt, RG + "columnStart", 1)
        self.graph.value(excerpt, RG + "columnEnd", self._random.randint(10, 200))
        self.graph.link(excerpt, OA + "hasSelector", f"{excerpt}/quote")
        self.graph.type(f"{excerpt}/quote", OA + "TextQuoteSelector")
        self.graph.say(f"{excerpt}/quote", OA + "exact", self._sentence(6))
        self.graph.say(f"{excerpt}/quote", OA + "prefix", self._sentence(8))
        self.graph.say(f"{excerpt}/quote", OA + "suffix", self._sentence(8))

    def _sentence(self, words: int) -> str:
        return " ".join(self._random.choices(WORDS, k=words)) + f" {self._made.version or ''}".rstrip()
