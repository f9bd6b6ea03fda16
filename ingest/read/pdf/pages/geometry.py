"""Points and boxes of a page, from its top left corner as shown. Knows lengths only."""

import ctypes
import math
from collections.abc import Callable
from typing import Any

from .pdfium import Matrix, Rect

Box = tuple[float, float, float, float]  # left, top, right, bottom
Moves = tuple[float, float, float, float, float, float]
IDENTITY: Moves = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


class Corner:
    """The top left corner of a page, which may be turned."""

    def __init__(self, calls: Any, page: Any) -> None:
        box = Rect()
        calls.FPDF_GetPageBoundingBox(page, ctypes.byref(box))
        left, top, right, bottom = box.left, box.top, box.right, box.bottom
        turned: tuple[Callable[[float, float], tuple[float, float]], ...] = (
            lambda x, y: (x - left, top - y),
            lambda x, y: (y - bottom, x - left),
            lambda x, y: (right - x, y - bottom),
            lambda x, y: (top - y, right - x),
        )
        self.point = turned[calls.FPDFPage_GetRotation(page) % 4]  # a point of the page, as shown

    def box(self, x: float, y: float, other_x: float, other_y: float) -> Box:
        """The box between two points of the page, as shown."""
        left, top = self.point(x, y)
        right, bottom = self.point(other_x, other_y)
        if left <= right and top <= bottom:
            return left, top, right, bottom
        return min(left, right), min(top, bottom), max(left, right), max(top, bottom)


def around(one: Box, other: Box) -> Box:
    """The box around both."""
    left, top, right, bottom = one
    other_left, other_top, other_right, other_bottom = other
    return (
        left if left < other_left else other_left,
        top if top < other_top else other_top,
        right if right > other_right else other_right,
        bottom if bottom > other_bottom else other_bottom,
    )


def moves_of(calls: Any, drawn: Any) -> Moves:
    """How an object is moved, scaled and turned where it is drawn."""
    matrix = Matrix()
    if not calls.FPDFPageObj_GetMatrix(drawn, ctypes.byref(matrix)):
        return IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def times(inner: Moves, outer: Moves) -> Moves:
    """One after the other."""
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def rounded(box: Box) -> list[float]:
    """Sides to a hundredth of a point; 0 for what is no number."""
    return [round(side, 2) if math.isfinite(side) else 0.0 for side in box]
