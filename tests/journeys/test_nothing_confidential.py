"""Reports full of words that are not for the public are published; whoever walks through every door finds none.

Only the archive's copies of the originals hold them.
"""

import gzip
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx
import pytest

from ingest.account import account
from ingest.extract import extract
from ingest.form import Source
from ingest.intake import Intake
from ingest.pipeline import Pipeline
from regiograph.errors import RegiographError
from regiograph.rooms import room
from tests.api.serving import serving
from tests.linked.test_crawl import BROWSER, Links, follow, kind_of
from tests.read import odd_places
from tests.read.odd_places import MARKER, SUMMARY, WORDS

TOKEN = "nobody-guesses-this-token"
EACH = 1  # addresses of a kind that are followed
MOST = 100  # addresses in all

ENDING = ("folded", "heading")  # places that end the answer they stand in, and would hide the others
FORMATS = {
    "SELECT * WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/report')) }": (
        "application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values",
    ),
    "CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } FILTER(CONTAINS(STR(?g), '/report')) }": (
        "text/turtle", "application/n-triples", "application/rdf+xml", "application/ld+json", "application/n-quads",
        "application/trig",
    ),
}  # fmt: skip
PARAMETERS = {
    "topic": "cyber range", "region": "FRH0", "partnership": "Bioenergy", "from": "2020-H1", "to": "2020-H2",
    "join": "Bioenergy", "prefix": "Bio", "query": "Brittany", "id": "region/FRH0", "type": "region",
}  # fmt: skip
ADDRESSES = {
    "/queries/{name}.{suffix}": "/queries/reports.xlsx",
    "/edition/{edition}/queries/{name}.{suffix}": "/edition/2/queries/reports.csv",
    "/edition/{edition}": "/edition/2",
    "/catalog/dataset/{id}": "/catalog/dataset/whole",
    "/catalog/series/{id}": "/catalog/series/partnership-bioenergy",
    "/catalog/service/{id}": "/catalog/service/sparql",
    "/dumps/{name}": "/dumps/whole.nq.gz",
    "/dumps/{edition}/{name}": "/dumps/2/partnership-bioenergy.trig",
    "/feed/{page}": "/feed/1",
    "/id/{path}": "/id/partnership/bioenergy",
    "/match/regions/{code}": "/match/regions/FRH0",
    "/match/partnerships/{key}": "/match/partnerships/bioenergy",
    "/match/gaps/{key}": "/match/gaps/bioenergy",
    "/reconcile/flyout/{kind}": "/reconcile/flyout/entity",
}  # what is at routes with a key; others of these only say what they do not find


def reports() -> dict[str, bytes]:
    """One report a format: odd places, and the confidential part where it belongs."""
    end = f"## III. Self-assessment\n\n**How committed are the partners?**\n\n{WORDS}"
    unseen = [
        odd.format(WORDS) for name, odd in odd_places.HTML.items() if not any(word in name for word in ENDING)
    ]
    markdown = odd_places.markdown("\n\n".join(unseen), "Bioenergy") + f"\n\n{end}".encode()
    page = odd_places.page("".join(unseen), "Chemicals")
    page += f"<h2>III. Self-assessment</h2><p><b>How committed?</b><p>{WORDS}".encode()
    hidden = ("white", "tiny", "marked black", "a hidden row", "a text box")
    word = "".join(odd_places.WORD[name].format(WORDS) for name in hidden)

    def column(book):
        for name in ("a column", "a row below", "the identifier", "other parts"):
            odd_places.EXPORT[name](book)

    def drawn(canvas):
        for name in ("without ink", "a white field", "remarks", "around the text", "white"):
            odd_places.PDF[name](canvas)

    return {
        "report.md": markdown,
        "report.html": page,
        "report.docx": odd_places.word(word, "Social Economy"),
        "report.pdf": odd_places.pdf(drawn, "High Tech Farming"),
        "export.xlsx": odd_places.export(column, "Smart Sensors"),
        "export.xml": odd_places.xml(odd_places.XML["the identifier"], "Batteries"),
    }


UNREADABLE = {
    "few questions": f"# III. Self-assessment\n\n{WORDS}".encode(),
    "bad XML": f"<Results><Survey>{WORDS}</Answers>".encode(),
    "bad bytes": f"**Reporting period**\n\n{WORDS}\n\n\udcff".encode("utf-8", "surrogateescape"),
    "half an archive": b"PK\x03\x04word/document.xml" + WORDS.encode(),
    "half a PDF": b"%PDF-1.4\n" + WORDS.encode(),
}


@pytest.fixture(scope="module")
def data(demo_data: Path, pipeline: Pipeline, tmp_path_factory) -> Path:
    """The demo, then an edition with all these reports."""
    folder = tmp_path_factory.mktemp("confidential")
    files = folder / "files"
    files.mkdir()
    for name, content in reports().items():
        (files / name).write_bytes(content)
    data = Path(shutil.copytree(demo_data, folder / "data"))
    received = list(Intake(data, pipeline).take_files(sorted(files.iterdir()), processes=1))
    assert [each.error for each in received] == [None] * 6
    return data


