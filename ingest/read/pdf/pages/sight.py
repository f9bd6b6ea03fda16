"""Which words of a page anybody sees: those without which the page would look different. Knows pixels.

So it does not matter why a word is not seen: white on white, drawn without ink, covered, cut off, in a layer
that is switched off. Behind the picture of a scanned page stand words that a program read in it: these count.
"""

import ctypes
import math
from collections.abc import Iterable, Sequence
from typing import Any

from .geometry import Box

_MOST_PIXELS = 2_000_000  # of the picture of a page
_TOLD_APART = 16  # of 255: what differs less is not seen
_SMALLEST = 3.0  # points of a letter that can be read
_INVISIBLE = 3  # how text is drawn: without ink
_SCAN = 0.5  # of a page, that a picture covers at least


class Sight:
    """The picture of a page with its text and without."""

    def __init__(self, calls: Any, page: Any, width: float, height: float, texts: Iterable[Any]) -> None:
        """`texts` are the handles of the page's text objects, which are not drawn any more afterwards."""
        area = max(width * height, 1.0)
        self._scale = min(1.0, math.sqrt(_MOST_PIXELS / area)) if math.isfinite(area) else 0.0
        self._width, self._height = int(width * self._scale), int(height * self._scale)
        self._calls = calls
        self._with = self._picture(page)
        for text in texts:
            calls.FPDFPageObj_SetIsActive(text, 0)
        self._without = self._picture(page)

    def sees(self, box: Box) -> bool:
        """Whether there is ink of text in the middle of a box."""
        for start, end in self._rows(box):
            one, other = self._with[start:end], self._without[start:end]
            if one != other and any(abs(a - b) >= _TOLD_APART for a, b in zip(one, other, strict=True)):
                return True
        return False

    def is_pictured(self, box: Box) -> bool:
        """Whether something else than text is drawn in the middle of a box."""
        shades = {
            self._without[start:end].count(self._without[start : start + 4]) for start, end in self._rows(box)
        }
        return len(shades) > 1

    def _rows(self, box: Box) -> Iterable[tuple[int, int]]:
        """Where the pixels of the middle of a box are, row by row."""
        left, top, right, bottom = (side * self._scale for side in box)
        if not all(map(math.isfinite, (left, top, right, bottom))):
            return
        quarter = (bottom - top) / 4
        first, last = max(0, int(left)), min(self._width, math.ceil(right))
        for row in range(max(0, int(top + quarter)), min(self._height, math.ceil(bottom - quarter))):
            if first < last:
                yield (row * self._width + first) * 4, (row * self._width + last) * 4

    def _picture(self, page: Any) -> bytes:
        calls = self._calls
        bitmap = (
            calls.FPDFBitmap_Create(self._width, self._height, 0) if self._width and self._height else None
        )
        if not bitmap:
            self._width = self._height = 0  # nothing is seen
            return b""
        try:
            calls.FPDFBitmap_FillRect(bitmap, 0, 0, self._width, self._height, 0xFFFFFFFF)
            calls.FPDF_RenderPageBitmap(bitmap, page, 0, 0, self._width, self._height, 0, 0)
            return ctypes.string_at(calls.FPDFBitmap_GetBuffer(bitmap), self._width * self._height * 4)
        finally:
            calls.FPDFBitmap_Destroy(bitmap)


def mark_seen(
    calls: Any, sight: Sight, words: Sequence[list[Any]], drawn: Sequence[Any], pictured: float
) -> None:
    """Note behind each word whether it is seen; `drawn` are the objects that words are part of.

    `pictured` is how much of the page its largest picture covers, 0 to 1.
    """
    for word, text_object in zip(words, drawn, strict=True):
        box: Box = (word[0], word[1], word[2], word[3])
        if not any(map(str.isalnum, word[4])):
            seen = True  # a dot or a dash: nothing that says something
        elif word[5] < _SMALLEST:
            seen = False
        elif text_object and calls.FPDFTextObj_GetTextRenderMode(text_object) == _INVISIBLE:
            seen = pictured >= _SCAN and sight.is_pictured(box)
        else:
            seen = sight.sees(box)
        word.append(seen)
