import io
import random
import zipfile
from datetime import date, datetime, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from ingest.form import Form, Line, Source, Table, Tick
from ingest.outline import Outline, outline
from ingest.questionnaire import read_all
from ingest.read import eusurvey_xlsx
from ingest.read import read as read_any
from regiograph.errors import NotReadable

ABOUT = ("Invitation Number", "Contribution Id", "User Name", "Creation Date", "Last Update", "Languages")
WHO = ("INV-99", "{}", "jane.doe@example.eu", "2021-07-19", "2021-07-19", "EN")
QUESTIONS = ("Reporting period", "Name of the partnership", "Start date", "Webpage", "Leading regions")
AREAS = "Please provide an overview of the working areas"
PAST = "Please provide information regarding past meetings"
PLANNED = "Please provide information regarding planned meetings"
GOALS = "To which goals does it contribute?"


def table(title, rows, columns):
    return [f"{title} {row}:{column}" for row in range(1, rows + 1) for column in columns]


def headers(rows=3):
    events = ("Event", "Date", "Place")
    goals = [f"{GOALS}: Goal {n}. End poverty: everywhere" for n in range(1, 5)]
    return [
        *QUESTIONS,
        *table(AREAS, rows, ("Area", "Lead")),
        *table(PAST, rows, events),
        *table(PLANNED, rows, events),
        "Results (specific examples)",
        *goals,
    ]


def export(*contributions: dict[str, object], columns=None, split=0) -> bytes:
    """An export; `split` columns to a sheet."""
    columns = columns or headers()
    rows = [[*columns, *ABOUT]]
    for number, answers in enumerate(contributions, 1):
        who = [each.format(f"id-{number}") for each in WHO]
        rows.append([*(answers.get(column) for column in columns), *who])
    workbook = Workbook()
    width = split or len(rows[0])
    for part, start in enumerate(range(0, len(rows[0]), width)):
        sheet = workbook.active if part == 0 else workbook.create_sheet()
        sheet.title = f"Content{part or ''}"
        if part == 0:
            sheet["A1"], sheet["B1"], sheet["A2"], sheet["B2"] = (
                "Alias",
                "S3",
                "Export Date",
                datetime(2021, 8, 3),
            )
        for at, row in enumerate(rows, 4):
            for column, value in enumerate(row[start : start + width], 1):
                sheet.cell(at, column, value)
    return saved(workbook)


def saved(workbook: Workbook) -> bytes:
    data = io.BytesIO()
    workbook.save(data)
    return data.getvalue()


def forms(data: bytes) -> tuple[Form, ...]:
    return eusurvey_xlsx.read(Source(name="export.xlsx", data=data))


def lines(form):
    return [block.passage.text for block in form.blocks if isinstance(block, Line)]


def tables(form):
    return [
        [[cell.tick or cell.text for cell in row.cells] for row in block.rows]
        for block in form.blocks
        if isinstance(block, Table)
    ]


ANSWERS = {
    "Reporting period": "July - December 2020",
    "Leading regions": "Navarra (ES)\nLapland (FI)",
    f"{AREAS} 1:Area": "Skills",
    f"{AREAS} 3:Lead": "Navarra",
    f"{PAST} 2:Date": "22/10/2020",
    f"{PLANNED} 1:Event": "Kick-off",
    f"{GOALS}: Goal 1. End poverty: everywhere": "Agree",
    f"{GOALS}: Goal 2. End poverty: everywhere": "Neutral;Agree",
    f"{GOALS}: Goal 4. End poverty: everywhere": "Strongly agree",
}


@pytest.mark.parametrize("split", [0, 7, 13])
def test_a_contribution_is_put_together_again(split):
    (form,) = forms(export(ANSWERS, split=split))
    assert lines(form) == [
        *("Reporting period", "July - December 2020", "Name of the partnership", "Start date", "Webpage"),
        *("Leading regions", "Navarra (ES)", "Lapland (FI)", AREAS, PAST, PLANNED),
        *("Results (specific examples)", GOALS),
    ]
    areas, past, planned, goals = tables(form)
    assert areas == [["", "Area", "Lead"], ["1", "Skills", ""], ["2", "", ""], ["3", "", "Navarra"]]
    assert past[0] == planned[0] == ["", "Event", "Date", "Place"]
    assert past[2] == ["2", "", "22/10/2020", ""] and planned[1] == ["1", "Kick-off", "", ""]
    on, off = Tick.ON, Tick.OFF
    assert goals == [
        ["", "Agree", "Neutral", "Strongly agree"],
        ["Goal 1. End poverty: everywhere", on, off, off],
        ["Goal 2. End poverty: everywhere", on, on, off],
        ["Goal 3. End poverty: everywhere", off, off, off],
        ["Goal 4. End poverty: everywhere", off, off, on],
    ]


