"""PDF bytes → the words, rulings and marks of its pages, as JSON. Runs as a process of its own.

A PDF from a stranger can make any library loop, fill the memory or crash; nothing within a process can stop
that. So `ingest.read.pdf` starts this file with the bytes on standard input, with limits on memory, time and
the amount of everything. It imports nothing of ours. Lengths are points, from the top left corner as shown.
"""

import ctypes
import json
import math
import re
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pypdfium2.raw as pdfium

MOST_PAGES = 300
MOST_CHARACTERS = 1_000_000
MOST_OBJECTS = 400_000  # drawn on all pages, those of forms drawn repeatedly counted each time
DEEPEST_FORM = 6
MEMORY = 2 * 2**30  # of addresses, of which pdfium and Python need a quarter
SECONDS = 25

_SMALL, _LARGE = 4.0, 30.0  # sides of a box or button
_MOST_PIXELS = 256  # on a side of an image that may be a box or button
_MOST_SEGMENTS = 400  # of a path that may be a ruling
_SHORTEST = 2.0  # of a ruling

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
_SYMBOLS = re.compile(r"wingdings|webdings|symbol", re.IGNORECASE)
_PICTURES = {
    0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0xA1: "○", 0x6C: "●", 0xA4: "◉", 0x78: "☒", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0xA7: "•", 0xB7: "•", 0x76: "•", 0xD8: "•",
}  # fmt: skip
_HYPHEN = 0x02  # how pdfium tells one at the end of a line
_LINE_ENDS = (0x0A, 0x0D)
_LIGATURES = {
    0xFB00: "ff",
    0xFB01: "fi",
    0xFB02: "fl",
    0xFB03: "ffi",
    0xFB04: "ffl",
    0xFB05: "st",
    0xFB06: "st",
}

_Matrix = tuple[float, float, float, float, float, float]
_Corner = Callable[[float, float], tuple[float, float]]  # user space → from the top left, as shown
_Box = list[float]


class Refused(Exception):
    """The file is not read; the argument is the reason's name."""


def main() -> None:
    """Read a PDF from standard input, write its pages or the reason for refusing it."""
    _limit()
    try:
        found: dict[str, Any] = {"pages": pages(sys.stdin.buffer.read())}
    except Refused as refused:
        found = {"refused": str(refused)}
    json.dump(found, sys.stdout, ensure_ascii=True, separators=(",", ":"))


def pages(data: bytes) -> list[dict[str, Any]]:
    """What stands on each page.

    Raises:
        Refused: protected, broken, or beyond bounds.
    """
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        protected = pdfium.FPDF_GetLastError() in (pdfium.FPDF_ERR_PASSWORD, pdfium.FPDF_ERR_SECURITY)
        raise Refused("password" if protected else "broken")
    count = pdfium.FPDF_GetPageCount(document)
    if count > MOST_PAGES:
        raise Refused("pages")
    budget = _Budget()
    return [_page(document, number, budget) for number in range(count)]


class _Budget:
    """What may still be read."""

    def __init__(self) -> None:
        self.characters = MOST_CHARACTERS
        self.objects = MOST_OBJECTS
        self.end = time.monotonic() + SECONDS

    def spend(self, *, characters: int = 0, objects: int = 0) -> None:
        self.characters -= characters
        self.objects -= objects
        if self.characters < 0 or self.objects < 0:
            raise Refused("large")
        if time.monotonic() > self.end:
            raise Refused("slow")


def _page(document: Any, number: int, budget: _Budget) -> dict[str, Any]:
    page = pdfium.FPDF_LoadPage(document, number)
    if not page:
        return {"width": 0.0, "height": 0.0, "words": [], "rulings": [], "marks": []}
    try:
        if _has_fields(page) and pdfium.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == 1:
            pdfium.FPDF_ClosePage(page)  # what is filled in is part of the page from now on
            page = pdfium.FPDF_LoadPage(document, number)
        return _Page(document, page, budget).read()
    finally:
        pdfium.FPDF_ClosePage(page)


def _has_fields(page: Any) -> bool:
    for number in range(min(pdfium.FPDFPage_GetAnnotCount(page), 2000)):
        annotation = pdfium.FPDFPage_GetAnnot(page, number)
        kind = pdfium.FPDFAnnot_GetSubtype(annotation) if annotation else None
        pdfium.FPDFPage_CloseAnnot(annotation)
        if kind == pdfium.FPDF_ANNOT_WIDGET:
            return True
    return False


