"""What one query, or one client, may take from others; and what a query may fetch."""

import asyncio
import contextlib
import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from itertools import product

import pytest

from regiograph.errors import BadQuery, QueryRefused, QueryTooSlow, RegiographError, TooBusy, Unreachable
from regiograph.service.front import Front
from regiograph.service.spool import Spool
from regiograph.store.formats import Format
from tests.service.fronts import COUNT, SLOW, ask, count, serve

MIDDLING = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(STR(?c) != STR(?f)) }"


async def timed(front: Front, text: str, client: str) -> float:
    began = time.perf_counter()
    await front.answer(front.plan(text, format="csv"), client=client)
    return time.perf_counter() - began


def test_a_client_with_many_heavy_queries_does_not_starve_one_with_small_ones(data):
    async def work(front):
        heavy = [
            asyncio.create_task(front.answer(front.plan(f"{SLOW} # {n}"), client="greedy")) for n in range(30)
        ]
        await asyncio.sleep(0.3)
        waits = [await timed(front, f"{COUNT} # {n}", "modest") for n in range(8)]
        assert max(waits) < 1.5  # the heavy ones alone would take 30 × 3 / 2 seconds
        assert not all(task.done() for task in heavy)
        for task in heavy:
            task.cancel()
        outcomes = await asyncio.gather(*heavy, return_exceptions=True)
        assert {type(one) for one in outcomes} <= {
            asyncio.CancelledError,
            QueryTooSlow,
            TooBusy,  # waited for as long as it might have run
        }

    serve(data, work, workers=2, query_seconds=3, queue=40)


def test_known_heavy_queries_leave_a_worker_to_the_others(data):
    async def work(front):
        with pytest.raises(QueryTooSlow):
            await ask(front, SLOW)  # now it is known
        heavy = [asyncio.create_task(ask(front, SLOW)) for _ in range(4)]
        await asyncio.sleep(0.1)
        assert len(front.pool._busy) == 1
        assert await timed(front, COUNT, "modest") < 0.5
        for task in heavy:
            task.cancel()
        await asyncio.gather(*heavy, return_exceptions=True)

    serve(data, work, workers=2, query_seconds=0.8)


def test_when_the_queue_is_full_the_greedy_client_gives_way(data):
    async def work(front):
        greedy = [
            asyncio.create_task(front.answer(front.plan(f"{SLOW} # {n}"), client="greedy")) for n in range(5)
        ]
        await asyncio.sleep(0.1)
        assert (await front.answer(front.plan(COUNT, format="csv"), client="modest")).body
        outcomes = await asyncio.gather(*greedy, return_exceptions=True)
        assert TooBusy in {type(one) for one in outcomes}

    serve(data, work, workers=2, queue=3)


def test_a_client_may_ask_for_less_time_or_more_up_to_a_most(data):
    async def work(front):
        plan = front.plan(SLOW, seconds=0.2)
        with pytest.raises(QueryTooSlow, match=r"after 0.2 seconds.*timeout=5 at most"):
            await front.answer(plan)
        assert front.plan(SLOW).seconds == 1 and front.plan(SLOW, seconds=1000).seconds == 5

    serve(data, work, longest_seconds=5)


def test_an_honest_query_whose_worker_ends_is_tried_once_more(data):
    async def work(front):
        job = asyncio.create_task(ask(front, MIDDLING))
        await asyncio.sleep(0.05)
        for worker in list(front.pool._busy):
            os.kill(worker.pid, signal.SIGKILL)
        assert (await job).split()[1] == b"159600"
        assert await count(front) == 400

    serve(data, work, query_seconds=20)


def test_a_query_is_not_blamed_for_workers_that_end_before_they_read_it(data):
    async def work(front):
        pids = front.pool.pids
        for pid in pids:
            os.kill(pid, signal.SIGSTOP)
        job = asyncio.create_task(ask(front, COUNT))
        for _ in pids:
            await asyncio.sleep(0.1)
            (worker,) = front.pool._busy
            os.kill(worker.pid, signal.SIGKILL)
        assert (await job).split()[1] == b"400"
        assert not set(pids) & set(front.pool.pids)

    serve(data, work, query_seconds=20)


def test_a_worker_that_has_grown_is_replaced(data):
    async def work(front):
        before = set(front.pool.pids)
        await ask(
            front, "SELECT (GROUP_CONCAT(?c) AS ?all) { ?a ?b ?c . ?d ?e ?f . VALUES ?g { 1 2 3 4 5 6 } }"
        )
        (used,) = [worker for worker in front.pool._free if worker.grown] or [None]
        assert used is None or used.grown * 4 <= 512
        await asyncio.sleep(0.5)
        assert await count(front) == 400
        assert len(front.pool.pids) == len(before)

    serve(data, work, worker_megabytes=512, query_seconds=20)


