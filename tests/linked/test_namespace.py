"""The vocabulary's own addresses."""

import importlib.util
import re
from pathlib import Path

import pytest
from rdflib import OWL, RDF, Graph, URIRef
from rdflib.compare import isomorphic

from regiograph.linked.namespace import Namespace
from regiograph.rooms import room
from regiograph.store.formats import Format
from tests.linked.conftest import BASE
from tests.linked.test_identities import FORMATS, graph_of

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ("ns", "alignments", "code", "shapes")


def made() -> object:
    spec = importlib.util.spec_from_file_location("make_vocabulary", ROOT / "docs" / "make_vocabulary.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_documentation_is_made_of_the_ontology_as_it_stands():
    make = made()
    source = room("ontology") / "regiograph.ttl"
    told = "Run: make docs"
    assert (room("ontology") / "documentation.html").read_text() == make.documentation(source), told
    assert (room("ontology") / "diagram.svg").read_text() == make.diagram(source), told


def test_every_term_has_its_place_on_the_page(here):
    page = here.get("/ns.html").text
    ontology = Graph().parse(room("ontology") / "regiograph.ttl")
    kinds = (OWL.Class, OWL.ObjectProperty, OWL.DatatypeProperty)
    own = {str(term) for kind in kinds for term in ontology.subjects(RDF.type, kind) if f"{BASE}/ns#" in term}
    anchors = set(re.findall(r'<div id="([^"]+)" class="entity">', page))
    assert len(own) > 100 and {term.partition("#")[2] for term in own} <= anchors
    links = set(re.findall(r'href="#([^"]+)"', page)) - {"main"}
    ids = set(re.findall(r' id="([^"]+)"', page))
    assert links <= ids


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_document_answers_in_every_format_and_all_say_the_same(here, name):
    moved = here.get(f"/{name}", headers={"accept": "text/turtle"})
    assert (moved.status_code, moved.headers["location"]) == (303, f"/{name}.ttl")
    assert here.get(f"/{name}", headers={"accept": "text/html"}).headers["location"] == f"/{name}.html"
    assert here.get(f"/{name}", headers={"accept": "image/png"}).status_code == 406
    graphs = {suffix: graph_of(here.get(f"/{name}.{suffix}"), format) for suffix, format in FORMATS.items()}
    assert len({len(each) for each in graphs.values()}) == 1 and len(graphs["nt"]) > 10
    assert isomorphic(graphs["ttl"], graphs["nt"]) if name != "shapes" else graphs["nt"]
    response = here.get(f"/{name}.nt")
    again = here.get(f"/{name}.nt", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304 and here.head(f"/{name}.nt").headers["etag"] == response.headers["etag"]


def test_the_same_document_has_the_same_bytes_in_every_process(here):
    namespace = Namespace(room("ontology"), room("shapes"), room("queries"))
    assert here.get("/shapes.nt").content == namespace.data("shapes", "", Format.N_TRIPLES)


def test_versions_are_kept_under_their_own_address(here, tmp_path):
    ontology = Graph().parse(room("ontology") / "regiograph.ttl")
    (version,) = ontology.objects(URIRef(f"{BASE}/ns"), OWL.versionIRI)
    path = version.removeprefix(BASE)
    assert here.get(path).headers["location"] == f"{path}.ttl"
    assert here.get(f"{path}.ttl").content == here.get("/ns.ttl").content
    assert here.get("/ns/7.7.7").status_code == 404 and "0.1.0" in here.get("/ns/7.7.7").json()["way_out"]
    priors = ontology.objects(URIRef(f"{BASE}/ns"), OWL.priorVersion)
    assert all(here.get(prior.removeprefix(BASE)).status_code == 303 for prior in priors)
    new = tmp_path / "ontology"
    old = new / "versions" / "0.1.0"
    old.mkdir(parents=True)
    text = (room("ontology") / "regiograph.ttl").read_text()
    (old / "regiograph.ttl").write_text(text)
    (new / "regiograph.ttl").write_text(text.replace('versionInfo "0.1.0"', 'versionInfo "0.2.0"'))
    namespace = Namespace(new, room("shapes"), room("queries"))
    assert namespace.versions("ns") == ["0.1.0", "0.2.0"]
    assert b'versionInfo "0.1.0"' in namespace.data("ns", "0.1.0", Format.TURTLE)
    assert b'versionInfo "0.2.0"' in namespace.data("ns", "", Format.TURTLE)


def test_a_code_and_its_list_are_pages_and_data(here):
    assert here.get("/code/role/co-lead").headers["location"] == "/code/role/co-lead.ttl"
    page = here.get("/code/role/co-lead.html").text
    assert "Named by the source, together with others, as jointly leading." in page
    listed = here.get("/code/role.html").text
    assert listed.index("/code/role/co-lead") < listed.index("/code/role/lead-support")  # in their order
    every = here.get("/code.html").text
    assert "chef de file" in here.get("/code.html?lang=fr").text and "Participation roles" in every
    assert here.get("/code/role/no-such").status_code == 404
    assert here.get("/code/").status_code == 303


def test_the_form_guide_tells_each_field_and_its_checks_in_two_languages(here):
    codes = Graph().parse(room("ontology") / "codes.ttl")
    fields = set(codes.subjects(RDF.type, URIRef(f"{BASE}/ns#TemplateField")))
    english = here.get("/shapes.html").text
    french = here.get("/shapes.html", headers={"accept-language": "fr"}).text
    for page in (english, french):
        assert page.count('class="guided"') == len(fields) > 20
    assert "must fix" in english and "please check" in english and "mandatory" in english
    assert "à corriger" in french and "Votre rapport" not in english and '<div lang="fr">' in french
    for shape in re.findall(r'<li id="([^"]+)"', english):
        assert f"{shape} a sh:" in "".join(p.read_text() for p in room("shapes").glob("*.ttl")).replace(
            "rgs:", ""
        )
