import random
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from ingest.form import Form, Line, Source, Table, Tick
from ingest.questionnaire import read_all
from ingest.read import eusurvey_xml
from ingest.read import read as read_any
from ingest.understand import State, understand
from regiograph.errors import NotReadable

FORM = """
<Elements lang="DE">
 <Section id="s1" type="Section">I. Verwaltungsbericht</Section>
 <Question id="q1" type="Single Choice">Berichtszeitraum</Question>
 <Answer id="a1" type="Choice Answer">Januar - Juni 2020</Answer>
 <Answer id="a2" type="Choice Answer">Juli - Dezember 2020</Answer>
</Elements>
<Elements lang="EN">
 <Section id="s1" type="Section">&lt;p&gt;&lt;strong&gt;I. Management report&lt;/strong&gt;&lt;/p&gt;</Section>
 <Question id="q1" type="Single Choice">Reporting period</Question>
 <Answer id="a1" type="Choice Answer">January - June 2020</Answer>
 <Answer id="a2" type="Choice Answer">July - December 2020</Answer>
 <Text id="t1" type="Text">Printed &amp;amp; explained</Text>
 <Question id="q2" type="Free Text">&lt;p&gt;List of &lt;b&gt;regions&lt;/b&gt;&amp;nbsp;(all)&lt;/p&gt;</Question>
 <TableTitle id="tt" type="Table">Working areas</TableTitle>
 <TableQuestion id="r1" type="Table Question">1</TableQuestion>
 <TableQuestion id="r2" type="Table Question">2</TableQuestion>
 <TableAnswer id="c1" type="Table Answer">Area</TableAnswer>
 <TableAnswer id="c2" type="Table Answer">Region in charge</TableAnswer>
 <MatrixTitle id="mt" type="Matrix">Goals</MatrixTitle>
 <MatrixQuestion id="g1" type="Single Choice Matrix Question">Goal 1. End poverty</MatrixQuestion>
 <MatrixQuestion id="g2" type="Single Choice Matrix Question">Goal 2. End hunger</MatrixQuestion>
 <MatrixAnswer id="o1" type="Matrix Answer">Agree</MatrixAnswer>
 <MatrixAnswer id="o2" type="Matrix Answer">Neutral</MatrixAnswer>
 <MatrixCell qid="g1" aid="o1"/>
</Elements>
"""
HEAD = (
    '<AnswerSet id="{}" create="2021-01-28_16-03-11" list="x" lang="{}" user="jane.doe" invitation="INV-99">'
)


def export(*answers: str, form: str = FORM, lang: str = "EN") -> bytes:
    sets = "".join(HEAD.format(f"c{n}", lang) + each + "</AnswerSet>" for n, each in enumerate(answers, 1))
    return f'<?xml version="1.0"?><Results create="x"><Survey id="1">{form}</Survey><Answers>{sets}</Answers></Results>'.encode()


def forms(data: bytes) -> tuple[Form, ...]:
    return eusurvey_xml.read(Source(name="export.xml", data=data))


def lines(form):
    return [block.passage.text for block in form.blocks if isinstance(block, Line)]


def tables(form):
    return [
        [[cell.tick or cell.text for cell in row.cells] for row in block.rows]
        for block in form.blocks
        if isinstance(block, Table)
    ]


FULL = (
    '<Answer qid="q1" aid="a2"/><Answer qid="q2">Lapland (FI)\nTecnalía &amp; co &lt;https://x.eu&gt;</Answer>'
    '<Answer qid="r1" aid="c1">Skills\nand jobs</Answer><Answer qid="r1" aid="c2"/>'
    '<Answer qid="r2" aid="c1"/><Answer qid="r2" aid="c2">Navarra</Answer><Answer aid="o2" qid="g1"/>'
)