def test_each_row_is_a_form_that_does_not_tell_its_identifier():
    first, second = forms(export({"Webpage": "one.eu"}, {"Webpage": "two.eu"}))
    assert (first.part, second.part) == ("row 5", "row 6")
    assert "two.eu" not in first.text and "one.eu" not in second.text


@pytest.mark.parametrize("split", [0, 9])
def test_nobody_who_filled_it_in_is_named(split):
    (form,) = forms(export(ANSWERS, split=split))
    assert not any(word in form.text for word in ("jane", "INV-99", "User Name", "Invitation"))


@pytest.mark.parametrize("rows", [1, 2, 10, 12])
def test_tables_of_any_length_are_told_apart(rows):
    found = tables(forms(export({"Webpage": "x.eu"}, columns=headers(rows)))[0])
    assert [len(each) - 1 for each in found] == [rows, rows, rows, 4]
    assert [row[0] for row in found[0][1:]] == [str(n) for n in range(1, rows + 1)]


def test_places_are_cells():
    (form,) = forms(export(ANSWERS))
    block = form.blocks[1]
    assert isinstance(block, Line) and block.passage.place.path == "sheet Content, cell A5"
    (areas, *_) = [block for block in form.blocks if isinstance(block, Table)]
    assert areas.rows[1].cells[1].passage.place.path == "sheet Content, cell F5"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (datetime(2018, 6, 1), "dd/mm/yyyy", "01/06/2018"),
        (date(2018, 6, 1), "mmm\\-yy", "June 2018"),
        (datetime(2018, 6, 1, 9, 30), "dd/mm/yyyy h:mm", "01/06/2018 09:30"),
        (time(14, 0), "h:mm", "14:00"),
        (2018, "General", "2018"),
        (2018.0, "0", "2018"),
        ("  two\r\nlines ", "General", "two\nlines"),
    ],
)
def test_values_are_written_as_people_read_them(value, number_format, text):
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(["Start date of your partnership", value])
    sheet["B1"].number_format = number_format
    (form,) = forms(saved(workbook))
    assert "\n".join(lines(form)[1:]) == text


# --- forms typed into a sheet ---


def typed(*rows) -> Form:
    workbook = Workbook()
    for row in rows:
        workbook.active.append(list(row))
    (form,) = forms(saved(workbook))
    return form


def test_a_question_in_one_cell_and_its_answer_in_the_next():
    form = typed(
        ("Monitoring report",),
        ("* Reporting period", "July - December 2020"),
        ("Leading regions", "Navarra\nLapland"),
        ("Interested regions",),
        (),
        ("Working areas",),
        ("", "Working area", "Region in charge", "Involved regions"),
        ("1", "Skills", "Navarra", "ALL"),
        ("2",),
        ("New activities", "None in this period, which is a long answer"),
    )
    assert lines(form) == [
        *("Monitoring report", "* Reporting period", "July - December 2020", "Leading regions", "Navarra"),
        *("Lapland", "Interested regions", "Working areas", "New activities"),
        "None in this period, which is a long answer",
    ]
    (areas,) = tables(form)
    assert areas[1] == ["1", "Skills", "Navarra", "ALL"] and len(areas) == 3


def test_a_matrix_typed_with_crosses():
    (rows,) = tables(
        typed(
            ("Goals",),
            ("", "Agree", "Neutral"),
            ("Goal 1. End poverty everywhere", "x"),
            ("Goal 2.", None, "X"),
        )
    ) or [[]]
    assert [row[1:] for row in rows] in ([["Agree", "Neutral"], [Tick.ON, ""], ["", Tick.ON]],)


def test_hidden_sheets_are_not_read():
    workbook = Workbook()
    workbook.active.append(["Webpage", "x.eu"])
    workbook.create_sheet("Notes").append(["secret"])
    workbook["Notes"].sheet_state = "hidden"
    assert "secret" not in forms(saved(workbook))[0].text


# --- hostile files ---


def refusal(data: bytes) -> NotReadable:
    assert eusurvey_xlsx.recognises(data)
    with pytest.raises(NotReadable) as refused:
        read_any(Source(name="export.xlsx", data=data))
    assert refused.value.where.startswith("export.xlsx") and refused.value.way_out
    return refused.value


