"""The catalogue and the dumps as others meet them: over HTTP."""

import hashlib
import json
import re

import httpx
import pytest
from pyoxigraph import RdfFormat, parse
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, XSD

from regiograph.archive import Archive
from regiograph.catalogue.describe import PAGE
from regiograph.dumps.shelf import Shelf
from regiograph.editions import Change, Publisher
from regiograph.elsewhere import follower_of
from regiograph.mirror import Mirror
from regiograph.rooms import room
from regiograph.settings import Settings
from tests.api.serving import serving
from tests.catalogue.test_dumps import report
from tests.conftest import BASE
from tests.store.engines import engine

DCAT_INSERIES = URIRef("http://www.w3.org/ns/dcat#inSeries")
DCAT_SERIES = URIRef("http://www.w3.org/ns/dcat#DatasetSeries")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
CATALOGUE = URIRef(f"{BASE}/catalog")
CYBER = f"{BASE}/catalog/dataset/partnership-cybersecurity"
FORMATS = {"ttl": "text/turtle", "rdf": "application/rdf+xml", "jsonld": "application/ld+json"}
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}


def graph(response: httpx.Response, suffix: str) -> Graph:
    assert response.status_code == 200
    assert response.headers["content-type"].split(";")[0] == FORMATS[suffix]
    return Graph().parse(data=response.content, format=PARSERS[suffix])


@pytest.fixture(scope="module")
def turtle(portal) -> Graph:
    return graph(portal.get("/catalog", headers={"accept": "text/turtle"}), "ttl")


def test_all_formats_say_the_same(portal, turtle):
    """There are no blank nodes, so isomorphic is equal."""
    assert len(turtle) > 5000
    for suffix, media in FORMATS.items():
        other = graph(portal.get("/catalog", headers={"accept": media}), suffix)
        assert set(other) == set(turtle), suffix
    by_suffix = graph(portal.get("/catalog.ttl"), "ttl")
    assert {one for one in set(by_suffix) ^ set(turtle) if "page=" not in "".join(one)} == set()


