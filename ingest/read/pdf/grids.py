"""Rulings of a page → the cells of its tables. Knows lengths; knows no text.

Programs draw the same table as lines, as thin filled boxes, as a border around every cell: all that counts
is where level and upright rulings meet. A cell is the smallest box with rulings on its four sides.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

SAME = 3.0
"""Rulings nearer than this, in points, are one."""

_SHORTEST = 6.0  # side of a cell
_MOST_CROSSINGS = 400_000  # to be looked at; pages with more are drawings


@dataclass(frozen=True, slots=True)
class Box:
    """A box on a page, in points from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float

    def holds(self, other: "Box") -> bool:
        """Whether the middle of another box lies in this one."""
        x, y = (other.left + other.right) / 2, (other.top + other.bottom) / 2
        return self.left <= x <= self.right and self.top <= y <= self.bottom

    def around(self, other: "Box") -> "Box":
        """The box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell, which may reach over several columns."""

    box: Box
    columns: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """The rows of a table; None where a cell from above reaches down, or where nothing is ruled."""

    box: Box
    edges: tuple[float, ...]  # of the columns, from the left
    rows: tuple[tuple[Cell | None, ...], ...]
    open_above: bool = False  # nothing is ruled where its upright lines begin
    open_below: bool = False  # or where they end


@dataclass(frozen=True, slots=True)
class _Line:
    """A ruling: where it lies across its direction, and from where to where it runs."""

    at: float
    start: float
    end: float

    def runs(self, start: float, end: float) -> bool:
        return self.start - SAME <= start and end <= self.end + SAME

    def meets(self, at: float) -> bool:
        return self.start - SAME <= at <= self.end + SAME


def grids(rulings: Iterable[Sequence[float]]) -> list[Grid]:
    """The tables that rulings (left, top, right, bottom) draw, from the top; boxes alone are none."""
    level, upright = [], []
    for left, top, right, bottom in rulings:
        if right - left >= bottom - top:
            level.append(_Line((top + bottom) / 2, left, right))
        else:
            upright.append(_Line((left + right) / 2, top, bottom))
    level, upright = _merged(level), _merged(upright)
    if len(level) * len(upright) > _MOST_CROSSINGS:
        return []
    missing = list(_missing_ends(level, upright))
    level = _merged([*level, *missing])
    tables = (part for boxes in _together(list(_cells(level, upright))) for part in _stacked(boxes))
    found = [_grid(part, missing) for part in tables]
    return sorted((grid for grid in found if grid), key=lambda grid: (grid.box.top, grid.box.left))


def _merged(lines: Sequence[_Line]) -> list[_Line]:
    """Lines that lie on each other made one, those too short for a cell left out."""
    rows: list[list[_Line]] = []
    for line in sorted(lines, key=lambda each: (each.at, each.start)):
        if rows and line.at - rows[-1][-1].at <= SAME and line.at - rows[-1][0].at <= 2 * SAME:
            rows[-1].append(line)
        else:
            rows.append([line])
    made: list[_Line] = []
    for row in rows:
        at = sum(line.at for line in row) / len(row)
        start, end = None, 0.0
        for line in sorted(row, key=lambda each: each.start):
            if start is None:
                start, end = line.start, line.end
            elif line.start <= end + SAME:
                end = max(end, line.end)
            else:
                made.append(_Line(at, start, end))
                start, end = line.start, line.end
        if start is not None:
            made.append(_Line(at, start, end))
    return [line for line in made if line.end - line.start >= _SHORTEST]


def _missing_ends(level: Sequence[_Line], upright: Sequence[_Line]) -> Iterator[_Line]:
    """What level lines lack where several upright ones end together: tables cut by a page's end."""
    for ends in (
        _grouped([(line.start, line) for line in upright]),
        _grouped([(line.end, line) for line in upright]),
    ):
        for at, lines in ends:
            if len(lines) > 2:
                yield from _missing_end(at, sorted(lines, key=lambda each: each.at), level)


def _missing_end(at: float, upright: Sequence[_Line], level: Sequence[_Line]) -> Iterator[_Line]:
    """What level lines lack at the height where some upright ones, from the left, end."""
    left, right = upright[0].at, upright[-1].at
    ruled = [
        line for line in level if abs(line.at - at) <= 2 * SAME and line.start <= right and left <= line.end
    ]
    if not ruled:
        yield _Line(at, left, right)
        return
    for one, other in pairwise(upright):  # a cell with a ground of its own has the sides of that
        if any(line.runs(one.at, other.at) for line in ruled):
            continue
        if any(_joins(line, one, other) for line in level if abs(line.at - at) > 2 * SAME):
            yield _Line(ruled[0].at, one.at, other.at)


