"""From `/`: every link and every IRI of ours answers, with the right type; what pages tell machines parses.

Of each kind of address (the same but for its keys) some are followed: all kinds, few of each.
"""

import json
import re
import time
from collections import Counter, deque
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest
from lxml import etree

from tests.linked.conftest import BASE

EACH = 2
BROWSER = {"accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
TYPES = {
    "html": "text/html",
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
    "trig": "application/trig",
    "nq": "application/n-quads",
    "csv": "text/csv",
    "json": "application/json",
    "txt": "text/plain",
    "xml": "application/xml",
    "svg": "image/svg+xml",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
OTHERS = {
    r"/queries/[^/]+\.json$": "application/sparql-results+json",
    r"csv-metadata\.json$": "application/csvm+json",
}
KINDS = (  # what keys look like; the rest of a path says the kind
    (r"[0-9a-f]{64}", "#"),
    (r"(?<=/id/region/)[A-Z0-9]+", "#"),
    (r"(?<=/id/(?:place|group|fact)/)[a-z0-9-]+", "#"),
    (r"(?<=/id/(?:organisation|partnership)/)[a-z0-9-]+", "#"),
    (r"(?<=/id/(?:working-area|event)/)[a-z0-9-]+/[a-z0-9-]+", "#"),
    (r"(?<=/code/)[a-z0-9-]+/[a-z0-9-]+", "#"),
    (r"(?<=/participation/)[a-z0-9-]+", "#"),
    (r"(?<=/(?:result|mention)/)[^.?]+", "#"),
    (r"(?<=/answer-)[a-z0-9-]+", "#"),
    (r"L[0-9]+C[0-9]+(-L[0-9]+C[0-9]+)?", "#"),
    (r"(?<=/sdg-)[0-9]+", "#"),
    (r"(?<=/queries/)[a-z0-9-]+", "#"),
    (r"(?<=/question/)[a-z0-9-]+", "#"),
    (r"(?<=/claim/)[a-z0-9-]+", "#"),
    (r"(?<=/dumps/)[a-z0-9-]+", "#"),
    (r"(?<=/dataset/)[a-z0-9-]+", "#"),
    (r"=[^&]*", "="),
)


def kind_of(path: str) -> str:
    if data := re.fullmatch(r"/(id|code)/.*\.(ttl|nt|rdf|jsonld)", path):
        return f"/{data[1]}/#.{data[2]}"  # the other test follows each kind of thing to its data
    for pattern, sign in KINDS:
        path = re.sub(lookbehind(pattern), sign, path)
    return re.sub(r"[0-9]+", "0", path)


def lookbehind(pattern: str) -> str:
    """Python wants look-behinds of one width: an alternation becomes one for each."""
    found = re.fullmatch(r"\(\?<=(.*)\(\?:(.*)\)(.*?)\)(.*)", pattern)
    if not found:
        return pattern
    before, words, after, rest = found.groups()
    each = "|".join(f"(?<={before}{word}{after})" for word in words.split("|"))
    return f"(?:{each}){rest}"


class Links(HTMLParser):
    """What a page links to, and what it tells machines."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: set[str] = set()
        self.told: list[str] = []
        self._in_data = False
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        self.links += [given[name] for name in ("href", "src") if given.get(name)]
        self.ids |= {given["id"]} if "id" in given else set()
        self._in_data = tag == "script" and given.get("type") == "application/ld+json"

    def handle_data(self, data):
        if self._in_data:
            self.told.append(data)
            self._in_data = False


def follow(here: httpx.Client, path: str, accept: dict[str, str]) -> httpx.Response:
    response = here.get(path, headers=accept)
    for _ in range(60):
        if response.status_code == 503 and "retry-after" in response.headers:
            time.sleep(0.5)  # files are on their way
            response = here.get(path, headers=accept)
            continue
        if response.status_code not in (301, 303, 307, 308):
            return response
        response = here.get(urljoin(path, response.headers["location"]), headers=accept)
    return response


def test_from_the_start_page_no_link_is_dead(here):
    waiting, seen, kinds = deque(["/"]), {"/"}, Counter()
    dead, wrong, fragments = [], [], []
    pages: dict[str, Links] = {}
    while waiting:
        path = waiting.popleft()
        response = follow(here, path, BROWSER)
        if response.status_code != 200:
            dead.append((path, response.status_code))
            continue
        media = response.headers["content-type"].split(";")[0]
        suffix = urlsplit(path).path.rpartition(".")[2]
        place = urlsplit(path).path
        other = next((each for pattern, each in OTHERS.items() if re.search(pattern, place)), None)
        if suffix in TYPES and media != (other or TYPES[suffix]):
            wrong.append((path, media))
        if media != "text/html":
            continue
        pages[path] = page = Links(response.text)
        for link in (*page.links, *(each["url"] for each in response.links.values())):
            address, fragment = urldefrag(urljoin(path, link))
            if urlsplit(address).netloc:
                continue
            address = address or path
            if fragment and len(fragments) < 400:
                fragments.append((path, address, fragment))
            kind = kind_of(address)
            if address not in seen and kinds[kind] < EACH:
                kinds[kind] += 1
                seen.add(address)
                waiting.append(address)
    assert not dead, dead
    assert not wrong, wrong
    assert len(kinds) > 60 and len(pages) > 60
    missing = [each for each in fragments if each[1] in pages and each[2] not in pages[each[1]].ids]
    assert not missing
    told = [json.loads(text) for page in pages.values() for text in page.told]
    assert {"Dataset", "Organization", "Event", "AdministrativeArea", "Report"} <= {
        each["@type"] for each in told
    }
    assert all(str(each["@context"]).startswith("https://schema.org") for each in told)


def test_every_kind_of_iri_in_the_graph_answers_as_page_and_as_data(here):
    found: set[str] = set()
    for pattern in ("?iri ?p ?o", "?s ?iri ?o", "?s ?p ?iri", "GRAPH ?iri { ?s ?p ?o }"):
        query = f'SELECT DISTINCT ?iri {{ {pattern} FILTER(isIRI(?iri) && STRSTARTS(STR(?iri), "{BASE}")) }}'
        rows = here.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
        found |= {row["iri"]["value"].removeprefix(BASE) for row in rows}
    kinds: dict[str, list[str]] = {}
    for iri in sorted(found):
        kinds.setdefault(kind_of(iri.partition("#")[0]), []).append(iri)
    assert len(found) > 4000 and len(kinds) > 40
    dead = []
    for own in kinds.values():
        for iri in {own[0], own[-1]}:
            path, _, fragment = iri.partition("#")
            page = follow(here, path, BROWSER)
            if page.status_code != 200 or (fragment and fragment not in Links(page.text).ids):
                dead.append((iri, page.status_code))
            data = follow(here, path, {"accept": "text/turtle"})
            if data.status_code != 200 or not data.headers["content-type"].startswith("text/turtle"):
                dead.append((iri, data.status_code, data.headers.get("content-type")))
    assert not dead, dead


def test_sitemaps_name_pages_that_are_there(here):
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    address = f"{here.base_url}".rstrip("/")
    robots = here.get("/robots.txt").text
    assert f"Sitemap: {address}/sitemap.xml" in robots and "Disallow: /desk" in robots
    index = etree.fromstring(here.get("/sitemap.xml").content)
    listed: list[str] = []
    for each in index.iter(f"{space}loc"):
        response = here.get(each.text.removeprefix(address))
        assert response.headers["content-type"] == "application/xml"
        pages = [loc.text for loc in etree.fromstring(response.content).iter(f"{space}loc")]
        assert 0 < len(pages) <= 50_000
        listed += pages
    assert len(set(listed)) == len(listed) > 2500 and all(each.startswith(address) for each in listed)
    for page in listed[:: len(listed) // 25]:
        assert here.get(page.removeprefix(address), headers=BROWSER).status_code == 200, page
    assert here.get("/sitemaps/99.xml").status_code == 404


def test_examples_run_as_editors_find_them(here):
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
      SELECT ?example ?told ?text { ?example a sh:SPARQLExecutable ; rdfs:comment ?told ; sh:select ?text }"""
    rows = here.get("/sparql", params={"query": query, "format": "json"}).json()["results"]["bindings"]
    assert len(rows) >= 40
    empty = []
    for row in rows:
        answer = here.get("/sparql", params={"query": row["text"]["value"], "format": "json"})
        assert answer.status_code == 200, row["example"]["value"]
        if not answer.json()["results"]["bindings"]:
            empty.append(row["example"]["value"])
    assert len(empty) < len(rows) / 4, empty
    assert here.get("/examples").headers["location"] == "/graph/examples"


@pytest.mark.parametrize("slug", ["not-acceptable", "gone", "not-found", "no-such-thing", "unexpected"])
def test_the_type_of_a_problem_is_an_address(here, slug):
    told = here.get(f"/problem/{slug}").json()
    assert told["type"] == slug and told["title"] and 400 <= told["status"] < 600
    assert told["title"] in here.get(f"/problem/{slug}", headers=BROWSER).text
