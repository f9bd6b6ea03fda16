"""Rows of a table that the end of a page cuts: each is read as one, wherever programs rule there."""

import io
from dataclasses import dataclass

import pytest
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, Spacer, Table

from ingest.form import Table as FormTable
from ingest.read.pdf.grids import grids
from tests.read.test_pdf import CELL, LABEL, lines, printed, read, tables

EDGES = (50, 68, 210, 352, 494)
HEADER = ("", "Working area", "Region in charge", "Other actors")
LINE = 10


@dataclass(frozen=True)
class Part:
    """What one page has of a table; lines of a cell are parted by line breaks."""

    rows: tuple[tuple[str, ...], ...]
    above: bool = True  # ruled above the first row
    below: bool = True
    cut: bool = False  # nothing is ruled below, and the last row has less room than others
    ground: bool = False  # the first column is filled, down to the page's end


def on_pages(*parts: Part) -> bytes:
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    for number, part in enumerate(parts):
        heights = [LINE * max(cell.count("\n") + 1 for cell in row) + 6 for row in part.rows]
        heights[-1] -= 3 * part.cut
        top = 800.0 if number else 60.0 + sum(heights)
        draw(canvas, top, part, heights)
        canvas.showPage()
    canvas.save()
    return data.getvalue()


def draw(canvas: Canvas, top: float, part: Part, heights: list[int]) -> None:
    bottom = top - sum(heights)
    canvas.setFont("Helvetica", 8)
    canvas.setStrokeColor(colors.grey)
    if part.ground:
        canvas.setFillColor(colors.whitesmoke)
        canvas.rect(EDGES[0], bottom, EDGES[1] - EDGES[0], top - bottom, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
    for edge in EDGES:
        canvas.line(edge, top, edge, bottom)
    for number, (row, height) in enumerate(zip(part.rows, heights, strict=True)):
        if number or part.above:
            canvas.line(EDGES[0], top, EDGES[-1], top)
        for edge, cell in zip(EDGES, row, strict=False):
            for at, line in enumerate(cell.split("\n"), 1):
                canvas.drawString(edge + 4, top - LINE * at, line)
        top -= height
    if part.below and not part.cut:
        canvas.line(EDGES[0], bottom, EDGES[-1], bottom)


FIRST = ("1", "Water reuse", "Murcia", "CETENMA")
CUT = ("2", "Early warning of floods and of\ndroughts, with schemes of all", "Aragon and Cyprus", "ZINNAE")
REST = ("", "kinds for those insured", "", "Ebro")
NEXT = ("3", "Governance", "Castilla", "banks")
WHOLE = (
    "2",
    "Early warning of floods and of droughts, with schemes of all kinds for those insured",
    "Aragon and Cyprus",
    "ZINNAE Ebro",
)


@pytest.mark.parametrize("ground", [False, True], ids=["plain", "ground"])
@pytest.mark.parametrize("header", [True, False], ids=["header repeated", "header once"])
def test_a_row_that_is_open_at_the_end_of_a_page_goes_on_on_the_next(header, ground):
    below = (HEADER, REST, NEXT) if header else (REST, NEXT)
    form = read(
        on_pages(
            Part((HEADER, FIRST, CUT), cut=True, ground=ground), Part(below, above=header, ground=ground)
        )
    )
    assert tables(form) == [[list(row) for row in (HEADER, FIRST, WHOLE, NEXT)]]
    assert lines(form) == []


def test_a_row_may_go_on_over_a_whole_page():
    middle = ("", "kinds and\nmuch else", "and others", "")
    form = read(
        on_pages(
            Part((HEADER, FIRST, CUT), cut=True),
            Part((middle,), above=False, cut=True),
            Part((REST, NEXT), above=False),
        )
    )
    (rows,) = tables(form)
    assert [row[0] for row in rows] == ["", "1", "2", "3"]
    assert rows[2][2:] == ["Aragon and Cyprus and others", "ZINNAE Ebro"]


def test_the_number_of_a_cut_row_may_stand_on_the_second_page():
    cut, rest = ("", *CUT[1:]), ("2", *REST[1:])
    form = read(on_pages(Part((HEADER, FIRST, cut), cut=True), Part((HEADER, rest, NEXT))))
    assert tables(form) == [[list(row) for row in (HEADER, FIRST, WHOLE, NEXT)]]


@pytest.mark.parametrize("header", [True, False], ids=["header repeated", "header once"])
def test_a_cut_row_needs_no_number(header):
    """Neither page has a ruling between its two parts: that tells it, whatever the words are."""
    above = (("A", "Reuse", "Murcia", ""), ("Bb", "Warning of all", "Aragon", "Water"))
    below = (("2", "Floods", "Cyprus", "Alliance"), ("C", "Digital", "Vilnius", ""))
    header_again = (HEADER,) if header else ()
    form = read(
        on_pages(Part((HEADER, *above), cut=True), Part((*header_again, *below), above=header)),
    )
    (rows,) = tables(form)
    assert rows[2:] == [
        ["Bb 2", "Warning of all Floods", "Aragon Cyprus", "Water Alliance"],
        ["C", "Digital", "Vilnius", ""],
    ]


@pytest.mark.parametrize("above", [True, False], ids=["ruled above", "open above"])
@pytest.mark.parametrize("header", [True, False], ids=["header repeated", "header once"])
def test_a_row_with_the_next_number_is_a_row_of_its_own(header, above):
    below = (HEADER, NEXT) if header else (NEXT,)
    form = read(on_pages(Part((HEADER, FIRST, WHOLE), below=False), Part(below, above=above)))
    (rows,) = tables(form)
    assert [row[0] for row in rows] == ["", "1", "2", "3"]


@pytest.mark.parametrize("header", [True, False], ids=["hidden by the header", "to be seen"])
def test_a_row_whose_last_ruling_is_on_the_next_page_is_whole(header):
    above = (("Mu", "Reuse", "x1", ""), ("Ar", "Warning", "x2", ""))
    header_again = (HEADER,) if header else ()
    below = (*header_again, ("Cy", "Floods", "x3", ""), ("Ma", "Meters", "x4", ""))
    form = read(on_pages(Part((HEADER, *above), below=False), Part(below)))
    (rows,) = tables(form)
    assert [row[0] for row in rows] == ["", "Mu", "Ar", "Cy", "Ma"]


def test_where_rows_may_do_without_a_name_one_without_is_no_rest():
    above = (("Ab", "Reuse", "Murcia", ""), ("", "Meters", "Vilnius", ""), ("Cd", "Warning", "Aragon", ""))
    form = read(on_pages(Part((HEADER, *above)), Part((HEADER, ("", "Floods", "Cyprus", "")))))
    (rows,) = tables(form)
    assert [row[1] for row in rows[1:]] == ["Reuse", "Meters", "Warning", "Floods"]


def test_a_row_that_both_pages_close_is_one_where_its_number_is_told_once():
    form = read(on_pages(Part((HEADER, FIRST, CUT)), Part((HEADER, REST, NEXT))))
    assert tables(form) == [[list(row) for row in (HEADER, FIRST, WHOLE, NEXT)]]


def test_of_what_is_left_of_a_cut_row_nothing_may_be_words():
    blank = ("", "", "", "")
    form = read(on_pages(Part((HEADER, FIRST, WHOLE), cut=True), Part((HEADER, blank, NEXT))))
    (rows,) = tables(form)
    assert [row[0] for row in rows] == ["", "1", "2", "3"]


def test_lines_that_a_cell_keeps_apart_are_kept_apart_at_the_end_of_a_page_too():
    cut = ("2", "Early warning of floods and of\ndroughts, with schemes of all", "Aragon\nCyprus", "ZINNAE")
    rest = ("", "kinds", "Murcia\nVilnius", "Ebro")
    form = read(on_pages(Part((HEADER, FIRST, cut), cut=True), Part((HEADER, rest, NEXT))))
    (rows,) = tables(form)
    assert rows[2][2].split("\u2028") == ["Aragon", "Cyprus", "Murcia", "Vilnius"]
    assert rows[2][1] == "Early warning of floods and of droughts, with schemes of all kinds"


def test_the_place_of_a_cut_cell_names_each_page_that_has_words_of_it():
    form = read(on_pages(Part((HEADER, FIRST, CUT), cut=True), Part((HEADER, REST, NEXT))))
    (table,) = (block for block in form.blocks if isinstance(block, FormTable))

    def pages(path: str) -> list[str]:
        return [part.split(",")[0] for part in path.split("; ")]

    assert [pages(cell.passage.place.path) for cell in table.rows[2].cells if cell.passage] == [
        ["page 1"],
        ["page 1", "page 2"],
        ["page 1"],
        ["page 1", "page 2"],
    ]
    assert pages(table.rows[3].cells[1].passage.place.path) == ["page 2"]
    assert pages(table.place.path) == ["page 1", "page 2"]


def test_tables_beside_each_other_stay_two():
    def rulings(lefts):
        level = [(lefts[0], top, lefts[-1], top) for top in (0, 20, 40)]
        return level + [(left, 0, left, 40) for left in lefts]

    assert [len(grid.edges) for grid in grids([*rulings((0, 30, 60)), *rulings((200, 230, 260))])] == [3, 3]


def test_a_row_that_a_program_cuts_is_one_row():
    """As ReportLab cuts it, with a ground below the numbers that ends with the page."""
    words = "Early warning, insurance schemes and what river basins have a say in, until all are ready " * 2
    rows = [HEADER, FIRST, ("2", words.strip(), "Aragon", "ZINNAE"), NEXT]
    table = Table(
        [[Paragraph(text, CELL) for text in row] for row in rows],
        colWidths=[30, 120, 120, 120],
        splitInRow=1,
        style=[
            ("GRID", (0, 0), (-1, -1), 0.4, colors.lightgrey),
            ("BACKGROUND", (0, 1), (0, -1), colors.whitesmoke),
        ],
    )
    form = read(printed(Paragraph("Working areas", LABEL), Spacer(1, 665), table))
    assert tables(form) == [[list(row) for row in rows]]
    assert "; page 2" in next(block.place.path for block in form.blocks if isinstance(block, FormTable))
