"""A Markdown report, set out again the way people set out Word documents and web pages."""

import html
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph

from ingest.form import Form, Line, Table, Tick

Runs = list[tuple[str, bool]]  # text, bold


@dataclass(frozen=True)
class Text:
    """A paragraph of the Markdown: its lines, each a list of runs."""

    lines: list[Runs]
    heading: int
    help: bool

    @property
    def bold(self) -> bool:
        return self.heading > 0 or all(bold for line in self.lines for text, bold in line if text.strip())


@dataclass(frozen=True)
class Rows:
    """A table: cells are text, or a tick."""

    rows: list[list[str | Tick]]


def parts(form: Form) -> Iterator[Text | Rows]:
    """What the Markdown holds, without its marks."""
    for _, group in groupby(
        form.blocks, lambda block: block.paragraph if isinstance(block, Line) else id(block)
    ):
        blocks = list(group)
        if isinstance(blocks[0], Table):
            yield Rows([[cell.tick or cell.text for cell in row.cells] for row in blocks[0].rows])
        else:
            lines = [runs(block.passage.text, block.help) for block in blocks if isinstance(block, Line)]
            yield Text(lines, blocks[0].heading, blocks[0].help)


def runs(text: str, help: bool) -> Runs:
    text = re.sub(r"\\(?=\W)", "", text.strip("*_") if help else text)
    pieces = text.split("**")
    found = [(piece, bool(at % 2)) for at, piece in enumerate(pieces) if piece]
    return [(re.sub(r"^<(http.*)>$", r"\1", piece), bold) for piece, bold in found]


def words(line: Runs) -> str:
    return "".join(text for text, _ in line)


# --- Word ---

CHECKBOX = """<w:sdt {ns} xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"><w:sdtPr>
<w14:checkbox><w14:checked w14:val="{on}"/></w14:checkbox></w:sdtPr>
<w:sdtContent><w:r><w:t>{sign}</w:t></w:r></w:sdtContent></w:sdt>"""
FORM_CHECKBOX = """<w:r {ns}><w:fldChar w:fldCharType="begin"><w:ffData><w:name w:val="Check1"/><w:checkBox>
<w:sizeAuto/><w:default w:val="0"/>{on}</w:checkBox></w:ffData></w:fldChar><w:instrText> FORMCHECKBOX </w:instrText>
<w:fldChar w:fldCharType="separate"/><w:fldChar w:fldCharType="end"/></w:r>"""
SYMBOL = '<w:r {ns}><w:sym w:font="Wingdings" w:char="{on}"/></w:r>'
TEXT_BOX = """<w:r {ns} xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"
xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"
xmlns:v="urn:schemas-microsoft-com:vml"><mc:AlternateContent>
<mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>
</wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox><w:txbxContent>{content}</w:txbxContent>
</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"""
PARAGRAPH = '<w:p {ns}><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def xml(template: str, **values: str) -> object:
    return parse_xml(template.format(ns=nsdecls("w"), **values))


def sign_tick(paragraph: Paragraph, tick: Tick) -> None:
    paragraph.add_run("☒" if tick is Tick.ON else "☐")


def control_tick(paragraph: Paragraph, tick: Tick) -> None:
    on = tick is Tick.ON
    paragraph._p.append(xml(CHECKBOX, on="1" if on else "0", sign="☒" if on else "☐"))


def field_tick(paragraph: Paragraph, tick: Tick) -> None:
    paragraph._p.append(xml(FORM_CHECKBOX, on="<w:checked/>" if tick is Tick.ON else ""))


def symbol_tick(paragraph: Paragraph, tick: Tick) -> None:
    paragraph._p.append(xml(SYMBOL, on="F0FE" if tick is Tick.ON else "F0A8"))


def x_tick(paragraph: Paragraph, tick: Tick) -> None:
    if tick is Tick.ON:
        paragraph.add_run("x")


