"""Mentions go to the finder that their place in the report asks for."""

import pytest

from ingest.form import Passage, Place
from ingest.report import Expected, Mention, Role
from ingest.resolve.resolution import Kind, Outcome


def mention(text: str, expected: Expected, **hints: str) -> Mention:
    place = Place(line=1, column=1, end_line=1, end_column=len(text))
    passage = Passage(text=text, place=place)
    return Mention(passage=passage, role=Role.INVOLVED, expected=expected, **hints)


@pytest.mark.parametrize(
    ("written", "expected", "kind", "key"),
    [
        ("Brittany Region", Expected.REGION, Kind.REGION, "FRH0"),
        ("Brittany Region", Expected.ANY, Kind.REGION, "FRH0"),
        ("Brittany Region", Expected.ORGANISATION, Kind.ORGANISATION, "region-bretagne"),
        ("Kosice IT Valley", Expected.REGION, Kind.ORGANISATION, "kosice-it-valley"),
        ("Finnish Regions", Expected.REGION, Kind.GROUP, "finnish-regions"),
        ("University of Turku", Expected.REGION, Kind.ORGANISATION, "university-of-turku"),
        ("Junta de Andalucía", Expected.REGION, Kind.REGION, "ES61"),
    ],
)
def test_what_is_expected_decides_who_is_asked(resolver, written, expected, kind, key):
    found = resolver.resolve(mention(written, expected))
    assert (found.entity.kind, found.entity.key) == (kind, key)


def test_hints_of_the_mention_are_used(resolver):
    assert resolver.resolve(mention("Limburg", Expected.REGION, country="NL")).entity.key == "NL42"
    assert resolver.resolve(mention("Lapland", Expected.REGION, country="FI", code="FI1D7")).score == 1


@pytest.mark.parametrize("expected", list(Expected))
def test_all_is_everyone_everywhere(resolver, expected):
    assert resolver.resolve(mention("ALL", expected)).outcome is Outcome.EVERYONE


def test_a_unit_is_known_by_what_stands_before_it(resolver):
    found = resolver.resolve(mention("H.1 Unit", Expected.ORGANISATION), context="DG CNECT A.2 Unit and ")
    assert found.entity.key == "dg-cnect-h1"


def test_names_are_known_as_wholes(resolver):
    assert [
        resolver.knows(text) for text in ("Castilla y León", "Images & Réseaux", "Slovenia and Slovakia")
    ] == [
        True,
        True,
        False,
    ]
    assert [resolver.is_code(text) for text in ("FRH0", "GR43", "NRW")] == [True, True, False]
