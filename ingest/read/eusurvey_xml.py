"""EUSurvey's XML of results → one Form per contribution. Knows the export; knows no questionnaire.

The export tells the form once (`Elements`, one block per language, labels as escaped HTML) and then what
each contribution answered, by the identifiers of questions and options. Who answered is not read.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from lxml import etree, html

from ingest.form import Form, Source, Tick
from ingest.read.bounded import Deadline, parse_xml
from ingest.read.layout import SIGNS
from ingest.read.rendition import IDENTIFIER, CellText, Rendition
from regiograph.errors import NotReadable

MEDIA_TYPE = "application/xml"
MOST_BYTES = 48 * 2**20
MOST_CELLS = 400_000  # of all tables of all contributions together
SECONDS = 60

_RESULTS = re.compile(rb"<(?:\w+:)?Results[\s>/]")
_LINES = frozenset(("p", "div", "li", "br", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"))
_CHOICE = frozenset(("Answer", "RankingAnswer"))
_ROWS = frozenset(("TableQuestion", "MatrixQuestion"))
_COLUMNS = frozenset(("TableAnswer", "MatrixAnswer"))
LABEL = 2
"""The heading of every label of an export: what follows one that nobody knows belongs to nothing else."""


def recognises(data: bytes) -> bool:
    """Whether the bytes are XML with EUSurvey's root element, well-formed or not."""
    start = data[:8192].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n")
    return start.startswith(b"<") and bool(_RESULTS.search(start))


def read(source: Source) -> tuple[Form, ...]:
    """The contributions of an export, each as one report: every question with its answer.

    Raises:
        NotReadable: not well-formed, beyond bounds, or without a contribution.
    """
    if len(source.data) > MOST_BYTES:
        raise NotReadable(
            f"The file is larger than {MOST_BYTES // 2**20} MB.",
            where=source.name,
            way_out="Export fewer contributions at once.",
        )
    root = parse_xml(source.data, source)
    forms = [block for block in _elements(root, "Survey/Elements") if len(block)]
    answer_sets = _elements(root, ".//AnswerSet")
    if _name(root) != "Results" or not forms or not answer_sets:
        raise NotReadable(
            "The file holds no contribution of an EUSurvey form.",
            where=source.name,
            way_out="Export the results of the survey as XML, with at least one contribution in them.",
        )
    survey = _Survey(source, forms)
    return tuple(survey.contribution(each, number) for number, each in enumerate(answer_sets, 1))


@dataclass(slots=True)
class _Given:
    """What one contribution answers, by question."""

    texts: dict[str, list[etree._Element]] = field(default_factory=dict)
    options: dict[str, dict[str, etree._Element]] = field(default_factory=dict)
    path: str = ""


@dataclass(slots=True)
class _Item:
    """An element of the form with those that belong to it: options, or rows and columns."""

    element: etree._Element
    options: list[etree._Element] = field(default_factory=list)
    rows: list[etree._Element] = field(default_factory=list)
    columns: list[etree._Element] = field(default_factory=list)


