"""Passages and places."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.form import Passage, Place


def passage(text: str, line: int = 10, column: int = 5) -> Passage:
    return Passage(text=text, place=Place(line=line, column=column, end_line=line, end_column=column))


def test_a_part_on_the_first_line_counts_from_the_passage_column():
    part = passage("Brittany Region").part(9, 15)
    assert (part.text, part.place.line, part.place.column, part.place.end_column) == ("Region", 10, 14, 19)


def test_a_part_on_a_later_line_counts_from_the_line_start():
    part = passage("Wales\nBasque Country").find("Country")
    assert (part.place.line, part.place.column, part.place.end_line) == (11, 8, 11)


@given(st.text("ab\n ", min_size=1, max_size=40), st.data())
def test_a_part_of_a_part_is_where_the_whole_says(text, data):
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    whole = passage(text, line=1, column=1)
    part = whole.part(start, end)
    lines = text.split("\n")
    reached = part.place
    if "\n" not in part.text:
        assert lines[reached.line - 1][reached.column - 1 : reached.end_column] == part.text
    assert part.part(0, len(part.text)) == part


@pytest.mark.parametrize("span", [(0, 0), (3, 2), (0, 99)])
def test_no_part_outside(span):
    with pytest.raises(ValueError, match="No characters"):
        passage("abc").part(*span)
