"""`partnership_facts.csv` → what public web pages say of partnerships; each fact with page and words.

Rows whose source is no web address, or that are notes on our own files, are not facts and give no quads.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pyoxigraph import Quad

from ingest.quads import Graph, Node
from ingest.report import Role
from ingest.resolve.names import fold, tidy
from ingest.resolve.resolution import Entity, Kind, Outcome, Resolution
from ingest.resolve.resolver import Resolver
from ingest.resolve.table import rows
from ingest.resolve.written import take_apart
from regiograph.iris import CODE, DCTERMS, FOAF, OA, ORG, PROV, RDFS, RG, SCHEMA, SKOS, Iris

_LABEL = RDFS + "label"
_ROLES = {
    "lead_region": Role.LEAD,
    "co_lead_region": Role.CO_LEAD,
    "participating_region": Role.PARTICIPATING,
    "organisation": Role.OTHER_ACTOR,
}
_EVENTS = {"past_event": "past", "launch_event": "past", "planned_event": "planned"}
_CLAIMS = {
    "year_established": RG + "started",
    "start_date": RG + "started",
    "webpage": FOAF + "homepage",
    "thematic_platform": RG + "inPlatform",
    "name_variant": SKOS + "altLabel",
    "monitoring_report": RG + "reportingPeriod",
    "region": RG + "basedIn",
    "type": RG + "organisationType",
    "address": SCHEMA + "address",
    "project": DCTERMS + "relation",
    "coordinator": DCTERMS + "contributor",
    "sdg": RG + "goal",
}
_DESCRIPTION = DCTERMS + "description"
_ADDRESS = re.compile(r"^(https?://\S+)\s*(.*)$")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_MONTHS = "|".join(calendar.month_name[1:])
_DAY = re.compile(rf"\b(?:(\d{{1,2}})\s*[-–]\s*)?(\d{{1,2}}) ({_MONTHS}) \[?((?:19|20)\d{{2}})\]?")
_MONTH = re.compile(rf"\b({_MONTHS}) ((?:19|20)\d{{2}})\b")
_VAGUE = re.compile(rf"\b(?:\d{{1,2}} )?(?:{_MONTHS}|Q[1-4])\b(?: \d{{4}})?|\b(?:19|20)\d{{2}}\b")


def fact_quads(reference_dir: Path, iris: Iris, resolver: Resolver) -> Iterator[Quad]:
    """The graph of public facts; the same tables give the same quads in the same order.

    Raises:
        FileNotFoundError: the installation is incomplete.
        ValueError: a row is about something that no register has.
    """
    facts = _Facts(iris, resolver, _subjects(reference_dir))
    for row in rows(reference_dir / "partnership_facts.csv"):
        facts.add(row["partnership"], row["field"], row["value"], row["source"])
    yield from facts.graph.quads()


@dataclass(frozen=True, slots=True, kw_only=True)
class EventDate:
    """The date in the words of an event. `start` is None where no day is certain."""

    text: str
    start: date | None
    end: date | None
    precision: str
    at: int  # where the text begins


def event_date(value: str) -> EventDate | None:
    """A plain date in the description of an event; None where there is none at all.

    >>> found = event_date("Steering Committee meeting, 1-2 July 2021")
    >>> found.text, found.start.isoformat(), found.end.isoformat()
    ('1-2 July 2021', '2021-07-01', '2021-07-02')
    """
    if found := _DAY.search(value):
        first, last, month, year = found[1] or found[2], found[2], _month(found[3]), int(found[4])
        try:
            start, end = date(year, month, int(first)), date(year, month, int(last))
        except ValueError:
            return EventDate(text=found[0], start=None, end=None, precision="", at=found.start())
        return EventDate(text=found[0], start=start, end=end, precision="day", at=found.start())
    if found := _MONTH.search(value):
        year, month = int(found[2]), _month(found[1])
        end = date(year, month, calendar.monthrange(year, month)[1])
        return EventDate(
            text=found[0], start=date(year, month, 1), end=end, precision="month", at=found.start()
        )
    if found := _VAGUE.search(value):
        return EventDate(text=found[0], start=None, end=None, precision="", at=found.start())
    return None


def _month(name: str) -> int:
    return list(calendar.month_name).index(name)


@dataclass(frozen=True, slots=True)
class _Subject:
    kind: str  # partnership, or a kind of partnership_fact_subjects.csv
    key: str


@dataclass(frozen=True, slots=True)
class _Source:
    """A page, and the node of the words quoted from it."""

    address: Node
    excerpt: Node


def _subjects(reference: Path) -> dict[str, _Subject]:
    return {
        row["name"]: _Subject(row["kind"], row["key"])
        for row in rows(reference / "partnership_fact_subjects.csv")
    }


class _Facts:
    def __init__(self, iris: Iris, resolver: Resolver, subjects: dict[str, _Subject]) -> None:
        self.iris, self.resolver, self.subjects = iris, resolver, subjects
        self.graph = Graph(iris.graph("public-facts"))

    def add(self, about: str, field: str, value: str, source: str) -> None:
        """One row of the table."""
        subject, address = self.subject(about), _ADDRESS.match(source)
        if subject.kind == "bookkeeping" or address is None:
            return
        cited = self.source(address[1], address[2], value)
        node = self.iris.entity(subject.kind, subject.key)
        if subject.kind == "partnership" and field in _ROLES:
            self.participation(node, _ROLES[field], value, cited)
        elif subject.kind == "partnership" and field == "working_area":
            self.area(subject.key, node, value, cited)
        elif subject.kind == "partnership" and field in _EVENTS:
            self.event(subject.key, node, _EVENTS[field], value, cited)
        else:
            self.claim(node, field, value, cited)
            self.plainly(node, field, value)

    def subject(self, about: str) -> _Subject:
        known = self.subjects.get(about)
        if known:
            return known
        found = self.resolver.partnership(about)
        if found.entity is None or found.outcome is Outcome.NEW:
            raise ValueError(f"partnership_facts.csv: {about!r} is in no register.")
        return _Subject("partnership", found.entity.key)

    def source(self, address: str, remark: str, value: str) -> _Source:
        graph, node = self.graph, self.iris.fact(f"excerpt {address} {value}")
        graph.type(address, FOAF + "Document")
        graph.type(node, RG + "SourceExcerpt")
        graph.link(node, OA + "hasSource", address)
        graph.link(node, OA + "hasSelector", f"{node}/quote")
        graph.type(f"{node}/quote", OA + "TextQuoteSelector")
        graph.say(f"{node}/quote", OA + "exact", value)
        graph.say(node, RDFS + "comment", remark or None)
        return _Source(address, node)

    def sourced(self, node: Node, cited: _Source) -> None:
        self.graph.link(node, PROV + "hadPrimarySource", cited.address)
        self.graph.link(node, RG + "evidence", cited.excerpt)

    # --- who takes part ---

    def participation(self, partnership: Node, role: Role, value: str, cited: _Source) -> None:
        graph, node = (
            self.graph,
            self.iris.fact(f"participation {partnership} {role} {value} {cited.address}"),
        )
        if role is Role.LEAD and any(fold(aside).startswith("co lead") for aside in take_apart(value).asides):
            role = Role.CO_LEAD
        named = self.resolver.organisation if role is Role.OTHER_ACTOR else self.resolver.region
        decision = named(value)
        graph.type(node, RG + "PartnershipParticipation")
        graph.link(node, RG + "participant", self.participant(node, value, decision))
        graph.link(node, RG + "participatesIn", partnership)
        graph.link(node, RG + "role", f"{CODE}role/{role}")
        graph.say(node, RG + "nameAsReported", value)
        graph.value(node, RG + "namedExplicitly", True)
        if decision.outcome is not Outcome.NEW:
            graph.value(node, RG + "matchConfidence", float(decision.score))
            graph.say(node, RG + "matchMethod", decision.method)
        self.sourced(node, cited)

    def participant(self, node: Node, value: str, decision: Resolution) -> Node:
        entity = decision.entity
        if entity is None:
            return self.in_doubt(f"{node}/mention", value, decision)
        who = self.node(entity)
        if entity.kind is Kind.GROUP:
            self.graph.type(who, RG + "UnresolvedGroup")
            self.graph.say(who, _LABEL, entity.label)
        elif decision.outcome is Outcome.NEW:
            self.graph.type(who, ORG + "Organization")
            self.graph.say(who, _LABEL, entity.label)
            self.graph.value(who, RG + "registered", False)
        return who

    def in_doubt(self, node: Node, value: str, decision: Resolution) -> Node:
        graph = self.graph
        graph.type(node, RG + "MentionInDoubt")
        graph.say(node, _LABEL, value)
        for rank, candidate in enumerate(decision.candidates, 1):
            option = f"{node}/candidate/{rank}"
            graph.link(node, RG + "hasCandidate", option)
            graph.type(option, RG + "Candidate")
            graph.link(option, RG + "candidateFor", self.node(candidate.entity))
            graph.value(option, RG + "matchConfidence", float(candidate.score))
            graph.say(option, RG + "matchMethod", candidate.reason)
            graph.value(option, RG + "rank", rank)
        return node

    def node(self, entity: Entity) -> Node:
        return self.iris.entity(entity.kind.value, entity.key)

    # --- what they take part in ---

    def area(self, key: str, partnership: Node, title: str, cited: _Source) -> None:
        node = self.iris.area(key, title)
        self.graph.type(node, RG + "WorkingArea")
        self.graph.say(node, _LABEL, title)
        self.graph.link(node, RG + "ofPartnership", partnership)
        self.sourced(node, cited)

    def event(self, key: str, partnership: Node, status: str, value: str, cited: _Source) -> None:
        when = event_date(value)
        title = (tidy(value[: when.at].rstrip(" (,")) if when and when.start else "") or value
        day = when.start.isoformat() if when and when.start else ""
        graph, node = self.graph, self.iris.event(key, day, title)
        graph.type(node, RG + "PartnershipEvent")
        graph.say(node, _LABEL, title)
        graph.link(node, RG + "ofPartnership", partnership)
        graph.link(node, RG + "reportedStatus", f"{CODE}status/{status}")
        if when:
            graph.say(node, RG + "dateAsReported", when.text)
            graph.value(node, SCHEMA + "startDate", when.start)
            graph.value(node, SCHEMA + "endDate", when.end)
            graph.link(
                node, RG + "datePrecision", f"{CODE}precision/{when.precision}" if when.precision else None
            )
        if "(online)" in value:
            graph.link(node, SCHEMA + "eventAttendanceMode", SCHEMA + "OnlineEventAttendanceMode")
        graph.say(node, _DESCRIPTION, value if title != value else None)
        self.sourced(node, cited)

    # --- single values ---

    def claim(self, subject: Node, field: str, value: str, cited: _Source) -> None:
        graph, node = self.graph, self.iris.fact(f"claim {subject} {field} {value} {cited.address}")
        graph.type(node, RG + "Claim")
        graph.link(node, RG + "claimSubject", subject)
        graph.link(node, RG + "claimProperty", _CLAIMS.get(field, _DESCRIPTION))
        graph.say(node, RG + "claimValue", value)
        if field in ("year_established", "start_date") and (year := _YEAR.search(value)):
            graph.value(node, RG + "claimYear", int(year[0]))
        self.sourced(node, cited)

    def plainly(self, subject: Node, field: str, value: str) -> None:
        """The two claims that are also said directly: the platform, and another name."""
        if field == "thematic_platform" and "/partnership/" in subject:
            platform = self.resolver.platform(value)
            self.graph.link(
                subject, RG + "inPlatform", self.iris.entity("platform", platform) if platform else None
            )
        elif field == "name_variant":
            self.graph.say(subject, SKOS + "altLabel", value)
