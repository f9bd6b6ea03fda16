"""The alarm of a worker: it ends what computes on when nobody is left to stop it, and nothing else."""

import signal
import subprocess
import sys

import pytest

from regiograph.service import usage

PROGRAM = """
import time
from regiograph.service import usage
usage._STANDS = 0.1
one = usage.Usage()
"""
BUSY = "while time.monotonic() - began < 20: pass"


def ended(program: str) -> int:
    whole = f"{PROGRAM}began = time.monotonic()\n{program}"
    return subprocess.run([sys.executable, "-c", whole], timeout=60, check=False).returncode


@pytest.mark.parametrize(
    ("program", "status"),
    [
        (f"one.begin(0.1, waits=False)\n{BUSY}", -signal.SIGPROF),
        ("one.begin(0.1, waits=True)\ntime.sleep(20)", -signal.SIGALRM),
        ("one.begin(0.1, waits=False)\none.end()\ntime.sleep(0.6)", 0),
        ("one.begin(0.1, waits=True)\none.end()\ntime.sleep(0.6)", 0),
        ("for _ in range(8):\n one.begin(0.1, waits=False)\n while time.monotonic() - began < _ / 8: pass", 0),
        (f"one.begin(5, waits=False)\none.begin(0.1, waits=False)\ntime.sleep(0.2)\n"
         f"one.begin(0.1, waits=False)\n{BUSY}", -signal.SIGPROF),
    ],
)  # fmt: skip
def test_the_alarm_ends_what_takes_longer_than_it_may(program, status):
    assert ended(program) == status


def test_memory_is_looked_at_after_what_took_long_and_now_and_then(monkeypatch):
    looked = []
    monkeypatch.setattr(usage, "most_megabytes", lambda: looked.append(1) or len(looked))
    one = usage.Usage()
    monkeypatch.setattr(usage, "_QUICK", 3600)
    for _ in range(usage._UNSEEN - 1):
        one.begin(1000, waits=False)
        assert one.end() == 1
    one.begin(1000, waits=False)
    assert one.end() == 2
    monkeypatch.setattr(usage, "_QUICK", 0)
    one.begin(1000, waits=False)
    assert one.end() == 3
    signal.setitimer(signal.ITIMER_PROF, 0)
