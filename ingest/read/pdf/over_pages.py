"""Tables that the end of a page has cut, put together again. Knows rows and columns."""

import re
from collections.abc import Sequence
from itertools import dropwhile

from ingest.read.pdf.grids import SAME
from ingest.read.pdf.pieces import Line, Table, TableCell, has_tick

_NUMBER = re.compile(r"\W*(?:[A-Z]\w* )?\d{1,2}\b")
"""How the first cell of a row begins that tells which one it is: "3", "Goal 3."."""


_ALIKE = 0.75
"""How much the room below the words of whole rows differs, at most."""


def continued(blocks: Sequence[Line | Table]) -> list[Line | Table]:
    """The blocks, with tables that a page's end has cut put together again."""
    made: list[Line | Table] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(block, Table) and isinstance(last, Table) and _goes_on(last, block):
            _join(last, block)
        else:
            made.append(block)
    return made


def _join(table: Table, rest: Table) -> None:
    """Put to a table what the next page has of it: its header once, the row that was cut as one."""
    head = _repeated(table.rows, rest.rows)
    rows = rest.rows[head:]
    if rows and _is_rest(rows[0], table, cut=_is_cut(table, rest, head)):
        for cell, other in zip(table.rows[-1], rows[0], strict=True):
            cell.go_on(other)
        rows = rows[1:]
    table.rows += rows
    table.rests[rest.page] = rest.box
    table.last_page, table.open_below = rest.page, rest.open_below


def _goes_on(above: Table, below: Table) -> bool:
    """Whether a table at the top of a page has the columns of the one at the bottom of the last."""
    return (
        above.last_page + 1 == below.page
        and len(above.edges) == len(below.edges)
        and all(abs(one - other) <= 2 * SAME for one, other in zip(above.edges, below.edges, strict=True))
    )


def _repeated(above: Sequence[Sequence[TableCell]], below: Sequence[Sequence[TableCell]]) -> int:
    """How many rows at the top of a table repeat the header of the one it goes on with."""
    count = 0
    while count < min(3, len(above), len(below) - 1) and _texts(above[count]) == _texts(below[count]):
        count += 1
    return count if count and any(_texts(above[0])) else 0


def _texts(row: Sequence[TableCell]) -> list[str]:
    return [_text(cell) for cell in row]


def _text(cell: TableCell) -> str:
    return " ".join(line.text for line in cell.lines)


def _is_cut(table: Table, rest: Table, head: int) -> bool:
    """Whether nothing is ruled between the last row of a page and the first of the next.

    A whole row may have its last ruling on the next page, where a repeated header hides it; but its words
    stand as far above the page's end as those of other rows do above their rulings.
    """
    if not table.open_below or not head:
        return table.open_below and rest.open_above
    usual = [room for row in table.rows[1:-1] if (room := _room(row)) is not None]
    room = _room(table.rows[-1])
    return not usual or room is None or abs(room - min(usual)) > _ALIKE


def _room(row: Sequence[TableCell]) -> float | None:
    """How far the lowest words of a row stand above its end."""
    rooms = [cell.boxes[line.page].bottom - line.box.bottom for cell in row for line in cell.lines[-1:]]
    return min(rooms, default=None)


def _is_rest(below: Sequence[TableCell], table: Table, *, cut: bool) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before.

    Where that row is cut, nothing is ruled at the page's end; but many programs close it there all the same.
    """
    rows, above = table.rows, table.rows[-1]
    first, (label, *others) = _texts(above), _texts(below)
    if len(above) != len(below) or not (cut or label or any(others)):
        return False
    labels = list(dropwhile(lambda text: not text, (_text(row[0]) for row in rows[1:] or rows)))
    if not label:  # not told again; where rows may do without, that says nothing
        return cut or (bool(labels) and all(labels))
    if _NUMBER.match(label):  # of the next row, unless it stands in the middle of a cut one
        return cut and (not _are_numbers(labels) or (any(first) and not first[0]))
    if any(_has_ticks(row) for row in rows):  # a row of a matrix has its ticks once
        return _has_ticks(above) != _has_ticks(below)
    return cut or (label[0].islower() and (table.open_below or not any(others)))


def _are_numbers(labels: Sequence[str]) -> bool:
    """Whether most rows begin with their number."""
    return 2 * sum(bool(_NUMBER.match(label)) for label in labels) > len(labels)


def _has_ticks(row: Sequence[TableCell]) -> bool:
    return any(has_tick(line) for cell in row for line in cell.lines)
