"""PDF bytes → what stands on each page, within bounds. Knows pages, not what is on them."""

import json
import sys
import time
from typing import Any

from . import pdfium
from .drawn import Drawn
from .geometry import Corner
from .sight import Sight, mark_seen
from .words import words

MOST_PAGES = 300
MOST_CHARACTERS = 1_000_000
MOST_OBJECTS = 400_000  # drawn on all pages, those of forms drawn repeatedly counted each time
MOST_REMARKS = 5_000  # and links and fields, on a page
MEMORY = 2 * 2**30  # of addresses, of which pdfium and Python need a quarter
SECONDS = 25


class Refused(Exception):
    """The file is not read; the argument is the reason's name."""


def main(library: str) -> None:
    """Read a PDF from standard input, write its pages or the reason for refusing it."""
    _limit()
    try:
        found: dict[str, Any] = {"pages": pages(sys.stdin.buffer.read(), library)}
    except Refused as refused:
        found = {"refused": str(refused)}
    sys.stdout.write(json.dumps(found, ensure_ascii=True, separators=(",", ":")))  # `dump` takes far longer


def pages(data: bytes, library: str) -> list[dict[str, Any]]:
    """What stands on each page; `library` is the path of PDFium.

    Raises:
        Refused: protected, broken, or beyond bounds.
    """
    calls = pdfium.load(library)
    document = calls.FPDF_LoadMemDocument64(data, len(data), None)
    if not document:
        protected = calls.FPDF_GetLastError() in (pdfium.ERR_PASSWORD, pdfium.ERR_SECURITY)
        raise Refused("password" if protected else "broken")
    count = calls.FPDF_GetPageCount(document)
    if count > MOST_PAGES:
        raise Refused("pages")
    budget = Budget()
    return [_page(calls, document, number, budget) for number in range(count)]


class Budget:
    """What may still be read."""

    def __init__(self) -> None:
        self.characters = MOST_CHARACTERS
        self.objects = MOST_OBJECTS
        self.end = time.monotonic() + SECONDS

    def spend(self, *, characters: int = 0, objects: int = 0) -> None:
        """Count what is read.

        Raises:
            Refused: it is too much, or the time is over.
        """
        self.characters -= characters
        self.objects -= objects
        if self.characters < 0 or self.objects < 0:
            raise Refused("large")
        if time.monotonic() > self.end:
            raise Refused("slow")


def _page(calls: Any, document: Any, number: int, budget: Budget) -> dict[str, Any]:
    page = calls.FPDF_LoadPage(document, number)
    if not page:
        return {"width": 0.0, "height": 0.0, "words": [], "rulings": [], "marks": []}
    try:
        if _keep_fields(calls, page) and calls.FPDFPage_Flatten(page, pdfium.FLAT_NORMALDISPLAY) == 1:
            calls.FPDF_ClosePage(page)  # what is filled in is part of the page from now on
            page = calls.FPDF_LoadPage(document, number)
        corner = Corner(calls, page)
        told = list(words(calls, page, corner, budget))
        found = [word for word, _ in told]
        drawn = Drawn(calls, document, page, corner, budget)
        drawn.read()
        if found:
            sight = Sight(calls, page, drawn.width, drawn.height, drawn.texts)
            mark_seen(calls, sight, found, [part for _, part in told], drawn.pictured)
            budget.spend()
        return {
            "width": round(drawn.width, 2),
            "height": round(drawn.height, 2),
            "words": found,
            "rulings": drawn.rulings,
            "marks": drawn.marks,
        }
    finally:
        calls.FPDF_ClosePage(page)


def _keep_fields(calls: Any, page: Any) -> bool:
    """Take all but fields off a page: remarks are no part of it. Says whether there are fields."""
    count = calls.FPDFPage_GetAnnotCount(page)
    if count > MOST_REMARKS:
        raise Refused("large")
    fields = False
    for number in reversed(range(count)):
        annotation = calls.FPDFPage_GetAnnot(page, number)
        kind = calls.FPDFAnnot_GetSubtype(annotation) if annotation else None
        calls.FPDFPage_CloseAnnot(annotation)
        if kind == pdfium.ANNOT_WIDGET:
            fields = True
        else:
            calls.FPDFPage_RemoveAnnot(page, number)
    return fields


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
