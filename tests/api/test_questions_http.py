from api.questions import questions_router


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

        def answer(self, request, asked, outcome):
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
