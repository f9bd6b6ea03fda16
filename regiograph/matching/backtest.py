"""The back-test: hide one participation at a time, and see whether it would have been suggested.

Hidden with a participation is all that follows from it: other roles and sources of the same fact, working
areas of the partnership, organisations based in the region that act in it, interest said before, and every
text on the partnership that names the region.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from regiograph.matching.candidates import candidates
from regiograph.matching.facts import TAKING_PART, Facts, Participation
from regiograph.matching.learning import SEED, Case, learn, scores_held_out
from regiograph.matching.measures import METRICS, RESAMPLES, Measured, measure, summed
from regiograph.matching.ranking import Matcher
from regiograph.matching.signals import SIGNALS, features
from regiograph.matching.weights import Weights
from regiograph.matching.words import fold
from regiograph.matching.world import Array, World

Pair = tuple[str, str]
"""A region and a partnership it takes part in."""

TASKS = ("partnerships", "regions_wanted")
"""What is looked for: the partnership of a region; the region of a partnership."""

_COUNTRY = list(SIGNALS).index("country")
_BASELINES: Mapping[str, Callable[[Case], Array]] = {
    "random": lambda case: np.zeros(len(case.rows)),
    "popularity": lambda case: case.popular,
    "same-country": lambda case: case.rows[:, _COUNTRY],
}
_SHARES = (0.25, 0.5, 0.75)
_DRAWS = 2
_SHORTEST_NAME = 4
_ENOUGH = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """Facts without one participation."""

    pair: Pair
    facts: Facts


class Backtest:
    """Runs it over the facts of one edition."""

    def __init__(self, matcher: Matcher, weights: Weights) -> None:
        self._matcher, self._weights = matcher, weights
        self._names = matcher.register.names_of
        self._free = np.array([name not in weights.stated for name in SIGNALS], dtype=float)

    def run(self) -> dict[str, Any]:
        """All figures, for both tasks."""
        facts = self._matcher.facts
        found = {task: self._figures(task, self.cases(task, facts)) for task in TASKS}
        main = found["partnerships"]
        return {
            **main,
            "reverse": found["regions_wanted"],
            "learning_curve": [*self._curve(), _point(1.0, [main])],
            "periods": self._periods(),
            "method": {"seed": SEED, "resamples": RESAMPLES, "interval": 0.95, "grouped_by": "region"},
        }

    def learnt(self) -> dict[str, dict[str, float]]:
        """Weights learnt from all cases, by task."""
        found = {task: learn(self.cases(task, self._matcher.facts), self._free) for task in TASKS}
        return {task: self._named(weights) for task, weights in found.items()}

    def _named(self, weights: Array) -> dict[str, float]:
        named = zip(SIGNALS, weights, self._free, strict=True)
        return {name: round(float(value), 4) for name, value, is_free in named if is_free}

    def cases(self, task: str, facts: Facts) -> list[Case]:
        """A case for each participation of a region in a partnership."""
        base = World(facts, self._matcher.vectors, self._weights.roles)
        make = self._asks if task == "partnerships" else self._is_asked
        return [make(base, hide(facts, pair, self._names(pair[0]))) for pair in pairs(facts)]

    def _asks(self, base: World, hidden: Hidden) -> Case:
        """The region asks for partnerships."""
        world = World(hidden.facts, self._matcher.vectors, self._weights.roles, like=base)
        pool = candidates(world, "partnerships")
        region, circle = hidden.pair
        rows = features(world, world.askers([region]), pool)[0]
        inside = world.members[world.regions.at[region]].toarray()[0]
        open_to = [at for at, iri in enumerate(pool.iris) if not inside[world.circles.at[iri]]]
        return Case(
            group=region,
            rows=rows[open_to],
            hidden=open_to.index(pool.iris.index(circle)),
            popular=pool.size[open_to],
        )

    def _is_asked(self, base: World, hidden: Hidden) -> Case:
        """The partnership asks for regions."""
        world = World(hidden.facts, self._matcher.vectors, self._weights.roles, like=base)
        pool = candidates(world, "partnerships")
        region, circle = hidden.pair
        column = pool.only([pool.iris.index(circle)])
        rows = features(world, world.all_askers, column)[:, 0]
        inside = world.members[:, world.circles.at[circle]].toarray().ravel()
        open_to = [at for at in range(len(world.regions)) if not inside[at]]
        return Case(
            group=region,
            rows=rows[open_to],
            hidden=open_to.index(world.regions.at[region]),
            popular=np.asarray(world.members.sum(axis=1)).ravel()[open_to],
        )

    def _figures(self, task: str, cases: Sequence[Case]) -> dict[str, Any]:
        groups = [case.group for case in cases]

        def of(scores: Iterable[Array]) -> Measured:
            pairs = zip(scores, cases, strict=True)
            return summed(np.array([measure(each, case.hidden) for each, case in pairs]), groups)

        places = {name: at for at, name in enumerate(SIGNALS)}
        model = of(scores_held_out(cases, self._free)) if cases else summed(np.zeros((0, 3)), [])
        baselines = {name: of(map(scores, cases)) for name, scores in _BASELINES.items()}
        signals = {
            name: of(case.rows[:, at] for case in cases) for name, at in places.items() if self._free[at]
        }
        return {
            "cases": len(cases),
            "regions": len(set(groups)),
            "candidates": round(float(np.mean([len(case.rows) for case in cases])), 1) if cases else 0,
            "model": model,
            "baselines": baselines,
            "signals": signals,
            "against_best_baseline": compared(model, baselines),
        }

    def _curve(self) -> Iterator[dict[str, Any]]:
        """The same with only a part of the facts, drawn at random."""
        everything = pairs(self._matcher.facts)
        for share in _SHARES:
            yield _point(share, [self._drawn(everything, share, SEED + draw) for draw in range(_DRAWS)])

    def _drawn(self, everything: Sequence[Pair], share: float, seed: int) -> dict[str, Any]:
        order = np.random.default_rng(seed).permutation(len(everything))
        kept = {everything[at] for at in order[: round(share * len(everything))]}
        facts = self._matcher.facts
        dropped = [pair for pair in everything if pair not in kept]
        for pair in dropped:
            facts = hide(facts, pair, ()).facts
        return self._figures("partnerships", self.cases("partnerships", facts))

    def _periods(self) -> dict[str, Any]:
        """From one report of a partnership to the next: who is new, by what was known before."""
        cases = [self._asks(self._before(hidden), hidden) for hidden in newcomers(self._matcher.facts)]
        if not cases:
            return {"cases": 0}
        weights = self._weights.of("partnerships") * self._free
        scores = [case.rows @ weights for case in cases]
        values = np.array([measure(each, case.hidden) for each, case in zip(scores, cases, strict=True)])
        return {"cases": len(cases), "model": summed(values, [case.group for case in cases])}

    def _before(self, hidden: Hidden) -> World:
        full = World(self._matcher.facts, self._matcher.vectors, self._weights.roles)
        return World(hidden.facts, self._matcher.vectors, self._weights.roles, like=full)


def pairs(facts: Facts) -> list[Pair]:
    """Every region that takes part in a partnership."""
    circles = facts.circles
    return sorted(
        {
            (each.who, each.what)
            for each in facts.participations
            if each.role in TAKING_PART
            and each.who in facts.territory.regions
            and not circles[each.what].is_area
            and not circles[each.what].is_project
        }
    )


def hide(facts: Facts, pair: Pair, names: Iterable[str]) -> Hidden:
    """The facts as if nobody had ever said that a region takes part in a partnership."""
    region, circle = pair
    where = {circle, *(iri for iri, each in facts.circles.items() if each.of == circle)}
    theirs = _belongs_to(facts, region)
    written = sorted({fold(name) for name in names if len(fold(name)) >= _SHORTEST_NAME})

    def says_so(each: Participation) -> bool:
        return each.what in where and theirs(each.who)

    texts = tuple(each for each in facts.texts if each.circle not in where or not _names(each.text, written))
    return Hidden(pair=pair, facts=replace(facts.only(lambda each: not says_so(each)), texts=texts))


def newcomers(facts: Facts) -> Iterator[Hidden]:
    """Regions first named by a later report of a partnership; with what was known before that report."""
    for pair in pairs(facts):
        ends = sorted({each.end for each in facts.participations if each.what == pair[1] and each.end})
        own = sorted({each.end for each in facts.participations if (each.who, each.what) == pair} - {""})
        if len(ends) > 1 and own and own[0] > ends[0]:
            day = own[0]
            earlier = facts.only(lambda each, day=day: bool(each.end) and each.end < day)  # type: ignore[misc]
            known = tuple(each for each in facts.activities if each.day < day)
            yield Hidden(pair=pair, facts=replace(earlier, activities=known))


def compared(model: Measured, baselines: Mapping[str, Measured]) -> dict[str, Any]:
    """The model against the best baseline, metric by metric."""
    found: dict[str, Any] = {}
    for metric in METRICS:
        best = max(baselines, key=lambda name: _first(baselines[name], metric))
        value, least = _first(model, metric), _first(baselines[best], metric)
        low, high = model[metric]["interval"], baselines[best][metric]["interval"]
        apart = isinstance(low, list) and isinstance(high, list) and low[0] > high[1]
        found[metric] = {
            "baseline": best,
            "ratio": round(value / least, 3) if least else None,
            "highest_ratio_possible": round(1 / least, 3) if least else None,
            "intervals_apart": apart,
            "enough": bool(least) and value >= _ENOUGH * least and apart,
        }
    return found


def _belongs_to(facts: Facts, region: str) -> Callable[[str], bool]:
    """Whether somebody is the region, the same land, or an organisation based in it."""
    land = facts.territory
    same = set(land.same_land(region)) | {region}

    def belongs(who: str) -> bool:
        if who in facts.organisations:
            seat = facts.organisations[who].seat
            return bool(seat) and bool(same & set(land.around(seat)))
        return who in same

    return belongs


def _names(text: str, written: Sequence[str]) -> bool:
    words = f" {fold(text)} "
    return any(f" {name} " in words for name in written)


def _first(measured: Measured, metric: str) -> float:
    value = measured[metric]["value"]
    return value if isinstance(value, float) else 0.0


def _point(share: float, found: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One point of the learning curve: the means over several draws."""

    def mean(name: str, metric: str) -> float:
        return round(float(np.mean([_value(each, name, metric) for each in found])), 4)

    return {
        "share": share,
        "participations": round(float(np.mean([each["cases"] for each in found])), 1),
        **{name: {metric: mean(name, metric) for metric in METRICS} for name in ("model", "popularity")},
    }


def _value(figures: Mapping[str, Any], name: str, metric: str) -> float:
    measured = figures["model"] if name == "model" else figures["baselines"][name]
    return float(measured[metric]["value"])
