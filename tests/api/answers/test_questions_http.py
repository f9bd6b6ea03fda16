import pytest

from api.answers.questions import questions_router
from regiograph.iris import Iris
from regiograph.questions import Questions
from regiograph.rooms import room
from tests.api.serving import serving

CYBER = {"partnership": "Cybersecurity"}
QUESTIONS = Questions.read(room("queries"), Iris("https://w3id.org/regiograph"))


def test_questions_are_listed_with_their_parameters(server):
    (question,) = server.get("/queries").json()["questions"]
    assert (question["name"], question["summary"]) == ("things", "Things by label")
    assert [one["name"] for one in question["parameters"]] == ["label", "most"]


def test_a_question_is_answered_in_json_or_csv(server):
    asked = {"label": "thing 1"}
    as_json = server.get("/queries/things", params=asked)
    assert as_json.headers["content-type"] == "application/sparql-results+json"
    assert [row["thing"]["value"] for row in as_json.json()["results"]["bindings"]] == ["http://e/0001"]
    csv = "thing,label\r\nhttp://e/0001,thing 1\r\n"
    assert server.get("/queries/things.csv", params=asked).text == csv
    assert server.get("/queries/things", params=asked, headers={"accept": "text/csv"}).text == csv
    assert server.get("/queries/things", params={**asked, "format": "csv"}).text == csv
    assert server.get("/queries/things.json", params=asked).json() == as_json.json()


def test_parameters_that_are_not_given_do_not_restrict_and_defaults_hold(server):
    def rows(**asked: str) -> int:
        return len(server.get("/queries/things", params=asked).json()["results"]["bindings"])

    assert rows() == rows(label="") == 301
    assert rows(most="7") == 10


def test_what_is_typed_is_never_read_as_sparql(server):
    typed = '" } SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } #'
    assert server.get("/queries/things", params={"label": typed}).json()["results"]["bindings"] == []


def test_a_parameter_that_does_not_fit_is_named(server):
    for asked, where in [
        ({"most": "many"}, "parameter most"),
        ({"colour": "red"}, "parameter colour"),
        ([("label", "a"), ("label", "b")], "parameter label"),
    ]:
        response = server.get("/queries/things", params=asked)
        assert (response.status_code, response.json()["where"]) == (422, where)
        assert response.json()["type"].endswith("/problem/bad-parameter")
        assert response.headers["access-control-allow-origin"] == "*"


def test_an_unknown_question_says_which_there_are(server):
    assert "xlsx" in server.get("/queries/things.pdf").json()["way_out"]
    response = server.get("/queries/nothing")
    assert response.status_code == 404 and "things" in response.json()["way_out"]


def test_the_same_answer_is_not_sent_twice(server):
    tag = server.get("/queries/things").headers["etag"]
    assert server.get("/queries/things", headers={"if-none-match": tag}).status_code == 304


def test_each_question_is_an_operation_with_its_parameters(server):
    operation = server.get("/openapi.json").json()["paths"]["/queries/things"]["get"]
    assert (operation["operationId"], operation["summary"]) == ("ask_things", "Things by label")
    label, most, format, *_ = operation["parameters"]
    assert label == {
        "name": "label",
        "in": "query",
        "required": False,
        "description": "A whole label",
        "schema": {"type": "string", "minLength": 1, "maxLength": 500},
        "example": "thing 1",
    }
    assert most["schema"] == {"type": "integer", "default": 1000}
    assert format["schema"]["enum"] == ["json", "xml", "csv", "tsv", "xlsx"]


