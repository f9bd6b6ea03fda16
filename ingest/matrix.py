"""A table of goals with options to tick → what was chosen for each goal. Knows ticks, words and marks.

People tick with boxes, images, crosses and words ("yes", "1"), write the option itself behind the goal, name
a goal by its number or its title, and reorder rows and columns.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

from ingest.form import Block, Line, Passage, Row, Table, Tick
from ingest.questionnaire import Question, fold, plain
from ingest.report import Rating, State
from ingest.wording import Wording

GOALS = range(1, 18)
_NUMBER = re.compile(r"^\W*(?:[^\W\d]+\W{0,3}){0,2}?(\d{1,2})\b")  # "Goal 7", "SDG n° 7", "7. Affordable"
_ALIKE = 85.0  # least ratio, 0–100, of a cell to a goal's title
_LONGEST = 60  # characters of a cell that names an option
_HEADER = 3  # options named in a row that is no goal's
_NO_MARKS = frozenset("-–—.·…/0○◯□☐ ")


@dataclass(frozen=True, slots=True)
class _Found:
    """What stands about one goal: the options chosen, and whether its row has buttons or boxes."""

    options: tuple[str, ...]
    drawn: bool
    passage: Passage | None


class Matrix:
    """Reads one matrix: its question says what goals and options are called."""

    def __init__(self, question: Question, words: Wording) -> None:
        self._question = question
        self._options = {wording: key for wording, key in question.folded_columns.items() if wording}
        self._longest_first = sorted(self._options, key=len, reverse=True)
        self._goals = question.folded_rows
        self._yes = words.folded("ticked")

    def ratings(self, content: Sequence[Block], *, cut_off: bool) -> Iterator[Rating]:
        """One rating for each goal, in order."""
        found = {**dict(self._of_lines(content)), **dict(self._of_tables(content))}
        cells = (
            cell for block in content if isinstance(block, Table) for row in block.rows for cell in row.cells
        )
        widgets = any(cell.tick is Tick.OFF for cell in cells)
        for goal in GOALS:
            if goal not in found:
                state = State.NOT_READ if found or cut_off else State.NOT_IN_EXPORT
                yield Rating(goal=goal, state=state)
                continue
            each = found[goal]
            # In a matrix of buttons, a row without buttons has lost its answer; it was not left blank.
            blank = State.NOT_READ if widgets and not each.drawn else State.BLANK
            state = State.ANSWERED if each.options else blank
            yield Rating(goal=goal, state=state, options=each.options, passage=each.passage)

    def _of_tables(self, content: Iterable[Block]) -> Iterator[tuple[int, _Found]]:
        default = dict(enumerate(self._question.columns, start=1))
        columns: dict[int, str] = {}
        for table in content:
            if not isinstance(table, Table):
                continue
            for row in table.rows:
                first = next(
                    (at for at, cell in enumerate(row.cells) if cell.passage and not cell.tick), None
                )
                goal = self._goal(row.cells[first].text) if first is not None else None
                header = self._header(row)
                if goal is not None and first is not None and len(header) < _HEADER:
                    options = self._chosen(row, columns or default, first)
                    drawn = any(cell.tick for cell in row.cells)
                    yield goal, _Found(options, drawn, row.cells[first].passage)
                elif header:
                    columns = header

    def _of_lines(self, content: Iterable[Block]) -> Iterator[tuple[int, _Found]]:
        """ "Goal 7. Affordable energy: strongly agree", where there is no table."""
        for line in content:
            if not isinstance(line, Line) or not (goal := self._goal(line.passage.text)):
                continue
            text = fold(line.passage.text)
            option = next((each for each in self._longest_first if text.endswith(f" {each}")), None)
            if option:
                yield goal, _Found((self._options[option],), drawn=False, passage=line.passage)

    def _header(self, row: Row) -> dict[int, str]:
        """Which column is which option; exports name only those somebody chose, so one is enough."""
        mapped: dict[int, str] = {}
        for index, cell in enumerate(row.cells):
            text = fold(cell.text) if cell.passage and not cell.tick and len(cell.text) < _LONGEST else ""
            near = (
                process.extractOne(text, self._options.keys(), scorer=fuzz.ratio, score_cutoff=80.0)
                if text
                else None
            )
            exact = self._options.get(text) or (near and self._options[near[0]])
            if exact and exact not in mapped.values():
                mapped[index] = exact
        return mapped

    def _goal(self, text: str) -> int | None:
        """The goal that a text is about, by its number or its title."""
        bare = plain(text)
        if match := _NUMBER.match(bare):
            return int(match[1]) if int(match[1]) in GOALS else None
        folded = fold(bare)
        if folded in self._goals:
            return self._goals[folded]
        near = (
            process.extractOne(folded, self._goals.keys(), scorer=fuzz.ratio, score_cutoff=_ALIKE)
            if folded
            else None
        )
        return self._goals[near[0]] if near else None

    def _chosen(self, row: Row, columns: dict[int, str], first: int) -> tuple[str, ...]:
        """The options of a row: those ticked; else those written out; else those marked."""
        cells = [(index, cell) for index, cell in enumerate(row.cells) if index != first]
        ticked = tuple(columns[at] for at, cell in cells if cell.tick is Tick.ON and at in columns)
        if ticked or any(cell.tick for _, cell in cells):
            return ticked
        filled = [(at, cell.text.strip()) for at, cell in cells if cell.passage]
        written = tuple(self._options[fold(text)] for _, text in filled if fold(text) in self._options)
        return written or tuple(columns[at] for at, text in filled if at in columns and self._marks(text))

    def _marks(self, text: str) -> bool:
        """Whether a cell says yes, in a word or by a mark."""
        folded = fold(text)
        return folded in self._yes if folded else not set(plain(text)) <= _NO_MARKS