def test_questions_stand_with_their_answers_in_the_order_of_the_form():
    (form,) = forms(export(FULL))
    assert lines(form) == [
        "I. Management report",
        "Reporting period",
        "July - December 2020",
        "Printed & explained",
        "List of regions (all)",
        "Lapland (FI)",
        "Tecnalía & co <https://x.eu>",
        "Working areas",
        "Goals",
    ]


def test_tables_and_matrices_are_put_together_by_identifiers():
    (form,) = forms(export(FULL))
    assert tables(form) == [
        [["", "Area", "Region in charge"], ["1", "Skills\u2028and jobs", ""], ["2", "", "Navarra"]],
        [
            ["", "Agree", "Neutral"],
            ["Goal 1. End poverty", Tick.OFF, Tick.ON],
            ["Goal 2. End hunger", Tick.OFF, Tick.OFF],
        ],
    ]


def test_unanswered_questions_are_blank():
    (form,) = forms(export(""))
    assert "July - December 2020" not in lines(form) and "January - June 2020" not in lines(form)
    assert all(tick is Tick.OFF for row in tables(form)[1][1:] for tick in row[1:])


def test_several_choices_are_several_lines():
    (form,) = forms(export('<Answer qid="q1" aid="a1"/><Answer qid="q1" aid="a2"/>'))
    assert lines(form)[2:4] == ["January - June 2020", "July - December 2020"]


def test_each_contribution_is_a_form_that_does_not_tell_its_identifier():
    first, second = forms(export('<Answer qid="q2">one</Answer>', '<Answer qid="q2">two</Answer>'))
    assert (first.part, second.part) == ("1", "2")
    assert "two" not in first.text and "one" not in second.text
    assert "AnswerSet[@id" not in repr(first.blocks)


@pytest.mark.parametrize("lang", ["EN", "DE", "FR", ""])
def test_english_labels_are_taken_where_there_are_any(lang):
    (form,) = forms(export(FULL, lang=lang))
    assert lines(form)[:3] == ["I. Management report", "Reporting period", "July - December 2020"]


def test_without_english_the_contribution_s_language_is_taken():
    form = FORM[: FORM.index('<Elements lang="EN">')] + FORM[: FORM.index('<Elements lang="EN">')].replace(
        '"DE"', '"FR"'
    ).replace("Berichtszeitraum", "Période")
    (found,) = forms(export(FULL, form=form, lang="FR"))
    assert lines(found)[1] == "Période"


def test_nobody_who_filled_it_in_is_named():
    (form,) = forms(export(FULL))
    assert "jane" not in form.text and "INV-99" not in form.text
    assert not any("jane" in block.passage.place.path for block in form.blocks if isinstance(block, Line))


def test_places_are_xpaths_that_find_the_answer():
    data = export(FULL, '<Answer qid="q2">two</Answer>')
    root = etree.fromstring(data)
    for form in forms(data):
        for block in form.blocks:
            passages = (
                [block.passage]
                if isinstance(block, Line)
                else [
                    cell.passage for row in block.rows for cell in row.cells if cell.passage and not cell.tick
                ]
            )
            for passage in passages:
                found = root.xpath(passage.place.path)
                assert found, passage.place.path
                if "Answers" in passage.place.path:
                    assert passage.text.split("\u2028")[0] in (found[0].text or passage.text)


def test_printed_text_is_no_answer_to_the_question_before_it():
    (form,) = forms(export(FULL))
    (printed,) = [
        block for block in form.blocks if isinstance(block, Line) and "Printed" in block.passage.text
    ]
    assert printed.help


