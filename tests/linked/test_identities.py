"""Every address of a thing: 303 to a document, which holds what is told of it, in the format that was asked for."""

import io

import httpx
import pytest
from rdflib import Graph, Literal, URIRef

from regiograph.linked.addresses import SUFFIXES
from tests.linked.conftest import BASE

REGION = f"{BASE}/id/region/FRH0"
REPORT = "/id/report/cybersecurity/2020-h2"
RG = f"{BASE}/ns#"
LABEL = URIRef("http://www.w3.org/2000/01/rdf-schema#label")
FORMATS = {"ttl": "turtle", "nt": "nt", "rdf": "xml", "jsonld": "json-ld"}
KINDS = [
    "/id/region/FRH0",
    "/id/place/saint-quentin-en-yvelines",
    "/id/organisation/lsec",
    "/id/group/slovakia-dihs",
    "/id/partnership/cybersecurity",
    "/id/platform/energy",
    "/id/working-area/cybersecurity/inter-regional-cyber-range-platform",
    "/id/event/cybersecurity/2020-10-30-taf-talks-series",
    f"{REPORT}/report",
    f"{REPORT}/graph",
    f"{REPORT}/period",
    f"{REPORT}/answer-start-date",
    f"{REPORT}/sdg-10",
    f"{REPORT}/assistance/L138",
    f"{REPORT}/mention/organisation/ruhr-universitat",
    f"{REPORT}/participation/inter-regional-cyber-range-platform-lead-frh0",
]


def graph_of(response: httpx.Response, format: str) -> Graph:
    return Graph().parse(io.BytesIO(response.content), format=format)


@pytest.mark.parametrize("path", KINDS)
def test_a_thing_answers_303_to_its_page_and_to_its_data(here, path):
    for accept, suffix in (
        ("text/html,*/*;q=0.8", "html"),
        ("*/*", "ttl"),
        ("application/ld+json", "jsonld"),
    ):
        seen = here.get(path, headers={"accept": accept})
        assert (seen.status_code, seen.headers["location"]) == (303, f"{path}.{suffix}")
        assert "Accept" in seen.headers["vary"]
    page = here.get(f"{path}.html")
    assert page.status_code == 200 and page.headers["content-type"].startswith("text/html")
    assert f"{BASE}{path}" in page.text and f"{path}.ttl" in page.text
    told = graph_of(here.get(f"{path}.ttl"), "turtle")
    assert list(told.predicate_objects(URIRef(f"{BASE}{path}")))


def test_all_formats_say_the_same(here):
    graphs = []
    for suffix, format in SUFFIXES.items():
        if format:
            response = here.get(f"/id/region/FRH0.{suffix}")
            assert response.headers["content-type"].split(";")[0] == format.names[0]
            told = graph_of(response, FORMATS[suffix])
            document = URIRef(f"{REGION}.{suffix}")
            assert (document, URIRef("http://xmlns.com/foaf/0.1/primaryTopic"), URIRef(REGION)) in told
            told.remove((document, None, None))
            graphs.append(set(told))
    assert len(graphs) == 4 and all(each == graphs[0] for each in graphs) and len(graphs[0]) > 200