def test_pages_answer_browsers_where_there_are_pages(data, queries):
    """A router with pages gives them the answer, or the error, to show."""
    import asyncio

    import httpx
    from fastapi import FastAPI
    from starlette.responses import HTMLResponse

    from regiograph.iris import Iris
    from regiograph.questions import Questions
    from regiograph.service.front import Front
    from regiograph.settings import Settings

    class Plain:
        def questions(self, request, questions):
            return HTMLResponse(", ".join(questions))

        def answer(self, request, asked, outcome, findings):
            if isinstance(outcome, Exception):
                return HTMLResponse(f"no: {outcome.where}", 422)
            return HTMLResponse(f"{len(outcome['results']['bindings'])} for {asked.given}")

    async def pages() -> list[str]:
        front = Front(Settings(data=data, workers=1))
        app = FastAPI()
        app.include_router(questions_router(front, Questions.read(queries, Iris("https://e.org")), Plain()))
        await front.start()
        transport = httpx.ASGITransport(app)
        html = {"accept": "text/html,*/*;q=0.8"}
        async with httpx.AsyncClient(transport=transport, base_url="http://test", headers=html) as client:
            paths = [
                "/queries",
                "/queries/things?label=thing+1",
                "/queries/things?most=x",
                "/queries/things.csv?most=7",
            ]
            texts = [(await client.get(path)).text for path in paths]
        await front.close()
        return texts

    listing, answer, mistake, csv = asyncio.run(pages())
    assert listing == "things"
    assert answer == "1 for {'label': 'thing 1'}"
    assert mistake == "no: parameter most"
    assert csv.startswith("thing,label")


# --- what is asked beside the question ---


def test_names_stand_beside_iris_in_the_asked_language(demo):
    asked = {"topic": "cyber range", "lang": "fr"}
    found = demo.get("/queries/co-leads", params=asked).json()
    assert "roleCodeLabel" in found["head"]["vars"]
    labels = {row["roleCode"]["value"][-8:]: row["roleCodeLabel"] for row in found["results"]["bindings"]}
    assert labels["involved"]["xml:lang"] == "fr" and labels["involved"]["value"] != "involved"
    first = found["results"]["bindings"][0]
    assert (first["region"]["value"], first["regionIri"]["value"][-4:]) == ("Brittany", "FRH0")
    assert first["regionIriLabel"] == {"type": "literal", "xml:lang": "fr", "value": "Bretagne"}
    by_header = demo.get(
        "/queries/co-leads", params={"topic": "cyber range"}, headers={"accept-language": "fr-BE,fr;q=0.8"}
    )
    assert by_header.json() == found and "Accept-Language" in by_header.headers["vary"]
    fallback = demo.get("/queries/co-leads.csv", params={**asked, "lang": "xx"}).text
    plain = demo.get("/queries/co-leads.csv", params={"topic": "cyber range"}).text
    assert "roleCodeLabel" in fallback and "roleCodeLabel" not in plain
    nuts = demo.get("/queries/nuts-of-members", params={"lang": "de"}).json()
    assert "nuts" in nuts["head"]["vars"]


def test_pages_of_an_answer_name_the_edition_and_meet_without_gap_or_overlap(demo):
    whole = demo.get("/queries/members", params=CYBER).json()["results"]["bindings"]
    address, rows = "/queries/members.json?partnership=Cybersecurity&limit=10", []
    seen = []
    while address:
        page = demo.get(address)
        seen.append(address)
        rows += page.json()["results"]["bindings"]
        assert page.headers["regiograph-rows"] == str(len(whole))
        address = page.links.get("next", {}).get("url")
    assert all(each.startswith("/edition/1/queries/members.json?") for each in seen[1:]) and len(seen) == 4
    assert sorted(map(str, rows)) == sorted(map(str, whole))
    last = demo.get(seen[-1])
    assert demo.get(last.links["prev"]["url"]).json() == demo.get(seen[-2]).json()
    tag = last.headers["etag"]
    assert demo.get(seen[-1], headers={"if-none-match": tag}).status_code == 304


def test_a_workbook_holds_the_answer_and_says_where_it_comes_from(demo):
    import io

    import openpyxl

    response = demo.get("/queries/roles-count.xlsx", params={"partnership": "Cybersecurity"})
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    header, *rows = book["answer"].iter_rows(values_only=True)
    csv = demo.get("/queries/roles-count.csv", params={"partnership": "Cybersecurity"}).text.splitlines()
    assert [",".join(map(str, row)) for row in (header, *rows)] == csv
    assert all(isinstance(row[-1], int) for row in rows)
    about = dict(book["about"].iter_rows(min_row=2, values_only=True))
    assert about["edition"] == "1" and about["parameter partnership"] == "Cybersecurity"
    again = demo.get("/queries/roles-count", params={**CYBER, "format": "xlsx"})
    assert again.content == response.content and "roles-count.xlsx" in again.headers["content-disposition"]


