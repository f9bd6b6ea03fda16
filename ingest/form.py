"""What a reader yields: the blocks of a document in order, each with its place. Knows no questionnaire.

In the reports people send, a question is often plain text like its answer; only the questionnaire's
wordings tell them apart. So a Form holds lines and tables, and `ingest.understand` finds the questions.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import Enum

from regiograph.iris import slug


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A file as it was received."""

    name: str
    data: bytes = field(repr=False)
    title: str = ""  # how a reader of the answers should see it named; the name where empty

    @property
    def sha256(self) -> str:
        """Hex digest of the bytes: the file's identity in the archive."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def label(self) -> str:
        """What people call this source."""
        return self.title or self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where something stands in the source. Lines and columns count from 1, in characters.

    `table`, `row` and `cell` count from 1 too; `path` is the place in formats without lines.
    """

    line: int
    column: int
    end_line: int
    end_column: int  # of the last character
    table: int | None = None
    row: int | None = None
    cell: int | None = None
    path: str = ""

    def __str__(self) -> str:
        if self.path:
            return self.path
        lines = f"line {self.line}" if self.line == self.end_line else f"lines {self.line}–{self.end_line}"
        inner = [("table", self.table), ("row", self.row), ("cell", self.cell)]
        return ", ".join([lines, *(f"{name} {number}" for name, number in inner if number)])


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A stretch of the source, verbatim, with its place."""

    text: str
    place: Place

    def part(self, start: int, end: int) -> "Passage":
        """The characters from `start` to before `end`, with their own place.

        Raises:
            ValueError: the part is empty or not inside the passage.
        """
        if not 0 <= start < end <= len(self.text):
            raise ValueError(f"No characters {start}–{end} in a passage of {len(self.text)}.")
        whole = self.place
        line, column = self._position(start)
        end_line, end_column = self._position(end - 1)
        place = Place(
            line=line,
            column=column,
            end_line=end_line,
            end_column=end_column,
            table=whole.table,
            row=whole.row,
            cell=whole.cell,
            path=whole.path,
        )
        return Passage(text=self.text[start:end], place=place)

    def strip(self) -> "Passage | None":
        """Without white space at both ends; None where nothing is left."""
        text = self.text.strip()
        if not text:
            return None
        start = len(self.text) - len(self.text.lstrip())
        return self.part(start, start + len(text))

    def find(self, text: str, after: int = 0) -> "Passage | None":
        """The first occurrence of `text` from the offset `after` on."""
        start = self.text.find(text, after)
        return self.part(start, start + len(text)) if text and start >= 0 else None

    def _position(self, offset: int) -> tuple[int, int]:
        newlines = self.text.count("\n", 0, offset)
        if not newlines:
            return self.place.line, self.place.column + offset
        return self.place.line + newlines, offset - self.text.rfind("\n", 0, offset)


class Tick(Enum):
    """A box or radio button of a form."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of running text."""

    passage: Passage
    paragraph: int  # lines of one paragraph share the number
    heading: int = 0  # 1–6; 0: not a heading
    starred: bool = False  # carries the mark of a mandatory field
    help: bool = False  # set in italics as a whole: an instruction, not an answer
    unseen: bool = False  # nobody sees it on the page: white on white, too small, covered
    inside: bool = False  # stands in a table, in a row of its own


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One cell of a table. `passage` is None where the cell is empty."""

    passage: Passage | None
    tick: Tick | None = None
    unseen: bool = False  # nobody sees some of it on the page
    repeated: bool = False  # of a merged cell, which begins in a row above

    @property
    def text(self) -> str:
        """The verbatim text, or nothing."""
        return self.passage.text if self.passage else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a table."""

    cells: tuple[Cell, ...]
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows that stand together, the header first."""

    rows: tuple[Row, ...]
    place: Place


Block = Line | Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A document as a reader saw it."""

    source: Source
    media_type: str
    blocks: tuple[Block, ...]
    text: str = field(repr=False)  # whose lines the places count: the file's own, or a rendition of it
    only_questions: bool = False  # all headings are questions of one form: columns of an export
    part: str = ""  # which of several contributions in one file; empty where the file is one report

    @property
    def name(self) -> str:
        """What this report is called among all documents: `<sha256>`, or `<sha256>-<part>`."""
        return f"{self.source.sha256}{'-' + slug(self.part) if self.part else ''}"

    @property
    def label(self) -> str:
        """What people call this document."""
        return f"{self.source.label}, report {self.part}" if self.part else self.source.label

    def lines(self) -> Iterator[str]:
        """What stands outside tables, line by line."""
        return (block.passage.text for block in self.blocks if isinstance(block, Line))

    def between(self, first: Place, last: Place) -> Passage:
        """All of the source from the start of `first` to the end of `last`, verbatim."""
        lines = self.text.split("\n")[first.line - 1 : last.end_line]
        lines[-1] = lines[-1][: last.end_column]
        lines[0] = lines[0][first.column - 1 :]
        place = replace(first, end_line=last.end_line, end_column=last.end_column, row=None, cell=None)
        return Passage(text="\n".join(lines), place=place)
