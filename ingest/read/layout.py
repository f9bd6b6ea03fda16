"""Paragraphs and tables as a formatted document has them → rendition. Knows layout; knows no questionnaire.

Word files and web pages share what this module decides: which tables hold data and which only place things
on the page, which option of a choice was taken, what is a label and what is help.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.form import Tick
from ingest.read.rendition import CellText, Rendition

BOXES = {"☒": Tick.ON, "☑": Tick.ON, "🗹": Tick.ON, "🗷": Tick.ON, "◉": Tick.ON, "⦿": Tick.ON, "☐": Tick.OFF}
"""Signs that are a box or button wherever they stand."""

SIGNS = {Tick.ON: "☒", Tick.OFF: "☐"}
"""How the rendition writes a box or button that is not a sign in the original."""

_TICKED = frozenset("✓✔✗✘●xX")  # a tick where a cell holds nothing else
_UNTICKED = frozenset("□○◯⬜")
_BRACKETS = re.compile(r"[\[(]\s*([xX✓✔✗✘]?)\s*[\])]")
_LONGEST_REPEATED = 1000  # characters of a merged cell that is said again in the rows below
_EDGE = " \t\n\xa0*"  # what may stand around a label without being part of it
_BOX = re.compile(f"([{''.join(BOXES)}])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """A stretch of text in one look; a box or button is a run of its own."""

    text: str
    bold: bool = False
    italic: bool = False
    tick: Tick | None = None
    unseen: bool = False  # nobody sees it on the page


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """One paragraph; "\\n" in its runs is a line break, a tab a tab stop."""

    runs: tuple[Run, ...]
    path: str
    heading: int = 0

    @property
    def text(self) -> str:
        """All of its text."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """One cell of a grid. Where cells are merged the first has the content, those below go it on."""

    blocks: "tuple[Block, ...]" = ()
    path: str = ""
    columns: int = 1
    header: bool = False
    below: bool = False  # goes on the cell above, with which it is merged


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A table, of data or of layout."""

    rows: tuple[tuple[Box, ...], ...]
    path: str

    @property
    def width(self) -> int:
        """How many columns the widest row covers."""
        return max((sum(box.columns for box in row) for row in self.rows), default=0)


Block = Paragraph | Grid


def boxed(text: str, *, bold: bool = False, italic: bool = False, unseen: bool = False) -> Iterator[Run]:
    """The runs of a text: each sign that is a box or button becomes a run of its own."""
    for piece in _BOX.split(text):
        if piece:
            yield Run(text=piece, bold=bold, italic=italic, tick=BOXES.get(piece), unseen=unseen)


def write(blocks: Iterable[Block], rendition: Rendition, *, inside: bool = False) -> None:
    """Put paragraphs and tables into a rendition, in order; `inside`: they are a row of a table."""
    for block in _tabbed(blocks):
        if isinstance(block, Grid):
            _write_grid(block, rendition)
        else:
            _write_paragraph(block, rendition, inside=inside)


# --- paragraphs ---


def _write_paragraph(paragraph: Paragraph, rendition: Rendition, *, inside: bool) -> None:
    """What is seen and what is not go on lines of their own."""
    for unseen, group in groupby(_by_sight(paragraph.runs), lambda each: each[0]):
        part = replace(paragraph, runs=tuple(run for _, run in group))
        _write_runs(part, rendition, unseen=unseen, inside=inside)


def _by_sight(runs: Iterable[Run]) -> Iterator[tuple[bool, Run]]:
    """Each run with whether nobody sees it; spaces go with what stands before them."""
    unseen = False
    for run in runs:
        unseen = run.unseen if run.text.strip() else unseen
        yield unseen, run


def _write_runs(paragraph: Paragraph, rendition: Rendition, *, unseen: bool, inside: bool) -> None:
    runs = _chosen(paragraph.runs)
    told = [run for run in runs if run.text.strip(_EDGE)]
    if not told:
        return
    bold, italic = all(run.bold for run in told), all(run.italic for run in told)
    text = "".join(run.text for run in runs)
    rendition.text(
        text if bold or paragraph.heading else _marked(runs),
        path=paragraph.path,
        heading=paragraph.heading or (6 if bold else 0),  # a line in bold stands above what follows
        starred=_is_starred(text),
        help=italic and not bold and not paragraph.heading,
        unseen=unseen,
        inside=inside,
    )


