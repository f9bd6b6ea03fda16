"""PDF → Form. Knows pages, lines of text, ruled tables and boxes that are ticked; knows no questionnaire.

A PDF has no paragraphs, only words in places. Lines that were broken because the next word had no room are
joined again, others are kept. EUSurvey prints buttons as small images: what is inside tells whether one is
ticked, and only options that are ticked are kept. What stands at the edge of several pages is left out.
"""

import json
import re
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

from ingest.form import Form, Source, Tick
from ingest.read import layout, pdf_pages
from ingest.read.pdf_tables import SAME, Box, Grid, grids
from ingest.read.rendition import Rendition
from regiograph.errors import NotReadable

MEDIA_TYPE = "application/pdf"
MOST_BYTES = 40 * 2**20
MOST_OUTPUT = 200 * 2**20
SECONDS = 40  # the process that reads has less

_DARK = 0.2  # the middle of a ticked box or button
_MARGIN = 0.12  # of the height of a page, at its top and bottom: headers and footers
_PAGE_NUMBER = re.compile(
    r"(?:(?:page|seite|página|pagina|strona)\s*)?\W{0,2}(\d{1,4})\W{0,2}(?:(?:of|de|von|di|sur|z|/)\s*\d{1,4})?",
    re.IGNORECASE,
)
_LIMITS = re.compile(
    r"(?:between )?[\d .,]+(?:(?:and|to) [\d .,]+)? ?character\(?s?\)? (?:maximum|minimum|allowed|left)\.?"
    r"|text of [\d .,]+(?: to [\d .,]+)? characters will be accepted\.?"
    r"|(?:at (?:least|most)|between) [\d .,]+(?: and [\d .,]+)?"
    r" (?:choice|answer|character)\(?s?\)?[^.]{0,30}\.?",
    re.IGNORECASE,
)
"""How EUSurvey tells the limits of an answer, below the question."""

_LIST_ITEM = re.compile(r"[-–•·▪◦‣*oo]|\d{1,2}[.)]|[a-z][.)]")
_JOINS_NOTHING = frozenset(("and", "or", "und", "oder", "et", "ou", "y", "o", "e"))
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|\S+@\S+$", re.IGNORECASE)
_REFUSALS = {
    "password": (
        "The PDF is protected by a password.",
        "Save or print it without the password and send that file.",
    ),
    "broken": (
        "The PDF is damaged or incomplete.",
        "Export or print it again and send the whole file.",
    ),
    "pages": (
        f"The PDF has more than {pdf_pages.MOST_PAGES} pages.",
        "Send the report alone, without annexes.",
    ),
    "large": (
        "The PDF holds more text and drawings than a report needs.",
        "Send the report alone, without annexes and drawings.",
    ),
    "slow": (
        f"Reading the PDF takes longer than {pdf_pages.SECONDS} seconds.",
        "Export or print it again, or send the report in another format.",
    ),
}


@dataclass(frozen=True, slots=True)
class _Piece:
    """A word, or a box or button."""

    box: Box
    text: str
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    tick: Tick | None = None
    letter: float = 0.0  # width of the first
    glued: bool = False  # stands right behind the piece before


@dataclass(slots=True)
class _Line:
    """Pieces that stand beside each other."""

    page: int
    pieces: list[_Piece]
    box: Box
    size: float
    first_on_page: bool = False
    last_on_page: bool = False

    @property
    def text(self) -> str:
        return "".join(f"{'' if piece.glued else ' '}{piece.text}" for piece in self.pieces).strip()

    @property
    def words(self) -> list[_Piece]:
        return [piece for piece in self.pieces if piece.tick is None]

    @property
    def look(self) -> tuple[bool, bool]:
        """Whether all of it is bold, and all of it italic."""
        return all(each.bold for each in self.words), all(each.italic for each in self.words)


@dataclass(slots=True)
class _Lines:
    """A paragraph: lines, each of which may be several of the page."""

    lines: list[list[_Line]]


@dataclass(slots=True)
class _TableCell:
    page: int
    box: Box
    lines: list[_Line] = field(default_factory=list)
    columns: int = 1


