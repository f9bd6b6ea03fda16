import asyncio
import os
import signal

import pytest
from pyoxigraph import Literal, NamedNode, Triple

from regiograph.archive import Archive
from regiograph.editions import Change, Editions, Publisher
from regiograph.errors import (
    BadQuery,
    NoSuchThing,
    NotAcceptable,
    NotReady,
    QueryTooLarge,
    QueryTooSlow,
    RegiographError,
    TooBusy,
)
from regiograph.service.front import Front
from regiograph.settings import Settings
from tests.service.fronts import COUNT, SLOW, ask, count, publish, serve

PING = "ASK {}"


def test_a_query_is_stopped_at_its_deadline_and_the_next_one_answered(data):
    async def work(front):
        with pytest.raises(QueryTooSlow, match="stopped after 1 seconds"):
            await ask(front, SLOW)
        assert await count(front) == 400

    serve(data, work)


def test_a_caller_that_gives_up_frees_the_worker(data):
    async def work(front):
        before = set(front.pool.pids)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(ask(front, SLOW), 0.1)
        began = asyncio.get_running_loop().time()
        assert await count(front) == 400
        assert asyncio.get_running_loop().time() - began < 0.5
        assert len(before - set(front.pool.pids)) == 1

    serve(data, work, query_seconds=30)


def test_a_quick_query_nobody_waits_for_costs_no_worker(data, monkeypatch):
    monkeypatch.setattr("regiograph.service.pool._GRACE", 20.0)  # quick, even on a busy machine

    async def work(front):
        pids = front.pool.pids
        job = asyncio.create_task(ask(front, COUNT))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        job.cancel()
        assert await count(front) == 400
        assert front.pool.pids == pids

    serve(data, work)


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSEGV])
def test_a_worker_that_dies_idle_is_replaced_unnoticed(data, sign):
    async def work(front):
        before = set(front.pool.pids)
        for pid in before:
            os.kill(pid, sign)
        await asyncio.sleep(0.1)
        assert await count(front) == 400
        assert not before & set(front.pool.pids)

    serve(data, work)


def test_a_query_that_ends_its_worker_harms_no_other(data):
    crash = "SELECT * " + "{" * 20_000 + "}" * 20_000  # would not pass the guard

    async def work(front):
        slow = asyncio.create_task(ask(front, SLOW))
        with pytest.raises(QueryTooLarge, match="more memory"):
            await front.pool.run(front.plan(PING).header, crash)
        assert await count(front) == 400
        with pytest.raises(QueryTooSlow):
            await slow

    serve(data, work, workers=2, query_seconds=2)


def test_a_query_may_not_take_all_memory(data):
    hungry = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"

    async def work(front):
        with pytest.raises(QueryTooLarge, match="more memory"):
            await ask(front, hungry)
        assert await count(front) == 400

    serve(data, work, worker_megabytes=512, query_seconds=30)


def test_a_large_answer_is_refused_whole(data):
    async def work(front):
        with pytest.raises(QueryTooLarge, match="larger than 1 MB"):
            await ask(front, "SELECT * { ?a ?b ?c . ?d ?e ?f }")
        assert await count(front) == 400

    serve(data, work, result_megabytes=1)


def test_the_queue_is_bounded(data):
    async def work(front):
        jobs = [asyncio.create_task(ask(front, f"{SLOW} # {number}")) for number in range(4)]
        outcomes = await asyncio.gather(*jobs, return_exceptions=True)
        assert [type(one) for one in outcomes].count(TooBusy) >= 2
        assert QueryTooSlow in [type(one) for one in outcomes]
        assert await count(front) == 400

    serve(data, work, queue=1)


def test_a_new_edition_is_answered_from_at_once_and_the_old_tag_is_gone(data):
    async def work(front):
        before = front.plan(COUNT)
        assert await count(front) == 400
        await asyncio.to_thread(publish, data, 3)
        assert await count(front) == 3
        after = front.plan(COUNT)
        assert (before.edition, after.edition) == (1, 2) and before.tag != after.tag
        assert b"400" in (await front.answer(before)).body

    serve(data, work)


