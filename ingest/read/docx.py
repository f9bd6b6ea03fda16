"""Word (.docx) → Form. Knows paragraphs, tables, fields and controls; knows no questionnaire.

Read is what a person sees on the page: tracked insertions but not deletions, the entry chosen in a list but
not its placeholder. Not read are hidden text, headers, footers, notes, comments and tables of contents; what
is there but nobody sees, such as white words, is marked so.
python-docx shows neither controls nor text boxes nor form fields, so the XML is walked as it is; local names
are compared, for Word writes the same elements in two namespaces (transitional and strict).
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from lxml import etree

from ingest.form import Form, Source, Tick
from ingest.read.bounded import CellCount, Container
from ingest.read.layout import SIGNS, Block, Box, Grid, Paragraph, Run, boxed, write
from ingest.read.rendition import Rendition
from ingest.read.unseen import BLACK, WHITE, Colour, alike, colour, too_small
from regiograph.errors import NotReadable

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

_HEADING = re.compile(
    r"(?:heading|überschrift|titre|título|titolo|título|kop|nagłówek|rubrik|overskrift|otsikko|nadpis|címsor"
    r"|titlu|naslov|pealkiri|virsraksts|antraštė|заглавие|επικεφαλίδα)[ _-]?([1-9])\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_FIELD_ADDRESS = re.compile(r'\s*HYPERLINK\s+"(https?://[^"\s]+)"', re.IGNORECASE)
_LINES_ONLY = frozenset(("textWrapping", ""))
_NOT_READ = frozenset(
    ("del", "moveFrom", "pPr", "rPr", "instrText", "delText", "delInstrText", "footnoteReference")
)

_WINGDINGS = {
    "wingdings": {0x6F: "☐", 0x71: "☐", 0x72: "☐", 0xA8: "☐", 0xA1: "○", 0x6C: "●", 0xA4: "◉", 0x78: "☒",
                  0xFB: "✗", 0xFC: "✓", 0xFD: "☒", 0xFE: "☑"},
    "wingdings 2": {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0xA3: "☐", 0x99: "○",
                    0x9E: "◉"},
    "webdings": {0x61: "✓", 0x63: "☐", 0x67: "☒", 0x72: "✗"},
}  # fmt: skip


def recognises(data: bytes) -> bool:
    """Whether the bytes are, or were, a ZIP container with a Word document in it."""
    if not data.startswith(b"PK\x03\x04"):
        return False
    with suppress(NotReadable):
        names = Container(Source(name="", data=data)).names
        return any(name.startswith("word/") for name in names)
    return b"word/document.xml" in data  # damaged, beyond bounds or protected: reading says which


def read(source: Source) -> tuple[Form, ...]:
    """The paragraphs and tables of a Word document, as one report.

    Raises:
        NotReadable: damaged, protected, beyond bounds, or not a Word document.
    """
    package = _Package(source)
    document = package.xml(package.main)
    body = next((each for each in document if _name(each) == "body"), None)
    if _name(document) != "document" or body is None:
        raise NotReadable(
            "The file has no Word document in it.",
            where=source.name,
            way_out="Open it in Word, save it as .docx and send that file.",
        )
    rendition = Rendition()
    write(_Walk(package).blocks(body, ""), rendition)
    return (rendition.form(source, MEDIA_TYPE),)


class _Package:
    """The parts of a .docx that reading needs."""

    def __init__(self, source: Source) -> None:
        self._container = Container(source)
        self.cells = CellCount(source)
        self._names = frozenset(self._container.names)
        self.main = next(iter(self._targets("", "/officeDocument").values()), "word/document.xml")
        self.styles = _Styles(self._styles())
        self.addresses = {
            key: target
            for key, target in self._targets(self.main, "/hyperlink").items()
            if _ADDRESS.fullmatch(target)
        }

    def xml(self, name: str) -> etree._Element:
        """The root of a part."""
        return self._container.xml(name)

    def _styles(self) -> etree._Element | None:
        name = next(iter(self._targets(self.main, "/styles").values()), "")
        return self.xml(name) if name in self._names else None

    def _targets(self, part: str, kind: str) -> dict[str, str]:
        """What a part refers to, by relationship id: names of parts, or addresses."""
        folder, name = posixpath.split(part)
        relationships = posixpath.join(folder, "_rels", f"{name}.rels")
        if relationships not in self._names:
            return {}
        found: dict[str, str] = {}
        for each in self.xml(relationships):
            target = each.get("Target") or ""
            if (each.get("Type") or "").endswith(kind) and target:
                outside = each.get("TargetMode") == "External"
                inside = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
                found[each.get("Id") or ""] = target if outside else inside
        return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """What the style of a text says; None where it says nothing."""

    bold: bool | None = None
    italic: bool | None = None
    hidden: bool | None = None
    level: int | None = None  # outline level, 0 is the highest
    ink: str = ""  # what the text is written with; "auto" is black, or white on what is dark
    size: float | None = None  # points
    marker: Colour | None = None  # the colour of the highlighter
    shade: Colour | None = None  # what is behind the words
    paper: Colour | None = None  # what is behind the whole paragraph

    def over(self, base: "_Look") -> "_Look":
        """This, and where it says nothing what `base` says."""
        return _Look(
            bold=base.bold if self.bold is None else self.bold,
            italic=base.italic if self.italic is None else self.italic,
            hidden=base.hidden if self.hidden is None else self.hidden,
            level=base.level if self.level is None else self.level,
            ink=self.ink or base.ink,
            size=base.size if self.size is None else self.size,
            marker=base.marker if self.marker is None else self.marker,
            shade=base.shade if self.shade is None else self.shade,
            paper=base.paper if self.paper is None else self.paper,
        )

    def unseen_on(self, ground: Colour | None) -> bool:
        """Whether nobody sees words that look so on a ground; None: its colour is not known."""
        if self.size is not None and too_small(self.size):
            return True
        if self.ink in ("", "auto"):  # the highlighter covers it, a dark ground makes it white
            return alike(BLACK, self.marker)
        return alike(colour(self.ink), self.marker or self.shade or self.paper or ground)


class _Styles:
    """The looks and names of a document's styles."""

    def __init__(self, root: etree._Element | None) -> None:
        self._elements: dict[str, etree._Element] = {}
        self._defaults: dict[str, str] = {}  # style id by kind
        self._looks: dict[str, _Look] = {}
        for each in root if root is not None else ():
            key = _get(each, "styleId")
            if _name(each) == "style" and key:
                self._elements[key] = each
                if _truth(_get(each, "default") or "0"):
                    self._defaults[_get(each, "type")] = key

    def name(self, key: str) -> str:
        """The name Word shows for a style, in lower case."""
        element = self._elements.get(key)
        return _value(_child(element, "name")).casefold() or key.casefold()

    def paragraph(self, key: str) -> _Look:
        """The look of a paragraph style; of the default one where it has none."""
        return self._look(key or self._defaults.get("paragraph", ""))

    def character(self, key: str) -> _Look:
        """The look of a character style."""
        return self._look(key) if key else _Look()

    def _look(self, key: str) -> _Look:
        if key not in self._looks:
            self._looks[key] = self._inherited(key)
        return self._looks[key]

    def _inherited(self, key: str) -> _Look:
        look, seen = _Look(), set[str]()
        while key and key not in seen and len(seen) < 20:
            seen.add(key)
            element = self._elements.get(key)
            look = look.over(self._own(key, element))
            key = _value(_child(element, "basedOn"))
        return look

    def _own(self, key: str, element: etree._Element | None) -> _Look:
        look, paragraph = _run_look(_child(element, "rPr")), _child(element, "pPr")
        return replace(look, level=_level(paragraph, self.name(key)), paper=_shade(paragraph))

    def has_shades(self, key: str) -> bool:
        """Whether a table style colours cells: which ones is not looked at."""
        element = self._elements.get(key)
        return element is not None and any(_shade(each) for each in element.iter("{*}tcPr"))