@dataclass(slots=True)
class _Table:
    page: int
    box: Box
    edges: tuple[float, ...]
    rows: list[list[_TableCell]]
    last_page: int = 0


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a PDF does."""
    return data[:1024].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-")


def read(source: Source) -> tuple[Form, ...]:
    """The paragraphs and tables of a PDF, as one report.

    Raises:
        NotReadable: protected, damaged, beyond bounds, or pictures of text only.
    """
    pages = _pages(source)
    if not any(page["words"] for page in pages):
        raise NotReadable(
            "The PDF holds no text, only pictures of it.",
            where=source.name,
            way_out="Send the PDF as EUSurvey or the word processor made it, not a scan of it.",
        )
    rendition = Rendition()
    _Document(pages).write(rendition)
    return (rendition.form(source, MEDIA_TYPE),)


def _pages(source: Source) -> list[dict[str, Any]]:
    """What `pdf_pages` finds, in a process that may fail, end or be ended."""
    if len(source.data) > MOST_BYTES:
        raise NotReadable(
            f"The PDF is larger than {MOST_BYTES // 2**20} MB.",
            where=source.name,
            way_out="Send the report alone, without annexes and large pictures.",
        )
    try:
        done = subprocess.run(
            [sys.executable, "-P", str(Path(pdf_pages.__file__))],
            input=source.data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
        )
        slow = False
    except subprocess.TimeoutExpired:
        slow = True
    if slow or done.returncode in (-9, -24):  # killed: no time left
        raise _refusal("slow", source)
    if done.returncode or len(done.stdout) > MOST_OUTPUT:
        raise _refusal("broken" if done.returncode else "large", source)
    found = json.loads(done.stdout)
    if "refused" in found:
        raise _refusal(found["refused"], source)
    pages: list[dict[str, Any]] = found["pages"]
    return pages


def _refusal(reason: str, source: Source) -> NotReadable:
    problem, way_out = _REFUSALS[reason]
    return NotReadable(problem, where=source.name, way_out=way_out)


class _Document:
    """Lines and tables of all pages, in order."""

    def __init__(self, pages: Sequence[dict[str, Any]]) -> None:
        dark = _threshold([mark[4] for page in pages for mark in page["marks"]])
        content = [_page_content(page, number, dark) for number, page in enumerate(pages, 1)]
        _drop_edges(content, [page["height"] for page in pages])
        for lines, tables in content:
            _mark_ends(lines, tables)
        self.known = frozenset(_whole_words(content))
        self.blocks = _continued(
            [block for lines, tables in content for block in _in_order(_with_their_buttons(lines), tables)]
        )
        lines = [block for block in self.blocks if isinstance(block, _Line)]
        self.body = _mode([word.size for line in lines for word in line.words for _ in word.text])
        self.right = _right_edges(lines)
        self.pitch = _pitch(lines, self.right)

    def write(self, rendition: Rendition) -> None:
        """Put paragraphs and tables into a rendition."""
        for block in self._paragraphs():
            if isinstance(block, _Table):
                layout.write([self._grid(block)], rendition)
            elif paragraph := self._paragraph(block):
                if _LIMITS.fullmatch(paragraph.text.strip()):
                    rendition.text(paragraph.text, path=paragraph.path, help=True)
                else:
                    layout.write([paragraph], rendition)

    # --- paragraphs ---

    def _paragraphs(self) -> Iterator[_Lines | _Table]:
        current: list[list[_Line]] = []
        star: _Piece | None = None
        for block in self.blocks:
            if isinstance(block, _Table):
                if current:
                    yield _Lines(current)
                current = []
                yield block
                continue
            if block.text.strip() == "*":
                star = block.pieces[0]
                continue
            if star:  # the mark of a mandatory question, which floats beside or above it
                block = replace(block, pieces=[star, *block.pieces])
                star = None
            if current and self._wraps(current[-1][-1], block, current[-1][0]):
                current[-1].append(block)
            elif current and self._same_paragraph(current[-1][-1], block):
                current.append([block])
            else:
                if current:
                    yield _Lines(current)
                current = [[block]]
        if current:
            yield _Lines(current)

    def _near(self, above: _Line, below: _Line) -> bool:
        """Whether a line follows another at the distance of lines of one paragraph."""
        if above.page != below.page:
            return above.page + 1 == below.page and above.last_on_page and below.first_on_page
        distance = below.box.bottom - above.box.bottom
        return 0 < distance <= self.pitch * max(above.size, below.size) * 1.12

    def _alike(self, above: _Line, below: _Line) -> bool:
        if abs(above.size - below.size) > 0.6:
            return False
        return above.look == below.look or not (any(above.look) or any(below.look))

    def _same_paragraph(self, above: _Line, below: _Line) -> bool:
        return self._near(above, below) and self._alike(above, below) and above.page == below.page

    def _wraps(self, above: _Line, below: _Line, first: _Line) -> bool:
        """Whether a line goes on with the one above it because the next word had no room there."""
        if not self._near(above, below) or not (above.words and below.words):
            return False
        if _ticks(above) or _ticks(first):  # the words of an option go on below its words
            words = [piece for piece in first.pieces if piece.tick is None]
            return bool(words) and not _ticks(below) and abs(below.box.left - words[0].box.left) <= SAME
        if _ticks(below) or not _goes_on_in_look(above, below):
            return False
        starts = {round(first.box.left), round(above.box.left)}
        if _LIST_ITEM.fullmatch(first.pieces[0].text) and len(first.pieces) > 1:
            starts.add(round(first.pieces[1].box.left))
        if _LIST_ITEM.fullmatch(below.pieces[0].text) and below.pieces[0].text not in ("o", "a", "e"):
            return False
        if not any(abs(below.box.left - start) <= SAME for start in starts):
            return False
        word = below.words[0]
        room = self.right.of(above) - above.box.right - 0.25 * above.size
        return word.box.right - word.box.left > room - 0.5

    def _paragraph(self, block: _Lines) -> layout.Paragraph | None:
        runs: list[layout.Run] = []
        for number, lines in enumerate(block.lines):
            if number:
                runs.append(layout.Run(text="\n"))
            runs += self._runs(lines, self.right.of(lines[0]))
        if not any(run.text.strip() for run in runs):
            return None
        lines = [line for each in block.lines for line in each]
        return layout.Paragraph(runs=tuple(runs), path=_path(lines), heading=self._heading(lines))

    def _heading(self, lines: Sequence[_Line]) -> int:
        """The level of a heading by its size; only what is bold can end the answer above it."""
        size = max(line.size for line in lines) / (self.body or 1)
        if len(lines) > 4 or size < 1.15 or any(_ticks(line) for line in lines):
            return 0
        bold = all(line.look[0] for line in lines)
        level = 1 if size >= 1.6 else 2 if size >= 1.35 else 3
        return level if bold else max(level, 3)

    # --- runs ---

    def _runs(self, lines: Sequence[_Line], right: float) -> Iterator[layout.Run]:
        """The pieces of lines that belong together, with what stands between them."""
        before: _Piece | None = None
        for at, line in enumerate(lines):
            for number, piece in enumerate(line.pieces):
                text = piece.text
                if before is not None and number and not piece.glued:
                    yield layout.Run(text=" ", bold=before.bold and piece.bold, italic=before.italic)
                elif before is not None and not number:
                    between = self._between(before, piece, right, alone=len(lines[at - 1].pieces) == 1)
                    yield layout.Run(text=between, bold=before.bold and piece.bold, italic=before.italic)
                if number == len(line.pieces) - 1 and line is not lines[-1]:
                    text = self._without_hyphen(piece, lines[at + 1].pieces[0])
                if piece.tick:
                    yield layout.Run(text=text, tick=piece.tick)
                else:
                    yield from layout.boxed(text, bold=piece.bold, italic=piece.italic)
                before = piece

    def _between(self, before: _Piece, after: _Piece, right: float, *, alone: bool) -> str:
        """What stands between the last word of a line and the first of the next."""
        if re.search(r"[^\W_]-$", before.text) and after.text.casefold() not in _JOINS_NOTHING:
            return ""
        if before.text.endswith("\xad"):
            return ""
        if right - before.box.right < after.letter + 0.5 and self._is_cut(
            before.text, after.text, alone=alone
        ):
            return ""
        return " "

    def _is_cut(self, before: str, after: str, *, alone: bool) -> bool:
        """Whether two words are one that was cut because the column has no room for it."""
        if _ADDRESS.search(before):
            return True
        if before.isdigit() and after.isdigit():
            return alone and len(before + after) < 4
        if not (alone and before[-1:].islower() and after[:1].islower()):
            return False
        if _bare(before + after) in self.known:
            return True
        return len(before) > 4 and not {_bare(before), _bare(after)} & self.known

    def _without_hyphen(self, before: _Piece, after: _Piece) -> str:
        """A word at the end of a line, without its hyphen where that only cuts it in two."""
        if before.text.endswith("\xad"):
            return before.text.rstrip("\xad")
        if re.search(r"[a-zà-ÿ]-$", before.text) and after.text[:1].islower():
            whole = before.text[:-1] + after.text
            if _bare(whole) in self.known:
                return before.text[:-1]
        return before.text

    # --- tables ---

    def _grid(self, table: _Table) -> layout.Grid:
        padding = _padding(table)
        rows = tuple(tuple(self._box(cell, padding) for cell in row) for row in table.rows)
        return layout.Grid(rows=rows, path=_place(table.page, table.box))

    def _box(self, cell: _TableCell, padding: float) -> layout.Box:
        path = _place(cell.page, cell.box)
        runs: list[layout.Run] = []
        right = cell.box.right - padding
        width = right - cell.box.left - padding
        for number, lines in enumerate(_wrapped(cell.lines, width)):
            if number:
                runs.append(layout.Run(text="\n"))
            runs += self._runs(lines, right)
        if not runs:
            return layout.Box(path=path, columns=cell.columns)
        paragraph = layout.Paragraph(runs=tuple(runs), path=path)
        return layout.Box(blocks=(paragraph,), path=path, columns=cell.columns)


# --- pages ---


def _threshold(shades: Sequence[float]) -> float:
    """How dark the middle of a box must be to be ticked: between the two kinds that the file shows."""
    if shades and max(shades) - min(shades) > 0.12:
        return (max(shades) + min(shades)) / 2
    return _DARK


def _page_content(page: dict[str, Any], number: int, dark: float) -> tuple[list[_Line], list[_Table]]:
    pieces = [
        _Piece(Box(*sides), text, size, bold, italic, layout.BOXES.get(text), letter, glued)
        for *sides, text, size, bold, italic, letter, glued in page["words"]
        if text.strip()
    ]
    for *sides, shade in page["marks"]:
        tick = Tick.ON if shade >= dark else Tick.OFF
        pieces.append(_Piece(Box(*sides), layout.SIGNS[tick], tick=tick))
    tables = []
    for grid in sorted(grids(page["rulings"]), key=lambda each: _area(each.box)):
        inside = [piece for piece in pieces if grid.box.holds(piece.box)]
        if inside:
            table, taken = _table(grid, inside, number)
            tables.append(table)
            pieces = [piece for piece in pieces if id(piece) not in taken]
    return _lines(pieces, number), tables


def _area(box: Box) -> float:
    return (box.right - box.left) * (box.bottom - box.top)


def _lines(pieces: Iterable[_Piece], page: int) -> list[_Line]:
    """Pieces as lines: those whose heights overlap by half belong together."""
    lines: list[list[_Piece]] = []
    boxes: list[Box] = []
    for piece in sorted(pieces, key=lambda each: (each.box.top + each.box.bottom, each.box.left)):
        for at in range(len(lines) - 1, max(-1, len(lines) - 4), -1):
            if _beside(boxes[at], piece.box):
                lines[at].append(piece)
                boxes[at] = boxes[at].around(piece.box)
                break
        else:
            lines.append([piece])
            boxes.append(piece.box)
    return [
        _Line(
            page,
            sorted(line, key=lambda each: each.box.left),
            box,
            max((each.size for each in line), default=0.0),
        )
        for line, box in sorted(zip(lines, boxes, strict=True), key=lambda each: each[1].top)
    ]


def _beside(line: Box, piece: Box) -> bool:
    shared = min(line.bottom, piece.bottom) - max(line.top, piece.top)
    return shared > 0.5 * min(line.bottom - line.top, piece.bottom - piece.top)


def _table(grid: Grid, pieces: Sequence[_Piece], page: int) -> tuple[_Table, set[int]]:
    taken: set[int] = set()
    rows: list[list[_TableCell]] = []
    for row in grid.rows:
        cells: list[_TableCell] = []
        for cell in row:
            if cell is None:
                cells.append(_TableCell(page, grid.box))
                continue
            inside = [piece for piece in pieces if id(piece) not in taken and cell.box.holds(piece.box)]
            taken |= {id(piece) for piece in inside}
            cells.append(_TableCell(page, cell.box, _lines(inside, page), cell.columns))
        rows.append(cells)
    return _Table(page, grid.box, grid.edges, rows, page), taken


def _drop_edges(content: Sequence[tuple[list[_Line], list[_Table]]], heights: Sequence[float]) -> None:
    """Take page numbers, and lines that several pages have at their edge, out of the pages."""
    edges: list[list[_Line]] = []
    for (lines, tables), height in zip(content, heights, strict=True):
        tops = [table.box.top for table in tables]
        bottoms = [table.box.bottom for table in tables]
        edges.append(
            [
                line
                for line in lines
                if (line.box.bottom < _MARGIN * height and all(line.box.bottom <= top + SAME for top in tops))
                or (
                    line.box.top > (1 - _MARGIN) * height
                    and all(line.box.top >= bottom - SAME for bottom in bottoms)
                )
            ]
        )
    seen = Counter(key for lines in edges for key in {_edge_key(line) for line in lines})
    for (lines, _), edge in zip(content, edges, strict=True):
        for line in edge:
            outermost = line in (lines[0], lines[-1])
            number = _PAGE_NUMBER.fullmatch(line.text.strip())
            is_number = (
                bool(number) and outermost and int(number[1]) in (line.page, line.page - 1)
                if number
                else False
            )
            repeated = len(content) > 1 and seen[_edge_key(line)] > max(1, len(content) // 2)
            if is_number or repeated:
                lines.remove(line)


def _whole_words(content: Iterable[tuple[list[_Line], list[_Table]]]) -> Iterator[str]:
    """Words that no narrow column can have cut: all but those around the end of a line of one word."""
    for lines, tables in content:
        cells = [cell.lines for table in tables for row in table.rows for cell in row]
        for group in (*([line] for line in lines), *cells):
            for number, line in enumerate(group):
                after_a_cut = number > 0 and len(group[number - 1].pieces) == 1
                alone = len(line.pieces) == 1 and number + 1 < len(group)
                for piece in line.pieces[int(after_a_cut) : 0 if alone else None]:
                    if not piece.text.endswith("-"):
                        yield _bare(piece.text)


def _bare(word: str) -> str:
    return word.strip(".,;:()").casefold()


def _edge_key(line: _Line) -> tuple[str, int]:
    return re.sub(r"\d+", "0", line.text), round(line.box.top / 4)


def _mark_ends(lines: Sequence[_Line], tables: Sequence[_Table]) -> None:
    """Note which line is the first and which the last thing on its page."""
    for line in lines[:1]:
        line.first_on_page = all(line.box.top < table.box.top for table in tables)
    for line in lines[-1:]:
        line.last_on_page = all(line.box.bottom > table.box.bottom for table in tables)


def _in_order(lines: Sequence[_Line], tables: Sequence[_Table]) -> list[_Line | _Table]:
    blocks: list[_Line | _Table] = [*lines, *tables]
    return sorted(blocks, key=lambda block: (block.box.top, block.box.left))


# --- lengths of lines ---


class _RightEdges:
    """Where lines end at the right, by where they begin."""

    def __init__(self, everywhere: float, by_start: dict[int, float]) -> None:
        self._everywhere, self._by_start = everywhere, by_start

    def of(self, line: _Line) -> float:
        return self._by_start.get(round(line.box.left / SAME), self._everywhere)


def _right_edges(lines: Sequence[_Line]) -> _RightEdges:
    long = [line for line in lines if len(line.words) > 2]
    everywhere = max((line.box.right for line in long), default=0.0)
    groups: dict[int, list[float]] = {}
    for line in long:
        groups.setdefault(round(line.box.left / SAME), []).append(line.box.right)
    own = {
        start: max(ends) for start, ends in groups.items() if len(ends) > 5 and max(ends) > 0.75 * everywhere
    }
    return _RightEdges(everywhere, own)


def _pitch(lines: Sequence[_Line], right: _RightEdges) -> float:
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


def _mode(values: Sequence[float]) -> float:
    return Counter(values).most_common(1)[0][0] if values else 0.0


def _goes_on_in_look(above: _Line, below: _Line) -> bool:
    """Whether the words on both sides of a line's end look the same."""
    before, after = above.words[-1], below.words[0]
    same_size = abs(before.size - after.size) <= 0.6
    return same_size and (before.bold, before.italic) == (after.bold, after.italic)