def test_queries_go_on_while_editions_come(data):
    async def work(front):
        publishing = asyncio.create_task(asyncio.to_thread(lambda: [publish(data, n) for n in range(1, 6)]))
        seen = []
        while not publishing.done():
            seen.append(int((await ask(front, f"{COUNT} # {len(seen)}")).split()[1]))
        assert set(seen) <= {400, 1, 2, 3, 4, 5} and len(seen) > 10
        assert await count(front) == 5

    serve(data, work, workers=2)


def test_an_edition_in_many_files_is_asked_whole(tmp_path):
    """Each publication adds files to the store; the engine opens those beyond the 16th when it reads there."""
    publisher = Publisher(Archive(tmp_path))
    for number in range(6):
        publisher.publish(Change(public={f"http://g/{number}": things(number)}))
    editions = Editions(tmp_path)
    assert len([*(editions.directory(editions.current_number()) / "store").glob("*.sst")]) > 16

    async def work(front):
        rows = [
            await ask(front, f"SELECT ?g {{ GRAPH ?g {{ ?s ?p 'thing {number} 5' }} }}")
            for number in range(6)
        ]
        assert [f"http://g/{number}" in str(row) for number, row in enumerate(rows)] == [True] * 6
        assert "1200" in str(await ask(front, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"))

    serve(tmp_path, work)


def things(number: int) -> list[Triple]:
    label = NamedNode("http://e/label")
    return [
        Triple(NamedNode(f"http://e/{number}/{i}"), label, Literal(f"thing {number} {i}")) for i in range(200)
    ]


def test_a_worker_can_open_neither_a_connection_nor_a_file_while_answering(data):
    """Even a SERVICE that would pass the guard finds no network."""

    async def work(front):
        heard = []
        server = await asyncio.start_server(
            lambda _reader, writer: heard.append(writer.close()), "127.0.0.1", 0
        )
        port = server.sockets[0].getsockname()[1]
        fetching = f"SELECT * {{ SERVICE <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
        header = front.plan(PING).header
        with pytest.raises(RegiographError):
            await front.pool.run(header, fetching)
        assert heard == []
        server.close()
        assert await count(front) == 400

    serve(data, work)


def test_a_graph_that_is_not_there_is_empty_and_never_fetched(data):
    async def work(front):
        heard = []
        server = await asyncio.start_server(
            lambda _reader, writer: heard.append(writer.close()), "127.0.0.1", 0
        )
        address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/g.ttl"
        assert await ask(front, f"SELECT ?s FROM <{address}> {{ ?s ?p ?o }}") == b"s\r\n"
        assert await ask(front, "SELECT ?s { ?s ?p ?o }", default_graphs=[address]) == b"s\r\n"
        assert heard == []
        server.close()

    serve(data, work)


def test_answers_are_remembered_only_where_they_cannot_change(data):
    async def work(front):
        plan = front.plan(COUNT)
        assert front.remembered(plan) is None
        await front.answer(plan)
        assert front.remembered(front.plan(COUNT)) is not None
        assert front.remembered(front.plan(COUNT, format="xml")) is None
        assert front.plan("SELECT (NOW() AS ?n) {}").tag is None

    serve(data, work)


def test_what_does_not_fit_is_refused_before_a_worker_is_asked(data, tmp_path_factory):
    async def work(front):
        with pytest.raises(NotAcceptable, match="text/csv"):
            front.plan(PING, accept="image/png")
        with pytest.raises(NotAcceptable, match="text/turtle"):
            front.plan("DESCRIBE <http://e/1>", format="csv")
        with pytest.raises(BadQuery, match="A graph of the dataset"):
            await ask(front, PING, default_graphs=["no iri"])

    serve(data, work)
    with pytest.raises(NotReady):
        Front(Settings(data=tmp_path_factory.mktemp("empty"))).plan(PING)


def test_an_earlier_edition_may_be_asked_by_its_number(data):
    async def work(front):
        await asyncio.to_thread(publish, data, 3)
        assert await count(front) == 3
        assert (await ask(front, COUNT, edition=1)).split()[1] == b"400"
        assert front.plan(COUNT, edition=2).tag == front.plan(COUNT).tag
        with pytest.raises(NoSuchThing, match="Editions go up to 2"):
            front.plan(COUNT, edition=3)

    serve(data, work)
