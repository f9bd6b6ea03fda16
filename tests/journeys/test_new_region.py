"""A region that is in no partnership yet: from its name as it writes it to the sentences that speak for a partner."""

import json

import httpx
import pytest

from regiograph.rooms import room
from tests.api.serving import serving


@pytest.fixture(scope="module")
def service(demo_data):
    with serving(demo_data, room("queries"), reconcile_workers=1, query_seconds=60) as client:
        yield client


def here(service: httpx.Client, iri: str) -> str:
    """Where this server shows what an IRI of the graph names."""
    return str(service.base_url).rstrip("/") + iri.removeprefix("https://w3id.org/regiograph")


def test_from_a_misspelt_name_to_the_passage_that_says_so(service):
    # who are we? The name as a person types it, in the region's own language
    query = {
        "query": "Województwo Łudzkie",
        "type": "region",
        "properties": [{"pid": "country", "v": "Polska"}],
    }
    (found,) = service.post("/reconcile", data={"queries": json.dumps({"us": query})}).json()["us"]["result"][
        :1
    ]
    assert (found["name"], found["match"]) == ("Łódź", True)
    code = found["id"].removeprefix("region/")

    # what is known of us: nothing in any report yet
    page = service.get(f"/id/{found['id']}", headers={"accept": "text/html"}, follow_redirects=True)
    assert page.status_code == 200 and "Łódź" in page.text

    # whom could we work with, and why?
    answer = service.get(f"/match/regions/{code}", params={"kind": "working_areas", "limit": 5}).json()
    areas = [each for each in answer["suggestions"]["working_areas"] if each["reasons"]]
    reason = next(
        one for area in areas for one in area["reasons"] if any("line" in e for e in one["evidence"])
    )
    assert str(reason["number"]) in reason["sentence"]

    # is that so? The query that proves it gives the same number
    proof = service.get("/sparql", params={"query": reason["sparql"], "format": "json"}).json()
    (row,) = proof["results"]["bindings"]
    assert float(row["number"]["value"]) == reason["number"]

    # and the report says it, at that very line
    evidence = next(one for one in reason["evidence"] if "line" in one)
    document = service.get(here(service, evidence["document"]), follow_redirects=True)
    assert document.status_code == 200
    sha256 = evidence["document"].rpartition("/")[2]
    lines = service.get(f"/documents/{sha256}.txt").text.split("\n")
    assert evidence["quote"] in lines[evidence["line"] - 1]