def _ticks(line: _Line) -> bool:
    return any(piece.tick for piece in line.pieces)


# --- lines of cells ---


def _padding(table: _Table) -> float:
    """How far the words of a table stand from the left side of their cells, at least."""
    gaps = [
        line.box.left - cell.box.left
        for row in table.rows
        for cell in row
        for line in cell.lines
        if line.words
    ]
    return min(max(min(gaps, default=0.0), 0.0), 10.0)


def _wrapped(lines: Sequence[_Line], width: float) -> list[list[_Line]]:
    """The lines of a cell, those together that were broken because the next word had no room."""
    groups: list[list[_Line]] = []
    for line in lines:
        if groups and line.words and not _ticks(line) and not _fits(groups[-1][-1], line, width):
            groups[-1].append(line)
        else:
            groups.append([line])
    return groups


def _fits(above: _Line, below: _Line, width: float) -> bool:
    """Whether the first word of a line would have had room in the line above it."""
    if above.page != below.page:
        return False
    word = below.words[0].box
    return (above.box.right - above.box.left) + 0.3 * above.size + (word.right - word.left) < width - 2


# --- options ---


def _with_their_buttons(lines: Sequence[_Line]) -> list[_Line]:
    """Lines, with the first ones of an option whose button stands beside a later one put to it."""
    made: list[_Line] = []
    for line in lines:
        while made and _begins_option(made[-1], line):
            above = made.pop()
            button, *words = line.pieces
            line = replace(line, pieces=[button, *above.pieces, *words], box=line.box.around(above.box))
        made.append(line)
    return made


