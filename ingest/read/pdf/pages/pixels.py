"""How dark a bitmap is somewhere. Knows pixels."""

import ctypes
import math
from typing import Any

from . import pdfium


class Pixels:
    """The pixels of a bitmap of PDFium's."""

    def __init__(self, calls: Any, bitmap: Any) -> None:
        self.width, self.height = calls.FPDFBitmap_GetWidth(bitmap), calls.FPDFBitmap_GetHeight(bitmap)
        self._stride = calls.FPDFBitmap_GetStride(bitmap)
        kind = calls.FPDFBitmap_GetFormat(bitmap)
        self._step = {pdfium.BITMAP_GRAY: 1, pdfium.BITMAP_BGR: 3}.get(kind, 4)
        self._alpha = kind == pdfium.BITMAP_BGRA
        self._bytes = ctypes.string_at(calls.FPDFBitmap_GetBuffer(bitmap), self._stride * self.height)

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
