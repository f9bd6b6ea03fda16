import subprocess
import sys

import pytest

from regiograph.errors import Busy
from regiograph.store.lock import DataLock

HOLD = """
import sys
from pathlib import Path
from regiograph.store.lock import DataLock
with DataLock(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_one_process_writes_at_a_time_and_a_killed_one_lets_go(tmp_path):
    other = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert other.stdout.readline() == b"held\n"
    with pytest.raises(Busy, match="Another process is writing"), DataLock(tmp_path):
        pass
    other.kill()
    other.wait()
    lock = DataLock(tmp_path)
    with lock, lock:
        pass
