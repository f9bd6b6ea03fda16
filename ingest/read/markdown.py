"""Markdown → Form. Knows headings, emphasis, tables and ticks; knows no questionnaire.

Reports reach us as hand conversions of forms: tables are rows of tab-separated cells as often as pipe
tables, radio buttons are HTML inputs, and a label and its answer may share a line.
"""

import html
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace

from ingest.form import Block, Cell, Form, Line, Passage, Place, Row, Source, Table, Tick
from ingest.read.signatures import kind
from ingest.read.unseen import ELEMENTS, PLAIN, Ink, declarations
from regiograph.errors import NotReadable

MEDIA_TYPE = "text/markdown"

_Span = tuple[int, int]
_RawRow = tuple[int, str, list[_Span]]  # line number, the line, where its cells are

_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}[ \t]*$")
_BULLET = re.compile(r"\s*[-+•–·*]\s+(?=\S)|\s*>\s?")
_PIPE_RULE = re.compile(r"\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_INPUT = re.compile(r"<input\b[^>]*>", re.IGNORECASE)
_CHECKED = re.compile(r"\bchecked\b", re.IGNORECASE)
_TICKED = frozenset("☒☑✓✔✗✘●⦿🗹🗷◉xX")
_UNTICKED = frozenset("☐□○◯⬜")
_BRACKET_TICK = re.compile(r"[\[(]([ xX✓✔]?)[\])]$")

_TAG = re.compile(r"""<(/?)([A-Za-z][A-Za-z0-9]*)((?:\s(?:"[^"<]*"|'[^'<]*'|[^<>"']){0,2000})?)/?>""")
_NO_TAG = re.compile(r"<!--.*?(?:-->|\Z)|<!\[CDATA\[.*?\]\]>|<[?!][^<>]*>", re.DOTALL)
_ATTRIBUTE = re.compile(r"""\s([\w:-]+)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s"'>]+))?""")
_KEPT_ATTRIBUTES = frozenset(("type", "checked", "href"))  # what tells a tick, and where a link leads
_LONG = frozenset(
    ("details", "div", "section", "article", "table", "template", "script", "style", "svg", "select")
)
_PARAGRAPH_END = re.compile(r"\n[ \t]*\n")
_VOID = frozenset(
    ("br", "hr", "img", "input", "meta", "link", "base", "wbr", "col", "area", "embed", "source")
)
_BREAKS = re.compile(
    r"</?(?:address|article|aside|blockquote|br|caption|center|dd|details|dialog|div|dl|dt|fieldset|figcaption|"
    r"figure|form|h[1-6]|header|hr|legend|li|main|ol|p|pre|section|summary|table|tbody|td|tfoot|th|thead|tr|ul)"
    r"\b[^<>]*>",
    re.IGNORECASE,
)
"""What begins a new line on the page, in the middle of one of the file."""

_TITLED = re.compile(
    r"<(h[1-6]|summary|legend|caption|dt)\b[^<>]*>((?:(?!</?\1\b).){0,2000})</\1\s*>",
    re.IGNORECASE | re.DOTALL,
)
_UNTITLED = re.compile(r"<details\b[^<>]*>(?!\s*<summary\b)", re.IGNORECASE)
_FOOTNOTE = re.compile(r"^\[\^[^\]\n]{1,40}\]:.*$(?:\n(?: {4}|\t).*$)*", re.MULTILINE)
_DEFINITION = re.compile(
    r"""^ {0,3}\[[^\]\n]{1,200}\]:[ \t]*(?:<[^<>\n]*>|[^\s<]\S*)"""
    r"""(?:[ \t]*\n?[ \t]+(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*$""",
    re.MULTILINE,
)
_PICTURE = re.compile(r"!\[([^\[\]]{1,2000})\](?=[(\[])")
_LINK_TITLE = re.compile(r"""(?<=\])(\([^\s()]+)\s+(?:"[^"\n]*"|'[^'\n]*')(?=\))""")


def recognises(data: bytes) -> bool:
    """Whether the bytes may be text: of no other kind that we know, and without binary data."""
    return kind(data) is None and b"\x00" not in data


def read(source: Source) -> tuple[Form, ...]:
    """The lines and tables of a Markdown text, as one report.

    Raises:
        NotReadable: the bytes are not UTF-8.
    """
    text = _seen(_decode(source))
    return (Form(source=source, media_type=MEDIA_TYPE, blocks=tuple(_blocks(text)), text=text),)


def _decode(source: Source) -> str:
    try:
        return source.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = source.data[: error.start].count(b"\n") + 1
        raise NotReadable(
            f"Line {line} is not UTF-8 (byte 0x{source.data[error.start]:02X}).",
            where=source.name,
            way_out="Save the file with the encoding UTF-8 and send it again.",
        ) from None


def _seen(text: str) -> str:
    """The text as a reader of the page sees it: spaces stand for comments, hidden elements and attributes.

    Footnotes, definitions of links, titles of links and texts of pictures go, too. Every other character
    keeps its place.
    """
    if "<" in text:
        text = _NO_TAG.sub(lambda match: _blank(match[0]), text)
        kept = 0
        pieces: list[str] = []
        for start, end in _unseen(text):
            pieces += text[kept:start], _blank(text[start:end])
            kept = end
        text = "".join((*pieces, text[kept:]))
        text = _TAG.sub(_without_attributes, text)
    if "]" not in text:
        return text
    text = _LINK_TITLE.sub(lambda match: match[1] + _blank(match[0][len(match[1]) :]), text)
    text = _PICTURE.sub(lambda match: f"![{_blank(match[1])}]", text)
    for pattern in (_FOOTNOTE, _DEFINITION):
        text = pattern.sub(lambda match: _blank(match[0]), text)
    return text


def _unseen(text: str) -> Iterator[_Span]:
    """The elements that nobody sees, each with all that is in it."""
    tags = list(_TAG.finditer(text))
    closing = _closing(tags)
    inks = [PLAIN]
    names = [""]
    at = 0
    while at < len(tags):
        closes, name, attributes = tags[at][1], tags[at][2].casefold(), tags[at][3]
        if closes:
            if name in names:
                depth = len(names) - 1 - names[::-1].index(name)
                del names[depth:], inks[depth:]
            at += 1
            continue
        ink = _ink(name, attributes, inks[-1])
        if ink.unseen or name in ELEMENTS or name == "select" or _UNTITLED.match(text, tags[at].start()):
            last = at if name in _VOID else closing.get(at)
            end = _end_of_part(text, tags[at].end(), name) if last is None else tags[last].end()
            yield tags[at].start(), end
            while at < len(tags) and tags[at].start() < end:
                at += 1
            continue
        if name not in _VOID:
            names.append(name)
            inks.append(ink)
        at += 1


def _ink(name: str, attributes: str, inherited: Ink) -> Ink:
    given = {
        match[1].casefold(): html.unescape((match[2] or "").strip("\"'"))
        for match in _ATTRIBUTE.finditer(attributes)
    }
    ink = inherited.over(given.get("color"), given.get("bgcolor")).styled(given.get("style", ""))
    style = dict(declarations(given.get("style", "")))
    gone = style.get("display") == "none" or style.get("visibility") in ("hidden", "collapse")
    gone = gone or "hidden" in given or (name == "input" and given.get("type", "").casefold() == "hidden")
    return replace(ink, hidden=ink.hidden or gone or (name == "dialog" and "open" not in given))


def _closing(tags: Sequence[re.Match[str]]) -> dict[int, int]:
    """Which tag closes the element that another opens, by their numbers."""
    found: dict[int, int] = {}
    opened: dict[str, list[int]] = {}
    for number, tag in enumerate(tags):
        of_name = opened.setdefault(tag[2].casefold(), [])
        if not tag[1]:
            of_name.append(number)
        elif of_name:
            found[of_name.pop()] = number
    return found


def _end_of_part(text: str, start: int, name: str) -> int:
    """Where an element ends that is not closed: with its paragraph; with the text if it may hold several."""
    end = None if name in _LONG else _PARAGRAPH_END.search(text, start)
    return end.start() if end else len(text)


def _without_attributes(tag: re.Match[str]) -> str:
    def kept(attribute: re.Match[str]) -> str:
        return attribute[0] if attribute[1].casefold() in _KEPT_ATTRIBUTES else _blank(attribute[0])

    start, end = (at - tag.start() for at in tag.span(3))
    return tag[0][:start] + _ATTRIBUTE.sub(kept, tag[3]) + tag[0][end:]


def _blank(text: str) -> str:
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _blocks(text: str) -> list[Block]:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    blocks: list[Block] = []
    titles = _titles(text)
    paragraph, tables, number = 0, 0, 0
    while number < len(lines):
        line = lines[number]
        if not line.strip() or _RULE.match(line):
            paragraph += 1
            number += 1
        elif rows := _table_rows(lines, number):
            tables += 1
            blocks.append(_table(rows, tables))
            paragraph += 1
            number = rows[-1][0]
        else:
            end = number
            while end < len(lines) and _continues(lines, end, number):
                end += 1
            blocks += _paragraph(lines[number:end], number + 1, paragraph, titles)
            paragraph += 1
            number = end
    return blocks


def _continues(lines: list[str], at: int, first: int) -> bool:
    """Whether a line belongs to the paragraph that began at `first`."""
    line = lines[at]
    if at == first:
        return True
    if not line.strip() or _RULE.match(line) or _HEADING.match(line) or _HEADING.match(lines[at - 1]):
        return False
    return not _table_rows(lines, at)


def _titles(text: str) -> dict[int, list[tuple[int, int, int]]]:
    """What HTML's headings, summaries and legends say: by line its first and last column, and their level."""
    found: dict[int, list[tuple[int, int, int]]] = {}
    starts = [0, *(match.end() for match in re.finditer("\n", text))] if "</" in text else []
    for match in _TITLED.finditer(text) if starts else ():
        level = int(match[1][1]) if match[1][1:].isdecimal() else 6
        start, end = match.span(2)
        for number in range(bisect_right(starts, start), bisect_right(starts, end) + 1):
            begins = starts[number - 1]
            found.setdefault(number, []).append((max(start - begins, 0), end - begins, level))
    return found


def _paragraph(
    lines: list[str], number: int, paragraph: int, titles: dict[int, list[tuple[int, int, int]]]
) -> list[Block]:
    helps = _is_help("\n".join(lines).strip())
    found: list[Block] = []
    for at, line in enumerate(lines, number):
        heading = _HEADING.match(line)
        start, end = heading.span(2) if heading else (0, len(line))
        if not heading and (bullet := _BULLET.match(line)) and not helps:
            start = bullet.end()
        for first, last in _pieces(line, start, end):
            passage = _passage(line, first, last, at)
            if passage and (_INPUT.search(passage.text) or _TAG.sub("", passage.text).strip()):
                level = next((each[2] for each in titles.get(at, ()) if each[0] <= first < each[1]), 0)
                found.append(
                    Line(
                        passage=passage,
                        paragraph=paragraph,
                        heading=len(heading.group(1)) if heading else level,
                        starred=passage.text.lstrip("* _").startswith("\\*"),
                        help=helps,
                    )
                )
    return found


def _pieces(line: str, start: int, end: int) -> Iterator[_Span]:
    """The parts of a line that stand on lines of their own on the page."""
    if "<" in line:
        for match in _BREAKS.finditer(line, start, end):
            yield start, match.start()
            start = match.end()
    yield start, end


def _is_help(text: str) -> bool:
    """A paragraph set in italics as a whole: `*…*` or `_…_`, not `**bold**`."""
    for mark in "*_":
        if len(text) > 2 and text[0] == mark == text[-1] and text[1] not in mark + " " and text[-2] != mark:
            return mark not in text[1:-1].replace(f"\\{mark}", "").replace(mark * 2, "")
    return False


def _passage(
    line: str, start: int, end: int, number: int, in_table: tuple[int, int, int] | None = None
) -> Passage | None:
    """A part of a line without white space at its ends; `in_table` is its table, row and cell."""
    part = line[start:end]
    text = part.strip()
    if not text:
        return None
    before = start + len(part) - len(part.lstrip())
    table, row, cell = in_table or (None, None, None)
    place = Place(
        line=number,
        column=before + 1,
        end_line=number,
        end_column=before + len(text),
        table=table,
        row=row,
        cell=cell,
    )
    return Passage(text=text, place=place)


def _table_rows(lines: list[str], first: int) -> list[_RawRow]:
    """The rows of the table that begins at a line; none where no table begins."""
    if "\t" in lines[first].strip(" "):
        return list(_tab_rows(lines, first))
    return list(_pipe_rows(lines, first)) if _begins_pipe_table(lines, first) else []


def _tab_rows(lines: list[str], first: int) -> Iterator[_RawRow]:
    for number, line in enumerate(lines[first:], first + 1):
        if "\t" not in line.strip(" ") or not line.strip():
            return
        yield number, line, _spans(line, [match.start() for match in re.finditer(r"\t", line)])


def _begins_pipe_table(lines: list[str], at: int) -> bool:
    line = lines[at].strip()
    follows = lines[at + 1] if at + 1 < len(lines) else ""
    if "|" in line and "|" in follows and _PIPE_RULE.match(follows):
        return True
    return line.startswith("|") and line.endswith("|") and line.count("|") > 2


def _pipe_rows(lines: list[str], first: int) -> Iterator[_RawRow]:
    for number, line in enumerate(lines[first:], first + 1):
        if "|" not in line:
            return
        if not _PIPE_RULE.match(line):
            yield number, line, _pipe_cells(line)


def _pipe_cells(line: str) -> list[_Span]:
    spans = _spans(line, [match.start() for match in re.finditer(r"(?<!\\)\|", line)])
    if line.lstrip().startswith("|"):
        spans = spans[1:]
    if line.rstrip().endswith("|") and not line.rstrip().endswith("\\|"):
        spans = spans[:-1]
    return spans


def _spans(line: str, separators: list[int]) -> list[_Span]:
    starts = [0, *(at + 1 for at in separators)]
    return list(zip(starts, [*separators, len(line)], strict=True))


def _table(raw: list[_RawRow], number: int) -> Table:
    rows = []
    for position, (line_number, line, spans) in enumerate(raw, 1):
        cells = tuple(
            _cell(_passage(line, start, end, line_number, (number, position, column)))
            for column, (start, end) in enumerate(spans, 1)
        )
        rows.append(Row(cells=cells, place=_row_place(line, line_number, number, position)))
    place = replace(
        rows[0].place, end_line=rows[-1].place.line, end_column=rows[-1].place.end_column, row=None
    )
    return Table(rows=tuple(rows), place=place)


def _row_place(line: str, line_number: int, table: int, row: int) -> Place:
    start = len(line) - len(line.lstrip())
    return Place(
        line=line_number,
        column=start + 1,
        end_line=line_number,
        end_column=len(line.rstrip()),
        table=table,
        row=row,
    )


def _cell(passage: Passage | None) -> Cell:
    return Cell(passage=passage, tick=_tick(passage.text) if passage else None)


def _tick(text: str) -> Tick | None:
    """The state of the box or button that a cell is; None where it is none."""
    if inputs := _INPUT.findall(text):
        return Tick.ON if any(_CHECKED.search(tag) for tag in inputs) else Tick.OFF
    bare = text.strip().strip("*").replace("\\", "")
    if bracket := _BRACKET_TICK.match(bare):
        return Tick.ON if bracket.group(1).strip() else Tick.OFF
    if len(bare) == 1:
        return Tick.ON if bare in _TICKED else Tick.OFF if bare in _UNTICKED else None
    return None
