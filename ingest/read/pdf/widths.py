"""How far the lines of a document reach to the right, and how far apart they stand. Knows lengths."""

import statistics
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from ingest.read.pdf.grids import SAME
from ingest.read.pdf.pieces import Line, Table, has_tick


class RightEdges:
    """Where lines end at the right, by where they begin."""

    def __init__(self, everywhere: float, by_start: dict[int, float]) -> None:
        self._everywhere, self._by_start = everywhere, by_start

    def of(self, line: Line) -> float:
        """Where the room of a line ends."""
        return self._by_start.get(round(line.box.left / SAME), self._everywhere)


def right_edges(lines: Sequence[Line]) -> RightEdges:
    """Where lines end: the rightmost of all, or of those that begin alike where they are many."""
    long = [line for line in lines if len(line.words) > 2]
    everywhere = max((line.box.right for line in long), default=0.0)
    groups: dict[int, list[float]] = {}
    for line in long:
        groups.setdefault(round(line.box.left / SAME), []).append(line.box.right)
    own = {
        start: max(ends) for start, ends in groups.items() if len(ends) > 5 and max(ends) > 0.75 * everywhere
    }
    return RightEdges(everywhere, own)


def pitch(lines: Sequence[Line], right: RightEdges) -> float:
    """The usual distance of lines in a paragraph, in sizes of its letters."""
    pitches = [
        (below.box.bottom - above.box.bottom) / above.size
        for above, below in pairwise(lines)
        if above.page == below.page
        and above.size
        and abs(above.size - below.size) < 0.6
        and above.box.right > 0.9 * right.of(above)
        and abs(above.box.left - below.box.left) <= SAME
    ]
    usual = [pitch for pitch in pitches if 0.9 <= pitch <= 2.2]
    return statistics.median_low(usual) if usual else 1.4


def commonest(values: Sequence[float]) -> float:
    """The value that most have; 0 where there are none."""
    return Counter(values).most_common(1)[0][0] if values else 0.0


def padding(table: Table) -> float:
    """How far the words of a table stand from the left side of their cells, at least."""
    gaps = [
        line.box.left - cell.box.left
        for row in table.rows
        for cell in row
        for line in cell.lines
        if line.words
    ]
    return min(max(min(gaps, default=0.0), 0.0), 10.0)


def wrapped(lines: Sequence[Line], width: float) -> list[list[Line]]:
    """The lines of a cell, those together that were broken because the next word had no room.

    A page's end breaks lines too; there a cell keeps its lines apart only if it does so elsewhere.
    """
    apart = any(_fits(above, below, width) for above, below in pairwise(lines) if above.page == below.page)
    groups: list[list[Line]] = []
    for line in lines:
        if groups and not _is_apart(groups[-1][-1], line, width, over_pages=apart):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _is_apart(above: Line, below: Line, width: float, *, over_pages: bool) -> bool:
    """Whether a line begins anew below another one."""
    if not below.words or has_tick(below):
        return True
    return (over_pages or above.page == below.page) and _fits(above, below, width)


def _fits(above: Line, below: Line, width: float) -> bool:
    """Whether the first word of a line would have had room in the line above it."""
    if not below.words:
        return False
    word = below.words[0].box
    return (above.box.right - above.box.left) + 0.3 * above.size + (word.right - word.left) < width - 2
