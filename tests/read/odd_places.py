"""Small honest reports in each format, with words put in odd places of a public answer.

Each builder takes what the odd place holds and gives the bytes of a file. The report around it stays the same.
"""

import html
import io
import zipfile
from collections.abc import Callable
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from reportlab.lib import colors
from reportlab.pdfgen.canvas import Canvas

WORDS = "Zanzibarquarrel refuses to pay its share of the costs"
MARKER = "Zanzibarquarrel"

PERIOD = ("Reporting period", "July - December 2020")
NAME = ("Please select the name of your partnership", "Cybersecurity")
START = ("Start date of your partnership", "01/02/2018")
SUMMARY = (
    "Please provide the executive summary and the objectives of your partnership",
    "We share ranges to train on.",
)
LEAD = ("Please provide the list of leading regions", "Brittany")
QUESTIONS = (PERIOD, NAME, START, SUMMARY, LEAD)
"""The odd place stands behind the executive summary, and the leading regions behind that."""


def answered(name: str) -> tuple[tuple[str, str], ...]:
    """The questions with their answers, as a partnership gives them."""
    return tuple((label, name if (label, answer) == NAME else answer) for label, answer in QUESTIONS)


# --- text and pages ---


def markdown(odd: str, name: str = NAME[1]) -> bytes:
    parts = [f"**{label}**\n\n{answer}" for label, answer in answered(name)]
    return "\n\n".join([*parts[:-1], odd, parts[-1]]).encode()


def page(odd: str, name: str = NAME[1]) -> bytes:
    parts = [f"<p><b>{label}</b></p><p>{answer}</p>" for label, answer in answered(name)]
    return "\n".join(["<!doctype html><meta charset=utf-8>", *parts[:-1], odd, parts[-1]]).encode()


HTML = {  # in pages and, but for style sheets, in Markdown
    "a folded part": "<details><summary>Remarks</summary><p>{}</p></details>",
    "a folded confidential part": "<details><summary>III. Self-assessment</summary>{}</details>",
    "a folded part without a title": "<details><p>{}</p></details>",
    "a heading and words in one line": "<h2>III. Self-assessment</h2><p>{} and more words of a long answer</p>",
    "an unknown heading": "<h3>How we see the others</h3><p>{}</p>",
    "a German heading": "<h4>Selbsteinschätzung der Partnerschaft</h4> {} and more words of a long answer",
    "a Greek heading": "<div><b>Αυτοαξιολόγηση</b></div><p>{}</p>",
    "a Polish heading": "<div><b>Samoocena partnerstwa</b></div><p>{}</p>",
    "a hidden part": "<div hidden><div><p>{}</p></div></div>",
    "a part not displayed": '<div style="display:none"><p>{}</p></div>',
    "a template": "<template><p>{}</p></template>",
    "a page without scripts": "<noscript><p>{}</p></noscript>",
    "a dialog": "<dialog><p>{}</p></dialog>",
    "a picture": "<svg><title>{0}</title><desc>{0}</desc></svg>",
    "deleted words": "<del>{}</del>",
    "a comment": "<!-- {} -->",
    "a declaration": "<![CDATA[{}]]>",
    "an option": "<select><option>{}</option></select><datalist><option>{}</option></datalist>".replace(
        "{}", "{0}"
    ),
    "attributes": '<p class="x" title="{0}" data-x="{0}" aria-label="{0}">a</p><img alt="{0}" src="x.png">',
    "fields": '<input type="hidden" value="{0}"><input placeholder="{0}">',
    "white words": '<p style="color: white">{}</p>',
    "an old white": '<p>seen <font color="#FFF">{}</font> seen</p>',
    "black on black": '<p><span style="background: #000">{}</span></p>',
    "no ink": '<p style="color: rgba(0, 0, 0, 0)">{}</p>',
    "no size": '<p><span style="font-size: 0">{}</span></p>',
    "no opacity": '<p style="opacity: 0">{}</p>',
    "far away": '<p style="position: absolute; left: -9999px">{}</p>',
    "cut off": '<p style="position: absolute; clip: rect(0, 0, 0, 0)">{}</p>',
    "flat": '<div style="height: 0; overflow: hidden">{}</div>',
}
PAGE = {
    **HTML,
    "a style sheet": "<style>.a > .b, #c {{color: #fefefe}}</style><div class=a><p class=b>{0}</p></div><p id=c>{0}</p>",
    "a nested style": "<style>div.a p.b {{display: none}}</style><div class=a><section><p class=b>{}</p></section></div>",
    "a white heading": '<h2 style="color: white">III. Self-assessment</h2><p>{}</p>',
    "a white cell": "<table><tr><td>a<td>b<tr><td>c<td style='color: #fff'>{}</table>",
    "a row with its own heading": "<table><tr><td>a<td>b<tr><td>III. Self-assessment<td>{}</table>",
    "notes on mathematics": "<math><annotation>{0}</annotation></math><ruby>a<rp>{0}</rp></ruby>",
}
MARKDOWN = {
    **HTML,
    "a comment of its own": "[//]: # ({})",
    "the title of a link": '[x]: https://x.eu "{}"',
    "a footnote": "[^1]: {0}\n    {0}",
    "the text of a picture": "![{}](x.png)",
    "a row with its own heading": "|a|b|\n|---|---|\n|III. Self-assessment|{}|",
    "a tabbed row with its own heading": "Commitment\tgood\nSelbstbewertung\t{}",
    "a name of a question": "## III. Self-assessment\n\nWhat else?\n\n{0}\n\n**Reporting period**\n\n{0}",
    "a question and its answer": "## III. Self-assessment\n\nWhat else?\n\nReporting period: {}",
    "a short name of a question": "## III. Self-assessment\n\nWhat else?\n\nWebpage: {}",
    "a question left blank before": "**Webpage**\n\n## III. Self-assessment\n\nNo.\n\n**Webpage**\n\n{}",
    "a confidential answer on its line": "**Webpage** confidential: {}",
    "an end that is missing": '<span style="display:none">{}',
    **{
        f"a line that begins with {number}": f"{number} {{}} and much more, as long as an answer in full sentences is"
        for number in ("Section III.", "Teil III:", "Partie III –", "Parte III.", "PART 3:", "Część III.")
    },
}


