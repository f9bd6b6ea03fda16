"""Tables that the end of a page has cut, put together again. Knows rows and columns."""

import re
from collections.abc import Sequence

from ingest.read.pdf.grids import SAME
from ingest.read.pdf.pieces import Line, Table, TableCell, has_tick


def continued(blocks: Sequence[Line | Table]) -> list[Line | Table]:
    """The blocks, with tables that a page's end has cut put together again."""
    made: list[Line | Table] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(block, Table) and isinstance(last, Table) and _goes_on(last, block):
            rows = block.rows
            head = _repeated(last.rows, rows)
            rows = rows[head:]
            if rows and _is_rest(last.rows[-1], rows[0], last.rows):
                for cell, rest in zip(last.rows[-1], rows[0], strict=True):
                    cell.lines += rest.lines
                rows = rows[1:]
            last.rows += rows
            last.last_page = block.page
        else:
            made.append(block)
    return made


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
    return [" ".join(line.text for line in cell.lines) for cell in row]


def _is_rest(
    above: Sequence[TableCell], below: Sequence[TableCell], rows: Sequence[Sequence[TableCell]]
) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before."""
    if len(above) != len(below) or not any(_texts(below)):
        return False
    label, *others = _texts(below)
    if not label:
        return bool(_texts(above)[0])
    if re.match(r"\W*(?:[A-Z]\w* )?\d{1,2}\b", label):
        return False
    if any(_has_ticks(row) for row in rows):  # a row of a matrix has its ticks once
        return _has_ticks(above) != _has_ticks(below)
    return label[0].islower() and not any(others)


def _has_ticks(row: Sequence[TableCell]) -> bool:
    return any(has_tick(line) for cell in row for line in cell.lines)