@pytest.mark.parametrize(
    ("accept", "suffix"),
    [
        ("text/turtle", "ttl"),
        ("application/rdf+xml", "rdf"),
        ("application/n-triples", "nt"),
        ("text/html;q=0.5, text/turtle", "ttl"),
        ("text/html;q=0.5", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
    ],
)
def test_the_accept_header_chooses(here, accept, suffix):
    assert here.get("/id/region/FRH0", headers={"accept": accept}).headers["location"].endswith(f".{suffix}")


def test_no_format_that_suits_is_406_and_no_thing_404(here):
    refused = here.get("/id/region/FRH0", headers={"accept": "image/png"})
    assert refused.status_code == 406 and refused.json()["type"].endswith("/problem/not-acceptable")
    for path in (
        "/id/region/ZZ99",
        "/id/region/ZZ99.ttl",
        "/id/region/",
        "/id/<x>%22%20%7B",
        "/id/region/FRH0/x",
    ):
        missing = here.get(path)
        assert missing.status_code == 404 and missing.json()["status"] == 404, path
    page = here.get("/id/region/ZZ99", headers={"accept": "text/html"})
    assert page.status_code == 404 and "Nothing is told at this address" in page.text


def test_an_old_code_leads_to_the_region_that_stands_for_it_and_keeps_its_own_document(here):
    moved = here.get("/id/region/FR52")
    assert (moved.status_code, moved.headers["location"]) == (301, "/id/region/FRH0")
    told = graph_of(here.get("/id/region/FR52.ttl"), "turtle")
    assert (
        URIRef(f"{BASE}/id/region/FR52"),
        URIRef("http://purl.org/dc/terms/isReplacedBy"),
        URIRef(REGION),
    ) in told


def test_head_etag_last_modified_and_304(here):
    full = here.get("/id/region/FRH0.ttl")
    head = here.head("/id/region/FRH0.ttl")
    assert head.status_code == 200 and not head.content
    assert head.headers["content-length"] == full.headers["content-length"]
    for name in ("etag", "last-modified", "regiograph-edition"):
        assert head.headers[name] == full.headers[name]
    for given in (
        {"if-none-match": full.headers["etag"]},
        {"if-modified-since": full.headers["last-modified"]},
    ):
        assert here.get("/id/region/FRH0.ttl", headers=given).status_code == 304
    stale = {"if-none-match": '"other"', "if-modified-since": full.headers["last-modified"]}
    assert here.get("/id/region/FRH0.ttl", headers=stale).status_code == 200  # a tag goes before a date
    assert here.get("/id/region/FRH0.nt").headers["etag"] != full.headers["etag"]
    page = here.get("/id/region/FRH0.html")
    assert (
        here.get("/id/region/FRH0.html", headers={"if-none-match": page.headers["etag"]}).status_code == 304
    )
    assert here.head("/id/region/FRH0").status_code == 303


def test_the_names_of_all_that_is_mentioned_come_along_in_the_language_asked_for(here):
    told = graph_of(here.get("/id/region/FRH0.ttl?lang=fr"), "turtle")
    mentioned = {*told.objects(URIRef(REGION)), *told.subjects(None, URIRef(REGION))}
    ours = {each for each in mentioned if isinstance(each, URIRef) and each.startswith(f"{BASE}/id/")}
    nameless = {
        each for each in ours if not (told.value(each, LABEL) or "/report/" in each or "/fact/" in each)
    }
    assert ours and not nameless - {URIRef(f"{REGION}.ttl")}
    area = URIRef(f"{BASE}/id/region/FR")
    named = set(told.objects(area, URIRef("http://www.w3.org/2004/02/skos/core#prefLabel")))
    assert named == {Literal("France", lang="en"), Literal("France", lang="fr")}
    page = here.get("/id/region/DEA.html", headers={"accept-language": "fr-BE, en;q=0.5"})
    assert '<h1 class="long" lang="fr">Rhénanie-du-Nord-Westphalie</h1>' in page.text
    assert here.get("/id/region/FRH0.ttl?lang=<x>").status_code == 422


def test_what_points_to_a_thing_is_bounded_and_paged_and_whole(here):
    seen: set[URIRef] = set()
    address, pages = "/id/partnership/cybersecurity.nt", 0
    while address:
        response = here.get(address)
        told = graph_of(response, "nt")
        own = set(told.subjects(None, URIRef(f"{BASE}/id/partnership/cybersecurity")))
        own = {each for each in own if not each.endswith(".nt") and ".nt?" not in each}
        assert len(own) <= 100 and not own & seen
        seen |= own
        pages += 1
        address = response.links.get("next", {}).get("url")
    every = here.get(
        "/sparql",
        params={
            "query": f"SELECT DISTINCT ?s {{ ?s ?p <{BASE}/id/partnership/cybersecurity> }}",
            "format": "json",
        },
    ).json()["results"]["bindings"]
    assert pages > 1 and seen == {URIRef(row["s"]["value"]) for row in every}


def test_a_page_shows_the_sentence_and_leads_to_its_place(here):
    page = here.get("/id/region/FRH0.html").text
    assert "Inter regional Cyber Range Platform" in page
    assert "Basque Country, North Rhine Westflavia, Estonia" in page  # the rest of the row that says so
    assert (
        "line=85" in page
        and 'href="/id/working-area/cybersecurity/inter-regional-cyber-range-platform"' in page
    )
    assert 'href="https://w3id.org' not in page.replace('rel="canonical" href="https://w3id.org', "")
    partnership = here.get("/id/partnership/cybersecurity.html").text
    for part in ("Who takes part", "Working areas", "Events", "Reports", "Sustainable Development Goals"):
        assert f">{part}</h2>" in partnership
    event = here.get("/id/event/cybersecurity/2020-10-30-taf-talks-series.html").text
    assert "TAF Talks series" in event and "30" in event


def test_a_page_says_what_it_is_about_to_machines(here):
    links = here.get("/id/region/FRH0.html").headers["link"]
    assert f'<{REGION}>; rel="cite-as"' in links
    assert '</id/region/FRH0.jsonld>; rel="describedby"; type="application/ld+json"' in links


def test_a_blank_answer_of_the_confidential_part_is_told_without_anything_it_says(here):
    told = graph_of(here.get(f"{REPORT}/answer-self-assessment.ttl"), "turtle")
    own = {str(each) for each in told.predicates(URIRef(f"{BASE}{REPORT}/answer-self-assessment"))}
    assert not own & {f"{RG}answerText", f"{RG}answerNumber", f"{RG}evidence"}
