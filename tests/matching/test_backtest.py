"""The back-test hides all that follows from what it hides, and measures honestly."""

import json

import numpy as np
import pytest
from small import PARTS, facts, part
from typer.testing import CliRunner

from regiograph.cli import app
from regiograph.matching.backtest import Backtest, hide, newcomers, pairs
from regiograph.matching.candidates import candidates
from regiograph.matching.learning import Case, learn, scores_held_out
from regiograph.matching.matches import tools
from regiograph.matching.measures import measure, summed
from regiograph.matching.ranking import Matcher
from regiograph.matching.signals import SIGNALS, features
from regiograph.matching.world import World


@pytest.fixture(scope="module")
def small() -> Backtest:
    given = tools()
    return Backtest(Matcher(facts(), [("FR1", "Land FR1")], given), given.weights)


def test_only_regions_that_take_part_in_partnerships_are_hidden():
    assert ("PL1", "food") not in pairs(facts()) and ("FR1", "water/rivers") not in pairs(facts())
    assert len(pairs(facts())) == 9


def test_hiding_hides_all_that_follows():
    more = (*PARTS, part("FR1", "water", "participating", "2020-12-31"), part("FR1", "water", "interested"))
    hidden = hide(facts(more), ("FR1", "water"), ["Land FR1"]).facts
    left = {(each.who, each.what) for each in hidden.participations}
    assert not {("FR1", "water"), ("FR1", "water/rivers"), ("hub", "water"), ("hub", "water/rivers")} & left
    assert {("FR2", "water"), ("ES1", "water"), ("uni", "sport")} <= left
    assert "Land FR1 cleans rivers with sensors" not in [each.text for each in hidden.texts]
    assert "Rivers and lakes" in [each.text for each in hidden.texts]


def test_a_case_is_as_if_the_fact_had_never_been(small):
    """The signals of a hidden case are those of a world built without it from the start."""
    for case, pair in zip(small.cases("partnerships", facts()), pairs(facts()), strict=True):
        names = ["Land FR1"] if pair[0] == "FR1" else []
        without = hide(facts(), pair, names).facts
        world = World(without, small._matcher.vectors, small._weights.roles)
        pool = candidates(world, "partnerships")
        rows = features(world, world.askers([pair[0]]), pool)[0]
        inside = {circle for who, circle in pairs(without) if who == pair[0]}
        fresh = [row for iri, row in zip(pool.iris, rows, strict=True) if iri not in inside]
        assert np.allclose(case.rows, fresh), pair
        assert case.rows[case.hidden][list(SIGNALS).index("actors")] == 0


def test_the_region_is_a_candidate_even_when_nothing_else_is_known_of_it(small):
    cases = small.cases("regions_wanted", facts())
    assert len(cases) == 9 and all(0 <= case.hidden < len(case.rows) for case in cases)


def test_equal_scores_count_as_their_mean():
    assert measure(np.zeros(20), 3)[:2].tolist() == [0.25, 0.5]
    assert measure(np.array([1.0, 2.0, 2.0]), 1)[2] == pytest.approx(0.75)


def test_intervals_are_the_same_each_time_and_draw_whole_groups():
    values = np.tile([[1.0, 1.0, 1.0], [0.0, 0.0, 0.0]], (10, 1))
    apart = [str(at) for at in range(20)]
    assert summed(values, apart) == summed(values, apart)
    wide = summed(values, ["a"] * 10 + ["b"] * 10)["mrr"]["interval"]
    assert summed(values, apart)["mrr"]["value"] == 0.5 and wide == [0.5, 0.5]


def planted(seed: int) -> list[Case]:
    """Cases in which the second signal alone tells."""
    rng = np.random.default_rng(seed)
    cases = []
    for group in range(12):
        rows, hidden = rng.random((8, 3)), int(rng.integers(8))
        rows[hidden, 1] += 1
        cases.append(Case(group=str(group), rows=rows, hidden=hidden, popular=rows[:, 0]))
    return cases


def test_weights_are_learnt_where_there_is_something_to_learn():
    weights = learn(planted(1), np.array([1.0, 1.0, 0.0]))
    assert weights[1] > 1 > weights[0] >= 0 and weights[2] == 0


def test_scores_never_come_from_weights_that_saw_the_case(monkeypatch):
    monkeypatch.setattr("regiograph.matching.learning.FOLDS", 4)
    cases = planted(2)
    free = np.ones(3)
    before = scores_held_out(cases, free)
    changed = [
        *cases[:-1],
        Case(group=cases[-1].group, rows=cases[-1].rows, hidden=0, popular=cases[-1].popular),
    ]
    assert np.allclose(before[-1], scores_held_out(changed, free)[-1])


def test_newcomers_are_told_by_what_was_known_before():
    more = (
        *PARTS,
        part("FR2", "food", "participating", "2020-06-30"),
        part("IT1", "food", "participating", "2020-12-31"),
    )
    (found,) = newcomers(facts(more))
    assert found.pair == ("IT1", "food") and {each.end for each in found.facts.participations} == {
        "2020-06-30"
    }


def test_the_figures_have_the_shape_that_is_documented(small, monkeypatch):
    monkeypatch.setattr("regiograph.matching.backtest._SHARES", (0.5,))
    monkeypatch.setattr("regiograph.matching.backtest._DRAWS", 1)
    monkeypatch.setattr("regiograph.matching.learning.FOLDS", 3)
    figures = small.run()
    assert json.loads(json.dumps(figures)) == figures
    for task in (figures, figures["reverse"]):
        assert set(task["baselines"]) == {"random", "popularity", "same-country"}
        for measured in (task["model"], *task["baselines"].values(), *task["signals"].values()):
            assert set(measured) == {"hit@5", "hit@10", "mrr"}
            for metric in measured.values():
                low, high = metric["interval"]
                assert 0 <= low <= metric["value"] <= high <= 1
    assert [each["share"] for each in figures["learning_curve"]] == [0.5, 1.0]


def test_the_command_tells_learnt_weights(demo_data, monkeypatch):
    monkeypatch.setattr(
        "regiograph.matching.backtest.Backtest.learnt", lambda self: {"partnerships": {"size": 1.0}}
    )
    done = CliRunner().invoke(app, ["match", "--learn", "--data", str(demo_data)])
    assert done.exit_code == 0 and "[weights.partnerships]\nsize = 1.0" in done.stdout
