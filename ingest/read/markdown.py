"""Markdown → Form. Knows headings, emphasis, tables and ticks; knows no questionnaire.

Reports reach us as hand conversions of forms: tables are rows of tab-separated cells as often as pipe
tables, radio buttons are HTML inputs, and a label and its answer may share a line.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ingest.form import Block, Cell, Form, Line, Passage, Place, Row, Source, Table, Tick
from ingest.read.signatures import kind
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

_TAG = re.compile(r"<\w[^<>]*>")
_UNSEEN = (
    re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL),
    re.compile(r"<(script|style|template)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE),
    re.compile(
        r"<(\w+)\b[^<>]*(?:\shidden\b|display\s*:\s*none|visibility\s*:\s*hidden)[^<>]*>[^<>]*</\1\s*>",
        re.IGNORECASE,
    ),
    re.compile(r"<input\b[^<>]*\bhidden\b[^<>]*>", re.IGNORECASE),
)
_UNSEEN_ATTRIBUTE = re.compile(
    r"""\s(?:title|alt|value|placeholder|aria-\w+|data-[\w-]+)\s*=\s*(?:"[^"]*"|'[^']*')""", re.IGNORECASE
)
_FOOTNOTE = re.compile(r"^\[\^[^\]\n]{1,40}\]:.*$", re.MULTILINE)
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

    Footnotes and titles of links go, too. Every other character keeps its place.
    """
    if "<" in text:
        for pattern in _UNSEEN:
            text = pattern.sub(lambda match: _blank(match[0]), text)
        text = _TAG.sub(lambda tag: _UNSEEN_ATTRIBUTE.sub(lambda match: _blank(match[0]), tag[0]), text)
    if "](" in text:
        text = _LINK_TITLE.sub(lambda match: match[1] + _blank(match[0][len(match[1]) :]), text)
    return _FOOTNOTE.sub(lambda match: _blank(match[0]), text) if "[^" in text else text


def _blank(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _blocks(text: str) -> list[Block]:
    lines = [line.rstrip("\r") for line in text.split("\n")]
    blocks: list[Block] = []
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
            blocks += _paragraph(lines[number:end], number + 1, paragraph)
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


def _paragraph(lines: list[str], number: int, paragraph: int) -> list[Block]:
    helps = _is_help("\n".join(lines).strip())
    found: list[Block] = []
    for offset, line in enumerate(lines):
        heading = _HEADING.match(line)
        start, end = heading.span(2) if heading else (0, len(line))
        if not heading and (bullet := _BULLET.match(line)) and not helps:
            start = bullet.end()
        passage = _passage(line, start, end, number + offset)
        if passage:
            found.append(
                Line(
                    passage=passage,
                    paragraph=paragraph,
                    heading=len(heading.group(1)) if heading else 0,
                    starred=passage.text.lstrip("* _").startswith("\\*"),
                    help=helps,
                )
            )
    return found


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
