"""HTML → Form: what a browser shows is read, and nothing else; hostile pages are refused."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.form import Form, Line, Source, Table, Tick
from ingest.pipeline import Pipeline
from ingest.read import html, read
from regiograph.errors import NotReadable
from tests.read import layouts


def form(data: str | bytes) -> Form:
    whole = f"<!doctype html><meta charset=utf-8>{data}".encode() if isinstance(data, str) else data
    (one,) = read(Source(name="report.html", data=whole))
    return one


def lines(body: str) -> list[Line]:
    return [block for block in form(body).blocks if isinstance(block, Line)]


def texts(body: str) -> list[str]:
    return [line.passage.text for line in lines(body)]


def table(body: str) -> list[list[str]]:
    (made,) = [block for block in form(body).blocks if isinstance(block, Table)]
    return [[cell.text for cell in row.cells] for row in made.rows]


def test_headings_stars_bold_and_help_are_told_from_answers():
    heading, section, label, both, help_, answer = lines(
        "<h2>Part</h2><div aria-level=3>Section</div><p><b><span>*</span> Start date</b>"
        "<p><strong>Webpage</strong> https://a.eu<p><em>e.g.: Lapland<br>FI1D7</em><p>July"
    )[:4] + lines("<p><i>e.g.: Lapland</i><p>July")
    assert (heading.heading, section.heading) == (2, 3)
    assert (label.heading, label.starred, label.passage.text) == (6, True, "* Start date")
    assert both.passage.text == "**Webpage** https://a.eu"
    assert (help_.help, answer.help) == (True, False)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<p>a<br>b &amp; c&nbsp;d</p>", ["a", "b & c\xa0d"]),
        ("<p>many\n   words</p>", ["many words"]),
        ("<pre>a\nb</pre>", ["a", "b"]),
        ("<ul><li>a<li>b</ul>", ["a", "b"]),
        ("<p>a<script>x</script><style>p{}</style><template>y</template>", ["a"]),
        ("<p>a<p hidden>b<p style='display:none'>c<input type=hidden value=d>", ["a"]),
        ("<style>.x, #y {color:red; display:none} @media print {p {display:none}}</style><p>a<p class=x>b<p id=y>c", ["a"]),
        ("<label>Name <input value='Wales'></label>", ["Name", "Wales"]),
        ("<label>Name</label><textarea>\nA\nB</textarea>", ["Name", "A", "B"]),
        ("<input placeholder='type here'><input type=submit value=Send><button>Go</button>", []),
        ("<select><option>A<option selected>B</select>", ["B"]),
        ("<select><option>A<option>B</select>", []),
        ("<select><option value='' selected>Choose<option>B</select>", []),
        ("<label><input type=radio>A</label> <label><input type=radio checked>B</label>", ["B"]),
        ("<label>A<input type=radio></label> <label>B<input type=radio checked></label>", ["B"]),
        ("<p><input type=radio>A<p><input type=radio>B", []),
        ("<table><tr><td><input type=radio><td>A<tr><td><input type=radio checked><td>B</table>", ["B"]),
        ("<dl><dt>Q<dd>A</dl>", ["Q", "A"]),
        ("<fieldset><legend>Q</legend><div>A</div></fieldset>", ["Q", "A"]),
        ("<a href='https://a.eu/x'>our page</a>", ["our page <https://a.eu/x>"]),
        ("<a href='https://www.a.eu/x/'>a.eu/x</a>", ["a.eu/x"]),
        ("<p>kept <del>deleted</del>", ["kept"]),
    ],
)  # fmt: skip
def test_what_is_shown_is_read(body, expected):
    assert [text.strip() for text in texts(body)] == expected


def test_cells_that_span_rows_are_said_in_each_and_keep_the_columns_in_line():
    rows = table("<table><tr><th>n<th colspan=2>wide<tr><td>1<td rowspan=2>tall<td>x<tr><td>2<td>y</table>")
    assert rows == [["n", "wide", ""], ["1", "tall", "x"], ["2", "tall", "y"]]


@pytest.mark.parametrize(
    ("cell", "tick"),
    [
        ("<input type=radio checked>", Tick.ON),
        ("<input type=checkbox>", Tick.OFF),
        ("<div><label><input type=radio checked='checked'></label></div>", Tick.ON),
        ("<span role=radio aria-checked=true></span>", Tick.ON),
        ("<img src='/img/radiobuttonchecked.png'>", Tick.ON),
        ("<img src='/img/radiobutton.png'>", Tick.OFF),
        ("&#9745;", Tick.ON),
        ("X", Tick.ON),
        ("Wales", None),
        ("", None),
    ],
)
def test_boxes_of_all_kinds_are_ticks(cell, tick):
    made = form(f"<table><tr><td>Goal<td>Agree<tr><td>1<td>{cell}</table>").blocks[0]
    assert made.rows[1].cells[1].tick is tick


def test_places_are_lines_of_the_file():
    first, made = form("\n<p>\n\na\n<table>\n<tr>\n<td>b<td>\nc\n<tr><td>d<td>e</table>").blocks
    assert str(first.passage.place) == "line 4 of the HTML source"
    assert [str(cell.passage.place) for cell in made.rows[0].cells] == [
        "line 7 of the HTML source", "line 8 of the HTML source",
    ]  # fmt: skip


def test_a_line_that_the_parser_cannot_count_is_not_made_up():
    page = form("<p>a</p>" + "\n" * 70_000 + "<p>b</p>")
    assert page.blocks[1].passage.place.path == "beyond line 65534 of the HTML source"


@pytest.mark.parametrize(
    "data",
    [
        '<html><meta charset="windows-1252"><p>Müller'.encode("cp1252"),
        '<html><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"><p>Müller'.encode(
            "cp1252"
        ),
        '<?xml version="1.0" encoding="iso-8859-2"?><html><p>Müller'.encode("iso-8859-2"),
        "\ufeff<html><p>Müller".encode("utf-16-le"),
        "\ufeff<html><p>Müller".encode("utf-16-be"),
        "\ufeff<html><p>Müller".encode(),
        "<html><p>Müller".encode(),
        b"<!-- saved from url -->\n<!DOCTYPE html><p>M&uuml;ller",
        "<div>\n<p>Müller</p></div>".encode(),
    ],
)
def test_declared_encodings_are_followed(data):
    assert form(data).blocks[0].passage.text == "Müller"


def test_markdown_that_begins_with_a_tag_stays_markdown():
    assert not html.recognises(b"<p align=center>\n\n# Report\n")
    assert not html.recognises(b"<https://example.eu>\n")


# --- the real report, set out in many ways ---


def extracted(pipeline: Pipeline, source: Source) -> dict[str, object]:
    ((resolved, questionnaire),) = pipeline.resolved(source)
    return {**extract(resolved, questionnaire), "source_file": ""}


@pytest.fixture(scope="module")
def markdown_report(pipeline, real_report) -> dict[str, object]:
    return extracted(pipeline, Source(name="r.md", data=real_report.read_bytes()))


@pytest.mark.parametrize("layout", layouts.PAGES, ids=lambda layout: layout.__name__)
def test_a_report_says_the_same_on_a_page_as_in_markdown(layout, pipeline, real_report, markdown_report):
    data = layout().bytes(form(real_report.read_bytes()))
    assert html.recognises(data)
    assert extracted(pipeline, Source(name="r.html", data=data)) == markdown_report


# --- hostile pages ---


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (b"<html>" + b"<p>word" * 30_000_000, "larger than a report"),
        (b"<html>" + b"<div>" * 100_001, "larger than a report"),
        (b"<html>" + b"<div>" * 99_000, "levels deep"),
        (b"<html><p " + b"a " * 1_000_000 + b">", "larger than a report"),
        (b"<html><table>" + b"<tr>" + b"<td colspan=9999>" * 5000, "cells"),
        (b"<html>\n<meta charset=utf-8>\nM\xfcller", "Line 3 is not in the encoding utf-8"),
        (b"<html><meta charset=klingon>", "klingon"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)
def test_hostile_and_broken_pages_are_refused_with_a_reason(data, problem):
    with pytest.raises(NotReadable) as error:
        read(Source(name="r.html", data=data))
    assert problem in error.value.problem and error.value.way_out


@pytest.mark.timeout(20)
@pytest.mark.parametrize("style", ["@media x{", "@a{a{}", "/*", "a{", "}", "a{b}"])
def test_endless_style_sheets_take_no_endless_time(style):
    assert form(f"<style>{style * 500_000}</style><p>a")


TAGS = st.sampled_from(
    ["<p>", "</p>", "<table>", "<tr>", "<td", "rowspan=3>", "<td", "colspan=99>", "</table>", "<select>", "<option", "selected>", "<b>", "</i>", "<br>", "<h2>", "<input", "type=radio", "checked>", "<textarea>", "<div", "hidden>", "<!--", "-->", "<a", "href=http://a.eu>", "</a>", "☒", "☐", "text", "\t", "\n", "&#0;", "<pre>", "<template>", "<svg>", "<math>", "</body>", "<form>", "<li>", "\ud7ff", "<![CDATA[", "<style>p{", "</style>", "<?xml", "*", "**"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(TAGS, max_size=40))
def test_any_soup_of_tags_is_read_or_refused(tags):
    try:
        html.read(Source(name="r.html", data="".join(tags).encode()))
    except NotReadable as error:
        assert error.problem and error.way_out


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data):
    for start in (b"", b"<html>", b"\xff\xfe", b"<html><meta charset=big5>"):
        html.recognises(start + data)
        try:
            html.read(Source(name="r.html", data=start + data))
        except NotReadable as error:
            assert error.problem and error.way_out
