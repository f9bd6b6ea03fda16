"""HTML → Form. Knows headings, tables, lists and form controls; knows no questionnaire.

Read is what a browser shows: values of fields, the chosen entry, boxes with their state; not what is hidden.
What is there but nobody sees, such as white words, is marked so. A folded part stands under its summary.
Places are lines of the original file.
"""

import codecs
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import webencodings
from lxml import etree

from ingest.form import Form, Source, Tick
from ingest.read.bounded import CellCount, check_depth
from ingest.read.layout import SIGNS, Block, Box, Grid, Paragraph, Run, boxed, write
from ingest.read.rendition import Rendition
from ingest.read.unseen import ELEMENTS, PLAIN, Ink
from regiograph.errors import NotReadable

MEDIA_TYPE = "text/html"
MOST_BYTES = 24 * 2**20
MOST_TAGS = 100_000
DEEPEST = 200

_LAST_LINE = 65_535  # libxml2 counts no further

_PROLOGUE = re.compile(r"\ufeff?(?:\s+|<!--.*?-->|<\?xml[^>]*>)*", re.DOTALL)
_DOCUMENT = re.compile(r"<!doctype\s+html\b|<(?:html|head|body)\b", re.IGNORECASE)
_FRAGMENT = re.compile(r"<(?:meta|title|form|table|div|section|main|article|h[1-6]|p|dl|fieldset)\b", re.I)
_MARKDOWN = re.compile(r"^(?:#{1,6}[ \t]|\*\*|\|.*\|[ \t]*$)", re.MULTILINE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}?\bcharset\s*=\s*[\"']?\s*([\w:.-]+)", re.IGNORECASE)
_XML_ENCODING = re.compile(rb"\s*<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([\w:.-]+)", re.IGNORECASE)
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_ENDLESS_TAG = re.compile(rb"<[^<>]{20000,}")
_SIMPLE_SELECTOR = re.compile(r"[\w-]*(?:[.#][\w-]+)?")
_COMPOUND = re.compile(r"[\w-]*(?:[.#][\w-]+)*")
_MOST_NESTED = 2_000  # selectors that name what an element stands in
_TICK_IMAGE = re.compile(r"radio|check|tick", re.IGNORECASE)
_TICKED_IMAGE = re.compile(r"(?<!un)(?<!not[-_ ])(?:checked|selected|ticked)|[-_]on\b", re.IGNORECASE)

