"""What is slow to ask for the first time is ready before anybody asks, and in nobody's way."""

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest
from fastapi import FastAPI

from api import warming
from api.app import create_app
from api.warming import Warming
from regiograph.rooms import room
from regiograph.service.front import Front
from regiograph.settings import Settings
from tests.api.serving import publish


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(warming, "_PAUSE", 0.05)


class Fronts:
    """A front, as far as warming knows one."""

    def __init__(self) -> None:
        self.hash = "one"

    def current(self) -> "Fronts":
        return self


async def until(true: Callable[[], bool], seconds: float = 5) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not come to this"
        await asyncio.sleep(0.01)


def warmed(front: Fronts, *works: Callable[[], Awaitable[None]]) -> Warming:
    made = Warming(front, works)
    made.start()
    return made


def test_each_edition_is_prepared_for_once_and_one_thing_at_a_time():
    done: list[str] = []
    under_way = 0

    async def work() -> None:
        nonlocal under_way
        under_way += 1
        assert under_way == 1
        await asyncio.sleep(0.1)
        under_way -= 1
        done.append(front.hash)

    async def fails() -> None:
        raise ValueError

    front = Fronts()

    async def watched() -> None:
        made = warmed(front, fails, work, work)
        await until(lambda: done == ["one", "one"])
        await asyncio.sleep(0.3)
        assert done == ["one", "one"]
        front.hash = "two"
        await until(lambda: done == ["one", "one", "two", "two"])
        await made.close()

    asyncio.run(watched())


def test_what_is_under_way_is_left_when_the_service_closes():
    begun: list[bool] = []

    async def long() -> None:
        begun.append(True)
        await asyncio.sleep(60)

    async def closed() -> float:
        made = warmed(Fronts(), long)
        await until(lambda: bool(begun))
        at = time.monotonic()
        await made.close()
        return time.monotonic() - at

    assert asyncio.run(closed()) < 1


async def lived(app: FastAPI, while_up: Callable[[], Awaitable[None]]) -> float:
    """Lives through the app's lifespan; how long it took to close."""
    async with app.router.lifespan_context(app):
        await while_up()
        at = time.monotonic()
    return time.monotonic() - at


def test_the_service_prepares_suggestions_reconciling_and_files_of_an_edition(own_data, monkeypatch):
    owned = []
    monkeypatch.setattr(warming.Warming, "start", _noting(owned, warming.Warming.start))

    async def prepared() -> None:
        (made,) = owned
        matchmaker, reconciliation, stock = (work.__self__ for work in made._works)
        front: Front = made._front
        await until(lambda: bool(stock._known), 60)
        first = front.current()
        assert not matchmaker._kept[first.hash].exception()
        assert reconciliation.pool._held.edition == f"{first.number} {first.hash}"
        publish(own_data, 4)
        await until(lambda: first.number + 1 in stock._known, 60)
        assert reconciliation.pool._held.edition == f"{first.number + 1} {front.current().hash}"

    app = create_app(Settings(data=own_data, workers=1), room("queries"), warm=True)
    assert asyncio.run(lived(app, prepared)) < 5


def test_a_service_that_is_preparing_closes_at_once(tmp_path, monkeypatch):
    publish(tmp_path, 3)
    begun = []
    monkeypatch.setattr(warming.Warming, "_prepare", _noting(begun, warming.Warming._prepare))

    async def waiting() -> None:
        await until(lambda: bool(begun))
        await asyncio.sleep(0.3)

    app = create_app(Settings(data=tmp_path, workers=1), room("queries"), warm=True)
    assert asyncio.run(lived(app, waiting)) < 5


def _noting(calls: list, of: Callable) -> Callable:
    def noted(self, *given):
        calls.append(self)
        return of(self, *given)

    return noted
