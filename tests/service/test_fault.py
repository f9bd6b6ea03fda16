"""The fault test at a size for every day; `bench/fault.py` runs it with a thousand of each."""

from bench.fault import attack


def test_hostile_queries_change_nothing_for_honest_ones(tmp_path):
    tally = attack(tmp_path / "data", hostiles=36, honests=60, clients=12, seconds=0.6)
    assert tally.wrong == []
    assert len(tally.waits) == 60 and tally.statuses["honest", 200] == 60
    assert {status for (name, status) in tally.statuses if name != "honest"} <= {
        -1, 0, 200, 400, 403, 413, 503, 504
    }  # fmt: skip
    assert tally.after < tally.before * 1.3 + 50