class Word:
    """A plain Word document: headings by style, labels in bold, a table per table."""

    tick: Callable[[Paragraph, Tick], None] = staticmethod(sign_tick)

    def __init__(self) -> None:
        self.document: Document = docx.Document()

    def bytes(self, form: Form) -> bytes:
        for part in parts(form):
            if isinstance(part, Rows):
                self.table(part)
            else:
                self.text(part)
        stream = io.BytesIO()
        self.document.save(stream)
        return stream.getvalue()

    def text(self, part: Text) -> None:
        if part.heading:
            self.document.add_heading(words(part.lines[0]), part.heading)
        else:
            self.fill(self.document.add_paragraph(), part)

    def fill(self, paragraph: Paragraph, part: Text) -> None:
        for number, line in enumerate(part.lines):
            if number:
                paragraph.add_run().add_break()
            for text, bold in line:
                run = paragraph.add_run(text)
                run.bold = bold or None
                run.italic = part.help or None

    def table(self, part: Rows) -> None:
        width = max(len(row) for row in part.rows)
        table = self.document.add_table(rows=len(part.rows), cols=width)
        for row, values in zip(table.rows, part.rows, strict=True):
            for cell, value in zip(row.cells, values, strict=False):
                self.cell(cell.paragraphs[0], value)

    def cell(self, paragraph: Paragraph, value: str | Tick) -> None:
        if isinstance(value, Tick):
            type(self).tick(paragraph, value)
        else:
            paragraph.add_run(value)


class OwnStyles(Word):
    """Headings by a style of another name with an outline level; boxes are content controls; lines are paragraphs."""

    tick = staticmethod(control_tick)

    def __init__(self) -> None:
        super().__init__()
        for level in range(1, 7):
            style = self.document.styles.add_style(f"Kapitel {level}", 1)
            style.element.get_or_add_pPr().append(
                xml('<w:outlineLvl {ns} w:val="{level}"/>', level=str(level - 1))
            )

    def text(self, part: Text) -> None:
        if part.heading:
            self.document.add_paragraph(words(part.lines[0]), style=f"Kapitel {part.heading}")
        elif part.bold or part.help:
            super().text(part)
        else:
            for line in part.lines:
                self.fill(self.document.add_paragraph(), Text([line], 0, False))


class BoldOnly(Word):
    """No styles at all: headings are larger bold text; boxes are legacy form fields."""

    tick = staticmethod(field_tick)

    def text(self, part: Text) -> None:
        paragraph = self.document.add_paragraph()
        if part.heading:
            run = paragraph.add_run(words(part.lines[0]))
            run.bold, run.font.size = True, Pt(16)
        else:
            self.fill(paragraph, part)


class Boxed(Word):
    """Each answer in a table of one cell, as forms in Word have it; boxes are Wingdings."""

    tick = staticmethod(symbol_tick)

    def text(self, part: Text) -> None:
        if part.bold or part.help or (len(part.lines) == 1 and part.lines[0][0][1]):
            super().text(part)
        else:
            cell = self.document.add_table(rows=1, cols=1).cell(0, 0)
            self.fill(cell.paragraphs[0], part)


class Framed(Word):
    """The whole form in one table, labels and answers in merged cells, the data in nested tables."""

    def __init__(self) -> None:
        super().__init__()
        self.frame = self.document.add_table(rows=0, cols=2)

    def text(self, part: Text) -> None:
        row = self.frame.add_row()
        self.fill(row.cells[0].merge(row.cells[1]).paragraphs[0], part)

    def table(self, part: Rows) -> None:
        row = self.frame.add_row()
        cell = row.cells[0].merge(row.cells[1])
        table = cell.add_table(rows=len(part.rows), cols=max(len(each) for each in part.rows))
        for made, values in zip(table.rows, part.rows, strict=True):
            for inner, value in zip(made.cells, values, strict=False):
                self.cell(inner.paragraphs[0], value)