def says(content: bytes) -> bool:
    """Whether bytes, packed or not, hold the word."""
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as container:
            content = b"".join(map(container.read, container.namelist()))
    return MARKER.lower().encode() in content.lower()


def test_what_the_command_line_and_errors_say(pipeline):
    for name, content in reports().items():
        for walked in pipeline.walk(Source(name=name, data=content)):
            told = [account(walked), walked.verdict.to_json(), walked.verdict.text("fr"), walked.details()]
            told += [walked.document.decode(), json.dumps(extract(walked.resolved, walked.questionnaire))]
            assert not any(says(each.encode()) for each in told), name
            assert walked.resolved.report.answers["executive-summary"].passage.text.startswith(SUMMARY[1]), (
                name
            )
    for name, content in UNREADABLE.items():
        with pytest.raises(RegiographError) as refused:
            pipeline.walk(Source(name="report", data=content))
        assert not says(str(refused.value).encode()), name


def test_only_the_originals_in_the_archive_hold_the_words(data):
    originals = data / "archive" / "originals"
    holding = {path for path in data.rglob("*") if path.is_file() and says(path.read_bytes())}
    assert holding and all(path.is_relative_to(originals) for path in holding)


def doors(schema: dict) -> Iterator[str]:
    """Every GET route of an OpenAPI document, with parameters that mean something here."""
    for path, operations in schema["paths"].items():
        if "get" not in operations:
            continue
        given = operations["get"].get("parameters", [])
        asked = {
            each["name"]: each.get("example") or PARAMETERS.get(each["name"])
            for each in given
            if each["in"] == "query"
        }
        wanted = {
            name for name in asked if any(each["name"] == name and each.get("required") for each in given)
        }
        known = {name: value for name, value in asked.items() if value and (name in wanted or not wanted)}
        place = ADDRESSES.get(path) or re.sub(r"\{\w+\}", "x", path)
        yield f"{place}?{httpx.QueryParams(known)}" if known else place


def test_no_door_of_the_service_lets_a_word_out(data):
    documents = {f"/documents/{path.stem}" for path in (data / "public").rglob("reports/*.txt")}
    with tempfile.TemporaryFile() as log:
        with serving(data, room("queries"), output=log.fileno(), workers=2, desk_token=TOKEN) as client:
            walk = Walk(client)
            assert SUMMARY[1] in walk.ask("/queries/results") + walk.ask("/sparql", query=next(iter(FORMATS)))
            for query, formats in FORMATS.items():
                for format in formats:
                    walk.ask("/sparql", {"accept": format}, query=query)
            everything = (
                f'ASK {{ GRAPH ?g {{ ?s ?p ?o }} FILTER(CONTAINS(LCASE(STR(?o)), "{MARKER.lower()[:8]}")) }}'
            )
            assert not client.get("/sparql", params={"query": everything}).json()["boolean"]
            for path in ("/desk/queue", "/desk/history"):
                walk.ask(path, {"authorization": f"Bearer {TOKEN}"})
            for path in doors(client.get("/openapi.json").json()):
                walk.ask(path)
            for path in documents:
                walk.ask(path, BROWSER)
                walk.ask(f"{path}.txt")
                walk.ask(f"{path}?line=x")
            walk.crawl()
        log.seek(0)
        assert not says(log.read())
    assert len(documents) == 7 and walk.answered[200] > 120, walk.answered
    assert not [path for path in ADDRESSES.values() if path not in walk.found], walk.answered


class Walk:
    """Goes through doors and remembers how they answered."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        client.timeout = httpx.Timeout(120)  # files and suggestions are made for the first to ask
        self.answered: Counter[int] = Counter()
        self.found: set[str] = set()  # paths that answered with something

    def ask(self, path: str, headers: dict[str, str] | None = None, **parameters: str) -> str:
        address = f"{path}?{httpx.QueryParams(parameters)}" if parameters else path
        return self.look(address, follow(self.client, address, headers or {})).text

    def look(self, path: str, response: httpx.Response) -> httpx.Response:
        self.answered[response.status_code] += 1
        self.found |= {path.partition("?")[0]} if response.status_code == 200 else set()
        assert not says(response.content) and not says(str(response.headers).encode()), path
        return response

    def crawl(self) -> None:
        """Follow links from the start page, a few of each kind."""
        waiting, seen, kinds = deque(["/", "/catalog", "/feed", "/sitemap.xml"]), {"/"}, Counter()
        while waiting and len(seen) < MOST:
            path = waiting.popleft()
            response = self.look(path, follow(self.client, path, BROWSER))
            if not response.headers.get("content-type", "").startswith("text/html"):
                continue
            for link in Links(response.text).links:
                address = urldefrag(urljoin(path, link))[0]
                if not address or urlsplit(address).netloc or address in seen:
                    continue
                kinds[kind_of(address)] += 1
                if kinds[kind_of(address)] <= EACH:
                    seen.add(address)
                    waiting.append(address)
