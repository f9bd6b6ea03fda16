"""What stands between two words at the end of a line: a space, or nothing where it cut one. Knows letters."""

import re
from collections.abc import Iterable, Iterator, Sequence

from ingest.read import layout
from ingest.read.pdf.pieces import Line, Piece, Table

_JOINS_NOTHING = frozenset(("and", "or", "und", "oder", "et", "ou", "y", "o", "e"))
_ADDRESS = re.compile(r"(?:https?://|www\.)\S+$|\S+@\S+$", re.IGNORECASE)


class Joints:
    """Puts the words of lines together, with those that the end of a line cut."""

    def __init__(self, content: Iterable[tuple[list[Line], list[Table]]]) -> None:
        self._known = frozenset(_whole_words(content))

    def runs(self, lines: Sequence[Line], right: float) -> Iterator[layout.Run]:
        """The pieces of lines that belong together, with what stands between them."""
        before: Piece | None = None
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
                    yield from layout.boxed(text, bold=piece.bold, italic=piece.italic, unseen=piece.unseen)
                before = piece

    def _between(self, before: Piece, after: Piece, right: float, *, alone: bool) -> str:
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
        if _bare(before + after) in self._known:
            return True
        return len(before) > 4 and not {_bare(before), _bare(after)} & self._known

    def _without_hyphen(self, before: Piece, after: Piece) -> str:
        """A word at the end of a line, without its hyphen where that only cuts it in two."""
        if before.text.endswith("\xad"):
            return before.text.rstrip("\xad")
        if re.search(r"[a-zà-ÿ]-$", before.text) and after.text[:1].islower():
            whole = before.text[:-1] + after.text
            if _bare(whole) in self._known:
                return before.text[:-1]
        return before.text


def _whole_words(content: Iterable[tuple[list[Line], list[Table]]]) -> Iterator[str]:
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
