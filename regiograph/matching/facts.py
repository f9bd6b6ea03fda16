"""What matching knows of an edition: plain values, read by SPARQL through whoever may ask it."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from regiograph.iris import CODE
from regiograph.questions import Questions

Row = Mapping[str, str]
Answers = Mapping[str, list[Row]]
"""The rows of each reading query, by its name."""

_ROLE = CODE + "role/"
TAKING_PART = frozenset({"lead", "co-lead", "lead-support", "participating", "involved"})
LEADING = frozenset({"lead", "co-lead"})
INTERESTED = "interested"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A territory that may take part: a NUTS region of any level, or a place without a code."""

    iri: str
    label: str
    label_fr: str
    code: str
    country: str
    parent: str
    replacement: str

    @property
    def is_nowhere(self) -> bool:
        """Whether it is NUTS's name for land in no region, such as embassies: nothing but Z."""
        return bool(self.code[2:]) and not self.code[2:].strip("Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """What people take part in: a partnership, one of its working areas, or a project beside them."""

    iri: str
    label: str
    of: str  # the partnership; a partnership is of itself
    is_project: bool = False
    platform: str = ""
    platform_label: str = ""
    claims: tuple[str, ...] = ()  # excerpts that say which platform

    @property
    def is_area(self) -> bool:
        """Whether it is a working area."""
        return self.of != self.iri


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation:
    """An organisation or hub."""

    iri: str
    label: str
    type: str = ""
    type_label: str = ""
    sector: str = ""
    seat: str = ""
    is_hub: bool = False
    services: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Participation:
    """Somebody named in something, and the excerpt that says so."""

    iri: str
    who: str
    what: str
    role: str
    end: str  # last day of the period it was reported for; empty for web pages
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Words on a circle."""

    circle: str
    kind: str  # name, area, claim, summary or result
    text: str
    evidence: str  # none for a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """A dated event or report."""

    iri: str
    circle: str
    day: str
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """How a partnership rates its contribution to a goal, 1 to 5."""

    circle: str
    goal: int
    value: int
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpt:
    """The words that say it, and where they stand."""

    quote: str
    document: str
    source: str
    line: str = ""
    column: str = ""
    path: str = ""


class Territory:
    """Which region lies where: what is around it, who borders it, which macro-regions hold it."""

    def __init__(self, regions: Mapping[str, Region], borders: Iterable[Row]) -> None:
        self.regions = regions
        self._touching: dict[str, set[str]] = defaultdict(set)
        self._children: dict[str, set[str]] = defaultdict(set)
        self.macro_regions: dict[str, set[str]] = defaultdict(set)
        self.macro_labels: dict[str, tuple[str, str]] = {}
        self.eu13: set[str] = set()
        for row in borders:
            self._learn(row)
        for region in regions.values():
            if region.parent not in ("", region.iri) and not region.replacement and not region.is_nowhere:
                self._children[region.parent].add(region.iri)

    def _learn(self, row: Row) -> None:
        match row["kind"]:
            case "border":
                self._touching[row["whole"]].add(row["part"])
                self._touching[row["part"]].add(row["whole"])
            case "eu13":
                self.eu13.add(row["part"])
            case _:
                self.macro_regions[row["whole"]].add(row["part"])
                self.macro_labels[row["whole"]] = (row["label"], row.get("labelFr", row["label"]))

    def around(self, region: str) -> tuple[str, ...]:
        """A region and the regions it is a part of, the nearest first."""
        found = [region]
        while (known := self.regions.get(found[-1])) and known.parent and known.parent not in found:
            found.append(known.parent)
        return tuple(found)

    def neighbours(self, region: str) -> frozenset[str]:
        """The regions that border one, of all levels."""
        return frozenset(self._touching.get(region, ()))

    def country(self, region: str) -> str:
        """The country of a region; empty where none is known."""
        return self.regions[region].country if region in self.regions else ""

    def macros(self, region: str) -> frozenset[str]:
        """The macro-regions a region lies in."""
        around = set(self.around(region))
        return frozenset(macro for macro, parts in self.macro_regions.items() if parts & around)

    def is_eu13(self, region: str) -> bool:
        """Whether it lies in a state that joined from 2004 on."""
        return self.country(region) in self.eu13

    def same_land(self, region: str) -> Iterator[str]:
        """The codes of the same territory: what replaced it, and levels that are not divided further."""
        known = self.regions.get(region)
        while known and known.replacement in self.regions:
            region = known.replacement
            known = self.regions[region]
        yield region
        one = region
        while len(children := self._children.get(one, set())) == 1:
            (one,) = children
            yield one
        one = region
        while (known := self.regions.get(one)) and len(self._children.get(known.parent, ())) == 1:
            one = known.parent
            yield one


@dataclass(frozen=True, kw_only=True)
class Facts:
    """All that suggestions are made of. What is not in here is no reason."""

    territory: Territory
    circles: Mapping[str, Circle]
    organisations: Mapping[str, Organisation]
    participations: tuple[Participation, ...]
    texts: tuple[Text, ...] = ()
    activities: tuple[Activity, ...] = ()
    ratings: tuple[Rating, ...] = ()
    excerpts: Mapping[str, Excerpt] = field(default_factory=dict)

    @classmethod
    def of(cls, answers: Answers) -> "Facts":
        """From the rows of the reading queries."""
        return _Reader(answers).facts()

    @classmethod
    def read(cls, queries: Questions, ask: Callable[[str], bytes]) -> "Facts":
        """From whoever answers SELECT queries with SPARQL results JSON."""
        return cls.of({name: rows(ask(text)) for name, text in reading(queries).items()})

    @cached_property
    def newest(self) -> str:
        """The last day of which anything is dated."""
        return max((each.day for each in self.activities), default="")

    def only(self, kept: Callable[[Participation], bool]) -> "Facts":
        """The same with only some of the participations."""
        return replace(self, participations=tuple(each for each in self.participations if kept(each)))


def reading(queries: Questions) -> dict[str, str]:
    """The reading queries, by name."""
    return {name: query.text for name, query in queries.items() if name.startswith("read-")}


def rows(results: bytes) -> list[Row]:
    """The rows of SPARQL results JSON as plain texts."""
    bindings = json.loads(results)["results"]["bindings"]
    return [{name: term["value"] for name, term in row.items()} for row in bindings]


class _Reader:
    def __init__(self, answers: Answers) -> None:
        self._answers = answers

    def facts(self) -> Facts:
        return Facts(
            territory=Territory(self._regions(), self._answers["read-borders"]),
            circles=self._circles(),
            organisations=self._organisations(),
            participations=tuple(self._participations()),
            texts=tuple(self._texts()),
            activities=tuple(self._activities()),
            ratings=tuple(self._ratings()),
            excerpts=self._excerpts(),
        )

    def _regions(self) -> dict[str, Region]:
        found: dict[str, Region] = {}
        for row in self._answers["read-regions"]:
            found.setdefault(
                row["region"],
                Region(
                    iri=row["region"],
                    label=row["label"],
                    label_fr=row.get("labelFr", row["label"]),
                    code=row.get("code", ""),
                    country=row.get("country", ""),
                    parent=row.get("parent", ""),
                    replacement=row.get("replacement", ""),
                ),
            )
        return found

    def _circles(self) -> dict[str, Circle]:
        found: dict[str, Circle] = {}
        for row in self._answers["read-circles"]:
            known = found.get(row["circle"])
            claims = (*(known.claims if known else ()), *([row["claim"]] if "claim" in row else ()))
            found[row["circle"]] = Circle(
                iri=row["circle"],
                label=known.label if known else row["label"],
                of=row["of"],
                is_project="project" in row,
                platform=known.platform if known else row.get("platform", ""),
                platform_label=known.platform_label if known else row.get("platformLabel", ""),
                claims=tuple(dict.fromkeys(claims)),
            )
        return found

    def _organisations(self) -> dict[str, Organisation]:
        found: dict[str, Organisation] = {}
        for row in self._answers["read-organisations"]:
            iri = row["organisation"]
            known = found.get(iri) or Organisation(
                iri=iri,
                label=row["label"],
                type=row.get("type", "").rpartition("/")[2],
                type_label=row.get("typeLabel", ""),
                sector=row.get("sector", "").rpartition("/")[2],
                seat=row.get("seat", ""),
                is_hub="hub" in row,
            )
            found[iri] = replace(
                known,
                services=_with(known.services, row.get("about")),
                evidence=_with(known.evidence, row.get("aboutEvidence")),
            )
        return found

    def _participations(self) -> Iterator[Participation]:
        for row in _distinct(self._answers["read-participations"], "participation", "evidence"):
            yield Participation(
                iri=row["participation"],
                who=row["who"],
                what=row["what"],
                role=row["role"].removeprefix(_ROLE),
                end=row.get("end", ""),
                evidence=row["evidence"],
            )

    def _texts(self) -> Iterator[Text]:
        for row in _distinct(self._answers["read-texts"], "circle", "kind", "text", "evidence"):
            yield Text(
                circle=row["circle"], kind=row["kind"], text=row["text"], evidence=row.get("evidence", "")
            )

    def _activities(self) -> Iterator[Activity]:
        for row in _distinct(self._answers["read-activities"], "circle", "activity", "day"):
            yield Activity(
                iri=row["activity"], circle=row["circle"], day=row["day"], evidence=row["evidence"]
            )

    def _ratings(self) -> Iterator[Rating]:
        for row in _distinct(self._answers["read-ratings"], "circle", "goal", "report"):
            yield Rating(
                circle=row["circle"],
                goal=int(row["goal"]),
                value=int(row["value"]),
                evidence=row["evidence"],
            )

    def _excerpts(self) -> dict[str, Excerpt]:
        return {
            row["excerpt"]: Excerpt(
                quote=row["quote"],
                document=row["document"],
                source=row.get("source", row["document"]),
                line=row.get("line", ""),
                column=row.get("column", ""),
                path=row.get("path", ""),
            )
            for row in self._answers["read-excerpts"]
        }


def _with(known: tuple[str, ...], value: str | None) -> tuple[str, ...]:
    return known if value is None or value in known else (*known, value)


def _distinct(rows: Iterable[Row], *names: str) -> Iterator[Row]:
    """Each row that differs in these columns, once; the first is taken."""
    seen: set[tuple[str, ...]] = set()
    for row in rows:
        key = tuple(row.get(name, "") for name in names)
        if key not in seen:
            seen.add(key)
            yield row
