"""An answer as an Excel workbook: one sheet with its rows, one that says where they come from.

Texts stay texts, whatever they begin with: nothing a report says becomes a formula. The same answer gives the
same bytes.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from regiograph.errors import QueryTooLarge
from regiograph.iris import XSD

MEDIA = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_MOST_CELLS = 400_000
_LONGEST = 32_767  # characters that Excel takes in one cell
_SAFE_DIGITS = 15  # beyond these Excel changes a number
_MODIFIED = re.compile(rb"<dcterms:modified.*?</dcterms:modified>")
_EPOCH = (1980, 1, 1, 0, 0, 0)
_WHOLE = {f"{XSD}{name}" for name in ("integer", "int", "long", "short", "gYear", "nonNegativeInteger")}
_REAL = {f"{XSD}{name}" for name in ("decimal", "double", "float")}


def workbook(results: Mapping[str, Any], about: Mapping[str, str], created: str) -> bytes:
    """The workbook of SPARQL results JSON.

    Raises:
        QueryTooLarge: more than a workbook should hold.
    """
    columns, rows = _table(results)
    if len(columns) * len(rows) > _MOST_CELLS:
        raise QueryTooLarge(
            f"This answer has {len(rows)} rows: too many for a workbook.",
            where="format xlsx",
            way_out="Ask for CSV, or for a part with limit and offset.",
        )
    book = Workbook(write_only=True)
    book.properties.created = datetime.fromisoformat(created).replace(tzinfo=None)
    book.properties.creator = "regiograph"
    _fill(book.create_sheet("answer"), columns, rows)
    _fill(
        book.create_sheet("about"), ("what", "is"), [({"value": k}, {"value": v}) for k, v in about.items()]
    )
    output = BytesIO()
    book.save(output)
    return _same_each_time(output.getvalue())


def _table(results: Mapping[str, Any]) -> tuple[Sequence[str], list[Sequence[Mapping[str, str] | None]]]:
    if "boolean" in results:
        truth = {"value": str(results["boolean"]).lower(), "datatype": f"{XSD}boolean"}
        return ("answer",), [(truth,)]
    columns = results["head"]["vars"]
    return columns, [tuple(row.get(name) for name in columns) for row in results["results"]["bindings"]]


def _fill(sheet: Any, columns: Sequence[str], rows: Sequence[Sequence[Mapping[str, str] | None]]) -> None:
    for place, name in enumerate(columns):
        longest = max((len(term["value"]) for row in rows[:200] if (term := row[place])), default=0)
        sheet.column_dimensions[_letter(place)].width = min(max(longest, len(name), 6) + 2, 60)
    sheet.freeze_panes = "A2"
    sheet.append([_heading(sheet, name) for name in columns])
    for row in rows:
        sheet.append(list(_cells(sheet, row)))


def _cells(sheet: Any, row: Sequence[Mapping[str, str] | None]) -> Iterator[Any]:
    for term in row:
        value = None if term is None else _value(term)
        if isinstance(value, str):
            cell = WriteOnlyCell(sheet, "")
            cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)[:_LONGEST]
            cell.data_type = "s"  # also what looks like a formula or an error
            yield cell
        else:
            yield value


def _value(term: Mapping[str, str]) -> str | int | float | bool | date:
    """A term as Excel knows it; whatever would change there stays text."""
    text, kind = term["value"], term.get("datatype", "")
    try:
        if kind in _WHOLE and len(text.lstrip("+-")) <= _SAFE_DIGITS:
            return int(text)
        if kind in _REAL and len(text) <= _SAFE_DIGITS + 2 and text.strip("+-").lower() not in {"inf", "nan"}:
            return float(text)
        if kind == f"{XSD}boolean":
            return text in {"true", "1"}
        if kind == f"{XSD}date":
            day = date.fromisoformat(text)
            return day if day.year >= 1901 else text  # Excel's calendar begins in 1900, with a day too many
    except ValueError:
        return text
    return text


def _heading(sheet: Any, name: str) -> Any:
    cell = WriteOnlyCell(sheet, name)
    cell.font = Font(bold=True)
    return cell


def _letter(place: int) -> str:
    return str(get_column_letter(place + 1))


def _same_each_time(data: bytes) -> bytes:
    """The same archive without the time at which it was made, which openpyxl writes on saving."""
    output = BytesIO()
    with zipfile.ZipFile(BytesIO(data)) as given, zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as made:
        for name in given.namelist():
            content = (
                _MODIFIED.sub(b"", given.read(name)) if name == "docProps/core.xml" else given.read(name)
            )
            made.writestr(zipfile.ZipInfo(name, _EPOCH), content, zipfile.ZIP_DEFLATED)
    return output.getvalue()