@pytest.mark.parametrize(
    ("asked", "where"),
    [
        ({"limit": "0"}, "parameter limit"),
        ({"limit": "many"}, "parameter limit"),
        ({"offset": "-1"}, "parameter offset"),
        ({"lang": "no such"}, "parameter lang"),
        ({"asof": "soon"}, "parameter asof"),
        ({"explain": "please"}, "parameter explain"),
        ({"explain": "2"}, "parameter explain"),
        ({"format": "pdf"}, "format pdf"),
    ],
)
def test_what_cannot_be_asked_beside_the_question_is_named(demo, asked, where):
    response = demo.get("/queries/members", params={**CYBER, **asked})
    assert response.status_code == (406 if "format" in asked else 422)
    assert response.json()["where"] == where


def test_an_answer_as_of_a_period_has_only_what_was_reported_by_then(demo):
    def members(**asked):
        return len(demo.get("/queries/members", params={**CYBER, **asked}).json()["results"]["bindings"])

    assert members() == 36
    assert members(asof="2020-H2") == members(asof="2021") == 16  # without what web pages say
    assert members(asof="2020-H1") == 0


# --- the description of the API ---


def test_the_description_is_valid_openapi_and_each_question_has_what_it_needs(demo):
    from openapi_spec_validator import validate

    document = demo.get("/openapi.json").json()
    validate(document)
    paths = {path: each["get"] for path, each in document["paths"].items() if path.startswith("/queries/")}
    named = {path: each for path, each in paths.items() if "{" not in path}
    assert len(named) == len(QUESTIONS)
    for path, each in named.items():
        question = QUESTIONS[path.removeprefix("/queries/")]
        declared = {one["name"]: one for one in each["parameters"]}
        assert {param.name for param in question.params} < set(declared)
        assert all(one["schema"].get("type") and one["description"] for one in each["parameters"])
        assert {"200", "304", "404", "406", "410", "413", "422", "503", "504"} <= set(each["responses"])
        example = each["responses"]["200"]["content"]["application/sparql-results+json"].get("example")
        given = {name: one["example"] for name, one in declared.items() if one["required"]}
        answer = demo.get(path, params=given).json()
        if example:
            (row,) = example["results"]["bindings"]
            found = [
                {name: term["value"] for name, term in one.items()} for one in answer["results"]["bindings"]
            ]
            wanted = {name: term["value"] for name, term in row.items()}
            assert any(wanted.items() <= one.items() for one in found), path
        explain = declared["explain"]["schema"]["enum"]
        assert all(demo.get(path, params={**given, "explain": word}).status_code == 200 for word in explain)
    assert paths["/queries/{name}.{suffix}"]["parameters"][1]["schema"]["enum"] == ["json", "csv", "xlsx"]


# --- editions ---


def test_editions_are_listed_and_each_answers_for_itself(versions):
    listed = versions.get("/editions").json()["editions"]
    assert [(each["number"], each["state"]) for each in listed] == [
        (3, "current"),
        (2, "standing"),
        (1, "dropped"),
    ]
    assert versions.get("/edition/2").json()["hash"] == listed[1]["hash"]
    query = {"query": "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", "format": "csv"}
    counts = [versions.get(f"{prefix}/sparql", params=query).text.split()[1] for prefix in ("/edition/2", "")]
    assert counts == ["3", "4"]
    rows = [
        len(versions.get(f"{prefix}/queries/things").json()["results"]["bindings"])
        for prefix in ("/edition/2", "/edition/3", "")
    ]
    assert rows == [3, 4, 4]
    assert versions.get("/edition/2/queries/things.csv").headers["regiograph-edition"] == "2"


@pytest.mark.parametrize("path", ["/edition/1", "/edition/1/sparql?query=ASK{}", "/edition/1/queries/things"])
def test_a_dropped_edition_is_gone_and_says_why(versions, path):
    for accept in ("application/json", "text/html"):
        response = versions.get(path, headers={"accept": f"{accept}, */*;q=0.1"})
        assert response.status_code == 410 and "superseded" in response.text, accept
    assert versions.get(path.replace("/1", "/9", 1)).status_code == 404


