"""The pages of things and words: for every reader, at every width, in light and in dark."""

import os
from typing import Any

import pytest

from tests.pages.test_in_a_browser import RULES

PAGES = {  # path → width and scheme
    "/id/region/FRH0.html": (390, "light"),
    "/id/partnership/cybersecurity.html": (1280, "dark"),
    "/code.html": (1280, "light"),
    "/shapes.html?lang=fr": (390, "light"),
    "/things": (390, "dark"),
}


def violations(page: Any) -> str:
    from axe_playwright_python.sync_playwright import Axe

    page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
    found = Axe().run(page, options={"runOnly": RULES})
    assert len(found.response["passes"]) > 10
    return found.generate_report() if found.violations_count else ""


@pytest.fixture(scope="module", autouse=True)
def axe() -> None:
    try:
        import axe_playwright_python  # noqa: F401
    except ModuleNotFoundError:
        told = "axe is missing; install it: pip install axe-playwright-python"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)


@pytest.mark.browser
@pytest.mark.parametrize("path", PAGES)
def test_axe_finds_no_violation_and_no_page_is_wider_than_its_screen(browser, here, path):
    width, scheme = PAGES[path]
    size = {"width": width, "height": 900}
    page = browser.new_page(
        base_url=str(here.base_url), viewport=size, color_scheme=scheme, bypass_csp=True, locale="en-GB"
    )
    page.goto(path)
    assert not violations(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/ns.html", "/id/region/FRH0.html"])
def test_pages_fit_a_small_telephone_and_break_no_policy(browser, here, path):
    page = browser.new_page(base_url=str(here.base_url), viewport={"width": 320, "height": 700})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320 and not said
    page.close()
