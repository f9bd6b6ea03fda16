"""Which datasets an edition has: the whole, registers, one a partnership, one a report; and what they are of.

What is told of them comes from the edition by short queries that every engine runs; joins are made here.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path

from regiograph.dumps.pieces import Piece
from regiograph.iris import Iris
from regiograph.store.answers import Rows
from regiograph.store.base import Readable


class Kind(StrEnum):
    """What a dataset is of."""

    WHOLE = "whole"
    ONTOLOGY = "ontology"
    CODES = "codes"
    REGIONS = "regions"
    ORGANISATIONS = "organisations"
    PARTNERSHIP = "partnership"
    REPORT = "report"


REGISTERS = (Kind.ONTOLOGY, Kind.CODES, Kind.REGIONS, Kind.ORGANISATIONS)
"""Datasets that are one graph, and what is derived from it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dataset:
    """One dataset. Its id is the same in every edition."""

    id: str
    kind: Kind
    about: str = ""  # the IRI of the partnership or the report
    label: str = ""  # what that is called
    others: tuple[str, ...] = ()  # other names of the partnership
    period: str = ""  # of a report, as written
    start: str = ""  # ISO dates, where known
    end: str = ""
    places: tuple[str, ...] = ()  # NUTS codes
    series: str = ""  # of a report: the id of the partnership's dataset
    pieces: tuple[Piece, ...] = ()

    @property
    def graphs(self) -> tuple[str, ...]:
        """The named graphs that hold it, or a part of it."""
        return tuple(dict.fromkeys(piece.graph for piece in self.pieces if piece.graph))

    @property
    def quads(self) -> int:
        """How many statements it has."""
        return sum(piece.quads for piece in self.pieces)


@dataclass(slots=True)
class _Dates:
    """The first and the last of some dates."""

    start: str = ""
    end: str = ""

    def add(self, start: str, end: str = "") -> None:
        start, end = _day(start), _day(end or start)
        if start:
            self.start = min(self.start or start, start)
        if end:
            self.end = max(self.end, end)


@dataclass(slots=True)
class _Report:
    iri: str
    graph: str
    partnership: str = ""
    period: str = ""
    start: str = ""
    end: str = ""


@dataclass(slots=True)
class _Found:
    """What an edition says that datasets are made of."""

    labels: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    others: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    partnerships: dict[str, None] = field(default_factory=dict)
    reports: dict[str, _Report] = field(default_factory=dict)
    places: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """NUTS codes by graph and partnership."""
    nuts: _Dates = field(default_factory=_Dates)
    """From the first version of NUTS to the last."""
    dates: dict[str, _Dates] = field(default_factory=lambda: defaultdict(_Dates))


def datasets_of(
    reader: Readable, iris: Iris, pieces: Mapping[str, Piece], slices: Mapping[str, Sequence[Piece]]
) -> list[Dataset]:
    """All datasets, in the order of their ids after the whole and the registers.

    `pieces` are those of whole graphs, `slices` what graphs that tell of many partnerships say of each.
    """
    found = _read(reader)
    reports = sorted(_reports(found, iris, pieces), key=lambda one: one.id)
    partnerships = sorted(_partnerships(found, iris, reports, slices), key=lambda one: one.id)
    registers = [_register(kind, iris, pieces, found.nuts) for kind in REGISTERS]
    whole = Dataset(
        id=Kind.WHOLE,
        kind=Kind.WHOLE,
        start=min((one.start for one in partnerships if one.start), default=""),
        end=max((one.end for one in partnerships if one.end), default=""),
        pieces=tuple(pieces[name] for name in sorted(pieces)),
    )
    return [whole, *(one for one in registers if one.pieces), *partnerships, *reports]


def partnerships_of(reader: Readable, iris: Iris) -> list[str]:
    """The IRIs of all partnerships that have a dataset, sorted."""
    found = {row["p"] for row in _rows(reader, "partnerships")}
    return sorted(iri for iri in found if _key(iri, iris, "partnership"))


def _register(kind: Kind, iris: Iris, pieces: Mapping[str, Piece], years: _Dates) -> Dataset:
    names = (iris.graph(kind), iris.graph(f"derived/{kind}"))
    held = tuple(pieces[name] for name in names if name in pieces)
    dates = years if kind is Kind.REGIONS else _Dates()
    return Dataset(id=kind, kind=kind, start=dates.start, end=dates.end, pieces=held)


