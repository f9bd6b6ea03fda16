import asyncio

import httpx
import pytest
from fastapi import FastAPI

from api import problems
from regiograph import errors

BASE = "https://example.org/rg"


def every(kind: type) -> set[type]:
    return {kind}.union(*(every(sub) for sub in kind.__subclasses__()))


def test_every_error_has_a_status():
    ours = {kind for kind in every(errors.RegiographError) if kind.__module__ == errors.__name__}
    assert ours == set(problems.STATUS)


@pytest.fixture
def get():
    app = FastAPI()

    @app.get("/fault")
    async def fault() -> None:
        raise RuntimeError("the secret answer")

    @app.get("/ours")
    async def ours() -> None:
        raise errors.Busy("Another process writes.", where="data", way_out="Wait.")

    @app.get("/number")
    async def number(n: int) -> int:
        return n

    problems.install(app, BASE)

    def ask(path: str, method: str = "GET") -> httpx.Response:
        async def request() -> httpx.Response:
            transport = httpx.ASGITransport(app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return await client.request(method, path)

        return asyncio.run(request())

    return ask


@pytest.mark.parametrize(
    ("method", "path", "status", "slug"),
    [
        ("GET", "/fault", 500, "unexpected"),
        ("GET", "/ours", 503, "busy"),
        ("GET", "/number?n=secret", 422, "bad-request"),
        ("GET", "/nowhere", 404, "not-found"),
        ("POST", "/ours", 405, "method-not-allowed"),
    ],
)
def test_every_failure_is_a_problem_document_in_our_words(get, method, path, status, slug):
    response = get(path, method)
    content = response.json()
    assert response.status_code == content["status"] == status
    assert response.headers["content-type"] == "application/problem+json"
    assert content["type"] == f"{BASE}/problem/{slug}" and content["title"] and content["detail"]
    assert "secret" not in response.text


def test_one_of_our_errors_says_where_and_the_way_out(get):
    response = get("/ours")
    assert response.json() == {
        "type": f"{BASE}/problem/busy",
        "title": "The archive is busy",
        "status": 503,
        "detail": "Another process writes. Wait.",
        "where": "data",
        "way_out": "Wait.",
    }
    assert response.headers["retry-after"] == "5"
