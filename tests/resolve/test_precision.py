"""What is taken as sure is right; of the rest, the right one is among the first three shown to a person."""

import random
from collections.abc import Iterator
from datetime import date

import pytest

from ingest.report import Expected
from ingest.resolve.resolution import Outcome
from tests.ingest import people

ON = date(2020, 12, 31)
PLACES = {"R014": "saint-quentin-en-yvelines"}  # the gold has the region around it
PARTNERSHIPS = {"s3p-cybersecurity"}  # the register of partnerships has it
CONTEXT = {"O029", "O030"}  # "H.1 Unit" needs the name before it
FRAMES = ("{}", "{} Region", "Region of {}", "{} ({iso})", "{} - {code}", "{}, {country}", "• {},")


def misspelt(name: str, chance: random.Random) -> str:
    """One letter lost, doubled, changed, or two swapped: not the first, and in no short name."""
    at = chance.randrange(1, len(name) - 1)
    return chance.choice(
        (
            name[:at] + name[at + 1 :],
            name[:at] + name[at] + name[at:],
            name[:at] + name[at + 1] + name[at] + name[at + 2 :],
            name[:at] + chance.choice("aeiounrst") + name[at + 1 :],
        )
    )


def of_reports(gold) -> Iterator[tuple[str, Expected, str]]:
    for case in gold("gold_regions.csv"):
        if case["relation"] != "group" and case["match_type"] != "negative" and case["mention_id"] != "R050":
            yield case["literal"], Expected.REGION, PLACES.get(case["mention_id"], case["target"])
    for case in gold("gold_organisations.csv"):
        if case["target"] and case["mention_id"] not in CONTEXT and case["target"] not in PARTNERSHIPS:
            yield case["literal"], Expected.ORGANISATION, case["target"]


def of_people() -> Iterator[tuple[str, Expected, str]]:
    chance = random.Random(7)
    for code, iso, country, names in people.REGIONS:
        for name in names:
            bare = name.split(" (")[0]
            for frame in FRAMES:
                yield (
                    frame.format(bare if "{iso}" in frame else name, iso=iso, code=code, country=country),
                    Expected.REGION,
                    code,
                )
            if len(bare) > 5:
                for _ in range(3):
                    yield misspelt(bare, chance), Expected.REGION, code


def same(key: str, wanted: str) -> bool:
    return key.rstrip("0") == wanted.rstrip("0")


@pytest.mark.parametrize("cases", ["reports", "people"])
def test_what_is_sure_is_right_and_doubt_shows_the_right_one_among_three(resolver, gold, cases):
    sure, rest = [], []
    for text, expected, wanted in of_reports(gold) if cases == "reports" else of_people():
        by_region = expected is Expected.REGION
        found = resolver.region(text, on=ON) if by_region else resolver.organisation(text)
        if found.outcome is Outcome.SURE:
            sure.append((text, same(found.entity.key, wanted)))
        else:
            rest.append((text, any(same(each.entity.key, wanted) for each in found.candidates[:3])))
    wrong = [text for text, right in sure if not right]
    assert len(sure) > (1000 if cases == "people" else 85)
    assert 1 - len(wrong) / len(sure) >= 0.995, wrong
    missing = [text for text, right in rest if not right]
    assert 1 - len(missing) / len(rest) >= 0.95, missing
