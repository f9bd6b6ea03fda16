"""Which column of a table is which: by its header, however people word it, or by the order of the form."""

import re
from collections.abc import Collection
from itertools import islice

from rapidfuzz import fuzz, process

from ingest.form import Row
from ingest.questionnaire import Question, fold, plain, without_brackets

_LIKENESS = 80.0
"""Least similarity, 0–100, of a header cell to a column's wording."""


def columns_of(row: Row, question: Question, numbers: Collection[str]) -> dict[int, str]:
    """Which column of a table is which, where the row is its header; nothing where it is not.

    `numbers` are the headings, folded, that the column of the row numbers may have.
    """
    wordings = question.folded_columns
    scores = sorted(
        (
            (score, -index, wordings[wording])
            for index, cell in enumerate(row.cells)
            if cell.passage
            for text in _headings(cell.passage.text)
            for scorer in (fuzz.ratio, fuzz.token_sort_ratio)  # "Partners involved": in any order
            for wording, score, _ in process.extract(
                text, wordings.keys(), scorer=scorer, score_cutoff=_LIKENESS, limit=None
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
            if at not in mapped and cell.passage and fold(cell.text) not in numbers
        )
        mapped.update(dict.fromkeys(islice(left, 1), first))  # however it is called: "WP", "Hub"
    return mapped


def _headings(text: str) -> set[str]:
    """What a cell says if it heads a column: its words, and those that do not stand in brackets."""
    bare = plain(text)
    texts = {fold(text), fold(without_brackets(bare))} if "(" in bare else {fold(text)}
    return texts - {""}


def default_columns(row: Row, question: Question) -> dict[int, str]:
    """The columns in the order of the form, behind the row number where there is one."""
    first = (
        1
        if len(row.cells) > len(question.columns) or re.fullmatch(r"\W*\d{1,2}\W*", row.cells[0].text)
        else 0
    )
    return {first + index: key for index, key in enumerate(question.columns)}


def row_number(row: Row, columns: Collection[int]) -> int | None:
    """The number that a row gives itself, in none of the columns that are something else."""
    for index, cell in enumerate(row.cells):
        if index not in columns and (match := re.fullmatch(r"\W*(\d{1,2})\W*", cell.text)):
            return int(match[1])
    return None
