"""What public web pages say, as quads: each fact with its page and its words."""

import pytest
from pyoxigraph import BlankNode, Store

from ingest.facts import event_date, fact_quads
from ingest.resolve.resolver import Resolver
from ingest.resolve.table import rows
from regiograph.iris import PREFIXES, Iris
from regiograph.rooms import room

IRIS = Iris("https://w3id.org/regiograph")


@pytest.fixture(scope="module")
def quads():
    resolver = Resolver.from_reference(room("reference"))
    return list(fact_quads(room("reference"), IRIS, resolver))


@pytest.fixture(scope="module")
def ask(quads):
    store = Store()
    store.bulk_extend(quads)
    prefixes = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())
    prefixes += "PREFIX region: <https://w3id.org/regiograph/id/region/>\n"
    prefixes += "PREFIX in: <https://w3id.org/regiograph/id/partnership/>\n"

    def select(what: str, pattern: str) -> list[tuple[str, ...]]:
        query = f"{prefixes}SELECT DISTINCT {what} WHERE {{ {pattern} }}"
        found = store.query(query, use_default_graph_as_union=True)
        return sorted(tuple(term.value if term else "" for term in row) for row in found)

    return select


def test_the_same_tables_give_the_same_quads(quads):
    again = list(fact_quads(room("reference"), IRIS, Resolver.from_reference(room("reference"))))
    assert quads == again
    assert not any(isinstance(term, BlankNode) for quad in quads for term in (quad.subject, quad.object))
    assert {quad.graph_name.value for quad in quads} == {IRIS.graph("public-facts")}


def test_the_leads_of_a_partnership(ask):
    leads = "?p rg:participatesIn in:bioenergy ; rg:role role:lead ; rg:participant ?r"
    assert [r.rsplit("/", 1)[1] for (r,) in ask("?r", leads)] == ["ES41", "FI1D7"]


def test_a_co_lead_said_in_brackets_is_a_co_lead(ask):
    assert ask("?n", "?p rg:participatesIn in:bioeconomy ; rg:role role:co-lead ; rg:nameAsReported ?n") == [
        ("Lombardy (co-lead)",)
    ]


def test_each_fact_has_a_page_and_its_words(ask):
    kinds = "VALUES ?k { rg:PartnershipParticipation rg:WorkingArea rg:PartnershipEvent rg:Claim } ?f a ?k"
    everything = ask("?f", kinds)
    sourced = ask(
        "?f",
        f"{kinds} ; prov:hadPrimarySource ?page ; rg:evidence ?e . "
        "?e a rg:SourceExcerpt ; oa:hasSource ?page ; oa:hasSelector/oa:exact ?words",
    )
    assert sourced == everything
    assert len(everything) > 300


def test_sources_that_disagree_both_stand(ask):
    years = ask("?page ?y", "?c rg:claimSubject in:bioenergy ; rg:claimYear ?y ; prov:hadPrimarySource ?page")
    assert [year for _, year in years] == ["2016", "2016"]


def test_notes_on_our_own_files_are_no_facts(quads):
    told = " ".join(str(quad.object) for quad in quads)
    assert "GitHub text index" not in told
    assert "EDIH Name" not in told


def test_every_row_with_an_address_is_told(ask):
    told = {words for (words,) in ask("?w", "?q oa:exact ?w")}
    wanted = {
        row["value"]
        for row in rows(room("reference") / "partnership_facts.csv")
        if row["source"].startswith("http")
    }
    assert told == wanted


def test_a_platform_is_said_directly_too(ask):
    assert ask("?p", "in:cybersecurity rg:inPlatform ?p") == [
        ("https://w3id.org/regiograph/id/platform/industrial-modernisation",)
    ]


def test_an_ambiguous_name_stays_in_doubt(ask):
    doubts = ask(
        "?n", "?p rg:nameAsReported ?n ; rg:participant ?m . ?m a rg:MentionInDoubt ; rg:hasCandidate ?c"
    )
    assert ("Limburg",) in doubts


@pytest.mark.parametrize(
    ("words", "start", "end", "precision"),
    [
        ("Partnership working meeting, 25 February 2019, Halle, Germany", "2019-02-25", "2019-02-25", "day"),
        ("Steering Committee meeting, 1-2 July 2021", "2021-07-01", "2021-07-02", "day"),
        ("Workshop, May 2019, place tbc", "2019-05-01", "2019-05-31", "month"),
        ("Meeting with others, 21 October", None, None, ""),
        ("Science meets parliament, Aarhus, Q3 2019", None, None, ""),
        ("Meeting, 31 February 2019", None, None, ""),
    ],
)
def test_only_plain_dates_are_taken(words, start, end, precision):
    found = event_date(words)
    day = [d.isoformat() if d else None for d in (found.start, found.end)]
    assert (*day, found.precision) == (start, end, precision)


def test_no_date_is_no_date():
    assert event_date("MoU with Hydrogen Europe") is None
