from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from regiograph.rooms import room
from tests.api.serving import serving
from tests.pages.conftest import CHROMIUM, SWITCHES, _missing

BASE = "https://w3id.org/regiograph"


@pytest.fixture(scope="session")
def here(demo_data: Path) -> Iterator[httpx.Client]:
    """A client of a real server that shows the demo; it follows no redirect by itself."""
    with serving(demo_data, room("queries")) as client:
        yield client


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:  # while it is open, no other test could run a loop of its own
    """Headless Chromium. Demanded where CI is set, else skipped where it is missing."""
    try:
        from playwright.sync_api import sync_playwright
    except ModuleNotFoundError:
        _missing("playwright", "pip install playwright axe-playwright-python")
    if not CHROMIUM.exists():
        _missing(str(CHROMIUM), "apt-get install chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        yield opened
        opened.close()
