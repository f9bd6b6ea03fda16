"""A worker has a few queries in hand; what becomes of them when the first takes long, or ends the worker."""

import asyncio
import contextlib
import os
import signal
import time
from urllib.parse import quote, quote_plus, unquote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from regiograph.errors import BadQuery, QueryTooSlow
from regiograph.service.job import Job
from regiograph.service.kept import Kept
from regiograph.service.line import Line
from regiograph.service.plan import Dataset
from regiograph.service.worker import _decoded
from tests.service.fronts import COUNT, SLOW, ask, serve


def counts(front, number: int) -> list[asyncio.Task[bytes]]:
    return [asyncio.create_task(ask(front, f"{COUNT} # {n}")) for n in range(number)]


def in_hand(front) -> list[int]:
    return sorted(len(line) for line in front.pool._busy.values())


def test_a_busy_worker_is_given_a_few_more_and_answers_all(data):
    async def work(front):
        small = counts(front, 30)
        await asyncio.sleep(0)
        assert max(in_hand(front)) > 1
        assert {int(body.split()[1]) for body in await asyncio.gather(*small)} == {400}
        while in_hand(front):  # on a busy machine some went elsewhere, and are answered to nobody
            await asyncio.sleep(0.01)

    serve(data, work, workers=2, queue=40)


def test_what_waits_behind_slow_queries_goes_elsewhere(data):
    async def work(front):
        slow = [asyncio.create_task(ask(front, f"{SLOW} # {n}")) for n in range(2)]
        await asyncio.sleep(0.01)
        began = time.perf_counter()
        small = counts(front, 5)
        await asyncio.sleep(0.005)
        assert sum(in_hand(front)) > 2  # they went behind the slow ones
        assert {int(body.split()[1]) for body in await asyncio.gather(*small)} == {400}
        assert time.perf_counter() - began < 2  # the slow ones would take 5 seconds
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    serve(data, work, workers=2, query_seconds=5, queue=40)


def test_a_killed_worker_loses_nothing_of_what_it_had_in_hand(data):
    async def work(front):
        slow = asyncio.create_task(ask(front, SLOW))
        await asyncio.sleep(0.01)
        small = counts(front, 3)
        await asyncio.sleep(0.005)
        assert in_hand(front) == [4]
        (worker,) = front.pool._busy
        os.kill(worker.pid, signal.SIGKILL)
        assert {int(body.split()[1]) for body in await asyncio.gather(*small)} == {400}
        with pytest.raises(QueryTooSlow):
            await slow

    serve(data, work, workers=1, queue=40)


def test_who_leaves_while_in_hand_disturbs_nobody(data):
    async def work(front):
        before = asyncio.create_task(ask(front, "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f }"))
        await asyncio.sleep(0)
        leaving, staying = counts(front, 2)
        await asyncio.sleep(0)
        leaving.cancel()
        assert int((await staying).split()[1]) == 400
        assert int((await before).split()[1]) == 160_000
        pids = set(front.pool.pids)
        assert await ask(front, f"{COUNT} # later")
        assert set(front.pool.pids) == pids  # nobody had to be stopped

    serve(data, work, workers=1, query_seconds=5)


def test_an_unread_query_is_found_to_be_what_the_front_plans(data):
    async def work(front):
        for text, accept in (
            (COUNT, "text/csv"),
            ("ASK { ?s 'é+ ' ?o }", ""),
            ("SELECT (NOW() AS ?n) {}", ""),
        ):
            plan = front.plan(text, accept=accept)
            settled = asyncio.get_running_loop().create_future()
            dataset = Dataset(edition=plan.edition, hash=plan.dataset.hash)
            front.begin(quote_plus(text).encode(), dataset, accept, "me", settled.set_result)
            job = await settled
            if job.error is None:
                assert job.found == (plan.format, plan.tag)
                assert job.found.tag is None or job.content == (await front.answer(plan)).body
            else:
                assert isinstance(job.error, BadQuery) and "'é+ '" in text

    serve(data, work)


def test_an_answer_to_another_question_ends_the_worker_and_is_given_to_nobody(data):
    async def work(front):
        worker = front.pool._free[-1]
        ask_it = worker.ask
        worker.ask = lambda number, message: ask_it(number + 1, message)
        assert int((await ask(front, COUNT)).split()[1]) == 400
        assert worker.pid not in front.pool.pids

    serve(data, work, workers=1)


def line_of(*keys: str) -> Line:
    async def make() -> Line:
        line = Line()
        for number, key in enumerate(keys):
            line.put(number, Job(b"", key, lambda job: None, seconds=1), 0.0)
        return line

    return asyncio.run(make())


def test_a_line_keeps_the_place_of_what_is_taken_back():
    line = line_of("a", "b", "c")
    assert [job.key for job in line.take_back()] == ["c", "b"] and len(line) == 3
    assert line.take_back() == []
    assert line.answered(0, 1.0).key == "a"
    with pytest.raises(ValueError, match="another question"):
        line.answered(2, 2.0)
    assert [line.answered(number, 3.0) for number in (1, 2)] == [None, None] and not line


def test_who_has_left_a_line_keeps_a_place_in_it():
    line = line_of("a", "b", "c", "d")
    leaving = next(job for job in line if job.key == "d")
    assert line.leave(leaving) and not line.leave(leaving)
    assert [job.key for job in line.take_back()] == ["c", "b"] and len(line) == 4


def test_a_kept_value_is_replaced_with_its_weight():
    kept = Kept[str, str](10)
    kept.put("a", "old", 6)
    kept.put("a", "new", 5)
    kept.put("b", "B", 5)
    assert (kept.get("a"), kept.get("b")) == ("new", "B")
    kept.clear()
    assert kept.get("a") is None


@given(st.text())
def test_a_query_is_decoded_whole(text):
    try:
        encoded = quote_plus(text).encode()
    except UnicodeEncodeError:  # a lone surrogate is no text
        return
    assert _decoded(encoded) == _decoded(quote(text, safe="").encode()) == text


@given(st.text(alphabet="%+=_-.0aF2C3A9?~").map(str.encode))
def test_a_query_is_decoded_as_the_library_does_or_refused(encoded):
    with contextlib.suppress(BadQuery):  # the app answers then, which reads it with the library
        assert _decoded(encoded) == unquote_plus(encoded.decode(), errors="strict")


def test_a_line_has_room_for_more_the_quicker_it_is_answered():
    def room(seconds: float, rounds: int = 40) -> int:
        line, now = line_of(), 0.0
        for number in range(rounds):
            line.put(number, job, now)
            now += seconds
            line.answered(number, now)
        while line.has_room:
            line.put(len(line), job, now)
        return len(line)

    job = line_of("a").first
    assert [room(seconds) for seconds in (0.0001, 0.001, 0.002, 0.02)] == [16, 10, 5, 4]
    assert room(0.0001, rounds=1) == 4
