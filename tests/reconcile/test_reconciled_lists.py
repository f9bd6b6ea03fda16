"""Tables as people and their programs write them; what is wrong is told with its line."""

import csv
import io

import pytest
from openpyxl import Workbook

from ingest.reconcile.bulk import PART, Wish, asked, parts
from ingest.reconcile.lists import Writer, added_columns, read_table, table_of_names
from ingest.reconcile.matching import Candidate, Query
from ingest.reconcile.schema import Schema
from ingest.reconcile.things import Thing
from regiograph.errors import BadParameter, NotReadable, QueryTooLarge

TEXT = 'Região;Land\n"Castilla; León";Spanien\nMałopolska;\n'


@pytest.mark.parametrize(
    ("data", "mark", "note"),
    [
        (TEXT.encode(), False, ""),
        (TEXT.encode("utf-8-sig"), True, ""),
        (TEXT.encode("utf-16"), True, ""),
        (TEXT.replace("ł", "l").encode("cp1252"), False, "It is not UTF-8; it was read as Windows-1252."),
        (b"sep=;\n" + TEXT.encode(), False, ""),
    ],
)
def test_encodings_are_told_apart(data, mark, note):
    table = read_table(data)
    assert table.columns == ("Região", "Land")
    assert table.rows[0] == ("Castilla; León", "Spanien") and table.rows[1][0].startswith("Ma")
    assert (table.layout.delimiter, table.layout.mark, table.layout.note) == (";", mark, note)


def test_a_named_encoding_is_used():
    data = "Kraj\nŁódzkie\n".encode("cp1250")
    assert read_table(data, encoding="cp1250").rows == (("Łódzkie",),)
    with pytest.raises(BadParameter, match="no such encoding"):
        read_table(data, encoding="cp99999")


@pytest.mark.parametrize(
    ("text", "delimiter", "columns"),
    [
        ("a,b\n1,2\n", ",", 2),
        ("a\tb\n1,5\t2\n", "\t", 2),
        ("name|land|x\nA, B|c|d\n", "|", 3),
        ("name\nLimburg, Belgium\nWales, UK\n", ",", 1),  # a comma in the names is no delimiter
        ("Name;Note\nWales;a, b, c\nLazio;d, e, f\n", ";", 2),
    ],
)
def test_the_delimiter_is_found(text, delimiter, columns):
    if columns == 1:
        assert read_table(text.encode(), header=True).rows[0] == ("Limburg, Belgium",)
    else:
        table = read_table(text.encode())
        assert (table.layout.delimiter, len(table.columns)) == (delimiter, columns)


@pytest.mark.parametrize(
    ("data", "where"),
    [
        (b"a,b\n1,2\n3,4,5\n", "the table, line 3, column 3"),
        (b'a,b\n"x\ny",2\n3,4,5\n', "the table, line 4, column 3"),
        (b'a,b\n1,2\n"3,4\n', "the table, line 3"),
        (b'a,b\n"1"x,2\n', "the table, line 2"),
        (b"a,b\n1," + b"x" * 10_001 + b"\n", "the table, line 2, column 2"),
        (b"\xef\xbb\xbfa\n\xff\n", "the table, line 2, byte 1"),
        (b"\n \n", "the table"),
        (b"PK\x03\x04rest", "the table"),
    ],
)
def test_what_is_broken_is_told_with_its_line(data, where):
    with pytest.raises(NotReadable) as caught:
        read_table(data)
    assert caught.value.where == where


def test_rows_may_be_short_or_end_in_empty_cells_and_empty_lines_are_left_out():
    assert read_table(b"a,b\n1\n\n2,3,,\n").rows == (("1", ""), ("2", "3"))


def test_too_many_rows_are_refused():
    with pytest.raises(QueryTooLarge, match="3 rows"):
        read_table(b"a\n1\n2\n3\n", most=2)
    with pytest.raises(QueryTooLarge):
        table_of_names("a\nb\nc", most=2)


def test_a_workbook_is_read_where_it_is_taken():
    book = Workbook()
    book.active.append(["Region", "Year", None])
    book.active.append(["Wales", 2021, None])
    book.save(data := io.BytesIO())
    table = read_table(data.getvalue(), name="list.xlsx", workbooks=True)
    assert (table.columns, table.rows) == (("Region", "Year"), (("Wales", "2021"),))
    with pytest.raises(NotReadable, match="damaged"):
        read_table(data.getvalue()[:-200], name="list.xlsx", workbooks=True)


def test_columns_by_name_or_number_and_the_only_one_by_itself():
    table = read_table(b"Name, Land ,x,x\n1,2,3,4\n")
    assert [table.column(each) for each in ("Name", "name", "land", "2")] == [0, 0, 1, 1]
    for wrong in ("", "x", "5", "0", "city"):
        with pytest.raises(BadParameter):
            table.column(wrong)
    assert read_table(b"only\n1\n").column("") == 0
    assert read_table(b"Wales\nLazio\n", header=False).rows == (("Wales",), ("Lazio",))


def test_each_row_becomes_a_query_and_each_name_is_looked_for_once():
    table = read_table(b"Name,Land\nWales,UK\n,FR\nWales,\nWales,UK\n")
    queries = asked(table, Wish(column="name", types=("Region",), values={"country": "Land"}), Schema.read())
    assert queries[0] == Query(text="Wales", types=("region",), limit=2, values=(("country", ("UK",)),))
    assert queries[1] is None and queries[3] == queries[0] and queries[2] != queries[0]
    assert list(parts(queries)) == [(slice(0, 4), [queries[0], queries[2]])]
    for wish in (Wish(column="name", types=("town",)), Wish(column="name", values={"mayor": "Land"})):
        with pytest.raises(BadParameter):
            asked(table, wish, Schema.read())


def test_parts_cover_every_row():
    queries = [Query(text=str(number % 250)) for number in range(700)]
    found = list(parts(queries))
    assert [len(fresh) for _, fresh in found] == [PART, PART, 50]
    assert [at for rows, _ in found for at in range(700)[rows]] == list(range(700))


def test_a_table_comes_back_as_it_was_with_columns_behind():
    table = read_table('regiograph_id;Name\r\n7;"Łódź; x"\r\n8;\r\n'.encode("utf-8-sig"))
    thing = Thing(id="region/PL71", iri="i", name="Łódzkie", types=("region",))
    one = Candidate(thing=thing, score=0.97, reason="so named", match=True)
    writer = Writer(table)
    text = writer.header() + writer.row(table.rows[0], (one, one)) + writer.row(table.rows[1], None)
    assert text.startswith("\ufeff") and "\r\n" in text
    header, first, second = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";")
    assert header[:3] == ["regiograph_id", "Name", "regiograph_id_2"]
    assert first == [
        "7",
        "Łódź; x",
        "region/PL71",
        "Łódzkie",
        "97",
        "yes",
        "so named",
        "Łódzkie (region/PL71, 97)",
    ]
    assert second == ["8", ""] + [""] * 6
    assert len(set(added_columns(header))) == 6
