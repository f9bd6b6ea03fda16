"""Which lines of a document are questions, which answer them, and which may be shown.

What is not recognised as a public part of the questionnaire is not read and not shown: lines are public by
being known, never by default.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import takewhile

from ingest.form import Block, Form, Line, Passage, Place, Row, Table, Tick
from ingest.questionnaire import ALIKE, Printed, Question, Questionnaire, Recognised, Section, fold, plain


@dataclass(slots=True)
class Found:
    """A question as found in the document, with the blocks that follow it."""

    question: Question
    label: Place
    content: list[Block] = field(default_factory=list)
    cut_off: bool = False
    part_withheld: bool = False  # something in it looks confidential, or nobody sees it: it was not taken


@dataclass(slots=True)
class Outline:
    """What one pass over a document with one questionnaire found."""

    questionnaire: Questionnaire
    found: dict[str, Found] = field(default_factory=dict)
    public_lines: set[int] = field(default_factory=set)
    withheld: list[Place] = field(default_factory=list)  # what is not shown; may share a line with what is
    confidential_content: bool = False

    def public_text(self, form: Form) -> str:
        """The text of the document with nothing in it but what may be shown; lines and columns stay."""
        lines = [
            line if number in self.public_lines or not _WORD.search(line) else ""
            for number, line in enumerate(form.text.split("\n"), 1)
        ]
        for place in self.withheld:
            line = lines[place.line - 1]
            lines[place.line - 1] = (
                line[: place.column - 1]
                + _blank(line[place.column - 1 : place.end_column])
                + line[place.end_column :]
            )
        return "\n".join(lines)

    def withheld_lines(self, form: Form) -> frozenset[int]:
        """The lines of the document of which nothing may be shown."""
        lines = enumerate(form.text.split("\n"), 1)
        return frozenset(n for n, line in lines if n not in self.public_lines and _WORD.search(line))


_WORD = re.compile(r"[^\W_]")
_NUMBERED = re.compile(r"\W*(?:\d{1,2}(?:\.\d{1,2})*|[a-hA-H]|[IVX]{1,4})[.)]?\s+\S")
_DIVISIONS = (
    "section|part|partie|teil|abschnitt|parte|sezione|sección|deel|część|osa|chapter|annexe?|anhang|anexo|"
    "allegato|bijlage|appendix"
)
_PART = re.compile(rf"[\W_]*(?:(?:{_DIVISIONS})\b|(?-i:III|IV|VI)[.):\s])", re.IGNORECASE)
_ROMAN = re.compile(r"[\W_]*([IVX]+)[.):\s]")
_DIVISION = re.compile(rf"[\W_]*(?:{_DIVISIONS})\s+(?=(?-i:[IVX]+|\d)\s*[.):;–-])", re.IGNORECASE)
_PAGE = re.compile(
    r"[\W_]*(?:page|seite|página|pagina|strona|side|sida|sivu|σελίδα|страница|strana|oldal|lk|lpp|psl)\.?\s*\d{1,3}"
    r"(?:\s*(?:of|/|von|de|di|z|sur|av|af|van|από|от)\s*\d{1,3})?[\W_]*|-\s*\d{1,3}\s*-",
    re.IGNORECASE,
)
_BOLD = ("**", "__", "<b>", "<strong>")  # what sets a line of Markdown apart
_CHANCE = 2  # pages on which the same line may stand beside the number by chance
_IN_TABLES = ("matrix", "areas", "events")  # kinds of questions that a table answers
_LONGEST_HEADING = 12  # words of a line that nothing marks as a heading
_LONGEST_SUBHEADING = 6  # words
_LONGEST_JOINED = 5  # lines of a paragraph that may be one label
_LONG = 30  # characters of a line that is a label by itself
_RUN = 8  # words that two passages share by no chance
_SENTENCE = 5  # words of a line that says something
_EXACTLY_ALIKE = 95.0  # least similarity of a translated label that ends a confidential part
_PLAINLY_ALIKE = 80.0  # least similarity of a line that nothing marks as a label


def outline(form: Form, questionnaire: Questionnaire) -> Outline:
    """The questions of a questionnaire that a document holds, each with the blocks that follow it.

    The outline's questionnaire is the one given, in the languages of the document.
    """
    found = Outline(questionnaire.spoken_in(form.lines()))
    walk = _Walk(found, questionnaire)
    blocks = _without_page_marks(form.blocks)
    at = 0
    while at < len(blocks):
        block = blocks[at]
        if _is_subheading(blocks, at) and walk.goes_on_below(block):
            at += 1
        elif isinstance(block, Table):
            walk.content(block)
            at += 1
        else:
            at += walk.line(_same_paragraph(blocks, at))
    last = form.blocks[-1] if form.blocks else None
    if isinstance(last, Line):
        walk.cut_off(last)
    if form.only_questions:
        walk.take_unknown_for_confidential()
    walk.withhold_repeated()
    return found


def _without_page_marks(blocks: Sequence[Block]) -> Sequence[Block]:
    """The blocks without the numbers of pages, and without what stands beside those on several pages."""
    numbers = {at for at, block in enumerate(blocks) if isinstance(block, Line) and _is_page_number(block)}
    if not numbers:
        return blocks
    beside = [
        near for at in numbers for near in (at - 1, at + 1) if 0 <= near < len(blocks) and near not in numbers
    ]
    texts = {near: block.passage.text for near in beside if isinstance(block := blocks[near], Line)}
    often = {text for text, times in Counter(texts.values()).items() if times > _CHANCE}
    left_out = numbers | {at for at, text in texts.items() if text in often}
    return [block for at, block in enumerate(blocks) if at not in left_out]


def _is_subheading(blocks: Sequence[Block], at: int) -> bool:
    """Whether a block is a row of its own within a table, over rows of as many cells as those before it."""
    if not 0 < at < len(blocks) - 1:
        return False
    before, line, after = blocks[at - 1 : at + 2]
    if not isinstance(line, Line) or not isinstance(before, Table) or not isinstance(after, Table):
        return False
    short = len(line.passage.text.split()) <= _LONGEST_SUBHEADING and not _asks(line)
    return line.inside and short and len(before.rows[-1].cells) == len(after.rows[0].cells)


def _asks(line: Line) -> bool:
    return line.starred or line.passage.text.rstrip("* _").endswith(("?", ":"))


def _is_page_number(line: Line) -> bool:
    return len(line.passage.text) < _LONG and _PAGE.fullmatch(line.passage.text) is not None


def _blank(text: str) -> str:
    return " " * len(text)


def _has_number_of(section: Section, text: str) -> bool:
    """Whether a heading has the Roman number of a section: "III. Outlook" that of "III. Self-assessment"."""
    number, own = (_ROMAN.match(each) for each in (text, section.wordings[0]))
    return number is not None and own is not None and number[1] == own[1]


def _is_label_like(line: Line) -> bool:
    """Whether a line looks like the label of a question that we do not know."""
    marked = line.heading or line.passage.text.startswith((*_BOLD, "\\*"))
    return bool(marked) or _asks(line) or len(line.passage.text.split()) > 3


def label_ends(text: str) -> list[int]:
    """Where a label may end on a line that goes on."""
    return [match.end() for match in re.finditer(r"\*\*(?=\S)|__(?=\S)|(?<=[^\s*])\*\*|[:?]\s", text)]


def _answer_in(rest: Passage) -> Passage | None:
    """The answer behind a label on its line, without the marks that end the label."""
    lead = re.match(r"[\s*_:]*", rest.text)
    start = lead.end() if lead else 0
    answer = rest.part(start, len(rest.text)).strip() if start < len(rest.text) else None
    return answer if answer and re.search(r"\w", answer.text) else None


def _tells(block: Block, questionnaire: Questionnaire) -> bool:
    """Whether a block answers something: not a line that asks, or helps, nor a table's headings alone."""
    if isinstance(block, Line):
        text = block.passage.text
        asks = _asks(block) or block.heading or questionnaire.wording.begins("requests", plain(text))
        announces = len(text.split()) <= _LONGEST_HEADING and questionnaire.says_confidential(text)
        return not (block.help or asks or announces)
    inner = (cell for row in block.rows[1:] for cell in row.cells[1:])
    return any(cell.tick is Tick.ON or (cell.passage and cell.tick is None) for cell in inner)


