"""Pages → the paragraphs and tables of a document, written into a rendition. Knows how paragraphs look."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from ingest.read import layout
from ingest.read.pdf.content import (
    drop_edges,
    in_order,
    mark_ends,
    page_content,
    threshold,
    with_their_buttons,
)
from ingest.read.pdf.grids import SAME
from ingest.read.pdf.joints import Joints
from ingest.read.pdf.over_pages import continued
from ingest.read.pdf.pieces import Line, Paragraph, Piece, Table, TableCell, has_tick, path_of
from ingest.read.pdf.widths import commonest, padding, pitch, right_edges, wrapped
from ingest.read.rendition import Rendition

_LIMITS = re.compile(
    r"(?:between )?[\d .,]+(?:(?:and|to) [\d .,]+)? ?character\(?s?\)? (?:maximum|minimum|allowed|left)\.?"
    r"|text of [\d .,]+(?: to [\d .,]+)? characters will be accepted\.?"
    r"|(?:at (?:least|most)|between) [\d .,]+(?: and [\d .,]+)?"
    r" (?:choice|answer|character)\(?s?\)?[^.]{0,30}\.?",
    re.IGNORECASE,
)
"""How EUSurvey tells the limits of an answer, below the question."""

_LIST_ITEM = re.compile(r"[-–•·▪◦‣*oo]|\d{1,2}[.)]|[a-z][.)]")


class Document:
    """Lines and tables of all pages, in order."""

    def __init__(self, pages: Sequence[dict[str, Any]]) -> None:
        dark = threshold([mark[4] for page in pages for mark in page["marks"]])
        content = [page_content(page, number, dark) for number, page in enumerate(pages, 1)]
        drop_edges(content, [page["height"] for page in pages])
        for lines, tables in content:
            mark_ends([line for line in lines if not line.unseen], tables)
        self.joints = Joints(content)
        self.blocks = continued(
            [block for lines, tables in content for block in in_order(with_their_buttons(lines), tables)]
        )
        lines = [block for block in self.blocks if isinstance(block, Line) and not block.unseen]
        self.body = commonest([word.size for line in lines for word in line.words for _ in word.text])
        self.right = right_edges(lines)
        self.pitch = pitch(lines, self.right)

    def write(self, rendition: Rendition) -> None:
        """Put paragraphs and tables into a rendition."""
        for block in self._paragraphs():
            if isinstance(block, Table):
                layout.write([self._grid(block)], rendition)
            elif paragraph := self._paragraph(block):
                if _LIMITS.fullmatch(paragraph.text.strip()):
                    rendition.text(paragraph.text, path=paragraph.path, help=True)
                else:
                    layout.write([paragraph], rendition)

    def _paragraphs(self) -> Iterator[Paragraph | Table]:
        """Paragraphs and tables in order; lines that nobody sees follow the paragraph they stand in."""
        current: list[list[Line]] = []
        unseen: list[Line] = []
        star: Piece | None = None
        for block in self.blocks:
            if isinstance(block, Table):
                yield from self._ended(current, unseen)
                current, unseen = [], []
                yield block
                continue
            if block.unseen:
                unseen.append(block)
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
                yield from self._ended(current, unseen)
                current, unseen = [[block]], []
        yield from self._ended(current, unseen)

    def _ended(self, current: list[list[Line]], unseen: Sequence[Line]) -> Iterator[Paragraph]:
        if current:
            yield Paragraph(current)
        for line in unseen:
            yield Paragraph([[line]])

    def _near(self, above: Line, below: Line) -> bool:
        """Whether a line follows another at the distance of lines of one paragraph."""
        if above.page != below.page:
            return above.page + 1 == below.page and above.last_on_page and below.first_on_page
        distance = below.box.bottom - above.box.bottom
        return 0 < distance <= self.pitch * max(above.size, below.size) * 1.12

    def _alike(self, above: Line, below: Line) -> bool:
        if abs(above.size - below.size) > 0.6:
            return False
        return above.look == below.look or not (any(above.look) or any(below.look))

    def _same_paragraph(self, above: Line, below: Line) -> bool:
        return self._near(above, below) and self._alike(above, below) and above.page == below.page

    def _wraps(self, above: Line, below: Line, first: Line) -> bool:
        """Whether a line goes on with the one above it because the next word had no room there."""
        if not self._near(above, below) or not (above.words and below.words):
            return False
        if has_tick(above) or has_tick(first):  # the words of an option go on below its words
            words = [piece for piece in first.pieces if piece.tick is None]
            return bool(words) and not has_tick(below) and abs(below.box.left - words[0].box.left) <= SAME
        if has_tick(below) or not _goes_on_in_look(above, below):
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

    def _paragraph(self, block: Paragraph) -> layout.Paragraph | None:
        runs: list[layout.Run] = []
        for number, lines in enumerate(block.lines):
            if number:
                runs.append(layout.Run(text="\n"))
            runs += self.joints.runs(lines, self.right.of(lines[0]))
        if not any(run.text.strip() for run in runs):
            return None
        lines = [line for each in block.lines for line in each]
        return layout.Paragraph(runs=tuple(runs), path=path_of(lines), heading=self._heading(lines))

    def _heading(self, lines: Sequence[Line]) -> int:
        """The level of a heading by its size; only what is bold can end the answer above it."""
        size = max(line.size for line in lines) / (self.body or 1)
        if len(lines) > 4 or size < 1.15 or any(has_tick(line) for line in lines):
            return 0
        bold = all(line.look[0] for line in lines)
        level = 1 if size >= 1.6 else 2 if size >= 1.35 else 3
        return level if bold else max(level, 3)

    def _grid(self, table: Table) -> layout.Grid:
        space = padding(table)
        rows = tuple(tuple(self._box(cell, space) for cell in row) for row in table.rows)
        return layout.Grid(rows=rows, path=table.path)

    def _box(self, cell: TableCell, space: float) -> layout.Box:
        path = cell.path
        runs: list[layout.Run] = []
        right = cell.box.right - space
        width = right - cell.box.left - space
        for number, lines in enumerate(wrapped(cell.lines, width)):
            if number:
                runs.append(layout.Run(text="\n"))
            runs += self.joints.runs(lines, right)
        if not runs:
            return layout.Box(path=path, columns=cell.columns)
        paragraph = layout.Paragraph(runs=tuple(runs), path=path)
        return layout.Box(blocks=(paragraph,), path=path, columns=cell.columns)


def _goes_on_in_look(above: Line, below: Line) -> bool:
    """Whether the words on both sides of a line's end look the same."""
    before, after = above.words[-1], below.words[0]
    same_size = abs(before.size - after.size) <= 0.6
    return same_size and (before.bold, before.italic) == (after.bold, after.italic)
