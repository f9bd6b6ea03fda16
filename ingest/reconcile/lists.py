"""Tables that people keep names in, CSV or a workbook → rows; and out again with columns added.

Read whole before anything is answered, so that what is wrong with a table is said once, with its line.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from openpyxl import load_workbook

from ingest.form import Source
from ingest.read.bounded import Container
from ingest.reconcile.matching import Candidate
from regiograph.errors import BadParameter, NotReadable, QueryTooLarge

ADDED = ("id", "label", "score", "match", "reason", "runner_up")
"""The columns that are added, each with `PREFIX` before it."""

PREFIX = "regiograph_"
_DELIMITERS = ",;\t|"
_NONE = "\x1f"  # in the place of a delimiter: there is one column only
_LONGEST_CELL = 10_000
_SNIFFED = 50  # lines looked at for the delimiter
_WORKBOOK = b"PK\x03\x04"


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How a table is written, so that it can be written the same way."""

    delimiter: str = ","
    mark: bool = False  # a byte order mark, as spreadsheets want it
    newline: str = "\r\n"
    note: str = ""  # what was assumed


@dataclass(frozen=True, slots=True, kw_only=True)
class PeoplesTable:
    """A table with a header."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    layout: Layout

    def column(self, wanted: str) -> int:
        """The place of a column, by name or, from 1, by number; the only one where none is named.

        Raises:
            BadParameter: there is none, or several.
        """
        if not wanted and len(self.columns) == 1:
            return 0
        exact = [place for place, name in enumerate(self.columns) if name == wanted]
        plain = wanted.strip().casefold()
        loose = [place for place, name in enumerate(self.columns) if name.strip().casefold() == plain]
        found = exact or loose
        if not found and wanted.isdigit() and 1 <= int(wanted) <= len(self.columns):
            return int(wanted) - 1
        if len(found) != 1 or not wanted:
            raise BadParameter(
                "This column occurs more than once." if found else "There is no such column.",
                where=f"column {wanted[:80]}" if wanted else "column",
                way_out=f"The table has: {', '.join(self.columns)[:500]}. A number counts from 1.",
            )
        return found[0]


def read_table(
    data: bytes,
    *,
    name: str = "the table",
    header: bool = True,
    encoding: str = "",
    most: int = 0,
    workbooks: bool = False,
) -> PeoplesTable:
    """The table in the bytes of a CSV file, or of a workbook; `most` rows at most, where it is above 0.

    Raises:
        NotReadable: not such a file, or broken; says where.
        QueryTooLarge: more rows than that.
        BadParameter: an encoding that there is not.
    """
    if data.startswith(_WORKBOOK):
        if not workbooks:
            raise NotReadable("This is a workbook, not CSV.", where=name, way_out="Save it as CSV in UTF-8.")
        layout, lines = Layout(mark=True), list(_workbook(data, name))
    else:
        layout, lines = _text_rows(data, name, encoding)
    if not lines:
        raise NotReadable("There is no row in it.", where=name, way_out="Send a table with a header.")
    first, rest = (lines[0], lines[1:]) if header else (_numbered(lines), lines)
    if most and len(rest) > most:
        raise _too_many(len(rest), name, most)
    columns = tuple(cell.strip() for _, row in [first] for cell in row)
    return PeoplesTable(
        columns=columns,
        rows=tuple(_squared(line, row, len(columns), name) for line, row in rest),
        layout=layout,
    )


_Line = tuple[int, list[str]]  # the line in the file, from 1, and the cells


def _numbered(lines: list[_Line]) -> _Line:
    return 0, [f"column {place + 1}" for place in range(max(len(row) for _, row in lines))]


def _squared(line: int, row: list[str], width: int, name: str) -> tuple[str, ...]:
    while len(row) > width and not row[-1].strip():
        row = row[:-1]
    if len(row) > width:
        raise NotReadable(
            f"This row has {len(row)} cells, but the header has {width}.",
            where=f"{name}, line {line}, column {width + 1}",
            way_out="Put cells that hold the delimiter in quotation marks.",
        )
    return (*row, *[""] * (width - len(row)))


# --- CSV ----------------------------------------------------------------------------------------------


def _text_rows(data: bytes, name: str, encoding: str) -> tuple[Layout, list[_Line]]:
    text, mark, note = _decoded(data, name, encoding)
    delimiter, text, skipped = _delimiter(text)
    newline = "\r\n" if "\r\n" in text or "\n" not in text else "\n"
    layout = Layout(delimiter="," if delimiter == _NONE else delimiter, mark=mark, newline=newline, note=note)
    return layout, list(_parsed(text, delimiter, name, skipped))


def _decoded(data: bytes, name: str, encoding: str) -> tuple[str, bool, str]:
    """The text, whether a mark stood before it, and what was assumed."""
    if encoding:
        try:
            return data.decode(encoding).removeprefix("\ufeff"), data.startswith(b"\xef\xbb\xbf"), ""
        except LookupError:
            raise BadParameter(
                "There is no such encoding.", where=f"encoding {encoding[:40]}", way_out="Example: cp1250."
            ) from None
        except UnicodeDecodeError as error:
            raise _undecodable(data, error, name) from None
    for sign, codec in ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(sign):
            try:
                return data.decode(codec).removeprefix("\ufeff"), True, ""
            except UnicodeDecodeError as error:
                raise _undecodable(data, error, name) from None
    try:
        return data.decode(), False, ""
    except UnicodeDecodeError as error:
        if b"\0" in data:
            raise _undecodable(data, error, name) from None
        return data.decode("cp1252", errors="replace"), False, "It is not UTF-8; it was read as Windows-1252."


def _undecodable(data: bytes, error: UnicodeDecodeError, name: str) -> NotReadable:
    line = data.count(b"\n", 0, error.start) + 1
    column = error.start - data.rfind(b"\n", 0, error.start)
    return NotReadable(
        "This is no text in the encoding it seems to have.",
        where=f"{name}, line {line}, byte {column}",
        way_out="Save it as CSV in UTF-8, or name its encoding.",
    )


def _delimiter(text: str) -> tuple[str, str, int]:
    """The delimiter, the text after a line `sep=;` that names it, and how many lines that took."""
    first, _, rest = text.partition("\n")
    named = first.strip().casefold()
    if named.startswith("sep=") and len(named) == 5:
        return named[4], rest, 1
    lines = [line for line in text.splitlines()[:_SNIFFED] if line.strip()]
    best = max(_DELIMITERS, key=lambda sign: _regular(lines, sign))
    return best if _regular(lines, best) > (0, 0) else _NONE, text, 0


def _regular(lines: list[str], delimiter: str) -> tuple[int, int]:
    """How well a delimiter parts lines: how many have as many cells as the header, and how many cells."""
    try:
        rows = list(csv.reader(lines, delimiter=delimiter))
    except csv.Error:
        return 0, 0
    width = len(rows[0]) if rows else 0
    return (sum(len(row) == width for row in rows), width) if width > 1 else (0, 0)


def _parsed(text: str, delimiter: str, name: str, skipped: int) -> Iterator[_Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = skipped
    try:
        for row in reader:
            begun, line = line + 1, skipped + reader.line_num
            if long := next((place for place, cell in enumerate(row) if len(cell) > _LONGEST_CELL), None):
                raise NotReadable(
                    "This cell is too long for a name.",
                    where=f"{name}, line {begun}, column {long + 1}",
                    way_out="Is a quotation mark missing before it?",
                )
            if any(cell.strip() for cell in row):
                yield begun, row
    except csv.Error:
        raise NotReadable(
            "The quotation marks here do not close, or a cell goes on after them.",
            where=f"{name}, line {line + 1}",
            way_out="Double a quotation mark that belongs to a cell.",
        ) from None


# --- workbooks ----------------------------------------------------------------------------------------


def _workbook(data: bytes, name: str) -> Iterator[_Line]:
    """The first sheet of a workbook."""
    source = Source(name=name, data=data)
    container = Container(source)
    for part in container.names:  # openpyxl parses them again, without bounds
        if part.endswith((".xml", ".rels")):
            container.xml(part)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        book.worksheets[0].reset_dimensions()
        rows = [[_cell(value) for value in row] for row in book.worksheets[0].iter_rows(values_only=True)]
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, OSError):
        raise NotReadable(
            "The workbook is damaged.", where=name, way_out="Save it again as .xlsx, or as CSV in UTF-8."
        ) from None
    width = max((_filled(row) for row in rows), default=0)
    return ((line, row[:width]) for line, row in enumerate(rows, 1) if _filled(row))


def _filled(row: Sequence[str]) -> int:
    return max((place + 1 for place, cell in enumerate(row) if cell.strip()), default=0)


def _cell(value: object) -> str:
    return "" if value is None else str(value)


# --- out again ----------------------------------------------------------------------------------------


class Writer:
    """Writes a table as it was written, with the columns added: a line at a time."""

    def __init__(self, table: PeoplesTable) -> None:
        self._table = table
        self._line = io.StringIO(newline="")
        layout = table.layout
        self._writer = csv.writer(self._line, delimiter=layout.delimiter, lineterminator=layout.newline)

    def header(self) -> str:
        """The first line, with the mark where there was one."""
        columns = self._table.columns
        return ("\ufeff" if self._table.layout.mark else "") + self._written(
            [*columns, *added_columns(columns)]
        )

    def row(self, row: Sequence[str], candidates: Sequence[Candidate] | None) -> str:
        """One more line; no candidates where there is no name."""
        return self._written([*row, *added_cells(candidates)])

    def _written(self, cells: Sequence[str]) -> str:
        self._line.seek(0)
        self._line.truncate()
        self._writer.writerow(cells)
        return self._line.getvalue()


def added_columns(taken: Sequence[str]) -> list[str]:
    """The names of the columns added; a number behind one that the table has already."""
    names = []
    for name in (PREFIX + each for each in ADDED):
        free = name
        number = 1
        while free in taken:
            number += 1
            free = f"{name}_{number}"
        names.append(free)
    return names


def added_cells(candidates: Sequence[Candidate] | None) -> list[str]:
    """What is said of one name: the best candidate, and the next."""
    if candidates is None:
        return [""] * len(ADDED)
    if not candidates:
        return ["", "", "", "no", "nothing is like it", ""]
    best = candidates[0]
    second = candidates[1] if len(candidates) > 1 else None
    return [
        best.thing.id,
        best.thing.name,
        f"{best.score * 100:g}",
        "yes" if best.match else "no",
        best.reason,
        f"{second.thing.name} ({second.thing.id}, {second.score * 100:g})" if second else "",
    ]


def table_of_names(text: str, *, most: int = 0) -> PeoplesTable:
    """The table of a list with one name a line.

    Raises:
        NotReadable: there is no name.
        QueryTooLarge: more names than `most`, where that is above 0.
    """
    names = [line.strip() for line in text.splitlines() if line.strip()]
    if not names:
        raise NotReadable("There is no name in it.", where="the list", way_out="Write one name a line.")
    if most and len(names) > most:
        raise _too_many(len(names), "the list", most)
    return PeoplesTable(columns=("name",), rows=tuple((name,) for name in names), layout=Layout())


def _too_many(count: int, where: str, most: int) -> QueryTooLarge:
    return QueryTooLarge(
        f"This holds {count} rows.", where=where, way_out=f"Send at most {most} rows at a time."
    )