def _lines(block: Block) -> range:
    """The lines of the document that a block stands on."""
    place = block.passage.place if isinstance(block, Line) else block.place
    return range(place.line, place.end_line + 1)


def _runs(block: Block) -> Iterator[tuple[str, ...]]:
    """Words of a line in runs too long to be chance; of a shorter line all, if it says something."""
    words = fold(block.passage.text).split() if isinstance(block, Line) else []
    if _SENTENCE <= len(words) < _RUN:
        yield tuple(words)
    for start in range(len(words) - _RUN + 1):
        yield tuple(words[start : start + _RUN])


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.passage.text for line in lines)


def _same_paragraph(blocks: Sequence[Block], at: int) -> list[Line]:
    lines: list[Line] = []
    for block in blocks[at:]:
        if not isinstance(block, Line) or (lines and block.paragraph != lines[0].paragraph):
            break
        lines.append(block)
    return lines


class _Walk:
    """Where we are while walking through the document."""

    def __init__(self, outline: Outline, own: Questionnaire) -> None:
        self.outline = outline
        self.own = own  # the questionnaire without the wordings of the document's languages
        self.current: Found | None = None
        self.confidential = False
        self.beyond = False  # behind the last public question, in a part we do not know
        self.secrets: set[tuple[str, ...]] = set()  # runs of words of confidential lines
        self.unknown: list[Block] = []  # what stands behind headings that we do not know

    def line(self, lines: list[Line]) -> int:
        """Take the first line of a paragraph, with those that continue its wording; say how many."""
        recognised, count = self._recognise(lines)
        if isinstance(recognised, Question) and self._begins_with_label(lines[0]):
            recognised, count = None, 1  # a short answer behind its label is hardly seen in the whole
        if self.confidential and self._may_be_secret(recognised, _text(lines[:count])):
            recognised, count = None, 1
        taken, line = lines[:count], lines[0]
        match recognised:
            case Question() if self._is_new(recognised):
                self._open(recognised, taken, None)
            case Section():
                self.current, self.confidential = None, recognised.confidential
                self._show(taken)
            case Printed() if not self.confidential:
                self.current = self.current if recognised.instruction else None
                self._show(taken)
            case _:
                if not line.unseen and (split_label := self._label_and_answer(line)):
                    question, rest = split_label
                    self._open(question, taken, replace(line, passage=rest, starred=False, heading=0))
                elif self.current and self._is_marked(line):
                    self.content(line)
                elif self._announces_confidential(line):
                    self._keep_back(line)
                    self.current, self.confidential = None, True
                elif not line.unseen and (reworded := self._reworded(line)):
                    self._open(reworded, taken, None)
                elif line.heading or self._begins_unknown_part(line):
                    self._keep_back(line)
                    self.current = None  # a part of the document that we do not know
                    self.beyond = self._is_last_behind()
                elif self._stands_behind_table(line):
                    self._keep_back(line)
                    self.current = None if _is_label_like(line) else self.current
                else:
                    self.content(line)
        return count

    def content(self, block: Block) -> None:
        """Take a block as part of the answer to the question we are at."""
        if isinstance(block, Table) and self._is_confidential_table(block):
            self.current, self.confidential = None, True
        kept = None
        if self.confidential or (self.beyond and not self.current):
            self.outline.confidential_content |= _tells(block, self.outline.questionnaire)
            self.secrets.update(_runs(block))
        elif not self.current:
            self.unknown.append(block)
        elif not (isinstance(block, Line) and block.unseen):
            kept = self._unmarked(block)
            if kept:
                self.current.content.append(kept)
                self._show([kept])
            if kept is not block:
                self._withhold()
        if not kept:
            self._keep_back(block)

    def goes_on_below(self, block: Block) -> bool:
        """Take a heading within the table that answers the question we are at: the rows below it answer, too.

        Not where it may be another question's, or head a confidential part.
        """
        questionnaire = self.outline.questionnaire
        if not isinstance(block, Line) or block.unseen or not self.current or self.confidential:
            return False
        if self.current.question.kind not in ("areas", "events"):
            return False
        text = block.passage.text
        is_another = (
            questionnaire.recognise(text) or self._reworded(block) or self._begins_unknown_part(block)
        )
        if is_another or self._announces_confidential(block) or self._is_marked(block):
            return False
        self._show([block])
        return True

    def take_unknown_for_confidential(self) -> None:
        """Take answers to unknown questions for confidential, where all public questions are known."""
        questions = self.outline.questionnaire.questions
        if all(each.confidential or each.key in self.outline.found for each in questions):
            told = any(_tells(block, self.outline.questionnaire) for block in self.unknown)
            self.outline.confidential_content |= told
            self.secrets.update(run for block in self.unknown for run in _runs(block))

    def withhold_repeated(self) -> None:
        """Cut answers where they say what a confidential part says, too."""
        for found in self.outline.found.values():
            told = (at for at, block in enumerate(found.content) if not self.secrets.isdisjoint(_runs(block)))
            cut = next(told, None) if self.secrets else None
            if cut is not None:
                self.outline.public_lines -= {line for block in found.content[cut:] for line in _lines(block)}
                del found.content[cut:]
                found.part_withheld = True

    def _is_marked(self, line: Line) -> bool:
        """Whether a line of an answer says of itself that it is not for the public."""
        marks = self.outline.questionnaire.marks_confidential
        return not (line.heading or line.help) and marks(plain(line.passage.text))

    def _unmarked(self, block: Block) -> Block | None:
        """A block without what says of itself that it is not for the public, and what follows that."""
        if isinstance(block, Line):
            return None if self._is_marked(block) else block
        table = block
        kept = list(takewhile(lambda row: not self._is_doubtful(row), table.rows))
        if len(kept) == len(table.rows):
            return table
        if not kept:
            return None
        end = kept[-1].place
        place = replace(table.place, end_line=end.end_line, end_column=end.end_column)
        return replace(table, rows=tuple(kept), place=place)

    def _is_doubtful(self, row: Row) -> bool:
        """Whether a row is marked as not public, heads a confidential part, or has words that nobody sees."""
        questionnaire = self.outline.questionnaire
        cells = [cell for cell in row.cells if _WORD.search(cell.text)]
        first = next((cell.text for cell in cells if not cell.text.strip(" .").isdecimal()), "")
        return (
            any(questionnaire.marks_confidential(plain(cell.text)) for cell in cells)
            or any(cell.unseen and not self._is_column(cell.text) for cell in cells)
            or questionnaire.heads_confidential(first)
        )

    def _is_column(self, text: str) -> bool:
        """Whether a text is a known heading of a column of the table we are at."""
        return self.current is not None and fold(text) in self.current.question.folded_columns

    def _keep_back(self, block: Block) -> None:
        """Show a block to nobody; if it was not to be seen, its answer says that something is missing."""
        if isinstance(block, Line):
            self.outline.withheld.append(block.passage.place)
            if block.unseen and self.current:
                self.current.part_withheld = True

    def _withhold(self) -> None:
        """Take no more of the answer we are at: what stands here looks confidential."""
        if self.current:
            self.current.part_withheld = True
        self.current, self.confidential = None, True

    def _is_confidential_table(self, table: Table) -> bool:
        """Whether the first row of a table announces the confidential part."""
        questionnaire = self.outline.questionnaire
        return any(questionnaire.begins_confidential(cell.text) for cell in table.rows[0].cells)

    def cut_off(self, last: Line) -> None:
        """Note a label that the end of the document cuts in two."""
        if self.current and self.current.content and self.current.content[-1] is last:
            questionnaire = self.outline.questionnaire
            if questionnaire.begins(last.passage.text):
                self.current.content.pop()
                for question in questionnaire.questions:
                    begins = any(fold(text).startswith(fold(last.passage.text)) for text in question.wordings)
                    if begins and question.key not in self.outline.found:
                        self.outline.found[question.key] = Found(question, last.passage.place, cut_off=True)
                        return

    def _recognise(self, lines: list[Line]) -> tuple[Recognised | None, int]:
        """What the first line is, or the first few lines of its paragraph together are.

        The likeliest number of lines wins, the greater of two alike; and the first line must add to the
        likeness, for in a crowded paragraph it may be an answer with the next question behind it.
        """
        questionnaire = self.outline.questionnaire
        best: tuple[Recognised | None, int] = (None, 1)
        texts, most = [line.passage.text for line in lines[:_LONGEST_JOINED]], 0.0
        for count in range(1, len(texts) + 1):
            text = " ".join(texts[:count])
            if not (recognised := questionnaire.recognise(text)):
                continue
            alike = questionnaire.likeness(text)
            if alike < most or (count > 1 and questionnaire.likeness(" ".join(texts[1:count])) >= alike):
                continue
            best, most = (recognised, count), alike
            if count == 1 and len(fold(text)) > _LONG:
                break
        return best

    def _label_and_answer(self, line: Line) -> tuple[Question, Passage] | None:
        """A question and its answer on one line: "**Webpage**<https://…>", "Reporting period: 2020 H2".

        In a confidential part a short label may be a word of its own questions.
        """
        text = line.passage.text
        for end in label_ends(text):
            if self.confidential and len(fold(text[:end])) < _LONG:
                continue
            recognised = self.outline.questionnaire.recognise(text[:end], least=92.0)
            if self.confidential and self._may_be_secret(recognised, text[:end]):
                continue
            if not isinstance(recognised, Question) or not self._is_new(recognised):
                recognised = self._reworded(line, end)
            if recognised is None:
                continue
            rest = line.passage.part(end, len(text)) if end < len(text) else None
            if rest and (answer := _answer_in(rest)):
                return recognised, answer
        return None

    def _begins_with_label(self, line: Line) -> bool:
        """Whether a line is more like a printed label up to where a label may end than it is as a whole."""
        questionnaire, text = self.outline.questionnaire, line.passage.text
        whole = questionnaire.likeness(text)
        return any(
            re.search(r"\w", text[end:]) is not None
            and isinstance(questionnaire.recognise(text[:end]), Question)
            and questionnaire.likeness(text[:end]) > whole
            for end in label_ends(text)
        )

    def _may_be_secret(self, recognised: Recognised | None, text: str) -> bool:
        """Whether what opens a public part may be words of the confidential part we are in.

        There a wording of the document's languages must be met almost exactly, and a short label may be a
        word of the confidential part's own questions. But what says whose report it is, before any answer,
        ends what was only an introduction that says "confidential".
        """
        if not isinstance(recognised, Question | Section) or recognised.confidential:
            return False
        own, is_question = self.own.recognise(text), isinstance(recognised, Question)
        if isinstance(own, Question | Section) and own.key == recognised.key:
            return False
        if is_question and recognised.key in self.own.identifying and not self._has_answers():
            return False
        short = is_question and len(fold(text)) < _LONG
        return short or self.outline.questionnaire.likeness(text) < _EXACTLY_ALIKE

    def _has_answers(self) -> bool:
        return any(each.content for each in self.outline.found.values())

    def _is_new(self, question: Question) -> bool:
        """Whether a question was not met before, or only named: in a list of contents.

        In a confidential part the name of a question that was left blank may be words of an answer.
        """
        found = self.outline.found.get(question.key)
        if found and self.confidential and self._has_answers():
            return False
        return found is None or not (found.content or found.cut_off or question.confidential)

    def _reworded(self, line: Line, end: int = 0) -> Question | None:
        """The public question that a label in other words is; in a confidential part there is none."""
        text = line.passage.text[:end] if end else line.passage.text
        if self.confidential or line.help:
            return None
        marked = bool(line.heading) or line.starred or text.startswith((*_BOLD, "\\*", "*"))
        marked = marked or bool(_NUMBERED.match(text)) or (not end and text.rstrip().endswith(":"))
        marked = marked or (text.isupper() and len(text) > 12)
        if not marked and text.rstrip().endswith((".", ";", ",")):
            return None
        question = self.outline.questionnaire.alludes(text, ALIKE if marked else _PLAINLY_ALIKE)
        return question if question and self._is_new(question) else None

    def _begins_unknown_part(self, line: Line) -> bool:
        """Whether a line looks like a part or question of its own: "Part C", "IV. Outlook", "Why?"."""
        text = line.passage.text
        marked, words = text.startswith(_BOLD), len(text.split())
        asks = text.rstrip("*_ ").endswith("?") and (marked or 4 < words < 30)
        return asks or bool(_PART.match(text) and (marked or words <= _LONGEST_HEADING))

    def _is_last_behind(self) -> bool:
        """Whether the last public question of the form is answered already."""
        public = [each for each in self.outline.questionnaire.questions if not each.confidential]
        return bool(public) and public[-1].key in self.outline.found

    def _stands_behind_table(self, line: Line) -> bool:
        """Whether the question we are at is answered by a table, and has it: what follows is no answer."""
        if self.confidential or not self.current or self.current.question.kind not in _IN_TABLES:
            return False
        return any(isinstance(block, Table) for block in self.current.content)

    def _announces_confidential(self, line: Line) -> bool:
        text = line.passage.text
        marked = bool(line.heading) or text.startswith(_BOLD)
        questionnaire = self.outline.questionnaire
        division = _DIVISION.match(text)
        number = text[division.end() :] if division else text
        confidential = (each for each in questionnaire.sections if each.confidential)
        if (marked or division) and any(_has_number_of(each, number) for each in confidential):
            return True
        if marked or division or re.match(r"\W*I{2,3}[.)\s]", text):
            return questionnaire.says_confidential(text)
        return len(text.split()) <= _LONGEST_HEADING and questionnaire.begins_confidential(text)

    def _open(self, question: Question, label: list[Line], answer: Line | None) -> None:
        place = replace(label[0].passage.place, end_line=label[-1].passage.place.end_line)
        self.confidential, self.beyond = question.confidential, False
        self.current = Found(question, place)
        self.outline.found[question.key] = self.current
        if not question.confidential:
            self._show(label)
        if answer:
            self.content(answer)

    def _show(self, blocks: Sequence[Block]) -> None:
        self.outline.public_lines.update(line for block in blocks for line in _lines(block))