_BLOCKS = frozenset(
    ("address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir", "div",
     "dl", "dt", "fieldset", "figcaption", "figure", "form", "header", "hgroup", "hr", "html", "legend", "li",
     "main", "menu", "ol", "p", "pre", "search", "section", "summary", "ul", "caption", "tr", "td", "th",
     "tbody", "thead", "tfoot")
)  # fmt: skip
_NO_VALUE = frozenset(("hidden", "submit", "button", "image", "reset", "password", "file"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BOLD = frozenset(("b", "strong", "th", "dt", "legend", "caption"))
_ITALIC = frozenset(("i", "em", "cite", "dfn"))


def recognises(data: bytes) -> bool:
    """Whether the bytes begin as a web page or a piece of one does."""
    start = data[: 64 * 1024]
    encoding = next((name for bom, name in _BOMS if data.startswith(bom)), "latin-1")
    text = start.decode(encoding, errors="replace").removeprefix("ï»¿")
    match = _PROLOGUE.match(text)
    at = match.end() if match else 0
    if _DOCUMENT.match(text, at):
        return True
    return bool(_FRAGMENT.match(text, at)) and not _MARKDOWN.search(text)


def read(source: Source) -> tuple[Form, ...]:
    """The paragraphs, tables and filled fields of a web page, as one report.

    Raises:
        NotReadable: beyond bounds, or not in the encoding it declares.
    """
    _check_size(source)
    text = _decode(source)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode(), parser)
    except (etree.LxmlError, ValueError):
        root = None
    if root is None:
        raise NotReadable(
            "The web page has no content.",
            where=source.name,
            way_out="Save the page with the filled form on it.",
        )
    check_depth(root, source.name, DEEPEST)
    rendition = Rendition()
    write(_Walk(source, root).blocks(), rendition)
    return (rendition.form(source, MEDIA_TYPE),)


def _check_size(source: Source) -> None:
    too_large = len(source.data) > MOST_BYTES
    if too_large or source.data.count(b"<") > MOST_TAGS or _has_endless_tag(source.data):
        raise NotReadable(
            f"The page is larger than a report: more than {MOST_BYTES // 2**20} MB or {MOST_TAGS} tags.",
            where=source.name,
            way_out="Save only the page with the filled form on it.",
        )


def _has_endless_tag(data: bytes) -> bool:
    """Whether a tag has more attributes than one: pictures within a tag are long too, but have no spaces."""
    return any(len(match[0].split()) > 2_000 for match in _ENDLESS_TAG.finditer(data))


# --- bytes to text ---


def _decode(source: Source) -> str:
    data = source.data
    for bom, name in _BOMS:
        if data.startswith(bom):
            return _decoded(source, data[len(bom) :], name, name)
    declared = _CHARSET.search(data[:4096]) or _XML_ENCODING.match(data)
    label = declared[1].decode("latin-1") if declared else "utf-8"
    encoding = webencodings.lookup(label)
    if encoding is None:
        raise NotReadable(
            f"The page says that its encoding is “{label}”, which no browser knows.",
            where=source.name,
            way_out="Save the page with the encoding UTF-8 and send it again.",
        )
    name = "utf-8" if encoding.name.startswith("utf-16") else encoding.codec_info.name  # as browsers do
    return _decoded(source, data, name, encoding.name)


def _decoded(source: Source, data: bytes, codec: str, label: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise NotReadable(
            f"Line {line} is not in the encoding {label} (byte 0x{data[error.start]:02X}).",
            where=source.name,
            way_out="Save the page with the encoding UTF-8, declared in it, and send it again.",
        ) from None


# --- how things look ---


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    bold: bool = False
    italic: bool = False
    kept: bool = False  # line breaks and spaces are kept as typed
    heading: int = 0
    hidden: bool = False
    ink: Ink = PLAIN

    def styled(self, style: str) -> "_Look":
        """With the declarations of a style applied."""
        if not style:
            return self
        look = replace(self, ink=self.ink.styled(style))
        for declaration in style.casefold().split(";"):
            name, _, value = declaration.partition(":")
            value = value.replace("!important", "").strip()
            match name.strip():
                case "display":
                    look = replace(look, hidden=value == "none")
                case "visibility":
                    look = replace(look, hidden=value in ("hidden", "collapse"))
                case "font-weight":
                    look = replace(look, bold=value in ("bold", "bolder", "600", "700", "800", "900"))
                case "font-style":
                    look = replace(look, italic=value in ("italic", "oblique"))
                case "white-space":
                    look = replace(look, kept=value.startswith(("pre", "break-spaces")))
        return look


class _Sheet:
    """The style sheets in a page, as far as their selectors are simple: `td`, `.help`, `p.help`, `#intro`.

    Of those that name what an element stands in (`.box > p`), all steps count as "somewhere within".
    """

    def __init__(self, root: etree._Element) -> None:
        self._styles: dict[str, str] = {}
        self._nested: dict[str, list[tuple[list[str], str]]] = {}  # by the name, class or id of the innermost
        left = _MOST_NESTED
        for element in root.iter("style"):
            for selectors, style in _rules(element.text or ""):
                for selector in selectors.split(","):
                    if _SIMPLE_SELECTOR.fullmatch(selector.strip()):
                        key = selector.strip()
                        self._styles[key] = f"{self._styles.get(key, '')[-500:]};{style[-500:]}"
                        continue
                    parts = selector.replace(">", " ").split()
                    if left and 0 < len(parts) <= 8 and all(map(_COMPOUND.fullmatch, parts)):
                        left -= 1
                        key = (re.findall(r"^[\w-]+|[.#][\w-]+", parts[-1]) or [""])[-1]
                        self._nested.setdefault(key, []).append((parts, style[-500:]))

    def look(self, element: etree._Element, tag: str, inherited: _Look) -> _Look:
        """How an element looks that stands where things look as `inherited`."""
        look = _Look(
            bold=inherited.bold or tag in _BOLD,
            italic=inherited.italic or tag in _ITALIC,
            kept=inherited.kept or tag in ("pre", "textarea"),
            heading=_heading(element, tag) or inherited.heading,
            hidden=inherited.hidden,
            ink=inherited.ink.over(element.get("color"), element.get("bgcolor")),
        )
        for style in self._styles_of(element, tag):
            look = look.styled(style)
        look = look.styled(element.get("style") or "")
        closed = (tag == "dialog" and element.get("open") is None) or (
            tag == "details" and not any(_tag(child) == "summary" for child in element)
        )
        if not look.hidden and (closed or element.get("hidden") is not None):
            look = replace(look, hidden=True)
        return look

    def _styles_of(self, element: etree._Element, tag: str) -> Iterator[str]:
        """What the sheets say of an element: of its tag, its classes, both together, its name."""
        if not self._styles and not self._nested:
            return
        classes = (element.get("class") or "").split()[:20]
        keys = [tag, *(f".{name}" for name in classes), *(f"{tag}.{name}" for name in classes)]
        for key in (*keys, f"#{element.get('id') or ''}"):
            if style := self._styles.get(key):
                yield style
            for parts, style in self._nested.get(key, ()):
                if _is_at(element, parts):
                    yield style


def _is_at(element: etree._Element, parts: Sequence[str]) -> bool:
    """Whether an element is what the last part of a selector says, within what the parts before say."""
    if not _fits(element, parts[-1]):
        return False
    outer = list(parts[:-1])
    for ancestor in element.iterancestors():
        if outer and _fits(ancestor, outer[-1]):
            outer.pop()
    return not outer


def _fits(element: etree._Element, compound: str) -> bool:
    classes = (element.get("class") or "").split()[:20]
    return all(
        name[1:] in classes
        if name[0] == "."
        else name[1:] == element.get("id")
        if name[0] == "#"
        else name.casefold() == _tag(element)
        for name in re.findall(r"^[\w-]+|[.#][\w-]+", compound)
    )


def _rules(sheet: str) -> Iterator[tuple[str, str]]:
    """The selectors and styles of a style sheet; not what holds for some media only."""
    sheet = "".join(part.rpartition("*/")[2] for part in f"*/{sheet}".split("/*"))
    sheet = sheet.replace("<!--", "").replace("-->", "")
    depth, start, selectors = 0, 0, ""
    for brace in re.finditer(r"[{}]", sheet):
        if brace[0] == "{":
            selectors = selectors if depth else sheet[start : brace.start()].rpartition(";")[2].strip()
            depth += 1
        else:
            depth = max(0, depth - 1)
            if not depth and not selectors.startswith("@"):
                yield selectors, sheet[start : brace.start()]
        start = brace.end()


def _heading(element: etree._Element, tag: str) -> int:
    if tag in _HEADINGS:
        return _HEADINGS[tag]
    if tag == "summary":
        return 6
    level = element.get("aria-level") or ""
    return min(int(level), 6) if level and re.fullmatch(r"[1-9]", level) else 0


# --- the walk ---


class _Walk:
    """Walks the tree in document order and notes at which line of the file it is."""

    def __init__(self, source: Source, root: etree._Element) -> None:
        self._root = root
        self._sheet = _Sheet(root)
        self._cells = CellCount(source)
        self._line = 1
        self._start = 1  # line of the first word of the paragraph we are in
        self._heading = 0
        self._begun = False  # whether the paragraph we are in has a word yet
        self._runs: list[Run] = []
        self._blocks: list[Block] = []

    def blocks(self) -> list[Block]:
        """All paragraphs and tables of the page."""
        self._element(self._root, _Look())
        self._flush()
        return self._blocks

    def _element(self, element: etree._Element, inherited: _Look) -> None:
        tag = _tag(element)
        self._line = _line(element, self._line)
        if tag in ELEMENTS:
            self._skip(element)
            return
        look = self._sheet.look(element, tag, inherited)
        if look.hidden:
            self._skip(element)
        elif tag == "table":
            self._table(element, look)
        elif tag == "br":
            self._add(Run(text="\n"))
        elif (tick := _tick(element, tag)) is not None:
            self._add(Run(text=SIGNS[tick], tick=tick))
        elif tag in ("input", "select", "textarea"):
            self._field(element, tag, look)
        elif tag == "a":
            self._link(element, look)
        elif tag in _BLOCKS or (look.heading and not inherited.heading):
            self._flush()
            self._heading = look.heading
            self._inside(element, look)
            self._flush()
            self._heading = inherited.heading
        else:
            self._inside(element, look)

    def _inside(self, element: etree._Element, look: _Look) -> None:
        self._text(element.text, look)
        for child in element:
            self._element(child, look)
            self._text(child.tail, look)

    def _skip(self, element: etree._Element) -> None:
        self._line += sum(str(text).count("\n") for text in element.itertext())

    # --- text ---

    def _text(self, text: str | None, look: _Look) -> None:
        if not text:
            return
        before = text[: len(text) - len(text.lstrip())].count("\n")
        self._line += before
        shown = text.replace("\r", "") if look.kept else re.sub(r"[ \t\r\n\f]+", " ", text)
        if not look.kept and (not self._runs or self._runs[-1].text.endswith((" ", "\n"))):
            shown = shown.removeprefix(" ")
        for run in boxed(shown, bold=look.bold, italic=look.italic, unseen=look.ink.unseen):
            self._add(run)
        self._line += text.count("\n") - before

    def _add(self, run: Run) -> None:
        if not self._begun and run.text.strip():
            self._begun, self._start = True, self._line
        self._runs.append(run)

    def _flush(self) -> None:
        """End the paragraph we are in."""
        if self._begun:
            self._blocks.append(
                Paragraph(runs=tuple(self._runs), path=_path(self._start), heading=self._heading)
            )
        self._runs, self._begun = [], False

    def _link(self, element: etree._Element, look: _Look) -> None:
        first = len(self._runs)
        self._inside(element, look)
        words = "".join(run.text for run in self._runs[first:])
        address = (element.get("href") or "").strip()
        if not re.fullmatch(r"https?://\S+", address, re.IGNORECASE) or not words.strip():
            return
        if _bare(address) not in _bare(words):
            self._add(Run(text=f" <{address}>", bold=look.bold, italic=look.italic))

    # --- form controls ---

    def _field(self, element: etree._Element, tag: str, look: _Look) -> None:
        """A field's value is a paragraph of its own, behind its label."""
        self._flush()
        look = replace(look, bold=False, italic=False, kept=True)
        if tag == "select":
            for value in _selected(element):
                self._text(value, look)
                self._flush()
        elif tag == "textarea":
            self._text("".join(str(text) for text in element.itertext()).strip("\n"), look)
        elif (element.get("type") or "text").casefold() not in _NO_VALUE:
            self._text(element.get("value"), look)
        self._flush()

    # --- tables ---

    def _table(self, table: etree._Element, look: _Look) -> None:
        self._flush()
        where = _path(self._line)
        rows: list[tuple[Box, ...]] = []
        covered: dict[int, int] = {}  # rows still covered by a cell above, by column
        for row in self._rows(table, look):
            rows.append(tuple(self._boxes(row, look, covered)))
        self._blocks.append(Grid(rows=tuple(rows), path=where))

    def _rows(self, parent: etree._Element, look: _Look) -> Iterator[etree._Element]:
        """The rows of a table; what else stands in it goes before the table."""
        for child in parent:
            tag = _tag(child)
            if tag == "tr":
                if not self._sheet.look(child, tag, look).hidden:
                    yield child
            elif tag in ("thead", "tbody", "tfoot", "form"):
                if not self._sheet.look(child, tag, look).hidden:
                    yield from self._rows(child, look)
            else:
                self._element(child, look)
                self._flush()

    def _boxes(self, row: etree._Element, look: _Look, covered: dict[int, int]) -> Iterator[Box]:
        self._line = _line(row, self._line)
        look = replace(self._sheet.look(row, "tr", look), hidden=False)
        column = 0
        for cell in row:
            if _tag(cell) not in ("td", "th") or self._sheet.look(cell, _tag(cell), look).hidden:
                continue
            while covered.get(column):
                yield self._covered(column, covered)
                column += 1
            box = self._box(cell, look)
            down = _span(cell, "rowspan", 100) - 1
            for at in range(column, column + box.columns):
                covered[at] = down
            column += box.columns
            yield box
        for at in sorted(at for at, left in covered.items() if left and at >= column):
            yield self._covered(at, covered)

    def _covered(self, column: int, covered: dict[int, int]) -> Box:
        covered[column] -= 1
        self._cells.add(1)
        return Box(path=_path(self._line), below=True)

    def _box(self, cell: etree._Element, look: _Look) -> Box:
        tag = _tag(cell)
        columns = _span(cell, "colspan", 60)
        self._cells.add(columns)
        outer, self._blocks = self._blocks, []
        self._element(cell, look)
        self._flush()
        inner, self._blocks = self._blocks, outer
        path = inner[0].path if inner else _path(_line(cell, self._line))
        return Box(blocks=tuple(inner), path=path, columns=columns, header=tag == "th")


def _path(line: int) -> str:
    if line >= _LAST_LINE:
        return f"beyond line {_LAST_LINE - 1} of the HTML source"
    return f"line {line} of the HTML source"


def _line(element: etree._Element, otherwise: int) -> int:
    """Where the tag of an element ends in the file."""
    line: object = element.sourceline
    return line if isinstance(line, int) and line > 0 else otherwise


def _tag(element: etree._Element) -> str:
    """The name of an element, without the prefix that Word's pages give some."""
    return element.tag.casefold() if isinstance(element.tag, str) else ""


def _span(cell: etree._Element, name: str, most: int) -> int:
    value = (cell.get(name) or "").strip()
    return max(1, min(int(value), most)) if re.fullmatch(r"[0-9]{1,6}", value) else 1


def _tick(element: etree._Element, tag: str) -> Tick | None:
    """The state of a box or button: a control, a role, or the picture of one."""
    if tag == "input" and (element.get("type") or "").strip().casefold() in ("radio", "checkbox"):
        return Tick.OFF if element.get("checked") is None else Tick.ON
    if (element.get("role") or "") in ("radio", "checkbox") and not len(element):
        return Tick.ON if element.get("aria-checked") == "true" else Tick.OFF
    if tag == "img":
        name = (element.get("src") or "").rpartition("/")[2][-80:] + " " + (element.get("alt") or "")[:80]
        if _TICK_IMAGE.search(name) and not (element.get("src") or "").startswith("data:"):
            return Tick.ON if _TICKED_IMAGE.search(name) else Tick.OFF
    return None


def _selected(element: etree._Element) -> Iterable[str]:
    """The entries chosen in a list. Without a mark a browser shows the first, but nobody chose it."""
    for option in element.iter("option"):
        if option.get("selected") is not None and option.get("value") != "":
            yield " ".join("".join(str(text) for text in option.itertext()).split())


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|/$", "", address.strip().casefold())
