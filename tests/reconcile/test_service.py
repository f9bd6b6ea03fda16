"""The service over HTTP, against a real process: as OpenRefine asks it, as scripts do, and when it is too much."""

import asyncio
import csv
import io
import json
import time
from concurrent.futures import ThreadPoolExecutor

import httpx
import pandas
import pytest
from reconciler import reconcile

from tests.reconcile.schemas import (
    ENTITIES,
    EXTENSION,
    FLYOUT,
    MANIFEST,
    PROPERTIES,
    PROPOSAL,
    RESULTS,
    TYPES,
    check,
)


def post(service: httpx.Client, **fields: object) -> httpx.Response:
    return service.post("/reconcile", data={name: json.dumps(value) for name, value in fields.items()})


def problem(answer: httpx.Response, status: int) -> dict[str, str]:
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    return answer.json()


def test_what_openrefine_does_from_the_manifest_to_the_new_column(service):
    manifest = check(service.get("/reconcile").json(), MANIFEST)

    # it guesses the type of a column from some cells
    guess = {
        f"q{i}": {"query": name, "limit": 3} for i, name in enumerate(("Brittany", "Estonia", "Wallonia"))
    }
    guessed = check(post(service, queries=guess).json(), RESULTS)
    assert all(each["result"][0]["type"][-1]["id"] == "region" for each in guessed.values())

    # a person looks for a type, and a property that helps
    suggest = manifest["suggest"]
    types = service.get(
        suggest["type"]["service_url"] + suggest["type"]["service_path"], params={"prefix": "Reg"}
    )
    assert check(types.json(), TYPES)["result"][0]["id"] == "region"
    found = service.get("/reconcile/suggest/property", params={"prefix": "coun"})
    assert check(found.json(), PROPERTIES)["result"][0]["id"] == "country"

    # the column is reconciled
    common = {"type": "region", "type_strict": "should"}
    queries = {
        "q0": {"query": "North Rhine Westflavia", **common},
        "q1": {"query": "Limburg", **common, "properties": [{"pid": "country", "v": "Pays-Bas"}]},
        "q2": {"query": "Nowhere at all", **common},
    }
    results = check(post(service, queries=queries).json(), RESULTS)
    first = {key: one["result"][0] if one["result"] else None for key, one in results.items()}
    assert (first["q0"]["id"], first["q0"]["match"]) == ("region/DEA", True)
    assert (first["q1"]["id"], first["q1"]["match"]) == ("region/NL42", True)
    assert first["q2"] is None or not first["q2"]["match"]
    assert "written almost like" in first["q0"]["description"]
    assert {"id": "by_likeness", "value": True} in first["q0"]["features"]

    # a person types into a cell, looks at the preview, and at the thing
    typed = service.get("/reconcile/suggest/entity", params={"prefix": "bretag", "type": "nuts2"})
    (entity,) = check(typed.json(), ENTITIES)["result"][:1]
    assert entity["id"] == "region/FRH0"
    flyout = service.get("/reconcile/flyout/entity", params={"id": entity["id"]})
    assert "Brittany" in check(flyout.json(), FLYOUT)["html"]
    preview = service.get(manifest["preview"]["url"].replace("{{id}}", "region%2FFRH0"))
    assert (
        "frame-ancestors *" in preview.headers["content-security-policy"]
        and "<h1>Brittany</h1>" in preview.text
    )
    assert "x-frame-options" not in preview.headers
    view = service.get(manifest["view"]["url"].replace("{{id}}", "region%2FFRH0"), follow_redirects=True)
    assert view.status_code == 200

    # columns are added from what was reconciled
    proposed = service.get("/reconcile/properties", params={"type": "nuts2", "limit": 40})
    pids = [each["id"] for each in check(proposed.json(), PROPOSAL)["properties"]]
    wanted = [{"id": pid} for pid in pids] + [{"id": "partnerships", "settings": {"role": "lead"}}]
    told = check(
        post(service, extend={"ids": ["region/FRH0", "region/FR52"], "properties": wanted}).json(), EXTENSION
    )
    brittany = told["rows"]["region/FRH0"]
    assert brittany == told["rows"]["region/FR52"]
    assert brittany["country"] == [{"id": "region/FR", "name": "France"}] and brittany["level"] == [
        {"int": 2}
    ]
    assert {"id": "partnership/cybersecurity", "name": "Cybersecurity"} in brittany["partnerships"]
    assert {"str": "http://data.europa.eu/nuts/code/FRH0"} in brittany["exact-match"]


