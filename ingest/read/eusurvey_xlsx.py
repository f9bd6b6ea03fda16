"""Excel workbooks → Forms. Knows EUSurvey's export and forms typed into a sheet; knows no questionnaire.

EUSurvey writes one contribution per row below a row of headers, tables and matrices one column per cell or
row ("<title> <row>:<column>", "<title>: <row>"); this module puts them together again. In a sheet made by
hand a question stands in one cell and its answer in the next, tables as they are. Who answered is not read,
nor what is hidden or stands below an export; what nobody sees in its cell is marked so.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from itertools import count, takewhile
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from ingest.form import Form, Source, Tick
from ingest.read.bounded import Container, Deadline
from ingest.read.eusurvey_xml import LABEL
from ingest.read.layout import SIGNS, Box, Grid, Paragraph, boxed, write
from ingest.read.rendition import CellText, Rendition
from ingest.read.unseen import BLACK, WHITE, Colour, alike, colour, too_small
from regiograph.errors import NotReadable

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_BYTES = 32 * 2**20
MOST_ROWS = 10_000  # of one sheet
MOST_CELLS = 3_000_000  # of all sheets, empty ones too
MOST_ANSWERS = 400_000  # contributions times columns
SECONDS = 60

_BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
)
"""What openpyxl raises on bytes that only look like a workbook."""

_ABOUT_THE_SENDER = frozenset((
    "invitation number", "contribution id", "user name", "creation date", "last update", "languages",
    "numéro d'invitation", "id contribution", "identifiant de la contribution", "nom d'utilisateur",
    "date de création", "dernière mise à jour", "langues",
    "einladungsnummer", "beitrags-id", "benutzername", "erstellungsdatum", "letzte aktualisierung",
    "sprachen",
))  # fmt: skip
_CONTRIBUTION_IDS = frozenset(
    ("contribution id", "id contribution", "identifiant de la contribution", "beitrags-id")
)
_FEWEST_ANSWERS = 4  # of a row that is a contribution, where nothing else says so
_CONTENT = re.compile(r"content(\d*)", re.IGNORECASE)
_MOST_TABLE_ROWS = 200
_LONGEST_ROW_TITLE = 60  # behind the title that the rows of a table share
_WIDE = 8  # headers of an export; a form typed into a sheet has fewer columns
_GIVEN_NAME = re.compile(
    r"(?:content|sheet|tabelle|feuil|hoja|foglio|blad|arkusz|planilha|munka|list|ark|taul|φύλλο|лист)\s?\d{0,3}",
    re.IGNORECASE,
)
_DAY, _MONTH = re.compile(r"d", re.IGNORECASE), re.compile(r"[ym]", re.IGNORECASE)

_Headers = Sequence["_Cell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    text: str
    path: str  # "sheet Content, cell F5"
    unseen: bool = False


_NOTHING = _Cell(text="", path="")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sheet:
    """The cells of a sheet that hold something."""

    name: str
    title: str  # the name where a program gave it, else its number: a name may say anything
    rows: dict[int, dict[int, _Cell]]


def recognises(data: bytes) -> bool:
    """Whether the bytes are, or were, a ZIP container with an Excel workbook in it."""
    return data.startswith(b"PK\x03\x04") and b"xl/workbook.xml" in data


def read(source: Source) -> tuple[Form, ...]:
    """The reports of a workbook: one per contribution, or the one that was typed into it.

    Raises:
        NotReadable: damaged, protected, beyond bounds, or without an answer.
    """
    sheets = _sheets(source)
    exported = _export(sheets)
    forms = exported.forms(source) if exported else _typed(source, sheets)
    if not forms:
        raise NotReadable(
            "The workbook holds no answers.",
            where=source.name,
            way_out="Export the results of the survey as XLSX, with at least one contribution in them.",
        )
    return forms


# --- cells ---


def _sheets(source: Source) -> list[_Sheet]:
    if len(source.data) > MOST_BYTES:
        raise _beyond(source, f"is larger than {MOST_BYTES // 2**20} MB")
    container = Container(source)
    deadline = Deadline(source, SECONDS)
    hidden: dict[str, _Hidden] = {}
    for name in container.names:  # openpyxl parses them again, without such bounds
        if name.endswith((".xml", ".rels")):
            hidden[name] = _Hidden.of(container.xml(name))
            deadline.check()
    try:
        workbook = load_workbook(io.BytesIO(source.data), read_only=True, data_only=True, keep_links=False)
        return list(_shown(source, workbook, hidden, deadline))
    except _BROKEN:
        raise NotReadable(
            "The workbook is damaged.",
            where=source.name,
            way_out="Open it in Excel or LibreOffice, save it as .xlsx and send that file.",
        ) from None


def _shown(
    source: Source, workbook: Any, hidden: Mapping[str, "_Hidden"], deadline: Deadline
) -> Iterator[_Sheet]:
    """The sheets that are not hidden, without their hidden rows."""
    left = MOST_CELLS
    for position, sheet in enumerate(workbook.worksheets, 1):
        if sheet.sheet_state != "visible":
            continue
        title = sheet.title if _GIVEN_NAME.fullmatch(sheet.title) else str(position)
        folded = hidden.get(sheet._worksheet_path.lstrip("/"), _Hidden())  # no other name tells the part
        sheet.reset_dimensions()  # files may say that they are smaller than they are
        rows: dict[int, dict[int, _Cell]] = {}
        for number, row in enumerate(sheet.iter_rows(max_row=MOST_ROWS + 1), 1):
            left -= len(row) + 1
            if left < 0 or number > MOST_ROWS:
                raise _beyond(source, f"has more than {MOST_ROWS} rows or {MOST_CELLS} cells")
            if not number % 100:
                deadline.check()
            if number in folded.rows:
                continue
            for column, cell in enumerate(row, 1):
                if cell.value is not None and (text := _written(cell.value, cell.number_format or "")):
                    path = f"sheet {title}, cell {get_column_letter(column)}{number}"
                    unseen = folded.has_column(column) or _is_unseen(cell)
                    rows.setdefault(number, {})[column] = _Cell(text=text, path=path, unseen=unseen)
        yield _Sheet(name=sheet.title, title=title, rows=rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hidden:
    """What of a sheet is folded away; openpyxl does not tell when it only reads."""

    rows: frozenset[int] = frozenset()
    columns: tuple[tuple[int, int], ...] = ()  # first and last

    @classmethod
    def of(cls, part: etree._Element) -> "_Hidden":
        """What the XML of a sheet hides; of other parts, nothing."""
        columns = tuple(
            (_number(each, "min"), _number(each, "max"))
            for each in part.iterfind("{*}cols/{*}col")
            if _hides(each)
        )
        rows = frozenset(_number(each, "r") for each in part.iterfind("{*}sheetData/{*}row") if _hides(each))
        return cls(rows=rows, columns=columns)

    def has_column(self, column: int) -> bool:
        """Whether a column is hidden."""
        return any(first <= column <= last for first, last in self.columns)


def _hides(element: etree._Element) -> bool:
    flat = element.get("width", element.get("ht", "1")) in ("0", "0.0")
    return flat or element.get("hidden", "0") in ("1", "true")


def _number(element: etree._Element, name: str) -> int:
    value = element.get(name) or ""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 8 else 0


def _is_unseen(cell: Any) -> bool:
    """Whether nobody sees a value in its cell: in the colour of the cell, too small, without a format."""
    if cell.number_format and not cell.number_format.strip(";"):
        return True
    font, fill = cell.font, cell.fill
    ground: Colour | None = WHITE
    if fill is not None and fill.fill_type:
        ground = _colour(fill.fgColor, None) if fill.fill_type == "solid" else None
    size = font.sz if font is not None else None
    return (size is not None and too_small(size)) or alike(_colour(font and font.color, BLACK), ground)


def _colour(written: Any, otherwise: Colour | None) -> Colour | None:
    """A colour of Excel's; of those of the workbook's theme only paper and ink are known."""
    if written is None:
        return otherwise
    if written.type == "rgb":
        return colour(str(written.rgb))
    return {0: WHITE, 1: BLACK}.get(written.theme) if written.type == "theme" and not written.tint else None


def _written(value: Any, number_format: str) -> str:
    """A value as a person reads it in its cell; days as day/month/year.

    >>> _written(datetime(2018, 6, 1), "mmm-yy"), _written(2018.0, "General")
    ('June 2018', '2018')
    """
    if isinstance(value, datetime | date):
        if not _DAY.search(number_format) and _MONTH.search(number_format):
            return f"{value:%B %Y}"
        at = value.time() if isinstance(value, datetime) else time()
        return f"{value:%d/%m/%Y}" + (f" {at:%H:%M}" if at != time() else "")
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").strip()


def _beyond(source: Source, what: str) -> NotReadable:
    return NotReadable(
        f"The workbook {what}: more than a report needs.",
        where=source.name,
        way_out="Export fewer contributions at once, or send the sheet with the report alone.",
    )


# --- EUSurvey's export ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Question:
    """A question over one column."""

    label: _Cell
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    """A table over columns that stand together, row by row."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[str, ...]
    first: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A matrix over columns that stand together, one for each row."""

    title: str
    rows: tuple[str, ...]
    first: int


def _export(sheets: Sequence[_Sheet]) -> "_Export | None":
    """The export that some sheets are; None where they are none."""
    named = [(match, sheet) for sheet in sheets if (match := _CONTENT.fullmatch(sheet.name.strip()))]
    parts = [sheet for _, sheet in sorted(named, key=lambda each: int(each[0][1] or 0))] or list(sheets[:1])
    if not parts:
        return None
    header = _header_row(parts[0])
    return _Export(parts, header) if header else None


def _header_row(sheet: _Sheet) -> int | None:
    """The row of headers: the third of what EUSurvey writes, or the first wide one of the first ten."""
    numbers = sorted(sheet.rows)[:10]
    if numbers and sheet.rows[numbers[0]].get(1, _NOTHING).text.casefold() == "alias":
        below = [number for number in numbers if number > numbers[0] + 1]
        return next((number for number in below if len(sheet.rows[number]) > 1), next(iter(below), None))
    return next((number for number in numbers if len(sheet.rows[number]) >= _WIDE), None)


class _Export:
    """Contributions below a row of headers, which may go on in further sheets."""

    def __init__(self, parts: Sequence[_Sheet], header: int) -> None:
        self._headers: list[_Cell] = []
        self._answers: dict[int, dict[int, _Cell]] = {}  # by row of the first sheet, then by column
        self._with_key: set[int] = set()  # rows that bear an identifier; who knows it may edit the answers
        has_keys = False
        for part in parts:
            own = header if part.rows.get(header) else min(part.rows, default=header)
            before, width = len(self._headers), max(part.rows.get(own, {0: None}))
            cells = [part.rows.get(own, {}).get(at, _NOTHING) for at in range(1, width + 1)]
            has_keys |= any(map(_is_contribution_id, cells))
            end = next((at for at, cell in enumerate(cells) if _is_about_the_sender(cell)), len(cells))
            self._headers += cells[:end]
            for number, row in part.rows.items():
                if number > own:
                    at_header = number - own + header
                    self._take(at_header, row, before, end, cells)
            if end < len(cells):
                break
        self._leave_out_others(header, has_keys=has_keys)
        self._items = tuple(_items(self._headers))
        self._options = {each.title: self._ticked(each) for each in self._items if isinstance(each, _Matrix)}

    def _take(
        self, number: int, row: dict[int, _Cell], before: int, end: int, headers: Sequence[_Cell]
    ) -> None:
        for column, cell in row.items():
            if column <= end:
                self._answers.setdefault(number, {})[before + column - 1] = cell
            elif column <= len(headers) and _is_contribution_id(headers[column - 1]):
                self._with_key.add(number)

    def _leave_out_others(self, header: int, *, has_keys: bool) -> None:
        """Keep contributions alone: with an identifier, or in a block below the headers, more than remarks.

        What else stands below an export was put there by hand, and nobody knows to which part it belongs.
        """
        if has_keys:
            kept = {number for number in self._answers if number in self._with_key}
        else:
            block = takewhile(lambda number: number in self._answers, count(header + 1))
            kept = {number for number in block if len(self._answers[number]) >= _FEWEST_ANSWERS}
        self._answers = {number: row for number, row in self._answers.items() if number in kept}

    def forms(self, source: Source) -> tuple[Form, ...]:
        """Each contribution as one report.

        Raises:
            NotReadable: there are too many.
        """
        if len(self._answers) * len(self._headers) > MOST_ANSWERS:
            raise _beyond(source, f"has more than {MOST_ANSWERS} answers")
        return tuple(
            self._form(source, self._answers[number], f"row {number}") for number in sorted(self._answers)
        )

    def _form(self, source: Source, answers: dict[int, _Cell], part: str) -> Form:
        rendition = Rendition()
        for item in self._items:
            match item:
                case _Question():
                    _write_label(item.label.text, item.label.path, rendition)
                    if answer := answers.get(item.column):
                        rendition.text(answer.text, path=answer.path, unseen=answer.unseen)
                case _Table():
                    self._table(item, answers, rendition)
                case _Matrix():
                    self._matrix(item, answers, rendition)
        return rendition.form(source, MEDIA_TYPE, part=part, only_questions=True)

    def _table(self, table: _Table, answers: dict[int, _Cell], rendition: Rendition) -> None:
        path = self._headers[table.first].path
        _write_label(table.title, path, rendition)
        width = len(table.columns)
        rows = [[CellText(text=text, path=path) for text in ("", *table.columns)]]
        for number, title in enumerate(table.rows):
            start = table.first + number * width
            cells = [answers.get(at) for at in range(start, start + width)]
            rows.append(
                [
                    CellText(text=title, path=self._headers[start].path),
                    *(
                        CellText(text=cell.text, path=cell.path, unseen=cell.unseen)
                        if cell
                        else CellText(text="")
                        for cell in cells
                    ),
                ]
            )
        rendition.table(rows, path=path)

    def _matrix(self, matrix: _Matrix, answers: dict[int, _Cell], rendition: Rendition) -> None:
        path = self._headers[matrix.first].path
        _write_label(matrix.title, path, rendition)
        options = self._options[matrix.title]
        rows = [[CellText(text=text, path=path) for text in ("", *options)]]
        for at, title in enumerate(matrix.rows, matrix.first):
            answer = answers.get(at)
            chosen = _chosen(answer)
            ticks = [Tick.ON if option in chosen else Tick.OFF for option in options]
            where = answer.path if answer else self._headers[at].path
            rows.append(
                [
                    CellText(text=title, path=self._headers[at].path),
                    *(CellText(text=SIGNS[tick], tick=tick, path=where) for tick in ticks),
                ]
            )
        rendition.table(rows, path=path)

    def _ticked(self, matrix: _Matrix) -> tuple[str, ...]:
        """Every option that any contribution ticked: the export does not tell the others."""
        columns = range(matrix.first, matrix.first + len(matrix.rows))
        return tuple(
            dict.fromkeys(
                option
                for number in sorted(self._answers)
                for at in columns
                for option in _chosen(self._answers[number].get(at))
            )
        )


def _write_label(label: str, path: str, rendition: Rendition) -> None:
    rendition.text(label, path=path, heading=LABEL, starred=label.startswith("*"))


def _chosen(answer: _Cell | None) -> list[str]:
    return [option for each in answer.text.split(";") if (option := each.strip())] if answer else []


def _is_contribution_id(cell: _Cell) -> bool:
    return cell.text.strip().casefold() in _CONTRIBUTION_IDS


def _is_about_the_sender(cell: _Cell) -> bool:
    return cell.text.strip().casefold() in _ABOUT_THE_SENDER


def _items(headers: _Headers) -> Iterator[_Question | _Table | _Matrix]:
    """The questions that the headers of an export tell, in order."""
    at = 0
    while at < len(headers):
        if table := _table_at(headers, at):
            yield table
            at += len(table.columns) * len(table.rows)
        elif matrix := _matrix_at(headers, at):
            yield matrix
            at += len(matrix.rows)
        else:
            if headers[at].text:
                yield _Question(label=headers[at], column=at)
            at += 1


def _table_at(headers: _Headers, at: int) -> _Table | None:
    """The table that begins at a header: "<title> <row>:<column>" for every cell, row by row."""
    first = _row_at(headers, at)
    if first is None:
        return None
    names, columns = [first[0]], first[1]
    while len(names) < _MOST_TABLE_ROWS:
        row = _row_of(headers, at + len(names) * len(columns), columns)
        if row is None or _restarts(row, names) or _title((*names, row)) is None:
            break
        names.append(row)
    title = _title(names) or names[0].rpartition(" ")[0]
    rows = tuple(name[len(title) :].strip() for name in names)
    return _Table(title=title.strip(), columns=columns, rows=rows, first=at)


def _row_at(headers: _Headers, at: int) -> tuple[str, tuple[str, ...]] | None:
    """The first row of a table: what its headers have before the last ":", and what behind it."""
    if at + 1 >= len(headers):
        return None
    shared = _shared(headers[at].text, headers[at + 1].text)
    end = max((match.start() for match in re.finditer(r":(?=\S|$)", shared)), default=-1)
    if end < 1 or " " not in shared[:end]:
        return None
    name = shared[:end]
    columns: list[str] = []
    for header in headers[at:]:
        column = header.text[end + 1 :]
        if not header.text.startswith(f"{name}:") or column in columns:
            break
        columns.append(column)
    return (name, tuple(columns)) if len(columns) > 1 else None


def _row_of(headers: _Headers, at: int, columns: Sequence[str]) -> str | None:
    """The row of a table that begins at a header and has the columns of the rows before it."""
    texts = [header.text for header in headers[at : at + len(columns)]]
    name = texts[0].removesuffix(f":{columns[0]}") if texts else ""
    if name and texts == [f"{name}:{column}" for column in columns]:
        return name
    return None


def _restarts(row: str, names: Sequence[str]) -> bool:
    """Whether a row has the title of the first row of a table: it is the first of the next one."""
    title = _title(names) or ""
    first = names[0][len(title) :] if title else names[0].rpartition(" ")[2]
    return (bool(title) or first.isdecimal()) and row.endswith(f" {first}")


def _title(names: Sequence[str]) -> str | None:
    """The title that rows of one table share; None where they are not of one."""
    if len(names) < 2:
        return None
    shared = _shared(min(names), max(names))
    title = shared[: shared.rfind(" ") + 1]
    longest = max(len(name) for name in names) - len(title)
    return title if title and longest <= min(_LONGEST_ROW_TITLE, len(title)) else None


def _shared(one: str, other: str) -> str:
    """What two texts begin with."""
    for at, (left, right) in enumerate(zip(one, other, strict=False)):
        if left != right:
            return one[:at]
    return min(one, other, key=len)


def _matrix_at(headers: _Headers, at: int) -> _Matrix | None:
    """The matrix that begins at a header: "<title>: <row>" for every row."""
    if at + 1 >= len(headers):
        return None
    shared = _shared(headers[at].text, headers[at + 1].text)
    end = shared.rfind(": ")
    if end < 1:
        return None
    rows: list[str] = []
    for header in headers[at:]:
        if not header.text.startswith(shared[: end + 2]):
            break
        rows.append(header.text[end + 2 :])
    return _Matrix(title=shared[:end], rows=tuple(rows), first=at)


# --- a form typed into a sheet ---


def _typed(source: Source, sheets: Sequence[_Sheet]) -> tuple[Form, ...]:
    """The one report that stands in the sheets, cell by cell."""
    rendition = Rendition()
    for number, sheet in enumerate(sheets):
        if number:  # the name of a sheet is a heading; its words are as good as any
            rendition.text(sheet.name, path=f"sheet {sheet.title}", heading=1)
        write(_blocks(sheet), rendition)
    form = rendition.form(source, MEDIA_TYPE)
    return (form,) if form.blocks else ()


def _blocks(sheet: _Sheet) -> Iterator[Paragraph | Grid]:
    rows = sorted(sheet.rows.items())
    at = 0
    while at < len(rows):
        table = _rows_of_table(rows, at)
        if table:
            yield _grid(table, sheet)
            at += len(table)
        else:
            first, *others = (cell for _, cell in sorted(rows[at][1].items()))
            yield replace(_paragraph(first), heading=LABEL if others and _asks(first.text) else 0)
            yield from map(_paragraph, others)
            at += 1


def _asks(text: str) -> bool:
    """Whether a cell is a question, whoever knows it: what stands beside it answers nothing else."""
    return text.rstrip("* ").endswith(("?", ":"))


def _rows_of_table(rows: Sequence[tuple[int, dict[int, _Cell]]], at: int) -> list[dict[int, _Cell]]:
    """The rows of the table whose header is at a row: three cells or more, or two above the second column."""
    number, header = rows[at]
    corner = at + 1 < len(rows) and min(rows[at + 1][1]) < min(header)
    if len(header) < (2 if corner else 3):
        return []
    found = [header]
    for below, row in rows[at + 1 :]:
        number += 1
        if below != number or not _belongs(row, header):
            break
        found.append(row)
    return found if len(found) > 1 else []


def _belongs(row: dict[int, _Cell], header: dict[int, _Cell]) -> bool:
    """Whether a row goes on with a table: in its columns, and not a question with its answer."""
    if max(row) > max(header):
        return False
    first = row[min(row)].text
    if len(row) >= 3 or re.fullmatch(r"\W*\d{1,3}\W*", first):
        return True
    rest = [cell.text for column, cell in row.items() if column != min(row)]
    return bool(rest) and all(len(text) <= 3 for text in rest)


def _grid(rows: Sequence[dict[int, _Cell]], sheet: _Sheet) -> Grid:
    first, last = min(min(row) for row in rows), max(max(row) for row in rows)
    boxes = tuple(tuple(_box(row.get(column)) for column in range(first, last + 1)) for row in rows)
    return Grid(rows=boxes, path=f"sheet {sheet.title}")


def _box(cell: _Cell | None) -> Box:
    return Box(blocks=(_paragraph(cell),), path=cell.path) if cell else Box()


def _paragraph(cell: _Cell) -> Paragraph:
    return Paragraph(runs=tuple(boxed(cell.text, unseen=cell.unseen)), path=cell.path)
