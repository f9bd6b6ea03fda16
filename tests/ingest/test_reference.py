"""The registers as quads, as docs/model.md says."""

import pytest
from pyoxigraph import BlankNode, NamedNode, Store

from ingest.reference import reference_quads
from regiograph.iris import PREFIXES, Iris
from regiograph.rooms import room

IRIS = Iris("https://w3id.org/regiograph")


@pytest.fixture(scope="module")
def quads():
    return list(reference_quads(room("reference"), IRIS))


@pytest.fixture(scope="module")
def ask(quads):
    store = Store()
    store.bulk_extend(quads)
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    base = "PREFIX region: <https://w3id.org/regiograph/id/region/>\n"
    base += "PREFIX who: <https://w3id.org/regiograph/id/organisation/>\n"

    def select(pattern: str) -> list[tuple[str, ...]]:
        found = store.query(
            f"{prefixes}{base}SELECT * WHERE {{ {pattern} }}", use_default_graph_as_union=True
        )
        names = found.variables
        return sorted(tuple(str(row[name]) for name in names) for row in found)

    return select


def test_the_same_tables_give_the_same_quads(quads):
    assert quads == list(reference_quads(room("reference"), IRIS))
    assert len(quads) == len(set(quads))


def test_no_blank_nodes_and_five_graphs(quads):
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    assert {quad.graph_name for quad in quads} == {
        NamedNode(IRIS.graph(name))
        for name in ("regions", "organisations", "partnerships", "goals", "neighbours")
    }


def test_a_region_has_what_the_model_promises(ask):
    assert ask("region:FRH0 a rg:NutsRegion ; rg:nutsLevel 2 ; rdfs:label ?l") == [('"Brittany"@en',)]
    assert ask("region:FRH0 rg:nutsCode ?c") == [('"FRH0"',)]
    assert ask("region:FRH0 skos:exactMatch ?same") == [("<http://data.europa.eu/nuts/code/FRH0>",)]
    assert ask("region:FRH0 rg:nutsVersion ?v") == [('"2016"',), ('"2021"',), ('"2024"',)]
    assert ask("region:FRH0 dcterms:isPartOf ?whole") == [("<https://w3id.org/regiograph/id/region/FRH>",)]
    assert ask('region:FRH0 skos:prefLabel ?n FILTER(LANG(?n) = "fr")') == [('"Bretagne"@fr',)]


def test_a_country_is_its_own_country(ask):
    assert ask("region:EE rg:country ?c") == [("<https://w3id.org/regiograph/id/region/EE>",)]


def test_an_old_code_is_replaced_and_a_changed_region_is_not(ask):
    assert ask("region:FR52 dcterms:isReplacedBy ?new") == [("<https://w3id.org/regiograph/id/region/FRH0>",)]
    assert ask("region:FI193 dcterms:isReplacedBy ?new") == []


def test_one_label_and_one_preferred_name_per_language(ask):
    labels = "SELECT ?r WHERE { ?r a rg:NutsRegion ; rdfs:label ?l } GROUP BY ?r HAVING (COUNT(?l) != 1)"
    names = (
        "SELECT ?r ?lang WHERE { ?r a rg:NutsRegion ; skos:prefLabel ?n BIND(LANG(?n) AS ?lang) } "
        "GROUP BY ?r ?lang HAVING (COUNT(?n) != 1)"
    )
    assert ask(f"{{ {labels} }}") == []
    assert ask(f"{{ {names} }}") == []


def test_a_place_lies_in_a_region(ask):
    place = "<https://w3id.org/regiograph/id/place/saint-quentin-en-yvelines>"
    assert ask(
        f"{place} a rg:Place ; rdfs:label ?l ; dcterms:isPartOf region:FR103 ; rg:country region:FR"
    ) == [('"Saint-Quentin-en-Yvelines"@en',)]


def test_an_organisation_has_a_short_and_a_full_name(ask):
    assert ask("who:ecso rdfs:label ?l") == [('"ECSO"',)]
    assert ask("who:ecso skos:prefLabel ?n") == [('"European Cyber Security Organisation"',)]
    assert ask("who:ecso-wg4 org:subOrganizationOf ?whole") == [
        ("<https://w3id.org/regiograph/id/organisation/ecso>",)
    ]
    assert ask("who:dih-bretagne a rg:DigitalInnovationHub ; rg:basedIn ?r") == [
        ("<https://w3id.org/regiograph/id/region/FRH0>",)
    ]
    assert ask("who:images-et-reseaux rg:helixSector ?h") == [
        ("<https://w3id.org/regiograph/code/helix/intermediary>",)
    ]


def test_partnerships_and_goals_are_named(ask):
    assert len(ask("?p a rg:Partnership ; rdfs:label ?l")) >= 32
    assert len(ask("?p a rg:ThematicPlatform ; rdfs:label ?l")) == 5
    assert len(ask("?g rdfs:label ?l FILTER(STRSTARTS(STR(?g), STR(sdg:)))")) == 17


def test_neighbours_border_each_other_across_countries_and_each_pair_is_said_once(ask):
    touches = "<http://www.opengis.net/ont/geosparql#sfTouches>"
    assert ask(f"region:FI1D7 {touches} region:SE332") == [()]
    assert ask(f"region:FI {touches} region:SE") == [()] and not ask(f"region:FI1D {touches} region:FI1D7")
    assert not ask(f"?one {touches} ?other . ?other {touches} ?one")
    assert not ask(f"?one {touches} ?one")


def test_macro_regions_name_known_regions(ask):
    assert ask("?whole a skos:Collection ; skos:member region:EE ; rdfs:label ?name") == [
        ('"Baltic Sea Region"@en', "<https://w3id.org/regiograph/id/macro-region/baltic-sea>")
    ]
    assert not ask("?w a skos:Collection ; skos:member ?r FILTER NOT EXISTS { ?r a rg:NutsRegion }")
