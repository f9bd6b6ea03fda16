import base64
import io
import random
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Image, Paragraph, SimpleDocTemplate, Table

from ingest.form import Form, Line, Source, Tick
from ingest.form import Table as FormTable
from ingest.read import pdf
from ingest.read.pdf import apart
from ingest.read.pdf.document import Document
from ingest.read.pdf.grids import grids
from ingest.read.pdf.pages import reading
from ingest.read.rendition import Rendition
from regiograph.errors import NotReadable

OPTIONS = ("Strongly agree", "Agree", "Neutral", "Disagree", "Strongly disagree", "Not applicable")
GOAL = "Goal {}. Protect, restore and promote sustainable use of terrestrial ecosystems, sustainably manage forests"
BODY = ParagraphStyle("body", fontName="Helvetica", fontSize=8.5, leading=11, leftIndent=14)
LABEL = ParagraphStyle(
    "label", fontName="Helvetica-Bold", fontSize=8.5, leading=11, spaceBefore=6, spaceAfter=2
)
HELP = ParagraphStyle("help", parent=BODY, fontName="Helvetica-Oblique", leftIndent=0)
SECTION = ParagraphStyle("section", fontName="Helvetica-Bold", fontSize=12.5, leading=16, spaceBefore=12)
CELL = ParagraphStyle("cell", fontName="Helvetica", fontSize=7, leading=9)


