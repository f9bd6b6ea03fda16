"""Form + questionnaire → Report: which lines are questions, and what their answers say, still literal.

The questionnaire is data. What is not recognised as a public part of it is not read and not shown:
lines are public by being known, never by default.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from rapidfuzz import fuzz

from ingest.dates import understand as understand_date
from ingest.dates import understand_period
from ingest.form import Block, Cell, Form, Line, Passage, Place, Row, Table, Tick
from ingest.lists import Item, Names, split
from ingest.questionnaire import Printed, Question, Questionnaire, Recognised, Section, fold, plain
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

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\[\]()\"']+[^\s<>\[\]()\"'.,;:]", re.IGNORECASE)
_GOAL = re.compile(r"^\W*(?:goal|sdg|objectif|odd)?\s*(\d{1,2})\b", re.IGNORECASE)
_COLUMN_LIKENESS = 80.0  # least ratio, 0–100, of a header cell to a column's wording


@dataclass(slots=True)
class _Found:
    """A question as found in the document, with the blocks that follow it."""

    question: Question
    label: Place
    content: list[Block] = field(default_factory=list)
    cut_off: bool = False


@dataclass(slots=True)
class _Reading:
    """What one pass over the document with one questionnaire found."""

    questionnaire: Questionnaire
    found: dict[str, _Found] = field(default_factory=dict)
    public_lines: set[int] = field(default_factory=set)
    confidential_content: bool = False


def understand(form: Form, questionnaires: Sequence[Questionnaire], names: Names) -> Report:
    """The report that a document holds.

    Raises:
        UnknownQuestionnaire: too few questions of any questionnaire are in it.
    """
    readings = [_read(form, questionnaire) for questionnaire in questionnaires]
    best = max(readings, key=lambda reading: len(reading.found))
    if len(best.found) < best.questionnaire.least_questions:
        raise UnknownQuestionnaire(
            f"Only {len(best.found)} of {len(best.questionnaire.questions)} questions of the monitoring report "
            "were found in it.",
            where=form.source.name,
            way_out="Check that the file is a monitoring report with its questions in it, not the answers alone.",
        )
    return _Report(form, best, names).report()


# --- which lines are questions ----------------------------------------------------------------------


def _read(form: Form, questionnaire: Questionnaire) -> _Reading:
    reading = _Reading(questionnaire)
    walk = _Walk(reading)
    blocks = form.blocks
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if isinstance(block, Table):
            walk.content(block)
            at += 1
        else:
            at += walk.line(_same_paragraph(blocks, at))
    last = blocks[-1] if blocks else None
    if isinstance(last, Line):
        walk.cut_off(last)
    return reading


def _same_paragraph(blocks: Sequence[Block], at: int) -> list[Line]:
    lines: list[Line] = []
    for block in blocks[at:]:
        if not isinstance(block, Line) or (lines and block.paragraph != lines[0].paragraph):
            break
        lines.append(block)
    return lines


class _Walk:
    """Where we are while walking through the document."""

    def __init__(self, reading: _Reading) -> None:
        self.reading = reading
        self.current: _Found | None = None
        self.confidential = False

    def line(self, lines: list[Line]) -> int:
        """Take the first line of a paragraph, with those that continue its wording; say how many."""
        recognised, count = self._recognise(lines)
        taken, line = lines[:count], lines[0]
        match recognised:
            case Question() if recognised.key not in self.reading.found:
                self._open(recognised, taken, None)
            case Section():
                self.current, self.confidential = None, recognised.confidential
                self._show(taken)
            case Printed() if not self.confidential:
                self.current = self.current if recognised.instruction else None
                self._show(taken)
            case _:
                if split_label := self._label_and_answer(line):
                    question, rest = split_label
                    self._open(question, taken, replace(line, passage=rest, starred=False, heading=0))
                elif self._announces_confidential(line):
                    self.current, self.confidential = None, True
                elif line.heading and line.heading <= 2:
                    self.current = None  # a part of the document that we do not know
                else:
                    self.content(line)
        return count

    def content(self, block: Block) -> None:
        """Take a block as part of the answer to the question we are at."""
        if self.confidential:
            self.reading.confidential_content |= not (isinstance(block, Line) and block.help)
        elif self.current:
            self.current.content.append(block)
            self._show([block])

    def cut_off(self, last: Line) -> None:
        """Note a label that the end of the document cuts in two."""
        if self.current and self.current.content and self.current.content[-1] is last:
            questionnaire = self.reading.questionnaire
            if questionnaire.begins(last.passage.text):
                self.current.content.pop()
                for question in questionnaire.questions:
                    begins = any(fold(text).startswith(fold(last.passage.text)) for text in question.wordings)
                    if begins and question.key not in self.reading.found:
                        self.reading.found[question.key] = _Found(question, last.passage.place, cut_off=True)
                        return

    def _recognise(self, lines: list[Line]) -> tuple[Recognised | None, int]:
        """What the first line is, or the first few lines of its paragraph together are."""
        questionnaire = self.reading.questionnaire
        best: tuple[Recognised | None, int] = (None, 1)
        text = ""
        for count, line in enumerate(lines[:5], 1):
            text = f"{text} {line.passage.text}"
            if recognised := questionnaire.recognise(text):
                best = (recognised, count)
                if count == 1 and len(fold(text)) > 30:
                    break
        return best

    def _label_and_answer(self, line: Line) -> tuple[Question, Passage] | None:
        """A question and its answer on one line: "**Webpage**<https://…>", "Reporting period: 2020 H2"."""
        text = line.passage.text
        ends = [match.end() for match in re.finditer(r"\*\*(?=\S)|__(?=\S)|(?<=[^\s*])\*\*|[:?]\s", text)]
        for end in ends:
            recognised = self.reading.questionnaire.recognise(text[:end], least=92.0)
            if not isinstance(recognised, Question) or recognised.key in self.reading.found:
                continue
            rest = line.passage.part(end, len(text)).strip() if end < len(text) else None
            if rest and re.search(r"\w", rest.text):
                return recognised, rest
        return None

    def _announces_confidential(self, line: Line) -> bool:
        text = line.passage.text
        emphatic = (
            bool(line.heading) or text.startswith(("**", "__")) or bool(re.match(r"\W*I{2,3}[.)\s]", text))
        )
        return emphatic and self.reading.questionnaire.says_confidential(text)

    def _open(self, question: Question, label: list[Line], answer: Line | None) -> None:
        place = replace(label[0].passage.place, end_line=label[-1].passage.place.end_line)
        self.confidential = question.confidential
        self.current = _Found(question, place)
        self.reading.found[question.key] = self.current
        if not question.confidential:
            self._show(label)
        if answer:
            self.content(answer)

    def _show(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            place = block.passage.place if isinstance(block, Line) else block.place
            self.reading.public_lines |= set(range(place.line, place.end_line + 1))


# --- what the answers say ---------------------------------------------------------------------------


class _Report:
    """Builds the report from what one reading found."""

    def __init__(self, form: Form, reading: _Reading, names: Names) -> None:
        self.form = form
        self.reading = reading
        self.questionnaire = reading.questionnaire
        self.names = names
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
            public_lines=frozenset(self.reading.public_lines),
        )

    def _content(self, key: str) -> list[Block]:
        """The blocks that answer a question; help text and blanks are not answers."""
        found = self.reading.found.get(key)
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
        found = self.reading.found.get(question.key)
        if question.confidential:
            withheld = self.reading.confidential_content
            return Answer(key=question.key, state=State.WITHHELD if withheld else State.NOT_IN_EXPORT)
        if not found:
            return Answer(key=question.key, state=State.NOT_IN_EXPORT)
        if found.cut_off:
            return Answer(key=question.key, state=State.NOT_READ, label=found.label)
        passage = self._passage(question.key)
        if passage and question.kind in ("areas", "events") and not self._filled(question):
            passage = passage if self._lines(question.key) else None
        state = State.ANSWERED if passage else State.BLANK
        return Answer(key=question.key, state=state, label=found.label, passage=passage)

    def _filled(self, question: Question) -> bool:
        return any(True for _ in self._rows(question))

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
            for match in _URL.finditer(passage.text):
                yield passage.part(match.start(), match.end())

    def _numbers(self) -> Iterator[tuple[str, int]]:
        for question in self.questionnaire.questions:
            passage = self._passage(question.key) if question.kind == "count" else None
            if passage and (match := re.search(r"(?<![\w/.,-])\d{1,3}(?![\w/]|[.,-]\d)", passage.text)):
                yield question.key, int(match[0])

    # --- names ---

    def _actors(self, key: str) -> tuple[Mention, ...]:
        question = self.questionnaire.question(key)
        mentions: list[Mention] = []
        for content in self._content(key):
            passages = (
                [content.passage]
                if isinstance(content, Line)
                else [cell.passage for row in content.rows for cell in row.cells if cell.passage]
            )
            for passage in passages:
                if not self.questionnaire.is_no_answer(passage.text):
                    mentions += self._mentions(passage, Role(question.role), Expected(question.expected))
        return tuple(mentions)

    def _mentions(self, passage: Passage, role: Role, expected: Expected) -> Iterator[Mention]:
        """The names in a passage; behind "with the support of" stand those who support the lead."""
        if role is Role.LEAD:
            leaders, supporters = self._supported(passage)
            if supporters:
                for item in self._split(supporters):
                    yield self._mention(item, Role.LEAD_SUPPORT, Expected.ORGANISATION)
            passage_or_none = leaders
        else:
            passage_or_none = passage
        if passage_or_none:
            for item in self._split(passage_or_none):
                yield self._mention(item, role, expected)

    def _split(self, passage: Passage) -> tuple[Item, ...]:
        items = split(passage, names=self.names, examples=self.questionnaire.words["examples"])
        return tuple(item for item in items if not self.questionnaire.is_no_answer(item.passage.text))

    def _supported(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        for phrase in self.questionnaire.words["support"]:
            match = re.search(rf"[\s,(]+{re.escape(phrase)}\s+", passage.text, re.IGNORECASE)
            if match and match.start() and match.end() < len(passage.text):
                return passage.part(0, match.start()), passage.part(match.end(), len(passage.text))
        return passage, None

    def _mention(self, item: Item, role: Role, expected: Expected) -> Mention:
        words = self.questionnaire.words
        if role is Role.LEAD and item.remark in {fold(word) for word in words["co_lead_words"]}:
            role = Role.CO_LEAD
        lead_remarks = {fold(word) for word in (*words["lead_words"], *words["co_lead_words"])}
        passage = item.passage
        if (
            item.remark
            and item.remark in lead_remarks
            and (bracket := re.search(r"\s*[(\[][^(\[]*$", passage.text))
        ):
            passage = passage.part(0, bracket.start()) if bracket.start() else passage
        return Mention(passage=passage, role=role, expected=expected, country=item.country, code=item.code)

    # --- tables ---

    def _rows(self, question: Question) -> Iterator[tuple[int, dict[str, Cell], Row]]:
        """The filled rows of a question's tables: number, cells by column key, the row itself."""
        columns: dict[int, str] = {}
        position = 0
        for table in self._tables(question.key):
            for row in table.rows:
                if header := _columns(row, question):
                    columns = header
                    continue
                position += 1
                mapped = columns or _default_columns(row, question)
                cells = {
                    key: row.cells[index]
                    for index, key in mapped.items()
                    if index < len(row.cells) and row.cells[index].passage
                }
                if cells:
                    yield _number(row, mapped) or position, cells, row

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

    def _cell_mentions(self, cell: Cell | None, role: Role, expected: Expected) -> Iterator[Mention]:
        if cell and cell.passage and not self.questionnaire.is_no_answer(cell.passage.text):
            yield from self._mentions(cell.passage, role, expected)

    def _involved(self, cell: Cell | None) -> Involved:
        if cell is None or cell.passage is None or self.questionnaire.is_no_answer(cell.passage.text):
            return Involved()
        passage = cell.passage
        everyone = _phrase(passage.text, self.questionnaire.words["everyone"])
        if everyone is None:
            return Involved(named=tuple(self._mentions(passage, Role.INVOLVED, Expected.REGION)))
        all_of_them = passage.part(0, everyone)
        rest = passage.part(everyone, len(passage.text)).strip() if everyone < len(passage.text) else None
        if rest and (inner := re.fullmatch(r"\((.*)\)", rest.text, re.DOTALL)) and inner[1].strip():
            rest = rest.part(1, len(rest.text) - 1).strip()
        if rest is None or not re.search(r"[^\W\d]{2}", rest.text):
            return Involved(everyone=True, everyone_passage=all_of_them)
        left_out = _phrase(rest.text, self.questionnaire.words["exceptions"])
        if left_out is not None and left_out < len(rest.text):
            named = self._mentions(rest.part(left_out, len(rest.text)), Role.INVOLVED, Expected.REGION)
            return Involved(everyone=True, everyone_passage=all_of_them, exceptions=tuple(named))
        more = _phrase(rest.text, self.questionnaire.words["additions"]) or 0
        named = self._mentions(rest.part(more, len(rest.text)), Role.INVOLVED, Expected.REGION)
        return Involved(everyone=True, everyone_passage=all_of_them, named=tuple(named))

    def _events(self, key: str) -> Iterator[Event]:
        question = self.questionnaire.question(key)
        for _, cells, _row in self._rows(question):
            title = cells["title"].passage if "title" in cells else None
            if title is None:
                continue
            when = cells["date"].passage if "date" in cells else None
            place_name, mode = self._place(cells.get("place"), title)
            yield Event(
                status=question.status,
                title=title,
                when=understand_date(when, period=self._days(), planned=question.status == "planned")
                if when
                else None,
                place_name=place_name,
                mode=mode,
                other=cells["other"].passage if "other" in cells else None,
            )

    def _place(self, cell: Cell | None, title: Passage) -> tuple[Passage | None, str | None]:
        """Where an event is held, and whether online, in person or both; None where that is open."""
        if cell is None or cell.passage is None:
            return None, "online" if self._words_in(title.text, "online") else None
        text = cell.passage.text
        online, undecided = self._words_in(text, "online"), self._words_in(text, "undecided")
        where = self._where(cell.passage)
        if where is None:
            return None, "online" if online and not undecided else None
        if undecided:
            return where, None
        return where, "hybrid" if online else "in-person"

    def _where(self, passage: Passage) -> Passage | None:
        """The name of the place: the cell without the words for online and undecided."""
        name = passage.text
        for group in ("online", "undecided"):
            for word in sorted(self.questionnaire.words[group], key=len, reverse=True):
                name = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "\0", name, flags=re.IGNORECASE)
        if re.fullmatch(
            r"(?:\W|\0|\b(?:and|event|meeting|conference|call|place|via|on|platform|in|the|held|et|und|y|e)\b)*",
            name,
            re.IGNORECASE,
        ):
            return None
        kept = [part for part in re.split(r"\0", name) if re.search(r"[^\W\d]{2}", part)]
        core = re.sub(
            r"^\W*(?:(?:and|via|in|on|et|und|y|e)\s+)?|(?:\s+(?:and|via|on|et|und|y|e))?[\s,;/+&([-]*$",
            "",
            kept[0],
        )
        return passage.find(core) or passage

    def _words_in(self, text: str, group: str) -> bool:
        lowered = plain(text).casefold()
        return any(
            re.search(rf"(?<!\w){re.escape(word.casefold())}(?!\w)", lowered)
            for word in self.questionnaire.words[group]
        )

    # --- the SDG matrix ---

    def _ratings(self) -> Iterator[Rating]:
        question = self.questionnaire.question("sdg-contribution")
        found = self.reading.found.get(question.key)
        rows = dict(self._goal_rows(question))
        widgets = any(cell.tick is Tick.OFF for row, _ in rows.values() for cell in row.cells)
        for goal in range(1, 18):
            if goal not in rows:
                state = State.NOT_READ if rows or (found and found.cut_off) else State.NOT_IN_EXPORT
                yield Rating(goal=goal, state=state)
                continue
            row, columns = rows[goal]
            ticked = tuple(
                columns[index]
                for index, cell in enumerate(row.cells)
                if cell.tick is Tick.ON and index in columns
            )
            drawn = any(cell.tick for cell in row.cells)
            passage = next((cell.passage for cell in row.cells if cell.passage), None)
            if ticked:
                state = State.ANSWERED
            else:
                # In a matrix of buttons, a row without buttons has lost its answer; it was not left blank.
                state = State.NOT_READ if widgets and not drawn else State.BLANK
            yield Rating(goal=goal, state=state, options=ticked, passage=passage)

    def _goal_rows(self, question: Question) -> Iterator[tuple[int, tuple[Row, dict[int, str]]]]:
        columns: dict[int, str] = {}
        for table in self._tables(question.key):
            for row in table.rows:
                if header := _columns(row, question):
                    columns = header
                elif match := _GOAL.match(plain(row.cells[0].text)):
                    if 1 <= int(match[1]) <= 17:
                        mapped = columns or {
                            index: key for index, key in enumerate(question.columns, start=1)
                        }
                        yield int(match[1]), (row, mapped)


