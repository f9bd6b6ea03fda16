"""Plain text with line numbers for documents that have none, and the Form that points into it.

A Word, PDF or XML file has no lines to cite, so its reader makes some: every paragraph becomes a line, every
table row a line of tab-separated cells, a line break inside a cell U+2028. Places count lines of this
rendition, and their `path` says where the same words stand in the original.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.form import Block, Cell, Form, Line, Passage, Place, Row, Source, Table, Tick

IDENTIFIER = re.compile(r"(?=.*[0-9])[A-Za-z]{0,2}[-_]?[0-9A-Fa-f-]{1,36}")
"""What programs number things with. Words in its place are no identifier, and shown to nobody."""

CELL_BREAK = "\u2028"
"""Stands for a line break inside a table cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellText:
    """What a reader found in one cell of a table."""

    text: str
    tick: Tick | None = None
    path: str = ""  # where the cell stands in the original
    unseen: bool = False  # nobody sees some of it on the page
    repeated: bool = False  # of a merged cell, which begins in a row above


class Rendition:
    """Collects lines and tables in reading order, and makes the Form of them."""

    def __init__(self) -> None:
        self._lines: list[str] = []
        self._blocks: list[Block] = []
        self._paragraph = 0
        self._tables = 0

    def text(
        self,
        text: str,
        *,
        path: str,
        heading: int = 0,
        starred: bool = False,
        help: bool = False,
        unseen: bool = False,
        inside: bool = False,
    ) -> None:
        """One paragraph; line breaks in it make several lines of one paragraph. Blank ones are skipped."""
        self._gap()
        for line in text.split("\n"):
            if not line.strip():
                continue
            self._lines.append(line)
            passage = self._passage(line, 0, path).strip()
            if passage:
                self._blocks.append(
                    Line(
                        passage=passage,
                        paragraph=self._paragraph,
                        heading=heading,
                        starred=starred,
                        help=help,
                        unseen=unseen,
                        inside=inside,
                    )
                )

    def table(self, rows: Sequence[Sequence[CellText]], *, path: str) -> None:
        """One table, header first. Rows without cells are skipped."""
        self._gap()
        self._tables += 1
        made = [self._row(cells, position, path) for position, cells in enumerate(rows, 1) if len(cells)]
        if made:
            first, last = made[0].place, made[-1].place
            place = Place(
                line=first.line,
                column=first.column,
                end_line=last.end_line,
                end_column=last.end_column,
                table=self._tables,
                path=path,
            )
            self._blocks.append(Table(rows=tuple(made), place=place))

    def form(self, source: Source, media_type: str, part: str = "", *, only_questions: bool = False) -> Form:
        """The Form of all that was collected."""
        return Form(
            source=source,
            media_type=media_type,
            blocks=tuple(self._blocks),
            text="\n".join(self._lines),
            part=part,
            only_questions=only_questions,
        )

    def _gap(self) -> None:
        self._paragraph += 1
        if self._lines:
            self._lines.append("")

    def _passage(
        self, text: str, before: int, path: str, row: int | None = None, cell: int | None = None
    ) -> Passage:
        number = len(self._lines)
        place = Place(
            line=number,
            column=before + 1,
            end_line=number,
            end_column=before + max(1, len(text)),
            table=self._tables if row else None,
            row=row,
            cell=cell,
            path=path,
        )
        return Passage(text=text, place=place)

    def _row(self, cells: Sequence[CellText], position: int, path: str) -> Row:
        texts = [CELL_BREAK.join(cell.text.replace("\t", " ").split("\n")) for cell in cells]
        line = "\t".join(texts)
        self._lines.append(line)
        made, before = [], 0
        for number, (cell, text) in enumerate(zip(cells, texts, strict=True), 1):
            whole = self._passage(text, before, cell.path or path, position, number)
            made.append(
                Cell(
                    passage=whole.strip() if text else None,
                    tick=cell.tick,
                    unseen=cell.unseen,
                    repeated=cell.repeated,
                )
            )
            before += len(text) + 1
        place = Place(
            line=len(self._lines),
            column=1,
            end_line=len(self._lines),
            end_column=max(1, len(line)),
            table=self._tables,
            row=position,
            path=path,
        )
        return Row(cells=tuple(made), place=place)
