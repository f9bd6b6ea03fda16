"""A front in this very process, and something to ask."""

import asyncio

from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.editions import Change, Publisher
from regiograph.service.front import Front
from regiograph.settings import Settings

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(STR(?c) = CONCAT(STR(?f), STR(?i))) }"


def publish(data, number: int, graph: str = "http://g/all") -> None:
    facts = [
        Triple(NamedNode(f"http://e/{i}"), NamedNode("http://e/p"), Literal(f"value {i}"))
        for i in range(number)
    ]
    Publisher(Archive(data)).publish(Change(public={graph: facts}, full=True))


def serve(data, work, **settings):
    async def run():
        front = Front(Settings(data=data, **{"workers": 1, "query_seconds": 1, **settings}))
        await front.start()
        try:
            return await work(front)
        finally:
            await front.close()

    return asyncio.run(run())


async def ask(front: Front, text: str, **more) -> bytes:
    return (await front.answer(front.plan(text, format="csv", **more))).body


async def count(front: Front) -> int:
    return int((await ask(front, COUNT)).split()[1])
