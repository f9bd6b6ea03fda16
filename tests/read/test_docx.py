"""Word → Form: what a person sees on the page is read, and nothing else; hostile files are refused."""

import io
import zipfile
from functools import cache
from pathlib import Path

import docx as word
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingest.extract import extract
from ingest.form import Form, Line, Source, Tick
from ingest.pipeline import Pipeline
from ingest.read import docx, read
from regiograph.errors import NotReadable
from tests.read import layouts

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
W14 = 'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml"'
STRICT = 'xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"'


def packed(parts: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as container:
        for name, content in parts.items():
            container.writestr(name, content)
    return stream.getvalue()


def document(body: str, namespaces: str = f"{W} {W14}", **parts: str) -> bytes:
    main = f"<w:document {namespaces}><w:body>{body}</w:body></w:document>"
    return packed({"word/document.xml": main, **{f"word/{name}.xml": part for name, part in parts.items()}})


def form(data: bytes) -> Form:
    (one,) = read(Source(name="report.docx", data=data))
    return one


def lines(body: str) -> list[Line]:
    return [block for block in form(document(body)).blocks if isinstance(block, Line)]


def texts(body: str) -> list[str]:
    return [line.passage.text for line in lines(body)]


def run(text: str, look: str = "") -> str:
    return f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def p(inner: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{inner}</w:p>"


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def cell(inner: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


# --- paragraphs ---


def test_headings_stars_bold_and_help_are_told_from_answers():
    heading, label, both, help_, answer = lines(
        p(run("Part"), '<w:outlineLvl w:val="1"/>')
        + p(run("* ") + run("Start date", "<w:b/>"))
        + p(run("Webpage", "<w:b/>") + run(" https://a.eu"))
        + p(run("e.g.: Lapland", "<w:i/>"))
        + p(run("July", '<w:b w:val="0"/>'))
    )
    assert (heading.heading, heading.starred) == (2, False)
    assert (label.heading, label.starred) == (6, True)
    assert both.passage.text == "**Webpage** https://a.eu"
    assert (help_.help, answer.help, answer.heading) == (True, False, 0)


@pytest.mark.parametrize("name", ["heading 2", "Überschrift 2", "Titre 2", "Nagłówek 2", "Naslov 2"])
def test_heading_styles_are_known_in_any_language(name):
    styles = f'<w:styles {W}><w:style w:type="paragraph" w:styleId="x"><w:name w:val="{name}"/></w:style></w:styles>'
    relations = (
        '<Relationships><Relationship Id="r1" Target="styles.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles"/></Relationships>'
    )
    part = p(run("Part"), '<w:pStyle w:val="x"/>')
    data = packed(
        {
            "word/document.xml": f"<w:document {W}><w:body>{part}</w:body></w:document>",
            "word/styles.xml": styles,
            "word/_rels/document.xml.rels": relations,
        }
    )
    assert form(data).blocks[0].heading == 2


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (p(run("a") + "<w:del><w:r><w:delText>b</w:delText></w:r></w:del>" + f"<w:ins>{run('c')}</w:ins>"), ["ac"]),
        (p(run("a"), "<w:rPr><w:del/></w:rPr>") + p(run("b")), ["ab"]),
        (p(run("a") + run("secret", "<w:vanish/>")), ["a"]),
        (p(f"{run('a')}<w:r><w:br/></w:r>{run('b')}"), ["a", "b"]),
        (p("<w:hyperlink w:anchor='x'>" + run("a") + "</w:hyperlink>"), ["a"]),
        (p("<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>" + run("Choose") + "</w:sdtContent></w:sdt>"), []),
        (p("<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>" + run("Wales") + "</w:sdtContent></w:sdt>"), ["Wales"]),
        (p(run("☐ first half ") + run("☒ second half")), ["second half"]),
        (p(run("☐ first half")) + p(run("☐ second half")), []),
        (p(run("note") + '<w:r><w:footnoteReference w:id="2"/></w:r>'), ["note"]),
    ],
)  # fmt: skip
def test_what_is_seen_is_read(body, expected):
    assert texts(body) == expected


def field(data: str, result: str = "") -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin"><w:ffData>{data}</w:ffData></w:fldChar></w:r>'
        '<w:r><w:instrText>FORM</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{result}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def test_form_fields_tell_what_was_filled_in():
    choice = "<w:ddList>{}<w:listEntry w:val='Please choose'/><w:listEntry w:val='Wales'/></w:ddList>"
    assert texts(p(field("<w:textInput/>", run("Brittany")))) == ["Brittany"]
    assert texts(p(field(choice.format("<w:result w:val='1'/>")))) == ["Wales"]
    assert texts(p(field(choice.format("")))) == []


def test_a_link_keeps_its_address_where_its_words_do_not_say_it():
    code = 'HYPERLINK "https://example.eu/page"'
    link = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>{}</w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>{}<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    assert texts(p(link.format(code, run("our page")))) == ["our page <https://example.eu/page>"]


def test_the_strict_form_of_the_format_is_read_too():
    assert form(document(p(run("a")), STRICT)).blocks[0].passage.text == "a"


def test_places_name_paragraphs_and_cells():
    body = p(run("a")) + p("") + p(run("b")) + table(*[cell(p(run("c"))) + cell(p(run("d")))] * 2)
    a, b, c = form(document(body)).blocks
    assert (str(a.passage.place), str(b.passage.place)) == ("paragraph 1", "paragraph 3")
    assert str(c.rows[1].cells[1].passage.place) == "table 1, row 2, cell 2"


# --- tables ---


def test_a_merged_cell_is_said_in_each_row_and_keeps_the_columns_in_line():
    rows = (
        cell(p(run("1"))) + cell(p(run("wide")), '<w:gridSpan w:val="2"/>'),
        cell(p(run("2"))) + cell(p(run("tall")), '<w:vMerge w:val="restart"/>') + cell(p(run("x y"))),
        cell(p(run("3"))) + cell(p(""), "<w:vMerge/>") + cell(p(run("z"))),
    )
    (made,) = form(document(table(*rows))).blocks
    assert [[each.text for each in row.cells] for row in made.rows] == [
        ["1", "wide", ""], ["2", "tall", "x y"], ["3", "tall", "z"],
    ]  # fmt: skip
    assert [row.cells[1].repeated for row in made.rows] == [False, False, True]


CHECKBOX = '<w:sdt><w:sdtPr><w14:checkbox><w14:checked w14:val="{}"/></w14:checkbox></w:sdtPr><w:sdtContent/></w:sdt>'


@pytest.mark.parametrize(
    ("inner", "tick"),
    [
        (p(run("☒")), Tick.ON),
        (p(run("☐")), Tick.OFF),
        (p(run("x")), Tick.ON),
        (p(run("[ ]")), Tick.OFF),
        (p(run("✓")), Tick.ON),
        (p(CHECKBOX.format("1")), Tick.ON),
        (p(CHECKBOX.format("0")), Tick.OFF),
        (p(field("<w:checkBox><w:checked/></w:checkBox>")), Tick.ON),
        (p(field("<w:checkBox><w:default w:val='0'/></w:checkBox>")), Tick.OFF),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'), Tick.ON),
        (p('<w:r><w:sym w:font="Wingdings" w:char="F0A8"/></w:r>'), Tick.OFF),
        (p(run("\uf0fc", '<w:rFonts w:ascii="Wingdings"/>')), Tick.ON),
        (p(run("Wales")), None),
        (p(""), None),
    ],
)
def test_boxes_of_all_kinds_are_ticks(inner, tick):
    (made,) = form(
        document(table(cell(p(run("Goal"))) + cell(inner), cell(p(run("b"))) + cell(p(run("c")))))
    ).blocks
    assert made.rows[0].cells[1].tick is tick


def test_a_table_of_labels_and_answers_is_read_as_questions():
    rows = [cell(p(run(label, "<w:b/>"))) + cell(p(run("answer"))) for label in ("Start", "End")]
    assert [(line.passage.text, line.heading) for line in lines(table(*rows))] == [
        ("Start", 6), ("answer", 0), ("End", 6), ("answer", 0),
    ]  # fmt: skip


# --- the real report, set out in many ways ---


def extracted(pipeline: Pipeline, source: Source) -> dict[str, object]:
    ((resolved, questionnaire),) = pipeline.resolved(source)
    return {**extract(resolved, questionnaire), "source_file": ""}


@pytest.fixture(scope="module")
def markdown_report(pipeline: Pipeline, real_report: Path) -> dict[str, object]:
    return extracted(pipeline, Source(name="r.md", data=real_report.read_bytes()))


@pytest.mark.parametrize("layout", layouts.WORD, ids=lambda layout: layout.__name__)
def test_a_report_says_the_same_in_word_as_in_markdown(layout, pipeline, real_report, markdown_report):
    data = layout().bytes(form(real_report.read_bytes()))
    assert docx.recognises(data)
    assert extracted(pipeline, Source(name="r.docx", data=data)) == markdown_report


# --- hostile files ---


def refused(data: bytes) -> str:
    with pytest.raises(NotReadable) as error:
        read(Source(name="r.docx", data=data))
    assert error.value.problem and error.value.way_out and error.value.where.startswith("r.docx")
    return error.value.problem


@cache
def valid() -> bytes:
    made = word.Document()
    made.add_heading("Reporting period", 1)
    made.add_paragraph("July - December 2020")
    made.add_table(rows=2, cols=2).cell(1, 1).text = "☒"
    stream = io.BytesIO()
    made.save(stream)
    return stream.getvalue()


LAUGHS = "".join(f'<!ENTITY l{n} "' + 10 * f"&l{n - 1};" + '">' for n in range(1, 13))
ENTITIES = f'<!DOCTYPE d [<!ENTITY l0 "lol">{LAUGHS}]>'.replace("l12 ", "m ")


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (packed({"word/document.xml": b"0" * 100_000_000}), "packed more than"),
        (packed({"word/document.xml": "<w:document/>", **{f"word/{n}": "" for n in range(4001)}}), "4000 files"),
        (packed({"a.txt": "text"}), "not a Word or Excel file"),
        (packed({"word/document.xml": "<workbook/>"}), "no Word document"),
        (packed({"word/other.xml": "<a/>"}), "missing or damaged"),
        (packed({"word/document.xml": f"{ENTITIES}<a>&m;</a>"}), "not well-formed"),
        (packed({"word/document.xml": '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]><a>&x;</a>'}), "document type"),
        (document("<w:sdt>" * 200 + "</w:sdt>" * 200), "levels deep"),
        (document("<w:sdt>" * 5000), "not well-formed"),
        (valid()[: len(valid()) // 2], "damaged or incomplete"),
        (b"\xd0\xcf\x11\xe0" + bytes(500) + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old Word or Excel"),
    ],
    ids=lambda value: value[:20] if isinstance(value, str) else "",
)  # fmt: skip
def test_hostile_and_broken_files_are_refused_with_a_reason(data, problem):
    assert problem in refused(data)


def survives(data: bytes) -> None:
    try:
        docx.read(Source(name="r.docx", data=data))
    except NotReadable as error:
        assert error.problem and error.way_out


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(data):
    survives(data)
    survives(b"PK\x03\x04" + data)
    docx.recognises(b"PK\x03\x04" + data)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=150)
@given(st.data())
def test_a_mutated_file_is_read_or_refused(data):
    changed = bytearray(valid())
    for _ in range(data.draw(st.integers(1, 8))):
        changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    survives(bytes(changed))
    docx.recognises(bytes(changed))


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_mutated_xml_is_read_or_refused(data):
    body = p(run("a", "<w:b/>") + CHECKBOX.format("1") + field("<w:ddList><w:result w:val='1'/></w:ddList>")) + table(
        cell(p(run("b")), '<w:gridSpan w:val="2"/>') + cell(p("")), cell(p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'))
    )  # fmt: skip
    pieces = body.split("<")
    at = data.draw(st.integers(1, len(pieces) - 1))
    other = data.draw(st.sampled_from(pieces))
    pieces[at] = data.draw(
        st.sampled_from([other, pieces[at].replace("1", "-9999999999"), pieces[at] + "<" + other, ""])
    )
    survives(document("<".join(pieces)))
