"""A catalogue of European Digital Innovation Hubs, as XLSX or CSV → quads. Knows headers, held as data.

Columns are read by an allow-list (`edih.toml`); what a column says of people is never looked at.
"""

import csv
import io
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter
from pyoxigraph import Quad
from rapidfuzz import fuzz

from ingest.form import Source
from ingest.quads import Graph, Node
from ingest.read.bounded import Container
from ingest.resolve.names import fold, tidy
from ingest.resolve.resolution import Entity, Kind, Outcome
from ingest.resolve.resolver import Resolver
from regiograph.errors import NotReadable
from regiograph.iris import ACCESS, CODE, DCTERMS, FOAF, OA, PROV, RDFS, RG, SKOS, Iris, slug

_MOST_BYTES = 20 * 2**20
_MOST_ROWS = 20_000
_MOST_COLUMNS = 100
_HEADER_WITHIN = 12  # rows that may stand above the header
_LONGEST_NAME = 300  # characters
_LONGEST_VALUE = 400  # characters of one service or sector
_ADDRESS = re.compile(r"https?://[^\s<>\"']+\.[^\s<>\"'…]+$", re.IGNORECASE)
_PERSONAL_VALUE = re.compile(r"\S@\S|\+\d[\d\s()./-]{6,}")
_BREAKS = re.compile(r"\s*[;|\n\u2028•]\s*")
_COMMAS = re.compile(r",\s+(?![^()]*\))")
_LEVEL = re.compile(r"\s+[-–]\s*[1-5]\s*$")  # how far a hub is engaged, as the catalogue writes it
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_VALUES = {
    "services": RG + "offersService",
    "sectors": RG + "servesSector",
    "technologies": RG + "hasTechnology",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    text: str
    path: str  # "sheet EDIH Catalogue, cell A5", "line 5, column 1"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hub:
    """One row: its allowed cells by column key."""

    row: int
    cells: Mapping[str, _Cell]

    def text(self, column: str) -> str:
        """The text of a cell, or nothing."""
        return self.cells[column].text if column in self.cells else ""


def recognises(data: bytes) -> bool:
    """Whether bytes are a catalogue of hubs. Never raises."""
    try:
        return bool(_hubs(Source(name="catalogue", data=data)))
    except NotReadable:
        return False


def kept(name: str, data: bytes) -> bytes:
    """The catalogue as CSV with the columns that are read and no other: all of it that may be archived.

    Raises:
        NotReadable: it is no catalogue, damaged, or too large.
    """
    headers = _Headers.read().first()
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(headers.values())
    for hub in _hubs(Source(name=name, data=data)):
        writer.writerow([hub.text(column) for column in headers])
    return out.getvalue().encode()


def edih_quads(name: str, data: bytes, iris: Iris, resolver: Resolver) -> Iterator[Quad]:
    """What a catalogue says of each hub, in the graph `/graph/edih/<sha256>`; same bytes, same quads.

    Raises:
        NotReadable: it is no catalogue, damaged, or too large.
    """
    source = Source(name=name, data=data)
    hubs = _hubs(source)
    if not hubs:
        raise NotReadable(
            "This is not a catalogue of European Digital Innovation Hubs.",
            where=name,
            way_out="Send the export of the catalogue, with the names and countries of the hubs.",
        )
    yield from _Catalogue(source, iris, resolver).quads(hubs)


class _Catalogue:
    def __init__(self, source: Source, iris: Iris, resolver: Resolver) -> None:
        self.source, self.iris, self.resolver = source, iris, resolver
        self.node = iris.source(source.sha256)
        self.graph = Graph(iris.graph(f"edih/{source.sha256}"))

    def quads(self, hubs: list[_Hub]) -> tuple[Quad, ...]:
        graph = self.graph
        graph.type(self.node, RG + "SourceDocument")
        graph.say(self.node, RDFS + "label", self.source.name)
        graph.say(self.node, DCTERMS + "format", _XLSX if _is_workbook(self.source.data) else "text/csv")
        graph.say(self.node, RG + "sha256", self.source.sha256)
        graph.type(graph.name, PROV + "Entity")
        graph.link(graph.name, PROV + "wasDerivedFrom", self.node)
        graph.link(graph.name, DCTERMS + "accessRights", ACCESS + "PUBLIC")
        for hub in hubs:
            self.hub(hub)
        return graph.quads()

    def hub(self, hub: _Hub) -> None:
        """One hub. A hub of the register keeps its IRI; of one in no register the name is the key."""
        graph, name = self.graph, hub.text("name")
        key = self.key(hub)
        node = self.iris.entity(Kind.ORGANISATION, key)
        graph.type(node, RG + "DigitalInnovationHub")
        # The register has named those it knows; the catalogue's name is then another one.
        known = self.resolver.entity(Kind.ORGANISATION, key) is not None
        graph.say(node, (SKOS + "altLabel") if known else (RDFS + "label"), name)
        title = hub.text("title")
        graph.say(node, SKOS + "altLabel", title if title and title != name else None)
        graph.link(node, RG + "organisationType", f"{CODE}organisation-type/dih")
        graph.link(node, RG + "helixSector", f"{CODE}helix/intermediary")
        seat = self.seat(hub)
        graph.link(node, RG + "basedIn", self.iris.entity(seat.kind, seat.key) if seat else None)
        website = hub.text("website")
        graph.link(node, FOAF + "homepage", website if _ADDRESS.match(website) else None)
        for column, prop in _VALUES.items():
            for value in _values(hub.text(column)):
                graph.say(node, prop, value)
        graph.link(node, PROV + "wasDerivedFrom", self.node)
        graph.link(node, RG + "evidence", self.excerpt(hub))

    def key(self, hub: _Hub) -> str:
        found = self.resolver.organisation(hub.text("name"), country=hub.text("country"))
        if found.outcome is Outcome.SURE and found.entity and found.entity.kind is Kind.ORGANISATION:
            return found.entity.key
        key = slug(hub.text("name"))
        while self.resolver.entity(Kind.ORGANISATION, key):
            key += "-as-written"
        return key

    def seat(self, hub: _Hub) -> Entity | None:
        """The region, where it is surely one of the country; else the country."""
        country = self.resolver.region(hub.text("country"))
        region = (
            self.resolver.region(hub.text("region"), country=hub.text("country"))
            if hub.text("region")
            else None
        )
        for found in (region, country):
            if found and found.outcome is Outcome.SURE and found.entity:
                return found.entity
        return None

    def excerpt(self, hub: _Hub) -> Node:
        """The cell with the hub's name, and its row."""
        graph, cell = self.graph, hub.cells["name"]
        node = f"{self.iris.graph(f'edih/{self.source.sha256}')}/row/{hub.row}"
        graph.type(node, RG + "SourceExcerpt")
        graph.link(node, OA + "hasSource", self.node)
        graph.value(node, RG + "tableRow", hub.row)
        graph.say(node, RG + "placePath", cell.path)
        graph.link(node, OA + "hasSelector", f"{node}/quote")
        graph.type(f"{node}/quote", OA + "TextQuoteSelector")
        graph.say(f"{node}/quote", OA + "exact", cell.text)
        return node


# --- tables ---


def _hubs(source: Source) -> list[_Hub]:
    """The rows of the first table with the headers of a catalogue; none where there is no such table."""
    if len(source.data) > _MOST_BYTES:
        raise NotReadable(
            f"The file is larger than {_MOST_BYTES // 2**20} MB.",
            where=source.name,
            way_out="Send the export of the catalogue alone.",
        )
    names = _Headers.read()
    for sheet in _sheets(source):
        rows = list(sheet)
        for at, row in enumerate(rows[:_HEADER_WITHIN]):
            columns = names.columns([cell.text for cell in row])
            if columns:
                hubs = list(_rows(rows, at, columns))
                return hubs if names.is_catalogue([c.text for c in row], hubs) else []
    return []


def _rows(rows: list[list[_Cell]], header: int, columns: Mapping[int, str]) -> Iterator[_Hub]:
    for number, row in enumerate(rows[header + 1 :], header + 2):
        cells = {
            key: row[index]
            for index, key in columns.items()
            if index < len(row) and row[index].text and not _PERSONAL_VALUE.search(row[index].text)
        }
        if "name" in cells and len(cells["name"].text) <= _LONGEST_NAME and tidy(cells["name"].text):
            yield _Hub(row=number, cells=cells)


class _Headers:
    """The headers of `edih.toml`."""

    def __init__(self, data: dict[str, Any]) -> None:
        self._usual = {key: str(names[0]) for key, names in data["columns"].items()}
        self._columns = {key: [fold(name) for name in names] for key, names in data["columns"].items()}
        self._personal = [fold(word) for word in data["personal"]]
        self._marks = [fold(word) for word in data["marks"]]
        self._required = set(data["required"])
        self._least = float(data["least_likeness"])

    @classmethod
    def read(cls) -> "_Headers":
        """The headers from their data file."""
        return cls(tomllib.loads(Path(__file__).with_suffix(".toml").read_text(encoding="utf-8")))

    def first(self) -> dict[str, str]:
        """The usual header of each column."""
        return self._usual

    def columns(self, header: list[str]) -> dict[int, str]:
        """Which column is which; nothing where the row is not the header of a catalogue."""
        scores = sorted(
            (
                (fuzz.ratio(fold(text), name), -index, key)
                for index, text in enumerate(header)
                if fold(text) and not self._is_personal(text)
                for key, names in self._columns.items()
                for name in names
            ),
            reverse=True,
        )
        found: dict[int, str] = {}
        for score, index, key in scores:
            if score >= self._least and -index not in found and key not in found.values():
                found[-index] = key
        return found if self._required <= set(found.values()) else {}

    def is_catalogue(self, header: list[str], hubs: list[_Hub]) -> bool:
        """Whether headers, or most names, speak of hubs: other lists have names and countries, too."""
        told = sum(self._speaks_of_hubs(f"{hub.text('name')} {hub.text('title')}") for hub in hubs)
        return bool(hubs) and (any(map(self._speaks_of_hubs, header)) or told * 2 > len(hubs))

    def _is_personal(self, text: str) -> bool:
        folded = f" {fold(text)} "
        return any(f" {word} " in folded for word in self._personal)

    def _speaks_of_hubs(self, text: str) -> bool:
        folded = f" {fold(text)} "
        return any(f" {mark} " in folded for mark in self._marks)


def _values(text: str) -> list[str]:
    """The values of a cell that lists several; at semicolons, lines and bars, else at commas.

    >>> _values("Energy - 5, Health (human, animal) - 3")
    ['Energy', 'Health (human, animal)']
    """
    parts = _BREAKS.split(text) if _BREAKS.search(text) else _COMMAS.split(text)
    tidied = (" ".join(_LEVEL.sub("", part).strip(" -–").split()) for part in parts)
    return [part for part in dict.fromkeys(tidied) if part and len(part) <= _LONGEST_VALUE]


def _is_workbook(data: bytes) -> bool:
    return data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data


def _sheets(source: Source) -> Iterator[list[list[_Cell]]]:
    if _is_workbook(source.data):
        yield from _workbook(source)
    elif text := _text(source.data):
        yield list(_lines(text))


def _workbook(source: Source) -> Iterator[list[list[_Cell]]]:
    container = Container(source)
    for name in container.names:  # openpyxl parses them again, without bounds
        if name.endswith((".xml", ".rels")):
            container.xml(name)
    try:
        workbook = load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
        for sheet in workbook.worksheets:
            sheet.reset_dimensions()
            yield [
                [
                    _Cell(
                        text=_written(value),
                        path=f"sheet {sheet.title}, cell {get_column_letter(at)}{number}",
                    )
                    for at, value in enumerate(row, 1)
                ]
                for number, row in enumerate(
                    sheet.iter_rows(max_row=_MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True), 1
                )
            ]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError):
        raise NotReadable(
            "The workbook is damaged.",
            where=source.name,
            way_out="Open it in Excel or LibreOffice, save it as .xlsx and send that file.",
        ) from None


def _written(value: object) -> str:
    return " ".join(str(value).split(" ")).strip() if value is not None else ""


def _text(data: bytes) -> str:
    if b"\x00" in data:
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return ""


def _lines(text: str) -> Iterator[list[_Cell]]:
    first = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(";,\t", key=first.count))
    line = 1
    try:
        for number, row in enumerate(reader, 1):
            if number > _MOST_ROWS:
                return
            yield [
                _Cell(text=value.strip(), path=f"line {line}, column {at}")
                for at, value in enumerate(row[:_MOST_COLUMNS], 1)
            ]
            line = reader.line_num + 1
    except csv.Error:  # a field larger than any of a catalogue
        return
