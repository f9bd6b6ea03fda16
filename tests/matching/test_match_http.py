"""Suggestions over HTTP."""

import csv
import io

from regiograph.rooms import room
from tests.api.serving import publish, serving


def test_a_region_asks(client):
    answer = client.get("/match/regions/ES41", params={"limit": 3})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/json"
    document = answer.json()
    assert document["asker"]["code"] == "ES41" and document["edition"]["number"] == 1
    assert [len(those) for those in document["suggestions"].values()] == [3, 3, 3, 3]
    assert client.get("/match/regions/ES41", params={"limit": 3}).content == answer.content
    again = client.get(
        "/match/regions/ES41", params={"limit": 3}, headers={"if-none-match": answer.headers["etag"]}
    )
    assert again.status_code == 304


def test_names_and_old_codes_are_understood(client):
    asked = {"limit": 1, "kind": "partnerships"}
    codes = {
        client.get(f"/match/regions/{name}", params=asked).json()["asker"]["code"]
        for name in ("FRH0", "frh", "FR52", "Bretagne", "Βρετάνη")
    }
    assert codes == {"FRH0"}


def test_csv_has_a_row_a_reason(client):
    answer = client.get("/match/partnerships/sport", params={"format": "csv", "limit": 2})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert answer.headers["content-type"].startswith("text/csv")
    assert {row["rank"] for row in rows} == {"1", "2"} and all(row["sparql"] for row in rows)


def test_json_ld_says_what_its_keys_mean(client):
    answer = client.get("/match/regions/ES41", headers={"accept": "application/ld+json"})
    document = answer.json()
    assert document["@context"]["iri"] == "@id" and document["suggestions"][0]["iri"].startswith("https://")


def test_a_profile_may_be_sent_or_posted(client):
    profile = {"country": "PL", "priorities": "hydrogen", "limit": 4}
    got, posted = client.get("/match/profile", params=profile), client.post("/match/profile", json=profile)
    assert got.status_code == 200 and got.json() == posted.json()
    assert "Hydrogen Valleys" in [each["label"] for each in got.json()["suggestions"]["partnerships"]]


def test_what_is_not_understood_is_said_with_a_way_out(client):
    for path, status, where in (
        ("/match/regions/XX99", 404, "region XX99"),
        ("/match/partnerships/nothing", 404, "nothing"),
        ("/match/profile", 422, "profile"),
        ("/match/profile?nace=99.99", 422, "nace 99.99"),
        ("/match/regions/ES41?platform=x", 422, "platform x"),
        ("/match/regions/ES41?colour=red", 422, "query colour"),
    ):
        problem = client.get(path)
        assert problem.status_code == status, path
        assert problem.headers["content-type"] == "application/problem+json"
        assert problem.json()["where"] == where and problem.json()["way_out"]


def test_filters_hold(client):
    asked = {"platform": "energy", "kind": "partnerships", "limit": 50}
    found = client.get("/match/regions/FRH0", params=asked).json()["suggestions"]["partnerships"]
    assert found and {each["platform"] for each in found} == {"Energy"}
    asked = {"eu13": True, "kind": ["regions", "organisations"], "limit": 50}
    found = client.get("/match/regions/FRH0", params=asked).json()["suggestions"]["regions"]
    assert "Estonia" in [each["label"] for each in found] and "Andalusia" not in [
        each["label"] for each in found
    ]
    asked = {"country": "IT", "role": "lead", "kind": "regions", "limit": 50}
    found = client.get("/match/regions/FRH0", params=asked).json()["suggestions"]["regions"]
    assert {each["country"] for each in found} == {"Italy"}
    asked = {"since": "2020-H2", "kind": "partnerships", "limit": 50}
    found = client.get("/match/regions/ES61", params=asked).json()["suggestions"]["partnerships"]
    assert {each["label"] for each in found} >= {"Cybersecurity", "Hydrogen Valleys"}


def test_the_operations_are_documented(client):
    paths = client.get("/openapi.json").json()["paths"]
    assert {"/match/regions/{code}", "/match/profile", "/match/partnerships/{key}"} <= set(paths)
    assert {"get", "post"} <= set(paths["/match/profile"])


def test_gaps_and_what_if_are_doors_of_the_service(client):
    gaps = client.get("/match/gaps/cybersecurity", params={"limit": 1})
    assert gaps.status_code == 200 and {"eu13", "leaders"} & {each["gap"] for each in gaps.json()["gaps"]}
    outlook = client.get("/match/what-if", params={"region": "Małopolska", "join": "Water Smart Territories"})
    assert (
        outlook.status_code == 200
        and outlook.json()["after"]["partners"] > outlook.json()["before"]["partners"]
    )
    assert client.get("/match/what-if", params={"region": "ES41", "join": "cybersecurity"}).status_code == 422


def test_an_edition_that_tells_of_nobody_suggests_nobody(tmp_path):
    publish(tmp_path, 3)
    with serving(tmp_path, room("queries")) as client:
        response = client.get("/match/profile", params={"priorities": "cyber range"})
        assert response.status_code == 200, response.text
        assert not any(response.json()["suggestions"].values())
        assert client.get("/match/regions/FRH0").status_code == 404
        assert client.get("/match", headers={"accept": "text/html"}).status_code == 200
