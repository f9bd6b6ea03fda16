"""Real reports, damaged where they are made of something: tags, rows, cells, objects. Each is read or refused, soon."""

import io
import re
import time
import zipfile
from collections.abc import Callable
from functools import cache
from html import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from reportlab.platypus import Paragraph

from ingest.form import Form, Line, Source, Table, Tick
from ingest.lists import _Nothing
from ingest.questionnaire import read_all
from ingest.read import read
from ingest.several import parted
from ingest.understand import understand
from regiograph.errors import RegiographError
from tests.ingest import people
from tests.read import layouts
from tests.read.test_pdf import BODY, LABEL, cells, matrix, printed

SECONDS = 10  # the longest that any of these small files may take, on a busy machine
QUESTIONNAIRES = read_all()
Change = tuple[int, int, str]  # at which piece, which other piece, what is done
CHANGES = st.lists(
    st.tuples(
        st.integers(0, 2**16),
        st.integers(0, 2**16),
        st.sampled_from(["lose", "double", "swap", "move", "cut", "number", "repeat", "byte", "nest"]),
    ),
    min_size=1,
    max_size=6,
)


def changed(pieces: list[bytes], changes: list[Change]) -> bytes:
    for first, second, what in changes:
        at, other = first % len(pieces), second % len(pieces)
        match what:
            case "lose":
                pieces[at] = b""
            case "double":
                pieces.insert(at, pieces[at])
            case "swap":
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case "move":
                pieces.insert(other, pieces.pop(at))
            case "cut":
                pieces[at] = pieces[at][: len(pieces[at]) // 2]
            case "number":
                pieces[at] = re.sub(rb"\d+", b"-9999999999", pieces[at])
            case "repeat":
                pieces[at : at + 1] = [pieces[at]] * 60
            case "byte":
                pieces[at] = pieces[at][:1] + bytes([second % 256]) + pieces[at][2:]
            case "nest":
                pieces[at:at] = pieces[max(0, at - 3) : at] * 40
    return b"".join(pieces)


def pieces(data: bytes, separator: bytes) -> list[bytes]:
    return [piece for piece in re.split(separator, data) if piece]


@cache
def report() -> Form:
    (form,) = read(Source(name="r.md", data=people.written(3, ["section III", "separators"]).text.encode()))
    return form


@cache
def sheet() -> bytes:
    workbook = Workbook()
    workbook.active.title = "Content"
    for column, block in enumerate((each for each in report().blocks if isinstance(each, Line)), 1):
        workbook.active.cell(4, column, block.passage.text[:200])
        workbook.active.cell(5, column, f"Answer {column}")
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


@cache
def pages() -> bytes:
    story = []
    for part in layouts.parts(report()):
        if isinstance(part, layouts.Text):
            story += [
                Paragraph(escape(layouts.words(line)), LABEL if part.bold else BODY) for line in part.lines
            ]
        elif any(isinstance(cell, Tick) for row in part.rows for cell in row):
            story.append(matrix({goal: [goal % 6] for goal in range(1, 18)}))
        else:
            story.append(cells([[str(cell) for cell in (*row, "", "", "")][:5] for row in part.rows]))
    return printed(*story)


@cache
def export() -> bytes:
    questions = "".join(
        f'<Question id="q{at}" type="Free Text">{escape(question.wordings[0])}</Question>'
        for at, question in enumerate(QUESTIONNAIRES[0].questions)
        if question.wordings
    )
    answers = "".join(f'<Answer qid="q{at}">Wales, Estonia 2020</Answer>' for at in range(20))
    return (
        f'<?xml version="1.0"?><Results create="x"><Survey id="1"><Elements lang="EN">{questions}</Elements></Survey>'
        f'<Answers><AnswerSet id="a" create="2021-01-28_16-03-11" list="x" lang="EN">{answers}</AnswerSet></Answers></Results>'
    ).encode()


def is_read_or_refused(data: bytes) -> None:
    begun = time.monotonic()
    try:
        for form in read(Source(name="r", data=data)):
            for part in parted(form, QUESTIONNAIRES):
                understand(part, QUESTIONNAIRES, _Nothing())
    except RegiographError as refused:
        assert refused.problem and refused.way_out
    assert time.monotonic() - begun < SECONDS


TEXTS: dict[str, tuple[Callable[[], bytes], bytes]] = {
    "markdown lines": (lambda: report().text.encode(), rb"(?<=\n)"),
    "markdown cells": (lambda: report().text.encode(), rb"(?=[\t*|])"),
    "page tags": (lambda: layouts.Page().bytes(report()), rb"(?=<)"),
    "web form tags": (lambda: layouts.Fields().bytes(report()), rb"(?=<)"),
    "page of layout tables": (lambda: layouts.Frames().bytes(report()), rb"(?=<)|(?<=>)"),
    "export elements": (export, rb"(?=<)"),
    "export attributes": (export, rb'(?=[" ])'),
}


@pytest.mark.parametrize("name", TEXTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(changes=CHANGES)
def test_a_changed_text_is_read_or_refused(name, changes):
    made, separator = TEXTS[name]
    is_read_or_refused(changed(pieces(made(), separator), changes))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(
        ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/sharedStrings.xml", "[Content_Types].xml"]
    ),
    CHANGES,
)
def test_a_workbook_with_a_changed_part_is_read_or_refused(part, changes):
    data = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sheet())) as old, zipfile.ZipFile(data, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            new.writestr(name, changed(pieces(content, rb"(?=<)"), changes) if name == part else content)
    is_read_or_refused(data.getvalue())


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from([rb"(?<=endobj)", rb"(?=/)", rb"(?<=\n)"]), CHANGES)
def test_pages_of_changed_objects_are_read_or_refused(separator, changes):
    is_read_or_refused(changed(pieces(pages(), separator), changes))


def test_the_reports_are_read_when_nothing_is_changed():
    for data in (report().text.encode(), layouts.Page().bytes(report()), pages(), export()):
        (form,) = read(Source(name="r", data=data))
        assert understand(form, QUESTIONNAIRES, _Nothing()).answers
    (form,) = read(Source(name="r", data=sheet()))
    assert any(isinstance(block, Table | Line) for block in form.blocks)
