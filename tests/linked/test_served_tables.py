"""The graph as tables, and in the words of the ORG ontology."""

import csv
import html
import io

import pytest
from openpyxl import load_workbook
from rdflib import RDF, URIRef

from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from tests.linked.conftest import BASE
from tests.linked.test_identities import graph_of

TABLES = Questions.read(room("queries") / "tables", Iris(BASE))
CYBER = f"{BASE}/id/partnership/cybersecurity"
ORG = "http://www.w3.org/ns/org#"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_there_are_the_six_tables():
    wanted = {"regions", "partnerships", "participations", "working-areas", "events", "sdgs"}
    assert wanted <= set(TABLES)


@pytest.mark.parametrize("name", TABLES)
def test_each_column_is_described_and_both_files_have_the_same_rows(here, name):
    question = TABLES[name]
    answer = here.get(f"/tables/{name}.csv")
    found = rows(answer.text)
    assert found and list(found[0]) == list(question.columns)
    book = load_workbook(io.BytesIO(here.get(f"/tables/{name}.xlsx").content), read_only=True)
    cells = list(book.worksheets[0].values)
    assert list(cells[0]) == list(question.columns) and len(cells) == len(found) + 1
    about = here.get(here.get(f"/tables/{name}.csv").links["describedby"]["url"]).json()
    assert [each["name"] for each in about["tableSchema"]["columns"]] == list(question.columns)
    page = html.unescape(here.get("/tables", headers={"accept": "text/html"}).text)
    assert all(told in page for told in question.columns.values())
    again = here.get(f"/tables/{name}.csv", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304


def test_participations_have_addresses_names_and_their_sentence(here):
    found = rows(here.get("/tables/participations.csv", params={"within": CYBER, "lang": "fr"}).text)
    lead = next(row for row in found if row["line"] == "55")
    assert lead["participant"] == f"{BASE}/id/region/FRH0" and lead["participantName"] == "Bretagne"
    assert lead["role"] == f"{BASE}/code/role/lead" and lead["roleName"] == "chef de file"
    assert (lead["quote"], lead["kind"], lead["participantKind"]) == (
        "Brittany Region",
        "partnership",
        "region",
    )
    assert {row["what"] for row in found} == {CYBER}
    every = rows(here.get("/tables/participations.csv").text)
    assert len(every) > len(found) and len({row["participation"] for row in every}) > 200


def test_counts_in_tables_are_those_of_the_graph(here):
    (cyber,) = (row for row in rows(here.get("/tables/partnerships.csv").text) if row["partnership"] == CYBER)
    areas = rows(here.get("/tables/working-areas.csv", params={"partnership": CYBER}).text)
    assert int(cyber["areas"]) == len(areas) == 4 and cyber["reports"] == "1"
    assert {row["leads"] for row in areas} == {"Brittany"}
    goals = rows(here.get("/tables/sdgs.csv").text)
    assert [int(row["number"]) for row in goals] == list(range(1, 18))


def test_a_word_that_no_table_takes_is_refused(here):
    assert here.get("/tables/events.csv?topic=x").status_code == 422
    assert here.get("/tables/events.csv?partnership=cybersecurity").status_code == 422
    assert here.get("/tables/nothing.csv").status_code == 404
    assert here.get("/tables/events").headers["location"] == "/tables/events.csv"


def test_the_org_view_tells_memberships_of_those_who_are_known(here):
    told = graph_of(here.get("/org", headers={"accept": "text/turtle"}), "turtle")
    memberships = set(told.subjects(RDF.type, URIRef(f"{ORG}Membership")))
    for each in memberships:
        (member,) = told.objects(each, URIRef(f"{ORG}member"))
        (body,) = told.objects(each, URIRef(f"{ORG}organization"))
        assert told.value(each, URIRef(f"{ORG}role")) and set(told.objects(member, RDF.type))
        assert "/mention/" not in member
        kinds = set(told.objects(body, RDF.type))
        assert kinds & {URIRef(f"{ORG}OrganizationalCollaboration"), URIRef(f"{ORG}OrganizationalUnit")}
    some = graph_of(here.get("/org.nt", params={"partnership": CYBER}), "nt")
    assert 0 < len(set(some.subjects(RDF.type, URIRef(f"{ORG}Membership")))) < len(memberships)
    assert here.get("/org", headers={"accept": "image/png"}).status_code == 406