def test_who_names_no_format_gets_turtle_and_who_browses_a_page(portal):
    assert portal.get("/catalog").headers["content-type"].startswith("text/turtle")
    page = portal.get("/catalog", headers={"accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"].startswith("text/html") and "39 datasets" in page.text
    assert portal.get("/catalog", headers={"accept": "image/png"}).status_code == 406
    assert portal.get("/catalog.docx").status_code == 406


@pytest.mark.parametrize("path", ["dataset/partnership-cybersecurity", "series/partnership-cybersecurity"])
def test_each_thing_has_a_document_in_each_format(portal, path):
    told = [set(graph(portal.get(f"/catalog/{path}.{suffix}"), suffix)) for suffix in FORMATS]
    assert len(told[0]) > 20 and told[0] == told[1] == told[2]


def test_the_catalogue_is_not_sent_twice(portal):
    first = portal.get("/catalog")
    again = portal.get("/catalog", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = portal.head("/catalog")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(first.content))


def test_a_dataset_says_what_portals_ask_for(turtle):
    node = URIRef(CYBER)
    assert (CATALOGUE, DCAT.dataset, node) in turtle
    assert {text.language for text in turtle.objects(node, DCTERMS.title)} == {"en", "fr"}
    assert {text.language for text in turtle.objects(node, DCAT.keyword)} >= {"en", "fr", "de", "es", "it"}
    places = {str(place) for place in turtle.objects(node, DCTERMS.spatial)}
    assert "http://data.europa.eu/nuts/code/FRH0" in places
    assert "http://publications.europa.eu/resource/authority/country/FRA" in places
    assert str(turtle.value(node, DCTERMS.identifier)) == CYBER
    graphs = {
        str(turtle.value(holder, URIRef("http://www.w3.org/ns/sparql-service-description#name")))
        for holder in turtle.objects(
            node, URIRef("http://www.w3.org/ns/sparql-service-description#namedGraph")
        )
    }
    assert f"{BASE}/id/report/cybersecurity/2020-h2/graph" in graphs
    series = turtle.value(URIRef(f"{BASE}/catalog/dataset/report-cybersecurity-2020-h2"), DCAT_INSERIES)
    assert turtle.value(series, RDF.type) == DCAT_SERIES
    assert (CATALOGUE, DCAT.dataset, series) not in turtle
    sizes = set(turtle.objects(None, DCAT.byteSize))
    assert sizes and {size.datatype for size in sizes} == {XSD.nonNegativeInteger}


def test_everything_the_catalogue_names_here_answers(portal, turtle):
    """IRIs under the base, as the redirect of the base would reach them."""
    ours = {str(term) for triple in turtle for term in triple if str(term).startswith(f"{BASE}/catalog")}
    paths = {iri.removeprefix(BASE).split("#")[0] for iri in ours}
    assert len(paths) > 40
    for path in sorted(paths):
        assert portal.head(path).status_code == 200, path


def test_a_file_is_as_the_catalogue_says(portal, turtle):
    node = URIRef(f"{CYBER}#ttl")
    address = str(turtle.value(node, DCAT.downloadURL))
    assert address.startswith(str(portal.base_url))
    got = portal.get(address)
    assert len(got.content) == int(turtle.value(node, DCAT.byteSize)) == int(got.headers["content-length"])
    checksum = turtle.value(URIRef(f"{node}-checksum"), URIRef("http://spdx.org/rdf/terms#checksumValue"))
    assert hashlib.sha256(got.content).hexdigest() == str(checksum)
    assert got.headers["etag"] == f'"{checksum}"' and got.headers["content-type"].startswith("text/turtle")
    assert list(parse(got.content, format=RdfFormat.TURTLE))
    head = portal.head(address)
    assert head.status_code == 200 and head.headers["content-length"] == got.headers["content-length"]


@pytest.mark.parametrize("name", ["partnership-cybersecurity.nq", "codes.csv.gz", "whole.trig.gz"])
def test_a_part_of_a_file(portal, name):
    whole = portal.get(f"/dumps/{name}").content
    for asked, expected in {
        "bytes=10-49": whole[10:50],
        "bytes=-20": whole[-20:],
        f"bytes={len(whole) - 5}-": whole[-5:],
        f"bytes=100-{len(whole) + 50}": whole[100:],
    }.items():
        part = portal.get(f"/dumps/{name}", headers={"range": asked})
        assert part.status_code == 206 and part.content == expected
        assert part.headers["content-range"].endswith(f"/{len(whole)}")
    beyond = portal.get(f"/dumps/{name}", headers={"range": f"bytes={len(whole)}-"})
    assert beyond.status_code == 416 and beyond.headers["content-range"] == f"bytes */{len(whole)}"
    other = portal.get(f"/dumps/{name}", headers={"range": "bytes=1-2", "if-range": '"other"'})
    assert other.status_code == 200 and other.content == whole


def test_files_that_are_not_there(portal):
    for path in ("/dumps/nothing.ttl", "/dumps/codes.docx", "/dumps/codes", "/dumps/7/codes.ttl"):
        response = portal.get(path)
        assert response.status_code == 404, path
        assert response.headers["content-type"] == "application/problem+json"
    assert portal.get("/dumps/1/codes.ttl").content == portal.get("/dumps/codes.ttl").content


def test_a_table_is_described(portal):
    table = portal.get("/dumps/codes.csv")
    assert table.headers["link"] == '</dumps/codes.csv-metadata.json>; rel="describedby"'
    described = portal.get("/dumps/codes.csv-metadata.json").json()
    names = [column["name"] for column in described["tableSchema"]["columns"]]
    assert table.text.splitlines()[0] == ",".join(names) and described["url"] == "codes.csv"


def test_the_page_of_a_dataset_tells_search_engines(portal):
    page = portal.get("/catalog/dataset/partnership-cybersecurity", headers={"accept": "text/html"})
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', page.text, re.S)
    content = json.loads(found[1])
    assert content["@type"] == "Dataset" and content["@id"] == CYBER
    assert len(content["distribution"]) == 5 and content["distribution"][0]["sha256"] in page.text


@pytest.fixture(scope="module")
def long(tmp_path_factory):
    """A server with more datasets than a page holds, one of which is gone, and no publisher set."""
    data = tmp_path_factory.mktemp("long")
    publisher = Publisher(Archive(data))
    graphs = {name: one for i in range(60) for name, one in report(f"p{i:02d}", "2020-h1", f"P {i}").items()}
    with serving(data, room("queries"), workers=1, public_url="https://data.example.org/regio") as client:
        for path in ("/catalog", "/dumps/whole.nq.gz", "/feed"):  # before the first edition
            assert client.get(path).status_code == 503
        publisher.publish(Change(public=graphs))
        assert client.get("/catalog").status_code == 200
        publisher.publish(Change(removed=["".join([BASE, "/id/report/p07/2020-h1/graph"])]))
        yield client


def test_a_long_catalogue_comes_in_pages(long):
    datasets: list[str] = []
    path, pages = "/catalog.rdf", 0
    while path:
        one = graph(long.get(path), "rdf")
        own = set(one.objects(CATALOGUE, DCAT.dataset))
        assert len(own) <= PAGE
        for node in own:  # all that its datasets need
            assert one.value(node, DCTERMS.publisher) and one.value(node, DCAT.contactPoint)
            assert one.value(one.value(node, DCAT.distribution), DCAT.accessURL)
        datasets += map(str, own)
        (view,) = one.subjects(RDF.type, HYDRA.PartialCollectionView)
        assert int(one.value(CATALOGUE, HYDRA.totalItems)) == 1 + 2 * 59
        following = one.value(view, HYDRA.next)
        path = str(following).removeprefix("https://data.example.org/regio") if following else ""
        pages += 1
    assert pages == 2 and len(set(datasets)) == len(datasets) == 1 + 2 * 59
    assert long.get("/catalog?page=3").status_code == 404
    assert long.get("/catalog?page=x").status_code == 422


def test_a_dataset_that_is_gone_leaves_a_tombstone(long):
    gone = long.get("/catalog/dataset/partnership-p07")
    assert gone.status_code == 410 and "Tombstone" in gone.text and "P 7" not in gone.text
    first = long.get("/catalog.ttl").text
    assert f"<{BASE}/catalog/dataset/partnership-p07>" in first and "P 7:" not in first
    assert long.get("/catalog/dataset/partnership-never").status_code == 404


def test_a_front_without_a_data_directory_offers_the_same_files(oxigraph, tmp_path):
    """From the engine that serves the edition."""
    data = tmp_path / "data"
    publisher = Publisher(Archive(data), follower_of(Settings(data=data, **oxigraph.settings)))
    publisher.publish(Change(public=report("one", "2020-h1", "One") | report("two", "2020-h2", "Two")))
    index = Shelf(data, BASE).make(1)
    try:
        with serving(tmp_path / "none", room("queries"), workers=1, **oxigraph.settings) as client:
            told = graph(client.get("/catalog"), "ttl")
            for one in index.shelved:
                for file in one.files:
                    got = client.get(f"/dumps/{one.dataset.id}.{file.ending}")
                    assert hashlib.sha256(got.content).hexdigest() == file.sha256
                    assert client.head(f"/dumps/{one.dataset.id}.{file.ending}").status_code == 200
            assert len(set(told.objects(CATALOGUE, DCAT.dataset))) == len(index.shelved)
            assert client.get("/feed").status_code == 200
    finally:
        Mirror(engine(oxigraph), BASE).clear()
