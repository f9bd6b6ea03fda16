"""The catalogue of European Digital Innovation Hubs as a source."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from ingest.edih import edih_quads, recognises
from regiograph.errors import NotReadable
from regiograph.iris import FOAF, RG, SKOS

HEADER = (
    "EDIH Name",
    "EDIH Title",
    "Country",
    "Contact name",
    "E-mail",
    "Website",
    "Services",
    "Sectors",
    "Region",
)
ROWS = (
    ("DIH Bretagne", "Digital Innovation Hub Bretagne", "France", "Jane Roe", "jane.roe@example.org",
     "https://dih.example.org", "Test before invest; Skills and training", "Energy, Health (human)", "Bretagne"),
    ("Arctic EDIH", "", "Finland", "John Doe", "+358 40 1234567", "Website", "Networking", "Space", "Lapland"),
    ("Holy Land Hub EDIH", "", "Israel", "", "", "https://…", "Write to jane.roe@example.org", "", ""),
)  # fmt: skip


def workbook(header=HEADER, rows=ROWS, above=()) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = "EDIH Catalogue"
    for row in (*above, header, *rows):
        sheet.append(list(row))
    data = io.BytesIO()
    book.save(data)
    return data.getvalue()


def table(header=HEADER, rows=ROWS, delimiter=";") -> bytes:
    lines = [header, *rows]
    quoted = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines]
    return "\n".join(quoted).encode()


@pytest.fixture
def told(pipeline):
    def facts(data: bytes) -> list[tuple[str, str, str]]:
        quads = edih_quads("catalogue.xlsx", data, pipeline.iris, pipeline.resolver)
        return [(q.subject.value, q.predicate.value, q.object.value) for q in quads]

    return facts


@pytest.mark.parametrize(
    "data", [workbook(), workbook(above=[("Export of 1 June",), ()]), table(), table(delimiter=",")]
)
def test_hubs_are_told_with_seat_and_services(told, pipeline, data):
    assert recognises(data)
    facts = told(data)
    hub = pipeline.iris.entity("organisation", "dih-bretagne")
    said = {(p, o) for s, p, o in facts if s == hub}
    assert (SKOS + "altLabel", "DIH Bretagne") in said
    assert (RG + "basedIn", pipeline.iris.entity("region", "FRH0")) in said
    assert {o for p, o in said if p == RG + "offersService"} == {"Test before invest", "Skills and training"}
    assert {o for p, o in said if p == RG + "servesSector"} == {"Energy", "Health (human)"}
    arctic = {(p, o) for s, p, o in facts if s.endswith("/organisation/arctic-edih")}
    assert (RG + "basedIn", pipeline.iris.entity("region", "FI1D7")) in arctic
    assert not any(p == FOAF + "homepage" for p, _ in arctic)  # "Website" is no address
    assert any(
        s.endswith("/organisation/holy-land-hub-edih") and o.endswith("/place/israel") for s, _, o in facts
    )


@pytest.mark.parametrize("data", [workbook(), table()])
def test_people_are_never_stored(told, data):
    text = repr(told(data)).casefold()
    assert not any(word in text for word in ("jane", "john doe", " roe", "@", "1234567"))


def test_each_hub_names_its_row(told):
    facts = told(workbook())
    paths = [o for _, p, o in facts if p == RG + "placePath"]
    assert paths == [f"sheet EDIH Catalogue, cell A{row}" for row in (2, 3, 4)]


@settings(deadline=None, max_examples=20)
@given(st.permutations(range(len(HEADER))))
def test_columns_may_stand_in_any_order(pipeline, order):
    def facts(data: bytes) -> set[tuple[str, str, str]]:
        quads = edih_quads("c", data, pipeline.iris, pipeline.resolver)
        kept = ("offersService", "servesSector", "basedIn", "homepage", "altLabel")
        return {
            (q.subject.value, q.predicate.value, q.object.value)
            for q in quads
            if "/organisation/" in q.subject.value and q.predicate.value.endswith(kept)
        }

    shuffled = table([HEADER[i] for i in order], [[row[i] for i in order] for row in ROWS])
    assert facts(shuffled) == facts(table())


@pytest.mark.parametrize(
    "data",
    [b"", b"PK\x03\x04 xl/workbook.xml", b"Name;Country\nACME;France\n", b"\x00\x01", b"# A report\n"],
)
def test_other_files_are_refused(told, data):
    assert not recognises(data)
    with pytest.raises(NotReadable):
        told(data)


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_looking_at_a_file_never_raises(data):
    recognises(data)
