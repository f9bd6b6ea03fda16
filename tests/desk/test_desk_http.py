"""The review desk over HTTP: who is let in, what is answered, and that nothing waits for it."""

import asyncio
import fcntl
import json
import shutil
from pathlib import Path

import httpx
import pytest
from fastapi import FastAPI

from api.app import create_app
from regiograph.editions import Editions
from regiograph.settings import Settings

TOKEN = "täuschend-geheim-und-lang"
SIGNED = {"who": "Ada Zanzibar", "why": "Their web page says so"}
SEC = {"name": "cybersecurity/any/secmadinlux", **SIGNED}


@pytest.fixture(scope="module")
def data(demo_data: Path, tmp_path_factory) -> Path:
    return Path(shutil.copytree(demo_data, tmp_path_factory.mktemp("desk-http") / "data"))


@pytest.fixture(scope="module")
def app(data: Path) -> FastAPI:
    return create_app(Settings(data=data, desk_token=TOKEN))


def ask(app: FastAPI, method: str, path: str, *, token: str | None = TOKEN, **more) -> httpx.Response:
    return asyncio.run(asked(app, method, path, token=token, **more))


async def asked(app: FastAPI, method: str, path: str, *, token: str | None = TOKEN, **more) -> httpx.Response:
    headers: dict[str, bytes] = {"content-type": b"application/json"} if "content" in more else {}
    if token is not None:
        headers["authorization"] = f"Bearer {token}".encode()
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        return await client.request(method, path, headers=headers, **more)


def problem(response: httpx.Response, status: int) -> dict[str, str]:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status and body["detail"] and "Traceback" not in response.text
    return body


DOORS = [("GET", "/desk/queue"), ("GET", "/desk/history"), ("POST", "/desk/decisions")]


@pytest.mark.parametrize(("method", "path"), DOORS)
def test_without_a_token_set_the_desk_is_closed_and_says_how_to_open_it(data, method, path):
    closed = create_app(Settings(data=data))
    for token in (None, "", "anything"):
        body = problem(ask(closed, method, path, token=token, content=b"{broken"), 403)
        assert "REGIOGRAPH_DESK_TOKEN" in body["way_out"]


@pytest.mark.parametrize(("method", "path"), DOORS)
@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "ÿ"])
def test_nobody_enters_without_the_token_and_no_body_is_read_before(app, method, path, token):
    response = ask(app, method, path, token=token, content=b"{broken")
    problem(response, 401)
    assert response.headers["www-authenticate"].startswith("Bearer") and TOKEN not in response.text


def test_the_token_is_shown_nowhere(capfd):
    settings = Settings(desk_token=TOKEN)
    assert TOKEN not in repr(settings) + str(settings) + settings.model_dump_json()


def test_the_queue_in_parts(app):
    response = ask(app, "GET", "/desk/queue")
    assert response.status_code == 200 and response.headers["cache-control"] == "no-store"
    whole = response.json()
    assert whole["total"] == len(whole["names"]) == 3
    second = ask(app, "GET", "/desk/queue?limit=1&offset=1").json()
    assert second["names"] == whole["names"][1:2] and second["total"] == 3
    (sec,) = [each for each in whole["names"] if each["id"] == SEC["name"]]
    assert (
        sec["candidates"][0]["entity"] == "organisation/securitymadein-lu" and sec["spots"][0]["line"] == 182
    )
    problem(ask(app, "GET", "/desk/queue?limit=0"), 422)


