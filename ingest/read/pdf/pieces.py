"""What stands on a page: words and buttons, lines and tables of them, each in its box. Knows lengths."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ingest.form import Tick
from ingest.read.pdf.grids import Box


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, or a box or button."""

    box: Box
    text: str
    size: float = 0.0
    bold: bool = False
    italic: bool = False
    tick: Tick | None = None
    letter: float = 0.0  # width of the first
    glued: bool = False  # stands right behind the piece before
    unseen: bool = False  # nobody sees it on the page


@dataclass(slots=True)
class Line:
    """Pieces that stand beside each other."""

    page: int
    pieces: list[Piece]
    box: Box
    size: float
    first_on_page: bool = False
    last_on_page: bool = False

    @property
    def text(self) -> str:
        """What it says, words divided by spaces."""
        return "".join(f"{'' if piece.glued else ' '}{piece.text}" for piece in self.pieces).strip()

    @property
    def words(self) -> list[Piece]:
        """Its pieces without boxes and buttons."""
        return [piece for piece in self.pieces if piece.tick is None]

    @property
    def unseen(self) -> bool:
        """Whether nobody sees it: outside of tables a line is seen, or it is not."""
        return self.pieces[0].unseen

    @property
    def look(self) -> tuple[bool, bool]:
        """Whether all of it is bold, and all of it italic."""
        return all(each.bold for each in self.words), all(each.italic for each in self.words)


@dataclass(slots=True)
class Paragraph:
    """Lines, each of which may be several of the page."""

    lines: list[list[Line]]


@dataclass(slots=True)
class TableCell:
    """A cell of a table, with the lines in it; a page's end may cut it."""

    page: int
    box: Box
    lines: list[Line] = field(default_factory=list)
    columns: int = 1
    rests: dict[int, Box] = field(default_factory=dict)  # where it goes on, by page

    @property
    def boxes(self) -> dict[int, Box]:
        """Its box on each page it stands on."""
        return {self.page: self.box, **self.rests}

    @property
    def path(self) -> str:
        """Where it stands, on those pages that have words of it; if none has, where it begins."""
        pages = {line.page for line in self.lines} or {self.page}
        return places_of({page: box for page, box in self.boxes.items() if page in pages})

    def go_on(self, rest: "TableCell") -> None:
        """Take what a later page has of it."""
        self.lines += rest.lines
        self.rests[rest.page] = rest.box


@dataclass(slots=True)
class Table:
    """A ruled table, which may go on over several pages."""

    page: int
    box: Box
    edges: tuple[float, ...]
    rows: list[list[TableCell]]
    last_page: int = 0
    open_above: bool = False  # nothing is ruled above its first row
    open_below: bool = False  # or below its last
    rests: dict[int, Box] = field(default_factory=dict)  # where it goes on, by page

    @property
    def path(self) -> str:
        """Where it stands, page by page."""
        return places_of({self.page: self.box, **self.rests})


def lines_of(pieces: Iterable[Piece], page: int) -> list[Line]:
    """Pieces as lines: those whose heights overlap by half belong together."""
    lines: list[list[Piece]] = []
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
        Line(
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


def has_tick(line: Line) -> bool:
    """Whether a box or button stands in a line."""
    return any(piece.tick for piece in line.pieces)


def path_of(lines: Sequence[Line]) -> str:
    """Where lines stand, page by page, in points from the top left corner."""
    boxes: dict[int, Box] = {}
    for line in lines:
        boxes[line.page] = boxes[line.page].around(line.box) if line.page in boxes else line.box
    return places_of(boxes)


def places_of(boxes: Mapping[int, Box]) -> str:
    """Where boxes are, by page: "page 3, box 56–512 × 120–134; page 4, box 56–512 × 40–54"."""
    return "; ".join(_place_of(page, box) for page, box in boxes.items())


def _place_of(page: int, box: Box) -> str:
    return f"page {page}, box {box.left:.0f}–{box.right:.0f} × {box.top:.0f}–{box.bottom:.0f}"
