"""Form + questionnaire → Report: what the answers say, typed but still literal."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from ingest.columns import columns_of, default_columns, row_number
from ingest.dates import understand as understand_date
from ingest.dates import understand_period
from ingest.form import Block, Cell, Form, Line, Passage, Row, Table
from ingest.lists import Names
from ingest.matrix import Matrix
from ingest.naming import URL, Naming
from ingest.outline import Outline, outline
from ingest.questionnaire import Question, Questionnaire, fold, plain
from ingest.report import (
    Answer,
    Event,
    Expected,
    Involved,
    Mention,
    Rating,
    Report,
    Role,
    State,
    When,
    WorkingArea,
)
from regiograph.errors import UnknownQuestionnaire

_ADDRESS = re.compile(  # with its scheme or without
    rf"{URL.pattern}"
    r"|(?<![\w@./-])(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>\[\]()\"']*[^\s<>\[\]()\"'.,;:])?/?(?![\w@])",
    re.IGNORECASE,
)
_HOST = re.compile(
    r"\W*(?:hosted|organi[sz]ed|provided|offered|convened|chaired)\s+(?:by|on)\b", re.IGNORECASE
)
_NO_PLACE = re.compile(
    r"(?:\W|\0|\b(?:and|event|meeting|conference|call|place|via|on|platform|in|the|held|et|und|y|e)\b)*",
    re.IGNORECASE,
)
_Numbered = tuple[int, dict[str, Cell], Row]  # a row's number, its cells by column key, the row itself


def understand(form: Form, questionnaires: Sequence[Questionnaire], names: Names) -> Report:
    """The report that a document holds.

    Raises:
        UnknownQuestionnaire: too few questions of any questionnaire are in it.
    """
    outlines = [outline(form, questionnaire) for questionnaire in questionnaires]
    best = max(outlines, key=lambda each: len(each.found))
    if len(best.found) < best.questionnaire.least_questions:
        raise UnknownQuestionnaire(
            f"Only {len(best.found)} of {len(best.questionnaire.questions)} questions were found.",
            where=form.source.name,
            way_out="Send a monitoring report with its questions in it, not the answers alone.",
        )
    return _Report(form, best, names).report()


class _Report:
    """Builds the report from what one reading found."""

    def __init__(self, form: Form, found: Outline, names: Names) -> None:
        self.form = replace(form, text=found.public_text(form))
        self.withheld_lines = found.withheld_lines(form)
        self.outline = found
        self.questionnaire = found.questionnaire
        self.words = found.questionnaire.wording
        self.naming = Naming(found.questionnaire, names)
        self.rows: dict[str, tuple[_Numbered, ...]] = {}
        self.period = self._period()

    def report(self) -> Report:
        """The whole report."""
        lead = self._actors("leading-regions")
        return Report(
            form=self.form,
            questionnaire=self.questionnaire.key,
            answers={question.key: self._answer(question) for question in self.questionnaire.questions},
            period=self.period,
            partnership=self._partnership(),
            started=self._started(),
            webpages=tuple(self._webpages()),
            lead=tuple(mention for mention in lead if mention.role is not Role.LEAD_SUPPORT),
            lead_support=tuple(mention for mention in lead if mention.role is Role.LEAD_SUPPORT),
            participating=self._actors("participating-regions"),
            interested=self._actors("interested-regions"),
            areas=tuple(self._areas()),
            events=(*self._events("past-events"), *self._events("planned-events")),
            ratings=tuple(self._ratings()),
            numbers=dict(self._numbers()),
            public_lines=frozenset(self.outline.public_lines),
            withheld_lines=self.withheld_lines,
        )

    def _content(self, key: str) -> list[Block]:
        """The blocks that answer a question; help text and blanks are not answers."""
        found = self.outline.found.get(key)
        if not found or found.question.confidential:
            return []
        return [block for block in found.content if not (isinstance(block, Line) and block.help)]

    def _lines(self, key: str) -> list[Line]:
        return [block for block in self._content(key) if isinstance(block, Line)]

    def _tables(self, key: str) -> list[Table]:
        return [block for block in self._content(key) if isinstance(block, Table)]

    def _passage(self, key: str) -> Passage | None:
        """The whole answer, verbatim; None where there is none or it says so itself."""
        content = self._content(key)
        if not content:
            return None
        places = [block.passage.place if isinstance(block, Line) else block.place for block in content]
        passage = self.form.between(places[0], places[-1])
        return None if self.questionnaire.is_no_answer(passage.text) else passage

    def _answer(self, question: Question) -> Answer:
        found = self.outline.found.get(question.key)
        if question.confidential:
            withheld = self.outline.confidential_content
            return Answer(key=question.key, state=State.WITHHELD if withheld else State.NOT_IN_EXPORT)
        if not found:
            return Answer(key=question.key, state=State.NOT_IN_EXPORT)
        if found.cut_off:
            return Answer(key=question.key, state=State.NOT_READ, label=found.label)
        passage = self._passage(question.key)
        if passage and question.kind in ("areas", "events") and not self._filled(question):
            passage = passage if self._lines(question.key) else None
        empty = State.WITHHELD if found.part_withheld else State.BLANK
        return Answer(
            key=question.key,
            state=State.ANSWERED if passage else empty,
            label=found.label,
            passage=passage,
            part_withheld=found.part_withheld,
        )

    def _filled(self, question: Question) -> bool:
        return bool(self._rows(question))

    def _period(self) -> When | None:
        passage = self._passage("reporting-period")
        return understand_period(passage) if passage else None

    def _days(self) -> tuple[date, date] | None:
        if self.period and self.period.start and self.period.end:
            return self.period.start, self.period.end
        return None

    def _partnership(self) -> Passage | None:
        lines = self._lines("partnership-name")
        return lines[0].passage if lines and self._passage("partnership-name") else None

    def _started(self) -> When | None:
        passage = self._passage("start-date")
        return understand_date(passage) if passage else None

    def _webpages(self) -> Iterator[Passage]:
        if passage := self._passage("webpage"):
            for match in _ADDRESS.finditer(passage.text):
                yield passage.part(match.start(), match.end())

    def _numbers(self) -> Iterator[tuple[str, int]]:
        for question in self.questionnaire.questions:
            passage = self._passage(question.key) if question.kind == "count" else None
            number = self._number_in(passage.text) if passage else None
            if number is not None:
                yield question.key, number

    def _number_in(self, text: str) -> int | None:
        """The first number of a text, in digits, else as a word."""
        if match := re.search(r"(?<![\w/.,-])\d{1,3}(?![\w/]|[.,-]\d)", text):
            return int(match[0])
        words = () if re.search(r"\d", text) else fold(text).split()
        return next(
            (self.questionnaire.numbers[word] for word in words if word in self.questionnaire.numbers), None
        )

    # --- names ---

    def _actors(self, key: str) -> tuple[Mention, ...]:
        question = self.questionnaire.question(key)
        mentions: list[Mention] = []
        for content in self._content(key):
            if isinstance(content, Line):
                mentions += self.naming.named(content.passage, question)
            else:
                mentions += self.naming.tabled(content, question)
        return tuple(mentions)

    # --- tables ---

    def _rows(self, question: Question) -> Sequence[_Numbered]:
        """The filled rows of a question's tables."""
        if question.key not in self.rows:
            self.rows[question.key] = tuple(self._numbered(question))
        return self.rows[question.key]

    def _numbered(self, question: Question) -> Iterator[_Numbered]:
        columns: dict[int, str] = {}
        position = 0
        for table in self._tables(question.key):
            for row in table.rows:
                header = columns_of(row, question, self.words.folded("row_number"))
                if header and len(header) >= len(columns):  # words of a header may stand in a cell, too
                    columns = header
                    continue
                position += 1
                mapped = columns or default_columns(row, question)
                cells = {
                    key: row.cells[index]
                    for index, key in mapped.items()
                    if index < len(row.cells) and row.cells[index].passage
                }
                if any(not cell.repeated for cell in cells.values()):
                    yield row_number(row, mapped) or position, cells, row

    def _areas(self) -> Iterator[WorkingArea]:
        for number, cells, row in self._rows(self.questionnaire.question("working-areas")):
            lead = tuple(self._cell_mentions(cells.get("lead"), Role.LEAD, Expected.REGION))
            title = cells["title"].passage if "title" in cells else None
            yield WorkingArea(
                number=number,
                title=title,
                lead=tuple(mention for mention in lead if mention.role is not Role.LEAD_SUPPORT),
                lead_support=tuple(mention for mention in lead if mention.role is Role.LEAD_SUPPORT),
                involved=self._involved(cells.get("involved")),
                other_actors=tuple(
                    self._cell_mentions(cells.get("other-actors"), Role.OTHER_ACTOR, Expected.ORGANISATION)
                ),
                place=row.place,
            )

    def _involved(self, cell: Cell | None) -> Involved:
        return self.naming.involved(cell.passage) if cell and cell.passage else Involved()

    def _cell_mentions(self, cell: Cell | None, role: Role, expected: Expected) -> Iterator[Mention]:
        if cell and cell.passage and not self.questionnaire.is_no_answer(cell.passage.text):
            yield from self.naming.mentions(cell.passage, role, expected)

    def _events(self, key: str) -> Iterator[Event]:
        question = self.questionnaire.question(key)
        for _, cells, _row in self._rows(question):
            title = cells["title"].passage if "title" in cells else None
            nothing = all(self.questionnaire.is_no_answer(cell.text) for cell in cells.values())
            if title is None or nothing:
                continue
            place_name, mode = self._place(cells.get("place") or cells.get("how"), title)
            if "how" in cells and "place" in cells:
                mode = self._place(cells["how"], title)[1] or mode
            other = cells["other"].passage if "other" in cells else None
            if mode and other and self._words_in(other.text, "hybrid"):
                mode = "hybrid"
            yield Event(
                status=question.status,
                title=title,
                when=self._when(cells, planned=question.status == "planned"),
                place_name=place_name,
                mode=mode,
                other=other,
            )

    def _when(self, cells: Mapping[str, Cell], *, planned: bool) -> When | None:
        """The days of an event, in one column or from a first to a last one."""
        passages = (cells[key].passage if key in cells else None for key in ("date", "end"))
        first, last = (
            understand_date(each, period=self._days(), planned=planned) if each else None for each in passages
        )
        if first and last and first.start and last.end and first.start <= last.end:
            return replace(first, end=last.end)
        return first

    def _place(self, cell: Cell | None, title: Passage) -> tuple[Passage | None, str | None]:
        """Where an event is held, and whether online, in person or both; None where that is open."""
        if cell is None or cell.passage is None:
            return None, "online" if self._words_in(title.text, "online") else None
        text = cell.passage.text
        if self._words_in(text, "verbs") and len(text.split()) > 3:
            return self._told_place(cell.passage)
        online = self._words_in(text, "online") or bool(URL.search(text))
        undecided = self._words_in(text, "undecided") or "?" in text
        where = self._where(cell.passage)
        if undecided:
            return where, None
        if self._words_in(text, "hybrid"):
            return where, "hybrid"
        if where is None:
            in_person = "in-person" if self._words_in(text, "in_person") else None
            return None, "online" if online else in_person
        return where, "hybrid" if online else "in-person"

    def _told_place(self, passage: Passage) -> tuple[Passage | None, str | None]:
        """A place told in a sentence: "It was hosted in Barcelona.", "It was held entirely online." """
        text = passage.text
        online = self._words_in(text, "online")
        inside = re.search(r"\bin\s+([^\W\d_a-z][^\s.,;]*(?:[\s-][^\W\d_a-z][^\s.,;]*)*)", text)
        if online and self._words_in(text, "only_online"):
            return None, "online"
        where = passage.part(*inside.span(1)) if inside else None
        if self._words_in(text, "undecided"):
            return where, None
        if where:
            return where, "hybrid" if online or self._words_in(text, "hybrid") else "in-person"
        return None, "online" if online else None

    def _where(self, passage: Passage) -> Passage | None:
        """The name of the place: the cell without the words that say how an event is held."""
        name = URL.sub(lambda match: "\0" * len(match[0]), passage.text)
        name = self.words.blanked(name)
        kept = [part for part in re.finditer(r"[^\0]+", name) if not _NO_PLACE.fullmatch(part[0])]
        if not kept or not re.search(r"[^\W\d]{2}", kept[0][0]):
            return None
        start, end = kept[0].span()
        if "\0" in name and all(char.islower() for char in kept[0][0] if char.isalpha()):
            return None  # "virtual (fair)"
        if _HOST.match(kept[0][0]):
            return None  # "Teams (hosted by Business Finland)"
        lead = re.match(r"[\W_]*(?:(?:and|via|in|on|at|et|und|y|e|à|en)\s+(?=\S))?", passage.text[start:end])
        start += lead.end() if lead else 0
        tail = re.search(
            r"(?:\s+(?:and|or|via|on|et|und|oder|ou|y|e|o))*[\s,;:/+&(\[?–-]*$", passage.text[start:end]
        )
        end = start + tail.start() if tail else end
        where = passage.part(start, end) if start < end else passage
        if where.text.endswith(")") and where.text.count(")") > where.text.count("("):
            where = passage.part(start, end - 1)
        return where.strip()

    def _words_in(self, text: str, group: str) -> bool:
        return self.words.says(group, plain(text))

    def _ratings(self) -> Iterator[Rating]:
        question = self.questionnaire.question("sdg-contribution")
        found = self.outline.found.get(question.key)
        cut_off = found is not None and found.cut_off
        return Matrix(question, self.words).ratings(self._content(question.key), cut_off=cut_off)