@dataclass(slots=True)
class _Field:
    """A field we are in: `begin`, its code, `separate`, its result, `end`."""

    code: str = ""
    told: str = ""  # what stands for the result of a form field
    tick: Tick | None = None
    in_result: bool = False


@dataclass(slots=True)
class _Walk:
    """Walks the body in reading order."""

    package: _Package
    fields: list[_Field] = field(default_factory=list)
    paragraphs: int = 0
    tables: int = 0
    boxes: list[etree._Element] = field(default_factory=list)  # text boxes met in the paragraph we are in
    carried: list[Run] = field(default_factory=list)  # of paragraphs whose end was deleted
    ground: Colour | None = WHITE  # of the page, the cell or the text box we are in; None: not known

    def blocks(self, parent: etree._Element, path: str) -> Iterator[Block]:
        """The paragraphs and tables of a body, a cell or a text box; the body alone has no `path`."""
        for each in parent:
            match _name(each):
                case "p":
                    yield from self._paragraph(each, path)
                case "tbl":
                    yield self._table(each, path)
                case "sdt":
                    yield from self._control_blocks(each, path)
                case "ins" | "moveTo" | "customXml" | "smartTag":
                    yield from self.blocks(each, path)
                case "AlternateContent":
                    if (chosen := _alternative(each)) is not None:
                        yield from self.blocks(chosen, path)

    def _control_blocks(self, control: etree._Element, path: str) -> Iterator[Block]:
        properties, content = _child(control, "sdtPr"), _child(control, "sdtContent")
        if content is None or _is_contents_list(properties):
            return
        if (tick := _control_tick(properties)) is not None:
            yield Paragraph(runs=(Run(text=SIGNS[tick], tick=tick),), path=path or self._next_path())
        elif not _is_placeholder(properties):
            yield from self.blocks(content, path)

    # --- paragraphs ---

    def _next_path(self) -> str:
        return f"paragraph {self.paragraphs + 1}"

    def _paragraph(self, element: etree._Element, path: str) -> Iterator[Block]:
        where = path or self._next_path()
        self.paragraphs += not path
        properties = _child(element, "pPr")
        style = _value(_child(properties, "pStyle"))
        name = self.package.styles.name(style)
        if name.startswith("toc "):
            return
        look = self.package.styles.paragraph(style)
        look = replace(look, paper=_shade(properties) or look.paper)
        outer, self.boxes = self.boxes, []
        runs = self.carried
        runs.extend(self._runs(element, look))
        boxes, self.boxes, self.carried = self.boxes, outer, []
        self.fields = [each for each in self.fields if each.in_result and not each.told and not each.tick]
        if _child(_child(properties, "rPr"), "del") is not None:
            self.carried = runs  # its end was deleted: it goes on in the next paragraph
        else:
            level = _level(properties, "")
            yield Paragraph(
                runs=tuple(runs), path=where, heading=_heading(look.level if level is None else level)
            )
        ground = self.ground
        for number, box in enumerate(boxes, 1):
            self.ground = None if _is_filled(box) else WHITE
            yield from self.blocks(box, f"text box {number} in {where}")
        self.ground = ground

    def _runs(self, parent: etree._Element, base: _Look) -> Iterator[Run]:
        """The runs of a paragraph, or of what stands in one."""
        for each in parent:
            match _name(each):
                case "r":
                    yield from self._run(each, base)
                case "hyperlink":
                    address = self.package.addresses.get(_get(each, "id"), "")
                    yield from _linked(list(self._runs(each, base)), address)
                case "fldSimple":
                    match_ = _FIELD_ADDRESS.match(_get(each, "instr"))
                    yield from _linked(list(self._runs(each, base)), match_[1] if match_ else "")
                case "sdt":
                    yield from self._control_runs(each, base)
                case "AlternateContent":
                    if (chosen := _alternative(each)) is not None:
                        yield from self._runs(chosen, base)
                case "oMath" | "oMathPara":
                    yield from boxed("".join(str(text) for text in each.itertext()))
                case "ins" | "moveTo" | "smartTag" | "customXml" | "bdo" | "dir":
                    yield from self._runs(each, base)

    def _control_runs(self, control: etree._Element, base: _Look) -> Iterator[Run]:
        properties, content = _child(control, "sdtPr"), _child(control, "sdtContent")
        if (tick := _control_tick(properties)) is not None:
            yield Run(text=SIGNS[tick], tick=tick)
        elif content is not None and not _is_placeholder(properties):
            yield from self._runs(content, base)

    def _run(self, run: etree._Element, base: _Look) -> Iterator[Run]:
        properties = _child(run, "rPr")
        style = self.package.styles.character(_value(_child(properties, "rStyle")))
        look = _run_look(properties).over(style).over(base)
        if look.hidden or _child(properties, "del") is not None:
            return
        unseen = look.unseen_on(self.ground)
        text = "".join(self._text(run, _font(properties)))
        for tick_or_text in re.split(r"(\0[01])", text):
            if tick_or_text.startswith("\0"):
                tick = Tick.ON if tick_or_text[1] == "1" else Tick.OFF
                yield Run(text=SIGNS[tick], tick=tick)
            else:
                looks = {"bold": bool(look.bold), "italic": bool(look.italic), "unseen": unseen}
                yield from boxed(tick_or_text, **looks)

    def _text(self, run: etree._Element, font: str) -> Iterator[str]:
        """The text of a run; form fields give \\0 and 1 or 0 for a box that is ticked or not."""
        for each in run:
            name = _name(each)
            if name == "fldChar":
                yield from self._field(each)
            elif name == "instrText" and self.fields:
                self.fields[-1].code += each.text or ""
            elif self._in_code() or name in _NOT_READ:
                continue
            elif name == "t":
                text = re.sub(r"[\n\r\0]", " ", each.text or "")
                yield "".join(_symbol(font, ord(char), char) for char in text) if font in _WINGDINGS else text
            elif name == "sym":
                yield _symbol(_get(each, "font").casefold(), _hex(_get(each, "char")), "")
            elif name in ("drawing", "pict", "object", "AlternateContent"):
                self.boxes += _text_boxes(each)
            elif name == "br":
                yield "\n" if _get(each, "type") in _LINES_ONLY else ""
            else:
                yield {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")

    def _in_code(self) -> bool:
        """Whether we stand in the code of a field, or in the result of one that is told otherwise."""
        return any(
            not each.in_result or each.told or each.tick or each.code.lstrip().startswith("TOC ")
            for each in self.fields
        )

    def _field(self, mark: etree._Element) -> Iterator[str]:
        kind = _get(mark, "fldCharType")
        if kind == "begin" and len(self.fields) < 50:
            self.fields.append(_form_field(_child(mark, "ffData")))
        elif kind == "separate" and self.fields:
            self.fields[-1].in_result = True
        elif kind == "end" and self.fields:
            ended = self.fields.pop()
            if self._in_code():
                return
            if ended.tick:
                yield "\0" + ("1" if ended.tick is Tick.ON else "0")
            elif ended.told:
                yield ended.told
            elif address := _FIELD_ADDRESS.match(ended.code):
                yield f" <{address[1]}>"

    # --- tables ---

    def _table(self, table: etree._Element, path: str) -> Grid:
        if path:
            where = f"table in {path}"
        else:
            self.tables += 1
            where = f"table {self.tables}"
        rows = []
        style = _value(_child(_child(table, "tblPr"), "tblStyle"))
        outer = self.ground
        self.ground = None if self.package.styles.has_shades(style) else outer
        for number, row in enumerate(_unwrapped(table, "tr"), 1):
            properties = _child(row, "trPr")
            if _child(properties, "del") is None and not _flag(_child(properties, "hidden")):
                rows.append(tuple(self._boxes(row, properties, f"{where}, row {number}")))
        self.ground = outer
        return Grid(rows=tuple(rows), path=where)

    def _boxes(self, row: etree._Element, properties: etree._Element | None, where: str) -> Iterator[Box]:
        for _ in range(_count(_child(properties, "gridBefore"), 0)):
            yield Box(path=where)
        for number, cell in enumerate(_unwrapped(row, "tc"), 1):
            path = f"{where}, cell {number}"
            look = _child(cell, "tcPr")
            if _child(look, "cellDel") is not None:
                continue
            ground = self.ground
            self.ground = _shade(look) or ground
            below = _goes_on(look, "vMerge")
            blocks = () if below or _goes_on(look, "hMerge") else tuple(self.blocks(cell, path))
            self.ground = ground
            columns = _count(_child(look, "gridSpan"), 1)
            self.package.cells.add(columns)
            yield Box(blocks=blocks, path=path, columns=columns, below=below)


# --- XML ---


def _name(element: etree._Element) -> str:
    """The local name; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _child(element: etree._Element | None, name: str) -> etree._Element | None:
    return next(element.iterchildren(f"{{*}}{name}"), None) if element is not None else None


def _get(element: etree._Element, name: str) -> str:
    """The value of an attribute, whatever its namespace; empty where it has none."""
    for key, value in element.attrib.items():
        if str(key).rpartition("}")[2] == name:
            return str(value)
    return ""


def _value(element: etree._Element | None) -> str:
    return _get(element, "val") if element is not None else ""


def _truth(value: str) -> bool:
    return value.casefold() not in ("0", "false", "off")


def _flag(element: etree._Element | None) -> bool | None:
    """What an on/off property says; None where it is not there."""
    return None if element is None else _truth(_value(element))


def _count(element: etree._Element | None, least: int) -> int:
    value = _value(element)
    return (
        max(least, min(int(value), 63)) if value.isascii() and value.isdecimal() and len(value) < 9 else least
    )


def _hex(value: str) -> int:
    return int(value, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,6}", value) else 0


def _run_look(properties: etree._Element | None) -> _Look:
    return _Look(
        bold=_flag(_child(properties, "b")),
        italic=_flag(_child(properties, "i")),
        hidden=_flag(_child(properties, "vanish")) or (True if _is_clear(properties) else None),
        ink=_value(_child(properties, "color")).casefold(),
        size=_points(_child(properties, "sz")),
        marker=colour(_value(_child(properties, "highlight"))),
        shade=_shade(properties),
    )


def _points(element: etree._Element | None) -> float | None:
    value = _value(element)  # in half points
    return float(value) / 2 if re.fullmatch(r"[0-9]{1,4}(?:\.[0-9]{1,3})?", value) else None


def _shade(properties: etree._Element | None) -> Colour | None:
    """The colour that something is shaded with; None where it is not."""
    shading = _child(properties, "shd")
    if shading is None:
        return None
    return colour(_get(shading, "color" if _value(shading) == "solid" else "fill"))


def _is_clear(properties: etree._Element | None) -> bool:
    """Whether letters are drawn without ink."""
    return _child(_child(properties, "textFill"), "noFill") is not None


def _is_filled(box: etree._Element) -> bool:
    """Whether the shape around a text box has a colour of its own."""
    for shape in (*box.iterancestors(),)[:3]:
        look = _child(shape, "spPr")
        fills = [_name(each) for each in look] if look is not None else []
        if _get(shape, "fillcolor") or any(name.endswith("Fill") and name != "noFill" for name in fills):
            return True
    return False


def _level(properties: etree._Element | None, style_name: str) -> int | None:
    """The outline level that paragraph properties or the name of a style give."""
    level = _value(_child(properties, "outlineLvl"))
    if re.fullmatch(r"[0-9]", level):
        return int(level)
    if match := _HEADING.match(style_name):
        return int(match[1]) - 1
    return 0 if style_name in ("title", "titel", "título", "titolo") else None


def _heading(level: int | None) -> int:
    """1–6; 0 for body text, whose outline level is 9."""
    return 0 if level is None or level > 8 else min(level + 1, 6)


def _font(properties: etree._Element | None) -> str:
    fonts = _child(properties, "rFonts")
    return _get(fonts, "ascii").casefold() if fonts is not None else ""


def _symbol(font: str, code: int, otherwise: str) -> str:
    """The character that a symbol font draws; Word adds 0xF000 to its codes."""
    return _WINGDINGS.get(font, {}).get(code - 0xF000 if code >= 0xF000 else code, otherwise)


def _alternative(element: etree._Element) -> etree._Element | None:
    """The newest of several ways of saying the same."""
    choice = _child(element, "Choice")
    return choice if choice is not None else _child(element, "Fallback")


def _unwrapped(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """The rows of a table, or the cells of a row; controls and insertions may stand around them."""
    for each in parent:
        if _name(each) == name:
            yield each
        elif _name(each) in ("sdt", "sdtContent", "ins", "moveTo", "customXml"):
            yield from _unwrapped(each, name)


def _goes_on(properties: etree._Element | None, name: str) -> bool:
    """Whether a cell continues a merged one: above it (`vMerge`) or to its left (`hMerge`)."""
    merge = _child(properties, name)
    return merge is not None and _value(merge) in ("continue", "")


def _text_boxes(element: etree._Element) -> list[etree._Element]:
    """The contents of the text boxes in a drawing; a copy for old programs is left out."""
    found: list[etree._Element] = []
    for each in element:
        if _name(each) == "txbxContent":
            found.append(each)
        elif _name(each) == "Fallback" and _child(element, "Choice") is not None:
            continue
        else:
            found += _text_boxes(each)
    return found


# --- controls, fields and links ---


def _control_tick(properties: etree._Element | None) -> Tick | None:
    box = _child(properties, "checkbox")
    if box is None:
        return None
    return Tick.ON if _flag(_child(box, "checked")) else Tick.OFF


def _is_placeholder(properties: etree._Element | None) -> bool:
    return bool(_flag(_child(properties, "showingPlcHdr")))


def _is_contents_list(properties: etree._Element | None) -> bool:
    gallery = _child(_child(properties, "docPartObj"), "docPartGallery")
    return _value(gallery).casefold() == "table of contents"


def _form_field(data: etree._Element | None) -> _Field:
    box, choice = _child(data, "checkBox"), _child(data, "ddList")
    if box is not None:
        checked = _flag(_child(box, "checked"))
        default = _flag(_child(box, "default"))
        return _Field(tick=Tick.ON if (default if checked is None else checked) else Tick.OFF)
    if choice is not None:
        entries = [_value(each) for each in choice if _name(each) == "listEntry"]
        result = _child(choice, "result")
        chosen = _count(result if result is not None else _child(choice, "default"), 0)
        return _Field(told=_entry(entries, chosen))
    return _Field()


def _entry(entries: Sequence[str], chosen: int) -> str:
    """The entry of a list that shows; a first one that only asks to choose is none."""
    entry = entries[chosen] if chosen < len(entries) else ""
    asks = re.match(
        r"\W*(?:choose|select|please|pick|choisir|bitte|wählen|elija|seleccion|scegli|kies)", entry, re.I
    )
    return "" if chosen == 0 and asks else entry


def _linked(runs: list[Run], address: str) -> Iterator[Run]:
    """The words of a link, and its address where they do not say it."""
    yield from runs
    words = "".join(run.text for run in runs)
    if address and words.strip() and _bare(address) not in _bare(words):
        yield replace(runs[-1], text=f" <{address}>", tick=None)


def _bare(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?|/$", "", address.strip().casefold())