def _begins_option(above: _Line, below: _Line) -> bool:
    """Whether a line without a button is the beginning of the option below, whose button is lower."""
    if _ticks(above) or not below.pieces[0].tick or not below.words:
        return False
    near = 0 < below.words[0].box.bottom - above.box.bottom <= 1.5 * above.size
    return near and abs(above.box.left - below.words[0].box.left) <= SAME


# --- tables over several pages ---


def _continued(blocks: Sequence[_Line | _Table]) -> list[_Line | _Table]:
    """The blocks, with tables that a page's end has cut put together again."""
    made: list[_Line | _Table] = []
    for block in blocks:
        last = made[-1] if made else None
        if isinstance(block, _Table) and isinstance(last, _Table) and _goes_on(last, block):
            rows = block.rows
            head = _repeated(last.rows, rows)
            rows = rows[head:]
            if rows and _is_rest(last.rows[-1], rows[0], last.rows):
                for cell, rest in zip(last.rows[-1], rows[0], strict=True):
                    cell.lines += rest.lines
                rows = rows[1:]
            last.rows += rows
            last.last_page = block.page
        else:
            made.append(block)
    return made


def _goes_on(above: _Table, below: _Table) -> bool:
    """Whether a table at the top of a page has the columns of the one at the bottom of the last."""
    return (
        above.last_page + 1 == below.page
        and len(above.edges) == len(below.edges)
        and all(abs(one - other) <= 2 * SAME for one, other in zip(above.edges, below.edges, strict=True))
    )