@pytest.mark.filterwarnings("ignore:The inplace keyword")  # of the client, about pandas
def test_a_real_client_works(service):
    names = pandas.Series(["Castilla y Leon", "FR52", "Κρήτη", "North Rhine Westflavia", "Castilla y Leon"])
    lands = pandas.Series(["ES", "FR", "GR", "DE", "ES"])
    found = reconcile(
        names,
        type_id="region",
        top_res=1,
        property_mapping={"country": lands.drop_duplicates()},
        reconciliation_endpoint=str(service.base_url.join("/reconcile")),
    )
    assert dict(zip(found["input_value"], found["id"], strict=True)) == {
        "Castilla y Leon": "region/ES41",
        "FR52": "region/FRH0",
        "Κρήτη": "region/EL43",
        "North Rhine Westflavia": "region/DEA",
    }
    assert found["match"].all() and set(found["type_id"]) == {"nuts1", "nuts2"}


def test_any_origin_may_ask_and_old_clients_get_a_call(service):
    for path in ("/reconcile", "/reconcile/suggest/entity?prefix=wal", "/reconcile/preview?id=region/UKL"):
        answer = service.get(path, headers={"origin": "https://else.where"})
        assert answer.headers["access-control-allow-origin"] == "*"
    asking = {"origin": "https://else.where", "access-control-request-method": "POST"}
    preflight = service.options(
        "/reconcile/csv", headers=asking | {"access-control-request-headers": "content-type"}
    )
    assert (
        preflight.status_code == 204 and "Content-Type" in preflight.headers["access-control-allow-headers"]
    )
    called = service.get("/reconcile", params={"callback": "jQuery12.found"})
    assert called.text.startswith("/**/jQuery12.found({") and called.text.endswith("});")
    assert called.headers["content-type"].startswith("application/javascript")
    assert "function" in problem(service.get("/reconcile", params={"callback": "alert(1)//"}), 422)["detail"]


def test_one_query_by_get_and_the_edition_is_told(service):
    answer = service.get("/reconcile", params={"queries": '{"a": {"query": "Wales"}}'})
    assert check(answer.json(), RESULTS)["a"]["result"][0]["id"] == "region/UKL"
    assert answer.headers["regiograph-edition"] == "1"
    old = service.get("/reconcile", params={"query": "Wales"}).json()
    assert old["result"][0]["id"] == "region/UKL"


def test_what_is_wrong_is_a_problem_that_says_what(service):
    assert problem(post(service, queries={"q7": {"limit": 2}}), 422)["where"] == "query q7"
    assert (
        "batchSize"
        in problem(post(service, queries={str(i): {"query": "x"} for i in range(21)}), 413)["detail"]
    )
    assert (
        problem(service.get("/reconcile/preview", params={"id": "region/XX"}), 404)["where"] == "id region/XX"
    )
    assert (
        "property mayor"
        in problem(post(service, extend={"ids": [], "properties": [{"id": "mayor"}]}), 422)["where"]
    )
    problem(service.post("/reconcile", content=b"{}", headers={"content-type": "application/json"}), 415)
    problem(service.get("/reconcile/suggest/entity", params={"prefix": "a", "cursor": "-1"}), 422)
    problem(service.get("/reconcile/features/none"), 404)
    assert service.get("/reconcile/features/by_code").headers["location"] == "/reconcile/list#by_code"