def test_editions_have_pages(versions):
    html = {"accept": "text/html"}
    assert "dropped: superseded" in versions.get("/editions", headers=html).text
    assert "A later edition stands" in versions.get("/edition/2", headers=html).text
    assert "Asked of" in versions.get("/edition/2/queries/things", headers=html).text


# --- why an answer is empty, or did not come ---


def test_an_empty_answer_is_explained_with_words_that_give_rows(demo):
    explained = demo.get("/queries/co-leads", params={"topic": "cyber rnage", "explain": "1"}).json()
    (finding,) = explained["findings"]
    assert (explained["rows"], explained["edition"], finding["kind"]) == (0, 1, "spelling")
    assert finding["parameters"] == {"topic": "Cyber Range"} and finding["rows"] == 4
    assert len(demo.get(finding["href"]).json()["results"]["bindings"]) == 4
    document = demo.get("/openapi.json").json()
    told = document["paths"]["/queries/co-leads"]["get"]["responses"]["200"]["content"]["application/json"]
    schema = document["components"]["schemas"][told["schema"]["$ref"].rpartition("/")[2]]
    assert set(explained) == set(schema["properties"]) == set(schema["required"])
    assert set(finding) <= set(schema["properties"]["findings"]["items"]["properties"])
    found = demo.get("/queries/co-leads", params={"topic": "cyber range", "explain": "1"}).json()
    assert found["rows"] == 4 and found["findings"] == []


def test_the_page_of_an_empty_answer_offers_to_explain_it(demo):
    html = {"accept": "text/html"}
    page = demo.get("/queries/co-leads", params={"topic": "cyber rnage"}, headers=html).text
    assert "explain=1" in page and "Why is it empty?" in page
    page = demo.get("/queries/co-leads", params={"topic": "cyber rnage", "explain": "1"}, headers=html).text
    assert "Topic: Cyber Range" in page and "/queries/co-leads?topic=Cyber+Range" in page


def test_a_question_that_is_cut_off_names_its_expensive_pattern(data, tmp_path):
    text = "#+ summary: All pairs\nSELECT (COUNT(*) AS ?n) { ?a ?p ?b . ?c ?q ?d . ?e ?r ?f }\n"
    (tmp_path / "pairs.rq").write_text(text)
    with serving(data, tmp_path, query_seconds=0.5, workers=2) as client:
        response = client.get("/queries/pairs")
    assert response.status_code == 504
    first, *_ = response.json()["findings"]
    assert first["kind"] == "cartesian-product" and "301 × 301" in first["what"]
    assert first["where"] == "line 2, column 38 of the query"


def test_sparql_is_explained_too_and_names_prefixes_and_costs(demo):
    text = "PREFIX rg: <https://w3id.org/regiograph/ns#> SELECT ?x { ?p rg:participants ?x }"
    explained = demo.get("/sparql", params={"query": text, "explain": "1"}).json()
    (finding,) = explained["findings"]
    assert explained["rows"] == 0 and finding["kind"] == "unknown-term" and finding["rows"] == 264
    post = demo.post("/edition/1/sparql", data={"query": text, "explain": "1", "asof": "2020-H1"}).json()
    assert post["findings"][0]["kind"] == "unknown-term" and "query" not in post["findings"][0]
    constructed = demo.get("/sparql", params={"query": "CONSTRUCT WHERE { ?s a <h:no> }", "explain": "1"})
    assert constructed.json()["rows"] == 0 and constructed.json()["findings"]
    problem = demo.get("/sparql", params={"query": "SELECT ?x { ?x skos:prefLabel ?y }"})
    assert problem.status_code == 400
    (finding,) = problem.json()["findings"]
    assert finding["kind"] == "undeclared-prefix"
    assert demo.get("/sparql", params={"query": finding["query"]}).status_code == 200
    slow = demo.get(
        "/sparql", params={"query": "SELECT * { ?a ?p ?b . ?c ?q ?d } ORDER BY ?d", "timeout": "0.5"}
    )
    assert slow.status_code in (413, 504)
    assert slow.json()["findings"][0]["kind"] == "cartesian-product"
    assert " × " in slow.json()["findings"][0]["what"]
