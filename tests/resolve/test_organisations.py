"""Names of organisations, groups and partnerships as people write them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.resolve.resolution import Kind, Outcome
from ingest.resolve.table import rows
from regiograph.rooms import room

KEYS = {"s3p-cybersecurity": "cybersecurity"}  # the gold names the partnership among organisations
CONTEXT = {
    "A.2 Unit": "European Commission DG GNECT ",
    "H.1 Unit": "European Commission DG GNECT A.2 Unit and ",
}


def test_the_organisations_of_a_real_report_are_found_and_none_is_surely_wrong(resolver, gold):
    cases = gold("gold_organisations.csv")
    found = [resolver.organisation(c["literal"], context=CONTEXT.get(c["literal"], "")) for c in cases]
    wanted = [KEYS.get(c["target"], c["target"]) for c in cases]
    right = [bool(r.entity and r.entity.key == key) for r, key in zip(found, wanted, strict=True)]
    surely_wrong = [
        c["literal"]
        for c, r, ok in zip(cases, found, right, strict=True)
        if r.outcome is Outcome.SURE and not ok
    ]
    assert surely_wrong == []
    assert sum(right) / len(cases) >= 0.9
    unsure = {c["literal"]: r.score for c, r in zip(cases, found, strict=True) if r.score < 0.9}
    assert unsure == {"SecMadinLux": 0.7, "Tecnia": 0.75, "Ruhr-Universität": 0.8}


def test_a_doubtful_name_is_not_taken_but_keeps_its_candidate(resolver):
    found = resolver.organisation("SecMadinLux")
    assert (found.outcome, found.entity) == (Outcome.DOUBT, None)
    assert [c.entity.key for c in found.candidates] == ["securitymadein-lu"]


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("EC SO", "ecso"),
        ("EC", "european-commission"),
        ("Images&Reseaux", "images-et-reseaux"),
        ("Images et Réseaux", "images-et-reseaux"),
        ("Basque Cybersecurity Centre-BCSC", "bcsc"),
        ("CETIC Wallonia (BE)", "cetic"),
        ("Pole D'Excellence Cyber Bretagne", "pec"),
        ("PwC Italy", "pwc-it"),
        ("ECSSO WG4.2", "ecso-wg4"),
        ("European Commission DG GNECT A.2 Unit", "dg-cnect-a2"),
        ("European Chemical Regions Network (ECRN)", "ecrn"),
        ("Catalonia Cybersecurity Agency", "ciberseguretat-cat"),
        ("Bretagne Developement Inovation", "bdi"),
        ("Kosice IT Valley", "kosice-it-valley"),
    ],
)
def test_an_organisation_is_found(resolver, written, key):
    found = resolver.organisation(written)
    assert (found.entity and found.entity.key, found.outcome) == (key, Outcome.SURE), found


@pytest.mark.parametrize(
    "written",
    [
        "Turku University of Applied Sciences",
        "University of Lapland",
        "PwC Spain",
        "Assembly of European Regions",
        "REVES - European Network of Cities and Regions for the Social Economy",
        "Airbus Industries",
    ],
)
def test_what_is_like_none_is_an_organisation_of_its_own(resolver, written):
    found = resolver.organisation(written)
    assert (found.outcome, found.entity.kind, found.entity.label) == (Outcome.NEW, Kind.ORGANISATION, written)


@pytest.mark.parametrize(
    "written",
    [
        "Local stakeholders",
        "local associations and SMEs (e.g. LSEC, Cyberservices)",
        "Finnish Regions",
        "Slovakia DIHs",
        "European Cybersecurity DIHs",
        "acteurs locaux",
        "Universities of Brittany",
        "Regionale Unternehmen und Hochschulen",
    ],
)
def test_unnamed_members_are_a_group(resolver, written):
    assert resolver.organisation(written).entity.kind is Kind.GROUP
    assert resolver.any(written).entity.kind is Kind.GROUP


def test_a_group_is_called_without_its_examples(resolver):
    found = resolver.group("local associations and SMEs (e.g. LSEC, Cyberservices)")
    assert found.entity.label == "local associations and SMEs"


@pytest.mark.parametrize(
    "written",
    ["ALL", "All", "All partners", "all regions", "Tous", "Tous les partenaires", "alle Regionen", "wszyscy"],
)
def test_all_is_everyone(resolver, written):
    assert resolver.everyone(written)
    assert resolver.organisation(written).outcome is Outcome.EVERYONE


@pytest.mark.parametrize("written", ["Alliance for AI", "Allgäu", "All Digital", "Tallinn"])
def test_not_all_that_begins_so_is_everyone(resolver, written):
    assert not resolver.everyone(written)


@pytest.mark.parametrize(
    ("written", "kind", "key"),
    [
        ("Brittany Region", Kind.REGION, "FRH0"),
        ("JAMK University", Kind.ORGANISATION, "jamk"),
        ("Junta de Andalucía", Kind.REGION, "ES61"),  # its government speaks for it
        ("North Rhine Westflavia", Kind.REGION, "DEA"),
        ("S3 Cybersecurity partnership", Kind.PARTNERSHIP, "cybersecurity"),
        ("Ministry of the economy Luxembourg)", Kind.ORGANISATION, "meco-lu"),
        ("Puglia (IT)", Kind.REGION, "ITF4"),
        ("University of Turku", Kind.ORGANISATION, "university-of-turku"),
    ],
)
def test_lists_that_mix_regions_and_organisations(resolver, written, kind, key):
    found = resolver.any(written)
    assert (found.entity.kind, found.entity.key) == (kind, key)


def test_the_region_is_an_organisation_where_one_is_expected(resolver):
    assert resolver.organisation("Brittany Region").entity.key == "region-bretagne"


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("Cybersecurity", "cybersecurity"),
        ("Cybersecurity Smart Regions", "cybersecurity"),
        ("Chemicals Partnership", "chemicals"),
        ("Traceability & Big Data", "traceability-and-big-data"),
        ("Sport & Vitality", "sport"),
        ("Hydrogen Valley", "hydrogen-valleys"),
        ("Bio-energy", "bioenergy"),
        ("Social economy", "social-economy"),
    ],
)
def test_a_partnership_is_found(resolver, written, key):
    found = resolver.partnership(written)
    assert (found.entity.key, found.outcome) == (key, Outcome.SURE)


def test_an_unknown_partnership_is_new(resolver):
    found = resolver.partnership("Space Partnership")
    assert (found.outcome, found.entity.key, found.entity.label) == (
        Outcome.NEW,
        "space",
        "Space Partnership",
    )


def test_every_partnership_of_the_public_facts_is_known(resolver):
    reference = room("reference")
    others = {row["name"] for row in rows(reference / "partnership_fact_subjects.csv")}
    named = {row["partnership"] for row in rows(reference / "partnership_facts.csv")} - others
    assert [name for name in sorted(named) if resolver.partnership(name).outcome is not Outcome.SURE] == []
    assert len(named) >= 28


@settings(max_examples=200, deadline=None, derandomize=True)
@given(text=st.text(max_size=60), context=st.text(max_size=40))
def test_any_text_gets_an_answer(resolver, text, context):
    for found in (
        resolver.organisation(text, context=context),
        resolver.any(text),
        resolver.partnership(text),
    ):
        assert (found.entity is None) == (found.outcome in (Outcome.DOUBT, Outcome.EVERYONE))


@settings(max_examples=200, deadline=None, derandomize=True)
@given(data=st.data())
def test_a_registered_name_written_otherwise_is_never_surely_another(resolver, data):
    register = list(rows(room("reference") / "organisations.csv"))
    row = data.draw(st.sampled_from(register))
    change = data.draw(
        st.sampled_from([str.upper, str.lower, str.title, lambda n: n.replace(" ", ""), str.strip])
    )
    found = resolver.organisation(change(row["name"]))
    if found.outcome is Outcome.SURE:
        same_name = {
            r["key"] for r in register if row["name"] in (r["name"], r["label"], *r["alt"].split("|"))
        }
        assert found.entity.key in same_name


@pytest.mark.parametrize("written", ["n/a", "None", "tbc", "to be confirmed", "-", ""])
def test_nobody_is_not_an_organisation(resolver, written):
    found = resolver.any(written)
    assert (found.outcome, found.entity, found.candidates) == (Outcome.DOUBT, None, ())


def test_a_country_without_nuts_regions_is_not_an_organisation(resolver):
    found = resolver.any("Israel")
    assert (found.outcome, found.entity.kind) == (Outcome.SURE, Kind.PLACE)


@pytest.mark.parametrize("written", ["Business Finland", "Flanders Make", "CEPES Navarra", "BASF"])
def test_an_organisation_that_bears_a_region_in_its_name_is_not_that_region(resolver, written):
    found = resolver.any(written)
    assert (found.outcome, found.entity.kind) == (Outcome.NEW, Kind.ORGANISATION)