class _Survey:
    """The form of an export; writes contributions into it."""

    def __init__(self, source: Source, blocks: Sequence[etree._Element]) -> None:
        self._source = source
        self._deadline = Deadline(source, SECONDS)
        self._cells_left = MOST_CELLS
        self._blocks = blocks
        self._labels = {
            _language(block): {key: each for each in block if (key := each.get("id", ""))} for block in blocks
        }
        self._read: dict[etree._Element, str] = {}  # labels, without their HTML
        self._items = _items(max(blocks, key=len))  # a translation may be incomplete

    def contribution(self, answer_set: etree._Element, number: int) -> Form:
        """One AnswerSet, as a form filled in."""
        self._deadline.check()
        given = _Given(path=f"/Results/Answers/AnswerSet[{number}]")  # who knows its id may edit it
        for answer in answer_set:
            question, option = answer.get("qid", ""), answer.get("aid", "")
            if _name(answer) == "Answer" and option:
                given.options.setdefault(question, {})[option] = answer
            elif _name(answer) == "Answer":
                given.texts.setdefault(question, []).append(answer)
        languages = ["EN", answer_set.get("lang", "").upper(), *self._labels]
        rendition = Rendition()
        for item in self._items:
            self._write(item, given, languages, rendition)
        return rendition.form(self._source, MEDIA_TYPE, part=str(number))

    def _write(self, item: _Item, given: _Given, languages: Sequence[str], rendition: Rendition) -> None:
        label = self._label(item.element, languages)
        path = self._label_path(item.element)
        kind = _name(item.element)
        if kind == "Text":  # printed text, which is no answer to the question before it
            rendition.text(label, path=path, help=True)
        elif label:
            rendition.text(label, path=path, heading=LABEL, starred=label.startswith("*"))
        if item.rows or item.columns:
            self._cells_left -= (len(item.rows) + 1) * (len(item.columns) + 1)
            self._check_cells()
            rows = [
                [CellText(text="", path=path), *self._label_cells(item.columns, languages)],
                *(self._row(item, row, given, languages) for row in item.rows),
            ]
            rendition.table(rows, path=path)
        else:
            self._answer(item, given, languages, rendition)

    def _answer(self, item: _Item, given: _Given, languages: Sequence[str], rendition: Rendition) -> None:
        """Free text as it was typed, or the labels of the options that were chosen."""
        key = item.element.get("id", "")
        for answer in given.texts.get(key, ()):
            rendition.text(_text(answer), path=_path(given.path, key))
        chosen = given.options.get(key, {})
        for option in item.options:
            if (number := option.get("id", "")) in chosen:
                rendition.text(self._label(option, languages), path=_path(given.path, key, number))

    def _row(
        self, item: _Item, row: etree._Element, given: _Given, languages: Sequence[str]
    ) -> list[CellText]:
        key = row.get("id", "")
        matrix = _name(item.element) == "MatrixTitle"
        cells = self._label_cells([row], languages)
        for column in item.columns:
            number = column.get("id", "")
            answer = given.options.get(key, {}).get(number)
            path = _path(given.path, key, number)
            if matrix:
                tick = Tick.OFF if answer is None else Tick.ON
                cells.append(CellText(text=SIGNS[tick], tick=tick, path=path))
            else:
                cells.append(CellText(text="" if answer is None else _text(answer).strip(), path=path))
        return cells

    def _label_cells(self, elements: Sequence[etree._Element], languages: Sequence[str]) -> list[CellText]:
        return [
            CellText(text=self._label(each, languages).replace("\n", " "), path=self._label_path(each))
            for each in elements
        ]

    def _label(self, element: etree._Element, languages: Sequence[str]) -> str:
        """The label of an element in the first of some languages that has one."""
        key = element.get("id", "")
        for language in languages:
            other = self._labels.get(language, {}).get(key)
            if other is not None and (label := self._without_html(other)):
                return label
        return self._without_html(element)

    def _without_html(self, element: etree._Element) -> str:
        if element not in self._read:
            self._read[element] = without_html(_text(element))
        return self._read[element]

    def _label_path(self, element: etree._Element) -> str:
        key = element.get("id", "")
        which = f'[@id="{key}"]' if IDENTIFIER.fullmatch(key) else ""
        return f"/Results/Survey/Elements/{_name(element)}{which}"

    def _check_cells(self) -> None:
        self._deadline.check()
        if self._cells_left < 0:
            raise NotReadable(
                f"The tables of the contributions have more than {MOST_CELLS} cells.",
                where=self._source.name,
                way_out="Export fewer contributions at once.",
            )


def without_html(label: str) -> str:
    """A label as it is shown: tags gone, entities resolved, blocks on lines of their own.

    >>> without_html("<p>An <strong>overview</strong>&nbsp;of<br>this &amp; that</p>")
    'An overview of\\nthis & that'
    """
    if "<" in label or "&" in label:
        try:
            root = html.fragment_fromstring(label, create_parent="div")
        except (etree.LxmlError, ValueError):
            return _folded(re.sub(r"<[^<>]*>", " ", label))
        label = "".join(_told(root))
    return _folded(label)


def _told(root: etree._Element) -> Iterator[str]:
    for event, each in etree.iterwalk(root, events=("start", "end")):
        breaks = _name(each) in _LINES
        if event == "start":
            yield ("\n" if breaks else "") + (each.text or "" if isinstance(each.tag, str) else "")
        else:
            yield ("\n" if breaks else "") + (each.tail or "" if each is not root else "")


def _folded(text: str) -> str:
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(line for line in lines if line)


def _items(block: etree._Element) -> list[_Item]:
    """The elements of a form, each with those behind it that belong to it."""
    items: list[_Item] = []
    for each in block:
        kind = _name(each)
        if kind in _CHOICE and items:
            items[-1].options.append(each)
        elif kind in _ROWS and items:
            items[-1].rows.append(each)
        elif kind in _COLUMNS and items:
            items[-1].columns.append(each)
        elif kind and not kind.endswith("Cell"):
            items.append(_Item(each))
    return items


def _elements(root: etree._Element, path: str) -> list[etree._Element]:
    return [each for each in root.iterfind(path) if isinstance(each, etree._Element)]


def _name(element: etree._Element) -> str:
    """The name of an element; empty for comments and processing instructions."""
    return element.tag if isinstance(element.tag, str) else ""


def _language(block: etree._Element) -> str:
    return block.get("lang", "").upper()


def _text(element: etree._Element) -> str:
    """What stands in an element itself: answers are text, and an element in one is no part of it."""
    pieces = (element.text, *(each.tail for each in element))
    return "".join(filter(None, pieces)).replace("\r\n", "\n").replace("\r", "\n")


def _path(answer_set: str, question: str, option: str = "") -> str:
    """The XPath of an answer; of its contribution where the identifiers cannot be written into one."""
    if not IDENTIFIER.fullmatch(question) or (option and not IDENTIFIER.fullmatch(option)):
        return answer_set
    which = f'@qid="{question}"' + (f' and @aid="{option}"' if option else "")
    return f"{answer_set}/Answer[{which}]"