def _marked(runs: Sequence[Run]) -> str:
    """The text, with the bold words it begins with between `**`: a label, and its answer behind it."""
    start = next((at for at, run in enumerate(runs) if run.text.strip(_EDGE)), len(runs))
    end = start
    while end < len(runs) and (runs[end].bold or not runs[end].text.strip()):
        end += 1
    before, label, rest = (
        "".join(run.text for run in part) for part in (runs[:start], runs[start:end], runs[end:])
    )
    bare = label.strip(_EDGE)
    if not bare:
        return before + label + rest
    at = label.index(bare)
    return f"{before}{label[:at]}**{bare}**{label[at + len(bare) :]}{rest}"


def _is_starred(text: str) -> bool:
    return text.lstrip().startswith("*") or text.rstrip().endswith("*")


def _chosen(runs: Sequence[Run]) -> list[Run]:
    """Runs without the options that were not taken: of "☐ first half ☒ second half", the latter's words."""
    found: list[Run] = []
    for number, line in enumerate(_lines(runs)):
        if number:
            found.append(Run(text="\n"))
        found += _taken(line) if any(run.tick for run in line) else line
    return found


def _lines(runs: Iterable[Run]) -> list[list[Run]]:
    lines: list[list[Run]] = [[]]
    for run in runs:
        first, *others = run.text.split("\n")
        lines[-1].append(replace(run, text=first))
        lines += [[replace(run, text=other)] for other in others]
    return lines


def _taken(line: Sequence[Run]) -> list[Run]:
    told = [run for run in line if run.text.strip()]
    behind = told[0].tick is None and told[-1].tick is not None  # each box stands behind its words
    taken: list[Run] = []
    words: list[Run] = []
    state: Tick | None = None
    for run in line:
        if run.tick is None:
            words.append(run)
        elif behind:
            taken += words if run.tick is Tick.ON else []
            words = []
        else:
            taken += [] if state is Tick.OFF else words
            words, state = [], run.tick
    return taken + ([] if state is Tick.OFF else words)


# --- tables ---


def _write_grid(grid: Grid, rendition: Rendition) -> None:
    if options := _options(grid):
        write(options, rendition)
    elif _is_layout(grid):
        write((block for row in grid.rows for box in row for block in box.blocks), rendition)
    else:
        width = grid.width
        for is_full, rows in groupby(grid.rows, lambda row: _is_full(row, width)):
            part = replace(grid, rows=tuple(rows))
            if is_full or _is_form(part):
                told = (block for row in part.rows for box in row for block in box.blocks)
                write(told, rendition, inside=is_full)
            else:
                rendition.table(_cells(part.rows), path=grid.path)


def _is_layout(grid: Grid) -> bool:
    """Whether a table only places things on the page: it frames them, or holds whole tables."""
    if grid.width <= 1 or any(_holds_data(box) for row in grid.rows for box in row):
        return True
    return len(grid.rows) == 1 and any(len(_told(box)) > 2 for box in grid.rows[0])


def _holds_data(box: Box) -> bool:
    return any(
        isinstance(block, Grid)
        and (
            (len(block.rows) > 1 and block.width > 1)
            or any(_holds_data(inner) for row in block.rows for inner in row)
        )
        for block in box.blocks
    )


def _is_full(row: Sequence[Box], width: int) -> bool:
    """Whether a row is one merged cell with words in it: a title, or a question above its table."""
    return len(row) == 1 and row[0].columns >= width and bool(_told(row[0]))


def _is_form(grid: Grid) -> bool:
    """Whether a table of two columns has labels on the left and answers on the right."""
    rows = [row for row in grid.rows if any(_told(box) for box in row)]
    if not rows or any(len(row) != 2 for row in rows):
        return False
    return all(_is_label(row[0]) for row in rows) and not all(
        _is_label(row[1]) for row in rows if _told(row[1])
    )