def _joins(line: _Line, one: _Line, other: _Line) -> bool:
    """Whether a level line runs from one upright line to another."""
    return line.runs(one.at, other.at) and one.meets(line.at) and other.meets(line.at)


def _grouped(ends: list[tuple[float, _Line]]) -> Iterator[tuple[float, list[_Line]]]:
    """Lines that end at about the same height, with that height."""
    group: list[tuple[float, _Line]] = []
    for end in sorted(ends, key=lambda each: each[0]):
        if group and end[0] - group[0][0] > SAME:
            yield group[0][0], [line for _, line in group]
            group = []
        group.append(end)
    if group:
        yield group[0][0], [line for _, line in group]


def _cells(level: Sequence[_Line], upright: Sequence[_Line]) -> Iterator[Box]:
    """The smallest boxes with rulings on all sides."""
    for top in level:
        crossing = [line for line in upright if top.meets(line.at) and line.meets(top.at)]
        below = [line for line in level if line.at > top.at]
        for number, left in enumerate(crossing):
            if box := _cell(top, left, crossing[number + 1 :], below):
                yield box


def _cell(top: _Line, left: _Line, rights: Sequence[_Line], belows: Sequence[_Line]) -> Box | None:
    bottoms = [line for line in belows if left.runs(top.at, line.at) and line.meets(left.at)]
    for bottom in bottoms:
        if bottom.at - top.at < _SHORTEST:
            continue
        for right in rights:
            if right.at - left.at < _SHORTEST or not right.runs(top.at, bottom.at):
                continue
            if top.runs(left.at, right.at) and bottom.runs(left.at, right.at):
                return Box(left.at, top.at, right.at, bottom.at)
    return None


def _together(boxes: Sequence[Box]) -> list[list[Box]]:
    """Cells that share a corner, as tables; the one whose last cell comes first is the first."""
    table = list(range(len(boxes)))  # of each cell another one of its table, and so on up to its last

    def last_of(number: int) -> int:
        while table[number] != number:
            table[number] = number = table[table[number]]
        return number

    at_corner: dict[tuple[float, float], int] = {}
    for number, box in enumerate(boxes):
        for corner in ((x, y) for x in (box.left, box.right) for y in (box.top, box.bottom)):
            table[last_of(at_corner.setdefault(corner, number))] = number
    groups: dict[int, list[Box]] = {}
    for number, box in enumerate(boxes):
        groups.setdefault(last_of(number), []).append(box)
    return [groups[last] for last in sorted(groups)]


def _stacked(boxes: Sequence[Box]) -> Iterator[list[Box]]:
    """The tables among cells that hang together: one ends where the columns below are others."""
    rows: dict[float, list[Box]] = {}
    for box in boxes:
        rows.setdefault(box.top, []).append(box)
    part: list[Box] = []
    columns: set[float] = set()
    for top in sorted(rows):
        inner = {box.left for box in rows[top]} - {min(box.left for box in boxes)}
        if inner and columns and len(inner & columns) * 2 < len(inner) and _all_end(part, top):
            yield part
            part, columns = [], set()
        part += rows[top]
        columns |= inner
    if part:
        yield part


def _all_end(boxes: Iterable[Box], at: float) -> bool:
    return all(box.bottom <= at + SAME for box in boxes)


def _grid(boxes: Sequence[Box], missing: Sequence[_Line]) -> Grid | None:
    lefts = sorted({box.left for box in boxes} | {box.right for box in boxes})
    tops = sorted({box.top for box in boxes} | {box.bottom for box in boxes})
    if len(boxes) < 2:
        return None
    around = Box(lefts[0], tops[0], lefts[-1], tops[-1])
    column = {left: number for number, left in enumerate(lefts)}
    by_top: dict[float, dict[int, Box]] = {}
    for box in boxes:
        by_top.setdefault(box.top, {})[column[box.left]] = box
    rows = tuple(tuple(_row(by_top.get(top, {}), column)) for top in tops[:-1])
    return Grid(
        box=around,
        edges=tuple(lefts),
        rows=rows,
        open_above=_is_open(around, around.top, missing),
        open_below=_is_open(around, around.bottom, missing),
    )


def _is_open(table: Box, at: float, missing: Sequence[_Line]) -> bool:
    """Whether a side of a table lacks a ruling."""
    return any(
        abs(line.at - at) <= 2 * SAME and line.start < table.right and table.left < line.end
        for line in missing
    )


def _row(boxes: dict[int, Box], column: dict[float, int]) -> Iterator[Cell | None]:
    at = 0
    while at < len(column) - 1:
        if box := boxes.get(at):
            columns = column[box.right] - at
            yield Cell(box=box, columns=columns)
            at += columns
        else:
            yield None
            at += 1
