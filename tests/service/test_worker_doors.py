"""How many descriptors a worker may have: those it has, and those its stores have still to open."""

import os

import pytest

from regiograph.service.worker import _is_open, _limit_for


@pytest.mark.parametrize("few", [0, 1, 3, 40])
def test_just_so_many_more_can_be_had_whatever_gaps_there_are(few):
    taken = [os.dup(0) for _ in range(20)]
    for gap in taken[3:15:4]:
        os.close(gap)
    try:
        limit = _limit_for(few)
        assert sum(not _is_open(number) for number in range(limit)) == few
    finally:
        for number in set(taken) - set(taken[3:15:4]):
            os.close(number)