def _is_label(box: Box) -> bool:
    told = _told(box)
    if not told:
        return False
    if box.header or _is_starred(told[0].text) or told[0].text.rstrip().endswith((":", "?")):
        return True
    first = [run for run in told[0].runs if run.text.strip(_EDGE)]
    return bool(told[0].heading) or (bool(first) and first[0].bold)


def _told(box: Box) -> list[Paragraph]:
    """The paragraphs of a cell that are not empty."""
    return [block for block in _flat(box.blocks) if block.text.strip()]


def _flat(blocks: Iterable[Block]) -> Iterator[Paragraph]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block
        else:
            yield from _flat(inner for row in block.rows for box in row for inner in box.blocks)


def _options(grid: Grid) -> list[Paragraph]:
    """The options of a choice set out as a table: a cell with a button, a cell with its words."""
    options: list[Paragraph] = []
    for row in grid.rows:
        boxes = [(box, _told(box)) for box in row if _told(box)]
        if len(boxes) % 2:
            return []
        for (box, sign), (_, words) in zip(boxes[::2], boxes[1::2], strict=True):
            ticks = [run for each in sign for run in each.runs if run.text.strip()]
            if (
                len(ticks) != 1
                or ticks[0].tick is None
                or any(run.tick for each in words for run in each.runs)
            ):
                return []
            runs = (ticks[0], *(run for each in words for run in each.runs))
            options.append(Paragraph(runs=runs, path=words[0].path or box.path))
    return options


def _cells(rows: Iterable[Sequence[Box]]) -> list[list[CellText]]:
    """The cells of rows. What is merged over several rows is said in each of them, as a reader sees it."""
    found: list[list[CellText]] = []
    for row in rows:
        above = found[-1] if found else []
        cells: list[CellText] = []
        for box in row:
            merged = above[len(cells) : len(cells) + box.columns] if box.below else []
            if any(len(each.text) > _LONGEST_REPEATED for each in merged):
                merged = []
            own = [_cell(box), *[CellText(text="", path=box.path)] * (box.columns - 1)]
            cells += [replace(each, repeated=True) for each in merged] or own
        found.append(cells)
    return found


def _cell(box: Box) -> CellText:
    told = _told(box)
    ticks = [run.tick for each in told for run in each.runs if run.tick]
    if len(ticks) > 1:
        lines = ["".join(run.text for run in _chosen(each.runs)) for each in told]
    else:
        lines = [each.text for each in told]
    text = "\n".join(line.strip() for each in lines for line in each.split("\n") if line.strip())
    tick = ticks[0] if len(ticks) == 1 else None if ticks else _tick(text)
    unseen = any(run.unseen and run.text.strip() for each in told for run in each.runs)
    return CellText(text=text, tick=tick, path=box.path, unseen=unseen)


def _tick(text: str) -> Tick | None:
    """The state of the box that a cell's text draws: "x", "✓", "[ ]"; None where it draws none."""
    if brackets := _BRACKETS.fullmatch(text):
        return Tick.ON if brackets[1] else Tick.OFF
    return Tick.ON if text in _TICKED else Tick.OFF if text in _UNTICKED else None


# --- tables made with tab stops ---


def _tabbed(blocks: Iterable[Block]) -> Iterator[Block]:
    """The blocks, with paragraphs in a row that have tab stops made into tables."""
    for has_tabs, group in groupby(blocks, _has_tabs):
        made = list(group)
        paragraphs = [block for block in made if isinstance(block, Paragraph)]
        if has_tabs and len(paragraphs) > 1:
            yield Grid(rows=tuple(tuple(_tab_boxes(each)) for each in paragraphs), path=paragraphs[0].path)
        else:
            yield from made


def _has_tabs(block: Block) -> bool:
    return isinstance(block, Paragraph) and not block.heading and "\t" in block.text.strip(" \n")


def _tab_boxes(paragraph: Paragraph) -> Iterator[Box]:
    cells: list[list[Run]] = [[]]
    for run in paragraph.runs:
        first, *others = run.text.split("\t")
        cells[-1].append(replace(run, text=first))
        cells += [[replace(run, text=other)] for other in others]
    for runs in cells:
        yield Box(blocks=(replace(paragraph, runs=tuple(runs)),), path=paragraph.path)
