"""Markdown → Form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.form import Form, Line, Source, Table, Tick
from ingest.read import read
from regiograph.errors import NotReadable


def form(text: str) -> Form:
    (one,) = read(Source(name="r.md", data=text.encode()))
    return one


def lines(text: str) -> list[Line]:
    return [block for block in form(text).blocks if isinstance(block, Line)]


def tables(text: str) -> list[Table]:
    return [block for block in form(text).blocks if isinstance(block, Table)]


def test_headings_stars_and_help_are_told_from_answers():
    heading, label, help_text, answer = lines(
        "### \\* Reporting period\n\n**\\* Start date**\n\n*e.g.: Lapland (FI), FI1D7*\n\nJuly 2020\n"
    )
    assert (heading.heading, heading.starred, heading.passage.text) == (3, True, "\\* Reporting period")
    assert label.starred and not label.heading
    assert help_text.help and not answer.help
    assert (answer.passage.place.line, answer.passage.place.column) == (7, 1)


def test_help_in_italics_may_run_over_two_lines_and_bold_is_not_help():
    first, second, bold = lines("*If possible, follow this:  \ne.g.: Lapland*\n\n**Wales**\n")
    assert first.help and second.help and not bold.help


def test_lines_of_one_paragraph_stay_together_and_lose_their_line_breaks():
    first, second, other = lines("Castilla y Leon  \nLuxembourg  \n\nWales\n")
    assert [first.passage.text, second.passage.text] == ["Castilla y Leon", "Luxembourg"]
    assert first.paragraph == second.paragraph != other.paragraph


@pytest.mark.parametrize(
    "text",
    [
        "\tArea\tLead\n1\tMapping\tBrittany\n",
        "| | Area | Lead |\n|---|---|---|\n| 1 | Mapping | Brittany |\n",
        " | Area | Lead\n---|---|---\n1 | Mapping | Brittany\n",
    ],
    ids=["tabs", "pipes", "pipes without edges"],
)
def test_a_table_is_a_table_however_it_is_drawn(text):
    (table,) = tables(text)
    assert [cell.text for cell in table.rows[-1].cells] == ["1", "Mapping", "Brittany"]
    passage = table.rows[-1].cells[2].passage
    line = text.split("\n")[passage.place.line - 1]
    assert line[passage.place.column - 1 : passage.place.end_column] == "Brittany"
    assert (passage.place.table, passage.place.cell) == (1, 3)


@pytest.mark.parametrize(
    ("written", "tick"),
    [
        ('<input checked="" type="radio"/>', Tick.ON),
        ('<input type="radio"/>', Tick.OFF),
        ("☒", Tick.ON),
        ("☐", Tick.OFF),
        ("x", Tick.ON),
        ("[x]", Tick.ON),
        ("[ ]", Tick.OFF),
        ("**X**", Tick.ON),
        ("maybe", None),
    ],
)
def test_ticks(written, tick):
    (table,) = tables(f"\tAgree\nGoal 1\t{written}\n")
    assert table.rows[1].cells[1].tick is tick


def test_a_bullet_is_not_part_of_the_name_but_a_day_is():
    bullet, day = lines("- Lapland\n\n12. March 2018\n")
    assert bullet.passage.text == "Lapland" and bullet.passage.place.column == 3
    assert day.passage.text == "12. March 2018"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n ", "empty"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"%PDF-1.7 \x00", None),
        ("Förderung\nStärke".encode("latin-1"), "Line 1 is not UTF-8 (byte 0xF6)"),
        (b"Reporting period\n\x00\x01\x02", "binary"),
    ],
    ids=["empty", "blank", "JPEG", "broken PDF", "Latin-1", "binary"],
)
def test_what_is_not_a_text_is_refused_in_one_sentence(data, says):
    with pytest.raises(NotReadable) as caught:
        read(Source(name="report.md", data=data))
    assert caught.value.where == "report.md" and caught.value.way_out
    assert says is None or says in caught.value.problem


@given(st.binary(max_size=400))
def test_a_reader_raises_nothing_but_its_own_error(data):
    try:
        read(Source(name="x.md", data=data))
    except NotReadable as error:
        assert error.way_out


@given(st.text(st.characters(codec="utf-8"), max_size=400))
def test_every_passage_stands_verbatim_at_its_place(text):
    if not text.strip() or "\x00" in text or text.startswith("\ufeff"):
        return
    try:
        whole = form(text)
    except NotReadable:
        return
    source = whole.text.split("\n")
    cells = [cell for t in whole.blocks if isinstance(t, Table) for row in t.rows for cell in row.cells]
    passages = [block.passage for block in whole.blocks if isinstance(block, Line)]
    for passage in [*passages, *(cell.passage for cell in cells if cell.passage)]:
        place = passage.place
        assert source[place.line - 1][place.column - 1 : place.end_column] == passage.text


@pytest.mark.parametrize(
    "hidden",
    [
        "<!-- secret -->",
        "<!--\nsecret\n-->",
        '<input type="hidden" value="secret">',
        '<span style="display: none">secret</span>',
        "<em hidden>secret</em>",
        "<script>secret()</script>",
        '<b title="secret"></b>',
        '[page](https://x.eu "secret")',
        "\n\n[^1]: secret\n\n",
    ],
)
def test_what_a_reader_of_the_page_does_not_see_is_not_read(hidden):
    read_form = form(f"Wales {hidden} Tuscany\n\nEstonia")
    assert "secret" not in read_form.text and "secret" not in repr(read_form.blocks)
    last = read_form.blocks[-1]
    assert last.passage.text.endswith("Estonia")
    assert last.passage.place.line == 3 + hidden.count("\n")


def test_a_tick_keeps_its_attributes_and_words_in_brackets_their_quotes():
    (row,) = tables('Goal 1\t<input checked="" type="radio" value="1"/>\t<input type="radio"/>')[0].rows
    assert [cell.tick for cell in row.cells] == [None, Tick.ON, Tick.OFF]
    assert (
        form('the network (the "Alliance") of < 10 regions').text
        == 'the network (the "Alliance") of < 10 regions'
    )