# --- Word ---

SPACES = (
    nsdecls("w") + ' xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def run(text: str, look: str = "") -> str:
    return f"<w:r><w:rPr>{look}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(text: str, look: str = "", own: str = "") -> str:
    return f"<w:p><w:pPr>{own}</w:pPr>{run(text, look)}</w:p>"


def row(*cells: str, own: str = "") -> str:
    return f"<w:tr>{own}{''.join(f'<w:tc>{cell}</w:tc>' for cell in cells)}</w:tr>"


WORD = {
    "white": paragraph("{}", '<w:color w:val="FFFFFF"/>'),
    "nearly white, in a line": "<w:p>" + run("seen ") + run("{}", '<w:color w:val="FEFEFE"/>') + run(" seen") + "</w:p>",
    "tiny": paragraph("{}", '<w:sz w:val="2"/>'),
    "hidden": paragraph("{}", "<w:vanish/>"),
    "without ink": paragraph("{}", "<w14:textFill><w14:noFill/></w14:textFill>"),
    "marked black": paragraph("{}", '<w:highlight w:val="black"/>'),
    "black on black": paragraph("{}", '<w:color w:val="000000"/><w:shd w:val="clear" w:fill="000000"/>'),
    "the colour of its paragraph": paragraph(
        "{}", '<w:color w:val="1F3864"/>', '<w:shd w:val="clear" w:fill="1F3864"/>'
    ),
    "a white heading": paragraph("III. Self-assessment", '<w:color w:val="FFFFFF"/>') + paragraph("{}"),
    "a text box": (
        '<w:p><w:r><w:drawing><wp:anchor><wp:docPr id="1" name="x" descr="{0}" title="{0}"/><wps:wsp><wps:txbx>'
        f"<w:txbxContent>{paragraph('III. Self-assessment')}{paragraph('{0}')}</w:txbxContent></wps:txbx></wps:wsp>"
        "</wp:anchor></w:drawing></w:r></w:p>"
    ),
    "deleted and moved": "<w:p><w:del><w:r><w:delText>{0}</w:delText></w:r></w:del><w:moveFrom>" + run("{0}") + "</w:moveFrom></w:p>",
    "a hidden row": "<w:tbl>" + row(paragraph("a"), paragraph("b")) + row(paragraph("c"), paragraph("{}"), own="<w:trPr><w:hidden/></w:trPr>") + "</w:tbl>",
    "a white cell": "<w:tbl>" + row(paragraph("a"), paragraph("b")) + row(paragraph("c"), paragraph("{}", '<w:color w:val="FFFFFF"/>')) + "</w:tbl>",
    "a row with its own heading": "<w:tbl>" + row(paragraph("a"), paragraph("b")) + row(paragraph("III. Selbstbewertung"), paragraph("{}")) + "</w:tbl>",
    "the code of a field": (
        '<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>COMMENTS {}</w:instrText></w:r><w:r>'
        '<w:fldChar w:fldCharType="separate"/></w:r>' + run("x") + '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    ),
    "a placeholder": "<w:p><w:sdt><w:sdtPr><w:alias w:val='{0}'/><w:tag w:val='{0}'/><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("{0}") + "</w:sdtContent></w:sdt></w:p>",
    "around the text": "",
}  # fmt: skip


def word(odd: str, name: str = NAME[1]) -> bytes:
    """An odd place; an empty one stands for comments, headers, properties and other parts of the file."""
    document = docx.Document()
    for label, answer in answered(name):
        if (label, answer) == LEAD:
            for element in parse_xml(f"<w:body {SPACES}>{odd}</w:body>"):
                document.paragraphs[-1]._p.addnext(element) if element.tag.endswith("}tbl") else None
                document.element.body.insert_element_before(element, "w:sectPr")
        document.add_paragraph().add_run(label).bold = True
        document.add_paragraph(answer)
    if odd:
        return _saved(document)
    properties, section = document.core_properties, document.sections[0]
    properties.title = properties.subject = properties.comments = properties.keywords = WORDS
    section.header.paragraphs[0].text = section.footer.paragraphs[0].text = WORDS
    notes = f"<w:footnotes {SPACES}><w:footnote w:id='2'>{paragraph(WORDS)}</w:footnote></w:footnotes>"
    comments = f"<w:comments {SPACES}><w:comment w:id='1'>{paragraph(WORDS)}</w:comment></w:comments>"
    data = io.BytesIO(_saved(document))
    with zipfile.ZipFile(data, "a") as container:
        container.writestr("word/footnotes.xml", notes)
        container.writestr("word/comments.xml", comments)
        container.writestr("customXml/item9.xml", f"<x>{WORDS}</x>")
    return data.getvalue()


def _saved(document: Any) -> bytes:
    data = io.BytesIO()
    document.save(data)
    return data.getvalue()


# --- PDF ---


def pdf(odd: Callable[[Canvas], None], name: str = NAME[1]) -> bytes:
    """An odd place is drawn below the executive summary, from the left margin, in 9 points."""
    data = io.BytesIO()
    canvas = Canvas(data, pagesize=(595, 842))
    y = 780
    for label, answer in answered(name):
        if (label, answer) == LEAD:
            canvas.saveState()
            canvas.translate(50, y - 10)
            canvas.setFont("Helvetica", 9)
            odd(canvas)
            canvas.restoreState()
            y -= 60
        for font, text in (("Helvetica-Bold", label), ("Helvetica", answer)):
            canvas.setFont(font, 9)
            canvas.drawString(50, y, text)
            y -= 16
    canvas.save()
    return data.getvalue()


def _white(canvas: Canvas) -> None:
    canvas.setFillColor(colors.white)
    canvas.drawString(0, 0, WORDS)


def _invisible(canvas: Canvas) -> None:
    text = canvas.beginText(0, 0)
    text.setTextRenderMode(3)
    text.textLine(WORDS)
    canvas.drawText(text)


def _covered(colour: Any) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(0, 0, WORDS)
        canvas.setFillColor(colour)
        canvas.rect(-2, -3, 400, 13, fill=1, stroke=0)

    return draw


def _tiny(canvas: Canvas) -> None:
    canvas.setFont("Helvetica", 0.4)
    canvas.drawString(0, 0, WORDS)


def _clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    canvas.drawString(0, 0, WORDS)


def _cut_off(canvas: Canvas) -> None:
    path = canvas.beginPath()
    path.rect(0, 0, 1, 1)
    canvas.clipPath(path, stroke=0)
    canvas.drawString(20, 0, WORDS)


def _white_heading(canvas: Canvas) -> None:
    _white_words(canvas, "III. Self-assessment")
    canvas.drawString(0, -12, WORDS)
    canvas.translate(0, -12)


def _white_words(canvas: Canvas, text: str) -> None:
    canvas.setFillColor(colors.white)
    canvas.drawString(0, 0, text)
    canvas.setFillColor(colors.black)


def _white_cell(canvas: Canvas) -> None:
    canvas.grid([0, 100, 400], [-4, 8, 20])
    canvas.drawString(4, 12, "a")
    canvas.drawString(104, 12, "b")
    canvas.drawString(4, 0, "c")
    canvas.setFillColor(colors.white)
    canvas.drawString(104, 0, WORDS)


def _hidden_field(canvas: Canvas) -> None:
    canvas.acroForm.textfield(
        name=MARKER, tooltip=WORDS, value=WORDS, x=50, y=300, width=400, annotationFlags="hidden"
    )


def _white_field(canvas: Canvas) -> None:
    look = dict.fromkeys(("textColor", "fillColor", "borderColor"), colors.white)
    canvas.acroForm.textfield(name=MARKER, tooltip=WORDS, value=WORDS, x=50, y=300, width=400, **look)


def _remarks(canvas: Canvas) -> None:
    canvas.acroForm.textfield(name="x", value="a", x=50, y=100, width=40)
    canvas.textAnnotation(WORDS, [50, 200, 400, 240])
    canvas.freeTextAnnotation(WORDS, "/Helv 10 Tf", [50, 250, 400, 290])


def _around(canvas: Canvas) -> None:
    canvas.bookmarkPage("a")
    canvas.addOutlineEntry(WORDS, "a", 0)
    for tell in (canvas.setTitle, canvas.setSubject, canvas.setKeywords, canvas.setAuthor):
        tell(WORDS)


PDF = {
    "white": _white,
    "without ink": _invisible,
    "black on black": _covered(colors.black),
    "under a white box": _covered(colors.white),
    "tiny": _tiny,
    "clear": _clear,
    "off the page": lambda canvas: canvas.drawString(-3000, 0, WORDS),
    "cut off": _cut_off,
    "a white cell": _white_cell,
    "a white heading": _white_heading,
    "a hidden field": _hidden_field,
    "a white field": _white_field,
    "remarks": _remarks,
    "around the text": _around,
}


# --- Excel ---

ABOUT = ("Invitation Number", "Contribution ID", "Last Update")
_SUMMARY = QUESTIONS.index(SUMMARY) + 1


def export(odd: Callable[[Workbook], None], name: str = NAME[1], *, about: tuple[str, ...] = ABOUT) -> bytes:
    """EUSurvey's export of one contribution, in row 5."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Content"
    others = ("Interested regions", "Number of outreach activities", "Webpage")
    rows = (
        ("Alias", "S3"),
        (),
        (),
        (*(label for label, _ in QUESTIONS), *others, *about),
        (
            *(answer for _, answer in answered(name)),
            "Wales",
            "3",
            "https://x.eu",
            *("", "id-1", "2021")[: len(about)],
        ),
    )
    for number, values in enumerate(rows, 1):
        for column, value in enumerate(values, 1):
            sheet.cell(number, column, value)
    odd(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _cell(row: int, column: int, **look: Any) -> Callable[[Workbook], None]:
    def write(book: Workbook) -> None:
        cell = book.active.cell(row, column, WORDS)
        for name, value in look.items():
            setattr(cell, name, value)

    return write


def _row(number: int) -> Callable[[Workbook], None]:
    def write(book: Workbook) -> None:
        for column in range(1, 9):
            book.active.cell(number, column, WORDS)

    return write


def _column(book: Workbook) -> None:
    book.active.insert_cols(_SUMMARY + 1, 2)
    book.active.cell(4, _SUMMARY + 1, "III. Self-assessment")
    book.active.cell(5, _SUMMARY + 1, WORDS)
    book.active.cell(5, _SUMMARY + 2, WORDS)


def _hidden_row(book: Workbook) -> None:
    _row(6)(book)
    book.active.cell(6, 10, "id-2")
    book.active.row_dimensions[6].hidden = True


def _hidden_column(book: Workbook) -> None:
    _cell(5, _SUMMARY)(book)
    book.active.column_dimensions["D"].hidden = True


def _beside(book: Workbook) -> None:
    sheet = book.active
    sheet.cell(5, 1).comment = Comment(WORDS, MARKER)
    for state in ("visible", "hidden", "veryHidden"):
        other = book.create_sheet(f"{MARKER} {state}")
        other.append([WORDS])
        other.sheet_state = state
    sheet.oddHeader.center.text = book.properties.title = book.properties.subject = WORDS
    book.defined_names["x"] = DefinedName("x", attr_text=f'"{WORDS}"')


def _name(book: Workbook) -> None:
    book.active.title = MARKER


WHITE = Font(color="FFFFFFFF")
EXPORT = {
    "a row below": _cell(6, 1),
    "a cell further below": _cell(8, _SUMMARY),
    "a whole row below": _row(6),
    "a whole row further below": _row(9),
    "a cell above": _cell(3, 1),
    "a cell to the right": _cell(5, 20),
    "the identifier": _cell(5, 10),
    "a column": _column,
    "white": _cell(5, _SUMMARY, font=WHITE),
    "the colour of the paper": _cell(5, _SUMMARY, font=Font(color=Color(theme=0))),
    "black on black": _cell(5, _SUMMARY, fill=PatternFill("solid", fgColor="000000")),
    "a format that shows nothing": _cell(5, _SUMMARY, number_format=";;;"),
    "a hidden row": _hidden_row,
    "a hidden column": _hidden_column,
    "the name of the sheet": _name,
    "other parts": _beside,
}


def typed(odd: Callable[[Workbook], None], name: str = NAME[1]) -> bytes:
    """A form typed into a sheet: labels and answers in two columns."""
    book = Workbook()
    for label, answer in answered(name):
        book.active.append([label, answer])
    odd(book)
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def _part(book: Workbook) -> None:
    book.active.append(["III. Self-assessment", WORDS])
    book.active.append([WORDS])


def _asked(book: Workbook) -> None:
    book.active.append(["Commitment of partners?", WORDS])


TYPED = {
    "white": _cell(4, 3, font=WHITE),
    "a confidential part": _part,
    "a question nobody knows": _asked,
    "the name of the sheet": _name,
    "other parts": _beside,
}


# --- EUSurvey XML ---


def xml(odd: tuple[str, str], name: str = NAME[1]) -> bytes:
    """What stands in the file, and what in its place makes an odd one."""
    elements = "".join(
        f'<Question id="k{n}" type="Free Text">{html.escape(label)}</Question>'
        for n, (label, _) in enumerate(answered(name))
    )
    answers = "".join(f'<Answer qid="k{n}">{answer}</Answer>' for n, (_, answer) in enumerate(answered(name)))
    text = (
        f'<Results><Survey id="1"><Elements lang="EN">{elements}</Elements></Survey><Answers><AnswerSet id="c1" lang="EN">'
        f"{answers}</AnswerSet></Answers></Results>"
    )
    assert odd[0] in text
    return text.replace(*odd).encode()


_ANSWER = '<Answer qid="k3">'
XML = {
    "the identifier": ('id="c1"', f'id="{MARKER}"'),
    "a sentence as identifier": ('id="c1"', f'id="{WORDS}"'),
    "the identifier of a question": ("k3", MARKER),
    "a comment": (_ANSWER, f"{_ANSWER}<!-- {WORDS} --><?x {WORDS}?>"),
    "an attribute": (_ANSWER, f'<Answer qid="k3" note="{WORDS}">'),
    "an element in an answer": (_ANSWER, f"{_ANSWER}<note>{WORDS}</note>"),
    "elements beside answers": ("</AnswerSet>", f"{WORDS}<Note>{WORDS}</Note><Answer qid='k9'>{WORDS}</Answer></AnswerSet>"),
    "a draft": ("</AnswerSet>", f"<Draft><Answer qid='k3'>{WORDS}</Answer></Draft></AnswerSet>"),
    "an element at the end": ("</Answers>", f"</Answers><Notes>{WORDS}</Notes>"),
    "the HTML of a label": ("executive summary", f'&lt;b title="{WORDS}"&gt;executive summary&lt;/b&gt;'),
    "an unknown question": ("</Elements>", "<Question id='k9' type='Free Text'>Commitment?</Question></Elements>"),
    "a text between": (
        '<Question id="k4"',
        f'<Text id="t1" type="Text">III. Self-assessment: {WORDS}</Text><Question id="k4"',
    ),
}  # fmt: skip


def files() -> list[tuple[str, bytes]]:
    """Every odd place, as a name and the bytes of a file."""
    formats: tuple[tuple[str, Callable[[Any], bytes], dict[str, Any]], ...] = (
        ("Markdown", lambda odd: markdown(odd.format(WORDS)), MARKDOWN),
        ("HTML", lambda odd: page(odd.format(WORDS)), PAGE),
        ("Word", lambda odd: word(odd.format(WORDS)), WORD),
        ("PDF", pdf, PDF),
        ("export", export, EXPORT),
        ("export without identifiers", lambda odd: export(odd, about=ABOUT[:1]), {"a row": _row(8), "a cell": _cell(6, 4)}),
        ("sheet", typed, TYPED),
        ("XML", xml, XML),
    )  # fmt: skip
    return [
        (f"{format}: {name}", make(odd)) for format, make, places in formats for name, odd in places.items()
    ]