class Reviewed(Word):
    """With tracked changes, hidden text, comments in header and footer, text boxes and content controls."""

    def text(self, part: Text) -> None:
        super().text(part)
        paragraph = self.document.paragraphs[-1]
        deleted = '<w:del {ns} w:id="1" w:author="A"><w:r><w:delText>Deleted words</w:delText></w:r></w:del>'
        paragraph._p.append(xml(deleted))
        if not part.bold and not part.help and len(part.lines) > 1:
            run = paragraph.add_run("Hidden words")
            run.font.hidden = True
        if not part.bold and not part.help and len(part.lines) == 1 and not part.lines[0][0][1]:
            text = html.escape(words(part.lines[0]))
            element = paragraph._p
            for child in list(element):
                if child.tag in (qn("w:r"), qn("w:del")):
                    element.remove(child)
            element.append(xml(TEXT_BOX, content=PARAGRAPH.format(ns="", text=text)))

    def bytes(self, form: Form) -> bytes:
        section = self.document.sections[0]
        section.header.paragraphs[0].text = "Reporting period: 2031"
        section.footer.paragraphs[0].text = "Start date of your partnership"
        return super().bytes(form)


class Tabbed(Word):
    """Tables pasted as text with tab stops; a tick is an x."""

    tick = staticmethod(sign_tick)

    def table(self, part: Rows) -> None:
        for row in part.rows:
            texts = [cell if isinstance(cell, str) else "☒" if cell is Tick.ON else "☐" for cell in row]
            self.document.add_paragraph("\t".join(texts))


