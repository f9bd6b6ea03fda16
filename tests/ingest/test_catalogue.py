"""A catalogue of hubs on its way into an edition."""

import csv
import io

import pytest
from openpyxl import Workbook

from ingest.intake import Intake
from regiograph.errors import RegiographError

HEADERS = ["EDIH Name", "Country", "Contact person", "E-mail", "Website", "Services", "Sectors"]
HUBS = [
    [
        "Alpine Valleys EDIH",
        "France",
        "Zanzibar Quarrel",
        "zanzibar@example.org",
        "https://edih.example.org",
        "Test before invest; Training",
        "Health",
    ],
    [
        "Robocoast EDIH",
        "Finland",
        "Zanzibar Other",
        "+358 40 1234567",
        "https://robo.example.org",
        "Training",
        "Manufacturing",
    ],
]
ASKED = """
PREFIX rg: <https://w3id.org/regiograph/ns#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?hub ?service ?where { ?x a rg:DigitalInnovationHub ; rdfs:label ?hub ; rg:offersService ?service ; rg:basedIn/rdfs:label ?where }
ORDER BY ?hub ?service"""


@pytest.fixture(params=["csv", "xlsx"])
def catalogue(request, tmp_path):
    path = tmp_path / f"catalogue.{request.param}"
    if request.param == "csv":
        text = io.StringIO()
        csv.writer(text).writerows([HEADERS, *HUBS])
        path.write_text(text.getvalue(), encoding="utf-8")
    else:
        book = Workbook()
        for row in (HEADERS, *HUBS):
            book.active.append(row)
        book.save(path)
    return path


def test_hubs_are_asked_like_all_else_and_people_are_nowhere(catalogue, tmp_path, pipeline):
    data = tmp_path / "data"
    intake = Intake(data, pipeline)
    intake.load(catalogue)
    rows = [[term.value for term in row.values()] for row in intake.editions.current().store.query(ASKED)]
    assert rows == [
        ["Alpine Valleys EDIH", "Test before invest", "France"],
        ["Alpine Valleys EDIH", "Training", "France"],
        ["Robocoast EDIH", "Training", "Finland"],
    ]
    for path in data.rglob("*"):
        if path.is_file():
            held = path.read_bytes()
            assert b"Zanzibar" not in held and b"1234567" not in held and b"@example" not in held, path
    before = intake.editions.current().manifest.hash
    assert intake.rebuild().manifest.hash == before


def test_another_table_is_refused(tmp_path, pipeline):
    path = tmp_path / "budget.csv"
    path.write_text("Item,Cost\nChairs,100\n", encoding="utf-8")
    with pytest.raises(RegiographError) as caught:
        Intake(tmp_path / "data", pipeline).load(path)
    assert "catalogue" in caught.value.way_out