def test_an_answer_to_a_question_nobody_knows_belongs_to_no_other():
    elements = "".join(
        f'<Question id="k{n}" type="Free Text">{escape(label)}</Question>'
        for n, label in enumerate(
            ("Reporting period", "Please provide the list of leading regions", "Start date of your partnership",
             "Partnership's webpage", "How do you judge the commitment of your partners?")
        )
    )  # fmt: skip
    answers = '<Answer qid="k3">https://x.eu</Answer><Answer qid="k4">Badly, CONFIDENTIAL-TOKEN</Answer>'
    (form,) = forms(export(answers, form=f'<Elements lang="EN">{elements}</Elements>'))

    class Nobody:
        def known(self, text: str) -> bool:
            return False

        is_code = is_group = known

    report = understand(form, read_all(), Nobody())
    shown = "\n".join(line for n, line in enumerate(form.text.split("\n"), 1) if n in report.public_lines)
    assert "https://x.eu" in shown and "CONFIDENTIAL-TOKEN" not in shown
    assert report.answers["webpage"].state is State.ANSWERED


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<p>An <strong>overview</strong>&nbsp;of<br/>this &amp; that</p>", "An overview of\nthis & that"),
        ("a < b and c > d", "a < b and c > d"),
        ("<p></p>", ""),
        ("<div><p>one</p><p>two</p></div>", "one\ntwo"),
        ("growth & jobs", "growth & jobs"),
        ("<!-- hidden --><span>x</span>", "x"),
    ],
)
def test_labels_lose_their_html(written, shown):
    assert eusurvey_xml.without_html(written) == shown


# --- hostile files ---


def refusal(data: bytes) -> NotReadable:
    assert eusurvey_xml.recognises(data)
    with pytest.raises(NotReadable) as refused:
        read_any(Source(name="export.xml", data=data))
    assert refused.value.where.startswith("export.xml") and refused.value.way_out
    return refused.value


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
HOSTILE = {
    "external entity": '<!DOCTYPE Results [<!ENTITY x SYSTEM "file:///etc/passwd">]><Results><a>&x;</a></Results>',
    "billion laughs": f'<!DOCTYPE Results [<!ENTITY l0 "ha">{LAUGHS}]><Results>&l11;</Results>',
    "outer document type": '<!DOCTYPE Results SYSTEM "http://127.0.0.1:9/x.dtd"><Results/>',
    "nested": "<Results>" + "<a>" * 50_000 + "</a>" * 50_000 + "</Results>",
    "cut off": export(FULL)[:900].decode(),
    "empty": "<Results/>",
    "form alone": export().decode(),
    "answers alone": "<Results><Answers><AnswerSet/></Answers></Results>",
}


@pytest.mark.timeout(30)
@pytest.mark.parametrize("data", HOSTILE.values(), ids=HOSTILE)
def test_hostile_exports_are_refused(data):
    assert "root:" not in str(refusal(data.encode()))


def test_a_file_beyond_size_is_refused_before_it_is_parsed():
    assert "larger" in refusal(b"<Results>" + b" " * 200 * 2**20).problem


@pytest.mark.timeout(60)
def test_tables_that_multiply_contributions_are_refused():
    rows = "".join(f'<TableQuestion id="r{n}">{n}</TableQuestion>' for n in range(1000))
    columns = "".join(f'<TableAnswer id="c{n}">{n}</TableAnswer>' for n in range(1000))
    refusal(
        export(
            "", "", form=f'<Elements lang="EN"><TableTitle id="t">T</TableTitle>{rows}{columns}</Elements>'
        )
    )


def test_a_page_or_text_that_speaks_of_results_is_not_recognised():
    assert not eusurvey_xml.recognises(b"# About <Results> in XML")
    assert not eusurvey_xml.recognises(b"<html><body>Results</body></html>")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=3000))
def test_any_bytes_are_read_or_refused(data):
    try:
        forms(data)
    except NotReadable as refused:
        assert refused.way_out


@settings(max_examples=300, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 12), st.booleans())
def test_a_damaged_export_is_read_or_refused(seed, count, cut):
    chance = random.Random(seed)
    data = bytearray(export(FULL))
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.choice(b"<>&\"'/=a1 \x00\xff")
    try:
        forms(bytes(data[: chance.randrange(len(data))] if cut else data))
    except NotReadable as refused:
        assert refused.way_out


@given(st.text(max_size=300))
def test_any_label_loses_its_html_without_failing(label):
    assert "\n\n" not in eusurvey_xml.without_html(label)
