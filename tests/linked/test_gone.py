"""What an earlier edition told of and this one does not is gone, not unknown."""

import asyncio

import httpx
import pytest
from pyoxigraph import Literal, NamedNode, Triple

from api.app import create_app
from regiograph.archive import Archive
from regiograph.editions import Change, Editions, Publisher
from regiograph.settings import Settings

BASE = "https://w3id.org/regiograph"
LABEL = NamedNode("http://www.w3.org/2000/01/rdf-schema#label")


def told(*keys: str) -> list[Triple]:
    return [Triple(NamedNode(f"{BASE}/id/place/{key}"), LABEL, Literal(key)) for key in keys]


@pytest.fixture
def publish(tmp_path):
    publisher = Publisher(Archive(tmp_path))
    return lambda **change: publisher.publish(Change(**change))


def gone(tmp_path) -> dict[str, int]:
    return {iri.rpartition("/")[2]: number for iri, number in Editions(tmp_path).current().gone.items()}


def test_the_list_follows_the_editions(tmp_path, publish):
    publish(public={"http://g/a": told("one", "two"), "http://g/b": told("two", "three")})
    assert gone(tmp_path) == {}
    publish(public={"http://g/a": told("one")})
    assert gone(tmp_path) == {}  # another graph still tells of two
    publish(removed=["http://g/b"])
    assert gone(tmp_path) == {"two": 2, "three": 2}
    publish(public={"http://g/a": told("one", "three")})
    assert gone(tmp_path) == {"two": 2}  # three is back
    publish(public={"http://g/c": told("three")}, full=True)
    assert gone(tmp_path) == {"one": 4, "two": 2}


def test_what_moved_to_another_graph_is_not_gone(tmp_path, publish):
    publish(public={"http://g/a": told("one"), "http://g/b": told("two"), "http://g/c": told("three")})
    publish(public={"http://g/a": told("two"), "http://g/b": told("one")}, removed=["http://g/c"])
    assert gone(tmp_path) == {"three": 1}


def test_it_answers_410_and_says_which_edition_told_of_it(tmp_path, publish):
    publish(public={"http://g/a": told("one", "two")})
    publish(public={"http://g/a": told("one")})

    async def ask() -> list[httpx.Response]:
        app = create_app(Settings(data=tmp_path, workers=1))
        async with app.router.lifespan_context(app):
            transport = httpx.ASGITransport(app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                return [await client.get(f"/id/place/{key}") for key in ("one", "two", "two.ttl", "three")]

    there, lost, document, never = asyncio.run(ask())
    assert [each.status_code for each in (there, lost, document, never)] == [303, 410, 410, 404]
    assert lost.json()["type"] == f"{BASE}/problem/gone" and "Edition 1" in lost.json()["detail"]
