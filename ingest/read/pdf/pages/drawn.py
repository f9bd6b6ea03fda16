"""What is drawn on a page: rulings, and boxes and buttons with how dark they are inside."""

import ctypes
from typing import Any, Protocol

from . import pdfium
from .cells import cells_among, sides
from .geometry import IDENTITY, Box, Corner, Moves, moves_of, rounded, times
from .pixels import Pixels

DEEPEST_FORM = 6

_SMALL, _LARGE = 4.0, 30.0  # sides of a box or button
_MOST_PIXELS = 256  # on a side of an image that may be a box or button
_MOST_SEGMENTS = 400  # of a path that may be a ruling
_MOST_SHAPES = 2000  # of a page, the widest of which are looked at
_SHORTEST = 2.0  # of a ruling


class _Budget(Protocol):
    def spend(self, *, characters: int = 0, objects: int = 0) -> None: ...


class Drawn:
    """The drawings of a page while they are read."""

    def __init__(self, calls: Any, document: Any, page: Any, corner: Corner, budget: _Budget) -> None:
        self.calls, self.document, self.page, self.corner, self.budget = calls, document, page, corner, budget
        self.width, self.height = calls.FPDF_GetPageWidthF(page), calls.FPDF_GetPageHeightF(page)
        self.rulings: list[list[float]] = []
        self.marks: list[list[float]] = []  # box and how dark it is inside, 0 to 1
        self.shapes: list[Box] = []  # drawn buttons, inside not looked at yet
        self.boxes: list[Box] = []  # small ones with straight sides: buttons, or cells of a table
        self.texts: list[Any] = []  # handles of text objects
        self.pictured = 0.0  # how much of the page the largest picture covers, 0 to 1

    def read(self) -> None:
        """Look at all that is drawn."""
        calls = self.calls
        self._objects(self.page, calls.FPDFPage_CountObjects, calls.FPDFPage_GetObject, IDENTITY, 0)
        self._tell_cells_from_buttons()
        self._look_inside()

    def _objects(self, parent: Any, count: Any, get: Any, moves: Moves, depth: int) -> None:
        calls = self.calls
        total = count(parent)
        self.budget.spend(objects=max(total, 0))
        for number in range(total):
            drawn = get(parent, number)
            match calls.FPDFPageObj_GetType(drawn):
                case pdfium.PAGEOBJ_TEXT:
                    self.texts.append(drawn)
                case pdfium.PAGEOBJ_PATH:
                    self._path(drawn, times(moves_of(calls, drawn), moves))
                case pdfium.PAGEOBJ_IMAGE:
                    self._image(drawn, times(moves_of(calls, drawn), moves))
                case pdfium.PAGEOBJ_FORM if depth < DEEPEST_FORM:
                    inner = times(moves_of(calls, drawn), moves)
                    self._objects(
                        drawn, calls.FPDFFormObj_CountObjects, calls.FPDFFormObj_GetObject, inner, depth + 1
                    )

    def _image(self, image: Any, moves: Moves) -> None:
        box = self._covered([(0, 0), (1, 0), (0, 1), (1, 1)], moves)
        left, top, right, bottom = (
            max(box[0], 0.0),
            max(box[1], 0.0),
            min(box[2], self.width),
            min(box[3], self.height),
        )
        if right > left and bottom > top:
            self.pictured = max(self.pictured, (right - left) * (bottom - top) / (self.width * self.height))
        if not _is_mark(box):
            return
        width, height = ctypes.c_uint(), ctypes.c_uint()
        self.calls.FPDFImageObj_GetImagePixelSize(image, ctypes.byref(width), ctypes.byref(height))
        if not (0 < width.value <= _MOST_PIXELS and 0 < height.value <= _MOST_PIXELS):
            return
        self.budget.spend(objects=10)
        bitmap = self.calls.FPDFImageObj_GetRenderedBitmap(self.document, self.page, image)
        if not bitmap:
            return
        try:
            dark = Pixels(self.calls, bitmap).darkness(0.0, 0.0, 1.0, 1.0)
            self.marks.append([*rounded(box), round(dark, 3)])
        finally:
            self.calls.FPDFBitmap_Destroy(bitmap)

    def _path(self, path: Any, moves: Moves) -> None:
        calls = self.calls
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        calls.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
        count = calls.FPDFPath_CountSegments(path)
        if not (fill.value or stroke.value) or not 0 < count <= _MOST_SEGMENTS:
            return
        self.budget.spend(objects=count)
        points: list[tuple[float, float]] = []
        start = last = (0.0, 0.0)
        x, y = ctypes.c_float(), ctypes.c_float()
        curved = False
        lines: list[Box] = []
        for number in range(count):
            segment = calls.FPDFPath_GetPathSegment(path, number)
            calls.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
            point = (x.value, y.value)
            points.append(point)
            match calls.FPDFPathSegment_GetType(segment):
                case pdfium.SEGMENT_MOVETO:
                    start = point
                case pdfium.SEGMENT_LINETO:
                    lines.append(self._covered([last, point], moves))
                case _:
                    curved = True
            last = point
            if calls.FPDFPathSegment_GetClose(segment):
                lines.append(self._covered([last, start], moves))
                last = start
        if _is_mark(box := self._covered(points, moves)) and (curved or count >= 4):
            (self.shapes if curved else self.boxes).append(box)
        else:
            self.rulings += [rounded(line) for line in lines if _is_ruling(line)]

    def _covered(self, points: list[tuple[float, float]], moves: Moves) -> Box:
        """The box around some points of an object."""
        a, b, c, d, e, f = moves
        shown = [self.corner.point(a * x + c * y + e, b * x + d * y + f) for x, y in points]
        xs, ys = [point[0] for point in shown], [point[1] for point in shown]
        return min(xs), min(ys), max(xs), max(ys)

    def _tell_cells_from_buttons(self) -> None:
        cells = set(cells_among(self.boxes[:_MOST_SHAPES], self.rulings))
        self.rulings += [rounded(side) for cell in sorted(cells) for side in sides(cell)]
        self.shapes += [box for box in self.boxes if box not in cells]

    def _look_inside(self) -> None:
        """Turn drawn shapes into marks: the largest of those that share a middle, with what is in it."""
        outer: list[Box] = []
        for shape in sorted(self.shapes, key=lambda box: box[0] - box[2])[:_MOST_SHAPES]:
            middle = ((shape[0] + shape[2]) / 2, (shape[1] + shape[3]) / 2)
            if not any(box[0] < middle[0] < box[2] and box[1] < middle[1] < box[3] for box in outer):
                outer.append(shape)
        if not outer or not (0 < self.width * self.height < 4_000_000):
            return
        calls, scale = self.calls, 2
        width, height = max(1, int(self.width * scale)), max(1, int(self.height * scale))
        bitmap = calls.FPDFBitmap_Create(width, height, 0)
        if not bitmap:
            return
        try:
            calls.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            calls.FPDF_RenderPageBitmap(bitmap, self.page, 0, 0, width, height, 0, 0)
            pixels = Pixels(calls, bitmap)
            for box in outer:
                left, right = box[0] / self.width, box[2] / self.width
                top, bottom = box[1] / self.height, box[3] / self.height
                self.marks.append([*rounded(box), round(pixels.darkness(left, top, right, bottom), 3)])
        finally:
            calls.FPDFBitmap_Destroy(bitmap)


def _is_mark(box: Box) -> bool:
    """Whether a box is small and about as high as wide."""
    width, height = box[2] - box[0], box[3] - box[1]
    return _SMALL <= width <= _LARGE and _SMALL <= height <= _LARGE and 0.75 <= width / height <= 1.34


def _is_ruling(side: Box) -> bool:
    """Whether a side is upright or level, and not a dot."""
    width, height = side[2] - side[0], side[3] - side[1]
    return min(width, height) < 0.6 and max(width, height) >= _SHORTEST
