"""The page on which people find partners."""

import re
from typing import Any

import httpx
import pytest


def test_the_form_waits_for_words(site: httpx.Client) -> None:
    page = site.get("/match")
    assert page.status_code == 200 and "Whom could we work with, and why?" in page.text
    assert 'href="/match"' in site.get("/").text


def test_suggestions_come_with_reasons_evidence_and_proof(site: httpx.Client, report: str) -> None:
    page = site.get("/match", params={"region": "Bretagne"}).text
    assert "Whom could Brittany work with?" in page
    assert re.search(rf'href="/documents/{report}\?line=\d+#L\d+"', page)
    (run, number) = re.search(r'href="(/sparql\?query=[^"]+)">Run it: the answer is (\d+)', page).groups()
    answer = site.get(run.replace("&amp;", "&"), headers={"accept": "application/json"}).json()
    assert answer["results"]["bindings"][0]["number"]["value"] == number


def test_french_reasons_and_what_is_not_understood(site: httpx.Client) -> None:
    page = site.get("/match", params={"partnership": "sport", "language": "fr"}).text
    assert "La preuve" in page and 'lang="fr"' in page
    wrong = site.get("/match", params={"region": "<b>Nowhere</b>"})
    assert wrong.status_code == 404 and 'role="alert"' in wrong.text and "<b>Nowhere" not in wrong.text


def test_a_browser_is_led_from_the_data_to_the_page(site: httpx.Client) -> None:
    answer = site.get("/match/regions/ES41", params={"language": "fr"})
    assert answer.status_code == 303 and answer.headers["location"] == "/match?language=fr&region=ES41"
    assert site.get("/match/regions/ES41", params={"format": "json"}).status_code == 200


@pytest.mark.browser
def test_people_of_all_abilities_can_use_it(chromium: Any, address: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = chromium.new_page()
    page.goto(f"{address}/match?region=ES41")
    page.locator("summary").first.click()
    found = Axe().run(page).response["violations"]
    assert not found, [each["help"] for each in found]
    page.set_viewport_size({"width": 375, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 375
    page.close()