class _Page:
    """One page while it is read."""

    def __init__(self, document: Any, page: Any, budget: _Budget) -> None:
        self.document, self.page, self.budget = document, page, budget
        self.width, self.height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
        self.corner = _corner(page)
        self.rulings: list[_Box] = []
        self.marks: list[_Box] = []  # box and how dark it is inside, 0 to 1
        self.shapes: list[_Box] = []  # drawn boxes and buttons, inside not looked at yet

    def read(self) -> dict[str, Any]:
        words = list(self._words())
        self._objects(self.page, pdfium.FPDFPage_CountObjects, pdfium.FPDFPage_GetObject, _IDENTITY, 0)
        self._look_inside()
        return {
            "width": round(self.width, 2),
            "height": round(self.height, 2),
            "words": words,
            "rulings": self.rulings,
            "marks": self.marks,
        }

    # --- words ---

    def _words(self) -> Iterator[list[Any]]:
        """Each word: its box, text, size, whether bold, whether italic, the width of its first
        letter, whether it stands right behind the one before.
        """
        text_page = pdfium.FPDFText_LoadPage(self.page)
        if not text_page:
            return
        try:
            count = pdfium.FPDFText_CountChars(text_page)
            self.budget.spend(characters=max(count, 0))
            word = _Word()
            for at in range(count):
                code = pdfium.FPDFText_GetUnicode(text_page, at)
                if code in _LINE_ENDS and pdfium.FPDFText_IsGenerated(text_page, at) == 1:
                    continue  # pdfium's guess, at times between two letters of a word: the boxes tell better
                if _is_space(code):
                    if word.text:
                        yield word.told(text_page)
                        word = _Word()
                    continue
                box = self._character_box(text_page, at)
                drawn = ctypes.cast(pdfium.FPDFText_GetTextObject(text_page, at), ctypes.c_void_p).value
                behind = bool(word.text) and word.goes_on(box)
                if word.text and (
                    not behind or (drawn != word.drawn and word.look(text_page, at) != word.own)
                ):
                    yield word.told(text_page)
                    word = _Word(glued=behind)
                word.drawn = drawn
                if not word.text:
                    word.own = word.look(text_page, at)
                word.add(at, code, box)
            if word.text:
                yield word.told(text_page)
        finally:
            pdfium.FPDFText_ClosePage(text_page)

    def _character_box(self, text_page: Any, at: int) -> _Box:
        box = pdfium.FS_RECTF()
        pdfium.FPDFText_GetLooseCharBox(text_page, at, box)
        return _ordered(*self.corner(box.left, box.top), *self.corner(box.right, box.bottom))

    # --- what is drawn ---

    def _objects(self, parent: Any, count: Any, get: Any, matrix: _Matrix, depth: int) -> None:
        total = count(parent)
        self.budget.spend(objects=max(total, 0))
        for number in range(total):
            drawn = get(parent, number)
            match pdfium.FPDFPageObj_GetType(drawn):
                case pdfium.FPDF_PAGEOBJ_PATH:
                    self._path(drawn, _times(_own(drawn), matrix))
                case pdfium.FPDF_PAGEOBJ_IMAGE:
                    self._image(drawn, _times(_own(drawn), matrix))
                case pdfium.FPDF_PAGEOBJ_FORM if depth < DEEPEST_FORM:
                    inner = _times(_own(drawn), matrix)
                    self._objects(
                        drawn, pdfium.FPDFFormObj_CountObjects, pdfium.FPDFFormObj_GetObject, inner, depth + 1
                    )

    def _image(self, image: Any, matrix: _Matrix) -> None:
        box = self._covered([(0, 0), (1, 0), (0, 1), (1, 1)], matrix)
        if not _is_mark(box):
            return
        width, height = ctypes.c_uint(), ctypes.c_uint()
        pdfium.FPDFImageObj_GetImagePixelSize(image, width, height)
        if not (0 < width.value <= _MOST_PIXELS and 0 < height.value <= _MOST_PIXELS):
            return
        self.budget.spend(objects=10)
        bitmap = pdfium.FPDFImageObj_GetRenderedBitmap(self.document, self.page, image)
        if not bitmap:
            return
        try:
            self.marks.append([*_rounded(box), round(_Pixels(bitmap).darkness(0.0, 0.0, 1.0, 1.0), 3)])
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)

    def _path(self, path: Any, matrix: _Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        count = pdfium.FPDFPath_CountSegments(path)
        if not (fill.value or stroke.value) or not 0 < count <= _MOST_SEGMENTS:
            return
        self.budget.spend(objects=count)
        points: list[tuple[float, float]] = []
        start = last = (0.0, 0.0)
        x, y = ctypes.c_float(), ctypes.c_float()
        curved = False
        sides: list[_Box] = []
        for number in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(path, number)
            pdfium.FPDFPathSegment_GetPoint(segment, x, y)
            point = (x.value, y.value)
            points.append(point)
            match pdfium.FPDFPathSegment_GetType(segment):
                case pdfium.FPDF_SEGMENT_MOVETO:
                    start = point
                case pdfium.FPDF_SEGMENT_LINETO:
                    sides.append(self._covered([last, point], matrix))
                case _:
                    curved = True
            last = point
            if pdfium.FPDFPathSegment_GetClose(segment):
                sides.append(self._covered([last, start], matrix))
                last = start
        if _is_mark(box := self._covered(points, matrix)) and (curved or count >= 4):
            self.shapes.append(box)
        else:
            self.rulings += [_rounded(side) for side in sides if _is_ruling(side)]

    def _covered(self, points: list[tuple[float, float]], matrix: _Matrix) -> _Box:
        """The box around some points of an object."""
        a, b, c, d, e, f = matrix
        shown = [self.corner(a * x + c * y + e, b * x + d * y + f) for x, y in points]
        xs, ys = [point[0] for point in shown], [point[1] for point in shown]
        return [min(xs), min(ys), max(xs), max(ys)]

    def _look_inside(self) -> None:
        """Turn drawn shapes into marks: the largest of those that share a middle, with what is in it."""
        outer: list[_Box] = []
        for shape in sorted(self.shapes, key=lambda box: box[0] - box[2])[:2000]:
            middle = ((shape[0] + shape[2]) / 2, (shape[1] + shape[3]) / 2)
            if not any(box[0] < middle[0] < box[2] and box[1] < middle[1] < box[3] for box in outer):
                outer.append(shape)
        if not outer or not (0 < self.width * self.height < 4_000_000):
            return
        scale = 2
        width, height = max(1, int(self.width * scale)), max(1, int(self.height * scale))
        bitmap = pdfium.FPDFBitmap_Create(width, height, 0)
        if not bitmap:
            return
        try:
            pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, width, height, 0xFFFFFFFF)
            pdfium.FPDF_RenderPageBitmap(bitmap, self.page, 0, 0, width, height, 0, 0)
            pixels = _Pixels(bitmap)
            for box in outer:
                left, right = box[0] / self.width, box[2] / self.width
                top, bottom = box[1] / self.height, box[3] / self.height
                self.marks.append([*_rounded(box), round(pixels.darkness(left, top, right, bottom), 3)])
        finally:
            pdfium.FPDFBitmap_Destroy(bitmap)