def _columns(row: Row, question: Question) -> dict[int, str]:
    """Which column of a table is which, where the row is its header; nothing where it is not."""
    scores = sorted(
        (
            (fuzz.ratio(fold(cell.text), fold(wording)), -index, key)
            for index, cell in enumerate(row.cells)
            if cell.passage
            for key, wordings in question.columns.items()
            for wording in wordings
        ),
        reverse=True,
    )
    mapped: dict[int, str] = {}
    for score, index, key in scores:
        if score >= _COLUMN_LIKENESS and -index not in mapped and key not in mapped.values():
            mapped[-index] = key
    return mapped if len(mapped) >= min(2, len(question.columns)) else {}


def _default_columns(row: Row, question: Question) -> dict[int, str]:
    """The columns in the order of the form, behind the row number where there is one."""
    first = (
        1
        if len(row.cells) > len(question.columns) or re.fullmatch(r"\W*\d{1,2}\W*", row.cells[0].text)
        else 0
    )
    return {first + index: key for index, key in enumerate(question.columns)}


def _number(row: Row, columns: dict[int, str]) -> int | None:
    for index, cell in enumerate(row.cells):
        if index not in columns and (match := re.fullmatch(r"\W*(\d{1,2})\W*", cell.text)):
            return int(match[1])
    return None


def _phrase(text: str, phrases: Sequence[str]) -> int | None:
    """Where the longest of some phrases that a text begins with ends; None where it begins with none."""
    for phrase in sorted(phrases, key=len, reverse=True):
        if match := re.match(rf"[\s,(+&]*{re.escape(phrase)}(?!\w)[\s:,]*", text, re.IGNORECASE):
            return match.end()
    match = re.match(r"\s*[+&]\s*", text)
    return match.end() if match and "plus" in phrases else None
