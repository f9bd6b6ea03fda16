"""The harvester's twin: our own catalogue stands before it, and it finds what is wrong with others."""

import hashlib
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, XSD

from regiograph.catalogue.codes import CodeLists
from regiograph.rooms import room
from regiograph.twin.follow import Expected, follow
from regiograph.twin.judge import Follow, Judgement, judge
from regiograph.twin.quality import DIMENSIONS, METRICS, MOST, Known, scores
from regiograph.twin.shapes import OfficialShapes
from tests.conftest import BASE

DATASET = URIRef(f"{BASE}/catalog/dataset/partnership-sport")
SPDX = "http://spdx.org/rdf/terms#"


@pytest.fixture(scope="module")
def judgement(portal) -> Judgement:
    return judge(f"{portal.base_url}/catalog")


def test_our_own_catalogue_stands(judgement):
    plain = judgement.plain()
    assert plain["shapes"]["violations"] == 0
    assert plain["shapes"]["warnings"] == 0, plain["shapes"]["findings"]  # those ours to mend
    assert plain["addresses"]["wrong"] == [] and plain["addresses"]["followed"] > 250
    assert plain["score"] >= 395 and plain["rating"] == "excellent"
    assert {lost["metric"] for one in plain["datasets"] for lost in one["lost"]} == {"time search"}
    assert judgement.stands(395)


def test_only_datasets_without_any_date_lose_points(judgement, index):
    undated = {shelved.dataset.id for shelved in index.shelved if not shelved.dataset.start}
    assert {one.dataset.rpartition("/")[2] for one in judgement.datasets if one.lost} == undated


def test_the_weights_are_the_portals():
    assert MOST == 405 and len(METRICS) == 23
    for dimension, most in DIMENSIONS.items():
        assert sum(each.points for each in METRICS if each.dimension == dimension) == most


def test_set_aside_and_explained_findings_are_told(judgement):
    findings = judgement.plain()["shapes"]["findings"]
    reasons = {each["path"].rpartition("#")[2].rpartition("/")[2]: each["why"] for each in findings}
    assert set(reasons) == {"algorithm", "status", "spatial", "publisher", "temporal", "bbox", "centroid"}
    assert all(reasons.values())


# --- what it finds in others ---


@pytest.fixture(scope="module")
def page(portal) -> Graph:
    return Graph().parse(data=portal.get("/catalog/dataset/partnership-sport.ttl").text, format="turtle")


@pytest.fixture(scope="module")
def shapes() -> OfficialShapes:
    return OfficialShapes(room("shapes") / "dcat-ap", CodeLists.read())


def changed(page: Graph, *, without=(), plus=()) -> Graph:
    other = Graph()
    for triple in page:
        other.add(triple)
    for pattern in without:
        other.remove(pattern)
    for triple in plus:
        other.add(triple)
    return other


ENGLISH = URIRef("http://publications.europa.eu/resource/authority/language/ENG")
FIRST = URIRef(f"{DATASET}#ttl")
WRONGS = {
    "title": ({"without": [(DATASET, DCTERMS.title, None)]}, "shapes.ttl"),
    "byteSize": (
        {
            "without": [(FIRST, DCAT.byteSize, None)],
            "plus": [(FIRST, DCAT.byteSize, Literal("5", datatype=XSD.integer))],
        },
        "shapes.ttl",
    ),
    "language": ({"without": [(ENGLISH, RDF.type, None)]}, "range.ttl"),
    "accrualPeriodicity": (
        {
            "without": [(DATASET, DCTERMS.accrualPeriodicity, None)],
            "plus": [
                (DATASET, DCTERMS.accrualPeriodicity, URIRef("https://example.org/often")),
                (URIRef("https://example.org/often"), RDF.type, DCTERMS.Frequency),
            ],
        },
        "mdr-vocabularies.shape.ttl",
    ),
    "issued": (
        {
            "without": [(DATASET, DCTERMS.issued, None)],
            "plus": [(DATASET, DCTERMS.issued, Literal("last year"))],
        },
        "dates.ttl",
    ),
    "algorithm": (
        {
            "plus": [
                (URIRef(f"{FIRST}-checksum"), URIRef(SPDX + "algorithm"), URIRef("https://example.org/md5"))
            ]
        },
        "mdr-vocabularies.shape.ttl",
    ),
}


@pytest.mark.parametrize("name", WRONGS)
def test_shapes_find_what_is_wrong(page, shapes, name):
    change, file = WRONGS[name]
    found = [one for one in shapes.findings(changed(page, **change)) if one.is_violation]
    assert (name, file) in {(one.path.rpartition("#")[2].rpartition("/")[2], one.file) for one in found}