def repacked(change: dict[str, bytes]) -> bytes:
    """A valid export with some of its parts exchanged."""
    data = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(export(ANSWERS))) as old,
        zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in dict.fromkeys([*old.namelist(), *change]):
            new.writestr(name, change[name] if name in change else old.read(name))
    return data.getvalue()


SHEET = "xl/worksheets/sheet1.xml"
MAIN = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
CELL = b'<row r="%d"><c r="%s%d" t="inlineStr"><is><t>x</t></is></c></row>'


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "change",
    [
        {SHEET: b'<!DOCTYPE w [<!ENTITY x SYSTEM "file:///etc/passwd">]><w>&x;</w>'},
        {"xl/sharedStrings.xml": b'<!DOCTYPE w [<!ENTITY l0 "ha">' + LAUGHS + b"]><w>&l11;</w>"},
        {SHEET: MAIN % (b" " * 100 * 2**20)},
        {"xl/media/bomb.bin": bytes(300 * 2**20)},
        {SHEET: b"not XML"},
        {"xl/workbook.xml": b"<workbook/>"},
        {SHEET: MAIN % b"".join(CELL % (n, b"XFD", n) for n in range(1, 3000))},
        {SHEET: MAIN % (CELL % (1_048_576, b"A", 1_048_576))},
        {SHEET: MAIN % b'<row r="5"><c r="A5" t="s"><v>999999</v></c></row>'},
        {SHEET: MAIN % b'<row r="x"><c r="5" t="d"><v>abc</v></c></row>'},
        {SHEET: MAIN % b""},
    ],
    ids=[
        "XXE",
        "laughs",
        "bomb",
        "big part",
        "no XML",
        "no sheets",
        "wide",
        "far",
        "no string",
        "bad cell",
        "empty",
    ],
)
def test_hostile_workbooks_are_refused(change):
    assert "root:" not in str(refusal(repacked(change)))


def test_a_file_beyond_size_is_refused_before_it_is_opened():
    assert "larger" in refusal(b"PK\x03\x04xl/workbook.xml" + bytes(200 * 2**20)).problem


@pytest.mark.timeout(60)
def test_contributions_times_columns_are_bounded():
    columns = [f"T {n}:{c}" for n in range(400) for c in "ab"]
    refusal(export(*({columns[0]: "x"} for _ in range(600)), columns=columns))


def test_an_export_without_contributions_is_refused():
    assert "no answers" in refusal(export()).problem


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(data):
    with pytest.raises(NotReadable):
        forms(b"PK\x03\x04xl/workbook.xml" + data)


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 40), st.booleans())
def test_a_damaged_export_is_read_or_refused(seed, count, cut):
    chance = random.Random(seed)
    data = bytearray(export({"Webpage": "x.eu"}))
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        forms(bytes(data[: chance.randrange(len(data))] if cut else data))
    except NotReadable as refused:
        assert refused.way_out


@settings(max_examples=120, deadline=None)
@given(
    st.integers(0, 2**32), st.sampled_from([SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
)
def test_a_workbook_with_odd_parts_is_read_or_refused(seed, name):
    chance = random.Random(seed)
    with zipfile.ZipFile(io.BytesIO(export({"Webpage": "x.eu"}))) as old:
        part = bytearray(old.read(name))
    for _ in range(chance.randrange(1, 8)):
        part[chance.randrange(len(part))] = chance.choice(b'0159AZasx"<>/-.')
    try:
        forms(repacked({name: bytes(part)}))
    except NotReadable as refused:
        assert refused.way_out


def test_an_unknown_question_between_all_public_ones_is_confidential():
    questionnaire = read_all()[0]
    labels = [question.wordings[0] for question in questionnaire.questions if not question.confidential]
    columns = [*labels[:6], "What should be improved?", *labels[6:]]

    def outlined(answer: str | None, columns: list[str]) -> Outline:
        answers = {labels[0]: "2020 H2", "What should be improved?": answer}
        (form,) = forms(export(answers, columns=columns))
        return outline(form, questionnaire)

    told = outlined("Zanzibar left the partnership.", columns)
    assert told.confidential_content
    assert "Zanzibar" not in repr(told.found)
    assert not outlined(None, columns).confidential_content
    fewer = [label for label in columns if label != labels[3]]  # it may be that question, in other words
    assert not outlined("Much", fewer).confidential_content


def test_a_note_above_the_headers_is_no_header():
    workbook = load_workbook(io.BytesIO(export(ANSWERS)))
    workbook["Content"]["A3"] = "exported for the meeting"
    assert lines(forms(saved(workbook))[0]) == lines(forms(export(ANSWERS))[0])
