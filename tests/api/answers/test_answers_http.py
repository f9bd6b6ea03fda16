"""Citable answers over HTTP: frozen, cited, compared with today."""

import json

import httpx
import pytest

from regiograph.archive import Archive
from regiograph.editions import Change, Publisher
from regiograph.keeping import Keeper
from tests.api.serving import publish, serving, thing

HTML = {"accept": "text/html"}


@pytest.fixture(scope="module")
def own(tmp_path_factory, queries):
    """A server, and a data directory that grows meanwhile."""
    folder = tmp_path_factory.mktemp("growing")
    publish(folder, 3)
    with serving(folder, queries, workers=1, freeze_megabytes=1, freeze_hourly=12) as client:
        yield client, folder


def freeze(client: httpx.Client, **fields: str) -> httpx.Response:
    return client.post("/answers", data=fields)


def test_an_answer_is_frozen_cited_and_compared_with_today(own):
    client, folder = own
    first = freeze(client, question="things", label="thing 1")
    frozen = first.json()
    assert first.status_code == 201 and first.headers["location"] == frozen["href"]
    again = client.post("/answers", json={"question": "things", "label": "thing 1", "edition": 1})
    assert again.status_code == 200 and again.json() == frozen
    assert frozen["parameters"] == {"label": "thing 1"} and frozen["rows"] == 1
    shown = client.get(frozen["href"]).json()
    assert shown["today"] == {
        "edition": 1, "same": True, "added": [], "removed": [], "added_count": 0, "removed_count": 0,
    }  # fmt: skip
    assert client.get(f"{frozen['href']}.json").json() == client.get("/queries/things?label=thing+1").json()
    assert client.get(f"{frozen['href']}.csv").text == "thing,label\r\nhttp://e/0001,thing 1\r\n"

    whole = freeze(client, question="things").json()
    graphs = {"http://g/things": [thing(number) for number in (0, 1, 7, 8)]}
    Publisher(Archive(folder)).publish(Change(public=graphs))
    assert client.get(frozen["href"]).json()["today"] | {"edition": 2} == shown["today"] | {"edition": 2}
    today = client.get(whole["href"]).json()["today"]
    assert (today["edition"], today["same"]) == (2, False)
    assert today["removed"] == ['<http://e/0002>\t"thing 2"']
    assert today["added"] == ['<http://e/0007>\t"thing 7"', '<http://e/0008>\t"thing 8"']
    page = client.get(whole["href"], headers=HTML).text
    assert "Edition 2 answers differently" in page and "2 rows more" in page and "1 row gone" in page

    Keeper(Archive(folder)).drop(1, "old", force=True)
    assert client.get("/edition/1").status_code == 410
    page = client.get(whole["href"], headers=HTML).text
    assert "the edition itself was dropped since" in page
    assert len(client.get(f"{whole['href']}.json").json()["results"]["bindings"]) == 4


def test_citations_come_as_files(own):
    client, _ = own
    frozen = freeze(client, query='SELECT ?x { ?x ?p "thing 1" }').json()
    for suffix, kind in (("bib", "application/x-bibtex"), ("ris", "application/x-research-info-systems")):
        response = client.get(f"{frozen['href']}.{suffix}")
        assert response.headers["content-type"].startswith(kind) and frozen["id"] in response.text
        assert f"regiograph-{frozen['id']}.{suffix}" in response.headers["content-disposition"]
    (item,) = client.get(f"{frozen['href']}.csl").json()
    assert item["URL"].endswith(frozen["href"]) and item["type"] == "dataset"
    assert client.get(f"{frozen['href']}.pdf").status_code == 404


def test_triples_are_frozen_too(own):
    client, _ = own
    query = 'CONSTRUCT { ?x a <http://e/Thing> } WHERE { ?x ?p "thing 1" }'
    frozen = freeze(client, query=query).json()
    assert client.get(f"{frozen['href']}.nt").text.startswith("<http://e/0001> <http://www.w3.org/")
    assert "http://e/Thing" in client.get(f"{frozen['href']}.ttl").text
    assert "http://e/Thing" in client.get(frozen["href"], headers=HTML).text


@pytest.mark.parametrize(
    ("fields", "status", "where"),
    [
        ({}, 400, "query"),
        ({"query": "SELECT (NOW() AS ?x) {}"}, 400, "the query"),
        ({"query": "SELECT ?b { BIND(BNODE() AS ?b) }"}, 400, "the query"),
        ({"query": "INSERT DATA {}"}, 403, "line 1 of the query"),
        ({"query": "SELECT * {}", "label": "x"}, 422, "parameter label"),
        ({"question": "nothing"}, 404, "nothing"),
        ({"question": "things", "edition": "99"}, 404, "edition 99"),
        ({"question": "things", "edition": "one"}, 422, "parameter edition"),
        ({"question": "things", "asof": "soon"}, 422, "parameter asof"),
        ({"query": "SELECT * FROM <http://g/other> { ?s ?p ?o }", "asof": "2020-H2"}, 400, "asof"),
    ],
)
def test_what_cannot_be_frozen_is_told(own, fields, status, where):
    response = freeze(own[0], **fields)
    assert (response.status_code, response.json()["where"]) == (status, where)


@pytest.mark.parametrize("body", [b"\xff", b'{"a": ', b"[1]", b"question=a&question=b", b"x" * 300_000])
def test_a_body_that_cannot_be_read_is_refused(own, body):
    kind = "application/json" if body[:1] in b"{[" else "application/x-www-form-urlencoded"
    response = own[0].post("/answers", content=body, headers={"content-type": kind})
    assert response.status_code == 422 and response.json()["where"] == "the request"


def test_the_button_on_a_page_leads_to_the_frozen_answer(own):
    client, _ = own
    page = client.get("/queries/things?label=thing+1", headers=HTML).text
    assert 'action="/answers" method="post"' in page and 'name="question" value="things"' in page
    response = client.post("/answers", data={"question": "things", "label": "thing 1"}, headers=HTML)
    assert response.status_code == 303
    page = client.get(response.headers["location"], headers=HTML)
    assert page.status_code == 200 and "Cite it" in page.text and "thing 1" in page.text
    hostile = client.post("/answers", data={"question": "things", "label": "<script>x"}, headers=HTML)
    page = client.get(hostile.headers["location"], headers=HTML)
    assert page.status_code == 200 and "<script>" not in page.text and "&lt;script&gt;x" in page.text


def test_the_public_cannot_fill_the_disk(own):
    client, folder = own
    large = freeze(
        client, query="SELECT * { ?s ?p ?o . ?s2 ?p2 ?o2 . ?s3 ?p3 ?o3 . ?s4 ?p4 ?o4 . ?s5 ?p5 ?o5 }"
    )
    assert (large.status_code, large.json()["type"].rpartition("/")[2]) == (507, "no-room")
    answers = [freeze(client, question="things", most=str(number)) for number in range(14)]
    assert {answer.status_code for answer in answers} <= {201, 429} and answers[-1].status_code == 429
    assert answers[-1].headers["retry-after"] == "3600"
    kept = sum(path.stat().st_size for path in (folder / "archive" / "answers").rglob("*") if path.is_file())
    assert kept < 1_000_000
    assert freeze(client, question="things", label="thing 1").status_code in (200, 429)


def test_what_was_never_frozen_is_not_there(own):
    response = own[0].get("/answers/0123456789abcdef01234567")
    assert response.status_code == 404 and json.loads(response.text)["where"].startswith("answer 0123")