class Titled(Word):
    """The question above a table stands in its first row, merged over all columns."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting: Text | None = None

    def text(self, part: Text) -> None:
        if self.waiting:
            super().text(self.waiting)
        self.waiting = part

    def table(self, part: Rows) -> None:
        super().table(part)
        if self.waiting:
            table = self.document.tables[-1]
            table._tbl.insert(2, table.add_row()._tr)
            first = table.rows[0].cells
            self.fill(first[0].merge(first[-1]).paragraphs[0], self.waiting)
            self.waiting = None


WORD = (Word, OwnStyles, BoldOnly, Boxed, Framed, Reviewed, Tabbed, Titled)


# --- web pages ---


def inline(part: Text) -> str:
    lines = (
        "".join(f"<b>{html.escape(text)}</b>" if bold else html.escape(text) for text, bold in line)
        for line in part.lines
    )
    text = "<br>\n".join(lines)
    return f"<i>{text}</i>" if part.help else text


class Page:
    """A plain page: h1–h6, p, table with th, radio buttons."""

    head = '<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>Report</title></head><body>\n'
    encoding = "utf-8"

    def __init__(self) -> None:
        self.out: list[str] = []

    def bytes(self, form: Form) -> bytes:
        for part in parts(form):
            if isinstance(part, Rows):
                self.table(part)
            else:
                self.text(part)
        return (self.head + "\n".join(self.out) + "\n</body></html>").encode(
            self.encoding, "xmlcharrefreplace"
        )

    def text(self, part: Text) -> None:
        if part.heading:
            self.out.append(f"<h{part.heading}>{inline(part)}</h{part.heading}>")
        else:
            self.out.append(f"<p>{inline(part)}</p>")

    def table(self, part: Rows) -> None:
        self.out.append("<table>")
        for number, row in enumerate(part.rows):
            tag = "td" if number else "th"
            self.out.append("<tr>" + "".join(f"<{tag}>{self.cell(cell)}</{tag}>\n" for cell in row) + "</tr>")
        self.out.append("</table>")

    def cell(self, cell: str | Tick) -> str:
        if isinstance(cell, str):
            return html.escape(cell)
        return f'<input type="radio"{" checked" if cell is Tick.ON else ""}>'


class Fields(Page):
    """A filled web form: label, legend, input, textarea."""

    def text(self, part: Text) -> None:
        if part.heading == 3 or part.bold:
            label = inline(part).replace("<b>", "").replace("</b>", "")
            self.out.append(f"<fieldset><legend>{label}</legend></fieldset>")
        elif part.heading or part.help or part.lines[0][0][1]:
            super().text(part)
        elif len(part.lines) == 1 and len(words(part.lines[0])) < 60:
            self.out.append(f'<input type="text" value="{html.escape(words(part.lines[0]))}">')
        else:
            text = "\n".join(words(line) for line in part.lines)
            self.out.append(f"<textarea rows=3>\n{html.escape(text)}</textarea>")

    def cell(self, cell: str | Tick) -> str:
        if isinstance(cell, Tick):
            return super().cell(cell)
        return f'<input value="{html.escape(cell)}">' if len(cell) > 2 else cell


class FromWord(Page):
    """What Word saves as a filtered page, in an old encoding."""

    head = (
        '<html xmlns:o="urn:schemas-microsoft-com:office:office">\n<head>\n<meta http-equiv=Content-Type '
        'content="text/html; charset=windows-1252">\n<style>\n<!--\n p.MsoNormal {margin:0cm; font-size:11.0pt;}\n'
        " span.MsoHint {font-style:italic}\n-->\n</style>\n</head>\n<body lang=EN-GB>\n<div class=WordSection1>\n"
    )
    encoding = "cp1252"

    def text(self, part: Text) -> None:
        text = inline(part).replace("<i>", "<span class=MsoHint>").replace("</i>", "</span>")
        tag, look = (f"h{part.heading}", "") if part.heading else ("p", " class=MsoNormal")
        wrapped = re.sub(r"(?<=\w) (?=\w)", "\n", text, count=5)
        self.out.append(f"<{tag}{look}><span lang=EN-US>{wrapped}<o:p></o:p></span></{tag}>")

    def cell(self, cell: str | Tick) -> str:
        text = html.escape(cell) if isinstance(cell, str) else "☒" if cell is Tick.ON else "☐"
        return f"<p class=MsoNormal><span lang=EN-US>{text or '&nbsp;'}</span></p>"


class Divs(Page):
    """Sections with divs and styles, hidden parts in between; ticks are pictures."""

    head = (
        "<html><head><meta charset=utf-8><style>.label {font-weight: bold} .off, .gone {display: none}"
        " @media print { .label {display:none} }</style></head><body><nav>Reporting period</nav>"
    )

    def text(self, part: Text) -> None:
        if part.heading:
            self.out.append(f'<div class="sectiontitle" aria-level="{part.heading}">{inline(part)}</div>')
        elif part.bold:
            self.out.append(f'<div class="label">{inline(part).replace("b>", "span>")}</div>')
        else:
            self.out.append(f'<div class="off">Hidden words</div><div>{inline(part)}</div>')
            self.out.append('<span style="display: none">Hidden words</span><script>let words</script>')

    def cell(self, cell: str | Tick) -> str:
        if isinstance(cell, Tick):
            return f'<img src="images/radiobutton{"checked" if cell is Tick.ON else ""}.png"/>'
        return html.escape(cell)


class Frames(Page):
    """Everything in layout tables, as pages had it."""

    head = "<html><body bgcolor=white><meta charset=utf-8><table width=100%><tr><td colspan=2>Logo</td></tr>"

    def text(self, part: Text) -> None:
        self.out.append(
            f"<tr><td colspan=2>{inline(part) if not part.heading else '<b>' + inline(part) + '</b>'}"
        )

    def table(self, part: Rows) -> None:
        self.out.append("<tr><td colspan=2>")
        super().table(part)


class Listed(Page):
    """A definition list of questions and answers."""

    def text(self, part: Text) -> None:
        tag = "dt" if part.bold else "dd"
        self.out.append(f"<{tag}>{inline(part)}</{tag}>" if not part.heading else f"<h4>{inline(part)}</h4>")


PAGES = (Page, Fields, FromWord, Divs, Frames, Listed)
