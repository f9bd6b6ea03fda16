"""An edition as files: complete, without a dead link, the same each time, and asked in a browser."""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import pytest
from pyoxigraph import NamedNode, Quad
from typer.testing import CliRunner

from regiograph.archive import Archive
from regiograph.cli import app
from regiograph.editions import Change, Editions, Publisher
from tests.linked.conftest import BASE
from tests.linked.test_accessible import violations
from tests.linked.test_crawl import Links

WHOLE = (
    f"{BASE}/id/report/cybersecurity/2020-h2/graph",
    f"{BASE}/graph/derived/report/cybersecurity/2020-h2",
)
PARTS = ("codes", "regions", "partnerships", "organisations", "derived/regions", "derived/partnerships")


@pytest.fixture(scope="module")
def small(demo_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the demo, and of the registers what it mentions: so that it is quick."""
    edition = Editions(demo_data).current()
    graphs: dict[str, list[Quad]] = {name: list(edition.store.quads(name)) for name in WHOLE}
    told = {quad.object for quads in graphs.values() for quad in quads if isinstance(quad.object, NamedNode)}
    told |= {NamedNode(f"{BASE}/code/role"), NamedNode(f"{BASE}/id/region/FR")}
    for part in PARTS:
        name = f"{BASE}/graph/{part}"
        graphs[name] = [quad for quad in edition.store.quads(name) if quad.subject in told]
    documents = {name: edition.document(name) for name in edition.manifest.documents if "reports/" in name}
    data = tmp_path_factory.mktemp("small")
    Publisher(Archive(data)).publish(
        Change(public=graphs, documents=documents, full=True), created="2026-11-23T12:00:00Z"
    )
    return data


def exported(data: Path, folder: Path) -> Path:
    result = CliRunner().invoke(app, ["export", "--site", str(folder), "--data", str(data)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def site(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return exported(small, tmp_path_factory.mktemp("site") / "site")


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """A plain file server, as in `python -m http.server`."""
    handler = functools.partial(Quiet, directory=str(site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Says nothing."""


def test_the_same_edition_gives_the_same_bytes(small, site):
    sums = (site / "SHA256SUMS").read_text()
    assert sums.count("\n") == sum(path.is_file() for path in site.rglob("*")) - 1 > 300
    (site / "stray.html").write_text("of an earlier edition")
    assert (exported(small, site) / "SHA256SUMS").read_text() == sums  # a site is written anew
    assert not (site / "stray.html").exists()


def test_a_folder_that_holds_something_else_is_left_alone(small, tmp_path):
    (tmp_path / "precious.txt").write_text("mine")
    result = CliRunner().invoke(app, ["export", "--site", str(tmp_path), "--data", str(small)])
    assert result.exit_code != 0 and (tmp_path / "precious.txt").read_text() == "mine"


def test_no_link_is_dead_and_none_leaves_the_folder(site):
    pages = {path.relative_to(site).as_posix(): Links(path.read_text()) for path in site.rglob("*.html")}
    mark = json.loads((site / "site.json").read_text())
    assert {f"{path}.html" for path in mark["pages"]} <= set(pages) and len(mark["pages"]) > 60
    dead = []
    for name, page in pages.items():
        for link in page.links:
            if urlsplit(link).netloc:
                continue
            assert not link.startswith("/"), (name, link)
            target, fragment = urldefrag(urljoin(f"http://x/{name}", link))
            file = unquote(urlsplit(target).path).lstrip("/")
            told_elsewhere = file in ("browse.html", "sparql.html")
            if not (site / file).is_file() or (
                fragment and not told_elsewhere and fragment not in pages[file].ids
            ):
                dead.append((name, link))
    assert not dead, dead[:20]


def test_every_page_has_its_data_beside_it(site):
    for path in json.loads((site / "site.json").read_text())["pages"]:
        for suffix in ("html", "ttl", "nt", "rdf", "jsonld"):
            assert (site / f"{path}.{suffix}").stat().st_size > 100, path
    for name in (
        "ns.ttl",
        "shapes.html",
        "tables/participations.xlsx",
        "dumps/whole.nq.gz",
        "org.ttl",
        "ns/diagram.svg",
    ):
        assert (site / name).is_file(), name


def test_nothing_that_would_run_comes_from_elsewhere(site):
    for path in [*site.rglob("*.html"), site / "static" / "site.js", site / "static" / "site.css"]:
        text = path.read_text()
        assert not re.search(
            r"""(src|action)=["']?(https?:)?//|@import|import .* from "http|fetch\("http""", text
        )


@pytest.mark.browser
def test_the_headline_question_is_answered_in_the_browser(address, browser):
    page = browser.new_page(base_url=address, viewport={"width": 390, "height": 900})
    hosts: set[str] = set()
    faults: list[str] = []
    page.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/sparql.html#co-leads")
    page.wait_for_selector("#result table", timeout=60_000)
    rows = page.eval_on_selector_all("#result tr", "rows => rows.map(row => row.innerText)")
    assert any("Brittany" in row and "lead" in row for row in rows) and "4 rows" in page.inner_text("#status")
    assert any("Basque Country" in row and "involved" in row for row in rows)
    assert not violations(page)
    page.fill("#query", "SELECT * { broken")
    page.click("button")
    page.wait_for_function("document.getElementById('status').innerText.includes('cannot be answered')")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.goto(f"/browse.html#{BASE}/id/report/cybersecurity/2020-h2/sdg-1")
    page.wait_for_selector("#told div", timeout=60_000)
    assert "Cybersecurity" in page.inner_text("#told")
    page.goto("/id/partnership/cybersecurity.html")
    page.click("text=Inter regional Cyber Range Platform")
    assert page.url.endswith("/inter-regional-cyber-range-platform.html") and page.inner_text("h1")
    assert hosts == {urlsplit(address).netloc} and not faults
