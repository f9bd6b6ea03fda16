"""Form + questionnaire → Report: what the answers say, typed but still literal."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cached_property
from itertools import islice

from rapidfuzz import fuzz, process

from ingest.dates import understand as understand_date
from ingest.dates import understand_period
from ingest.form import Block, Cell, Form, Line, Passage, Row, Table
from ingest.lists import Item, Names, split
from ingest.matrix import Matrix
from ingest.outline import Outline, outline
from ingest.questionnaire import Question, Questionnaire, fold, plain, without_brackets
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
from ingest.resolve.types import organisation_type
from regiograph.errors import UnknownQuestionnaire

_URL = re.compile(r"(?:https?://|www\.)[^\s<>\[\]()\"']+[^\s<>\[\]()\"'.,;:]", re.IGNORECASE)
_BARE_URL = re.compile(
    r"(?<![\w@./-])(?:[\w-]+\.)+[a-z]{2,}(?:/[^\s<>\[\]()\"']*[^\s<>\[\]()\"'.,;:])?/?(?![\w@])", re.I
)
_NO_PLACE = re.compile(
    r"(?:\W|\0|\b(?:and|event|meeting|conference|call|place|via|on|platform|in|the|held|et|und|y|e)\b)*",
    re.IGNORECASE,
)
_Numbered = tuple[int, dict[str, Cell], Row]  # a row's number, its cells by column key, the row itself
_COLUMN_LIKENESS = 80.0  # least ratio, 0–100, of a header cell to a column's wording


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
        self.names = names
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
            matches = list(_URL.finditer(passage.text)) or _BARE_URL.finditer(passage.text)
            for match in matches:
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
                mentions += self._named(content.passage, question)
            else:
                mentions += self._tabled(content, question)
        return tuple(mentions)

    def _named(self, passage: Passage, question: Question) -> Iterator[Mention]:
        if not self.questionnaire.is_no_answer(passage.text):
            yield from self._mentions(passage, Role(question.role), Expected(question.expected))

    def _tabled(self, table: Table, question: Question) -> Iterator[Mention]:
        """The names in a table: of the column of names, with their countries and codes; else in any cell.

        What other columns tell, such as whom to contact, nobody asked for.
        """
        columns: dict[str, int] = {}
        for row in table.rows:
            if header := _columns(row, question, self._is_row_number):
                columns = {key: index for index, key in header.items()}
                continue
            cells = {key: row.cells[index] for key, index in columns.items() if index < len(row.cells)}
            for cell in [cells["name"]] if "name" in cells else row.cells:
                if cell.passage and not cell.repeated:
                    yield from self._located(self._named(cell.passage, question), cells)

    def _located(self, mentions: Iterable[Mention], cells: Mapping[str, Cell]) -> Iterator[Mention]:
        """Names with the country and the codes that stand beside them."""
        found = list(mentions)
        country, code = (plain(cells[key].text) if key in cells else "" for key in ("country", "code"))
        codes = [word for word in re.split(r"\W+", code) if self.names.is_code(word)]
        if len(codes) != len(found):
            codes = [""] * len(found)
        for mention, own in zip(found, codes, strict=True):
            yield replace(mention, country=mention.country or country, code=mention.code or own)

    def _mentions(self, passage: Passage, role: Role, expected: Expected) -> Iterator[Mention]:
        """The names in a passage; behind "with the support of" stand those who support the lead."""
        leaders, supporters = self._supported(passage)
        if role is not Role.LEAD:
            for part in (leaders, supporters):
                for item in self._split(part) if part else ():
                    yield self._mention(item, role, expected)
            return
        for part, part_role in self._leading(leaders) if leaders else ():
            for item in self._split(part):
                yield self._mention(item, part_role, expected)
        supporters, more = self._until_leader(supporters) if supporters else (None, None)
        for item in self._split(supporters) if supporters else ():
            if item.remark and item.remark in self.words.folded("lead_words", "co_lead_words"):
                yield self._mention(item, role, expected)
            else:
                yield self._mention(item, Role.LEAD_SUPPORT, Expected.ORGANISATION)
        if more:
            yield from self._mentions(more, role, expected)

    def _until_leader(self, passage: Passage) -> tuple[Passage, Passage | None]:
        """Those who support a leader, and what begins with the next: "A and B; Iceland (co-lead)"."""
        for match in re.finditer(r"[;\n\u2028](?=.)", passage.text, re.DOTALL):
            rest = passage.part(match.end(), len(passage.text)).strip()
            first = next(iter(self._split(rest)), None) if rest else None
            if rest and first and match.start() and self._leads(first, rest):
                return passage.part(0, match.start()), rest
        return passage, None

    def _leads(self, first: Item, passage: Passage) -> bool:
        """Whether a passage tells who leads: in so many words, or with a region as its first name."""
        announced = next(iter(self.words.announced(passage.text)), None)
        name = plain(first.passage.text)
        return (
            (announced is not None and not re.search(r"\w", passage.text[: announced.start()]))
            or first.remark in self.words.folded("lead_words", "co_lead_words")
            or (self.names.known(name) and (organisation_type(name) or ("authority",))[0] == "authority")
        )

    def _leading(self, passage: Passage) -> Iterator[tuple[Passage, Role]]:
        """The parts of a passage with the role its words give: "Lead: X; co-lead: Y", "co-led by X and Y"."""
        start, role = 0, Role.LEAD
        for match in self.words.announced(passage.text):
            if re.search(r"\w", passage.text[start : match.start()]):
                yield passage.part(start, match.start()), role
            start, role = match.end(), Role.CO_LEAD if match["both"] else Role.LEAD
        if re.search(r"\w", passage.text[start:]):
            yield passage.part(start, len(passage.text)), role

    def _split(self, passage: Passage) -> tuple[Item, ...]:
        if (others := self.words.ends("others", passage.text)) and others.start():
            passage = passage.part(0, others.start())
        if (lead := self.words.begins("members_of", passage.text)) and lead < len(passage.text):
            passage = passage.part(lead, len(passage.text))
        examples, together = self.words.phrases("examples"), self.words.phrases("together")
        items = split(passage, names=self.names, examples=examples, together=together)
        return tuple(item for item in items if not self._is_nobody(item.passage.text))

    def _is_nobody(self, text: str) -> bool:
        """Whether what stands in a list says that there is nobody, or nobody yet."""
        folded = fold(text)
        counted = re.fullmatch(r"\d{1,3} [^\W\d]+", folded)  # "5 regions"
        return (
            self.questionnaire.is_no_answer(text)
            or folded in self.words.folded("nobody")
            or counted is not None
            or _URL.fullmatch(text.strip("<>")) is not None
            or set(folded.split()) <= self._words_for_lead
            or re.fullmatch(r"\([^()]*\)", text.strip()) is not None
        )

    @cached_property
    def _words_for_lead(self) -> frozenset[str]:
        """The words of "co-lead", "leader" and "to be confirmed"."""
        phrases = (*self.words.folded("lead_words", "co_lead_words"), *self.questionnaire.no_answer)
        return frozenset(word for phrase in phrases for word in phrase.split())

    def _supported(self, passage: Passage) -> tuple[Passage | None, Passage | None]:
        if match := self.words.divides("support", passage.text):
            return passage.part(0, match.start()), passage.part(match.end(), len(passage.text))
        return passage, None

    def _mention(self, item: Item, role: Role, expected: Expected) -> Mention:
        if role is Role.LEAD and item.remark in self.words.folded("co_lead_words"):
            role = Role.CO_LEAD
        lead_remarks = self.words.folded("lead_words", "co_lead_words")
        passage = item.passage
        if (
            item.remark
            and item.remark in lead_remarks
            and (bracket := re.search(r"\s*[(\[][^(\[]*$", passage.text))
        ):
            passage = passage.part(0, bracket.start()) if bracket.start() else passage
        if expected is Expected.REGION and (acting := self.words.divides("acting", passage.text)):
            passage = passage.part(acting.end(), len(passage.text))
        return Mention(passage=passage, role=role, expected=expected, country=item.country, code=item.code)

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
                header = _columns(row, question, self._is_row_number)
                if header and len(header) >= len(columns):  # words of a header may stand in a cell, too
                    columns = header
                    continue
                position += 1
                mapped = columns or _default_columns(row, question)
                cells = {
                    key: row.cells[index]
                    for index, key in mapped.items()
                    if index < len(row.cells) and row.cells[index].passage
                }
                if any(not cell.repeated for cell in cells.values()):
                    yield _number(row, mapped) or position, cells, row

    def _is_row_number(self, heading: str) -> bool:
        return fold(heading) in self.words.folded("row_number")

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
        everyone = self.words.begins("everyone", passage.text)
        if everyone is None:
            return self._named_and_everyone(passage)
        all_of_them = passage.part(0, everyone)
        rest = passage.part(everyone, len(passage.text)).strip() if everyone < len(passage.text) else None
        if rest and (inner := re.fullmatch(r"\((.*)\)", rest.text, re.DOTALL)) and inner[1].strip():
            rest = rest.part(1, len(rest.text) - 1).strip()
        counted = rest and re.match(r"\W*\d+\s", rest.text)  # "All (10 regions)" names nobody
        if rest is None or counted or not re.search(r"[^\W\d]{2}", rest.text):
            return Involved(everyone=True, everyone_passage=all_of_them)
        left_out = self.words.begins("exceptions", rest.text)
        if left_out is not None and left_out < len(rest.text):
            named = self._mentions(rest.part(left_out, len(rest.text)), Role.INVOLVED, Expected.REGION)
            return Involved(everyone=True, everyone_passage=all_of_them, exceptions=tuple(named))
        if (excluded := self.words.ends("excluded", rest.text)) and excluded.start():
            named = self._mentions(rest.part(0, excluded.start()), Role.INVOLVED, Expected.REGION)
            return Involved(everyone=True, everyone_passage=all_of_them, exceptions=tuple(named))
        more = self.words.begins("additions", rest.text) or 0
        named = self._mentions(rest.part(more, len(rest.text)), Role.INVOLVED, Expected.REGION)
        return Involved(everyone=True, everyone_passage=all_of_them, named=tuple(named))

    def _named_and_everyone(self, passage: Passage) -> Involved:
        """Names; and behind them, at times, "and all other partners"."""
        last = self.words.ends("everyone", passage.text)
        names = passage.part(0, last.start()) if last and last.start() else passage
        named = tuple(self._mentions(names, Role.INVOLVED, Expected.REGION))
        if not last or names is passage:
            return Involved(named=named)
        return Involved(everyone=True, everyone_passage=passage.part(*last.span(1)), named=named)

    def _events(self, key: str) -> Iterator[Event]:
        question = self.questionnaire.question(key)
        for _, cells, _row in self._rows(question):
            title = cells["title"].passage if "title" in cells else None
            nothing = all(self.questionnaire.is_no_answer(cell.text) for cell in cells.values())
            if title is None or nothing:
                continue
            when = cells["date"].passage if "date" in cells else None
            place_name, mode = self._place(cells.get("place"), title)
            other = cells["other"].passage if "other" in cells else None
            if mode and other and self._words_in(other.text, "hybrid"):
                mode = "hybrid"
            yield Event(
                status=question.status,
                title=title,
                when=understand_date(when, period=self._days(), planned=question.status == "planned")
                if when
                else None,
                place_name=place_name,
                mode=mode,
                other=other,
            )

    def _place(self, cell: Cell | None, title: Passage) -> tuple[Passage | None, str | None]:
        """Where an event is held, and whether online, in person or both; None where that is open."""
        if cell is None or cell.passage is None:
            return None, "online" if self._words_in(title.text, "online") else None
        text = cell.passage.text
        online = self._words_in(text, "online") or bool(_URL.search(text))
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

    def _where(self, passage: Passage) -> Passage | None:
        """The name of the place: the cell without the words that say how an event is held."""
        name = _URL.sub(lambda match: "\0" * len(match[0]), passage.text)
        name = self.words.blanked(name)
        kept = [part for part in re.finditer(r"[^\0]+", name) if not _NO_PLACE.fullmatch(part[0])]
        if not kept or not re.search(r"[^\W\d]{2}", kept[0][0]):
            return None
        start, end = kept[0].span()
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


def _columns(row: Row, question: Question, is_number: Callable[[str], bool]) -> dict[int, str]:
    """Which column of a table is which, where the row is its header; nothing where it is not.

    `is_number` tells whether a heading is that of the row numbers.
    """
    wordings = question.folded_columns
    scores = sorted(
        (
            (score, -index, wordings[wording])
            for index, cell in enumerate(row.cells)
            if cell.passage
            for text in _headings(cell.passage.text)
            for wording, score, _ in process.extract(
                text, wordings.keys(), scorer=_likeness, score_cutoff=_COLUMN_LIKENESS, limit=None
            )
        ),
        reverse=True,
    )
    mapped: dict[int, str] = {}
    for _, index, key in scores:
        if -index not in mapped and key not in mapped.values():
            mapped[-index] = key
    if len(mapped) < 2:
        return {}
    if (first := next(iter(question.columns))) not in mapped.values():
        left = (
            at
            for at, cell in enumerate(row.cells)
            if at not in mapped and cell.passage and not is_number(cell.text)
        )
        mapped.update(dict.fromkeys(islice(left, 1), first))  # however it is called: "WP", "Hub"
    return mapped


def _likeness(one: str, other: str, *, score_cutoff: float | None = None) -> float:
    """How much two headings are alike, 0 to 100, in whatever order their words stand."""
    return max(
        fuzz.ratio(one, other, score_cutoff=score_cutoff),
        0.99 * fuzz.token_sort_ratio(one, other, score_cutoff=score_cutoff),
    )


def _headings(text: str) -> set[str]:
    """What a cell says if it heads a column: its words, and those that do not stand in brackets."""
    bare = plain(text)
    texts = {fold(text), fold(without_brackets(bare))} if "(" in bare else {fold(text)}
    return texts - {""}


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
