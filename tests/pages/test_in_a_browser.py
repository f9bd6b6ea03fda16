"""What a person sees in headless Chromium, also with scripts switched off; and what axe finds."""

import os
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from threading import Thread

import pytest

pytestmark = pytest.mark.browser

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
LOOKS = {  # the rules to check in each scheme: only those on colours tell light from dark
    "light": RULES,
    "dark": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]},
}


def page_of(chromium, address, **options):
    page = chromium.new_context(base_url=address, **options).new_page()
    page.outside = []
    page.on("request", lambda one: page.outside.append(one.url) if not one.url.startswith(address) else None)
    return page


@pytest.mark.parametrize("scripts", [True, False])
def test_from_the_headline_answer_to_the_marked_passage(chromium, address, report, scripts):
    page = page_of(chromium, address, java_script_enabled=scripts)
    page.goto("/")
    first = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="Brittany"))
    assert first.get_by_text("lead", exact=True).is_visible()
    assert page.locator("q mark").all_inner_texts() == [
        "Brittany Region",
        "Basque Country",
        "Estonia",
        "North Rhine Westflavia",
    ]
    page.get_by_role("link", name="Line 85 of the report on Brittany").click()
    assert page.url.startswith(f"{address}/documents/{report}?line=85&")
    mark = page.locator("#L85 mark")
    assert mark.inner_text() == "Brittany Region"
    assert 0 < mark.bounding_box()["y"] < page.viewport_size["height"]
    assert page.outside == []


def test_asking_for_another_topic(chromium, address):
    page = page_of(chromium, address, java_script_enabled=False)
    page.goto("/")
    page.get_by_label("Topic", exact=True).fill("<b>network of DIHs")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("heading", level=1).inner_text().endswith("<b>network of DIHs?")
    page.get_by_role("link", name="Creation of a network of DIHs").click()
    assert page.get_by_role("rowheader", name="La Réunion").is_visible()


def test_a_form_says_what_is_wrong_and_takes_the_example(chromium, address):
    page = page_of(chromium, address, java_script_enabled=False)
    page.goto("/queries/whom-to-contact")
    page.get_by_label("Region").fill("x")
    page.get_by_role("button", name="Ask").click()
    assert "Give a NUTS code" in page.locator("#param-region-error").inner_text()
    page.get_by_label("Region").fill("ITF4")
    page.get_by_role("button", name="Ask").click()
    assert page.get_by_role("cell", name="Brittany").is_visible()


@pytest.mark.parametrize("width", [320, 390, 1280])
def test_no_page_is_wider_than_its_screen(chromium, address, report, width):
    page = page_of(chromium, address, viewport={"width": width, "height": 800})
    paths = (
        "/",
        "/queries",
        "/queries/co-leads?topic=cyber",
        "/queries/reports",
        f"/documents/{report}",
        "/reconcile/list",
        "/x",
    )
    for path in (*paths, "/?topic=" + "a" * 400):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


def test_axe_finds_no_violation(chromium, address, report):
    try:
        from axe_playwright_python.sync_playwright import Axe
    except ModuleNotFoundError:
        told = "axe is missing; install it: pip install axe-playwright-python"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(told)
    axe = Axe()
    page = page_of(chromium, address, bypass_csp=True)
    for path in (
        "/",
        "/?topic=quantum",
        "/queries",
        "/queries/co-leads?topic=cyber+range",
        "/queries/whom-to-contact?region=x&topic=DIH",
        f"/documents/{report}?line=85&from=39&to=53#L85",
        "/reconcile/list",
        "/nothing-here",
    ):
        page.goto(path)
        page.eval_on_selector_all("details", "all => all.forEach(one => one.open = true)")
        for width, (scheme, rules) in product((390, 1280), LOOKS.items()):
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = axe.run(page, options={"runOnly": rules})
            passed = {one["id"] for one in found.response["passes"]}
            assert "color-contrast" in passed and (scheme == "dark" or len(passed) > 10)
            assert found.violations_count == 0, f"{path}, {scheme} at {width}: {found.generate_report()}"


def test_a_pasted_list_shows_whom_its_names_mean(chromium, address):
    page = page_of(chromium, address, java_script_enabled=False)
    page.goto("/")
    page.get_by_role("link", name="Reconcile").click()
    page.get_by_label("Names, one a line").fill("North Rhine Westflavia\nLimburg")
    page.get_by_label("They are").select_option("Region")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_text("1 of 2 names are sure").is_visible()
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="North Rhine Westflavia"))
    assert "written almost like" in row.inner_text()
    row.get_by_role("link", name="North Rhine-Westphalia").click()
    assert page.url.startswith(f"{address}/id/region/DEA")
    assert page.get_by_role("heading", level=1).inner_text() == "North Rhine-Westphalia"
    assert page.outside == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation_in_a_table_of_names_nor_in_a_preview(chromium, address, scheme):
    axe_playwright = pytest.importorskip("axe_playwright_python.sync_playwright")
    page = page_of(chromium, address, color_scheme=scheme, bypass_csp=True)
    page.goto("/reconcile/list")
    page.get_by_label("Names, one a line").fill("Limburg\nnobody at all")
    page.get_by_role("button", name="Show").click()
    assert page.get_by_role("rowheader", name="Limburg").is_visible()
    for path in ("", "/reconcile/preview?id=region/FRH0"):
        if path:
            page.goto(path)
        found = axe_playwright.Axe().run(page, options={"runOnly": RULES})
        assert found.violations_count == 0, f"{path}: {found.generate_report()}"


@pytest.fixture
def elsewhere(tmp_path):
    """A folder that another server of this machine shows, as OpenRefine's does, and its address."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(tmp_path))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield tmp_path, f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_page_of_another_origin_may_show_a_preview_in_a_frame(chromium, address, elsewhere):
    folder, other = elsewhere
    preview = f"{address}/reconcile/preview?id=region%2FFRH0"
    (folder / "refine.html").write_text(f"<iframe width=420 height=200 src='{preview}'></iframe>")
    page = page_of(chromium, address)
    page.goto(f"{other}/refine.html")
    main = page.frame_locator("iframe").locator("main")
    assert main.get_by_role("heading").inner_text() == "Brittany"
    assert "Traceability and Big Data" in main.inner_text()
