"""One page after the other → its lines and tables. Knows rulings, buttons and the edges of pages."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ingest.form import Tick
from ingest.read import layout
from ingest.read.pdf.grids import SAME, Box, Grid, grids
from ingest.read.pdf.pieces import Line, Piece, Table, TableCell, has_tick, lines_of

_DARK = 0.2  # the middle of a ticked box or button
_MARGIN = 0.12  # of the height of a page, at its top and bottom: headers and footers
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|página|pagina|strona)\s*)?\W{0,2}(\d{1,4})\W{0,2}(?:(?:of|de|von|di|sur|z|/)\s*\d{1,4})?",
    re.IGNORECASE,
)


def threshold(shades: Sequence[float]) -> float:
    """How dark the middle of a box must be to be ticked: between the two kinds that the file shows."""
    if shades and max(shades) - min(shades) > 0.12:
        return (max(shades) + min(shades)) / 2
    return _DARK


def page_content(page: dict[str, Any], number: int, dark: float) -> tuple[list[Line], list[Table]]:
    """The lines and tables of a page; `dark` is how dark the middle of a ticked box is, at least."""
    pieces = [
        Piece(Box(*sides), text, size, bold, italic, layout.BOXES.get(text), letter, glued, unseen=not seen)
        for *sides, text, size, bold, italic, letter, glued, seen in page["words"]
        if text.strip()
    ]
    for *sides, shade in page["marks"]:
        tick = Tick.ON if shade >= dark else Tick.OFF
        pieces.append(Piece(Box(*sides), layout.SIGNS[tick], tick=tick))
    tables = []
    for grid in sorted(grids(page["rulings"]), key=lambda each: _area(each.box)):
        inside = [piece for piece in pieces if grid.box.holds(piece.box)]
        if inside:
            table, taken = _table(grid, inside, number)
            tables.append(table)
            pieces = [piece for piece in pieces if id(piece) not in taken]
    seen, unseen = ([piece for piece in pieces if piece.unseen is state] for state in (False, True))
    lines = [*lines_of(seen, number), *lines_of(unseen, number)]
    return sorted(lines, key=lambda line: line.box.top), tables


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _table(grid: Grid, pieces: Sequence[Piece], page: int) -> tuple[Table, set[int]]:
    """The table of a grid with the pieces that stand in its cells, and which pieces those are."""
    by_height = sorted((piece.box.top + piece.box.bottom, at) for at, piece in enumerate(pieces))
    taken: set[int] = set()
    rows: list[list[TableCell]] = []
    for row in grid.rows:
        cells: list[TableCell] = []
        for cell in row:
            if cell is None:
                cells.append(TableCell(page, grid.box))
                continue
            first = bisect_left(by_height, (2 * cell.box.top - SAME, 0))
            last = bisect_right(by_height, (2 * cell.box.bottom + SAME, 0), first)
            near = (pieces[at] for at in sorted(at for _, at in by_height[first:last]))
            inside = [piece for piece in near if id(piece) not in taken and cell.box.holds(piece.box)]
            taken |= {id(piece) for piece in inside}
            cells.append(TableCell(page, cell.box, lines_of(inside, page), cell.columns))
        rows.append(cells)
    made = Table(page, grid.box, grid.edges, rows, page, grid.open_above, grid.open_below)
    return made, taken


def drop_edges(content: Sequence[tuple[list[Line], list[Table]]], heights: Sequence[float]) -> None:
    """Take page numbers, and lines that several pages have at their edge, out of the pages."""
    edges: list[list[Line]] = []
    for (lines, tables), height in zip(content, heights, strict=True):
        tops = [table.box.top for table in tables]
        bottoms = [table.box.bottom for table in tables]
        edges.append(
            [
                line
                for line in lines
                if (line.box.bottom < _MARGIN * height and all(line.box.bottom <= top + SAME for top in tops))
                or (
                    line.box.top > (1 - _MARGIN) * height
                    and all(line.box.top >= bottom - SAME for bottom in bottoms)
                )
            ]
        )
    seen = Counter(key for lines in edges for key in {_edge_key(line) for line in lines})
    for (lines, _), edge in zip(content, edges, strict=True):
        for line in edge:
            outermost = line in (lines[0], lines[-1])
            number = _PAGE_NUMBER.fullmatch(line.text.strip())
            is_number = (
                bool(number) and outermost and int(number[1]) in (line.page, line.page - 1)
                if number
                else False
            )
            repeated = len(content) > 1 and seen[_edge_key(line)] > max(1, len(content) // 2)
            if is_number or repeated:
                lines.remove(line)


def _edge_key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.box.top / 4)


def mark_ends(lines: Sequence[Line], tables: Sequence[Table]) -> None:
    """Note which line is the first and which the last thing on its page."""
    for line in lines[:1]:
        line.first_on_page = all(line.box.top < table.box.top for table in tables)
    for line in lines[-1:]:
        line.last_on_page = all(line.box.bottom > table.box.bottom for table in tables)


def in_order(lines: Sequence[Line], tables: Sequence[Table]) -> list[Line | Table]:
    """Lines and tables of a page, from its top."""
    blocks: list[Line | Table] = [*lines, *tables]
    return sorted(blocks, key=lambda block: (block.box.top, block.box.left))


def with_their_buttons(lines: Sequence[Line]) -> list[Line]:
    """Lines, with the first ones of an option whose button stands beside a later one put to it."""
    made: list[Line] = []
    for line in lines:
        while made and _begins_option(made[-1], line):
            above = made.pop()
            button, *words = line.pieces
            line = replace(line, pieces=[button, *above.pieces, *words], box=line.box.around(above.box))
        made.append(line)
    return made


def _begins_option(above: Line, below: Line) -> bool:
    """Whether a line without a button is the beginning of the option below, whose button is lower."""
    if has_tick(above) or not below.pieces[0].tick or not below.words:
        return False
    near = 0 < below.words[0].box.bottom - above.box.bottom <= 1.5 * above.size
    return near and abs(above.box.left - below.words[0].box.left) <= SAME