def _repeated(above: Sequence[Sequence[_TableCell]], below: Sequence[Sequence[_TableCell]]) -> int:
    """How many rows at the top of a table repeat the header of the one it goes on with."""
    count = 0
    while count < min(3, len(above), len(below) - 1) and _texts(above[count]) == _texts(below[count]):
        count += 1
    return count if count and any(_texts(above[0])) else 0


def _texts(row: Sequence[_TableCell]) -> list[str]:
    return [" ".join(line.text for line in cell.lines) for cell in row]


def _is_rest(
    above: Sequence[_TableCell], below: Sequence[_TableCell], rows: Sequence[Sequence[_TableCell]]
) -> bool:
    """Whether the first row of a page is the rest of the last one of the page before."""
    if len(above) != len(below) or not any(_texts(below)):
        return False
    label, *others = _texts(below)
    if not label:
        return bool(_texts(above)[0])
    if re.match(r"\W*(?:[A-Z]\w* )?\d{1,2}\b", label):
        return False
    if any(_has_ticks(row) for row in rows):  # a row of a matrix has its ticks once
        return _has_ticks(above) != _has_ticks(below)
    return label[0].islower() and not any(others)


def _has_ticks(row: Sequence[_TableCell]) -> bool:
    return any(_ticks(line) for cell in row for line in cell.lines)


# --- places ---


def _path(lines: Sequence[_Line]) -> str:
    """Where lines stand: "page 3, box 56–512 × 120–134", in points from the top left corner."""
    boxes: dict[int, Box] = {}
    for line in lines:
        boxes[line.page] = boxes[line.page].around(line.box) if line.page in boxes else line.box
    return "; ".join(_place(page, box) for page, box in boxes.items())


def _place(page: int, box: Box) -> str:
    return f"page {page}, box {box.left:.0f}–{box.right:.0f} × {box.top:.0f}–{box.bottom:.0f}"