class _Word:
    """A word while its characters come in."""

    def __init__(self, *, glued: bool = False) -> None:
        self.first = 0
        self.glued = glued
        self.drawn: int | None = None  # the object on the page it is part of
        self.own: tuple[str, bool, bool] = ("", False, False)
        self.text: list[int] = []
        self.box: _Box = []
        self.end: _Box = []
        self.letter = 0.0  # width of the first

    def goes_on(self, box: _Box) -> bool:
        """Whether a character stands right behind the last one."""
        if box == self.end:  # two letters that are one sign, such as "fi"
            return True
        height = max(self.end[3] - self.end[1], 1.0)
        level = abs(box[3] - self.end[3]) < 0.4 * height
        return level and -0.5 * height < box[0] - self.end[2] < 0.2 * height

    def add(self, at: int, code: int, box: _Box) -> None:
        if not self.text:
            self.first, self.box, self.letter = at, list(box), box[2] - box[0]
        self.text.append(code)
        self.end = box
        self.box = [
            min(self.box[0], box[0]),
            min(self.box[1], box[1]),
            max(self.box[2], box[2]),
            max(self.box[3], box[3]),
        ]

    def look(self, text_page: Any, at: int) -> tuple[str, bool, bool]:
        """The font of a character: its name, whether bold, whether italic."""
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        pdfium.FPDFText_GetFontInfo(text_page, at, buffer, 128, flags)
        name = buffer.value.decode("utf-8", "replace")
        bold = bool(_BOLD.search(name)) or pdfium.FPDFText_GetFontWeight(text_page, at) >= 600
        return name, bold, bool(_ITALIC.search(name)) or bool(flags.value & 0x40)

    def told(self, text_page: Any) -> list[Any]:
        name, bold, italic = self.own
        matrix = pdfium.FS_MATRIX()
        pdfium.FPDFText_GetMatrix(text_page, self.first, matrix)
        size = pdfium.FPDFText_GetFontSize(text_page, self.first) * math.hypot(matrix.c, matrix.d)
        text = "".join(_character(code, bool(_SYMBOLS.search(name))) for code in self.text)
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        return [*_rounded(self.box), text, round(size, 2), bold, italic, round(self.letter, 2), self.glued]


