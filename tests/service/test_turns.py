import asyncio

from regiograph.service.job import Job
from regiograph.service.turns import Turns


def jobs(*clients: str) -> list[Job]:
    async def made() -> list[Job]:
        return [
            Job(b"", f"{client}{n}", lambda job: None, client=client, seconds=1)
            for n, client in enumerate(clients)
        ]

    return asyncio.run(made())


def test_who_has_used_least_of_late_comes_first():
    now = [0.0]
    turns = Turns(10, clock=lambda: now[0])
    for job in jobs("a", "b", "c"):
        turns.add(job)
    turns.charge("a", 4)
    turns.charge("b", 1)
    assert order(turns) == ["c2", "b1", "a0"]
    now[0] = 10.0
    assert turns.used("a") == 2


def order(turns: Turns, *, heavy: bool = True) -> list[str]:
    taken = []
    while (job := turns.take(heavy=heavy)) is not None:
        taken.append(job.key)
    return taken


def test_clients_take_turns_and_keep_their_own_order():
    turns = Turns(10)
    for job in jobs("a", "a", "a", "b", "c", "b"):
        assert turns.add(job) is None
    assert order(turns) == ["a0", "b3", "c4", "a1", "b5", "a2"] and len(turns) == 0


def test_when_it_is_full_whoever_has_most_there_gives_way():
    turns = Turns(3)
    *greedy, late, other = jobs("a", "a", "a", "a", "b")
    for job in greedy:
        turns.add(job)
    assert turns.add(late) is late  # a client does not push out itself
    assert turns.add(other) is greedy[-1]
    assert order(turns) == ["a0", "b4", "a1"]


def test_a_full_queue_of_equals_takes_in_who_has_used_less():
    turns = Turns(2)
    first, second, third = jobs("a", "b", "c")
    turns.add(first)
    turns.add(second)
    assert turns.add(third) is third
    turns.charge("b", 5)
    assert turns.add(third) is second


def test_clients_that_are_being_served_come_after_those_that_are_not():
    turns = Turns(10)
    for job in jobs("a", "b", "c"):
        turns.add(job)
    taken = turns.take(heavy=True, served={"a", "b"})
    assert taken is not None and taken.key == "c2"
    assert order(turns) == ["a0", "b1"]


def test_heavy_queries_wait_while_quick_ones_pass():
    turns = Turns(10)
    heavy, quick, other = jobs("a", "a", "b")
    heavy.heavy = True
    for job in (heavy, quick, other):
        turns.add(job)
    assert order(turns, heavy=False) == ["a1", "b2"]
    assert order(turns) == ["a0"]


def test_what_had_begun_comes_first_again_and_what_left_is_gone():
    turns = Turns(10)
    first, second, third = jobs("a", "a", "a")
    turns.add(second)
    turns.add(third)
    turns.again(first)
    assert turns.remove(third) and not turns.remove(third)
    assert order(turns) == ["a0", "a1"]
