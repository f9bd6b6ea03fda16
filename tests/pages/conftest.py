import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

ROOT = Path(__file__).resolve().parents[2]
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
CHROMIUM = Path("/usr/bin/chromium")
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def address(demo_data: Path) -> Iterator[str]:
    """Where a real server shows the demo."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "regiograph", "serve", "--data", str(demo_data), "--port", str(port)]
    process = subprocess.Popen(command, env={**os.environ, "PYTHONPATH": str(ROOT)})
    try:
        _wait(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(400):
        assert process.poll() is None, "the server ended"
        try:
            httpx.get(f"{address}/static/site.css")
            return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("the server does not answer")


@pytest.fixture(scope="session")
def site(address: str) -> Iterator[httpx.Client]:
    """A browser without a screen: asks as browsers do."""
    with httpx.Client(base_url=address, headers={"accept": BROWSER}, timeout=120) as client:
        yield client


@pytest.fixture(scope="session")
def report(demo_data: Path) -> str:
    """The SHA-256 of the bundled report."""
    (path,) = (demo_data / "public" / "editions" / "000001" / "documents" / "reports").iterdir()
    assert re.fullmatch(r"[0-9a-f]{64}", path.stem)
    return path.stem


@pytest.fixture(scope="module")  # while it is open, no other test could run a loop of its own
def chromium() -> Iterator[Any]:
    """Headless Chromium. Demanded where CI is set, else skipped where it is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _missing("playwright", "pip install playwright axe-playwright-python")
    if not CHROMIUM.exists():
        _missing(str(CHROMIUM), "apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield browser
        browser.close()


def _missing(what: str, way_out: str) -> None:
    (pytest.fail if os.environ.get("CI") else pytest.skip)(f"{what} is missing; install it: {way_out}")
