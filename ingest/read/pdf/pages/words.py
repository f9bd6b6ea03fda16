"""The words of a page, each with its box and look. Knows characters; knows nothing that is drawn."""

import ctypes
import math
import re
from collections.abc import Iterator
from typing import Any, Protocol

from .geometry import Box, Corner, around, rounded
from .pdfium import Matrix, Rect

_BOLD = re.compile(r"bold|black|heavy|semibold|demi", re.IGNORECASE)
_ITALIC = re.compile(r"italic|oblique|kursiv", re.IGNORECASE)
_SYMBOLS = re.compile(r"wingdings|webdings|symbol", re.IGNORECASE)
_PICTURES = {
    0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0xA1: "○", 0x6C: "●", 0xA4: "◉", 0x78: "☒", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑", 0xA7: "•", 0xB7: "•", 0x76: "•", 0xD8: "•",
}  # fmt: skip
_HYPHEN = 0x02  # how PDFium tells one at the end of a line
_SPACES = frozenset((*range(0x21), 0xA0, *range(0x2000, 0x200C), 0x2028, 0x3000)) - {_HYPHEN}
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
_PLAIN = 0xD800  # codes below are characters as they stand, apart from _HYPHEN and in fonts of symbols


class _Budget(Protocol):
    def spend(self, *, characters: int = 0, objects: int = 0) -> None: ...


def words(calls: Any, page: Any, corner: Corner, budget: _Budget) -> Iterator[tuple[list[Any], Any]]:
    """Each word: its box, text, size, whether bold, whether italic, the width of its first letter, whether it
    stands right behind the one before. With it the object on the page that it is part of.
    """
    text_page = calls.FPDFText_LoadPage(page)
    if not text_page:
        return
    try:
        count = calls.FPDFText_CountChars(text_page)
        budget.spend(characters=max(count, 0))
        yield from _Text(calls, text_page, corner).words(count)
    finally:
        calls.FPDFText_ClosePage(text_page)


class _Text:
    """The characters of a page."""

    def __init__(self, calls: Any, text_page: Any, corner: Corner) -> None:
        self.calls, self.text_page, self.corner = calls, text_page, corner
        self.looks: dict[str, tuple[bool, bool]] = {}  # bold and italic by names of fonts

    def words(self, count: int) -> Iterator[tuple[list[Any], Any]]:
        """The first characters of the page, as words."""
        calls, text_page, box_of = self.calls, self.text_page, self.corner.box
        unicode, loose_box = calls.FPDFText_GetUnicode, calls.FPDFText_GetLooseCharBox
        text_object = calls.FPDFText_GetTextObject
        rect = Rect()
        place, nowhere = ctypes.byref(rect), box_of(0.0, 0.0, 0.0, 0.0)
        word = _Word()
        for at in range(count):
            code = unicode(text_page, at)
            if code in _LINE_ENDS and calls.FPDFText_IsGenerated(text_page, at) == 1:
                continue  # PDFium's guess, at times between two letters of a word: the boxes tell better
            if code in _SPACES:
                if word.text:
                    yield self._told(word)
                    word = _Word()
                continue
            known = loose_box(text_page, at, place)
            box = box_of(rect.left, rect.top, rect.right, rect.bottom) if known else nowhere
            drawn = text_object(text_page, at)
            behind = bool(word.text) and word.goes_on(box)
            if word.text and (not behind or (drawn != word.drawn and self._look(at) != word.own)):
                yield self._told(word)
                word = _Word(glued=behind)
            word.drawn = drawn
            if not word.text:
                word.own = self._look(at)
            word.add(at, code, box)
        if word.text:
            yield self._told(word)

    def _look(self, at: int) -> tuple[str, bool, bool]:
        """The font of a character: its name, whether bold, whether italic."""
        buffer, flags = ctypes.create_string_buffer(128), ctypes.c_int()
        self.calls.FPDFText_GetFontInfo(self.text_page, at, buffer, 128, ctypes.byref(flags))
        name = buffer.value.decode("utf-8", "replace")
        if name not in self.looks:
            self.looks[name] = bool(_BOLD.search(name)), bool(_ITALIC.search(name))
        bold, italic = self.looks[name]
        bold = bold or self.calls.FPDFText_GetFontWeight(self.text_page, at) >= 600
        return name, bold, italic or bool(flags.value & 0x40)

    def _told(self, word: "_Word") -> tuple[list[Any], Any]:
        name, bold, italic = word.own
        matrix = Matrix()
        self.calls.FPDFText_GetMatrix(self.text_page, word.first, ctypes.byref(matrix))
        size = self.calls.FPDFText_GetFontSize(self.text_page, word.first) * math.hypot(matrix.c, matrix.d)
        text = _text(word.text, bool(_SYMBOLS.search(name)))
        letter = round(word.letter, 2)
        return [*rounded(word.box), text, round(size, 2), bold, italic, letter, word.glued], word.drawn


class _Word:
    """A word while its characters come in."""

    __slots__ = ("box", "drawn", "end", "first", "glued", "letter", "own", "text")

    def __init__(self, *, glued: bool = False) -> None:
        self.first = 0
        self.glued = glued
        self.drawn: int | None = None  # the object on the page it is part of
        self.own: tuple[str, bool, bool] = ("", False, False)
        self.text: list[int] = []
        self.box: Box = (0.0, 0.0, 0.0, 0.0)
        self.end: Box = (0.0, 0.0, 0.0, 0.0)
        self.letter = 0.0  # width of the first

    def goes_on(self, box: Box) -> bool:
        """Whether a character stands right behind the last one."""
        if box == self.end:  # two letters that are one sign, such as "fi"
            return True
        _, top, right, bottom = self.end
        height = bottom - top if bottom - top > 1.0 else 1.0
        level = -0.4 * height < box[3] - bottom < 0.4 * height
        return level and -0.5 * height < box[0] - right < 0.2 * height

    def add(self, at: int, code: int, box: Box) -> None:
        """Take another character."""
        if self.text:
            self.box = around(self.box, box)
        else:
            self.first, self.box, self.letter = at, box, box[2] - box[0]
        self.text.append(code)
        self.end = box


def _text(codes: list[int], symbols: bool) -> str:
    if not symbols and max(codes) < _PLAIN and _HYPHEN not in codes:
        return "".join(map(chr, codes))
    text = "".join(_character(code, symbols) for code in codes)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _character(code: int, symbols: bool) -> str:
    if code in (_HYPHEN, 0xFFFE):
        return "-"
    if (symbols or 0xF000 <= code <= 0xF0FF) and (code & 0xFF) in _PICTURES:
        return _PICTURES[code & 0xFF]
    return _LIGATURES.get(code) or chr(code)