def test_a_large_answer_is_collected_whole_in_a_file(data):
    query = "SELECT ?c ?f { ?a ?b ?c . ?d ?e ?f }"

    async def work(front):
        reply = await front.answer(front.plan(query, format="csv"))
        assert isinstance(reply.content, Spool) and len(reply.content) > 3_000_000
        output = BytesIO()
        front.editions.current().store.query(query).write(output, Format.CSV)
        assert reply.body == output.getvalue() == b"".join(reply.content.parts())

    serve(data, work, query_seconds=20)


# --- SERVICE: off, or to addresses that are allowed ---


class Elsewhere(BaseHTTPRequestHandler):
    """A SPARQL endpoint that knows one row."""

    asked: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["content-length"]))
        self.asked.append(self.path)
        if self.path == "/slow":
            time.sleep(3)
        body = b'{"head":{"vars":["o"]},"results":{"bindings":[{"o":{"type":"literal","value":"far"}}]}}'
        body = {"/garbage": b"no json", "/cut": body[:60], "/word": body.replace(b"literal", b"uri")}.get(
            self.path, body
        )
        status = {"/broken": 500, "/moved": 307}.get(self.path, 200)
        self.send_response(status)
        if status == 307:
            self.send_header("location", "/elsewhere")
        self.send_header("content-type", "application/sparql-results+json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(BrokenPipeError):
            self.wfile.write(body)

    do_GET = do_POST  # noqa: N815

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def elsewhere():
    Elsewhere.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_a_service_that_is_allowed_is_asked_and_no_other(data, elsewhere):
    def far(path: str) -> str:
        return f"SELECT ?o {{ SERVICE <{elsewhere}{path}> {{ ?s ?p ?o }} }}"

    async def work(front):
        assert await ask(front, far("/far")) == b"o\r\nfar\r\n"
        silent = far("/far").replace("SERVICE", "SERVICE SILENT")
        assert await ask(front, silent) == b"o\r\nfar\r\n"
        assert front.plan(far("/far")).tag is None  # it may answer differently the next time
        for other in ("/far/", "/other", "/far?x", "/f\\u0061r"):
            with pytest.raises(QueryRefused, match="not among those"):
                await ask(front, far(other))
        with pytest.raises(QueryRefused):
            await ask(front, f"SELECT * {{ BIND(<{elsewhere}/far> AS ?u) SERVICE ?u {{ ?s ?p ?o }} }}")
        for bad in ("/broken", "/moved"):
            with pytest.raises(Unreachable):
                await ask(front, far(bad))
        with pytest.raises(QueryTooSlow):
            await ask(front, far("/slow"))
        assert set(Elsewhere.asked) == {"/far", "/broken", "/moved", "/slow"}  # a move is not followed
        assert await count(front) == 400

    allowed = " ".join(elsewhere + path for path in ("/far", "/broken", "/moved", "/slow"))
    serve(data, work, service_allowed=allowed)


FORMS = ("SELECT ?o", "ASK", "CONSTRUCT { <a:a> <a:b> ?o }", "SELECT (COUNT(*) AS ?n)")


def test_what_a_service_sends_amiss_is_said_to_be_its_fault(data, elsewhere):
    amiss = [f"{elsewhere}/{path}" for path in ("garbage", "cut", "word")]

    async def work(front):
        for address, form in product(amiss, FORMS):
            text = f"{form} {{ SERVICE <{address}> {{ ?s ?p ?o }} }}"
            with pytest.raises(Unreachable, match="sent what is no answer") as caught:
                await front.answer(front.plan(text, accept="*/*"))
            assert caught.value.where == "SERVICE" and "SERVICE SILENT" in caught.value.way_out
        far = f"{{ SERVICE SILENT <{amiss[0]}> {{ ?s ?p ?o }} }}"
        assert await ask(front, f"SELECT ?o {far}") == b"o\r\n\r\n"
        for wrong in (f"SELECT * {far} nonsense", f"SELECT (<http://e/f>(1) AS ?x) {far}"):
            with pytest.raises(BadQuery):  # of whoever asks, as without a service
                await ask(front, wrong)

    serve(data, work, service_allowed=" ".join(amiss))


def test_after_asking_a_service_a_worker_can_fetch_nothing(data, elsewhere):
    async def work(front):
        far = f"SELECT ?o {{ SERVICE <{elsewhere}/far> {{ ?s ?p ?o }} }}"
        assert await ask(front, far) == b"o\r\nfar\r\n"
        header = {**front.plan(COUNT).header, "fetches": False}
        with pytest.raises(RegiographError):
            await front.pool.run(header, far.replace("/far", "/other"))
        assert Elsewhere.asked == ["/far"]

    serve(data, work, service_allowed=f"{elsewhere}/far")


def test_what_cannot_be_evaluated_is_said_to_be_so(data):
    async def work(front):
        with pytest.raises(BadQuery, match="cannot be evaluated"):
            await ask(front, "SELECT (<http://e/f>(1) AS ?x) {}")

    serve(data, work)
