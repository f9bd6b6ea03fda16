"""What is missing, who could fill it, and what would change."""

import pytest

from regiograph.errors import BadParameter
from regiograph.matching.matches import Wish


def all_reasons(document):
    yield from document.get("gaps", ())
    yield from document.get("reasons", ())
    for those in document["suggestions"].values():
        for suggestion in those:
            yield from (*suggestion["reasons"], *suggestion["against"])


@pytest.mark.parametrize("name", ["cybersecurity", "hydrogen-valleys", "cybersecurity/investment-platform"])
def test_gaps_are_proved(matches, number, name):
    document = matches.gaps(name, Wish(limit=3))
    assert document["gaps"]
    for reason in all_reasons(document):
        assert reason["number"] == number(reason["sparql"]), reason["sentence"]


def test_a_gap_is_filled_by_those_who_have_what_is_missing(matches):
    document = matches.gaps("hydrogen-valleys", Wish(limit=5))
    gaps = {each["gap"]: each["sentence"] for each in document["gaps"]}
    assert gaps["eu13"] == "0 regions of the EU13 take part."
    facts = matches.matcher.facts
    fillers = document["suggestions"]["eu13"]
    assert fillers and all(facts.territory.is_eu13(each["iri"]) for each in fillers)
    area = matches.gaps("cybersecurity/investment-platform", Wish(limit=5))
    universities = area["suggestions"]["university"]
    assert universities and {each["type"] for each in universities} == {"university"}
    assert "leaders" in {each["gap"] for each in area["gaps"]}


def test_joining_brings_partners(matches, number):
    document = matches.what_if("ES41", "sport", Wish(language="fr"))
    for reason in all_reasons(document):
        assert reason["number"] == number(reason["sparql"]), reason["sentence"]
    before, after = document["before"], document["after"]
    new = document["suggestions"]["new_partners"]
    assert after["partners"] - before["partners"] == len(new) == 5
    assert (
        after["within_two_steps"] >= before["within_two_steps"] and after["closeness"] > before["closeness"]
    )
    assert after["rank"] <= before["rank"]


def test_one_does_not_join_what_one_is_in(matches):
    with pytest.raises(BadParameter):
        matches.what_if("ES41", "cybersecurity", Wish())