def test_each_metric_is_lost_alone(page):
    """Without what a metric asks for, exactly its points are gone, and those that follow from it."""
    codes = CodeLists.read()
    reached = {str(each): 200 for each in page.objects(None, DCAT.downloadURL)}
    whole = scores(page, Known(codes=codes, reached=reached))[0]
    assert whole.points == MOST
    alone = {
        DCAT.keyword: 30,
        DCAT.theme: 30,
        DCTERMS.spatial: 20,
        DCTERMS.temporal: 20,
        DCAT.accessURL: 50,
        DCAT.downloadURL: 50,
        DCTERMS["format"]: 30,  # the media type still tells that it is open and machine-readable
        DCAT.mediaType: 20,
        DCTERMS.license: 30,
        DCTERMS.accessRights: 15,
        DCAT.contactPoint: 20,
        DCTERMS.publisher: 10,
        DCTERMS.rights: 5,
        DCAT.byteSize: 5,
        DCTERMS.issued: 5,
        DCTERMS.modified: 5,
        DCAT.distribution: 220,  # the dates of the dataset stay
    }
    for path, points in alone.items():
        less = scores(changed(page, without=[(None, path, None)]), Known(codes=codes, reached=reached))[0]
        assert MOST - less.points == points, path
    one = Known(codes=codes, reached=reached, violating={str(DATASET)})
    assert MOST - scores(page, one)[0].points == 30
    assert MOST - scores(page, Known(codes=codes))[0].points == 80


def test_the_best_distribution_counts(page):
    known = Known(
        codes=CodeLists.read(), reached={str(each): 200 for each in page.objects(None, DCAT.downloadURL)}
    )
    worse = changed(page, without=[(FIRST, path, None) for path in (DCTERMS.license, DCAT.downloadURL)])
    assert scores(worse, known)[0].points == MOST


class Odd(BaseHTTPRequestHandler):
    body = b"a,b\r\n1,2\r\n"

    def answer(self, status: int, kind: str = "text/csv", body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body or self.body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body or self.body)

    def do_GET(self) -> None:
        self.answer(
            200,
            "text/html" if "html" in self.path else "text/csv",
            self.body[:4] if "short" in self.path else b"",
        )

    def do_HEAD(self) -> None:
        if "nohead" in self.path:
            self.answer(405)
        else:
            self.do_GET()

    def log_message(self, *arguments) -> None:
        pass


@pytest.fixture(scope="module")
def odd():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Odd)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()


def test_files_that_are_not_as_described_are_told(odd):
    digest = hashlib.sha256(Odd.body).hexdigest()
    said = {"media": "text/csv", "size": len(Odd.body), "sha256": digest}
    ours = [Expected(address=f"{odd}/{name}", **said) for name in ("right", "html", "short", "nohead")]
    ours.append(Expected(address=f"{odd}/other", media="text/csv", size=len(Odd.body), sha256="00"))
    ours.append(Expected(address="http://127.0.0.1:9/none"))
    right, html, short, nohead, other, none = follow(ours, seconds=5)
    assert right.wrong == () and right.status == 200
    assert html.wrong == ("the type is text/html, the catalogue says text/csv",)
    assert "it has 4 bytes, the catalogue says 10" in short.wrong
    assert nohead.wrong == ("HEAD answers 405",)
    assert other.wrong == ("its SHA-256 is not the one in the catalogue",)
    assert none.status == 0 and none.wrong


def test_a_catalogue_in_a_file_is_judged_by_what_is_in_it(page, tmp_path):
    bad = changed(page, without=[(DATASET, DCTERMS.title, None), (DATASET, DCAT.keyword, None)])
    bad.serialize(tmp_path / "bad.ttl")
    judgement = judge(str(tmp_path / "bad.ttl"), follow_which=Follow.NONE)
    (one,) = judgement.datasets
    assert {each.name for each in one.lost} == {
        "keywords",
        "DCAT-AP compliance",
        "access URL reachable",
        "download URL reachable",
    }
    assert judgement.violations >= 1 and not judgement.stands(0)


def test_the_command_says_the_score_and_what_to_mend(page, tmp_path):
    changed(page, without=[(DATASET, DCAT.theme, None)]).serialize(tmp_path / "some.ttl")
    command = [sys.executable, "-m", "regiograph", "check-catalogue", str(tmp_path / "some.ttl")]
    told = subprocess.run([*command, "--follow", "none"], capture_output=True, text=True)
    assert told.returncode == 1 and "Add dcat:theme." in told.stdout and "295.0 of 405" in told.stdout
    (tmp_path / "none.ttl").write_text("This is not RDF")
    assert subprocess.run([*command[:-1], str(tmp_path / "none.ttl")], capture_output=True).returncode == 3


def test_the_command_judges_a_data_directory(shelved_data):
    command = [sys.executable, "-m", "regiograph", "check-catalogue", "--data", str(shelved_data)]
    told = subprocess.run([*command, "--format", "json", "--least", "404"], capture_output=True, text=True)
    content = json.loads(told.stdout)
    assert content["score"] >= 395 and content["shapes"]["violations"] == 0
    assert told.returncode == 1  # good, yet not as good as asked
