import logging
import subprocess
import sys

import pytest
import structlog

from regiograph.errors import NotReady
from regiograph.logs import configure, told

FAIL = """
import asyncio, logging, structlog
from regiograph.logs import configure
configure()

def fail():
    answer = "MARKER in a variable"
    try:
        int("MARKER in the words")
    except ValueError as error:
        raise KeyError("MARKER in a key") from error

async def forgotten():
    task = asyncio.get_running_loop().create_task(failing())
    await asyncio.sleep(0)
    del task

async def failing():
    fail()

for log in (structlog.get_logger(), logging.getLogger("uvicorn.error")):
    try:
        fail()
    except KeyError:
        log.exception("it failed")
asyncio.run(forgotten())
"""


def test_a_log_tells_where_something_failed_and_never_with_which_words():
    done = subprocess.run([sys.executable, "-c", FAIL], capture_output=True, text=True, check=True)
    assert "MARKER" not in done.stdout + done.stderr
    assert done.stderr.count("it failed") == 2
    assert done.stderr.count("KeyError\n  at ") == done.stderr.count("because of ValueError\n  at ") == 3


def test_our_own_errors_speak_for_themselves():
    error = NotReady("Nothing is published.", where="the data directory", way_out="Publish.")
    assert told(error) == "NotReady: the data directory: Nothing is published. Publish."


@pytest.fixture(autouse=True)
def as_before():
    yield
    structlog.reset_defaults()
    logging.basicConfig(handlers=[], force=True)


def test_configured_twice_says_it_once(capsys):
    configure()
    configure()
    logging.getLogger("x").warning("once")
    assert capsys.readouterr().err.count("once") == 1