def _reports(found: _Found, iris: Iris, pieces: Mapping[str, Piece]) -> Iterator[Dataset]:
    for report in found.reports.values():
        if not (key := _key(report.iri, iris, "report").removesuffix("/report")):
            continue
        names = (report.graph, iris.graph(f"derived/report/{key}"))
        label = _label(found, report.partnership) or _name(key.partition("/")[0])
        yield Dataset(
            id=f"report-{key.replace('/', '-')}",
            kind=Kind.REPORT,
            about=report.iri,
            label=label,
            period=report.period,
            start=report.start,
            end=report.end,
            places=tuple(sorted(found.places.get((report.graph, report.partnership), ()))),
            series=f"partnership-{_key(report.partnership, iris, 'partnership')}",
            pieces=tuple(pieces[name] for name in names if name in pieces),
        )


def _partnerships(
    found: _Found, iris: Iris, reports: Iterable[Dataset], slices: Mapping[str, Sequence[Piece]]
) -> Iterator[Dataset]:
    of_series: dict[str, list[Dataset]] = defaultdict(list)
    for report in reports:
        of_series[report.series].append(report)
    places: dict[str, set[str]] = defaultdict(set)
    for (_graph, partnership), codes in found.places.items():
        places[partnership] |= codes
    for iri in found.partnerships:
        if not (key := _key(iri, iris, "partnership")):
            continue
        one = Dataset(id=f"partnership-{key}", kind=Kind.PARTNERSHIP, about=iri)
        own = of_series.get(one.id, ())
        dates = found.dates.get(iri, _Dates())
        for report in own:
            dates.add(report.start, report.end)
        held = [piece for report in own for piece in report.pieces] + [*slices.get(iri, ())]
        yield replace(
            one,
            label=_label(found, iri) or _name(key),
            others=tuple(sorted({*found.others.get(iri, ())})),
            start=dates.start,
            end=dates.end,
            places=tuple(sorted(places.get(iri, ()))),
            pieces=tuple(held),
        )


def _label(found: _Found, iri: str) -> str:
    return min(found.labels.get(iri, ()), default="")


def _name(key: str) -> str:
    return key.replace("-", " ").capitalize()


def _key(iri: str, iris: Iris, kind: str) -> str:
    before = iris.entity(kind, "")
    key = iri.removeprefix(before) if iri.startswith(before) else ""
    return key if re.fullmatch(r"[a-z0-9]+(?:[-/][a-z0-9]+)*", key) else ""


# --- what the edition is asked ---


_DAY = re.compile(r"[12]\d{3}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])")
_NUTS = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")
_ASKED = Path(__file__).parent / "asked"


def _read(reader: Readable) -> _Found:
    found = _Found()
    for row in _rows(reader, "partnerships"):
        found.partnerships[row["p"]] = None
        found.labels[row["p"]] += [row["label"]] if "label" in row else []
        found.others[row["p"]] += [row["other"]] if "other" in row else []
    for row in _rows(reader, "reports"):
        given = {name: _day(row.get(name, "")) for name in ("start", "end")}
        found.reports[row["r"]] = _Report(row["r"], row["g"], row.get("p", ""), row.get("label", ""), **given)
    belongs = {row["what"]: row["p"] for row in _rows(reader, "belongs")}
    for row in _rows(reader, "participations"):
        partnership = belongs.get(row["what"], row["what"])
        if _NUTS.fullmatch(row["code"]):
            found.places[row["g"], partnership].add(row["code"])
    for row in _rows(reader, "events"):
        found.dates[row["p"]].add(row["start"], row.get("end", ""))
    for row in _rows(reader, "years"):
        found.dates[row["p"]].add(f"{row['year']}-01-01", f"{row['year']}-12-31")
    for row in _rows(reader, "versions"):
        found.nuts.add(f"{row['year']}-01-01", f"{row['year']}-12-31")
    return found


def _day(text: str) -> str:
    """The day of a date as loaded data may write it; nothing where there is none."""
    found = _DAY.match(text)
    return found[0] if found else ""


def _rows(reader: Readable, name: str) -> Iterator[dict[str, str]]:
    answer = reader.query((_ASKED / f"{name}.rq").read_text(encoding="utf-8"))
    if isinstance(answer, Rows):
        for row in answer:
            yield {name: str(getattr(term, "value", term)) for name, term in row.items()}
