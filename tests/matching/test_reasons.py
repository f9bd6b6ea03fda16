"""Every reason is checked by its own query; no suggestion without reasons, no reason without evidence."""

import pytest

from regiograph.matching.asking import Profile
from regiograph.matching.candidates import KINDS
from regiograph.matching.matches import Wish

ASKERS = {
    "in many": Profile(region="ES41"),
    "a country": Profile(region="Slovenia"),
    "interested only": Profile(region="Liguria"),
    "at level 3, with neighbours abroad": Profile(region="FI1D7"),
    "in nothing yet": Profile(region="PL21"),
    "no region at all": Profile(
        country="PL",
        priorities="Hydrogen valleys and cyber range training; traceability of food",
        sdg=("9", "11"),
        organisations=("Tecnalia", "LSEC"),
    ),
    "codes": Profile(country="RO", nace=("13.20",), taxonomy=("D04.01",)),
}


def told(document):
    for those in document["suggestions"].values():
        for suggestion in those:
            yield suggestion, [*suggestion["reasons"], *suggestion["against"]]


@pytest.mark.parametrize("name", ASKERS)
def test_every_number_is_proved_by_its_query(matches, number, name):
    document = matches.for_profile(ASKERS[name], Wish(limit=6))
    numbers = [
        (reason["sentence"], reason["number"], number(reason["sparql"]))
        for _, reasons in told(document)
        for reason in reasons
    ]
    assert numbers and all(stated == counted for _, stated, counted in numbers), [
        each for each in numbers if each[1] != each[2]
    ]


@pytest.mark.parametrize(
    "name", ["cybersecurity", "Hydrogen Valleys", "sport", "cybersecurity/investment-platform"]
)
def test_numbers_of_the_reverse_are_proved_too(matches, number, name):
    document = matches.for_circle(name, Wish(limit=6, language="fr"))
    assert len(document["suggestions"]["regions"]) == 6
    for _, reasons in told(document):
        for reason in reasons:
            assert reason["number"] == number(reason["sparql"]), reason["sentence"]


@pytest.mark.parametrize("name", ASKERS)
def test_each_suggestion_has_two_to_five_reasons_each_with_evidence(matches, name):
    for suggestion, _ in told(matches.for_profile(ASKERS[name], Wish(limit=50))):
        assert 2 <= len(suggestion["reasons"]) <= 5
        for reason in suggestion["reasons"]:
            assert str(reason["number"]) in reason["sentence"] and reason["evidence"]
            assert all(each["quote"] and each["document"] for each in reason["evidence"])


def test_the_same_edition_gives_the_same_answer_in_english_and_in_french(matches):
    english, french = (matches.for_profile(ASKERS["in many"], Wish(language=each)) for each in ("en", "fr"))
    assert english == matches.for_profile(ASKERS["in many"], Wish(language="en"))
    for kind in KINDS:
        pairs = zip(english["suggestions"][kind], french["suggestions"][kind], strict=True)
        for one, other in pairs:
            assert (one["iri"], one["score"]) == (other["iri"], other["score"])
            for reason, raison in zip(one["reasons"], other["reasons"], strict=True):
                assert reason["sparql"] == raison["sparql"] and reason["sentence"] != raison["sentence"]


def test_nobody_is_offered_what_they_have(matches):
    document = matches.for_profile(Profile(region="ES41"), Wish(limit=50))
    offered = {suggestion["label"] for suggestion, _ in told(document)}
    assert "Castilla y León" not in offered and not offered & {"Cybersecurity", "Bioenergy"}


def test_what_speaks_against_is_said(matches):
    document = matches.for_profile(Profile(region="Liguria"), Wish(kinds=("partnerships",), limit=50))
    (cyber,) = [each for each in document["suggestions"]["partnerships"] if each["label"] == "Cybersecurity"]
    assert "Liguria is named 1 time as interested in it." in [each["sentence"] for each in cyber["reasons"]]
    against = [each["sentence"] for each in cyber["against"]]
    assert "No activity reported since 2021-H1: 0 dated events or reports." in against
    assert "Liguria is named 1 time as interested, not as participating." in against


def test_all_counts_for_nobody(matches, store):
    """Two working areas involve ALL: whoever is in them only by that is no reason."""
    (area,) = [
        each.iri for each in matches.matcher.facts.circles.values() if each.label == "Investment Platform"
    ]
    named = matches.matcher.world.named[area]
    assert [who.rpartition("/")[2] for who in named if "/region/" in who] == ["FRH0"]
    assert bool(
        store.query(f"ASK {{ <{area}> <https://w3id.org/regiograph/ns#involvesAllParticipants> true }}")
    )