def button(on: bool, *, alpha: bool = False) -> bytes:
    """A radio button of 15 × 15 pixels as PNG: a ring, and a dark dot where it is on."""

    def shade(x: int, y: int) -> int:
        distance = (x - 7) ** 2 + (y - 7) ** 2
        return 60 if on and distance <= 12 else 130 if 30 <= distance <= 46 else 255

    rows = b""
    for y in range(15):
        rows += b"\0"
        for x in range(15):
            value = shade(x, y)
            rows += bytes((value, value, value, 0 if value == 255 else 255)) if alpha else bytes((value,) * 3)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4)

    header = (15).to_bytes(4) * 2 + bytes((8, 6 if alpha else 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def image(on: bool, **look: bool) -> Image:
    return Image(io.BytesIO(button(on, **look)), 9, 9)


def ruled(rows, widths, *, header=1, **split):
    table = Table(rows, colWidths=widths, repeatRows=header, **split)
    table.setStyle(
        [("GRID", (0, 0), (-1, -1), 0.4, colors.lightgrey), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    )
    return table


def matrix(ticks, **look):
    """Goals with the numbers of the options that are ticked."""
    rows = [["", *(Paragraph(option, CELL) for option in OPTIONS)]]
    for goal, ticked in ticks.items():
        rows.append([Paragraph(GOAL.format(goal), CELL), *(image(at in ticked, **look) for at in range(6))])
    return ruled(rows, [215, *[50] * 6])


def cells(rows):
    return ruled([[Paragraph(text, CELL) for text in row] for row in rows], [18, 124, 124, 124, 124])


def options(labels, chosen=()):
    """What a drop-down prints: every option with a button."""
    rows = [[image(label in chosen), Paragraph(label, BODY)] for label in labels]
    return Table(rows, colWidths=[14, 400], hAlign="LEFT")


def printed(*story, footer=None) -> bytes:
    data = io.BytesIO()

    def page(canvas, document):
        canvas.setFont("Helvetica", 7)
        canvas.drawRightString(560, 20, str(document.page))
        if footer:
            canvas.drawString(40, 20, footer)

    sides = {f"{side}Margin": 40 for side in ("left", "right", "top", "bottom")}
    SimpleDocTemplate(data, pagesize=A4, **sides).build(list(story), onFirstPage=page, onLaterPages=page)
    return data.getvalue()


def read(data: bytes) -> Form:
    (form,) = pdf.read(Source(name="report.pdf", data=data))
    return form


def lines(form):
    return [block.passage.text for block in form.blocks if isinstance(block, Line)]


def tables(form):
    return [
        [[cell.tick or cell.text for cell in row.cells] for row in block.rows]
        for block in form.blocks
        if isinstance(block, FormTable)
    ]


# --- ticks ---


@pytest.mark.parametrize("alpha", [False, True])
def test_ticks_are_told_by_what_is_inside_the_image(alpha):
    ticks = {1: [0], 2: [5], 3: [], 4: [1, 3]}
    (rows,) = tables(read(printed(matrix(ticks, alpha=alpha))))
    assert rows[0] == ["", *OPTIONS]
    assert [[at for at, tick in enumerate(row[1:]) if tick is Tick.ON] for row in rows[1:]] == list(
        ticks.values()
    )
    assert all(tick in Tick for row in rows[1:] for tick in row[1:])


def test_a_matrix_over_pages_is_one_table():
    ticks = {goal: [goal % 6] for goal in range(1, 60)}
    (rows,) = tables(read(printed(matrix(ticks))))
    assert [row[1:].index(Tick.ON) for row in rows[1:]] == [goal % 6 for goal in range(1, 60)]


def test_a_matrix_without_a_tick_has_none():
    (rows,) = tables(read(printed(matrix({goal: [] for goal in range(1, 18)}))))
    assert {tick for row in rows[1:] for tick in row[1:]} == {Tick.OFF}


def test_a_drop_down_without_answer_prints_its_options_but_has_none():
    names = ["Bioenergy", "Chemicals", "Consumer Involvement in Agri-food Innovation and much else that " * 2]
    story = [Paragraph("Please select", LABEL), options(names), Paragraph("Start date", LABEL)]
    assert lines(read(printed(*story))) == ["Please select", "Start date"]


def test_of_options_with_buttons_the_ticked_one_is_the_answer():
    story = [Paragraph("Please select", LABEL), options(["One", "Two", "Three"], ["Two"])]
    (_, answer) = lines(read(printed(*story)))
    assert answer.removeprefix("☒").strip() == "Two"


def test_drawn_buttons_are_told_like_images():
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for number, (name, on) in enumerate((("Yes", True), ("No", False))):
        y = 700 - 20 * number
        canvas.circle(65, y + 4, 5)
        if on:
            canvas.circle(65, y + 4, 3, fill=1)
        canvas.drawString(80, y, name)
    canvas.save()
    assert [line.split()[-1] for line in lines(read(data.getvalue()))] == ["Yes"]


@pytest.mark.parametrize("open_below", [False, True], ids=["closed", "open below"])
def test_the_ground_of_a_small_cell_is_no_button(open_below):
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica", 8)
    for row, top in enumerate((700, 684)):
        canvas.setFillColor(colors.whitesmoke)
        canvas.rect(50, top - 16, 18, 16, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        canvas.circle(290, top - 8, 5)
        canvas.drawString(54, top - 11, str(row + 1))
        canvas.drawString(74, top - 11, "An event of all regions")
    for y in (700, 684) if open_below else (700, 684, 668):
        canvas.line(50, y, 310, y)
    for x in (50, 68, 270, 310):
        canvas.line(x, 700, x, 668)
    canvas.save()
    (rows,) = tables(read(data.getvalue()))
    assert rows == [[str(number), "An event of all regions", Tick.OFF] for number in (1, 2)]


def test_the_border_of_a_small_cell_is_no_button():
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica", 8)
    rows = [["", "Event", Tick.OFF], ["1", "Kick-off", Tick.OFF], ["2", "Closing", Tick.OFF]]
    for top, (number, event, _) in zip((700, 684, 668), rows, strict=True):
        for left, right in ((50, 68), (68, 270), (270, 310)):  # as browsers draw it: a border around each
            canvas.rect(left, top - 16, right - left, 16)
        canvas.rect(285, top - 13, 10, 10)
        canvas.drawString(54, top - 11, number)
        canvas.drawString(74, top - 11, event)
    canvas.save()
    assert tables(read(data.getvalue())) == [rows]


def test_a_box_with_sides_of_its_own_stays_a_button():
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica", 10)
    for number, (name, on) in enumerate((("Yes", True), ("No", False))):
        y = 700 - 20 * number
        canvas.setFillColor(colors.whitesmoke)
        canvas.rect(60, y, 10, 10, stroke=0, fill=1)
        canvas.setFillColor(colors.black)
        if on:
            canvas.rect(62, y + 2, 6, 6, stroke=0, fill=1)
        canvas.lines([(60, y, 70, y), (60, y + 10, 70, y + 10), (60, y, 60, y + 10), (70, y, 70, y + 10)])
        canvas.drawString(80, y, name)
    canvas.save()
    assert [line.split()[-1] for line in lines(read(data.getvalue()))] == ["Yes"]


# --- lines ---


def test_lines_broken_for_room_are_joined_and_others_kept():
    story = [
        Paragraph("Please provide " + "a very long label that has no room on a line " * 4, LABEL),
        Paragraph("Emilia Romagna (IT), ITH5<br/>Lapland (FI), FI1D7<br/>" + "Network of Regions " * 9, BODY),
    ]
    found = lines(read(printed(*story)))
    assert found == [
        ("Please provide " + "a very long label that has no room on a line " * 4).strip(),
        "Emilia Romagna (IT), ITH5",
        "Lapland (FI), FI1D7",
        ("Network of Regions " * 9).strip(),
    ]


def test_an_answer_goes_on_over_the_end_of_a_page():
    text = "one two three four five six seven eight nine ten " * 150
    assert lines(read(printed(Paragraph(text, BODY)))) == [text.strip()]


def drawn(*texts, size=9, font="Helvetica"):
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    for x, y, text in texts:
        canvas.setFont(font, size)
        canvas.drawString(x, y, text)
    canvas.save()
    return data.getvalue()


@pytest.mark.parametrize("star", [(40, 700), (40, 711), (200, 700)], ids=["before", "above", "behind"])
def test_the_mark_of_a_mandatory_question_may_float(star):
    form = read(drawn((50, 700, "Reporting period"), (*star, "*"), (50, 680, "July - December 2020")))
    label, answer = (block for block in form.blocks if isinstance(block, Line))
    assert label.starred and "Reporting period" in label.passage.text
    assert not answer.starred and answer.passage.text == "July - December 2020"


def test_headings_labels_help_and_limits_are_told_by_their_look():
    story = [
        Paragraph("III. Self-assessment", SECTION),
        Paragraph("Describe the impact", LABEL),
        Paragraph("e.g.: Lapland (FI), FI1D7", HELP),
        Paragraph("4000 character(s) maximum", ParagraphStyle("limits", parent=BODY, fontSize=7)),
        *(Paragraph("An answer in several words of plain text", BODY) for _ in range(8)),
    ]
    blocks = [block for block in read(printed(*story)).blocks if isinstance(block, Line)]
    assert [bool(block.heading) for block in blocks[:4]] == [True, True, False, False]
    assert [block.help for block in blocks[:5]] == [False, False, True, True, False]


def test_page_numbers_headers_and_footers_are_left_out():
    form = read(
        printed(*(Paragraph(f"Answer {n} " * 20, BODY) for n in range(80)), footer="Contribution 4711")
    )
    assert not any("4711" in line or line.isdigit() for line in lines(form))


def test_an_answer_at_the_end_of_a_page_that_is_a_number_is_kept():
    form = read(drawn((50, 120, "Number of outreach activities"), (50, 60, "7")))
    assert lines(form)[-1] == "7"


@pytest.mark.parametrize(
    ("above", "below", "joined"),
    [("Emilia-", "Romagna", "Emilia-Romagna"), ("short-", "and long-term", "short- and long-term")],
)
def test_a_hyphen_at_the_end_of_a_line_stays(above, below, joined):
    wide = "w" * 37 + " x"  # twice that fits on the page just so
    data = drawn((50, 700, f"{wide} y {wide} {above}"), (50, 689, below))
    assert " ".join(lines(read(data))).endswith(joined)


def test_a_label_in_bold_and_its_answer_may_stand_without_a_space():
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica-Bold", 9)
    canvas.drawString(50, 700, "Webpage")
    canvas.setFont("Helvetica", 9)
    canvas.drawString(50 + canvas.stringWidth("Webpage", "Helvetica-Bold", 9), 700, "https://x.eu")
    canvas.save()
    assert lines(read(data.getvalue())) == ["**Webpage**https://x.eu"]


# --- tables ---


def test_a_cell_that_wraps_is_one_line():
    rows = [["", "Working area", "Region in charge", "Involved regions", "Other actors"]]
    rows.append(
        [
            "1",
            "European value chains of social economy enterprises",
            "Murcia",
            "Navarra, Emilia-Romagna and Slovenia",
            "",
        ]
    )
    assert tables(read(printed(cells(rows)))) == [rows]


def test_a_table_over_pages_keeps_its_rows_and_one_header():
    rows = [["", "Event", "Date", "Place", "Any other information"]]
    rows += [[str(n), f"Meeting {n} about many things", "22/10/2020", "online", "-"] for n in range(1, 120)]
    (found,) = tables(read(printed(Paragraph("Past events", LABEL), cells(rows))))
    assert found == rows


def test_a_row_that_a_page_cuts_in_two_is_one_row():
    def grid(canvas, tops, texts):
        for row, top in enumerate(tops[:-1]):
            for column, (left, right) in enumerate(((50, 80), (80, 300), (300, 500))):
                canvas.rect(left, tops[row + 1], right - left, top - tops[row + 1])
                canvas.drawString(left + 4, top - 14, texts[row][column])

    data = io.BytesIO()
    canvas = Canvas(data, pagesize=A4)
    canvas.setFont("Helvetica", 9)
    grid(
        canvas,
        (120, 100, 80, 60),
        [("", "Event", "Date"), ("1", "Kick-off", "2020"), ("2", "A meeting of all", "2021")],
    )
    canvas.showPage()
    canvas.setFont("Helvetica", 9)
    grid(canvas, (800, 780, 760), [("", "partners", ""), ("3", "Closing", "2022")])
    canvas.save()
    (rows,) = tables(read(data.getvalue()))
    assert [row[1] for row in rows] == ["Event", "Kick-off", "A meeting of all partners", "Closing"]


def test_a_table_whose_last_ruling_is_on_the_next_page_keeps_its_last_row():
    upright = [(x, 100, x, 160) for x in (50, 100, 150)]
    level = [(50, y, 150, y) for y in (100, 130)]
    (grid,) = grids([*upright, *level])
    assert [len(row) for row in grid.rows] == [2, 2]


def test_merged_cells_reach_over_their_columns():
    rulings = [
        (0, 0, 100, 0),
        (0, 20, 100, 20),
        (0, 40, 100, 40),
        (0, 0, 0, 40),
        (100, 0, 100, 40),
        (50, 20, 50, 40),
    ]
    (grid,) = grids(rulings)
    assert [[cell and cell.columns for cell in row] for row in grid.rows] == [[2], [1, 1]]


def test_tables_that_touch_are_told_apart_by_their_columns():
    def rulings(tops, lefts):
        level = [(lefts[0], top, lefts[-1], top) for top in tops]
        return level + [(left, tops[0], left, tops[-1]) for left in lefts]

    found = grids([*rulings((0, 20, 40), (0, 30, 60, 100)), *rulings((40, 60, 80), (0, 44, 75, 100))])
    assert [(len(grid.rows), len(grid.edges)) for grid in found] == [(2, 4), (2, 4)]


# --- places ---


def test_every_place_names_page_and_box():
    form = read(printed(Paragraph("Label", LABEL), cells([["", "a", "b", "c", "d"], ["1", "x", "", "", ""]])))
    line, table = form.blocks
    assert line.passage.place.path.startswith("page 1, box ")
    assert table.rows[1].cells[1].passage.place.path != table.rows[0].cells[1].passage.place.path
    assert form.between(table.place, table.place).text.split("\t")[1] == "a"


def test_the_same_bytes_give_the_same_form():
    data = printed(matrix({1: [2]}), Paragraph("Answer", BODY))
    assert read(data) == read(data)


# --- hostile files ---


def refusal(data: bytes) -> NotReadable:
    with pytest.raises(NotReadable) as refused:
        read(data)
    assert refused.value.where == "report.pdf" and refused.value.way_out
    return refused.value


def document(*objects: bytes) -> bytes:
    """A PDF of some numbered objects, the first its catalogue; its table of contents is left to the reader."""
    body = b"".join(b"%d 0 obj\n%s\nendobj\n" % (number, each) for number, each in enumerate(objects, 1))
    return b"%PDF-1.7\n" + body + b"trailer\n<</Root 1 0 R>>\n%%EOF\n"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    return b"<</Length %d%s>>\nstream\n%s\nendstream" % (len(data), extra, data)


def page(content: bytes, resources: bytes = b"") -> tuple[bytes, ...]:
    return (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 500 500]/Contents 4 0 R/Resources<<%s>>>>" % resources,
        content,
    )


def test_a_protected_pdf_is_refused():
    data = io.BytesIO()
    canvas = Canvas(data, encrypt="secret")
    canvas.drawString(50, 700, "Reporting period")
    canvas.save()
    assert "password" in refusal(data.getvalue()).problem


def test_a_pdf_of_ten_thousand_pages_is_refused():
    kids = b" ".join(b"3 0 R" for _ in range(10_000))
    objects = list(page(stream(b"")))
    objects[1] = b"<</Type/Pages/Count 10000/Kids[%s]>>" % kids
    assert "pages" in refusal(document(*objects)).problem


def test_a_pdf_of_pictures_is_refused():
    data = io.BytesIO()
    canvas = Canvas(data)
    canvas.drawImage(ImageReader(io.BytesIO(button(True))), 0, 0, 500, 700)
    canvas.save()
    assert "pictures" in refusal(data.getvalue()).problem


def test_a_file_beyond_size_is_refused_before_it_is_looked_at():
    assert "larger" in refusal(b"%PDF-1.7\n" + bytes(200 * 2**20)).problem


@pytest.mark.timeout(60)
def test_forms_that_draw_each_other_without_end_are_refused():
    objects = list(page(stream(b"/F5 Do " * 40), b"/XObject<</F5 5 0 R>>"))
    for number in range(5, 12):
        resources = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F%d %d 0 R>>>>" % (
            number + 1,
            number + 1,
        )
        objects.append(stream(b"/F%d Do " % (number + 1) * 40, resources))
    objects.append(stream(b"0 0 m 9 9 l S", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"))
    refusal(document(*objects))


@pytest.mark.timeout(60)
def test_a_stream_that_would_fill_the_memory_is_refused():
    bomb = zlib.compress(bytes(2**20) * 1200, 9)
    refusal(document(*page(stream(bomb, b"/Filter/FlateDecode"))))


@pytest.mark.timeout(60)
def test_a_giant_image_is_not_unpacked():
    bits = zlib.compress(bytes(2**20) * 300, 9)
    giant = b"/Type/XObject/Subtype/Image/Width 30000/Height 30000/BitsPerComponent 8/ColorSpace/DeviceGray"
    font = b"/Font<</A<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</I 5 0 R>>"
    content = stream(b"q 9 0 0 9 50 50 cm /I Do Q BT /A 12 Tf 50 400 Td (Reporting period) Tj ET")
    data = document(*page(content, font), stream(bits, giant + b"/Filter/FlateDecode"))
    assert lines(read(data)) == ["Reporting period"]


def test_what_is_no_pdf_is_not_recognised():
    assert not pdf.recognises(b"# A text about %PDF- files")
    assert pdf.recognises(b"\xef\xbb\xbf\n%PDF-1.4")


VALID = base64.b64encode(
    printed(Paragraph("Reporting period", LABEL), matrix({1: [0]}), cells([["", "a", "b", "c", "d"]]))
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    try:
        read(b"%PDF-1.7\n" + data)
    except NotReadable as refused:
        assert refused.way_out


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.integers(0, 2**32), st.integers(1, 60), st.booleans())
def test_a_damaged_report_is_read_or_refused(seed, count, cut):
    chance = random.Random(seed)
    data = bytearray(base64.b64decode(VALID))
    for _ in range(count):
        data[chance.randrange(8, len(data))] = chance.randrange(256)
    try:
        read(bytes(data[: chance.randrange(8, len(data))] if cut else data))
    except NotReadable as refused:
        assert refused.way_out


LENGTH = st.floats(-20, 700, allow_nan=False)
SIDES = st.tuples(LENGTH, LENGTH, LENGTH, LENGTH).map(
    lambda box: [min(box[0], box[2]), min(box[1], box[3]), max(box[0], box[2]), max(box[1], box[3])]
)
WORDS = st.builds(
    lambda box, text, bold, italic, glued, seen: [*box, text, 9.0, bold, italic, 4.0, glued, seen],
    *(SIDES, st.sampled_from(["*", "word", "☐", "7", "Goal 3.", "cut-", "http://x.eu/a", " ", "•"])),
    *(st.booleans() for _ in range(4)),
)
LEVEL = st.builds(
    lambda y, x, width: [x, y, x + width, y], *(st.sampled_from(range(0, 600, 20)) for _ in range(3))
)
PAGES = st.fixed_dictionaries(
    {
        "width": st.just(600.0),
        "height": st.just(800.0),
        "words": st.lists(WORDS, max_size=12),
        "marks": st.lists(st.builds(lambda box, dark: [*box, dark], SIDES, st.floats(0, 1)), max_size=6),
        "rulings": st.lists(
            LEVEL | LEVEL.map(lambda line: [line[1], line[0], line[3], line[2]]), max_size=20
        ),
    }
)


@settings(max_examples=300, deadline=None)
@given(st.lists(PAGES, max_size=3))
def test_whatever_stands_on_a_page_becomes_lines_and_tables(found):
    rendition = Rendition()
    Document(found).write(rendition)
    form = rendition.form(Source(name="x.pdf", data=b""), pdf.MEDIA_TYPE)
    assert all(block.passage.text in form.text for block in form.blocks if isinstance(block, Line))


def test_reasons_for_refusing_are_all_told_in_words():
    told = {"password", "broken", "pages", "large", "slow"}
    assert told == set(apart._REFUSALS)
    with pytest.raises(reading.Refused, match="broken"):
        reading.pages(b"not a PDF", apart.library())


# --- pages printed from a browser ---

CHROMIUM = Path("/usr/bin/chromium")


@pytest.mark.skipif(not CHROMIUM.exists(), reason="needs Chromium")
def test_letters_of_a_narrow_cell_printed_by_a_browser_stay_one_word(tmp_path):
    words = "Goal 3. Ensure access to clean water and to healthy lives at all ages"
    page, pdf_file = tmp_path / "page.html", tmp_path / "page.pdf"
    boxes = "<td>☐</td><td>☒</td>" + "<td>☐</td>" * 4
    page.write_text(
        "<meta charset=utf-8><style>td, th { border: 1px solid; font: 11pt serif }</style><table><tr><th>"
        + "".join(f"<th>{option}" for option in OPTIONS)
        + f"<tr><td style='width: 3cm'>{words}</td>{boxes}</tr>" * 17
        + "</table>",
        encoding="utf-8",
    )
    switches = ["--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
    subprocess.run(
        [CHROMIUM, *switches, f"--user-data-dir={tmp_path}/profile", f"--print-to-pdf={pdf_file}", page],
        check=True,
        capture_output=True,
        timeout=60,
    )
    (rows,) = tables(read(pdf_file.read_bytes()))
    assert [" ".join(row[0].split()) for row in rows[1:]] == [words] * 17
    assert [row[1:] for row in rows[1:]] == [[Tick.OFF, Tick.ON, *[Tick.OFF] * 4]] * 17
