"""Each signal alone, in a world in which one can count by hand."""

import numpy as np
import pytest
from small import facts

from regiograph.matching.asking import Codes, Profile, Register
from regiograph.matching.candidates import candidates
from regiograph.matching.matches import tools
from regiograph.matching.signals import SIGNALS, chain
from regiograph.matching.weights import Weights, written
from regiograph.matching.words import Vectors
from regiograph.matching.world import World, sparse
from regiograph.rooms import room


@pytest.fixture(scope="module")
def world() -> World:
    known = facts()
    given = tools()
    vectors = Vectors(given.concepts, given.common, [each.text for each in known.texts])
    return World(known, vectors, given.weights.roles)


def says(world: World, signal: str, asker: str, kind: str = "partnerships") -> dict[str, float]:
    pool = candidates(world, kind)
    (row,) = SIGNALS[signal](world, world.askers([asker]), pool)
    assert row.min() >= 0 and row.max() <= 1.0001
    return {iri: round(float(value), 3) for iri, value in zip(pool.iris, row, strict=True)}


def test_partners_counts_the_rare_ones_more_and_nobody_twice(world):
    found = says(world, "partners", "FR2")
    assert found["food"] > 0 and found["sport"] == 0  # by ES1, who is in water and food
    assert says(world, "partners", "FR1A") == {"food": 0, "sport": 0, "water": 0}  # in nothing yet


def test_topics_is_about_what_one_is_in(world):
    assert says(world, "topics", "FR1")["food"] > says(world, "topics", "FR1")["sport"]


def test_country_counts_regions_of_the_same_country(world):
    found = says(world, "country", "ES2")
    assert found["water"] > 0 and found["food"] > found["sport"]  # food holds both, sport only the asker


def test_neighbours_are_those_that_border(world):
    assert says(world, "neighbours", "FR2") == {
        "food": 0,
        "sport": 0,
        "water": pytest.approx(0.289, abs=0.01),
    }
    assert says(world, "neighbours", "ES1", "regions")["FR1"] > 0


def test_kin_is_within_or_around(world):
    assert says(world, "kin", "FR1A")["water"] > 0 and says(world, "kin", "IT1")["food"] == 0


def test_macro_regions(world):
    assert (
        says(world, "macro_region", "IT1")["water"] > 0 and says(world, "macro_region", "ES1")["water"] == 0
    )


def test_interested_is_no_membership_and_size_counts_members(world):
    assert says(world, "interested", "PL1") == {
        "food": pytest.approx(0.289, abs=0.01),
        "sport": 0,
        "water": 0,
    }
    assert says(world, "size", "FR1")["food"] == pytest.approx(np.log1p(3) / np.log1p(100), abs=0.001)


def test_shared_opens_the_doors_of_working_areas(world):
    assert says(world, "shared", "FR2", "working_areas")["water/rivers"] > 0
    assert says(world, "shared", "IT1", "working_areas")["water/rivers"] == 0


def test_actors_are_organisations_based_there_or_in_a_part(world):
    assert says(world, "actors", "FR1")["water"] > 0 and says(world, "actors", "ES1")["water"] == 0


def test_sdg_compares_goals_agreed_to(world):
    assert says(world, "sdg", "FR1")["food"] == 1 and says(world, "sdg", "FR1")["sport"] == 0


def test_platform_is_that_of_ones_partnerships(world):
    assert says(world, "platform", "FR1")["food"] > 0 and says(world, "platform", "PL1")["food"] == 0


def test_leadership_wants_a_second_lead(world):
    assert says(world, "leadership", "FR1")["food"] > says(world, "leadership", "FR2")["food"] == 0


def test_eu13_balances(world):
    found = says(world, "eu13", "PL1")
    assert found["water"] == 1 and found["sport"] < 1  # sport has one already


def test_activity_fades(world):
    found = says(world, "activity", "FR1")
    assert found["sport"] == 1 and 0 < found["water"] < 0.5 and found["food"] < 0.001


def test_experience_ranks_those_who_are_asked(world):
    assert says(world, "experience", "ES1")["sport"] > says(world, "experience", "FR2")["sport"]


def test_priorities_cross_languages(world):
    register = Register(world.facts, [], Codes.read(room("reference")))
    for words in ("Wasser", "νερό", "eau", "woda"):
        row = register.understood(Profile(priorities=words), world).row
        pool = candidates(world, "partnerships")
        (found,) = SIGNALS["priorities"](world, row, pool)
        assert pool.iris[int(found.argmax())] == "water", words


def test_every_signal_has_a_test_and_a_weight():
    here = (room("reference") / "match_weights.toml").read_text()
    names = [name for name in globals() if name.startswith("test_")]
    for signal in SIGNALS:
        assert signal in here, signal
        assert any(signal.split("_")[0] in name for name in names), signal


def test_a_product_is_the_same_from_both_sides():
    rng = np.random.default_rng(1)
    one, two, three = (
        sparse({(i, j): rng.random() for i in range(a) for j in range(b)}, (a, b))
        for a, b in ((1, 4), (4, 3), (3, 5))
    )
    assert np.allclose(chain(one, two, three), (one @ two @ three).toarray())
    assert np.allclose(chain(three.T, two.T, one.T), (one @ two @ three).toarray().T)


def test_a_weights_file_keeps_what_is_stated(tmp_path):
    text = (room("reference") / "match_weights.toml").read_text()
    (tmp_path / "w.toml").write_text(
        written(text, {"partnerships": {"size": 2.0, "topics": 0.0}}, "From here.")
    )
    found = Weights.read(tmp_path / "w.toml")
    assert (
        found.learnt["partnerships"] == {"size": 2.0, "topics": 0.0}
        and found.stated == tools().weights.stated
    )
    (tmp_path / "w.toml").write_text(text + "\n[weights.x]\nbeauty = 1.0\n")
    with pytest.raises(ValueError, match="beauty"):
        Weights.read(tmp_path / "w.toml")
