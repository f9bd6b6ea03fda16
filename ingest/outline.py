"""Which lines of a document are questions, which answer them, and which may be shown.

What is not recognised as a public part of the questionnaire is not read and not shown: lines are public by
being known, never by default.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.form import Block, Form, Line, Passage, Place, Table
from ingest.questionnaire import Printed, Question, Questionnaire, Recognised, Section, fold


@dataclass(slots=True)
class Found:
    """A question as found in the document, with the blocks that follow it."""

    question: Question
    label: Place
    content: list[Block] = field(default_factory=list)
    cut_off: bool = False


@dataclass(slots=True)
class Outline:
    """What one pass over a document with one questionnaire found."""

    questionnaire: Questionnaire
    found: dict[str, Found] = field(default_factory=dict)
    public_lines: set[int] = field(default_factory=set)
    confidential_content: bool = False


def outline(form: Form, questionnaire: Questionnaire) -> Outline:
    """The questions of a questionnaire that a document holds, each with the blocks that follow it."""
    found = Outline(questionnaire)
    walk = _Walk(found)
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
    return found


def _same_paragraph(blocks: Sequence[Block], at: int) -> list[Line]:
    lines: list[Line] = []
    for block in blocks[at:]:
        if not isinstance(block, Line) or (lines and block.paragraph != lines[0].paragraph):
            break
        lines.append(block)
    return lines


class _Walk:
    """Where we are while walking through the document."""

    def __init__(self, outline: Outline) -> None:
        self.outline = outline
        self.current: Found | None = None
        self.confidential = False

    def line(self, lines: list[Line]) -> int:
        """Take the first line of a paragraph, with those that continue its wording; say how many."""
        recognised, count = self._recognise(lines)
        taken, line = lines[:count], lines[0]
        match recognised:
            case Question() if recognised.key not in self.outline.found:
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
            self.outline.confidential_content |= not (isinstance(block, Line) and block.help)
        elif self.current:
            self.current.content.append(block)
            self._show([block])

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
        """What the first line is, or the first few lines of its paragraph together are."""
        questionnaire = self.outline.questionnaire
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
            recognised = self.outline.questionnaire.recognise(text[:end], least=92.0)
            if not isinstance(recognised, Question) or recognised.key in self.outline.found:
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
        return emphatic and self.outline.questionnaire.says_confidential(text)

    def _open(self, question: Question, label: list[Line], answer: Line | None) -> None:
        place = replace(label[0].passage.place, end_line=label[-1].passage.place.end_line)
        self.confidential = question.confidential
        self.current = Found(question, place)
        self.outline.found[question.key] = self.current
        if not question.confidential:
            self._show(label)
        if answer:
            self.content(answer)

    def _show(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            place = block.passage.place if isinstance(block, Line) else block.place
            self.outline.public_lines |= set(range(place.line, place.end_line + 1))