def _is_space(code: int) -> bool:
    if code <= 0x20:
        return code != _HYPHEN
    return code in (0xA0, 0x2028, 0x3000) or 0x2000 <= code <= 0x200B


def _character(code: int, symbols: bool) -> str:
    if code in (_HYPHEN, 0xFFFE):
        return "-"
    if (symbols or 0xF000 <= code <= 0xF0FF) and (code & 0xFF) in _PICTURES:
        return _PICTURES[code & 0xFF]
    return _LIGATURES.get(code) or chr(code)


class _Pixels:
    """The pixels of a bitmap of pdfium's."""

    def __init__(self, bitmap: Any) -> None:
        self.width, self.height = pdfium.FPDFBitmap_GetWidth(bitmap), pdfium.FPDFBitmap_GetHeight(bitmap)
        self._stride = pdfium.FPDFBitmap_GetStride(bitmap)
        kind = pdfium.FPDFBitmap_GetFormat(bitmap)
        self._step = {pdfium.FPDFBitmap_Gray: 1, pdfium.FPDFBitmap_BGR: 3}.get(kind, 4)
        self._alpha = kind == pdfium.FPDFBitmap_BGRA
        self._bytes = ctypes.string_at(pdfium.FPDFBitmap_GetBuffer(bitmap), self._stride * self.height)

    def darkness(self, left: float, top: float, right: float, bottom: float) -> float:
        """How dark the middle of a box is beside the lightest spot there, 0 to 1; sides as parts of 1."""
        inset_x, inset_y = (right - left) * 0.28, (bottom - top) * 0.28
        columns = range(int((left + inset_x) * self.width), math.ceil((right - inset_x) * self.width))
        rows = range(int((top + inset_y) * self.height), math.ceil((bottom - inset_y) * self.height))
        shades = [
            self._shade(x, y) for y in rows for x in columns if 0 <= x < self.width and 0 <= y < self.height
        ]
        return 1 - sum(shades) / len(shades) / 255 if shades else 0.0

    def _shade(self, x: int, y: int) -> float:
        at = y * self._stride + x * self._step
        pixel = self._bytes[at : at + self._step]
        shade = sum(pixel[:3]) / 3 if self._step > 1 else pixel[0]
        return shade + 255 * (1 - pixel[3] / 255) * (pixel[3] < 255) if self._alpha else shade


# --- geometry ---

_IDENTITY: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _own(drawn: Any) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    if not pdfium.FPDFPageObj_GetMatrix(drawn, matrix):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(inner: _Matrix, outer: _Matrix) -> _Matrix:
    a, b, c, d, e, f = inner
    g, h, i, j, k, m = outer
    return (a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m)


def _corner(page: Any) -> _Corner:
    box = pdfium.FS_RECTF()
    pdfium.FPDF_GetPageBoundingBox(page, box)
    left, top, right, bottom = box.left, box.top, box.right, box.bottom
    turned: tuple[_Corner, ...] = (
        lambda x, y: (x - left, top - y),
        lambda x, y: (y - bottom, x - left),
        lambda x, y: (right - x, y - bottom),
        lambda x, y: (top - y, right - x),
    )
    rotation: int = pdfium.FPDFPage_GetRotation(page)
    return turned[rotation % 4]


def _ordered(x: float, y: float, other_x: float, other_y: float) -> _Box:
    return [min(x, other_x), min(y, other_y), max(x, other_x), max(y, other_y)]


def _rounded(box: _Box) -> _Box:
    return [round(side, 2) if math.isfinite(side) else 0.0 for side in box]


def _is_mark(box: _Box) -> bool:
    """Whether a box is small and about as high as wide."""
    width, height = box[2] - box[0], box[3] - box[1]
    return _SMALL <= width <= _LARGE and _SMALL <= height <= _LARGE and 0.75 <= width / height <= 1.34


def _is_ruling(side: _Box) -> bool:
    """Whether a side is upright or level, and not a dot."""
    width, height = side[2] - side[0], side[3] - side[1]
    return min(width, height) < 0.6 and max(width, height) >= _SHORTEST


def _limit() -> None:
    """Bound what this process may use, where the system can."""
    try:
        import resource
    except ImportError:
        return
    for what, limit in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS + 5)):
        try:
            resource.setrlimit(what, (limit, limit))
        except (OSError, ValueError):
            continue


if __name__ == "__main__":
    main()