def test_a_table_comes_back_with_columns(service):
    text = "Id;Ort;Land\r\n1;Limburg;Belgien\r\n2;;\r\n3;Castilla y Leo;\r\n"
    answer = service.post(
        "/reconcile/csv",
        params={"column": "Ort", "type": "region", "property": "country=Land"},
        content=text.encode("utf-8-sig"),
        headers={"content-type": "text/csv"},
    )
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert answer.text.startswith("\ufeffId;Ort;Land;regiograph_id") and [row["Id"] for row in rows] == [
        "1",
        "2",
        "3",
    ]
    assert [row["regiograph_id"] for row in rows] == ["region/BE22", "", "region/ES41"]
    assert [row["regiograph_match"] for row in rows] == ["yes", "", "yes"]
    assert rows[2]["regiograph_runner_up"].startswith("Castellón (region/ES522")


@pytest.mark.parametrize(
    ("content", "params", "status", "where"),
    [
        (b"a,b\n1,2,3\n", {"column": "a"}, 422, "line 2, column 3"),
        (b"a,b\n1,2\n", {}, 422, "column"),
        (b"a\nWales\n", {"type": "town"}, 422, "type town"),
        (b"a\n" + b"Wales\n" * 501, {}, 413, "the table"),
        (b"a" * 1_000_001, {}, 413, "the request"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_before_anything_is_sent(
    service, content, params, status, where
):
    answer = service.post(
        "/reconcile/csv", params=params, content=content, headers={"content-type": "text/csv"}
    )
    assert where in problem(answer, status)["where"]


def test_a_pasted_list_is_a_page_and_csv(service):
    fields = {"names": "Wales\r\n\r\nNRW\n<b>Limburg", "type": "region"}
    page = service.post("/reconcile/list", data=fields, headers={"accept": "text/html"}).text
    assert "2 of 3 names are sure" in page and "&lt;b&gt;Limburg" in page and "<b>Limburg" not in page
    assert 'href="/id/region/DEA"' in page and "a name in use for it" in page
    lines = service.post("/reconcile/csv", data=fields).text.splitlines()
    assert lines[0].startswith("name,regiograph_id") and lines[1].startswith("Wales,region/UKL")
    assert service.post("/reconcile/list", data=fields | {"type": "town"}).status_code == 422
    assert service.post("/reconcile/list", data={"names": "x\n" * 301}).status_code == 413


def test_sparql_goes_on_while_lists_are_reconciled(service):
    """A list at a time with one process, another may be told to wait; and nobody else notices."""
    text = "name\n" + "\n".join(f"Castilla {i} y Leo {i * 7919 % 1000}" for i in range(500))

    def send() -> int:
        return service.post("/reconcile/csv", content=text, headers={"content-type": "text/csv"}).status_code

    async def pings() -> list[float]:
        took = []
        async with httpx.AsyncClient(base_url=service.base_url, timeout=60) as client:
            while not all(job.done() for job in jobs):
                began = time.perf_counter()
                answer = await client.get(
                    "/sparql", params={"query": f"ASK {{ <http://e/{len(took)}> ?p ?o }}"}
                )
                took.append(time.perf_counter() - began)
                assert answer.status_code == 200
                await asyncio.sleep(0.02)
        return took

    with ThreadPoolExecutor(3) as threads:
        jobs = [threads.submit(send) for _ in range(3)]
        took = asyncio.run(pings())
    assert 200 in (told := {job.result() for job in jobs}) and told <= {200, 503}
    assert len(took) > 3 and sorted(took)[len(took) // 2] < 0.25


def test_openapi_tells_of_every_operation(service):
    paths = service.get("/openapi.json").json()["paths"]
    for path in ("/reconcile", "/reconcile/csv", "/reconcile/suggest/entity", "/reconcile/properties"):
        assert path in paths
