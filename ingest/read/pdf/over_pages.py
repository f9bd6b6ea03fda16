"""Tables that the end of a page has cut, put together again. Knows rows and columns."""

import re
from collections.abc import Sequence
from itertools import dropwhile

from ingest.read.pdf.grids import SAME
from ingest.read.pdf.pieces import Line, Table, TableCell, has_tick

_NUMBER = re.compile(r"\W*(?:[A-Z]\w* )?\d{1,2}\b")
"""How the first cell of a row begins that tells which one it is: "3", "Goal 3."."""


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
    # between whole rows at least one page has a ruling; that of a header repeated hides what is below it
    cut = table.open_below and (head > 0 or rest.open_above)
    if rows and _is_rest(table.rows, rows[0], cut=cut):
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


def _is_rest(rows: Sequence[Sequence[TableCell]], below: Sequence[TableCell], *, cut: bool) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before.

    Where that row is cut, nothing is ruled at the page's end; but many programs close it there all the same.
    """
    above = rows[-1]
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
    return cut or (label[0].islower() and not any(others))


def _are_numbers(labels: Sequence[str]) -> bool:
    """Whether most rows begin with their number."""
    return 2 * sum(bool(_NUMBER.match(label)) for label in labels) > len(labels)


def _has_ticks(row: Sequence[TableCell]) -> bool:
    return any(has_tick(line) for cell in row for line in cell.lines)