@pytest.mark.parametrize(
    ("body", "status", "says"),
    [
        ({}, 422, ""),
        ({"action": "dance", **SEC}, 422, ""),
        ({"action": "reject", **SEC, "more": 1}, 422, ""),
        ({"action": "reject", **SEC, "who": ""}, 422, ""),
        ({"action": "reject", **SEC, "who": " "}, 422, "who"),
        ({"action": "reject", "name": "\ud800", **SIGNED}, 422, ""),
        ({"action": "reject", **SEC, "name": "cybersecurity/any/nobody"}, 404, "No report has this name"),
        ({"action": "reject", **SEC, "name": "nobody"}, 404, "No name is called so"),
        ({"action": "choose", **SEC, "entity": "region/XX9"}, 404, "no such entity"),
        ({"action": "create", **SEC, "label": "x", "kind": "planet"}, 422, ""),
        ({"action": "create", **SEC, "label": "x", "organisation_type": "pub"}, 422, "type"),
        (
            {"action": "merge", **SIGNED, "old": "organisation/rub", "new": "organisation/rub"},
            422,
            "different",
        ),
        ({"action": "undo", **SIGNED, "decision": 99}, 404, "no such decision"),
        ({"action": "undo", **SIGNED, "decision": 2**70}, 422, ""),
    ],
)
def test_what_cannot_be_decided_is_a_problem(app, data, body, status, says):
    before = Editions(data).current_number()
    content = json.dumps(body).encode()
    found = problem(ask(app, "POST", "/desk/decisions", content=content), status)
    assert says in str(found) and Editions(data).current_number() == before


def test_while_another_process_writes_the_desk_is_busy(app, data):
    with (data / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        response = ask(app, "POST", "/desk/decisions", json={"action": "reject", **SEC})
        problem(response, 503)
        assert response.headers["retry-after"]
        assert ask(app, "GET", "/desk/queue").status_code == 200  # reading goes on


def test_deciding_publishes_while_others_are_answered_and_a_merged_address_leads_on(app, data):
    before = Editions(data).current().manifest

    async def answers_of(method: str, *paths: str) -> list[httpx.Response]:
        return [await asked(app, method, path, token=None) for path in paths]

    async def decide() -> None:
        old, new, unknown = (f"/id/organisation/{key}" for key in ("tecnalia", "rub", "nobody-s-name"))
        body = {"action": "merge", "old": "organisation/tecnalia", "new": "organisation/rub", **SIGNED}
        async with app.router.lifespan_context(app):
            deciding = asyncio.create_task(asked(app, "POST", "/desk/decisions", json=body))
            answered = 0
            while not deciding.done():
                problem(*await answers_of("GET", unknown), 404)
                answered += 1
            response = await deciding
            assert response.status_code == 201 and answered > 3
            done = response.json()
            assert done["decision"]["verb"] == "merge" and done["reports"] == ["cybersecurity/2020-h2"]
            assert (done["edition"], done["hash"]) == (
                before.number + 1,
                Editions(data).current().manifest.hash,
            )
            moved, stays = await answers_of("GET", old, new)
            assert (moved.status_code, moved.headers["location"]) == (301, new)
            assert moved.headers["cache-control"] == "no-cache" and stays.status_code == 303
            assert [one.status_code for one in await answers_of("HEAD", old)] == [301]
            (entry,) = (await asked(app, "GET", "/desk/history")).json()
            assert entry["who"] == "Ada Zanzibar" and entry["in_force"]
            body = {"action": "undo", "decision": 1, **SIGNED}
            undone = await asked(app, "POST", "/desk/decisions", json=body)
            assert undone.status_code == 201 and undone.json()["hash"] == before.hash
            assert [one.status_code for one in await answers_of("GET", old)] == [303]

    asyncio.run(decide())


def test_the_description_shows_an_example_of_each_decision(app):
    described = ask(app, "GET", "/openapi.json", token=None).json()
    operation = described["paths"]["/desk/decisions"]["post"]
    examples = operation["requestBody"]["content"]["application/json"]["examples"]
    assert set(examples) == {"accept", "choose", "create", "reject", "merge", "undo"}
    assert operation["security"] and {"401", "403", "404", "422", "503"} <= set(operation["responses"])
    from pydantic import TypeAdapter

    from api.desk import Decision

    for name, example in examples.items():
        assert TypeAdapter(Decision).validate_python(example["value"]).action == name
