"""Which small boxes are cells of a table, or fill one, and are no buttons. Knows lengths only."""

from collections.abc import Iterable, Iterator, Sequence

from .geometry import Box

_NEAR = 1  # points from a side to a ruling along it
_GAP = 2  # points from a cell to the one beside it

_Line = tuple[float, float, float]  # where it lies across its direction, from where, to where
_Spans = dict[int, list[tuple[float, float]]]  # from where to where is ruled, by where it lies


def cells_among(boxes: Iterable[Box], rulings: Iterable[Sequence[float]]) -> Iterator[Box]:
    """The boxes that stand in a table: others' rulings run along one side, and go on from another."""
    level: list[_Line] = []
    upright: list[_Line] = []
    for left, top, right, bottom in rulings:
        if right - left >= bottom - top:
            level.append(((top + bottom) / 2, left, right))
        else:
            upright.append(((left + right) / 2, top, bottom))
    levels, uprights = _spans(level), _spans(upright)
    return (box for box in boxes if _is_cell(box, levels, uprights))


def sides(box: Box) -> Iterator[Box]:
    """The four sides of a box, as rulings."""
    left, top, right, bottom = box
    yield from ((left, top, right, top), (left, bottom, right, bottom))
    yield from ((left, top, left, bottom), (right, top, right, bottom))


def _spans(lines: Iterable[_Line]) -> _Spans:
    made: _Spans = {}
    for at, start, end in sorted(lines, key=lambda line: line[1]):
        spans = made.setdefault(round(at), [])
        if spans and start <= spans[-1][1] + _GAP + _NEAR:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return made


def _is_cell(box: Box, level: _Spans, upright: _Spans) -> bool:
    left, top, right, bottom = box
    beside = any(
        start <= top + _NEAR and bottom <= end + _NEAR
        for side in (left, right)
        for start, end in _near(upright, side, _GAP)
    )
    # a button may have rulings for sides, but those end with it
    return beside and any(
        start <= right + _GAP
        and left <= end + _GAP
        and max(end, right) - min(start, left) > 1.5 * (right - left)
        for side in (top, bottom)
        for start, end in _near(level, side, _NEAR)
    )


def _near(spans: _Spans, at: float, reach: int) -> Iterator[tuple[float, float]]:
    for place in range(round(at) - reach, round(at) + reach + 1):
        yield from spans.get(place, ())
