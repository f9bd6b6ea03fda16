"""Two forms of one new organisation in one report are one entity."""

import pytest

from ingest.form import Passage, Place
from ingest.report import Expected, Mention, Role
from ingest.resolve.join import join_new
from ingest.resolve.resolution import Outcome


def mention(text: str, line: int) -> Mention:
    place = Place(line=line, column=1, end_line=line, end_column=len(text))
    return Mention(
        passage=Passage(text=text, place=place), role=Role.OTHER_ACTOR, expected=Expected.ORGANISATION
    )


def joined(resolver, *texts: str) -> list[str]:
    mentions = [mention(text, line) for line, text in enumerate(texts, 1)]
    found = join_new({each: resolver.resolve(each) for each in mentions})
    return [found[each].entity.key for each in mentions]


@pytest.mark.parametrize(
    "texts",
    [
        ("REVES", "REVES - European Network of Cities and Regions for the Social Economy"),
        ("Regional Bioeconomy Council (RBC)", "RBC"),
        ("Regional Bioeconomy Council", "RBC", "Regional Bioeconomy Council (RBC)"),
        ("Technopôle Brest-Iroise", "TECHNOPOLE BREST IROISE"),
    ],
)
def test_forms_that_the_report_itself_joins_are_one(resolver, texts):
    assert len(set(joined(resolver, *texts))) == 1
    assert set(joined(resolver, *texts)) == set(joined(resolver, *reversed(texts)))


@pytest.mark.parametrize(
    "texts",
    [
        ("Natural Resources Institute (Finland)", "Finland Oy"),
        ("Alpha Cluster", "Beta Cluster"),
        ("ABC Institute - Department of Physics", "Department of Physics"),
    ],
)
def test_other_names_stay_apart(resolver, texts):
    assert len(set(joined(resolver, *texts))) == len(texts)


def test_what_a_register_knows_wins(resolver):
    keys = joined(resolver, "European Chemical Regions Network", "ECRN")
    assert keys == ["ecrn", "ecrn"]


def test_the_other_form_is_told_as_the_reason(resolver):
    mentions = [mention("REVES", 1), mention("REVES - European Network of Cities and Regions", 2)]
    found = join_new({each: resolver.resolve(each) for each in mentions})
    assert found[mentions[1]].method == "another form in the same report"
    assert found[mentions[1]].outcome is Outcome.NEW
